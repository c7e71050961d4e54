"""The demo plays its whole day, and every fact it tells was checked."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.core.errors import TipstaffError
from bot.demo import play
from bot.demo.story import STORY, holds
from bot.demo.telling import visible

ROOT = Path(__file__).parents[2]


async def test_the_whole_day_is_played_and_told() -> None:
    """Every scene comes true on the real app; the story ends with the day's sum."""
    out = io.StringIO()
    await play(
        Console(file=out, width=120),
        playbooks=ROOT / "playbooks",
        lists=ROOT / "lists",
        manifest=ROOT / "app.yml",
    )
    told = out.getvalue()
    assert all(scene.title in told for scene in STORY)
    assert "Deliveries kept" in told
    assert "Delivery to response" in told


def test_a_demo_that_would_tell_a_falsehood_fails() -> None:
    """A fact is told only when it holds."""
    with pytest.raises(TipstaffError, match="expected otherwise"):
        holds("the sky is green", False)


def test_hidden_and_folded_parts_of_an_issue_are_not_shown() -> None:
    """The terminal shows what a reader sees before unfolding anything."""
    body = "<!-- marker -->\nHello\n<details><summary>More</summary>\nsecret\n</details>\n"
    assert visible(body).split() == ["Hello", "▸", "More"]
