"""The hidden texts by which Tipstaff finds again what it wrote."""

import hashlib
import re

from bot.respond.inert import Markdown


def case_marker(case_id: str) -> Markdown:
    """Return the hidden text by which a case's issue is found again."""
    return marker("case", case_id)


def issue_marker(case_id: str, step_id: str | None) -> Markdown:
    """Return how a case's issue ends; with a step, only the issue that this step opened."""
    case = case_marker(case_id)
    return case if step_id is None else Markdown(f"{step_marker(step_id)}{case}")


def step_marker(step_id: str) -> Markdown:
    """Return the hidden line by which a step's comment is found again."""
    return marker("step", step_id)


def marker(kind: str, name: str) -> Markdown:
    """Return a hidden line: an HTML comment, which nothing in ``name`` can end."""
    # A step's id may carry a delivery's id, which is not ours: keep out what could end a comment.
    safe = re.fullmatch(r"(?:[A-Za-z0-9_.:]|-(?!-))+", name) and not name.startswith("-")
    inert = name if safe else hashlib.sha256(name.encode()).hexdigest()
    return Markdown(f"<!-- tipstaff:{kind}:{inert} -->")


def sealed(body: str, marker: Markdown) -> Markdown:
    """Return a body with its marker: last, for a mail in plain text shows it as it is."""
    return Markdown(f"{body.rstrip()}\n\n{marker}")


def bears(body: str | None, marker: Markdown) -> bool:
    """Tell whether a body ends with the marker: anywhere else it is a quotation or a fake.

    What an earlier version wrote begins with it.
    """
    text = (body or "").strip()
    return text.endswith(marker) or text.startswith(marker)
