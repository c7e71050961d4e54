"""Custom properties, by which rulesets select repositories, as they were before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import Refused
from bot.core.event import Event
from bot.respond.step import Receipt, StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, approved, case_of, taken
from tests.actions.put_back.properties import defined, described, set_by_an_owner

SET = {"environment": "production", "platform": ["ios", "web"], "names": "cogs"}
SECRET = "password = hunter2-hunter2"


async def changed(bench: Bench, **values: Any) -> Event:
    """Let somebody describe otherwise a repository that an owner has described."""
    await set_by_an_owner(bench)
    await bench.sim.by("mallory").set_properties("widgets", **values)
    return bench.latest()


async def revert(bench: Bench, event: Event) -> Receipt:
    """Put an event back; return the receipt."""
    return receipt_of(await bench.play(event, REVERT))


def written(bench: Bench) -> list[Any]:
    """Return what was asked of GitHub to be set, one request after the other."""
    return [call.body for call in bench.sim.calls if call.method == "PATCH"]


def listing(event: Event, before: Mapping[str, Any], after: Mapping[str, Any]) -> Event:
    """Return the event with these values in its two lists."""
    lists = {"old_property_values": listed(before), "new_property_values": listed(after)}
    return replace(event, fields={**event.fields, **lists})


def listed(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return values as GitHub lists them."""
    return [{"property_name": name, "value": value} for name, value in values.items()]


async def test_what_was_changed_is_set_back_and_told(bench: Bench) -> None:
    """In one call, which sets nothing else."""
    event = await changed(bench, environment="none", platform=None)
    receipt = await revert(bench, event)
    assert receipt.state is StepState.DONE
    assert receipt.summary == (
        "Set the custom properties of acme/widgets back: environment: production; "
        "platform: ios, web."
    )
    properties = listed({"environment": "production", "platform": ["ios", "web"]})
    assert written(bench) == [{"repository_names": ["widgets"], "properties": properties}]
    assert described(bench) == SET


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
    assert (await revert(bench, event)).state is StepState.DONE
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
    receipt = await revert(bench, event)
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
    assert (await revert(bench, event)).state is StepState.UNCHANGED


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
    assert (await revert(bench, event)).state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_the_word_none_is_not_nothing(bench: Bench) -> None:
    """A value may well be called so, and a ruleset may select by it."""
    event = await changed(bench, environment=None)
    await bench.sim.by("mallory").set_properties("widgets", environment="none")
    later = bench.latest()
    receipt = await revert(bench, event)
    assert receipt.state is StepState.UNCHANGED
    assert "has changed since, and is now environment: none (" in receipt.summary
    assert (await revert(bench, later)).state is StepState.DONE
    assert "environment" not in described(bench)


async def test_one_choice_with_a_comma_is_not_two(bench: Bench) -> None:
    """They would look alike."""
    bench.sim.add_property("parts", "multi_select", allowed=["a, b", "a", "b"])
    await bench.sim.by("olivia").set_properties("widgets", parts=["a", "b"])
    await bench.sim.by("mallory").set_properties("widgets", parts=["a, b"])
    assert (await revert(bench, bench.latest())).state is StepState.DONE
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
    receipt = await revert(bench, event)
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
    receipt = await revert(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "of its 'old_property_values' only a part is known" in receipt.summary
    assert (await revert(bench, bench.keep(event))).state is StepState.DONE
    assert described(bench) == dict.fromkeys(names, allowed)


async def test_a_repository_by_another_name_is_described_as_before(bench: Bench) -> None:
    """The call names it as it is called now."""
    event = await changed(bench, names="x")
    await bench.sim.by("mallory").rename("widgets", "gears")
    bench.sim.add_repository("widgets")
    assert (await revert(bench, event)).state is StepState.DONE
    assert bench.sim.properties("gears") == SET
    assert bench.sim.properties("widgets") == {}


async def test_a_property_with_a_default_shows_that_again(bench: Bench) -> None:
    """It had no value of its own, and the case says what it is now."""
    bench.sim.add_property("stage", default="new")
    await bench.sim.by("mallory").set_properties("widgets", stage="old")
    event = bench.latest()
    assert (await revert(bench, event)).state is StepState.DONE
    assert described(bench) == {"stage": "new"}
    # If the event tells only what somebody had set.
    await bench.sim.by("mallory").set_properties("widgets", stage="old")
    receipt = await revert(bench, listing(event, {"stage": None}, {"stage": "old"}))
    assert receipt.state is StepState.DONE
    assert "It is shown as stage: new now" in receipt.summary
    assert described(bench) == {"stage": "new"}


async def test_a_property_that_is_defined_no_more_is_left(bench: Bench) -> None:
    """Its values went with it."""
    event = await changed(bench, names="x")
    del bench.sim.world.org.properties["names"]
    assert (await revert(bench, event)).state is StepState.UNCHANGED
    assert bench.writes() == []


@pytest.mark.parametrize("status", [403, 404, 409, 422])
async def test_a_refusal_is_told_in_githubs_words(bench: Bench, status: int) -> None:
    """Such as of a value that is allowed no more."""
    event = await changed(bench, environment="none")
    bench.sim.faults.add(
        Fault(method="PATCH", path="/properties/values", kind="status", status=status)
    )
    with pytest.raises(Refused, match=f"answered {status}"):
        await revert(bench, event)
    assert described(bench) == {**SET, "environment": "none"}


async def test_a_value_that_is_allowed_no_more_is_refused(bench: Bench) -> None:
    """By GitHub itself; nothing is changed."""
    event = await changed(bench, environment="none")
    bench.sim.add_property("environment", "single_select", allowed=["none"])
    with pytest.raises(Refused, match="Value is not allowed"):
        await revert(bench, event)
    assert described(bench) == {**SET, "environment": "none"}


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
    receipt = await revert(bench, bench.keep(replace(event, fields={**event.fields, **fields})))
    assert receipt.state is StepState.BLOCKED
    assert "does not say" in receipt.summary
    assert bench.writes() == []
