"""Hearing ``/pause`` and ``/resume``: an owner stops every change, and lets them go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.respond.command import Command
from bot.respond.inert import Markdown, code
from bot.respond.pause import EVERYWHERE, Pause, holding
from bot.respond.standing import Standing
from bot.respond.word import Word
from bot.respond.wording import nothing, refused

OWNERS_ONLY = "only an owner of the organisation can pause Tipstaff, or let it go on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What to reply, the pause that begins, and whether the organisation's ends."""

    reply: Markdown
    begins: Pause | None = None
    ends: bool = False


def pause(
    command: Command,
    org: str,
    *,
    word: Word,
    standing: Standing,
    pauses: Sequence[Pause],
    now: datetime,
) -> Heard:
    """Return what ``/pause reason`` leads to."""
    if not standing.is_owner:
        return Heard(reply=refused(command, OWNERS_ONLY))
    if (held := _of(org, pauses)) is not None:
        return Heard(reply=Markdown(f"`/pause` changes nothing. {told(held)}"))
    begins = Pause(org=org.casefold(), by=word.by, reason=command.argument, since=now)
    why = f", because: {code(command.argument)}" if command.argument else ""
    return Heard(
        reply=Markdown(
            f"Paused in all of {code(org)}{why}. Everything is still recorded and told, and every "
            "change waits for an owner's `/approve`, also after `/resume`."
        ),
        begins=begins,
    )


def resume(
    command: Command, org: str, *, word: Word, standing: Standing, pauses: Sequence[Pause]
) -> Heard:
    """Return what ``/resume`` leads to: it ends the organisation's own pause, no wider one.

    Nor one that began after it was written: a delivery may be late by days.
    """
    if not standing.is_owner:
        return Heard(reply=refused(command, OWNERS_ONLY))
    own = _of(org, pauses)
    if own is not None and own.since is not None and word.is_before(own.since):
        why = "this pause began after that comment was written"
        return Heard(reply=refused(command, why))
    ends = own is not None
    wider = holding([each for each in pauses if each.org == EVERYWHERE], org)
    if wider is not None:
        how = (
            "its operator has to take the variable away"
            if wider.is_absolute
            else ("its operator ends that by `tipstaff resume`")
        )
        return Heard(reply=Markdown(f"{told(wider)} That holds everywhere; {how}."), ends=ends)
    if not ends:
        return Heard(reply=nothing(command, "Tipstaff is not paused"))
    return Heard(
        reply=Markdown(
            f"Tipstaff goes on in {code(org)}. What was planned meanwhile still waits for "
            "approval: `/approve` or `/deny` it on its case."
        ),
        ends=True,
    )


def told(held: Pause) -> Markdown:
    """Return a pause's sentence as Markdown in which nothing is alive."""
    return code(held.words)


def note(pauses: Sequence[Pause], org: str) -> Markdown | None:
    """Return what every reply adds while a pause holds."""
    held = holding(pauses, org)
    return None if held is None else Markdown(f"⏸ {told(held)}")


def against(pauses: Sequence[Pause], org: str, standing: Standing) -> str | None:
    """Return why a change can't be decided on now; ``None`` when it can."""
    held = holding(pauses, org)
    if held is None:
        return None
    if held.is_absolute:
        return (
            "Tipstaff is paused by the environment (TIPSTAFF_PAUSED), and until that ends nothing "
            "is changed, whoever approves"
        )
    if not standing.is_owner:
        return "Tipstaff is paused, and until it goes on only an owner can decide that"
    return None


def _of(org: str, pauses: Sequence[Pause]) -> Pause | None:
    return next((each for each in pauses if each.org == org.casefold()), None)
