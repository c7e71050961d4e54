"""Every action there is, and the check of a playbook's response against them."""

import difflib
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.actions.base import AS_WRITTEN, AnyAction
from bot.actions.close_issue import CloseIssue
from bot.actions.comment import Comment
from bot.actions.digest import Digest
from bot.actions.open_issue import OpenIssue
from bot.actions.organization.remove_role import RemoveOrganizationRole
from bot.actions.organization.set_base_permission import SetBasePermission
from bot.actions.people.block_user import BlockUser
from bot.actions.people.cancel_invitation import CancelInvitation
from bot.actions.people.convert_to_outside_collaborator import ConvertToOutsideCollaborator
from bot.actions.people.remove_member import RemoveMember
from bot.actions.people.remove_outside_collaborator import RemoveOutsideCollaborator
from bot.actions.people.remove_team_membership import RemoveTeamMembership
from bot.actions.people.set_collaborator_permission import SetCollaboratorPermission
from bot.actions.people.set_team_permission import SetTeamPermission
from bot.actions.repository.archive import ArchiveRepository
from bot.actions.repository.check_run import CheckRun
from bot.actions.repository.delete_deploy_key import DeleteDeployKey
from bot.actions.repository.delete_webhook import DeleteWebhook
from bot.actions.repository.disable_webhook import DisableWebhook
from bot.actions.repository.lock_conversation import LockConversation
from bot.actions.repository.restore_branch_protection import RestoreBranchProtection
from bot.actions.repository.restore_ruleset import RestoreRuleset
from bot.actions.repository.set_visibility import SetVisibility
from bot.actions.revert.action import Revert
from bot.actions.telling.assign import Assign
from bot.actions.telling.escalate import Escalate
from bot.actions.telling.label import Label
from bot.actions.telling.notify import Notify
from bot.actions.token.deauthorize import DeauthorizeSsoCredential
from bot.actions.token.deny import DenyTokenRequest
from bot.actions.token.flag import FlagToken
from bot.actions.token.leaked import RevokeLeakedCredential
from bot.actions.token.revoke import RevokeToken
from bot.actions.workflows.cancel_run import CancelRun
from bot.actions.workflows.disable_actions import DisableActions
from bot.actions.workflows.disable_workflow import DisableWorkflow
from bot.actions.workflows.remove_runner import RemoveRunner
from bot.core.playbook import Response, StepSpec
from bot.core.problem import Problem
from bot.respond import sequence
from bot.respond.plan import ABOUT
from bot.respond.template import fault, is_template

ACTIONS: Final[Mapping[str, AnyAction]] = types.MappingProxyType(
    {
        action.name: action
        for action in (
            OpenIssue(),
            Comment(),
            CloseIssue(),
            Assign(),
            Label(),
            Escalate(),
            Notify(),
            Revert(),
            RemoveMember(),
            RemoveOutsideCollaborator(),
            ConvertToOutsideCollaborator(),
            CancelInvitation(),
            SetCollaboratorPermission(),
            RemoveTeamMembership(),
            SetTeamPermission(),
            BlockUser(),
            RemoveOrganizationRole(),
            SetBasePermission(),
            SetVisibility(),
            ArchiveRepository(),
            DeleteDeployKey(),
            DeleteWebhook(),
            DisableWebhook(),
            RestoreBranchProtection(),
            RestoreRuleset(),
            LockConversation(),
            CheckRun(),
            FlagToken(),
            RevokeToken(),
            DenyTokenRequest(),
            DeauthorizeSsoCredential(),
            RevokeLeakedCredential(),
            DisableActions(),
            DisableWorkflow(),
            CancelRun(),
            RemoveRunner(),
        )
    }
)
"""Each action by its name in playbooks."""

CHANGING: Final = frozenset(name for name, action in ACTIONS.items() if action.changes)
"""The actions that alter the organisation: guarded, and waiting for approval in ``ask`` mode."""

BY_ITSELF: Final[Mapping[str, AnyAction]] = types.MappingProxyType({Digest.name: Digest()})
"""What Tipstaff does of its own; no playbook may name it."""


def action_of(name: str) -> AnyAction | None:
    """Return what does a recorded step of this name."""
    return ACTIONS.get(name) or BY_ITSELF.get(name)


_LEVELS: Final = ("read", "write", "admin")


def needs(names: Iterable[str]) -> dict[str, str]:
    """Return the permissions these actions need together, each at its highest level."""
    together: dict[str, str] = {}
    for name in names:
        for permission, level in ACTIONS[name].needs.items():
            known = together.get(permission, "read")
            together[permission] = max(known, level, key=_LEVELS.index)
    return dict(sorted(together.items()))


def check_response(response: Response) -> tuple[Problem, ...]:
    """Return everything wrong with a playbook's response, each at its step's place."""
    return tuple(_problems(response))


def _problems(response: Response) -> Iterator[Problem]:
    if response.steps and response.about not in ABOUT:
        yield Problem(
            place=response.steps[0].place,
            message=f"'about: {response.about}' names no login that GitHub vouches for"
            f"{_hint(response.about, ABOUT)}; it takes one of: {', '.join(sorted(ABOUT))}",
        )
    yield from sequence.problems(response.steps)
    for spec in response.steps:
        action = ACTIONS.get(spec.action)
        if action is None:
            hint = _hint(spec.action, ACTIONS) or f"; it takes one of: {', '.join(ACTIONS)}"
            yield Problem(place=spec.place, message=f"unknown action '{spec.action}'{hint}")
        else:
            for message in (*_faults(spec.params, spec.action), *_misfits(spec, action)):
                yield Problem(place=spec.place, message=message)


def _faults(value: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with the templates in parameters, however deep."""
    if isinstance(value, str):
        if (wrong := fault(value)) is not None:
            yield f"{where}: {wrong}"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _faults(item, f"{where}: '{key}'")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _faults(item, where)


def _misfits(spec: StepSpec, action: AnyAction) -> Iterator[str]:
    """Yield what is wrong with parameters; a template's value is only known with an event."""
    try:
        action.Params.model_validate(dict(spec.params), context=AS_WRITTEN)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if not _from_template(spec.params, detail):
                yield _misfit(action, detail)


def describe(error: ValidationError, action: AnyAction) -> str:
    """Return what is wrong with an action's parameters as one line for a person."""
    return "; ".join(_misfit(action, detail) for detail in error.errors(include_url=False))


def _from_template(params: Any, detail: ErrorDetails) -> bool:
    """Tell whether something only does not fit because a template is not rendered yet."""
    node = params
    for key in detail["loc"]:
        if isinstance(node, Mapping):
            node = node.get(key)
        elif isinstance(node, list | tuple) and isinstance(key, int) and key < len(node):
            node = node[key]
    if isinstance(node, list | tuple) and detail["type"] == "too_short":
        # Items that do not fit, such as a login in a template, are not counted.
        return len(node) >= int(detail["ctx"]["min_length"])
    return isinstance(node, str) and is_template(node)


def _misfit(action: AnyAction, detail: ErrorDetails) -> str:
    path, kind = detail["loc"], detail["type"]
    name = ".".join(map(str, path))
    if kind == "extra_forbidden":
        known = _names_beside(action, path)
        takes = f"it takes: {', '.join(known)}" if known else "it takes none"
        return f"{action.name}: unknown parameter '{name}'{_hint(str(path[-1]), known)} ({takes})"
    if kind == "missing":
        return f"{action.name}: needs the parameter '{name}'"
    if kind == "literal_error":
        return f"{action.name}: '{name}' must be {detail['ctx']['expected']}"
    if kind == "tuple_type":
        return f"{action.name}: '{name}' must be a list"
    if name == "repository" and kind == "string_pattern_mismatch":
        return f"{action.name}: 'repository' must be auto, affected, security or owner/name"
    message = detail["msg"]
    return f"{action.name}: '{name}': {message[:1].lower()}{message[1:]}"


def _names_beside(action: AnyAction, path: tuple[int | str, ...]) -> list[str]:
    """Return the names a parameter object takes: the action's own, or a nested one's."""
    model: Any = action.Params
    for key in path[:-1]:
        model = model.model_fields[key].annotation
    return list(model.model_fields)


def _hint(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
