"""A case's issue: opened once, in the right place, found again, added to, closed."""

from dataclasses import replace

import pytest

from bot.actions.catalogue import check_response
from bot.core.errors import Refused, Unavailable
from bot.core.event import Event
from bot.core.playbook import Response, StepSpec
from bot.core.problem import Place
from bot.respond.alert import CaseFile
from bot.respond.marker import case_marker
from bot.respond.step import Issue, StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of, recorded
from tests.actions.cases import reply

OPEN = playbook("open-issue")


def act(bench: Bench, repo: str = "acme/widgets") -> Event:
    """Return an event of Mallory making Eve an administrator."""
    return bench.made("repo.add_member", repo=repo, user="eve", permission="admin", actor="mallory")


def opened(bench: Bench, event: Event) -> CaseFile:
    """Return a planned case whose issue is not open yet."""
    return bench.case(event, OPEN)


async def test_the_issue_opens_in_the_affected_private_repository(bench: Bench) -> None:
    """Near those concerned, with labels, the marker first, and the person mentioned."""
    file = await bench.play(act(bench), OPEN)
    (issue,) = bench.sim.issues("acme/widgets")
    assert receipt_of(file).issue == Issue(
        repository="acme/widgets",
        number=issue["number"],
        url=issue["html_url"],
        id=issue["id"],
    )
    assert issue["body"].endswith(case_marker(file.case.id))
    assert "@mallory, this concerns you" in issue["body"]
    assert {label["name"] for label in issue["labels"]} == {"tipstaff", "high"}
    assert issue["title"] == "mallory gave eve the role admin on acme/widgets"


async def test_a_public_repository_sends_the_case_to_the_security_repository(
    bench: Bench,
) -> None:
    """What happened is not for the public; the issue says why it is elsewhere."""
    bench.sim.add_repository("website", private=False)
    await bench.play(act(bench, "acme/website"), OPEN)
    assert bench.sim.issues("acme/website") == []
    (issue,) = bench.sim.issues("acme/security")
    assert "it is public" in issue["body"]


async def test_switched_off_issues_send_the_case_to_the_security_repository(bench: Bench) -> None:
    """There the case can be answered."""
    bench.sim.add_repository("docs", issues=False)
    await bench.play(act(bench, "acme/docs"), OPEN)
    assert len(bench.sim.issues("acme/security")) == 1


async def test_no_private_place_is_refused_with_what_to_create(bench: Bench) -> None:
    """Never a case in public, not even when asked for; the text says what to do."""
    bench.sim.add_repository("website", private=False)
    bench.security = "acme/website"
    with pytest.raises(Refused, match="Create a private repository acme/website"):
        await bench.play(act(bench, "acme/website"), OPEN)
    book = playbook(("open-issue", {"repository": "acme/website"}))
    with pytest.raises(Refused, match="it is public"):
        await bench.play(act(bench), book)
    assert bench.sim.issues("acme/website") == []


async def test_an_issue_whose_answer_was_lost_is_found_instead_of_opened_twice(
    bench: Bench,
) -> None:
    """The hidden marker, in an issue of Tipstaff's own, settles an unknown outcome."""
    file = opened(bench, act(bench))
    bench.sim.faults.add(Fault(method="POST", path="/issues$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).issue is not None
    assert len(bench.sim.issues("acme/widgets")) == 1


async def test_a_fake_marker_in_somebody_elses_issue_is_not_believed(bench: Bench) -> None:
    """Only an issue that Tipstaff itself wrote can be the case's."""
    file = opened(bench, act(bench))
    await bench.sim.by("mallory").open_issue("widgets", "x", case_marker(file.case.id))
    file = await bench.step(file, file.steps[0].id, resumed=True)
    issue = receipt_of(file).issue
    assert issue is not None
    assert issue.number == 2


async def test_a_second_alert_joins_the_cases_issue(bench: Bench) -> None:
    """A burst becomes one issue with comments; tried again, a comment is not written twice."""
    file = await bench.play(act(bench), OPEN)
    again = bench.plan(replace(act(bench), id="made:again"), OPEN)
    step = replace(again.steps[0], case_id=file.case.id, attempts=1)
    alert = replace(again.alert, case_id=file.case.id)
    file = replace(file, alerts=(*file.alerts, alert), steps=(*file.steps, step))
    receipt = await bench.act(file, step)
    assert receipt.state is StepState.DONE
    await bench.act(file, replace(step, attempts=2), resumed=True)
    number = receipt_of(file).issue
    assert number is not None
    (comment,) = bench.sim.comments("acme/widgets", number.number)
    assert "It happened again" in comment["body"]
    assert len(bench.sim.issues("acme/widgets")) == 1


async def test_a_closed_issue_is_opened_again_for_a_new_alert(bench: Bench) -> None:
    """While the case is open, a closed issue would hide what is new."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").close_issue("widgets", 1)
    again = bench.plan(replace(act(bench), id="made:again"), OPEN)
    step = replace(again.steps[0], case_id=file.case.id, attempts=1)
    file = replace(file, alerts=(*file.alerts, again.alert), steps=(*file.steps, step))
    await bench.act(file, step)
    assert bench.sim.issues("acme/widgets")[0]["state"] == "open"


async def test_somebody_who_cannot_be_assigned_does_not_stop_the_issue(bench: Bench) -> None:
    """GitHub refuses the whole issue; it is opened without them, and the receipt says so."""
    bench.sim.faults.add(Fault(method="POST", path="/issues$", kind="status", status=422))
    book = playbook(("open-issue", {"assignees": ["nobody-here"]}))
    file = await bench.play(act(bench), book)
    assert "Nobody is assigned" in receipt_of(file).summary
    assert len(bench.sim.issues("acme/widgets")) == 1


async def test_the_issue_tells_what_was_put_back(bench: Bench) -> None:
    """The receipts of the steps before it are in the issue, in plain words."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_collaborator("widgets", "eve", "admin")
    book = playbook("revert", "open-issue")
    await bench.play(bench.event("repo.add_member"), book)
    body = bench.sim.issues("acme/widgets")[0]["body"]
    assert "- `revert`: ✅ done. Removed eve from `acme/widgets` (was admin)." in body
    assert "comment `/undo`" in body


async def test_a_comment_is_written_once(bench: Bench) -> None:
    """After a lost answer the step's own marker is looked for."""
    file = await bench.play(act(bench), OPEN)
    answer = reply(file)
    bench.sim.faults.add(Fault(method="POST", path="/comments$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.act(file, answer)
    receipt = await bench.act(file, replace(answer, attempts=2, sent=True))
    assert receipt.url is not None
    (comment,) = bench.sim.comments("acme/widgets", 1)
    assert comment["body"].startswith("Noted.")


async def test_a_comment_waits_for_the_issue_that_is_coming(bench: Bench) -> None:
    """Not lost, and not written elsewhere: tried again later."""
    file = opened(bench, act(bench))
    with pytest.raises(Unavailable):
        await bench.act(file, reply(file))


async def test_a_case_without_an_issue_needs_no_comment(bench: Bench) -> None:
    """Nothing to comment in, and nothing coming."""
    file = replace(opened(bench, act(bench)), steps=())
    receipt = await bench.act(file, reply(file))
    assert receipt.state is StepState.UNCHANGED


async def test_closing_the_issue_closes_it_once_and_can_be_undone(bench: Bench) -> None:
    """Closed, seen closed the second time, and open again after an undo."""
    file = await bench.play(act(bench), OPEN)
    close = replace(reply(file, ""), action="close-issue", params={"reason": "false alarm"})
    first = await bench.act(file, close)
    assert first.summary == "Closed the case's issue: false alarm"
    assert bench.sim.issues("acme/widgets")[0]["state"] == "closed"
    assert (await bench.act(file, close)).state is StepState.UNCHANGED
    file = recorded(replace(file, steps=(*file.steps, close)), close, first)
    await bench.undo(file, close.id)
    assert bench.sim.issues("acme/widgets")[0]["state"] == "open"


async def test_no_text_of_an_event_keeps_a_case_from_being_opened(bench: Bench) -> None:
    """A label is cut, who can be nobody is left out, and what is no repository is the usual one."""
    given = "{{ event.name }}"
    params = {"labels": [given], "assignees": [given, "olivia"], "repository": given}
    event = bench.made("repo.rename", repo="acme/widgets", name="no/such place " * 9)
    file = await bench.play(event, playbook(("open-issue", params)))
    assert receipt_of(file).state is StepState.DONE
    (issue,) = bench.sim.issues("acme/widgets")
    assert [person["login"] for person in issue["assignees"]] == ["olivia"]
    (label,) = {label["name"] for label in issue["labels"]} - {"tipstaff", "high"}
    assert label == f"{('no/such place ' * 9)[:49]}…"


def test_what_a_playbook_itself_writes_is_still_checked() -> None:
    """A label that is too long, or a login that is none, is a mistake of the author's."""
    step = {"labels": ["x" * 51], "assignees": ["-"], "repository": "nowhere"}
    place = Place(path="playbooks/x.yml", line=1, column=1)
    spec = StepSpec(action="open-issue", params=step, place=place)
    problems = " ".join(map(str, check_response(Response(steps=(spec,)))))
    for name in ("labels.0", "assignees.0", "'repository' must be"):
        assert name in problems
