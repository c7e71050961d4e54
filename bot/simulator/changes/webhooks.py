"""Webhooks that people add: GitHub tells an App nothing of them."""

from collections.abc import Sequence

from bot.simulator.problem import invalid, not_found
from bot.simulator.state.repository import Repository
from bot.simulator.state.webhooks import Webhook
from bot.simulator.world import World


def kept(world: World, repo: Repository | None) -> dict[int, Webhook]:
    """Return the webhooks of a repository, or (``None``) of the organisation."""
    return world.hooks if repo is None else repo.hooks


def find(world: World, repo: Repository | None, number: int) -> Webhook:
    """Return a webhook, or say 404."""
    made = kept(world, repo).get(number)
    if made is None:
        raise not_found()
    return made


def add(
    world: World, repo: Repository | None, url: str, events: Sequence[str], *, secret: bool = True
) -> Webhook:
    """Have events sent to an address."""
    now = world.clock()
    made = Webhook(
        id=world.next_id(),
        url=url,
        events=tuple(events),
        secret=secret,
        created_at=now,
        updated_at=now,
    )
    kept(world, repo)[made.id] = made
    return made


def change(
    world: World, made: Webhook, *, active: bool | None, events: Sequence[str] | None
) -> None:
    """Switch a webhook, or choose its events; ``None`` leaves it as it is."""
    if events is not None and not events:
        raise invalid("Hook", "events", "custom", "Events cannot be blank")
    made.active = made.active if active is None else active
    made.events = made.events if events is None else tuple(events)
    made.updated_at = world.clock()


def delete(world: World, repo: Repository | None, number: int) -> None:
    """Take a webhook away, its secret with it."""
    find(world, repo, number)
    del kept(world, repo)[number]
