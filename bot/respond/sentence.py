"""What happened, in one plain sentence, for the actions that playbooks are most often about."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.respond.alert import Alert
from bot.respond.inert import Markdown, code, codes

Fields = Mapping[str, Any]


def happened(alert: Alert) -> Markdown:
    """Return one sentence: who did what, to whom, where; every value inert."""
    tell = _TELLERS.get(alert.action, _anything)
    return Markdown(f"{tell(_Seen(alert))}.")


def is_told(action: str) -> bool:
    """Tell whether there is a sentence for an action, not just its name."""
    return action in _TELLERS


class _Seen:
    """An alert's fields as code spans; what is missing reads as a plain word."""

    def __init__(self, alert: Alert) -> None:
        self._fields: Fields = alert.fields
        self.action = alert.action
        self.actor = self.field("actor", "Somebody")
        self.user = self.field("user", "somebody")
        self.where = code(alert.repo or alert.org)

    def field(self, name: str, missing: str = "unknown") -> Markdown:
        value = self._fields.get(name)
        return Markdown(missing) if value is None else codes(value, limit=120, most=5)

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def holds(self, name: str, value: object) -> bool:
        return self._fields.get(name) == value


def _anything(seen: _Seen) -> str:
    to_whom = f" to {seen.user}" if seen.has("user") else ""
    return f"{seen.actor} did {code(seen.action)}{to_whom} in {seen.where}"


def _collaborator_added(seen: _Seen) -> str:
    return f"{seen.actor} gave {seen.user} the role {seen.field('permission')} on {seen.where}"


def _collaborator_changed(seen: _Seen) -> str:
    was = f" from {seen.field('old_permission')}" if seen.has("old_permission") else ""
    now = seen.field("permission")
    return f"{seen.actor} changed the role of {seen.user} on {seen.where}{was} to {now}"


def _member_changed(seen: _Seen) -> str:
    if seen.holds("permission", "admin"):
        return f"{seen.user} was made an owner of {seen.where} by {_by(seen)}"
    return f"{seen.user} is no longer an owner of {seen.where}; this was done by {_by(seen)}"


def _member_added(seen: _Seen) -> str:
    role = "an owner" if seen.holds("permission", "admin") else "a member"
    return f"{seen.user} became {role} of {seen.where}, added by {_by(seen)}"


def _by(seen: _Seen) -> str:
    return seen.actor if seen.has("actor") else "somebody GitHub does not name"


def _team_member(seen: _Seen) -> str:
    return f"{seen.actor} added {seen.user} to the team {seen.field('team')}"


def _team_member_removed(seen: _Seen) -> str:
    return f"{seen.actor} took {seen.user} out of the team {seen.field('team')}"


def _team_repository(seen: _Seen) -> str:
    was = f" (before: {seen.field('old_permission')})" if seen.has("old_permission") else ""
    role = seen.field("permission")
    return f"{seen.actor} gave the team {seen.field('team')} the role {role} on {seen.where}{was}"


def _team_repository_removed(seen: _Seen) -> str:
    return f"{seen.actor} took {seen.where} away from the team {seen.field('team')}"


def _properties(verb: str) -> Callable[[_Seen], str]:
    def tell(seen: _Seen) -> str:
        was = f"; before: {seen.field('old_properties')}" if seen.has("old_properties") else ""
        names = seen.field("property_names")
        return f"{seen.actor} {verb} custom properties of {seen.where}: {names}{was}"

    return tell


def _access(seen: _Seen) -> str:
    was = f"; it was {seen.field('previous_visibility')}" if seen.has("previous_visibility") else ""
    return f"{seen.actor} made the repository {seen.where} {seen.field('visibility')}{was}"


def _deploy_key(seen: _Seen) -> str:
    may = "that may write" if seen.holds("read_only", False) else "that may only read"
    return f"{seen.actor} added the deploy key {seen.field('title')} {may} to {seen.where}"


def _token(verb: str) -> Callable[[_Seen], str]:
    def tell(seen: _Seen) -> str:
        name = seen.field("user_programmatic_access_name", "without a name")
        return f"A fine-grained token of {seen.user}, {name}, {verb} {seen.where}"

    return tell


def _push(seen: _Seen) -> str:
    forced = "force-pushed" if seen.holds("forced", True) else "pushed"
    return f"{seen.actor} {forced} to {seen.field('ref')} of {seen.where}"


def _named(verb: str, what: str, field: str) -> Callable[[_Seen], str]:
    def tell(seen: _Seen) -> str:
        return f"{seen.actor} {verb} the {what} {seen.field(field)} of {seen.where}"

    return tell


def _secret(seen: _Seen) -> str:
    name = "secret_type_display_name" if seen.has("secret_type_display_name") else "secret_type"
    return f"GitHub found a secret of the kind {seen.field(name)} in {seen.where}"


_TELLERS: Final[Mapping[str, Callable[[_Seen], str]]] = {
    "repo.add_member": _collaborator_added,
    "repo.update_member": _collaborator_changed,
    "org.update_member": _member_changed,
    "org.add_member": _member_added,
    "team.add_member": _team_member,
    "team.remove_member": _team_member_removed,
    "team.add_repository": _team_repository,
    "team.update_repository_permission": _team_repository,
    "team.remove_repository": _team_repository_removed,
    "custom_property_value.create": _properties("set"),
    "custom_property_value.update": _properties("changed"),
    "custom_property_value.destroy": _properties("took values from"),
    "repo.access": _access,
    "public_key.create": _deploy_key,
    "personal_access_token.request_created": _token("asks for access to"),
    "personal_access_token.access_granted": _token("was given access to"),
    "git.push": _push,
    "protected_branch.destroy": _named("deleted", "branch protection", "name"),
    "repository_ruleset.destroy": _named("deleted", "ruleset", "ruleset_name"),
    "repository_ruleset.update": _named("changed", "ruleset", "ruleset_name"),
    "secret_scanning_alert.create": _secret,
    "secret_scanning_alert.public_leak": _secret,
    "secret_scanning_alert.validate": _secret,
}
