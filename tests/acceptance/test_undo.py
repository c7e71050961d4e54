"""Undo, and the undo of an undo: by comment and by command, also when a worker dies over it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.app import utcnow
from bot.respond.step import StepState
from bot.simulator import Call, Simulator
from bot.store import Store
from tests.acceptance import process
from tests.acceptance.burst import settle
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import guarded, state, until, write_playbooks

PLAYBOOK = """\
title: Made administrator
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d56
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: repo.update_member, permission: admin}
  condition: selection
response:
  mode: enforce
  group-by: [org]
  steps:
    - action: revert
    - action: open-issue
"""


@pytest.fixture
def books(tmp_path: Path) -> str:
    """Write the playbook; return its folder."""
    return write_playbooks(tmp_path, PLAYBOOK)


def role(sim: Simulator, login: str) -> str | None:
    """Return somebody's role on the repository."""
    return sim.collaborator("payments", login)


async def test_what_was_undone_is_done_again_and_undone_again(
    sim: Simulator, tmp_path: Path, books: str
) -> None:
    """Each is a step with a receipt of its own, told on the case, whoever asks too often."""
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        assert role(sim, "eve") == "push"
        for word, after in (
            ("/undo", "admin"),
            ("/undo", "admin"),
            ("/redo", "push"),
            ("/redo", "push"),
            ("/undo", "admin"),
        ):
            await house.say("olivia", word)
            assert role(sim, "eve") == after, word
        file = await house.case()
        kinds = [each.kind for each in file.steps if each.undo_of]
        assert kinds == ["undo", "redo", "undo"]
        assert all(
            each.receipt and each.approved_by == "olivia" for each in file.steps if each.undo_of
        )
        assert state(file, "revert") is StepState.UNDONE
        said = "".join(await house.comments())
        assert "Doing again `revert`, allowed by `olivia`: ✅ done" in said
        assert len(file.alerts) == 1


async def test_whose_act_it_is_can_neither_undo_nor_redo(
    sim: Simulator, tmp_path: Path, books: str
) -> None:
    """Nor can who is no owner and no administrator of the repository."""
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        for login in ("alice", "bob", "eve"):
            await house.say(login, "/undo")
            assert role(sim, "eve") == "push", login
        await house.say("omar", "/undo")
        for login in ("alice", "bob", "eve"):
            await house.say(login, "/redo")
            assert role(sim, "eve") == "admin", login


async def test_one_step_of_several_is_undone_by_its_number(
    sim: Simulator, tmp_path: Path, books: str
) -> None:
    """The case tells the numbers; one that there is not changes nothing."""
    async with guarded(sim, tmp_path, playbooks=books) as house:
        for login in ("eve", "bob"):
            await sim.by("alice").set_collaborator("payments", login, "admin")
            await house.quiet()
        assert "step 2, `revert`" in "".join(await house.comments())
        await house.say("olivia", "/undo 3")
        assert (
            "there is no step 3; the steps are: 1 `revert`, 2 `revert`"
            in (await house.comments())[-1]
        )
        await house.say("olivia", "/undo 2")
        assert (role(sim, "eve"), role(sim, "bob")) == ("push", "admin")
        assert "Undoing step 2, `revert`" in (await house.comments())[-1]
        await house.say("olivia", "/undo")
        assert (role(sim, "eve"), role(sim, "bob")) == ("admin", "admin")


async def test_what_somebody_changed_since_is_left_alone(
    sim: Simulator, tmp_path: Path, books: str
) -> None:
    """Doing again compares with the present, as every change does."""
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        await house.say("olivia", "/undo")
        await sim.by("olivia").set_collaborator("payments", "eve", "triage")
        await house.quiet()
        await house.say("olivia", "/redo")
        assert role(sim, "eve") == "triage"
        assert "has changed since" in (await house.comments())[-1]


def tipstaff(database: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``tipstaff undo`` as an operator would."""
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": database}
    return process.tipstaff("undo", *words, env=env)


async def test_the_operator_undoes_by_command(sim: Simulator, tmp_path: Path, books: str) -> None:
    """It lists what can be undone, records who asked, and takes the id of an undo as well."""
    database = f"sqlite:///{tmp_path}/tipstaff.db"
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        found = json.loads(tipstaff(database, "--json").stdout)
        assert [each["would"] for each in found] == ["put back"]
        name = found[0]["id"]
        assert tipstaff(database, name).returncode == 2  # nobody there to be asked
        shown = json.loads(tipstaff(database, name, "--dry-run", "--json").stdout)
        assert (shown["would"], shown["to"]["label"]) == ("put back", "admin")
        assert [each.kind for each in (await house.case()).steps if each.undo_of] == []
        assert role(sim, "eve") == "push"
        assert tipstaff(database, name, "--yes").returncode == 0
        await until(lambda: role(sim, "eve") == "admin")
        await house.quiet()
        again = tipstaff(database, name, "--yes")
        assert (again.returncode, again.stdout) == (2, "")
        assert "revert can't be put back: it is undone" in again.stderr
        assert tipstaff(database, "nosuch", "--yes").returncode == 2
        found = json.loads(tipstaff(database, "--json").stdout)
        assert [each["would"] for each in found] == ["make again"]
        assert tipstaff(database, found[0]["id"], "--yes").returncode == 0
        await until(lambda: role(sim, "eve") == "push")
        await house.quiet()
        undo = next(each for each in (await house.case()).steps if each.kind == "undo")
        assert undo.approved_by is not None
        assert undo.approved_by.endswith("(operator)")


class Killer:
    """Kills a process at the next change of a collaborator: after it took effect."""

    def __init__(self, process: Tipstaff) -> None:
        self.process = process
        self.armed = False
        self.struck = False

    def __call__(self, call: Call, _answer: Any) -> None:
        """See one call."""
        if self.armed and call.method == "PUT" and "/collaborators/" in call.path:
            self.armed, self.struck = False, True
            self.process.kill()


async def test_a_kill_between_the_write_and_its_receipt_loses_neither_undo_nor_redo(
    sim: Simulator, tmp_path: Path, postgres_url: str, books: str
) -> None:
    """The other worker finds what was done, writes the receipt, and does nothing twice."""
    env = {**FAST, "TIPSTAFF_PLAYBOOKS": books, "DATABASE_URL": postgres_url}
    first, second = (
        Tipstaff(tmp_path, environment(sim, tmp_path, **env), warm=True) for _ in range(2)
    )
    killer = Killer(first)
    sim.observers.append(killer)
    first.start()
    await first.ready()
    sim.hook_url = first.hook_url
    store = await Store.open(postgres_url, clock=utcnow)
    try:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await settle(sim, store)
        for word, after, survivor in (("/undo", "admin", second), ("/redo", "push", first)):
            killer.armed, killer.struck = True, False
            dying = killer.process
            await sim.by("olivia").comment("payments", 1, word)
            assert await dying.ended() == -9
            assert role(sim, "eve") == after
            survivor.start()
            await survivor.ready("/healthz")
            sim.hook_url, killer.process = survivor.hook_url, survivor
            await settle(sim, store)
            assert role(sim, "eve") == after
        await first.stop()
        [file] = await store.changed_cases(10)
        turns = [each for each in file.steps if each.undo_of]
        assert [(each.kind, each.state) for each in turns] == [
            ("undo", StepState.DONE),
            ("redo", StepState.DONE),
        ]
        puts = [c for c in sim.calls if c.method == "PUT" and c.path.endswith("/collaborators/eve")]
        assert len(puts) == 3
    finally:
        await store.close()


async def test_doing_again_takes_back_an_invitation_nobody_accepted(
    sim: Simulator, tmp_path: Path
) -> None:
    """The undo could only invite: what waits is taken back, not left for them to accept."""
    sim.add_user("zed")
    async with guarded(sim, tmp_path) as house:
        await sim.by("alice").invite_collaborator("payments", "zed", "admin")
        await sim.by("zed").accept_collaboration("payments")
        await house.quiet()
        await house.say("olivia", "/undo")
        assert list(sim.invited("payments")) == ["zed"]
        file = await house.say("olivia", "/redo")
        assert sim.invited("payments") == {}
        assert any(
            call.method == "DELETE" and "/payments/invitations/" in call.path for call in sim.calls
        )
        assert state(file, "revert") is StepState.DONE
        await house.say("olivia", "/undo")
        assert list(sim.invited("payments")) == ["zed"]


REMOVAL = PLAYBOOK.replace("action: revert", "action: remove-member\n      with: {user: carol}")


async def test_doing_again_takes_back_an_invitation_to_the_organisation(
    sim: Simulator, tmp_path: Path
) -> None:
    """A member who was removed, invited by an undo, and is to be out after all."""
    books = write_playbooks(tmp_path, REMOVAL)
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        assert sim.org_role("carol") is None
        await house.say("olivia", "/undo")
        assert list(sim.invited()) == ["carol"]
        file = await house.say("olivia", "/redo")
        assert sim.invited() == {}
        assert state(file, "remove-member") is StepState.DONE
        assert "Took back the invitation of carol" in (await house.comments())[-1]


TELLING = """\
title: Pushed
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d57
level: low
logsource: {product: github, service: audit}
detection:
  selection: {action: git.push}
  condition: selection
response:
  mode: enforce
  group-by: [org]
  steps:
    - action: open-issue
    - action: label
      with: {labels: [to-look-at]}
    - action: assign
      with: {assignees: [olivia]}
    - action: escalate
      with: {to: [omar], label: urgent}
    - action: check-run
      with: {conclusion: failure, title: Not so}
"""


async def test_what_only_tells_is_undone_and_done_again_too(sim: Simulator, tmp_path: Path) -> None:
    """Labels, who looks after it, and a verdict; who was called is not called twice."""
    books = write_playbooks(tmp_path, TELLING)
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("bob").push("payments")
        await house.quiet()

        def told() -> tuple[set[str], set[str], str]:
            (issue,) = [each for each in sim.issues("payments") if each["number"] == 1]
            runs = sim.world.repository("payments").check_runs.values()
            return (
                {label["name"] for label in issue["labels"]} & {"to-look-at", "urgent"},
                {person["login"] for person in issue["assignees"]},
                [str(run.conclusion) for run in runs][-1],
            )

        all_told = ({"to-look-at", "urgent"}, {"olivia"}, "failure")
        assert told() == all_told
        await house.say("omar", "/undo")
        assert told() == (set(), set(), "neutral")
        await house.say("omar", "/redo")
        assert told() == all_told
        mentions = [text for text in await house.comments() if "@omar" in text]
        assert len(mentions) == 1
