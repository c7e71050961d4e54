"""The playbooks of a folder as they hold in the end, for `tipstaff check --effective`."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.core.problem import Place
from bot.detect.collection import expand
from bot.detect.document import Document, read
from bot.detect.effective import Value, trace
from bot.detect.rule import Rule
from bot.playbooks import Loaded


def effective(loaded: Loaded) -> list[dict[str, Any]]:
    """Return every playbook with its values and their sources, ready to be printed as JSON.

    A playbook that the overlay switches off is listed too, with ``disabled`` at its place.
    """
    lists = {name: (loaded.lists[name], place) for name, place in loaded.list_places.items()}
    documents = lru_cache(maxsize=16)(_documents)
    return [
        {
            "id": rule.playbook.id,
            "title": rule.playbook.title,
            "path": str(rule.playbook.place),
            "values": [
                {"key": value.key, "value": value.value, "source": value.source}
                for value in (
                    *_disabled(rule, loaded),
                    *trace(
                        rule, _own(rule, documents(rule.playbook.place.path)), loaded.overlay, lists
                    ),
                )
            ],
        }
        for rule in (*loaded.rules, *loaded.disabled)
    ]


def lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the same as text: a playbook a block, a value a line with its source behind it."""
    for playbook in found:
        yield f"{playbook['title']} ({playbook['path']})"
        for value in playbook["values"]:
            yield f"  {value['key']}: {_short(value['value'])}  <- {value['source']}"
        yield ""


def _disabled(rule: Rule, loaded: Loaded) -> tuple[Value, ...]:
    change = loaded.overlay.change_of(rule.playbook)
    if change is None or not change.disabled:
        return ()
    return (Value(key="disabled", value=True, place=change.places[("disabled",)]),)


def _documents(path: str) -> tuple[Document, ...]:
    try:
        return tuple(expand(read(Path(path).read_text(encoding="utf-8"), path)[0], []))
    except (OSError, UnicodeDecodeError):
        # Gone since it was loaded: the place of the playbook is all that is left to tell.
        return ()


def _own(rule: Rule, documents: tuple[Document, ...]) -> Document | None:
    place: Place = rule.playbook.place
    return next((each for each in documents if each.place() == place), None)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else text[:99] + "…"
