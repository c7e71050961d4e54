"""Tells people outside of GitHub."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.notice import Notice
from bot.actions.opening import changes_of
from bot.core.errors import Refused
from bot.respond.inert import Markdown
from bot.respond.inert import title as inert
from bot.respond.sentence import happened
from bot.respond.step import Receipt, StepState


class NotifyParameters(Parameters):
    """Parameters of ``notify``."""

    to: str = Field(
        default="",
        max_length=40,
        description="The place, as the operator's settings call it; left out, the only one they "
        "name.",
    )
    title: str = Field(default="", description="One line; by default the playbook's and where.")
    summary: str = Field(
        default="", description="Markdown; by default one sentence on what happened."
    )


class Notify(Action[NotifyParameters]):
    """Sends the alert to one place that the operator's settings name."""

    name = "notify"
    summary = (
        "Sends the alert to a webhook, a chat, a mailbox or Falcosidekick. Only the operator's "
        "settings (`TIPSTAFF_NOTIFY_...`) name places, never an event. Each step sends to one "
        "place, so that the silence of one holds up no other. When nobody knows whether a notice "
        "arrived it is sent again, with the same id (`webhook-id`, `Message-ID`) to tell it by."
    )
    Params = NotifyParameters
    needs: ClassVar[Mapping[str, str]] = {}
    changes: ClassVar[bool] = False
    undo_note = "What was sent can't be taken back."
    example = """\
- action: notify
  with:
    to: slack
    summary: "{{ user }} became an owner of {{ org }}."
"""

    async def apply(self, situation: Situation, params: NotifyParameters) -> Receipt:
        """Send the notice; the same step always sends the same id."""
        alert = situation.subject()
        name = _place(situation, params.to.strip())
        issue = situation.file.case.issue
        usual = f"{alert.playbook.title}: {alert.repo or alert.org}"
        remark = await situation.notifier.send(
            name,
            Notice(
                id=situation.step.id,
                title=inert(params.title or usual),
                summary=Markdown(params.summary) if params.summary else happened(alert),
                alert=alert,
                steps=tuple(changes_of(situation, alert)),
                url=issue.url if issue is not None else None,
                at=situation.now,
            ),
        )
        text = f"Told '{name}'" + (f": {remark}." if remark else ".")
        return Receipt(state=StepState.DONE, summary=text, after={"told": name})


def _place(situation: Situation, wanted: str) -> str:
    """Return the place to send to; raise `Refused`, saying what to set, when there is none."""
    names = situation.notifier.names
    if wanted in names or (not wanted and len(names) == 1):
        return wanted or names[0]
    if not names:
        raise Refused(
            "The settings name no place to notify: set one of TIPSTAFF_NOTIFY_WEBHOOK, _SLACK, "
            "_FALCO and _EMAIL"
        )
    known = ", ".join(names)
    if not wanted:
        raise Refused(f"The settings name several places; say one with 'to': {known}")
    raise Refused(f"The settings name no place '{wanted}' to notify; they name: {known}")
