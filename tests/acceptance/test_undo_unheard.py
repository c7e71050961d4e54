"""Undo of what nobody saw through: a worker died after the write, or GitHub refused half of it."""

from pathlib import Path
from typing import Any

import pytest

from bot.app import utcnow
from bot.respond.step import StepState
from bot.simulator import Call, Fault, Simulator
from bot.store import Store
from tests.acceptance.burst import settle
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import guarded, state, step, write_playbooks

PLAYBOOKS = """\
title: Described anew
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d41
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: repository.edited}
  condition: selection
response:
  mode: enforce
  group-by: [org]
  steps:
    - action: revert
    - action: open-issue
---
title: Made public
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d42
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: repo.access, visibility: public}
  condition: selection
response:
  mode: enforce
  group-by: [org]
  steps:
    - action: set-visibility
      with: {visibility: private}
    - action: open-issue
"""


@pytest.fixture
def books(tmp_path: Path) -> str:
    """Write the playbooks; return their folder."""
    return write_playbooks(tmp_path, PLAYBOOKS)


async def test_what_github_refused_half_way_can_be_undone(
    sim: Simulator, tmp_path: Path, books: str
) -> None:
    """The case says so, and an owner's word brings back what the step found."""
    payments = sim.world.repository("payments")
    await sim.by("olivia").describe("payments", description="Money", topics=["money"])
    async with guarded(sim, tmp_path, playbooks=books) as house:
        sim.faults.add(Fault(method="PUT", path="/topics$", kind="status", status=403, times=99))
        await sim.by("alice").describe("payments", description="Free money", topics=["free"])
        await house.quiet()
        file = await house.case()
        assert state(file, "revert") is StepState.FAILED
        assert (payments.description, list(payments.topics)) == ("Money", ["free"])
        assert file.case.issue is not None
        (told,) = [each["body"] for each in sim.issues(file.case.issue.repository)]
        assert "It may have been made in part" in told
        assert "comment `/undo`" in told

        sim.faults.clear()
        file = await house.say("olivia", "/undo")
        assert state(file, "revert") is StepState.UNDONE
        assert (payments.description, list(payments.topics)) == ("Free money", ["free"])


class Killer:
    """Kills a process at its first change of the repository: after it took effect."""

    def __init__(self, process: Tipstaff) -> None:
        self.process = process
        self.struck = False

    def __call__(self, call: Call, _answer: Any) -> None:
        """See one call."""
        if (
            not self.struck
            and call.method == "PATCH"
            and call.path.endswith("/repos/acme/payments")
        ):
            self.struck = True
            self.process.kill()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_kill_between_the_write_and_the_look_loses_no_undo(
    sim: Simulator, tmp_path: Path, books: str, request: pytest.FixtureRequest, database: str
) -> None:
    """No event told what was there; the step had saved it before it wrote."""
    url = (
        f"sqlite:///{tmp_path / 'killed.db'}"
        if database == "sqlite"
        else str(request.getfixturevalue("postgres_url"))
    )
    env = environment(sim, tmp_path, **{**FAST, "TIPSTAFF_PLAYBOOKS": books, "DATABASE_URL": url})
    first, second = Tipstaff(tmp_path, env), Tipstaff(tmp_path, env)
    killer = Killer(first)
    sim.observers.append(killer)
    first.start()
    await first.ready()
    sim.hook_url = first.hook_url
    store = await Store.open(url, clock=utcnow)
    try:
        await sim.by("alice").publicize("payments")
        assert await first.ended() == -9
        assert sim.visibility("payments") == "private"
        second.start()
        await second.ready("/healthz")
        sim.hook_url = second.hook_url
        await settle(sim, store)
        [file] = await store.changed_cases(10)
        made = step(file, "set-visibility")
        assert made.receipt is not None
        assert "An earlier try did it." in made.receipt.summary
        assert (made.receipt.before["label"], made.receipt.undoable) == ("public", True)

        assert file.case.issue is not None
        await sim.by("olivia").comment(file.case.issue.repository, file.case.issue.number, "/undo")
        await settle(sim, store)
        assert sim.visibility("payments") == "public"
        await second.stop()
        assert len([c for c in sim.calls if c.method == "PATCH" and "/payments" in c.path]) == 2
    finally:
        await store.close()
