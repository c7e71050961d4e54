"""People's tokens over the API."""

from datetime import UTC, datetime

import pytest

from bot.simulator import Simulator
from tests.simulator.conftest import Client

pytestmark = pytest.mark.usefixtures("judged")

TOKENS = "/orgs/acme/personal-access-tokens"
REQUESTS = "/orgs/acme/personal-access-token-requests"
SSO = "/orgs/acme/credential-authorizations"


async def test_a_token_is_listed_with_what_it_may_do_and_revoked(
    sim: Simulator, api: Client
) -> None:
    """The list says owner, permissions, expiry and last use; revoking is final."""
    token = sim.add_token(
        "bob",
        "deploy",
        {"repository": {"contents": "write"}},
        repositories=["widgets"],
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        last_used_at=datetime(2025, 12, 1, tzinfo=UTC),
    )
    shown = (await api("GET", TOKENS)).data[0]
    assert (shown["owner"]["login"], shown["token_expires_at"], shown["token_last_used_at"]) == (
        "bob",
        "2027-01-01T00:00:00Z",
        "2025-12-01T00:00:00Z",
    )
    assert shown["permissions"] == {"repository": {"contents": "write"}}
    reached = (await api("GET", f"{TOKENS}/{token.id}/repositories")).data
    assert [repo["name"] for repo in reached] == ["widgets"]
    assert (await api("POST", f"{TOKENS}/{token.id}", {"action": "revoke"})).status == 204
    assert sim.tokens() == []
    assert (await api("POST", f"{TOKENS}/{token.id}", {"action": "revoke"})).status == 404


async def test_tokens_are_found_by_owner_permission_and_repository(
    sim: Simulator, api: Client
) -> None:
    """The list's filters choose."""
    sim.add_token("bob", "one", {"organization": {"members": "read"}}, repositories="none")
    sim.add_token("eve", "two", {"repository": {"contents": "read"}})

    async def found(query: str) -> list[str]:
        return [token["token_name"] for token in (await api("GET", f"{TOKENS}?{query}")).data]

    assert await found("owner[]=bob") == ["one"]
    assert await found("permission=contents") == ["two"]
    assert await found("repository=widgets") == ["two"]
    assert await found("direction=asc") == ["one", "two"]


@pytest.mark.parametrize(("action", "granted"), [("approve", 1), ("deny", 0)])
async def test_a_request_is_answered(
    action: str, granted: int, sim: Simulator, api: Client
) -> None:
    """Approving puts the token in force, denying does not; both are told."""
    permissions = {"organization": {"administration": "write"}}
    number = await sim.by("bob").request_token("ci", permissions, reason="I need it")
    shown = (await api("GET", REQUESTS)).data[0]
    assert (shown["id"], shown["reason"]) == (number, "I need it")
    assert len((await api("GET", f"{REQUESTS}/{number}/repositories")).data) == 1
    body = {"action": action, "reason": "because"}
    assert (await api("POST", f"{REQUESTS}/{number}", body)).status == 204
    assert (await api("POST", f"{REQUESTS}/{number}", body)).status == 404
    assert len(sim.tokens()) == granted
    assert sim.deliveries[-1].action == ("approved" if granted else "denied")
    assert sim.deliveries[-1].request["payload"]["sender"]["login"] == "tipstaff[bot]"


async def test_single_sign_on_credentials_show_their_scopes_and_can_be_removed(
    sim: Simulator, api: Client
) -> None:
    """A classic token shows its scopes; once removed it is gone."""
    given = sim.add_credential_authorization("bob", ["repo", "admin:org"], note="laptop")
    sim.add_credential_authorization("eve", kind="SSH key", note="key")
    shown = (await api("GET", f"{SSO}?login=bob")).data
    assert [entry["scopes"] for entry in shown] == [["repo", "admin:org"]]
    assert len((await api("GET", SSO)).data) == 2
    assert (await api("DELETE", f"{SSO}/{given.id}")).status == 204
    assert (await api("DELETE", f"{SSO}/{given.id}")).status == 404
