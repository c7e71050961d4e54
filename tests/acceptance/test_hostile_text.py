"""Whatever an attacker writes, and wherever: the case shows it, and nothing of it is alive."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.actions.catalogue import ACTIONS, CHANGING
from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.hostile import (
    LINES,
    MARKER,
    TEXT,
    foreign_html,
    foreign_links,
    mentions,
    references,
    running_text,
)
from tests.acceptance.stage import House, guarded, issues, state, until, write_playbooks

BOOK = """\
title: Everything Is Told
id: 5f3d2f0e-54b7-4a43-9c63-0f3c1f1f6b{number:02d}
logsource: {{product: github, service: audit}}
detection:
  selection:
    action: [{actions}]
  condition: selection
level: high
response:
  mode: enforce
  about: actor
  steps:
    - action: open-issue
      with:
        title: 'Told: {told}'
        summary: 'They wrote {told}, see https://docs.example.org/runbook.'
        repository: security
    - action: comment
      with:
        body: 'Again: {told}'
    - action: escalate
      with:
        to: [alice]
        summary: 'Nobody answered {told}'
"""

KEY = "AKIA" + "IOSFODNN7EXAMPLE"


@pytest.fixture
async def telling(sim: Simulator, tmp_path: Path) -> AsyncIterator[House]:
    """Guard with playbooks that repeat the attacker's words in title, summary and comment."""
    books = tmp_path / "books"
    books.mkdir()
    told = {
        "git.push": "{{ event.commit_messages }} on {{ event.ref }}",
        "pull_request.create": "{{ event.title }} from {{ event.head_ref }}",
        "repo.archived": "{{ event.repository.description }}",
        "public_key.create": "{{ event.title }}",
        "personal_access_token.request_created": "{{ event.user_programmatic_access_name }}",
        "repo.update_member": "{{ user }} by {{ actor }}",
    }
    for number, (action, words) in enumerate(told.items()):
        text = BOOK.format(number=number, actions=action, told=words)
        (books / f"{number}.yml").write_text(text, encoding="utf-8")
    async with guarded(sim, tmp_path, playbooks=str(books)) as house:
        assert house.app.loaded.problems == ()
        yield house


async def push(sim: Simulator) -> None:
    """Push to a branch with a hostile name and message."""
    branch = "x/@acme/everyone-<!--`{{7*7}}`-->https://evil.example"
    await sim.by("bob").push("payments", message=LINES, ref=branch)


async def pull(sim: Simulator) -> None:
    """Open a pull request with a hostile title, branch and text."""
    await sim.by("bob").open_pull_request("payments", TEXT, "`@olivia`</details>", LINES)


async def describe(sim: Simulator) -> None:
    """Archive a repository whose description is hostile."""
    sim.world.repository("payments").description = TEXT
    await sim.by("alice").archive("payments")


async def key(sim: Simulator) -> None:
    """Add a deploy key with a hostile title."""
    await sim.by("bob").add_deploy_key("payments", TEXT)


async def token(sim: Simulator) -> None:
    """Ask for a token with a hostile name and reason."""
    await sim.by("carol").request_token(
        TEXT,
        {"organization": {"members": "write"}},
        expires_at=datetime.now(UTC) + timedelta(days=9),
        reason=LINES,
    )


async def login(sim: Simulator) -> None:
    """Let a person whose login no GitHub would allow raise another one."""
    sim.add_collaborator("payments", "x`@acme/everyone`<b>{{7*7}}", "push")
    person = sim.by("https://evil.example/@olivia")
    await person.set_collaborator("payments", "x`@acme/everyone`<b>{{7*7}}", "admin")


ACTS: dict[str, Callable[[Simulator], Awaitable[None]]] = {
    "commit message and branch": push,
    "pull request": pull,
    "repository description": describe,
    "deploy key": key,
    "token name and reason": token,
    "logins": login,
}
PEOPLE = {"@alice", "@bob", "@carol"}
"""Who did it, and may be told: nobody else."""


def inert(body: str) -> None:
    """Hold a body of ours against the promise."""
    assert foreign_links(body) == []
    assert foreign_html(body) == []
    assert set(mentions(body)) <= PEOPLE
    assert references(body) == []
    assert MARKER not in body
    assert "evil" not in running_text(body)
    assert "\u202e" not in body


def told(sim: Simulator, repository: str) -> list[str]:
    """Return the bodies of every issue in a repository and of every comment there."""
    opened = sim.issues(repository)
    return [issue["body"] for issue in opened] + [
        comment["body"] for issue in opened for comment in sim.comments(repository, issue["number"])
    ]


@pytest.mark.parametrize("what", ACTS)
async def test_hostile_words_are_shown_as_inert_text(telling: House, what: str) -> None:
    """In title, summary, facts, evidence and comment: shown as written, and dead."""
    await ACTS[what](telling.sim)
    await telling.quiet()
    bodies = told(telling.sim, "security")
    assert len(bodies) >= 2
    for body in bodies:
        inert(body)
        before, _, last = body.rpartition("\n")
        assert last.startswith("<!-- tipstaff:")
        # Tipstaff's own marks stand on the last line; none may come from what they wrote.
        assert "<!-- tipstaff:" not in before
    for issue in issues(telling.sim, "security"):
        assert "everyone" in issue["body"] or "@olivia" in issue["body"]
        assert not {"@", "<", ">", "`"} & set(issue["title"])
        assert "://" not in issue["title"]
    steps = await telling.app.store.steps()
    assert {step.state for step in steps} == {StepState.DONE}


OTHERS = """\
title: Everything Else That Is Written
id: 5f3d2f0e-54b7-4a43-9c63-0f3c1f1f6b99
logsource: {product: github, service: audit}
detection:
  selection:
    action: git.push
  condition: selection
level: high
response:
  mode: enforce
  steps:
    - action: open-issue
      with: {repository: security}
    - action: check-run
      with:
        title: '{{ event.commit_messages }}'
        summary: 'They wrote {{ event.commit_messages }} on {{ event.ref }}.'
    - action: label
      with:
        labels: ['{{ event.commit_messages }}']
    - action: assign
      with:
        assignees: ['{{ event.commit_messages }}']
    - action: escalate
      with:
        to: ['{{ event.commit_messages }}']
    - action: lock-conversation
      with:
        number: '{{ event.commit_messages }}'
    - action: set-visibility
      with:
        repository: '{{ event.commit_messages }}'
    - action: block-user
      with:
        user: '{{ event.commit_messages }}'
    - action: delete-webhook
      with:
        hook_id: '{{ event.commit_messages }}'
    - action: notify
      with:
        to: '{{ event.commit_messages }}'
    - action: close-issue
      with:
        reason: '{{ event.commit_messages }}'
"""


async def test_hostile_parameters_act_on_nothing_and_come_back_dead(
    sim: Simulator, tmp_path: Path
) -> None:
    """As a verdict's text they are inert; as a login, a place or a number they do not fit."""
    books = write_playbooks(tmp_path, OTHERS)
    async with guarded(sim, tmp_path, playbooks=books) as house:
        assert house.app.loaded.problems == ()
        await push(sim)
        await house.quiet()
        (verdict,) = sim.world.repository("payments").check_runs.values()
        inert(f"<!-- tipstaff:case:0 -->\n{verdict.output['summary']}")
        assert "everyone" in verdict.output["summary"]
        assert not {"@", "<", ">", "`"} & set(verdict.output["title"])
        assert "://" not in verdict.output["title"]
        (issue,) = issues(sim, "security")
        assert all(len(label["name"]) <= 50 for label in issue["labels"])
        assert issue["assignees"] == []
        for body in told(sim, "security"):
            inert(body)
        steps = await house.app.store.steps()
        ended = {step.action: step.state for step in steps if step.alert_id is not None}
        done = {action for action, state in ended.items() if state is StepState.DONE}
        assert done == {"open-issue", "check-run", "label", "close-issue"}
        assert set(ended.values()) <= {StepState.DONE, StepState.FAILED, StepState.BLOCKED}


async def test_shipped_playbooks_keep_hostile_words_dead(house: House) -> None:
    """The same holds for the playbooks that come with Tipstaff, and no secret is repeated."""
    await house.sim.by("bob").push("payments", message=f"{LINES} aws_access_key_id={KEY}")
    await house.sim.by("bob").add_deploy_key("payments", TEXT)
    await token(house.sim)
    await house.quiet()
    bodies = told(house.sim, "payments") + told(house.sim, "security")
    assert len(bodies) >= 3
    for body in bodies:
        inert(body)
        assert KEY not in body


async def test_a_commands_argument_comes_back_dead(house: House) -> None:
    """The reply to a command repeats its words without giving them life."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    await house.say("olivia", f"/close {TEXT}")
    await house.say("olivia", f"/{'x' * 20} {TEXT}")
    for body in await house.comments():
        inert(body)


async def test_a_quoted_command_is_no_command(house: House) -> None:
    """An owner who quotes an attacker's /approve, or shows it as code, approves nothing."""
    await house.sim.by("omar").publicize("payments")
    await house.quiet()
    for text in ("> /approve", "```\n/approve\n```", "<!--\n/approve\n-->", "see `/approve`"):
        file = await house.say("olivia", text)
        assert state(file, "revert") is StepState.AWAITING, text


async def test_a_command_on_a_forged_case_is_not_heard(house: House) -> None:
    """Another person's issue with our marker and our words is nobody's case."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    body = issues(house.sim)[0]["body"]
    forged = await house.sim.by("eve").open_issue("payments", "Not a case", body)
    await house.sim.by("olivia").comment("payments", forged, "/undo")
    await house.quiet()
    assert house.sim.collaborator("payments", "eve") == "push"
    written = house.sim.comments("payments", forged)
    assert [comment["user"]["login"] for comment in written] == ["olivia"]


async def test_a_forged_case_is_not_found_in_place_of_ours(house: House) -> None:
    """When the receipt of the opening was lost, the case is looked for: only our own is taken."""
    house.sim.faults.add(Fault(method="POST", path=r"/payments/issues$", kind="reset_after_effect"))
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await until(lambda: len(issues(house.sim)) == 1)
    ours = issues(house.sim)[0]
    await house.sim.by("eve").open_issue("payments", ours["title"], ours["body"])
    await house.quiet()
    assert len(issues(house.sim)) == 1
    file = await house.case()
    assert file.case.issue is not None
    assert file.case.issue.number == ours["number"]


def test_the_reader_of_these_tests_sees_what_is_alive() -> None:
    """Shown as it is, the attacker's text would link, mention, refer and hide."""
    assert foreign_links(TEXT)
    assert foreign_html(TEXT)
    assert "@acme/everyone" in mentions(TEXT)
    assert references(TEXT)


def test_every_action_that_writes_text_is_played_here() -> None:
    """A new action that writes to people must be added to these scenes.

    What changes something is told by its receipt; of these only `check-run` writes a text of its
    own. What is sent outside is held inert in tests/notify.
    """
    played = set(re.findall(r"action: ([a-z-]+)", BOOK + OTHERS))
    assert set(ACTIONS) - CHANGING - played == {"flag-token"}  # whose text is `open-issue`'s
    assert "check-run" in played
