"""Taking something away that somebody else may take away at the same moment."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.actions.change import Present
from bot.actions.port import GitHub
from bot.core.errors import NotFound, Unavailable

INVITED: Final = "GitHub sent an invitation; it takes effect when it is accepted."


async def take_away(
    gh: GitHub,
    url: str,
    where: Mapping[str, str | int],
    read: Callable[[], Awaitable[Present]],
) -> None:
    """Delete something.

    A 404 for what is gone by then is no failure, and no deed of ours: `Unavailable`, so that the
    step looks again and finds nothing to do. Raises `NotFound` when the thing is still shown.
    """
    try:
        await gh.call("DELETE", url, where)
    except NotFound as missing:
        if (await read()).label is not None:
            raise
        text = "somebody else took it away at the same moment: looking again"
        raise Unavailable(text, status=404, body=missing.body) from missing
