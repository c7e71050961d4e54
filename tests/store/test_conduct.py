"""What Tipstaff did lately, as the guards hear of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.respond.alert import Plan
from bot.respond.conduct import Conduct, Inquiry, installing
from bot.respond.pause import EVERYWHERE, Pause
from bot.respond.step import StepState
from bot.respond.subject import Gentleness, Subject, alike_of, subject_of
from bot.store import Store
from bot.store.conduct import JUST
from tests.store.samples import LEASE, NOW, SOON, make_plan, make_step, record

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVE = Subject(kind="role", org="acme", repo="acme/site", person="eve")
BOB = Subject(kind="role", org="acme", repo="acme/site", person="bob")


def changing(name: str, subject: Subject = EVE, action: str = "revert", **given: Any) -> Plan:
    """Return a plan with one step that changes something; ``alert`` changes the alert."""
    about = given.pop("alert", {})
    made = make_plan(name, **given)
    steps = tuple(replace(each, action=action, subject=subject.key) for each in made.steps)
    return replace(made, alert=replace(made.alert, **about), steps=steps)


async def asked(
    store: Store, name: str, subject: Subject = EVE, *, now: datetime = SOON, edition: str = ""
) -> Conduct:
    """Ask about the first step of an alert."""
    file = await store.case_file(f"case-{name}")
    assert file is not None
    [alert] = [each for each in file.alerts if each.id == name]
    [step] = [each for each in file.steps if each.id == f"{name}:0"]
    inquiry = Inquiry(step=step, alert=alert, subject=subject, edition=edition, now=now)
    return await store.conduct(inquiry)


async def finish(store: Store, *names: str, at: datetime = NOW) -> None:
    """Claim what there is, and let the first step of each alert have been done."""
    await store.claim_steps("w1", now=NOW, lease=LEASE, limit=50)
    for name in names:
        assert await store.finish_step(f"{name}:0", worker="w1", now=at, state=StepState.DONE)


async def test_changes_are_counted_by_playbook_and_by_actor(store: Store) -> None:
    """Done, undone since and running count; what waits, tells, or was refused does not."""
    await record(
        store,
        changing("own"),
        changing("done"),
        changing("running"),
        changing("other", BOB, playbook="p2"),
        changing("theirs", BOB, alert={"actor": "oscar"}),
        changing("asked", states=(StepState.AWAITING,)),
        make_plan("telling"),
    )
    await finish(store, "done", "other", "theirs", "telling")
    found = await asked(store, "own")
    # Its own playbook: done, running, theirs. Its actor's acts: done, running, other.
    assert (found.by_playbook, found.by_actor) == (3, 3)
    assert found.people == {"eve", "bob"}
    assert found.repositories == {"acme/site"}


@pytest.mark.parametrize("state", [StepState.RETRYING, StepState.AWAITING, StepState.FAILED])
async def test_what_may_have_taken_effect_counts_as_a_change(
    store: Store, state: StepState
) -> None:
    """Whatever became of the step since: an outage must not lift the cap, nor hide a loop."""
    await record(store, changing("own"), changing("unheard"), changing("unsent"))
    await store.claim_steps("w1", now=NOW, lease=LEASE, limit=9)
    for name in ("unheard", "unsent"):
        await store.finish_step(
            f"{name}:0", worker="w1", now=NOW, state=state, next_at=NOW, sent=name == "unheard"
        )
    found = await asked(store, "own")
    assert (found.by_playbook, found.by_actor, found.rounds) == (1, 1, 1)
    assert found.people == {"eve"}
    assert (await asked(store, "own", now=SOON + HOUR)).by_playbook == 0


async def test_what_was_put_back_was_a_change_too(store: Store) -> None:
    """The cap is about how often a playbook acts, not about what remains of it."""
    await record(store, changing("own"), changing("done"))
    await store.claim_steps("w1", now=NOW, lease=LEASE, limit=9)
    undo = make_step("done", id="undo:done:0:1", kind="undo", undo_of="done:0", subject=EVE.key)
    await store.finish_step("done:0", worker="w1", now=NOW, state=StepState.DONE, follow_ups=[undo])
    await store.claim_steps("w1", now=NOW, lease=LEASE, limit=9)
    await store.finish_step("undo:done:0:1", worker="w1", now=NOW, state=StepState.DONE)
    found = await asked(store, "own")
    assert (found.by_playbook, found.rounds) == (1, 1)


async def test_an_hour_ago_is_long_ago(store: Store) -> None:
    """To the second; the loop is looked for within a day."""
    await record(store, changing("own"), changing("done"))
    await finish(store, "done")
    await store.finish_step("own:0", worker="w1", now=NOW, state=StepState.AWAITING)
    for later, count, rounds in ((HOUR, 1, 1), (HOUR + (SOON - NOW), 0, 1), (2 * DAY, 0, 0)):
        found = await asked(store, "own", now=NOW + later)
        assert (found.by_playbook, found.rounds) == (count, rounds)


async def test_another_organisation_counts_for_the_playbook_alone(store: Store) -> None:
    """Its people are not this organisation's, nor is an actor of the same name."""
    elsewhere = Subject(kind="role", org="other", repo="other/site", person="zoe")
    await record(store, changing("own"), changing("far", elsewhere, alert={"org": "other"}))
    await finish(store, "far")
    found = await asked(store, "own")
    assert (found.by_playbook, found.by_actor, found.people) == (1, 0, frozenset())


async def test_rounds_are_alerts_for_which_the_same_thing_was_changed(store: Store) -> None:
    """Two steps of one alert are one round; another thing is none."""
    await record(
        store,
        changing("own"),
        changing("one", steps=2),
        changing("two", playbook="p2"),
        changing("bobs", BOB),
    )
    await finish(store, "one", "two", "bobs")
    assert (await asked(store, "own")).rounds == 2


async def test_what_is_made_anew_each_time_counts_as_one_thing(store: Store) -> None:
    """A deploy key that comes back with another number is the same round and round."""
    plans = []
    for number, title in enumerate(["flux", "flux", "Flux", "other"]):
        fields = {"key_id": number, "title": title}
        subject = Subject(kind="deploy key", org="acme", repo="acme/site", name=str(number))
        about = {"action": "public_key.create", "fields": fields}
        action = "delete-deploy-key" if number else "revert"
        plans.append(changing(f"k{number}", subject, action, alert=about))
    await record(store, *plans)
    await finish(store, "k0", "k1", "k3")
    file = await store.case_file("case-k2")
    assert file is not None
    [step], [alert] = file.steps, file.alerts
    alike = alike_of(step.action, {}, alert)
    subject = subject_of(step.action, {}, alert)
    inquiry = Inquiry(step=step, alert=alert, subject=subject, alike=alike, edition="", now=SOON)
    assert (await store.conduct(inquiry)).rounds == 2


async def test_another_playbooks_answer_to_the_same_event_is_a_rival(store: Store) -> None:
    """Open, or done since the alert; with who goes first. Its own playbook is no rival."""
    await record(
        store,
        changing("first", playbook="p2", action="remove-member"),
        changing("own"),
        changing("again"),
        changing("last", playbook="p3"),
        changing("waits", playbook="p4", states=(StepState.AWAITING,)),
        changing("bobs", BOB, playbook="p5"),
    )
    [first, last] = (await asked(store, "own")).rivals
    assert (first.action, first.gentleness, first.ahead) == (
        "remove-member",
        Gentleness.REMOVING,
        True,
    )
    assert (last.same_event, last.done, last.ahead) == (True, False, False)
    await finish(store, "last")
    assert [each.done for each in (await asked(store, "own")).rivals] == [False, True]
    # A while later it is no fight any more, such as with a step that waits for its time.
    assert [each.done for each in (await asked(store, "own", now=SOON + JUST)).rivals] == [False]


async def test_the_rival_that_wins_is_seen_among_many(store: Store) -> None:
    """A burst of another playbook's answers hides neither the same event's nor the latest."""
    early = [changing(f"p{n}", playbook="p2", alert={"delivery_id": f"x{n}"}) for n in range(30)]
    gentle = changing("gentle", playbook="p3", action="restore-ruleset")
    await record(store, *early, changing("own"), gentle)
    later = changing("later", playbook="p2", at=SOON, alert={"delivery_id": "d2"})
    await record(store, later, name="d2")
    found = (await asked(store, "own")).rivals
    assert [each.action for each in found if each.same_event] == ["restore-ruleset"]
    assert any(each.ahead for each in found if not each.same_event)


async def test_what_was_done_before_the_alert_is_no_rival(store: Store) -> None:
    """Whoever changed it again since made a new event of it."""
    await record(store, changing("before", playbook="p2"))
    await finish(store, "before", at=NOW)
    later = NOW + HOUR
    await record(store, changing("own", at=later, alert={"delivery_id": "d2"}), name="d2")
    assert (await asked(store, "own", now=later)).rivals == ()


async def test_an_answer_to_a_later_event_goes_ahead(store: Store) -> None:
    """And sees the earlier one behind itself."""
    await record(store, changing("own", playbook="p2"))
    await record(store, changing("later", at=SOON, alert={"delivery_id": "d2"}), name="d2")
    [later] = (await asked(store, "own")).rivals
    [earlier] = (await asked(store, "later")).rivals
    assert (later.same_event, later.ahead, earlier.ahead) == (False, True, False)


async def test_a_subject_that_was_told_late_is_remembered(store: Store) -> None:
    """A step whose parameters are filled in when it is due tells the others then."""
    await record(store, changing("own", BOB), changing("other", EVE, playbook="p2"))
    assert len((await asked(store, "own", EVE)).rivals) == 1
    assert len((await asked(store, "other", EVE)).rivals) == 1


async def test_the_pause_and_the_edition_are_told_with_it(store: Store) -> None:
    """The organisation's own pause, or one of everything; another's is not its matter."""
    await record(store, changing("own"))
    await store.pause(Pause(org="other", by="zoe"), now=NOW)
    found = await asked(store, "own", edition="1")
    assert (found.pause, found.new_since) == (None, SOON)
    await store.pause(Pause(org=EVERYWHERE, by="root"), now=NOW)
    found = await asked(store, "own", edition="1", now=SOON + DAY)
    assert found.pause is not None
    assert (found.pause.by, found.new_since) == ("root", SOON)


async def test_the_app_is_new_where_it_was_installed_since(store: Store) -> None:
    """Later than the edition came to use elsewhere; not in another organisation."""
    await record(store, changing("own"))
    await store.first_seen("1", now=NOW - DAY)
    await store.first_seen(installing(8), now=NOW)
    assert (await asked(store, "own", edition="1")).new_since == NOW - DAY
    await store.first_seen(installing(7), now=NOW)
    assert (await asked(store, "own", edition="1")).new_since == NOW
    assert (await asked(store, "own", edition="2", now=SOON)).new_since == SOON
