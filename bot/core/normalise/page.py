"""The tables as a page for people: ``docs/events.md``."""

from collections.abc import Iterable, Iterator

from bot.core.normalise.aliases import ALIASES
from bot.core.normalise.catalogue import DELIVERIES
from bot.core.normalise.envelope import ENVELOPE
from bot.core.normalise.families import FAMILIES
from bot.core.normalise.table import Family, Field, Row

_INTRODUCTION = """\
# Events

<!-- Written by `python -m bot.core.normalise > docs/events.md`; change the tables, not this. -->

Whatever GitHub sends becomes one event in the words of GitHub's audit log, so a rule written for
the audit log also fires on webhooks. A playbook reads the fields below; a field that is not here
is looked up in the payload itself by its dotted path (`pull_request.head.ref`), through every
element of an array on the way (`commits.author.email`).

- A field that the payload does not give is left out: it matches nothing.
- A name with a star (\\*) is ours, made in the audit log's style where the audit log has none.
- Every other delivery keeps GitHub's names: its `action` is `<event>.<action>`, or `<event>`.
- Where several rows of one event fit, the first one counts.
- One act makes one alert: where GitHub tells the same act by two events, only one of them gets
  the audit log's action, and the other says so below.
- The time is when Tipstaff received the delivery; when GitHub had to be asked to send it again,
  such as after an outage, it is when GitHub first tried. GitHub gives no time of the act for
  most events, and the dates in commits are whatever their author wrote.
- Wherever the audit log has its own spelling of a level of access, it is used: `admin`,
  `maintain`, `write`, `triage`, `read`; for members of the organisation `admin` and `read`."""


def render() -> str:
    """Return the whole page as Markdown, ending with a newline."""
    blocks = [
        _INTRODUCTION,
        "## Every event",
        _table(("Field", "Meaning"), ((f"`{name}`", says) for name, says in ENVELOPE.items())),
        *(block for family in FAMILIES for block in _section(family)),
        "## Everything else",
        (
            "These deliveries carry the fields of every event and nothing more; the rest is in the"
            " payload."
        ),
        _table(("Event", "Actions"), _uncovered()),
        "## Other spellings",
        (
            "Public rules spell some actions otherwise. A playbook that asks for the spelling on"
            " the left also fires on the action on the right."
        ),
        _table(
            ("Spelling", "Action", "When"),
            (
                (f"`{alias.name}`", f"`{alias.action}`", alias.condition or "always")
                for alias in ALIASES
            ),
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def _section(family: Family) -> Iterator[str]:
    yield f"## {family.event}"
    yield family.about
    if family.rows:
        yield _table(("Delivery", "Becomes", "Operation", "Also carries"), _rows(family))
    if family.fields:
        yield _table(("Field", "From"), _fields(family.fields))
    if any(row.fields for row in family.rows):
        yield "Where the table says so:"
        yield _table(("Field", "From"), _row_fields(family))
    if family.notes:
        yield "\n".join(f"- {note}" for note in family.notes)


def _rows(family: Family) -> Iterator[tuple[str, ...]]:
    for row in family.rows:
        carries = ", ".join(f"`{field.name}`" for field in row.fields)
        yield _delivery(row), _name(row), row.operation or "", carries


def _delivery(row: Row) -> str:
    action = f"`{row.action}`" if row.action else "any"
    return f"{action}, when {row.when.says}" if row.when else action


def _name(row: Row) -> str:
    return f"`{row.becomes}`" + (" \\*" if row.coined else "")


def _fields(fields: Iterable[Field]) -> Iterator[tuple[str, ...]]:
    return ((f"`{field.name}`", field.origin) for field in fields)


def _row_fields(family: Family) -> Iterator[tuple[str, ...]]:
    """Yield the fields of single rows; which row, where two rows read one field differently."""
    used: dict[tuple[str, str], dict[str, None]] = {}
    for row in family.rows:
        for field in row.fields:
            used.setdefault((field.name, field.origin), {})[_delivery(row)] = None
    names = [name for name, _ in used]
    for (name, origin), deliveries in used.items():
        where = f" ({'; '.join(deliveries)})" if names.count(name) > 1 else ""
        yield f"`{name}`", origin + where


def _uncovered() -> Iterator[tuple[str, ...]]:
    covered = {family.event for family in FAMILIES}
    for event, actions in DELIVERIES.items():
        if event not in covered:
            yield f"`{event}`", ", ".join(f"`{action}`" for action in actions)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
