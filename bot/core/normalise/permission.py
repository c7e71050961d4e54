"""One spelling for levels of access: the audit log's (admin, maintain, write, triage, read)."""

from bot.core.normalise.payload import Payload, dig

_SPELLING = {"pull": "read", "push": "write"}

# From the highest to the lowest, as `repository.permissions` spells them.
_LEVELS = ("admin", "maintain", "push", "triage", "pull")

_ORGANISATION_ROLES = {"member": "read", "direct_member": "read"}


def spell_level(role: str) -> str:
    """Return a repository role in the audit log's spelling; a custom role keeps its own name."""
    return _SPELLING.get(role, role)


def spell_role(role: str) -> str:
    """Return an organisation role as the audit log's permission: ``admin`` or ``read``.

    Roles that are neither owner nor member (``billing_manager``) keep their name.
    """
    return _ORGANISATION_ROLES.get(role, role)


def present_level(payload: Payload) -> str | None:
    """Return a team's level on the payload's repository: its role, else the highest flag set."""
    role = dig(payload, ("repository", "role_name"))
    if type(role) is str:
        return spell_level(role)
    return _highest(dig(payload, ("repository", "permissions")), _LEVELS)


def former_level(payload: Payload) -> str | None:
    """Return a team's level before an edit, from the three flags GitHub sends of it.

    A flag that is not sent did not change. Maintain and triage have no flag: they read as write
    and read.
    """
    was = dig(payload, ("changes", "repository", "permissions", "from"))
    if type(was) is not dict:
        return None
    now = dig(payload, ("repository", "permissions"))
    return _highest({**(now if type(now) is dict else {}), **was}, ("admin", "push", "pull"))


def _highest(flags: object, levels: tuple[str, ...]) -> str | None:
    if type(flags) is not dict:
        return None
    return next((spell_level(level) for level in levels if flags.get(level) is True), None)
