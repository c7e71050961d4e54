"""The global stop in the state database: one for all workers, kept with who began and ended it."""

from datetime import timedelta

from bot.respond.alert import Answer
from bot.respond.pause import EVERYWHERE, Pause
from bot.store import Store
from tests.store.samples import LEASE, NOW, SOON, make_delivery, make_plan, record

STOP = Pause(org="acme", by="olivia", reason="a\0b", since=NOW)
ALL = Pause(org=EVERYWHERE, by="root", since=SOON)


async def test_a_pause_holds_until_it_is_ended(store: Store) -> None:
    """Each by itself: the end of one is not the end of the other."""
    assert await store.pause(STOP, now=NOW)
    assert await store.pause(ALL, now=SOON)
    assert [each.org for each in await store.pauses()] == ["acme", EVERYWHERE]
    assert await store.unpause(EVERYWHERE, by="root", now=SOON)
    [held] = await store.pauses()
    assert (held.org, held.by, held.since) == ("acme", "olivia", NOW)
    assert await store.unpause("ACME", by="omar", now=SOON)
    assert await store.pauses() == ()


async def test_what_is_paused_is_not_paused_again(store: Store) -> None:
    """The first reason stays; once ended it may begin anew."""
    assert await store.pause(STOP, now=NOW)
    assert not await store.pause(Pause(org="ACME", by="omar", since=NOW), now=SOON)
    assert [each.by for each in await store.pauses()] == ["olivia"]
    assert not await store.unpause("other", by="omar", now=SOON)
    assert await store.unpause("acme", by="omar", now=SOON)
    assert await store.pause(STOP, now=SOON + timedelta(days=1))


async def test_a_word_on_a_case_begins_and_ends_it_with_its_delivery(store: Store) -> None:
    """In one transaction with the rest of what the word leads to."""
    await record(store, make_plan())
    begins = Answer(case_id="case-a1", pauses=STOP, by="olivia")
    ends = Answer(case_id="case-a1", resumes="acme", by="omar")
    for name, given, count in (("d2", begins, 1), ("d3", ends, 0)):
        assert await store.accept(make_delivery(name))
        await store.claim_deliveries("w", now=NOW, lease=LEASE, limit=1)
        done = await store.complete(
            name, worker="w", now=NOW, action="issue_comment.created", answer=given
        )
        assert done
        assert len(await store.pauses()) == count


async def test_an_edition_is_first_seen_once(store: Store) -> None:
    """Whoever looks later hears when that was; another edition begins anew."""
    assert await store.first_seen("1 a", now=NOW) == NOW
    assert await store.first_seen("1 a", now=SOON) == NOW
    assert await store.first_seen("1 b", now=SOON) == SOON
