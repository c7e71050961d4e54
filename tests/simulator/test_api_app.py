"""The App's own endpoints: JWT, installation tokens, the delivery log."""

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.simulator import Simulator
from tests.simulator.conftest import Client, Clock, Inbox, sign_jwt

pytestmark = pytest.mark.usefixtures("judged")


async def test_the_app_sees_itself_and_its_installation(
    sim: Simulator, api: Client, jwt: str
) -> None:
    """The App finds its installation by listing, by id and by organisation."""
    assert (await api("GET", "/app", token=jwt)).data["slug"] == "tipstaff"
    listed = (await api("GET", "/app/installations", token=jwt)).data
    by_id = (await api("GET", f"/app/installations/{sim.installation_id}", token=jwt)).data
    by_org = (await api("GET", "/orgs/acme/installation", token=jwt)).data
    assert listed == [by_id] == [by_org]
    assert by_id["account"]["login"] == "acme"
    assert (await api("GET", "/app/installations/1", token=jwt)).status == 404


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"exp": 0}, 401),
        ({"lasts": 3600}, 401),
        ({"later": 300}, 401),
        ({"iss": "999"}, 404),
        ({"iss": "Iv23liSimulatedApp00"}, 200),
    ],
)
async def test_a_jwt_must_be_young_short_lived_and_the_apps(
    claims: dict[str, Any],
    status: int,
    api: Client,
    key: rsa.RSAPrivateKey,
    clock: Clock,
) -> None:
    """Expired, too long, from the future or of another App: refused."""
    now = int(clock().timestamp())
    if "lasts" in claims:
        claims = {"exp": now + claims["lasts"]}
    if "later" in claims:
        claims = {"iat": now + claims["later"], "exp": now + claims["later"] + 60}
    assert (await api("GET", "/app", token=sign_jwt(key, clock, **claims))).status == status


async def test_a_jwt_signed_by_another_key_is_refused(api: Client, clock: Clock) -> None:
    """The signature is checked with the App's real public key."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = await api("GET", "/app", token=sign_jwt(other, clock))
    assert (answer.status, answer.data["message"]) == (401, "A JSON web token could not be decoded")
    assert (await api("GET", "/app", token="a.b.c")).status == 401


async def test_each_credential_opens_its_own_doors_only(api: Client, jwt: str) -> None:
    """The JWT opens no organisation, a token not the App; none at all opens neither."""
    assert (await api("GET", "/app")).status == 401
    refused = await api("GET", "/orgs/acme/members", token=jwt)
    assert refused.status == 403
    assert (await api("GET", "/orgs/acme/members", token="ghs_unknown")).status == 401
    api.token = ""
    assert (await api("GET", "/orgs/acme/members")).status == 401


async def test_a_token_is_narrowed_and_never_widened(sim: Simulator, api: Client, jwt: str) -> None:
    """A narrowed token may do no more than was asked for; more than granted is a 422."""
    sim.add_repository("gadgets")
    path = f"/app/installations/{sim.installation_id}/access_tokens"
    narrow = {"permissions": {"issues": "read"}, "repositories": ["widgets"]}
    made = await api("POST", path, narrow, token=jwt)
    assert made.status == 201
    assert made.data["permissions"] == {"metadata": "read", "issues": "read"}
    token = made.data["token"]
    assert (await api("GET", "/repos/acme/widgets/issues", token=token)).status == 200
    refused = await api("POST", "/repos/acme/widgets/issues", {"title": "x"}, token=token)
    assert (refused.status, refused.data["message"]) == (
        403,
        "Resource not accessible by integration",
    )
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
    assert (await api("GET", "/repos/acme/gadgets/issues", token=token)).status == 404
    assert (await api("GET", "/orgs/acme/members", token=token)).status == 403
    more = {"permissions": {"packages": "write"}}
    assert (await api("POST", path, more, token=jwt)).status == 422
    unknown = {"repositories": ["nothing"]}
    assert (await api("POST", path, unknown, token=jwt)).status == 422


async def test_a_token_lasts_an_hour(api: Client, clock: Clock) -> None:
    """After an hour a token is Bad credentials."""
    clock.pass_(minutes=59)
    assert (await api("GET", "/orgs/acme/members")).status == 200
    clock.pass_(minutes=1)
    late = await api("GET", "/orgs/acme/members")
    assert (late.status, late.data["message"]) == (401, "Bad credentials")


async def test_a_suspended_or_removed_app_is_locked_out(
    sim: Simulator, api: Client, jwt: str
) -> None:
    """Suspended is a 403 that can end; removed is a 404 that does not."""
    path = f"/app/installations/{sim.installation_id}/access_tokens"
    sim.suspend()
    assert (await api("GET", "/orgs/acme/members")).status == 403
    assert (await api("POST", path, token=jwt)).status == 403
    sim.unsuspend()
    assert (await api("GET", "/orgs/acme/members")).status == 200
    sim.uninstall()
    assert (await api("GET", "/orgs/acme/members")).status == 401
    assert (await api("POST", path, token=jwt)).status == 404
    assert (await api("GET", "/app/installations", token=jwt)).data == []


async def test_a_repository_outside_the_installation_is_not_there(
    sim: Simulator, api: Client
) -> None:
    """A private repository the App was not given is a 404; a public one may be read."""
    sim.add_repository("hidden", installed=False)
    sim.add_repository("open", private=False, installed=False)
    assert (await api("GET", "/repos/acme/hidden")).status == 404
    assert (await api("GET", "/repos/acme/open")).status == 200
    assert (await api("PATCH", "/repos/acme/open", {"private": True})).status == 403


async def test_a_missed_delivery_is_in_the_log_and_can_be_had_again(
    sim: Simulator, api: Client, jwt: str, inbox: Inbox
) -> None:
    """A redelivery is a new attempt with the same GUID and the same bytes."""
    inbox.status = 503
    await sim.by("olivia").publicize("widgets")
    await sim.settled()
    log = (await api("GET", "/app/hook/deliveries?status=failure", token=jwt)).data
    assert [(found["event"], found["status_code"]) for found in log] == [
        ("public", 503),
        ("repository", 503),
    ]
    inbox.status = 202
    number = log[0]["id"]
    assert (await api("POST", f"/app/hook/deliveries/{number}/attempts", token=jwt)).status == 202
    await sim.settled()
    newest = (await api("GET", "/app/hook/deliveries", token=jwt)).data[0]
    assert (newest["guid"], newest["redelivery"], newest["status"]) == (
        log[0]["guid"],
        True,
        "OK",
    )
    public = [body for headers, body in inbox.received if headers["X-GitHub-Event"] == "public"]
    assert public[0] == public[1]
    full = (await api("GET", f"/app/hook/deliveries/{number}", token=jwt)).data
    assert full["request"]["payload"]["sender"]["login"] == "olivia"
    assert full["response"]["headers"] is not None


async def test_the_delivery_log_is_read_by_cursor(sim: Simulator, api: Client, jwt: str) -> None:
    """Following the links gives every delivery once, newest first."""
    for number in range(5):
        await sim.by("bob").open_issue("widgets", f"Issue {number}")
    seen: list[int] = []
    address: str | None = "/app/hook/deliveries?per_page=2"
    while address:
        answer = await api("GET", address, token=jwt)
        seen += [found["id"] for found in answer.data]
        link = answer.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0] or None
    assert seen == sorted((found.id for found in sim.deliveries), reverse=True)
    assert len(seen) == 5


async def test_a_receiver_that_is_not_there_leaves_a_failed_delivery(sim: Simulator) -> None:
    """Nobody listening is a failure in the log, not an error of the one who acts."""
    sim.hook_url = "http://127.0.0.1:9/webhooks"
    await sim.by("olivia").publicize("widgets")
    async with asyncio.timeout(5):
        await sim.settled()
    assert {found.status for found in sim.deliveries} == {"failed to connect to host"}
