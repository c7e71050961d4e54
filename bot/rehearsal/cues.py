"""What has to be on stage for each action, besides what the event tells."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.core.event import Event
from bot.rehearsal import people_cue, things_cue
from bot.rehearsal.cue import Cue, cue_of
from bot.respond.alert import Alert
from bot.respond.step import Step
from bot.simulator import Simulator


def set_step(sim: Simulator, event: Event, step: Step, alert: Alert) -> None:
    """Let there be something to do for a step, as far as the event does not say otherwise.

    What a playbook names by itself (a team, a key's number) no event puts on stage; a rehearsal
    without it would show no call.
    """
    cue = cue_of(sim, event, step, alert)
    for prepare in CUES.get(step.action, ()):
        prepare(cue)


CUES: Final[Mapping[str, tuple[Callable[[Cue], None], ...]]] = {
    "open-issue": (things_cue.set_place, people_cue.set_assignees),
    "flag-token": (things_cue.set_place, people_cue.set_assignees),
    "assign": (people_cue.set_assignees,),
    "remove-member": (people_cue.set_member,),
    "convert-to-outside-collaborator": (people_cue.set_member,),
    "remove-outside-collaborator": (people_cue.set_outsider,),
    "block-user": (people_cue.set_stranger,),
    "cancel-invitation": (people_cue.set_invitation,),
    "set-collaborator-permission": (people_cue.set_role,),
    "remove-team-membership": (people_cue.set_team_member,),
    "set-team-permission": (people_cue.set_team_role,),
    "remove-organization-role": (people_cue.set_organization_role,),
    "set-base-permission": (people_cue.set_base,),
    "set-visibility": (things_cue.set_shown,),
    "archive-repository": (things_cue.set_repository,),
    "delete-deploy-key": (things_cue.set_key,),
    "delete-webhook": (things_cue.set_webhook,),
    "disable-webhook": (things_cue.set_webhook,),
    "restore-branch-protection": (things_cue.set_branch,),
    "restore-ruleset": (things_cue.set_version,),
    "lock-conversation": (things_cue.set_conversation,),
    "check-run": (things_cue.set_commit,),
    "disable-actions": (things_cue.set_repository,),
    "disable-workflow": (things_cue.set_workflow,),
    "cancel-run": (things_cue.set_run,),
    "remove-runner": (things_cue.set_runner,),
    "revoke-token": (things_cue.set_token, things_cue.set_credential),
    "deauthorize-sso-credential": (things_cue.set_credential,),
}
