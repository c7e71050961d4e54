"""Leaked tokens are revoked by nobody in particular, and never kept; SSO authorisations removed."""

import base64
import hashlib
from typing import Any

import orjson
import pytest

from bot.core.errors import Forbidden, Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.opening import open_bench

GHP = "ghp_" + "Abc1" * 9
PAT = "github_pat_" + "11ABCDEFG0" * 8
GHS = "ghs_" + "Zyx9" * 9
REVOKE = playbook("revoke-leaked-credential")


async def commented(bench: Bench, body: str) -> Event:
    """Let Mallory write a comment, and return its event."""
    number = await bench.sim.by("mallory").open_issue("widgets", "Help")
    await bench.sim.by("mallory").comment("widgets", number, body)
    return bench.event("issue_comment.create")


def planned(bench: Bench, event: Event) -> CaseFile:
    """Return a case with one step, before anything was done."""
    return bench.case(event, REVOKE)


async def test_a_token_in_a_comment_is_revoked_by_an_unknown_caller(bench: Bench) -> None:
    """GitHub refuses whoever shows a credential of their own."""
    event = await commented(bench, f"Use\n{GHP}\nor `{PAT}`.")
    receipt = receipt_of(await bench.play(event, REVOKE))
    assert receipt.state is StepState.DONE
    assert bench.sim.world.credentials.revoked == {GHP, PAT}
    (call,) = [call for call in bench.sim.calls if call.path == "/credentials/revoke"]
    assert call.token_kind is None


async def test_nothing_that_is_kept_has_the_token_in_it(bench: Bench) -> None:
    """The receipt knows it by its first characters, and by the hash that audit logs show."""
    file = await bench.play(await commented(bench, GHP), REVOKE)
    kept = repr((file, receipt_of(file)))
    assert GHP not in kept
    hashed = base64.b64encode(hashlib.sha256(GHP.encode()).digest()).decode()
    assert hashed in receipt_of(file).summary
    assert receipt_of(file).before["tokens"] == [{"begins": "ghp_***", "hash": hashed}]


async def test_a_token_that_secret_scanning_found_is_revoked(bench: Bench) -> None:
    """The webhook does not carry it, GitHub's API does."""
    await bench.sim.by("mallory").secret_scanning_alert("widgets", secret=GHP)
    event = alert_event(bench)
    assert receipt_of(await bench.play(event, REVOKE)).state is StepState.DONE
    assert bench.sim.world.credentials.revoked == {GHP}


def alert_event(bench: Bench) -> Event:
    """Return the event of the last secret scanning alert: the bench's App gets no webhook of it."""
    repo = bench.sim.world.repository("widgets")
    return bench.made(
        "secret_scanning_alert.create",
        repo="acme/widgets",
        repo_id=repo.id,
        number=max(repo.secrets),
    )


async def test_without_the_permission_the_event_is_all_there_is() -> None:
    """And no step fails for it."""
    async with open_bench({"metadata": "read"}) as bench:
        await bench.sim.by("mallory").secret_scanning_alert("widgets", secret=GHP)
        receipt = receipt_of(await bench.play(alert_event(bench), REVOKE))
        assert receipt.state is StepState.UNCHANGED


@pytest.mark.parametrize("text", ["nothing here", GHS, "AKIAABCDEFGHIJKLMNOP", "ghp_short"])
async def test_what_github_does_not_revoke_is_not_handed_in(bench: Bench, text: str) -> None:
    """An installation's token lasts an hour; other vendors' keys are theirs."""
    receipt = receipt_of(await bench.play(await commented(bench, text), REVOKE))
    assert receipt.state is StepState.UNCHANGED
    assert text == "nothing here" or text not in receipt.summary
    assert bench.writes() == []


async def test_a_token_of_another_kind_beside_it_is_told(bench: Bench) -> None:
    """Masked."""
    receipt = receipt_of(await bench.play(await commented(bench, f"{GHP} {GHS}"), REVOKE))
    assert receipt.state is StepState.DONE
    assert "Not revoked: ghs_***" in receipt.summary


async def test_one_refused_token_does_not_save_the_others(bench: Bench) -> None:
    """GitHub refuses a whole request for one: each half is handed in by itself."""
    tokens = [f"ghp_{number:036d}" for number in range(5)]
    no_token = "ghp_" + "0" * 44
    receipt = receipt_of(await bench.play(await commented(bench, f"{tokens} {no_token}"), REVOKE))
    assert receipt.state is StepState.DONE
    assert bench.sim.world.credentials.revoked == set(tokens)
    assert "5 tokens" in receipt.summary
    assert "Not revoked" in receipt.summary


async def test_a_lone_token_that_is_refused_fails_the_step(bench: Bench) -> None:
    """It was none."""
    bench.sim.faults.add(Fault(method="POST", path="/revoke$", kind="status", status=422))
    with pytest.raises(Refused, match="none of one token"):
        await bench.play(await commented(bench, GHP), REVOKE)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(method="POST", path="/revoke$", kind="status", status=403), Forbidden),
        (Fault(method="POST", path="/revoke$", kind="secondary", seconds=60), Unavailable),
        (Fault(method="POST", path="/revoke$", kind="status", status=500), Unavailable),
    ],
    ids=["forbidden", "limit of 60 an hour", "broken"],
)
async def test_githubs_no_and_not_now_are_told_apart(
    bench: Bench, fault: Fault, error: type[Exception]
) -> None:
    """No error has the token in it."""
    bench.sim.faults.add(fault)
    with pytest.raises(error) as caught:
        await bench.play(await commented(bench, GHP), REVOKE)
    assert GHP not in str(caught.value)


async def test_a_lost_answer_is_settled_by_doing_it_again(bench: Bench) -> None:
    """Revoking twice is revoking once."""
    file = planned(bench, await commented(bench, GHP))
    bench.sim.faults.add(Fault(method="POST", path="/revoke$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state is StepState.DONE


async def test_an_event_that_is_not_kept_has_nothing_to_revoke(bench: Bench) -> None:
    """What the alert itself keeps is masked."""
    event = await commented(bench, GHP)
    bench.recorded.clear()
    assert receipt_of(await bench.play(event, REVOKE)).state is StepState.UNCHANGED


async def test_a_token_deep_in_a_payload_is_found(bench: Bench) -> None:
    """Whatever the event is, and whatever characters stand before it in its JSON."""
    event = bench.made("git.push", repo="acme/widgets", commits=[{"message": f"x\n{GHP}"}])
    assert rb"\n" + GHP.encode() in orjson.dumps(event.fields)
    await bench.play(event, REVOKE)
    assert bench.sim.world.credentials.revoked == {GHP}


# SAML single sign-on


async def deauthorized(bench: Bench, **params: Any) -> Receipt:
    """Authorise a credential of Eve's, and return the receipt of taking it out."""
    given = bench.sim.add_credential_authorization("eve", ["admin:org"])
    event = bench.made("org_credential_authorization.grant", user="eve", credential_id=given.id)
    book = playbook(("deauthorize-sso-credential", params))
    return receipt_of(await bench.play(event, book))


async def test_an_sso_credential_is_taken_out(bench: Bench) -> None:
    """And seen gone; its owner can authorise it anew."""
    receipt = await deauthorized(bench)
    assert (receipt.state, receipt.undoable) == (StepState.DONE, False)
    assert bench.sim.credential_authorizations() == []


async def test_an_sso_credential_that_is_out_already_is_left_alone(bench: Bench) -> None:
    """Or was taken by an earlier try."""
    receipt = await deauthorized(bench, credential_id=4711)
    assert receipt.state is StepState.UNCHANGED
    assert len(bench.sim.credential_authorizations()) == 1


async def test_a_protected_persons_credential_is_left_alone(bench: Bench) -> None:
    """Protected means protected from every change."""
    bench.protected = frozenset({"eve"})
    assert (await deauthorized(bench)).state is StepState.BLOCKED
    assert len(bench.sim.credential_authorizations()) == 1


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (409, Refused), (422, Refused)])
async def test_a_refused_deauthorising_is_told(
    bench: Bench, status: int, error: type[Exception]
) -> None:
    """In GitHub's words."""
    path = "/credential-authorizations/"
    bench.sim.faults.add(Fault(method="DELETE", path=path, kind="status", status=status))
    with pytest.raises(error, match=str(status)):
        await deauthorized(bench)


async def test_a_lost_answer_to_a_deauthorising_is_settled_by_looking(bench: Bench) -> None:
    """The second try finds it gone, and claims it."""
    given = bench.sim.add_credential_authorization("eve", ["admin:org"])
    event = bench.made("org_credential_authorization.grant", user="eve", credential_id=given.id)
    file = bench.case(event, playbook("deauthorize-sso-credential"))
    path = "/credential-authorizations/"
    bench.sim.faults.add(Fault(method="DELETE", path=path, kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state is StepState.DONE


async def test_an_event_without_a_credential_is_a_persons_matter(bench: Bench) -> None:
    """With where to look."""
    event = bench.made("git.clone", user="eve")
    receipt = receipt_of(await bench.play(event, playbook("deauthorize-sso-credential")))
    assert receipt.state is StepState.BLOCKED
    assert "under People" in receipt.summary
