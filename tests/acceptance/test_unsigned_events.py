"""Some events name nobody as the one who did it; Tipstaff's own acts among them are known."""

from pathlib import Path

from bot.respond.step import Issue, StepState
from bot.simulator import Simulator
from tests.acceptance.stage import House, guarded, state

BOOKS = {
    "shut-out.yml": """\
title: Shut Out
id: 11111111-2222-4333-8444-555555555571
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: public_key.create}
  condition: selection
response:
  mode: enforce
  steps:
    - action: block-user
      with: {user: eve}
""",
    "let-in.yml": """\
title: Nobody Is Blocked
id: 11111111-2222-4333-8444-555555555572
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: [org.block_user, org.unblock_user]}
  condition: selection
response:
  mode: enforce
  steps: [{action: revert}]
""",
    "team.yml": """\
title: A Team Got A Repository
id: 11111111-2222-4333-8444-555555555573
level: high
logsource: {product: github, service: audit}
detection:
  given: {action: team.add_repository}
  unsigned: {action: team_add}
  condition: given or unsigned
response:
  mode: enforce
  steps:
    - action: set-team-permission
      with: {permission: none}
    - action: open-issue
""",
}


def written(folder: Path, *names: str) -> str:
    """Write playbooks down, and return where."""
    books = folder / "books"
    books.mkdir()
    for name in names:
        (books / name).write_text(BOOKS[name], encoding="utf-8")
    return str(books)


async def titles(house: House) -> list[str]:
    """Return the playbooks that were found to match so far."""
    return [alert.playbook.title for alert in await house.alerts()]


async def where_it_was_done(house: House) -> Issue:
    """Return the issue of the case in which something was changed."""
    for alert in await house.alerts():
        file = await house.app.store.case_file(alert.case_id)
        if file is not None and state(file, "set-team-permission") is StepState.DONE:
            assert file.case.issue is not None
            return file.case.issue
    raise AssertionError("nothing was changed")


async def test_a_block_of_tipstaffs_own_is_not_judged(sim: Simulator, tmp_path: Path) -> None:
    """GitHub names the organisation as the sender; a person's block of later is answered."""
    books = written(tmp_path, "shut-out.yml", "let-in.yml")
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await house.sim.by("bob").add_deploy_key("payments", "ci")
        await house.quiet()
        assert house.sim.blocked() == ["eve"]
        assert await titles(house) == ["Shut Out"]
        await house.sim.by("olivia").unblock("eve")
        await house.quiet()
        assert house.sim.blocked() == ["eve"]
        assert await titles(house) == ["Shut Out", "Nobody Is Blocked"]


async def test_a_team_that_is_let_in_again_by_an_undo_stays(sim: Simulator, tmp_path: Path) -> None:
    """`team_add` has no name in it: without knowing its own act, Tipstaff would fight the owner."""
    sim.add_team("devs")
    books = written(tmp_path, "team.yml")
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await house.sim.by("alice").add_team_repository("devs", "payments", "push")
        await house.quiet()
        assert house.sim.team_repository("devs", "payments") is None
        before = len(await titles(house))
        issue = await where_it_was_done(house)
        await house.sim.by("olivia").comment(issue.repository, issue.number, "/undo")
        await house.quiet()
        assert house.sim.team_repository("devs", "payments") == "push"
        assert len(await titles(house)) == before
