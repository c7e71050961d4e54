"""Guards about people: whose act is answered, and on whom a change falls."""

from bot.respond.guards.decision import Allow, Ask, Decision, Refuse
from bot.respond.guards.facts import Facts


def own_act(facts: Facts) -> Decision:
    """Refuse to act on what Tipstaff itself did, or on Tipstaff; no other bot is spared."""
    if _same(facts.actor, facts.own_login):
        return Refuse(reason="Tipstaff did this itself, and never acts on its own acts.")
    if _same(facts.subject, facts.own_login):
        return Refuse(reason="This would change Tipstaff's own access; a person has to.")
    return Allow()


def protected_login(facts: Facts) -> Decision:
    """Refuse to touch a login that the settings protect, whoever approves."""
    if is_listed(facts.subject, facts.protected):
        return Refuse(
            reason=f"{facts.subject} is on the list of protected logins, which Tipstaff never "
            "touches."
        )
    return Allow()


def last_owner(facts: Facts) -> Decision:
    """Refuse to take the owner role from the last owner, or when the owners are not known."""
    if not facts.takes_owner_role:
        return Allow()
    others = {_fold(owner) for owner in facts.owners} - {_fold(facts.subject or "")}
    if not others:
        return Refuse(
            reason=f"{facts.subject} is the organisation's only owner; without another owner "
            "nobody could look after it. Make somebody else an owner first."
        )
    return Allow()


def break_glass(facts: Facts) -> Decision:
    """Ask before what somebody did who may act in an emergency, or their access, is changed."""
    if facts.approved_by is not None:
        return Allow()
    for login, words in ((facts.actor, "did this"), (facts.subject, "would lose or get access")):
        if is_listed(login, facts.break_glass):
            return Ask(
                reason=f"{login}, who {words}, is on the list of those who may act in an "
                "emergency: it is told, and changed only if a person approves."
            )
    return Allow()


def is_listed(login: str | None, listed: frozenset[str]) -> bool:
    """Tell whether a login is on a list; capitals and a leading @ do not count."""
    return login is not None and _fold(login) in map(_fold, listed)


def _same(login: str | None, other: str) -> bool:
    return login is not None and _fold(login) == _fold(other)


def _fold(login: str) -> str:
    return login.strip().lstrip("@").casefold()
