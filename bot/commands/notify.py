"""``tipstaff notify``: a trial notice, so that nobody learns in an emergency what is set wrong."""

import asyncio
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.core.errors import ApiError, ConfigurationError

if TYPE_CHECKING:
    from bot.actions.notice import Notice
    from bot.settings import Settings


def notify(
    places: Annotated[
        list[str] | None,
        typer.Argument(help="What the settings call them; by default all of them."),
    ] = None,
) -> None:
    """Send a trial notice to the places of TIPSTAFF_NOTIFY_..., as the action `notify` would.

    Exit code 1 when one of them did not take it.
    """
    from bot.settings import load_settings

    settings = load_settings(os.environ, read=lambda path: Path(path).read_text(encoding="utf-8"))
    if not asyncio.run(_tell(settings, places or [])):
        raise typer.Exit(1)


async def _tell(settings: "Settings", wanted: list[str]) -> bool:
    """Tell each place, and print what came of it; return whether every one took it."""
    from bot.github import open_session
    from bot.notify import open_places

    now = datetime.now(UTC)
    async with open_session() as session:
        places = open_places(settings, session, clock=lambda: now)
        unknown = [name for name in wanted if name not in places.names]
        if unknown or not places.names:
            known = ", ".join(places.names) or "none; set one of TIPSTAFF_NOTIFY_..."
            raise ConfigurationError(
                f"the settings name no place {', '.join(unknown) or 'to notify'} (they name: "
                f"{known})"
            )
        took = []
        for name in wanted or places.names:
            try:
                remark = await places.send(name, _trial(now))
            except ApiError as error:
                typer.echo(f"✘ {name}: {error}")
                took.append(False)
            else:
                typer.echo(f"✔ {name}" + (f": {remark}" if remark else ""))
                took.append(remark is None)
        return all(took)


def _trial(now: datetime) -> "Notice":
    """Return a notice that says that it is only a trial."""
    from bot.actions.notice import Notice
    from bot.core.playbook import Level, Mode, Playbook
    from bot.core.problem import Place
    from bot.respond.alert import Alert
    from bot.respond.inert import Markdown

    number = secrets.token_hex(8)
    playbook = Playbook(
        id="trial",
        title="Tipstaff Can Reach You",
        level=Level.INFORMATIONAL,
        place=Place(path="tipstaff notify"),
        description="A trial, sent by the command `tipstaff notify`.",
    )
    alert = Alert(
        id=number,
        delivery_id=number,
        case_id=number,
        installation=0,
        org="trial",
        repo=None,
        actor="tipstaff",
        person=None,
        mode=Mode.OBSERVE,
        playbook=playbook,
        reasons=(),
        action="tipstaff.trial",
        fields={"action": "tipstaff.trial", "org": "trial", "actor": "tipstaff"},
        happened_at=now,
        created_at=now,
    )
    return Notice(
        id=f"{number}:0",
        title=playbook.title,
        summary=Markdown("This is a trial: nothing has happened. Alerts will come this way."),
        alert=alert,
        steps=(),
        url=None,
        at=now,
    )
