"""What an event must tell of custom properties for them to be put back, and in which shape."""

from dataclasses import replace
from typing import Any

import pytest

from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, approved, done, taken
from tests.actions.put_back.properties import (
    SET,
    changed,
    defined,
    described,
    listed,
    listing,
    written,
)

SECRET = "password = hunter2-hunter2"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SET, {**SET, "environment": "none"}),  # all that the repository has
        ({"environment": "production"}, {"environment": "none"}),  # what was changed
        ({**SET, "other": None}, {**SET, "environment": None, "platform": ["web", "ios"]}),
    ],
)
async def test_however_the_event_lists_the_values_what_differs_is_meant(
    bench: Bench, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """The order of choices says nothing, nor does it who is listed without a value."""
    event = listing(await changed(bench, environment=after["environment"]), before, after)
    assert (await done(bench, event)).state is StepState.DONE
    assert [each["properties"] for each in written(bench)] == [
        listed({"environment": "production"})
    ]
    assert described(bench) == SET


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"names": "x"}, "only the new value of names"),
        ({"names": "cogs"}, {}, "only the former value of names"),
        (
            {"environment": "production"},
            {**SET, "environment": "none"},  # all there is, by what was changed
            "only the new value of platform, names",
        ),
        (
            {**SET, "other": "x"},
            {"environment": "none", "more": "y"},
            "only the former value of platform, names, other and only the new value of more",
        ),
        (
            {"environment": "production"},
            {"environment": "none", **{f"p{number}": "x" for number in range(100)}},
            "only the new value of p0, p1, p2, p3, p4 and 95 more",
        ),
    ],
)
async def test_a_property_that_only_one_list_names_asks_first(
    bench: Bench, before: dict[str, Any], after: dict[str, Any], told: str
) -> None:
    """It may have had no value, or have been left alone, and then must not lose it."""
    event = listing(await changed(bench, environment="none", names="x"), before, after)
    bench.sim.world.repository("widgets").properties = dict(after)
    receipt = await done(bench, event)
    assert receipt.state is StepState.AWAITING
    assert receipt.summary == (
        f"The event tells {told}. Whether there was none on the other side, or no change at all, "
        "is not certain, so nothing is put back without your word."
    )
    assert bench.writes() == []


async def test_what_only_one_list_names_is_put_back_by_a_persons_word(bench: Bench) -> None:
    """Nobody is asked again for its undo, which is somebody's word already."""
    await defined(bench)
    await bench.sim.by("mallory").set_properties("widgets", names="x")
    file = await bench.play(listing(bench.latest(), {}, {"names": "x"}), REVERT)
    assert receipt_of(file).state is StepState.AWAITING
    file = await taken(bench, approved(file), [0])
    assert receipt_of(file).state is StepState.DONE
    assert described(bench) == {}
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert described(bench) == {"names": "x"}


async def test_nobody_is_asked_about_what_is_right_already(bench: Bench) -> None:
    """Whichever way the event tells it."""
    event = listing(await changed(bench, names="x"), {"names": "cogs"}, {})
    await bench.sim.by("olivia").set_properties("widgets", names="cogs")
    assert (await done(bench, event)).state is StepState.UNCHANGED


@pytest.mark.parametrize("former", [SECRET, "Cogs. " * 500])
async def test_a_value_is_put_back_word_for_word(bench: Bench, former: str) -> None:
    """A recorded alert keeps it masked and cut: what came in is what is written."""
    await defined(bench)
    await bench.sim.by("olivia").set_properties("widgets", names=former)
    await bench.sim.by("mallory").set_properties("widgets", names="x")
    file = await bench.play(bench.latest(), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert described(bench) == {"names": former}
    assert "hunter2-hunter2" not in f"{receipt_of(file)} {file.alerts}"


@pytest.mark.parametrize("kind", ["text", "choices"])
async def test_a_secret_in_a_value_gets_into_no_receipt(bench: Bench, kind: str) -> None:
    """Then it can't be undone, and nobody is offered it."""
    await defined(bench)
    bench.sim.add_property("secrets", "multi_select", allowed=[SECRET])
    values = {"names": SECRET} if kind == "text" else {"secrets": [SECRET]}
    await bench.sim.by("mallory").set_properties("widgets", **values)
    file = await bench.play(bench.latest(), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert not receipt_of(file).undoable
    assert "hunter2-hunter2" not in f"{receipt_of(file)} {file.alerts}"
    assert described(bench) == {}


async def test_values_that_are_too_many_to_keep_are_read_as_they_came_in(bench: Bench) -> None:
    """An alert leaves out what is too large; without the event a person is told."""
    allowed = [f"{number:03}{'x' * 70}" for number in range(150)]
    names = [f"list-{number}" for number in range(8)]
    for name in names:
        bench.sim.add_property(name, "multi_select", allowed=allowed)
    await bench.sim.by("olivia").set_properties("widgets", **dict.fromkeys(names, allowed))
    await bench.sim.by("mallory").set_properties("widgets", **dict.fromkeys(names))
    event = bench.latest()
    assert bench.case(event, REVERT).alerts[0].fields.get("old_property_values") is None
    del bench.recorded[event.id]
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "of its 'old_property_values' only a part is known" in receipt.summary
    assert (await done(bench, bench.keep(event))).state is StepState.DONE
    assert described(bench) == dict.fromkeys(names, allowed)


@pytest.mark.parametrize(
    "fields",
    [
        {"old_property_values": [], "new_property_values": []},
        {"old_property_values": None},
        {"new_property_values": "x"},
    ],
)
async def test_an_event_that_tells_no_values_is_a_persons_matter(
    bench: Bench, fields: dict[str, Any]
) -> None:
    """It is never guessed."""
    event = await changed(bench, names="x")
    receipt = await done(bench, bench.keep(replace(event, fields={**event.fields, **fields})))
    assert receipt.state is StepState.BLOCKED
    assert "does not say" in receipt.summary
    assert bench.writes() == []
