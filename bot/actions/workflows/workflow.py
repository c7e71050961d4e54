"""One workflow: whether it may run."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.core.errors import NotFound

ON: Final = "active"
OFF: Final = "disabled"
WORKFLOW_NEEDS: Final[Mapping[str, str]] = {"actions": "write", "metadata": "read"}

_WORKFLOW: Final = "/repos/{owner}/{repo}/actions/workflows/{workflow_id}"


def workflow_change(
    situation: Situation, repo: str, workflow: str, *, wanted: Literal["active", "disabled"]
) -> Change:
    """Return the switching of a workflow; ``workflow`` is its number or its file's name."""
    where = {**split(repo), "workflow_id": workflow}
    name = f"the workflow {workflow} of {repo}"

    async def read() -> Present:
        try:
            found = (await situation.gh.call("GET", _WORKFLOW, where)).data
        except NotFound as error:
            raise CannotChange(f"{name[:1].upper()}{name[1:]} is gone.") from error
        state = str(found["state"])
        # GitHub tells by whom or why it is disabled; for what may run it is all the same.
        return Present(label=OFF if state.startswith(OFF) else state)

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        verb = "/enable" if label == ON else "/disable"
        await situation.gh.call("PUT", _WORKFLOW + verb, where)
        return None

    return Change(
        thing=name,
        changed=OFF if wanted == ON else ON,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda _, now: f"{'Enabled' if now == ON else 'Disabled'} {name}.",
    )
