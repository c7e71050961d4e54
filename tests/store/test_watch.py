import asyncio

from bot.store import Store
from tests.store.samples import NOW, SOON, make_delivery

CAROL = ("carol", 1)
DAVE = ("dave", 2)


async def test_an_organisation_is_unknown_at_first(store: Store) -> None:
    """The first look has nothing to compare with."""
    assert await store.known("acme") is None


async def test_the_owners_last_seen_are_known(store: Store) -> None:
    """Versions count up; the organisation's name compares without case."""
    assert await _advance(store, None, {CAROL})
    assert await _advance(store, 1, {CAROL, DAVE})

    assert await store.known("ACME") == (2, frozenset({CAROL, DAVE}))


async def test_what_differed_is_recorded_with_the_owners(store: Store) -> None:
    """The deliveries are in the inbox exactly when the roster has moved on."""
    await _advance(store, None, {CAROL})

    assert await _advance(store, 1, {DAVE}, "r1", "r2")

    assert await store.has("r1")
    assert await store.has("r2")


async def test_a_look_that_was_overtaken_writes_nothing(store: Store) -> None:
    """Two workers that look at once tell a difference once."""
    await _advance(store, None, {CAROL})
    await _advance(store, 1, {CAROL, DAVE})

    assert not await _advance(store, 1, {DAVE}, "r1")
    assert not await _advance(store, None, {DAVE}, "r2")

    assert await store.known("acme") == (2, frozenset({CAROL, DAVE}))
    assert not await store.has("r1")
    assert not await store.has("r2")


async def test_of_many_looks_at_once_one_is_recorded(store: Store) -> None:
    """The version decides, whoever comes first."""
    await _advance(store, None, {CAROL})

    answers = await asyncio.gather(
        *[_advance(store, 1, {DAVE}, f"r{number}") for number in range(8)]
    )

    assert sorted(answers) == [False] * 7 + [True]
    kept = await asyncio.gather(*[store.has(f"r{number}") for number in range(8)])
    assert sum(kept) == 1


async def test_when_all_was_last_seen_to_be_so_is_known(store: Store) -> None:
    """After a restart too; an older look does not set it back."""
    assert await store.owners_seen_at("acme") is None
    await _advance(store, None, {CAROL})
    assert await store.owners_seen_at("ACME") == NOW
    await store.saw_owners("acme", SOON)
    await store.saw_owners("Acme", NOW)
    assert await store.owners_seen_at("acme") == SOON
    assert await store.known("acme") == (1, frozenset({CAROL}))
    assert await store.settings_seen_at("acme") is None
    await _survey(store, None, {"a": True})
    await store.saw_settings("acme", SOON)
    assert await store.settings_seen_at("acme") == SOON


async def test_the_settings_last_seen_are_known(store: Store) -> None:
    """Words and switches come back as they were; what differed is recorded with them, once."""
    assert await store.surveyed("acme") is None
    assert await _survey(store, None, {"base": "read", "pages": True})
    assert await _survey(store, 1, {"base": "write", "pages": False}, "s1")
    assert not await _survey(store, 1, {"base": "none", "pages": True}, "s2")

    assert await store.surveyed("ACME") == (2, {"base": "write", "pages": False})
    assert await store.has("s1")
    assert not await store.has("s2")


async def test_asking_again_for_a_delivery_is_counted(store: Store) -> None:
    """So that it ends some time."""
    assert await store.redelivery_asked("g1") == 0
    await store.remember_redelivery("g1", NOW)
    await store.remember_redelivery("g1", SOON)

    assert await store.redelivery_asked("g1") == 2
    assert await store.redelivery_asked("g2") == 0


async def _advance(
    store: Store, expected: int | None, owners: set[tuple[str, int]], *names: str
) -> bool:
    return await store.advance(
        "Acme",
        expected_version=expected,
        owners=frozenset(owners),
        deliveries=[make_delivery(name) for name in names],
        now=NOW,
    )


async def _survey(
    store: Store, expected: int | None, settings: dict[str, bool | str], *names: str
) -> bool:
    return await store.advance_survey(
        "Acme",
        expected_version=expected,
        settings=settings,
        deliveries=[make_delivery(name) for name in names],
        now=NOW,
    )
