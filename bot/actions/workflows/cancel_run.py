"""Ends a workflow's run."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, NoReturn

from pydantic import Field

from bot.actions.base import PATIENCE, Action, Situation, split
from bot.actions.change import CannotChange
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters, number_of
from bot.actions.workflows.workflow import WORKFLOW_NEEDS
from bot.core.errors import NotFound, Refused, Unavailable
from bot.respond.step import Receipt, StepState

_RUN: Final = "/repos/{owner}/{repo}/actions/runs/{run_id}"
_OVER: Final = "completed"
_GRACE: Final = timedelta(seconds=30)
"""What a run gets to end in good order, before it is ended by force."""


class CancelRunParameters(RepositoryParameters):
    """Parameters of ``cancel-run``."""

    run_id: int | None = Field(
        default=None, description="The run's number; left out, the event's `workflow_run_id`."
    )
    force: bool = Field(
        default=True,
        description="Whether a run that does not end when asked to is ended by force.",
    )


class CancelRun(Action[CancelRunParameters]):
    """Asks a run to end, and ends it by force when it stays."""

    name = "cancel-run"
    summary = (
        "Cancels a workflow's run. GitHub only takes the request at first: Tipstaff looks again "
        "half a minute later, and cancels by force what goes on all the same (a job that says "
        "`if: always()`)."
    )
    Params = CancelRunParameters
    needs: ClassVar[Mapping[str, str]] = WORKFLOW_NEEDS
    changes: ClassVar[bool] = True
    undo_note = "What did not run can be run: in the Actions tab, `Re-run jobs`."
    example = "- action: cancel-run\n"

    async def apply(self, situation: Situation, params: CancelRunParameters) -> Receipt:
        """Cancel the run if it goes on, and see it ended."""
        try:
            number = number_of(situation.subject(), params.run_id, "workflow_run_id", "run")
            repo = await repository_of(situation, params.repository)
        except CannotChange as reason:
            return Receipt(state=StepState.BLOCKED, summary=str(reason))
        where = {**split(repo), "run_id": number}
        name = f"the run {number} of {repo}"
        found = await _look(situation, where)
        if found is None:
            text = f"Nothing to do: {name} is gone."
            return Receipt(state=StepState.UNCHANGED, summary=text)
        if found["status"] == _OVER:
            return _over(situation, found, name)
        # What was asked politely before, and still runs, is not asked again.
        by_force = params.force and situation.tried_before
        verb = "/force-cancel" if by_force else "/cancel"
        refusal: Refused | None = None
        try:
            await situation.gh.call("POST", _RUN + verb, where)
        except Refused as error:
            if error.status != 409:
                raise
            refusal = error  # it ended just before, or can't be cancelled: the next look tells
        now = await _look(situation, where) or {"status": _OVER}
        if now["status"] != _OVER:
            _look_later(situation, name, refusal)
        if now.get("conclusion") != "cancelled":
            return _over(situation, now, name)
        forced = " by force" if by_force else ""
        return _done(f"Cancelled {name}{forced}.", found, name)


def _look_later(situation: Situation, name: str, refusal: Refused | None) -> NoReturn:
    """Raise because the run still goes on: a job may take a while to end in good order."""
    if refusal is not None:
        if situation.step.attempts >= PATIENCE:
            raise refusal
        text, later = f"{refusal}; {name} goes on", situation.now + _GRACE
        raise Unavailable(text, status=409, body=refusal.body, retry_at=later) from refusal
    if situation.step.attempts >= PATIENCE:
        situation.not_seen(f"{name} still goes on")
    raise Unavailable(
        f"GitHub accepted to cancel {name}, which still goes on",
        retry_at=situation.now + _GRACE,
        sent=True,
    )


def _over(situation: Situation, run: Mapping[str, Any], name: str) -> Receipt:
    """Tell of a run that is over: by an earlier try of ours, or by itself."""
    ended = run.get("conclusion") or "unknown"
    if situation.tried_before and ended == "cancelled":
        return _done(f"Cancelled {name}. An earlier try did it.", run, name)
    text = f"Nothing to do: {name} is over ({ended})."
    return Receipt(state=StepState.UNCHANGED, summary=text, url=run.get("html_url"))


def _done(text: str, run: Mapping[str, Any], name: str) -> Receipt:
    return Receipt(
        state=StepState.DONE,
        summary=text,
        before={"run": name, "status": run.get("status")},
        url=run.get("html_url"),
    )


async def _look(situation: Situation, where: Mapping[str, str | int]) -> Mapping[str, Any] | None:
    try:
        return dict((await situation.gh.call("GET", _RUN, where)).data)
    except NotFound:
        return None
