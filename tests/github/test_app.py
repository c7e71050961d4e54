"""The App finds out who it is and where it is installed, and gets exactly the tokens it needs."""

import asyncio

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.core.errors import (
    ConfigurationError,
    Forbidden,
    InstallationGone,
    Suspended,
    Unavailable,
)
from bot.github import GitHubApp, open_session
from bot.simulator import Fault
from tests.github.stage import APP_ID, PERMISSIONS, Stage, key_pair, open_stage

ORG = {"org": "acme"}


async def test_the_app_knows_its_own_name(stage: Stage) -> None:
    """GitHub is asked once who the App is; the login is that of its bot user."""
    identity = await stage.app.identity()
    assert (identity.id, identity.slug, identity.login) == (APP_ID, "tipstaff", "tipstaff[bot]")
    assert identity.html_url.endswith("/tipstaff")
    assert await stage.app.identity() is identity
    assert stage.count("GET", "/app") == 1


async def test_the_installations_are_listed(stage: Stage) -> None:
    """Each installation tells its account, permissions and whether it is suspended."""
    [installation] = await stage.app.installations()
    assert installation.id == stage.sim.installation_id
    assert (installation.account, installation.account_type) == ("acme", "Organization")
    assert installation.account_id > 0
    assert installation.permissions == PERMISSIONS
    assert not installation.suspended
    stage.sim.suspend()
    assert [each.suspended for each in await stage.app.installations()] == [True]


async def test_a_key_of_another_app_is_a_configuration_error(stage: Stage) -> None:
    """The text names both settings that have to fit together."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    for app in (stage.another_app(private_key=stranger.decode()), stage.another_app(app_id=999)):
        with pytest.raises(ConfigurationError, match="APP_ID and PRIVATE_KEY"):
            await app.identity()


async def test_an_unknown_app_is_not_taken_for_an_uninstalled_one(stage: Stage) -> None:
    """A wrong APP_ID says nothing about the organisation."""
    gh = stage.another_app(app_id=999).installation(stage.sim.installation_id).narrowed({})
    with pytest.raises(Forbidden, match="APP_ID"):
        await gh.call("GET", "/orgs/{org}", ORG)


async def test_the_token_is_narrowed_to_what_is_needed(stage: Stage) -> None:
    """With a token for issues, members can't be read: GitHub names what it takes."""
    with pytest.raises(Forbidden, match="members") as caught:
        await stage.gh(issues="write").call(
            "PUT",
            "/orgs/{org}/memberships/{username}",
            {**ORG, "username": "olivia"},
            body={"role": "admin"},
        )
    assert caught.value.status == 403
    assert "Resource not accessible by integration" in str(caught.value)
    minted = [call.body for call in stage.sim.calls if call.path.endswith("/access_tokens")]
    assert minted == [{"permissions": {"issues": "write"}}]


async def test_a_token_for_nothing_is_not_a_token_for_everything(stage: Stage) -> None:
    """GitHub reads an empty set as all that was granted, so metadata is asked for instead."""
    gh = stage.app.installation(stage.sim.installation_id).narrowed({})
    with pytest.raises(Forbidden):
        await gh.call("DELETE", "/orgs/{org}/memberships/{username}", {**ORG, "username": "x"})
    minted = [call.body for call in stage.sim.calls if call.path.endswith("/access_tokens")]
    assert minted == [{"permissions": {"metadata": "read"}}]


async def test_one_token_serves_until_shortly_before_its_end(stage: Stage) -> None:
    """A token lasts an hour and is renewed five minutes before; a JWT likewise in time."""
    gh = stage.gh()
    for minutes, minted in ((0, 1), (30, 1), (24, 1), (2, 2), (50, 2), (10, 3)):
        stage.clock.move(minutes=minutes)
        assert (await gh.call("GET", "/orgs/{org}", ORG)).status == 200
        assert stage.minted == minted


async def test_many_calls_at_once_ask_for_one_token(stage: Stage) -> None:
    """There is no rush of requests for the same token; other permissions get their own."""
    calls = [stage.gh().call("GET", "/orgs/{org}", ORG) for _ in range(20)]
    await asyncio.gather(*calls, stage.gh(issues="read").call("GET", "/rate_limit"))
    assert stage.minted == 2


async def test_a_caller_that_gives_up_leaves_the_token_to_the_others(stage: Stage) -> None:
    """A cancelled call does not cancel the token everybody waits for."""
    stage.sim.faults.add(Fault(method="POST", path="/access_tokens", kind="slow", seconds=0.1))
    first = asyncio.create_task(stage.gh().call("GET", "/orgs/{org}", ORG))
    second = asyncio.create_task(stage.gh().call("GET", "/orgs/{org}", ORG))
    await asyncio.sleep(0.03)
    first.cancel()
    assert (await second).status == 200
    assert stage.minted == 1


async def test_a_token_github_no_longer_takes_is_renewed(stage: Stage) -> None:
    """When only GitHub knows that a token is over, the 401 brings a new one, unnoticed."""
    gh = stage.gh()
    await gh.call("GET", "/orgs/{org}", ORG)
    stage.sim.faults.add(Fault(method="GET", path="/orgs/acme$", kind="status", status=401))
    assert (await gh.call("GET", "/orgs/{org}", ORG)).status == 200
    assert stage.minted == 2


async def test_a_missing_permission_is_named_with_the_way_to_grant_it(stage: Stage) -> None:
    """Asking for more than was granted says what is missing, what is there, and where to click."""
    with pytest.raises(Forbidden) as caught:
        await stage.gh(administration="write", members="read", secrets="read").call(
            "GET", "/orgs/{org}", ORG
        )
    text = str(caught.value)
    assert "administration: write (it has read)" in text
    assert "secrets: read (it has none)" in text
    assert "members" not in text.split("grant it", maxsplit=1)[0]
    assert f"/settings/installations/{stage.sim.installation_id}" in text
    assert caught.value.status == 422


async def test_an_uninstalled_app_is_told_so(stage: Stage) -> None:
    """Whether a token was there or not, the organisation is gone for good."""
    gh = stage.gh()
    await gh.call("GET", "/orgs/{org}", ORG)
    stage.sim.uninstall()
    for each in (gh, stage.gh(issues="read")):
        with pytest.raises(InstallationGone):
            await each.call("GET", "/orgs/{org}", ORG)


async def test_a_suspended_app_is_told_so(stage: Stage) -> None:
    """With a token and without, it is a matter of waiting; unsuspended it works again."""
    gh = stage.gh()
    await gh.call("GET", "/orgs/{org}", ORG)
    stage.sim.suspend()
    for each in (gh, stage.gh(issues="read")):
        with pytest.raises(Suspended):
            await each.call("GET", "/orgs/{org}", ORG)
    stage.sim.unsuspend()
    assert (await gh.call("GET", "/orgs/{org}", ORG)).status == 200


async def test_a_token_is_asked_for_again_when_github_stumbles(stage: Stage) -> None:
    """A 502 is not noticed; after an outage it is certain that the call itself was not sent."""
    broken = Fault(method="POST", path="/access_tokens", kind="status", status=502, times=2)
    stage.sim.faults.add(broken)
    assert (await stage.gh().call("GET", "/orgs/{org}", ORG)).status == 200
    stage.clock.move(hours=2)
    stage.sim.faults.add(
        Fault(method="POST", path="/access_tokens", kind="status", status=500, times=3)
    )
    with pytest.raises(Unavailable) as caught:
        await stage.gh().call("PUT", "/orgs/{org}", ORG)
    assert not caught.value.sent
    assert (await stage.gh().call("GET", "/orgs/{org}", ORG)).status == 200


async def test_the_app_itself_speaks_by_its_jwt(stage: Stage) -> None:
    """The delivery log is read as the App, whatever time has passed."""
    for _ in range(3):
        assert [item async for item in stage.app.as_app().pages("/app/hook/deliveries")] == []
        stage.clock.move(minutes=8)
    assert {call.token_kind for call in stage.sim.calls} == {"app"}


async def test_no_cookie_goes_from_one_call_to_another() -> None:
    """The session keeps nothing between calls, which may be those of different organisations."""
    async with open_session() as session:
        session.cookie_jar.update_cookies({"tenant": "acme"})
        assert len(session.cookie_jar) == 0


async def test_two_organisations_never_share_a_token() -> None:
    """The token of one GitHub's installation is never shown for another installation."""
    async with open_stage() as one:
        await one.gh().call("GET", "/orgs/{org}", ORG)
        other = one.app.installation(one.sim.installation_id + 1).narrowed({"members": "write"})
        with pytest.raises(InstallationGone):
            await other.call("GET", "/orgs/{org}", ORG)
        assert one.count("GET", "/orgs/acme") == 1


def test_a_bad_key_stops_the_start(stage: Stage) -> None:
    """The key is looked at when the App is built, not at the first call."""
    with pytest.raises(ConfigurationError, match="PRIVATE_KEY"):
        GitHubApp(
            app_id=1,
            private_key=key_pair()[1],
            session=stage.session,
            clock=stage.clock,
        )
