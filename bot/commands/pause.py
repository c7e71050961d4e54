"""``tipstaff pause`` and ``tipstaff resume``: the global stop, for all workers at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import AsJson, print_json
from bot.commands.state import operator, with_store
from bot.core.errors import ConfigurationError
from bot.respond.inert import is_login
from bot.respond.pause import EVERYWHERE, Pause

if TYPE_CHECKING:
    from bot.store import Store

Org = Annotated[
    str | None,
    typer.Option("--org", help="Only this organisation; by default all of them."),
]

_LONGEST_REASON = 500


def pause(
    org: Org = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; told wherever it shows.")] = "",
    as_json: AsJson = False,
) -> None:
    """Stop every change, at once and for all workers, until `tipstaff resume`.

    Everything is still recorded and told; every change waits for an owner's approval.
    """
    begins = Pause(org=_wanted(org), by=operator(), reason=_line(reason))

    async def begin(store: "Store") -> tuple[bool, Sequence[Pause]]:
        # By the clock that all workers go by: what was approved before it does not count.
        began = await store.pause(begins, now=await store.now())
        return began, await store.pauses()

    began, standing = with_store(begin)
    if as_json:
        print_json({"began": began, "pauses": _as_json(standing)})
        return
    typer.echo(f"paused: {_where(begins.org)}" if began else "nothing changed: paused already")
    _print(standing)


def resume(org: Org = None, as_json: AsJson = False) -> None:
    """Let Tipstaff change things again; what was planned meanwhile still asks.

    Ends the pause of everything, or with --org that of one organisation.
    """
    wanted = _wanted(org)

    async def end(store: "Store") -> tuple[bool, Sequence[Pause]]:
        ended = await store.unpause(wanted, by=operator(), now=await store.now())
        return ended, await store.pauses()

    ended, standing = with_store(end)
    if as_json:
        print_json({"ended": ended, "pauses": _as_json(standing)})
        return
    typer.echo(
        f"resumed: {_where(wanted)}" if ended else f"nothing changed: no pause of {_where(wanted)}"
    )
    if standing:
        typer.echo("still paused:")
    _print(standing)


def _wanted(org: str | None) -> str:
    if org is None:
        return EVERYWHERE
    if not is_login(org.strip()):
        raise ConfigurationError(f"--org takes an organisation's login, not '{org}'")
    return org.strip().lower()


def _where(org: str) -> str:
    return "everything" if org == EVERYWHERE else org


def _line(reason: str) -> str:
    return " ".join(reason.split())[:_LONGEST_REASON]


def _print(standing: Sequence[Pause]) -> None:
    for each in standing:
        typer.echo(f"  {each.words}")


def _as_json(standing: Sequence[Pause]) -> list[dict[str, object]]:
    return [
        {
            "org": None if each.org == EVERYWHERE else each.org,
            "by": each.by,
            "reason": each.reason,
            "since": each.since,
        }
        for each in standing
    ]
