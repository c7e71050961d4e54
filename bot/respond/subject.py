"""What a step changes, so that two steps on one thing can be told, and how hard it is on it.

The subject follows from the event and the step's parameters alone, by the names of that moment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final

from bot.core.normalise.survey import SETTINGS_OF
from bot.respond.alert import Alert


class Gentleness(IntEnum):
    """How hard a step is on its subject, the gentlest first."""

    TELLING = 0
    REVERTING = 1
    RESTRICTING = 2
    REMOVING = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """One thing of an organisation.

    ``kind`` says what sort of thing (``role on a repository``); ``repo`` is ``owner/name``,
    ``person`` a login and ``name`` what else tells it from others (a team, a key's number), each
    empty where it does not apply. All in lower case.
    """

    kind: str
    org: str
    repo: str = ""
    person: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """The same for the same thing, and for no other."""
        return "|".join((self.kind, self.org, self.repo, self.person, self.name))

    @classmethod
    def parse(cls, key: str) -> "Subject":
        """Read what `key` wrote."""
        kind, org, repo, person, name = key.split("|", 4)
        return cls(kind=kind, org=org, repo=repo, person=person, name=name)

    @property
    def words(self) -> str:
        """What it is, in a few words of a sentence."""
        whose = f" of {self.person}" if self.person else ""
        which = f" {self.name}" if self.name else ""
        return f"the {self.kind}{which}{whose} in {self.repo or self.org}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shape:
    """How a subject is told: a thing of a repository, of a person, and named by a field.

    ``of`` names the event's field that holds the person; ``by`` the parameters or fields that
    name the thing, the first one that is given. ``like`` is for a thing that has a new number
    each time it is made anew: the field of the event by which it is known all the same.
    """

    kind: str
    repo: bool = False
    of: str = ""
    by: tuple[str, ...] = ()
    like: str = ""


_ROLE: Final = _Shape(kind="role", repo=True, of="user")
_MEMBER: Final = _Shape(kind="membership", of="user")
_INVITATION: Final = _Shape(
    kind="invitation",
    repo=True,
    of="user",
    by=("invitation_id", "invitee_email"),
    like="invitee_email",
)
_ORGANIZATION_ROLE: Final = _Shape(kind="organisation role", of="user", by=("role", "team"))
_TEAM_MEMBER: Final = _Shape(kind="place in the team", of="user", by=("team",))
_TEAM_ROLE: Final = _Shape(kind="role of the team", repo=True, by=("team",))
_BASE: Final = _Shape(kind="base permission")
_SETTING: Final = _Shape(kind="setting of the organisation", by=("setting",))
_TEAM: Final = _Shape(kind="team", by=("team_id", "team"))
_DETAILS: Final = _Shape(kind="description", repo=True)
_BLOCK: Final = _Shape(kind="block", of="user")
_VISIBILITY: Final = _Shape(kind="visibility", repo=True)
_ARCHIVED: Final = _Shape(kind="archived state", repo=True)
_KEY: Final = _Shape(kind="deploy key", repo=True, by=("key_id",), like="title")
_HOOK: Final = _Shape(kind="webhook", repo=True, by=("hook_id",), like="hook_url")
_PROTECTION: Final = _Shape(kind="branch protection", repo=True, by=("branch", "name"))
_RULESET: Final = _Shape(kind="ruleset", repo=True, by=("ruleset_id",), like="ruleset_name")
_PROPERTIES: Final = _Shape(kind="custom properties", repo=True)
_ACTIONS: Final = _Shape(kind="Actions policy", repo=True)
_WORKFLOW: Final = _Shape(kind="workflow", repo=True, by=("workflow", "workflow_id", "path"))
_RUN: Final = _Shape(kind="workflow run", repo=True, by=("run_id", "workflow_run_id"))
_RUNNER: Final = _Shape(
    kind="self-hosted runner",
    repo=True,
    by=("runner_id", "name", "runner_name"),
    like="runner_name",
)
_TOKEN: Final = _Shape(kind="token", of="user", by=("token_id", "credential_id", "hashed_token"))
_REQUEST: Final = _Shape(
    kind="token request", of="user", by=("user_programmatic_access_request_id",)
)

OF_ACTION: Final[Mapping[str, tuple[_Shape, Gentleness]]] = {
    "restore-branch-protection": (_PROTECTION, Gentleness.REVERTING),
    "restore-ruleset": (_RULESET, Gentleness.REVERTING),
    "check-run": (
        _Shape(kind="check", repo=True, by=("sha", "head_sha", "after")),
        Gentleness.RESTRICTING,
    ),
    "lock-conversation": (
        _Shape(kind="conversation", repo=True, by=("number",)),
        Gentleness.RESTRICTING,
    ),
    "set-collaborator-permission": (_ROLE, Gentleness.RESTRICTING),
    "set-team-permission": (_TEAM_ROLE, Gentleness.RESTRICTING),
    "set-base-permission": (_BASE, Gentleness.RESTRICTING),
    "set-visibility": (_VISIBILITY, Gentleness.RESTRICTING),
    "archive-repository": (_ARCHIVED, Gentleness.RESTRICTING),
    "disable-webhook": (_HOOK, Gentleness.RESTRICTING),
    "disable-actions": (_ACTIONS, Gentleness.RESTRICTING),
    "disable-workflow": (_WORKFLOW, Gentleness.RESTRICTING),
    "convert-to-outside-collaborator": (_MEMBER, Gentleness.RESTRICTING),
    "deny-token-request": (_REQUEST, Gentleness.RESTRICTING),
    "cancel-run": (_RUN, Gentleness.RESTRICTING),
    "cancel-invitation": (_INVITATION, Gentleness.REMOVING),
    "remove-member": (_MEMBER, Gentleness.REMOVING),
    "remove-outside-collaborator": (
        _Shape(kind="outside collaboration", of="user"),
        Gentleness.REMOVING,
    ),
    "remove-team-membership": (_TEAM_MEMBER, Gentleness.REMOVING),
    "remove-organization-role": (_ORGANIZATION_ROLE, Gentleness.REMOVING),
    "block-user": (_BLOCK, Gentleness.REMOVING),
    "delete-deploy-key": (_KEY, Gentleness.REMOVING),
    "delete-webhook": (_HOOK, Gentleness.REMOVING),
    "revoke-token": (_TOKEN, Gentleness.REMOVING),
    "deauthorize-sso-credential": (_TOKEN, Gentleness.REMOVING),
    "revoke-leaked-credential": (
        _Shape(kind="leaked credential", repo=True, by=("number",)),
        Gentleness.REMOVING,
    ),
    "remove-runner": (_RUNNER, Gentleness.REMOVING),
}
"""What each action that changes something falls on, and how hard; `revert` goes by its event."""

OF_EVENT: Final[Mapping[str, _Shape]] = {
    "repo.add_member": _ROLE,
    "repo.update_member": _ROLE,
    "repo.remove_member": _ROLE,
    "org.update_member": _MEMBER,
    "org.add_member": _MEMBER,
    "org.remove_member": _MEMBER,
    "org.invite_member": _INVITATION,
    "repository_invitation.create": _INVITATION,
    "organization_role.assign": _ORGANIZATION_ROLE,
    "org.update_default_repository_permission": _BASE,
    "org.block_user": _BLOCK,
    "org.unblock_user": _BLOCK,
    "team.add_member": _TEAM_MEMBER,
    "team.remove_member": _TEAM_MEMBER,
    "team.add_repository": _TEAM_ROLE,
    "team.update_repository_permission": _TEAM_ROLE,
    "team.remove_repository": _TEAM_ROLE,
    "team_add": _TEAM_ROLE,
    "team.rename": _TEAM,
    "team.change_privacy": _TEAM,
    "team.edited": _TEAM,
    "repository.edited": _DETAILS,
    "repo.access": _VISIBILITY,
    "public": _VISIBILITY,
    "repo.archived": _ARCHIVED,
    "repo.unarchived": _ARCHIVED,
    "public_key.create": _KEY,
    "public_key.delete": _KEY,
    "hook.create": _HOOK,
    "hook.active_changed": _HOOK,
    "hook.events_changed": _HOOK,
    "repository_ruleset.create": _RULESET,
    "repository_ruleset.update": _RULESET,
    "repository_ruleset.destroy": _RULESET,
    "custom_property_value.create": _PROPERTIES,
    "custom_property_value.update": _PROPERTIES,
    "custom_property_value.destroy": _PROPERTIES,
    "repo.actions_enabled": _ACTIONS,
    "repo.update_actions_settings": _ACTIONS,
    "org.update_actions_settings": _ACTIONS,
    "workflows.enable_workflow": _WORKFLOW,
    "workflows.disable_workflow": _WORKFLOW,
    "repo.register_self_hosted_runner": _RUNNER,
    "org.register_self_hosted_runner": _RUNNER,
}
"""What `revert` falls on, by the event; of any other event, the setting that its name tells."""

_OTHER: Final = _Shape(kind="setting", repo=True, by=("number",))
_ONE_WAY_OR_THE_OTHER: Final = re.compile(r"[._](?:en|dis)abled?$")


def subject_of(action: str, params: Mapping[str, Any], alert: Alert) -> Subject:
    """Return what a changing step of an alert falls on; ``params`` are rendered."""
    shape = _shape(action, alert)
    given = {**alert.fields, **{name: value for name, value in params.items() if value}}
    repo = _repository(given.get("repository") or alert.repo, alert.org) if shape.repo else ""
    name = next((_named(field, given[field]) for field in shape.by if given.get(field)), "")
    if shape is _OTHER:
        name = f"{_ONE_WAY_OR_THE_OTHER.sub('', alert.action)} {name}"
    return Subject(
        kind=shape.kind,
        org=_plain(alert.org),
        repo="" if params.get("scope") == "organization" else repo,
        person=_plain(given.get(shape.of)).lstrip("@") if shape.of else "",
        name=_plain(name),
    )


def alike_of(action: str, params: Mapping[str, Any], alert: Alert) -> Subject | None:
    """Return what a step falls on without the number that it has only this time.

    So a bot that makes the same thing anew each time is seen to do so. ``None`` where the subject
    itself stays the same, or nothing else tells it from others.
    """
    shape = _shape(action, alert)
    of_event, meant = subject_of(action, {}, alert), subject_of(action, params, alert)
    told = _plain(alert.fields.get(shape.like)) if shape.like else ""
    if not shape.like or meant != of_event or not (told or meant.person):
        return None
    return replace(meant, name=told)


def gentleness_of(action: str) -> Gentleness:
    """Return how hard an action is on its subject."""
    if action == "revert":
        return Gentleness.REVERTING
    known = OF_ACTION.get(action)
    return Gentleness.TELLING if known is None else known[1]


def _shape(action: str, alert: Alert) -> _Shape:
    if action in OF_ACTION:
        return OF_ACTION[action][0]
    if alert.action.startswith("protected_branch."):
        return _PROTECTION
    if alert.action in SETTINGS_OF:
        return _SETTING
    return OF_EVENT.get(alert.action, _OTHER)


def _repository(value: Any, org: str) -> str:
    name = _plain(value)
    return f"{org.casefold()}/{name}" if name and "/" not in name else name


def _named(field: str, value: Any) -> str:
    """Return a thing's name; a team's with or without its organisation is the same."""
    return str(value).rpartition("/")[2] if field == "team" else str(value)


def _plain(value: Any) -> str:
    return " ".join(str(value or "").replace("|", " ").split()).casefold()[:200]
