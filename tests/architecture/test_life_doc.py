"""The life cycles of docs/architecture.md are drawn from the tables."""

from pathlib import Path

from tools.life_cycles import drawn

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_the_page_shows_the_life_cycles_as_the_tables_have_them() -> None:
    """Write it anew with `python -m tools.life_cycles` when a table has changed."""
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == page
