"""Tokens: what one may do too much is told, requests are denied, access is taken away."""

from datetime import UTC, datetime

import pytest

from bot.core.errors import Forbidden, Unavailable
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.opening import open_bench

ALLOWANCE = {
    "permissions": {"contents": "read", "metadata": "read"},
    "scopes": ["repo"],
    "repositories": "selected",
    "days": 90,
}
FLAG = playbook(("flag-token", {"allowance": ALLOWANCE}))
WIDE = {
    "repository": {"contents": "write", "metadata": "read"},
    "organization": {"members": "write"},
}


async def test_a_request_is_flagged_with_all_that_is_too_much(bench: Bench) -> None:
    """Every permission above the allowance, the repositories and the missing end are named."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").request_token("deploy", WIDE)
    await bench.play(bench.event("personal_access_token.request_created"), FLAG)
    (issue,) = bench.sim.issues("acme/security")
    assert "| Owner | `eve` |" in issue["body"]
    assert "- `repository:contents: write (allowed: read)`" in issue["body"]
    assert "- `organization:members: write`" in issue["body"]
    assert "- `access to all repositories`" in issue["body"]
    assert "- `no end (allowed: 90 days)`" in issue["body"]
    assert "repository:metadata: read" not in issue["body"].split("### What was done")[0]


async def test_a_granted_token_is_read_from_github_with_its_last_use(bench: Bench) -> None:
    """GitHub's list knows what the event does not."""
    used = datetime(2026, 2, 1, tzinfo=UTC)
    token = bench.sim.add_token("eve", "deploy", WIDE, last_used_at=used)
    event = bench.made("personal_access_token.access_granted", user="eve", token_id=token.token_id)
    await bench.play(event, FLAG)
    (issue,) = bench.sim.issues("acme/security")
    assert "| Last used | `2026-02-01" in issue["body"]


async def test_a_classic_token_is_flagged_from_the_event(bench: Bench) -> None:
    """GitHub lists no classic tokens: the audit log's own scopes are what there is."""
    event = bench.made("org.update_member", actor="eve", token_scopes="admin:org,repo")
    await bench.play(event, FLAG)
    (issue,) = bench.sim.issues("acme/security")
    assert "- `scope admin:org`" in issue["body"]
    assert "scope repo`" not in issue["body"]
    assert "the event's own facts" in issue["body"]


async def test_a_request_is_denied_once(bench: Bench) -> None:
    """Gone afterwards; a second try finds nothing to deny."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").request_token("deploy", WIDE)
    event = bench.event("personal_access_token.request_created")
    deny = playbook(("deny-token-request", {"reason": "Too much."}))
    file = await bench.play(event, deny)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.token_requests() == []
    assert receipt_of(await bench.play(event, deny)).state is StepState.UNCHANGED


async def test_a_long_reason_keeps_no_request_from_being_denied(bench: Bench) -> None:
    """It may quote what the person wrote: it is cut, for GitHub takes so much."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").request_token("deploy " * 300, WIDE)
    event = bench.event("personal_access_token.request_created")
    deny = playbook(
        ("deny-token-request", {"reason": "Why {{ event.user_programmatic_access_name }}?"})
    )
    assert receipt_of(await bench.play(event, deny)).state is StepState.DONE
    (call,) = [call for call in bench.sim.calls if call.writes and "requests/" in call.path]
    assert len(call.body["reason"]) == 1024


async def test_a_request_of_a_protected_login_is_left_alone(bench: Bench) -> None:
    """Protected means protected from every change."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").request_token("deploy", WIDE)
    bench.protected = frozenset({"eve"})
    event = bench.event("personal_access_token.request_created")
    file = await bench.play(event, playbook("deny-token-request"))
    assert receipt_of(file).state is StepState.BLOCKED
    assert len(bench.sim.token_requests()) == 1


async def test_a_fine_grained_token_loses_its_access(bench: Bench) -> None:
    """Found by the audit log's number, revoked by GitHub's own, and seen gone."""
    token = bench.sim.add_token("eve", "deploy", WIDE)
    event = bench.made("personal_access_token.access_granted", user="eve", token_id=token.token_id)
    file = await bench.play(event, playbook("revoke-token"))
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.tokens() == []
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.BLOCKED


async def test_a_saml_authorisation_is_removed(bench: Bench) -> None:
    """The way to lock a classic token out."""
    given = bench.sim.add_credential_authorization("eve", ["admin:org"])
    event = bench.made("org_credential_authorization.grant", user="eve", credential_id=given.id)
    file = await bench.play(event, playbook("revoke-token"))
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.credential_authorizations() == []


async def test_a_classic_token_nobody_can_revoke_says_who_can(bench: Bench) -> None:
    """Its owner has to: the receipt says where."""
    event = bench.made("org.update_member", actor="eve", token_scopes="admin:org")
    file = await bench.play(event, playbook("revoke-token"))
    assert receipt_of(file).state is StepState.BLOCKED
    assert "only be deleted by eve" in receipt_of(file).summary
    assert bench.writes() == []


async def test_a_request_somebody_approved_meanwhile_is_not_claimed_as_denied(
    bench: Bench,
) -> None:
    """A lost answer and an approval look alike in the list of requests; the tokens tell."""
    bench.sim.add_member("eve")
    number = await bench.sim.by("eve").request_token("deploy", WIDE)
    file = bench.case(
        bench.event("personal_access_token.request_created"), playbook("deny-token-request")
    )
    bench.sim.faults.add(
        Fault(method="POST", path="/personal-access-token-requests/", kind="reset")
    )
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    await bench.sim.by("olivia").approve_token_request(number)
    file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert "was approved by somebody" in receipt_of(file).summary


async def test_a_denial_whose_answer_was_lost_is_seen(bench: Bench) -> None:
    """Neither waiting nor approved: the earlier try did it."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").request_token("deploy", WIDE)
    file = bench.case(
        bench.event("personal_access_token.request_created"), playbook("deny-token-request")
    )
    path = "/personal-access-token-requests/"
    bench.sim.faults.add(Fault(method="POST", path=path, kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).state is StepState.DONE


@pytest.mark.parametrize(
    ("granted", "told"),
    [
        ({"issues": "write", "metadata": "read"}, "lacks the permission"),
        (
            {
                "issues": "write",
                "metadata": "read",
                "organization_personal_access_token_requests": "write",
            },
            "| Owner | `eve` |",
        ),
    ],
)
async def test_a_token_is_told_of_without_the_lists(granted: dict[str, str], told: str) -> None:
    """A missing permission takes the details, not the case; what is missing is said."""
    async with open_bench(granted) as bench:
        bench.sim.add_member("eve")
        await bench.sim.by("eve").request_token("deploy", WIDE)
        event = bench.event("personal_access_token.request_created")
        await bench.play(event, FLAG)
        (issue,) = bench.sim.issues("acme/security")
        assert told in issue["body"]


async def test_a_missing_permission_to_open_issues_is_named() -> None:
    """Not a missing repository: the true reason is told."""
    async with open_bench({"metadata": "read"}) as bench:
        event = bench.made("org.update_member", actor="eve", token_scopes="admin:org")
        with pytest.raises(Forbidden, match="lacks the permission issues: write"):
            await bench.play(event, FLAG)


async def test_a_request_is_denied_without_seeing_the_tokens() -> None:
    """Where it was not granted, the receipt does not claim to know."""
    async with open_bench(
        {"metadata": "read", "organization_personal_access_token_requests": "write"}
    ) as bench:
        bench.sim.add_member("eve")
        number = await bench.sim.by("eve").request_token("deploy", WIDE)
        event = bench.event("personal_access_token.request_created")
        await bench.sim.by("olivia").approve_token_request(number)
        file = await bench.play(event, playbook("deny-token-request"))
        assert receipt_of(file).state is StepState.UNCHANGED
        assert "can't see" in receipt_of(file).summary
