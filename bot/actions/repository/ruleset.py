"""A ruleset as values: its parts compared, told in words, and taken from what an event says."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from bot.actions.change import CannotChange
from bot.respond.alert import Alert
from bot.respond.inert import plain

State = Mapping[str, Any]
"""A ruleset's parts: those of `PARTS`, as GitHub's API takes them."""

PARTS: Final = ("name", "target", "enforcement", "conditions", "rules", "bypass_actors")

_TOLD: Final[Mapping[str, str]] = {
    "name": "ruleset_name",
    "target": "ruleset_target",
    "enforcement": "ruleset_enforcement",
    "conditions": "ruleset_conditions",
    "rules": "ruleset_rules",
    "bypass_actors": "ruleset_bypass_actors",
}
"""A part, and the field of an event that tells it."""

_LISTS: Final = frozenset({"rules", "bypass_actors"})


def parts_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts that GitHub shows: it hides who may bypass from those who can't change."""
    return {name: shown[name] for name in PARTS if shown.get(name) is not None}


def told_by(alert: Alert) -> dict[str, Any]:
    """Return the parts that an event tells; what was cut is not told."""
    told = {name: alert.fields.get(field) for name, field in _TOLD.items()}
    return {name: value for name, value in told.items() if value is not None and _whole(value)}


def _whole(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_whole(each) for each in value.values())
    if isinstance(value, list):
        return all(_whole(each) for each in value)
    return not (isinstance(value, str) and value.endswith("…"))


def differing(one: State, other: State) -> tuple[str, ...]:
    """Return the parts that both tell, differently; the order in lists does not count."""
    return tuple(
        part
        for part in PARTS
        if part in one and part in other and _digest(part, one[part]) != _digest(part, other[part])
    )


def is_alike(one: State, other: State) -> bool:
    """Tell whether two have one name, one enforcement and the same kinds of rules."""
    plainly = [part for part in differing(one, other) if part in {"name", "target", "enforcement"}]
    kinds = [
        sorted(str(each.get("type")) for each in state.get("rules") or ()) for state in (one, other)
    ]
    return not plainly and kinds[0] == kinds[1]


def holds(found: State, wanted: State) -> bool:
    """Tell whether a ruleset holds all that another one does, for the same branches and people.

    GitHub may add to a rule what nobody said; what was said must be there.
    """
    apart = {"name", "target", "enforcement", "conditions", "bypass_actors"}
    if apart.intersection(differing(found, wanted)):
        return False
    rules = [each for each in found.get("rules") or () if isinstance(each, Mapping)]
    return all(any(_says(rule, each) for rule in rules) for each in wanted.get("rules") or ())


def _says(rule: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        told = _bare(wanted).items()
        return isinstance(rule, Mapping) and all(_says(rule.get(k), each) for k, each in told)
    if isinstance(wanted, list):
        return (
            isinstance(rule, list)
            and len(rule) == len(wanted)
            and all(any(_says(one, each) for one in rule) for each in wanted)
        )
    return bool(rule == wanted)


def label(state: State, parts: Iterable[str]) -> str:
    """Return those parts in words; what is long is told by its kinds and a short hash."""
    return "; ".join(_said(part, state.get(part)) for part in parts)


def _said(part: str, value: Any) -> str:
    if part in {"name", "target", "enforcement"}:
        return f"{part} {plain(value, 100)}"
    what = part.replace("_", " ")
    if part == "rules" and isinstance(value, list) and value:
        kinds = sorted(plain(each.get("type"), 40) for each in value)
        what = f"rules {', '.join(kinds)}"
    return f"{what if value else f'no {what}'} ({_digest(part, value)[:7]})"


def _digest(part: str, value: Any) -> str:
    if part in _LISTS:
        lines = sorted(_json(each) for each in value or ())
    else:
        lines = [_json(value or {} if part == "conditions" else value)]
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _json(value: Any) -> bytes:
    return orjson.dumps(_bare(value), option=orjson.OPT_SORT_KEYS)


def _bare(value: Any) -> Any:
    """Return a value without what only says that nothing is said."""
    if isinstance(value, Mapping):
        return {key: _bare(each) for key, each in value.items() if each not in (None, [], {})}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def before(alert: Alert) -> dict[str, Any]:
    """Return the former parts that an event tells, of those it says were changed.

    Raises `CannotChange` when the event does not say how one of them was.
    """
    fields = alert.fields
    former: dict[str, Any] = {}
    for part, field in (("name", "ruleset_old_name"), ("enforcement", "ruleset_old_enforcement")):
        if isinstance(fields.get(field), str):
            former[part] = fields[field]
    for part in ("rules", "conditions"):
        if fields.get(f"ruleset_{part}_updated"):
            raise CannotChange(
                f"The event does not say how the {part} of the ruleset were, and GitHub shows no "
                "history of it; an administrator can look at it in the settings under Rules."
            )
    added, deleted = fields.get("ruleset_rules_added"), fields.get("ruleset_rules_deleted")
    if added or deleted:
        former["rules"] = _rules_before(told_by(alert).get("rules", []), added, deleted)
    return former


def _rules_before(now: Sequence[Any], added: Any, deleted: Any) -> list[Any]:
    if not _whole(deleted):
        raise CannotChange("The event tells the deleted rules only in part; please look by hand.")
    new = {_json(rule) for rule in added or ()}
    return [*(rule for rule in now if _json(rule) not in new), *(deleted or ())]
