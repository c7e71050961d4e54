"""A thing of several aspects (a team's name and privacy): just what an event changed of it."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.respond.inert import plain
from bot.respond.masking import mask
from bot.respond.step import Receipt, StepState

Values = Mapping[str, Any]
"""An aspect's name and its value."""

_LONGEST: Final = 60

_NONE: Final = "none"

_LIKE_WORDS_OF_OURS: Final = re.compile(rf"{_NONE}|.*; .*|.* \([0-9a-f]{{7}}\)", re.DOTALL)
"""A text that could be taken for nothing, for several aspects, or for one that was shortened."""


def in_question(situation: Situation, now: Values, after: Values, before: Values) -> list[str]:
    """Return the aspects that may be put back, of those that an event changed.

    One that was changed again since, or is right already, is left out, so that it does not keep
    the others from being put back; when that holds for them all, all are in question, and the
    change finds out. What is right may be the work of an earlier try, and then counts. An undo
    falls on those that the step itself changed.
    """
    changed = [name for name in after if after[name] != before.get(name)]
    recorded = _recorded(situation)
    if recorded is not None:
        return [name for name in changed if name in recorded] or changed
    as_left = [name for name in changed if now.get(name) == after[name]]
    if not situation.tried_before:
        return as_left or changed
    return [name for name in changed if now.get(name) in (after[name], before[name])] or changed


def _recorded(situation: Situation) -> frozenset[str] | None:
    """Return the aspects that the step to be undone (or done again) changed."""
    receipt = _undone(situation)
    details = receipt.before.get("details") if receipt is not None else None
    return frozenset(details.get("names", details)) if details else None


def _undone(situation: Situation) -> Receipt | None:
    """Return the receipt of the step to be undone (or done again)."""
    undone = situation.step.undo_of
    step = next((each for each in situation.file.steps if each.id == undone), None)
    return step.receipt if step is not None else None


def _half(situation: Situation, now: Values, wanted: Values, names: Sequence[str]) -> bool:
    """Tell whether each aspect is as a step that failed found it, or as it was to make it."""
    receipt = _undone(situation)
    if receipt is None or receipt.state is not StepState.FAILED:
        return False
    found = receipt.before.get("details", {})
    return all(now.get(name) in (wanted.get(name), found.get(name)) for name in names)


def left_alone(names: Sequence[str], after: Values, before: Values, words: Values) -> str | None:
    """Say which aspects somebody changed again since; ``None``: none of them."""
    others = [
        str(words.get(name, name))
        for name in after
        if after[name] != before.get(name) and name not in names
    ]
    if not others:
        return None
    return f"Left alone, for it was changed since: {', '.join(others)}."


def told(values: Values, names: Sequence[str], words: Values) -> str:
    """Return aspects in words, the same only for the same values."""
    return "; ".join(f"{words.get(name, name)}: {_said(values.get(name))}" for name in names)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value in (None, "", []):
        return _NONE
    items = list(map(str, value)) if isinstance(value, list) else []
    text = ", ".join(items) if items else str(value)
    shown = plain(text, _LONGEST)
    has_commas = any(", " in item for item in items)  # then where one ends can't be seen
    if shown == text and not has_commas and not _LIKE_WORDS_OF_OURS.fullmatch(text):
        return shown
    exact = "\0".join(items) if has_commas else text
    return f"{shown} ({hashlib.sha256(exact.encode()).hexdigest()[:7]})"


async def aspects_change(
    situation: Situation,
    *,
    thing: str,
    words: Values,
    after: Values,
    before: Values,
    read: Callable[[], Awaitable[Values]],
    write: Callable[[Values], Awaitable[None]],
    effect: Callable[[Values], str | None] = lambda _: None,
) -> Change:
    """Return the change of a thing's aspects from ``after`` to what they were ``before``.

    ``words`` say what each aspect is called; ``read`` gives them all as they are, and ``write``
    sets some. ``effect`` tells what was set, for sources that learn no actor.
    """
    if all(after[name] == before.get(name) for name in after):
        raise CannotChange(
            f"The event does not say what was changed of {thing}; please look at it by hand."
        )
    now = await read()
    names = in_question(situation, now, after, before)
    target = told(before, names, words)
    written: list[Values] = []

    async def look() -> Present:
        found = await read()
        return Present(label=told(found, names, words), details=_to_keep(found, names))

    async def put(label: str | None, details: Values) -> str | None:
        wanted = before if label == target else details
        written.append({name: wanted.get(name) for name in names})
        await write(written[-1])
        return None

    def set_to(label: str | None) -> Values:
        source = written[-1] if written else before if label == target else after
        return {name: source.get(name) for name in names}

    standing = any(now.get(name) == after[name] for name in names)
    return Change(
        thing=thing,
        changed=told(now if standing else after, names, words),
        wanted=target,
        read=look,
        write=put,
        words=lambda _, label: f"Set {thing} back: {label}.",
        effect=lambda label: effect(set_to(label)),
        note=left_alone(names, after, before, words),
        half=told(now, names, words) if _half(situation, now, before, names) else None,
        details=_to_keep(after, names),
        needs_details=True,
    )


def _to_keep(values: Values, names: Sequence[str]) -> dict[str, Any]:
    """Return what a receipt may keep for an undo: nothing, if there is a secret in it."""
    kept = {name: values.get(name) for name in names}
    texts = [
        text
        for value in kept.values()
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    ]
    return {} if any(mask(text) != text for text in texts) else kept
