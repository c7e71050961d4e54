"""Custom properties, by which rulesets select repositories, as they were before."""

import pytest

from bot.core.errors import Refused
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, case_of, done, taken
from tests.actions.put_back.properties import SET, changed, described, listed, listing, written


async def test_what_was_changed_is_set_back_and_told(bench: Bench) -> None:
    """In one call, which sets nothing else."""
    event = await changed(bench, environment="none", platform=None)
    receipt = await done(bench, event)
    assert receipt.state is StepState.DONE
    assert receipt.summary == (
        "Set the custom properties of acme/widgets back: environment: production; "
        "platform: ios, web."
    )
    properties = listed({"environment": "production", "platform": ["ios", "web"]})
    assert written(bench) == [{"repository_names": ["widgets"], "properties": properties}]
    assert described(bench) == SET


async def test_a_property_set_otherwise_since_keeps_no_other_from_being_put_back(
    bench: Bench,
) -> None:
    """Nobody gets away with it by touching one of them once more; an undo leaves it, too."""
    event = await changed(bench, environment="none", names="x")
    await bench.sim.by("mallory").set_properties("widgets", names="y")
    file = await bench.play(event, REVERT)
    assert "Left alone, for it was changed since: names." in receipt_of(file).summary
    assert described(bench) == {**SET, "names": "y"}
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert described(bench) == {**SET, "environment": "none", "names": "y"}


async def test_what_somebody_has_set_back_already_is_left(bench: Bench) -> None:
    """Nothing is written."""
    event = await changed(bench, environment="none")
    await bench.sim.by("olivia").set_properties("widgets", environment="production")
    assert (await done(bench, event)).state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_the_word_none_is_not_nothing(bench: Bench) -> None:
    """A value may well be called so, and a ruleset may select by it."""
    event = await changed(bench, environment=None)
    await bench.sim.by("mallory").set_properties("widgets", environment="none")
    later = bench.latest()
    receipt = await done(bench, event)
    assert receipt.state is StepState.UNCHANGED
    assert "has changed since, and is now environment: none (" in receipt.summary
    assert (await done(bench, later)).state is StepState.DONE
    assert "environment" not in described(bench)


async def test_one_choice_with_a_comma_is_not_two(bench: Bench) -> None:
    """They would look alike."""
    bench.sim.add_property("parts", "multi_select", allowed=["a, b", "a", "b"])
    await bench.sim.by("olivia").set_properties("widgets", parts=["a", "b"])
    await bench.sim.by("mallory").set_properties("widgets", parts=["a, b"])
    assert (await done(bench, bench.latest())).state is StepState.DONE
    assert described(bench) == {"parts": ["a", "b"]}


async def test_one_value_that_reads_like_two_is_one(bench: Bench) -> None:
    """Whoever writes a value like our own words hides nothing by it."""
    bench.sim.add_property("a")
    bench.sim.add_property("b")
    olivia, mallory = bench.sim.by("olivia"), bench.sim.by("mallory")
    await olivia.set_properties("widgets", a="x", b="y; b: z")
    await mallory.set_properties("widgets", a="1", b="2")
    event = bench.latest()
    await mallory.set_properties("widgets", a="x; b: y", b="z")
    receipt = await done(bench, event)
    assert receipt.state is StepState.UNCHANGED
    assert "has changed since" in receipt.summary


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_two_quick_edits_lead_back_to_before_the_first(
    bench: Bench, order: tuple[int, int]
) -> None:
    """Whichever answer is quicker."""
    first = await changed(bench, names="x")
    await bench.sim.by("mallory").set_properties("widgets", names="y")
    await taken(bench, case_of(bench, [first, bench.latest()]), order)
    assert described(bench) == SET


async def test_a_repository_by_another_name_is_described_as_before(bench: Bench) -> None:
    """The call names it as it is called now."""
    event = await changed(bench, names="x")
    await bench.sim.by("mallory").rename("widgets", "gears")
    bench.sim.add_repository("widgets")
    assert (await done(bench, event)).state is StepState.DONE
    assert bench.sim.properties("gears") == SET
    assert bench.sim.properties("widgets") == {}


async def test_a_property_with_a_default_shows_that_again(bench: Bench) -> None:
    """It had no value of its own, and the case says what it is now."""
    bench.sim.add_property("stage", default="new")
    await bench.sim.by("mallory").set_properties("widgets", stage="old")
    event = bench.latest()
    assert (await done(bench, event)).state is StepState.DONE
    assert described(bench) == {"stage": "new"}
    # If the event tells only what somebody had set.
    await bench.sim.by("mallory").set_properties("widgets", stage="old")
    receipt = await done(bench, listing(event, {"stage": None}, {"stage": "old"}))
    assert receipt.state is StepState.DONE
    assert "It is shown as stage: new now" in receipt.summary
    assert described(bench) == {"stage": "new"}


async def test_a_property_that_is_defined_no_more_is_left(bench: Bench) -> None:
    """Its values went with it."""
    event = await changed(bench, names="x")
    del bench.sim.world.org.properties["names"]
    assert (await done(bench, event)).state is StepState.UNCHANGED
    assert bench.writes() == []


@pytest.mark.parametrize("status", [403, 404, 409, 422])
async def test_a_refusal_is_told_in_githubs_words(bench: Bench, status: int) -> None:
    """Such as of a value that is allowed no more."""
    event = await changed(bench, environment="none")
    bench.sim.faults.add(
        Fault(method="PATCH", path="/properties/values", kind="status", status=status)
    )
    with pytest.raises(Refused, match=f"answered {status}"):
        await done(bench, event)
    assert described(bench) == {**SET, "environment": "none"}


async def test_a_value_that_is_allowed_no_more_is_refused(bench: Bench) -> None:
    """By GitHub itself; nothing is changed."""
    event = await changed(bench, environment="none")
    bench.sim.add_property("environment", "single_select", allowed=["none"])
    with pytest.raises(Refused, match="Value is not allowed"):
        await done(bench, event)
    assert described(bench) == {**SET, "environment": "none"}
