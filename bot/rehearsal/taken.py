"""Which steps a match leads to, when each does what it should."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.actions.catalogue import CHANGING
from bot.core.event import Event
from bot.core.playbook import Match, Mode
from bot.rehearsal.scene import organisation_of
from bot.respond.plan import plan
from bot.respond.step import StepState
from bot.respond.turn import spec_of


def taken(event: Event, match: Match) -> Sequence[str]:
    """Return the actions of the steps that are taken, in order.

    Left out are those whose ``if`` is not true of the event, and those for when another one fails.
    What asks how an earlier step ended counts as taken.
    """
    given = replace(
        event,
        installation=event.installation or 1,
        fields={"org": organisation_of(event.fields), **event.fields},
    )
    made = plan(
        given,
        match,
        own_login="",
        ceiling=Mode.ENFORCE,
        now=datetime.now(UTC),
        changing=CHANGING,
    )
    if made is None:
        return ()
    return [
        step.action
        for step in made.steps
        if step.state is not StepState.SKIPPED
        and ((spec := spec_of(step, made.alert)) is None or spec.rescues is None)
    ]
