"""Changed playbooks take over as a whole, or the last good set stays."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.core.errors import ConfigurationError
from bot.metrics import Metrics
from bot.reload import Playbooks, Shelf
from tests.detect.build import playbook
from tests.github.stage import Clock


def text(number: int, user: str = "eve") -> str:
    """Return a playbook."""
    return playbook(f"s: {{user: {user}}}\ncondition: s", number=number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a place with one playbook."""
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks/a.yml").write_text(text(1))
    return tmp_path


def opened(folder: Path, *, overlay_needed: bool = False) -> tuple[Playbooks, Metrics, Clock]:
    """Return the playbooks of a place, and what is told of them."""
    shelf = Shelf(
        playbooks=folder / "playbooks",
        lists=folder / "lists",
        config=folder / "tipstaff.yml",
        overlay_needed=overlay_needed,
    )
    metrics, clock = Metrics.create(), Clock()
    return Playbooks(shelf, metrics=metrics, clock=clock, settled=0), metrics, clock


def users(playbooks: Playbooks) -> list[str]:
    """Return whom the playbooks in use look for."""
    return [
        str(test.words[0])
        for rule in playbooks.loaded.rules
        for test in [rule.condition]
        if hasattr(test, "words")
    ]


def sample(metrics: Metrics, name: str) -> float | None:
    """Return a number that Prometheus would read."""
    return metrics.registry.get_sample_value(f"tipstaff_{name}")


async def test_a_changed_a_new_and_a_removed_file_are_taken_over(folder: Path) -> None:
    """The next look brings each, and a look at nothing new brings nothing."""
    playbooks, metrics, _ = opened(folder)
    assert await playbooks.look() is False
    (folder / "playbooks/a.yml").write_text(text(1, "bob"))
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: bob"]
    (folder / "playbooks/b.yml").write_text(text(2, "carol"))
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: bob", "user: carol"]
    (folder / "playbooks/a.yml").unlink()
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: carol"]
    assert await playbooks.look() is False
    assert sample(metrics, "playbooks") == 1
    assert sample(metrics, "playbooks_stale") == 0


async def test_lists_and_overlay_are_watched_too(folder: Path) -> None:
    """A new list, and an overlay that appears, take effect."""
    playbooks, _, _ = opened(folder)
    (folder / "lists").mkdir()
    (folder / "lists/names.yml").write_text("name: names\nvalues: [eve]")
    assert await playbooks.look() is True
    assert playbooks.loaded.lists == {"names": ("eve",)}
    (folder / "tipstaff.yml").write_text("playbooks: {a.yml: {level: critical}}")
    assert await playbooks.look() is True
    assert [str(rule.playbook.level) for rule in playbooks.loaded.rules] == ["critical"]


async def test_a_broken_change_keeps_the_last_good_set_and_says_so(folder: Path) -> None:
    """Not even the sound part of it is used; it is told since when, and why."""
    playbooks, metrics, clock = opened(folder)
    before = playbooks.loaded
    (folder / "playbooks/b.yml").write_text(text(2, "carol"))
    (folder / "playbooks/a.yml").write_text(text(1).replace("condition: s", "condition: t"))
    assert await playbooks.look() is False
    assert playbooks.loaded is before
    assert sample(metrics, "playbooks_stale") == 1
    assert sample(metrics, "playbook_problems") == 1
    assert playbooks.detail == (
        "1 in use, the last good set: a change is not used since 2025-06-01T12:00:00+00:00"
    )
    clock.move(hours=1)
    (folder / "playbooks/b.yml").write_text(text(2, "trudy"))
    assert await playbooks.look() is False
    assert "2025-06-01T12:00:00" in playbooks.detail, "it is still the same trouble"
    assert [problem.place.path.endswith("a.yml") for problem in playbooks.problems] == [True]
    (folder / "playbooks/a.yml").write_text(text(1))
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: eve", "user: trudy"]
    assert playbooks.detail == "2 in use"
    assert sample(metrics, "playbooks_stale") == 0


async def test_putting_a_broken_change_back_ends_the_trouble(folder: Path) -> None:
    """The set in use is again the one on disk."""
    playbooks, metrics, _ = opened(folder)
    (folder / "playbooks/a.yml").write_text("title: [")
    assert await playbooks.look() is False
    (folder / "playbooks/a.yml").write_text(text(1))
    assert await playbooks.look() is True
    assert sample(metrics, "playbooks_stale") == 0


async def test_an_error_that_was_there_before_does_not_hold_up_a_change(folder: Path) -> None:
    """A playbook that was left out at the start stays out; the others may still be changed."""
    (folder / "playbooks/old.yml").write_text("title: no more than that")
    playbooks, _, _ = opened(folder)
    assert len(playbooks.loaded.errors) > 0
    (folder / "playbooks/a.yml").write_text(text(1, "bob"))
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: bob"]


async def test_a_folder_that_vanishes_or_empties_is_no_change_to_take_over(folder: Path) -> None:
    """A disk that is not mounted must not switch the guard off."""
    playbooks, _, _ = opened(folder)
    (folder / "playbooks/a.yml").unlink()
    assert await playbooks.look() is False
    assert "no playbook is left" in str(playbooks.problems[0])
    (folder / "playbooks").rmdir()
    await playbooks.look()
    assert users(playbooks) == ["user: eve"]


async def test_an_overlay_that_vanishes_is_not_taken_for_an_empty_one(folder: Path) -> None:
    """What it forbade stays forbidden until it is emptied on purpose."""
    (folder / "tipstaff.yml").write_text("playbooks: {a.yml: {level: low}}")
    playbooks, _, _ = opened(folder)
    (folder / "tipstaff.yml").unlink()
    assert await playbooks.look() is False
    assert [str(rule.playbook.level) for rule in playbooks.loaded.rules] == ["low"]
    (folder / "tipstaff.yml").write_text("")
    assert await playbooks.look() is True
    assert [str(rule.playbook.level) for rule in playbooks.loaded.rules] == ["high"]


async def test_a_file_that_is_only_touched_is_not_read_again(folder: Path) -> None:
    """A new time on the same content changes nothing."""
    playbooks, _, _ = opened(folder)
    before = playbooks.loaded
    os.utime(folder / "playbooks/a.yml", (1, 1))
    assert await playbooks.look() is False
    assert playbooks.loaded is before


async def test_a_set_that_is_still_being_written_is_waited_for(folder: Path) -> None:
    """What changes between two glances is left for the next look."""
    shelf = Shelf(
        playbooks=folder / "playbooks", lists=folder / "lists", config=folder / "tipstaff.yml"
    )
    playbooks = Playbooks(shelf, metrics=Metrics.create(), clock=Clock(), settled=0.2)
    (folder / "playbooks/a.yml").write_text(text(1, "bo"))
    looking = asyncio.create_task(playbooks.look())
    await asyncio.sleep(0.1)
    (folder / "playbooks/a.yml").write_text(text(1, "bobby"))
    assert await looking is False
    assert users(playbooks) == ["user: eve"]
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: bobby"]


async def test_the_watch_looks_at_its_interval_and_ends_when_told(folder: Path) -> None:
    """Nobody has to ask."""
    playbooks, _, _ = opened(folder)
    stop = asyncio.Event()
    watching = asyncio.create_task(playbooks.run(stop, 0.01))
    (folder / "playbooks/a.yml").write_text(text(1, "bob"))
    async with asyncio.timeout(10):
        while users(playbooks) != ["user: bob"]:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(watching, 5)


def test_a_start_needs_a_folder(tmp_path: Path) -> None:
    """Without one there is nothing to guard with."""
    with pytest.raises(ConfigurationError, match="TIPSTAFF_PLAYBOOKS"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("overlay", "needed", "message"),
    [
        ("playbooks: {a.yml: {mod: ask}}", False, "tipstaff.yml:1:21: unknown key 'mod'"),
        ("playbooks: {b.yml: {mode: ask}}", False, "there is no playbook 'b.yml'"),
        (None, True, "tipstaff.yml:1:1: cannot be read"),
    ],
)
def test_a_start_with_a_mistake_in_the_overlay_is_refused(
    folder: Path, overlay: str | None, needed: bool, message: str
) -> None:
    """Without what it says a playbook might go further than the operator allows."""
    if overlay is not None:
        (folder / "tipstaff.yml").write_text(overlay)
    with pytest.raises(ConfigurationError, match=message):
        opened(folder, overlay_needed=needed)


def test_the_overlay_may_lie_among_the_playbooks(folder: Path) -> None:
    """It is then not taken for one of them."""
    config = folder / "playbooks/tipstaff.yml"
    config.write_text("playbooks: {a.yml: {level: low}}")
    shelf = Shelf(playbooks=folder / "playbooks", lists=folder / "lists", config=config)
    playbooks = Playbooks(shelf, metrics=Metrics.create(), clock=Clock())
    assert playbooks.problems == ()


def test_hidden_folders_are_not_read(folder: Path) -> None:
    """Such as the other copies of every file in a ConfigMap that is mounted."""
    (folder / "playbooks/..2026").mkdir()
    (folder / "playbooks/..2026/a.yml").write_text(text(1))
    playbooks, _, _ = opened(folder)
    assert playbooks.problems == ()
    assert len(playbooks.loaded.rules) == 1


async def test_a_file_that_becomes_empty_is_no_change_to_take_over(folder: Path) -> None:
    """A full disk or half of a copy must not take a guard away; a deleted file does."""
    (folder / "playbooks/b.yml").write_text(text(2, "carol"))
    playbooks, _, _ = opened(folder)
    (folder / "playbooks/b.yml").write_text("# nothing yet\n")
    assert await playbooks.look() is False
    assert users(playbooks) == ["user: eve", "user: carol"]
    assert "this file has become empty" in str(playbooks.problems[0])
    (folder / "playbooks/b.yml").unlink()
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: eve"]


async def test_one_more_error_of_a_known_kind_holds_a_change_up(folder: Path) -> None:
    """A second playbook that breaks as the first one did is not overlooked."""
    nameless = "level: high\n---\n"
    (folder / "playbooks/a.yml").write_text(nameless + text(1))
    playbooks, _, _ = opened(folder)
    assert users(playbooks) == ["user: eve"]
    (folder / "playbooks/a.yml").write_text(nameless + text(1).replace("title:", "titel:"))
    (folder / "playbooks/b.yml").write_text(text(2, "bob"))
    assert await playbooks.look() is False
    assert users(playbooks) == ["user: eve"]


async def test_a_folder_that_is_swapped_by_its_link_is_taken_over(folder: Path) -> None:
    """As deployments do it: a new copy beside the old one, then the link is turned."""
    (folder / "playbooks").rename(folder / "one")
    (folder / "two").mkdir()
    (folder / "two/a.yml").write_text(text(1, "bob"))
    (folder / "playbooks").symlink_to("one")
    playbooks, _, _ = opened(folder)
    (folder / "next").symlink_to("two")
    (folder / "next").rename(folder / "playbooks")
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: bob"]


async def test_a_mounted_config_map_that_is_swapped_is_taken_over(folder: Path) -> None:
    """Kubernetes turns `..data`; every file is a link through it, and may keep its time."""
    place = folder / "playbooks"
    (place / "a.yml").unlink()
    for name, user in (("..1", "eve"), ("..2", "bob")):
        (place / name).mkdir()
        (place / name / "a.yml").write_text(text(1, user))
        os.utime(place / name / "a.yml", (1, 1))
    (place / "..data").symlink_to("..1")
    (place / "a.yml").symlink_to("..data/a.yml")
    playbooks, _, _ = opened(folder)
    (place / "..new").symlink_to("..2")
    (place / "..new").rename(place / "..data")
    assert await playbooks.look() is True
    assert users(playbooks) == ["user: bob"]


async def test_a_link_that_leads_nowhere_is_no_change_to_take_over(folder: Path) -> None:
    """A playbook whose file is gone for a while stays in use."""
    (folder / "b.yml").write_text(text(2, "bob"))
    (folder / "playbooks/b.yml").symlink_to(folder / "b.yml")
    playbooks, _, _ = opened(folder)
    (folder / "b.yml").unlink()
    assert await playbooks.look() is False
    assert users(playbooks) == ["user: eve", "user: bob"]
    assert "b.yml:1:1: cannot be read: the link leads nowhere" in str(playbooks.problems[0])


async def test_many_changes_in_a_hurry_end_with_the_last(folder: Path) -> None:
    """Files cut short on the way are never used, and nothing is left behind."""
    playbooks, _, _ = opened(folder)
    stop = asyncio.Event()
    watching = asyncio.create_task(playbooks.run(stop, 0.001))
    for number in range(100):
        whole = text(1, f"u{number}")
        (folder / "playbooks/a.yml").write_text(whole if number % 3 else whole[: number * 2])
        await asyncio.sleep(0.002)
        assert len(playbooks.loaded.rules) == 1
    (folder / "playbooks/a.yml").write_text(text(1, "last"))
    async with asyncio.timeout(10):
        while users(playbooks) != ["user: last"]:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(watching, 5)
    assert playbooks.refused is None
