"""The page about events says what the code does."""

from pathlib import Path

from bot.core.normalise.page import render

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_the_page_about_events_is_the_one_the_tables_give() -> None:
    """Whoever changes a table writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "docs/events.md is out of date: run `python -m bot.core.normalise > docs/events.md`"
    )
