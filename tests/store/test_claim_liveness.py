"""Whatever was planned, put off, or dropped by workers that died: in the end all of it is made."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.playbook import Level
from bot.respond.step import Issue, Receipt, Step, StepState
from bot.store import Store
from tests.store.samples import LEASE, NOW, claim, make_plan, record

ACTIONS = ("open-issue", "revert", "comment", "notify", "label", "revert")
LANES = (None, None, "owners")
ENDED = {StepState.DONE, StepState.FAILED}
ROUNDS = 24
ISSUE = Issue(repository="acme/site", number=1, url="https://github.com/acme/site/issues/1")

STORIES = range(30, 38)  # in 32, what was told in a case made way for ever for what waited for it
LENGTH = 14
ENDS = (StepState.DONE, StepState.FAILED, StepState.RETRYING, StepState.PLANNED)


class _History:
    """What happened to a store so far: who holds what, and what time it is."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now: datetime = NOW
        self.plans = 0
        self.held: list[tuple[str, str]] = []

    async def plan(self, actions: Sequence[str], key: int, level: Level, lane: str | None) -> None:
        """Record an alert of one of two cases, with its steps."""
        name = f"a{self.plans}"
        self.plans += 1
        made = make_plan(name, key=f"k{key}", level=level, steps=len(actions))
        steps = (
            replace(step, action=action, lane=lane if action == "revert" else None)
            for step, action in zip(made.steps, actions, strict=True)
        )
        await record(self.store, replace(made, steps=tuple(steps)), name=f"d-{name}")

    async def open(self) -> None:
        """Let each case have its issue: what is told from then on is told in addition."""
        for key in range(2):
            await self.plan(["open-issue"], key, Level.LOW, None)
        await self.claim("w1", 2)
        while self.held:
            await self.end(0, StepState.DONE)

    async def claim(self, worker: str, limit: int) -> None:
        """Let a worker take what it may."""
        taken = await claim(self.store, worker, now=self.now, limit=limit)
        # Who claims what another one held too long has it now.
        self.held = [each for each in self.held if each[1] not in taken]
        self.held += [(worker, step_id) for step_id in taken]

    async def end(self, number: int, state: StepState) -> None:
        """Let one of the steps that somebody holds come to an end, or be put off."""
        if not self.held:
            return
        worker, step_id = self.held.pop(number % len(self.held))
        ended = state in ENDED
        issue = ISSUE if state is StepState.DONE else None
        await self.store.finish_step(
            step_id,
            worker=worker,
            now=self.now,
            state=state,
            receipt=Receipt(state=state, summary="Made.", issue=issue) if ended else None,
            next_at=None if ended else self.now + timedelta(seconds=20),
            sent=state is StepState.RETRYING,
        )

    async def die(self, worker: str) -> None:
        """Let a worker drop all it holds; nobody hears of it."""
        self.held = [each for each in self.held if each[0] != worker]

    async def wait(self, seconds: int) -> None:
        """Let time pass; a lease may end meanwhile."""
        self.now += timedelta(seconds=seconds)

    async def finish(self) -> None:
        """Let a worker that does not die make all that is left, as it comes."""
        self.held.clear()
        for _ in range(ROUNDS):
            if not await self.left():
                return
            self.now += LEASE + timedelta(seconds=1)
            await self.claim("w3", 4)
            while self.held:
                await self.end(0, StepState.DONE)

    async def left(self) -> list[Step]:
        """Return the steps that did not come to their end yet."""
        return [step for step in await self.store.steps(1000) if step.state not in ENDED]

    async def go_on(self, chance: random.Random) -> None:
        """Let one more thing happen, whichever."""
        match chance.choice(["plan", "plan", "claim", "claim", "end", "die", "wait"]):
            case "plan":
                actions = chance.choices(ACTIONS, k=chance.randint(1, 2))
                level = chance.choice([Level.LOW, Level.HIGH, Level.CRITICAL])
                await self.plan(actions, chance.randint(0, 1), level, chance.choice(LANES))
            case "claim":
                await self.claim(chance.choice(["w1", "w2"]), chance.randint(1, 4))
            case "end":
                await self.end(chance.randint(0, 5), chance.choice(ENDS))
            case "die":
                await self.die(chance.choice(["w1", "w2"]))
            case "wait":
                await self.wait(chance.randint(1, 50))


async def test_nothing_waits_for_ever(tmp_path: Path) -> None:
    """Steps wait for one another, for room and for the dead, but never all of them."""
    for seed in STORIES:
        database = f"sqlite:///{tmp_path}/{seed}.db"
        store = await Store.open(database, clock=lambda: NOW)
        history = _History(store)
        await history.open()
        chance = random.Random(seed)
        for _ in range(LENGTH):
            await history.go_on(chance)
        await history.finish()
        assert await history.left() == [], f"story {seed}"
        await store.close()
