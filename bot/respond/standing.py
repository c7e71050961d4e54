"""Who may say what to a case: decided from what the API says of a person at that moment."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.core.playbook import ApprovalRule, Circle
from bot.respond.alert import Alert, CaseFile
from bot.respond.inert import code
from bot.respond.plan import ABOUT
from bot.respond.step import Step, StepState

_USUAL: Final = ApprovalRule()

_JOINED: Final = re.compile(r" (?:by|of) (\S+)")
"""Who an event was by and of, in the words that a correlation keeps of it; no login has a blank."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a commenter is, as read from the API when the comment came in.

    ``org_role`` is ``admin`` (an owner), ``member`` or ``none``; ``repo_roles`` gives their
    ``role_name`` (``admin``, ``maintain``, ``write``, ...) for each repository the case concerns
    and the one its issue is in, as ``owner/name``; ``teams`` are those that have to do with the
    case (`consent.teams`) and that they are in, by short name; ``number`` is their account's, which
    stays when the login changes.
    """

    org_role: str = "none"
    repo_roles: Mapping[str, str] = field(default_factory=dict)
    is_bot: bool = False
    teams: frozenset[str] = frozenset()
    number: int | None = None

    @property
    def is_owner(self) -> bool:
        """Whether they are an owner of the organisation."""
        return self.org_role == "admin"

    @property
    def is_stranger(self) -> bool:
        """Whether they have no role anywhere near the case."""
        return self.org_role == "none" and not any(
            role != "none" for role in self.repo_roles.values()
        )

    @property
    def only_reads(self) -> bool:
        """Whether they are no more than everybody is where everybody may read."""
        return self.org_role == "none" and set(self.repo_roles.values()) <= {"none", "read"}

    def role_in(self, repository: str | None) -> str:
        """Return their role in ``owner/name``; ``none`` where nothing was read."""
        wanted = (repository or "").casefold()
        return next(
            (role for name, role in self.repo_roles.items() if name.casefold() == wanted), "none"
        )


def is_unheard(login: str, standing: Standing) -> bool:
    """Tell whether nothing comes of a person's word, no reply either: a machine's, a stranger's."""
    return standing.is_bot or login.endswith("[bot]") or standing.is_stranger


def is_same(login: str | None, other: str | None) -> bool:
    """Tell whether two logins are one person's; GitHub ignores their case."""
    return bool(login) and bool(other) and str(login).casefold() == str(other).casefold()


def is_concerned(login: str, file: CaseFile) -> bool:
    """Tell whether a person is the one an alert of the case is about."""
    return any(is_same(login, alert.person) for alert in file.alerts)


def is_party(login: str, alert: Alert, number: int | None = None) -> bool:
    """Tell whether it is a person's own act, or an act in their favour, that is in question.

    ``number`` is their account's: who did it does not get a say by changing the login. Of a
    correlation, each event counts that it joined.
    """
    numbers = (alert.fields.get("actor_id"), alert.fields.get("user_id"))
    if number is not None and number in numbers:
        return True
    return any(is_same(login, party) for party in _parties(alert))


def _parties(alert: Alert) -> Iterator[str | None]:
    yield from (alert.actor, alert.person)
    yield from (party for name in ABOUT if isinstance(party := alert.fields.get(name), str))
    for reason in alert.reasons:
        if reason.sighting:
            yield from _JOINED.findall(str(reason.value))


def favoured_team(alert: Alert) -> str | None:
    """Return the short name of the team that an act gave something, if it was about one.

    Who joins or leaves a team gives the others nothing.
    """
    if alert.repo is None and alert.action.startswith("team."):
        return None
    team = alert.fields.get("team")
    return team.rpartition("/")[2].casefold() or None if isinstance(team, str) else None


def ends_silence(login: str, file: CaseFile, number: int | None = None) -> bool:
    """Tell whether a person's word means that somebody looks after a case.

    While something about their own act is undecided, or failed, it does not: they could keep the
    case from ever being reminded of.
    """
    return not is_for_others(login, file, number)


def is_for_others(login: str, file: CaseFile, number: int | None = None) -> bool:
    """Tell whether a case is not theirs to look after: it is about their own act, which stands.

    A change waits for approval, failed, or nobody decided in time.
    """
    stands = any(step.state in _STANDS and _matters(step) for step in file.steps)
    return stands and any(is_party(login, alert, number) for alert in file.alerts)


_STANDS: Final = frozenset({StepState.AWAITING, StepState.EXPIRED, StepState.FAILED})


def _matters(step: Step) -> bool:
    # Of what failed only a change does; what tells somebody may fail as well.
    return step.state is not StepState.FAILED or step.subject is not None


def accepted_an_invitation(alert: Alert) -> bool:
    """Tell whether somebody came in by accepting an invitation: GitHub names no inviter then."""
    user = alert.fields.get("user")
    return (
        alert.action == "repo.add_member" and isinstance(user, str) and is_same(alert.actor, user)
    )


def may_tend(login: str, standing: Standing, file: CaseFile) -> bool:
    """Tell whether a person may acknowledge or close a case.

    It must concern them, or be theirs to look after: as an owner, or as an administrator or
    maintainer of a repository concerned.
    """
    return (
        is_concerned(login, file)
        or standing.is_owner
        or any(role in {"admin", "maintain"} for role in standing.repo_roles.values())
    )


def objection(
    login: str, standing: Standing, alert: Alert | None, rule: ApprovalRule = _USUAL
) -> str | None:
    """Return why a person may not decide about an alert's steps, or ``None`` when they may."""
    if standing.is_bot or login.endswith("[bot]"):
        return "a bot can't decide that"
    if alert is not None and is_party(login, alert, standing.number):
        return "it is their own act, or one in their favour; somebody else has to decide"
    if alert is not None and not standing.is_owner and favoured_team(alert) in standing.teams:
        return "it is in favour of a team they are in; somebody else has to decide"
    if alert is not None and accepted_an_invitation(alert) and not standing.is_owner:
        return "nobody knows who sent the invitation; only an owner of the organisation decides"
    return _CIRCLES[rule.circle](standing, alert, rule)


def _usual(standing: Standing, alert: Alert | None, _: ApprovalRule) -> str | None:
    if standing.is_owner or (alert is not None and standing.role_in(alert.repo) == "admin"):
        return None
    where = "" if alert is None or alert.repo is None else ", or an administrator of the repository"
    return f"only an owner of the organisation{where}, can decide that"


def _owners(standing: Standing, _: Alert | None, __: ApprovalRule) -> str | None:
    return None if standing.is_owner else "only an owner of the organisation can decide that"


def _team(standing: Standing, _: Alert | None, rule: ApprovalRule) -> str | None:
    if rule.name.casefold() in standing.teams:
        return None
    return f"only a member of the team {code(rule.name)} can decide that"


def _role(standing: Standing, alert: Alert | None, rule: ApprovalRule) -> str | None:
    enough = {"admin"} if rule.name == "admin" else {"maintain", "admin"}
    if standing.is_owner or (alert is not None and standing.role_in(alert.repo) in enough):
        return None
    return f"it takes the role {code(rule.name)} on the repository to decide that"


_CIRCLES: Final[Mapping[Circle, Callable[[Standing, Alert | None, ApprovalRule], str | None]]] = {
    Circle.USUAL: _usual,
    Circle.OWNERS: _owners,
    Circle.TEAM: _team,
    Circle.ROLE: _role,
}
