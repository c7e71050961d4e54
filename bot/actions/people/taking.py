"""Taking something away that somebody else may take away at the same moment."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.actions.change import Present
from bot.actions.port import GitHub
from bot.core.errors import NotFound

QUICKER: Final = "It was gone when GitHub was asked: somebody else was quicker."
INVITED: Final = "GitHub sent an invitation; it takes effect when it is accepted."


async def take_away(
    gh: GitHub,
    url: str,
    where: Mapping[str, str | int],
    read: Callable[[], Awaitable[Present]],
) -> str | None:
    """Delete something; a 404 for what is gone meanwhile is no failure, but is said.

    Returns that remark, if any. Raises `NotFound` when the thing is still shown.
    """
    try:
        await gh.call("DELETE", url, where)
    except NotFound:
        if (await read()).label is not None:
            raise
        return QUICKER
    return None
