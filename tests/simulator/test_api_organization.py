"""Members, teams, collaborators and repositories over the API."""

import pytest

from bot.simulator import Simulator
from tests.simulator.conftest import Client, Inbox

pytestmark = pytest.mark.usefixtures("judged")


async def test_the_owners_can_be_listed(sim: Simulator, api: Client) -> None:
    """Listing members by role gives the owners only."""
    sim.add_owner("oscar")
    answer = await api("GET", "/orgs/acme/members?role=admin")
    assert [user["login"] for user in answer.data] == ["olivia", "oscar"]


async def test_an_owner_can_be_made_a_member_again(sim: Simulator, api: Client) -> None:
    """PUT membership demotes, and no webhook tells."""
    await sim.by("olivia").make_owner("bob")
    answer = await api("PUT", "/orgs/acme/memberships/bob", {"role": "member"})
    assert (answer.status, answer.data["role"], sim.org_role("bob")) == (200, "member", "member")
    assert sim.deliveries == []


async def test_the_last_owner_cannot_be_demoted_or_removed(sim: Simulator, api: Client) -> None:
    """An organisation keeps an owner, whatever the App asks."""
    assert (await api("PUT", "/orgs/acme/memberships/olivia", {"role": "member"})).status == 403
    assert (await api("DELETE", "/orgs/acme/members/olivia")).status == 403
    assert (await api("PUT", "/orgs/acme/outside_collaborators/olivia")).status == 403
    assert sim.org_role("olivia") == "admin"


async def test_a_removed_member_who_is_added_again_is_only_invited(
    sim: Simulator, api: Client
) -> None:
    """Membership is pending until the person accepts."""
    assert (await api("DELETE", "/orgs/acme/memberships/bob")).status == 204
    again = await api("PUT", "/orgs/acme/memberships/bob", {"role": "member"})
    assert again.data["state"] == "pending"
    assert (await api("GET", "/orgs/acme/members/bob")).status == 404
    invitations = (await api("GET", "/orgs/acme/invitations")).data
    assert [found["login"] for found in invitations] == ["bob"]
    await sim.by("bob").accept_invitation()
    assert (await api("GET", "/orgs/acme/members/bob")).status == 204
    assert (await api("GET", "/orgs/acme/memberships/bob")).data["state"] == "active"
    assert (await api("GET", "/orgs/acme/invitations")).data == []


async def test_an_invitation_can_be_taken_back(sim: Simulator, api: Client) -> None:
    """A cancelled invitation leaves no membership."""
    await sim.by("olivia").invite("dora")
    number = (await api("GET", "/orgs/acme/invitations")).data[0]["id"]
    assert (await api("DELETE", f"/orgs/acme/invitations/{number}")).status == 204
    assert (await api("GET", "/orgs/acme/memberships/dora")).status == 404


async def test_a_member_can_be_made_an_outside_collaborator_and_removed(
    sim: Simulator, api: Client
) -> None:
    """Outside collaborators keep their teams' repositories until they are removed."""
    sim.add_team("core", members=["bob"])
    sim.set_team_repository("core", "widgets", "push")
    assert (await api("DELETE", "/orgs/acme/outside_collaborators/bob")).status == 422
    assert (await api("PUT", "/orgs/acme/outside_collaborators/bob")).status == 204
    outside = (await api("GET", "/orgs/acme/outside_collaborators")).data
    assert ([user["login"] for user in outside], sim.collaborator("widgets", "bob")) == (
        ["bob"],
        "push",
    )
    assert (await api("DELETE", "/orgs/acme/outside_collaborators/bob")).status == 204
    assert sim.collaborator("widgets", "bob") is None


async def test_the_organisation_can_be_read(api: Client) -> None:
    """The organisation shows its base permission; another organisation is not there."""
    shown = (await api("GET", "/orgs/ACME")).data
    assert (shown["login"], shown["default_repository_permission"]) == ("acme", "read")
    assert (await api("GET", "/orgs/other")).status == 404


async def test_somebody_from_outside_is_invited_to_a_repository(
    sim: Simulator, api: Client
) -> None:
    """PUT answers 201 with an invitation, which can be changed, and becomes a place."""
    path = "/repos/acme/widgets/collaborators/eve"
    invited = await api("PUT", path, {"permission": "push"})
    assert (invited.status, invited.data["permissions"]) == (201, "write")
    one = f"/repos/acme/widgets/invitations/{invited.data['id']}"
    assert (await api("PATCH", one, {"permissions": "read"})).data["permissions"] == "read"
    assert len((await api("GET", "/repos/acme/widgets/invitations")).data) == 1
    await sim.by("eve").accept_collaboration("widgets")
    assert sim.collaborator("widgets", "eve") == "pull"
    assert (await api("GET", path)).status == 204
    assert (await api("DELETE", one)).status == 404


async def test_a_collaborators_level_can_be_put_back(
    sim: Simulator, api: Client, inbox: Inbox
) -> None:
    """PUT on a collaborator answers 204 and the App's own change is told, sent by its bot."""
    sim.add_collaborator("widgets", "eve", "admin")
    path = "/repos/acme/widgets/collaborators/eve"
    assert (await api("PUT", path, {"permission": "pull"})).status == 204
    await sim.settled()
    sent = sim.deliveries[0].request["payload"]
    assert (sent["action"], sent["sender"]["login"], sent["sender"]["type"]) == (
        "edited",
        "tipstaff[bot]",
        "Bot",
    )
    assert sent["changes"]["permission"] == {"from": "admin", "to": "read"}
    assert (await api("DELETE", path)).status == 204
    assert (await api("GET", path)).status == 404
    assert (await api("DELETE", path)).status == 204


async def test_the_permission_shown_is_the_highest_wherever_it_comes_from(
    sim: Simulator, api: Client
) -> None:
    """A team's level counts as one's own; an owner is always admin; a stranger has none."""
    sim.add_team("core", members=["bob"])
    sim.set_team_repository("core", "widgets", "maintain")
    path = "/repos/acme/widgets/collaborators/{}/permission"
    shown = {name: (await api("GET", path.format(name))).data for name in ("bob", "olivia", "eve")}
    assert {name: (data["permission"], data["role_name"]) for name, data in shown.items()} == {
        "bob": ("write", "maintain"),
        "olivia": ("admin", "admin"),
        "eve": ("none", "none"),
    }
    assert (await api("GET", path.format("nobody-at-all"))).status == 404


async def test_collaborators_are_listed_by_affiliation(sim: Simulator, api: Client) -> None:
    """Direct and outside collaborators are told from those who are there by membership."""
    sim.add_collaborator("widgets", "eve", "push")
    sim.add_collaborator("widgets", "bob", "admin")

    async def listed(kind: str) -> set[str]:
        found = await api("GET", f"/repos/acme/widgets/collaborators?affiliation={kind}")
        return {user["login"] for user in found.data}

    assert await listed("outside") == {"eve"}
    assert await listed("direct") == {"eve", "bob"}
    assert await listed("all") == {"olivia", "bob", "eve"}


async def test_a_team_can_be_changed_and_read(sim: Simulator, api: Client) -> None:
    """Members and repositories of a team are read, added and taken away."""
    sim.add_team("Core Team")
    team = "/orgs/acme/teams/core-team"
    assert (await api("PUT", f"{team}/memberships/bob")).data["state"] == "active"
    assert (await api("GET", f"{team}/memberships/bob")).data["role"] == "member"
    assert sim.team_members("core-team") == ["bob"]
    repo = f"{team}/repos/acme/widgets"
    assert (await api("PUT", repo, {"permission": "admin"})).status == 204
    assert (await api("GET", repo)).status == 204
    full = await api("GET", repo, Accept="application/vnd.github.v3.repository+json")
    assert (full.data["role_name"], full.data["permissions"]["admin"]) == ("admin", True)
    assert [r["name"] for r in (await api("GET", f"{team}/repos")).data] == ["widgets"]
    shown = (await api("GET", team)).data
    assert (shown["members_count"], shown["repos_count"]) == (1, 1)
    assert len((await api("GET", "/orgs/acme/teams")).data) == 1
    assert len((await api("GET", f"{team}/members")).data) == 1
    assert (await api("DELETE", repo)).status == 204
    assert (await api("GET", repo)).status == 404
    assert (await api("DELETE", f"{team}/memberships/bob")).status == 204
    assert (await api("GET", f"{team}/memberships/bob")).status == 404
    assert sim.team_repository("core-team", "widgets") is None


async def test_a_repository_can_be_hidden_again(sim: Simulator, api: Client) -> None:
    """PATCH visibility takes effect and is told."""
    await sim.by("bob").publicize("widgets")
    answer = await api("PATCH", "/repos/acme/widgets", {"visibility": "private"})
    assert (answer.status, answer.data["private"], sim.visibility("widgets")) == (
        200,
        True,
        "private",
    )
    assert [found.action for found in sim.deliveries] == ["publicized", None, "privatized"]
    assert (await api("PATCH", "/repos/acme/widgets", {"private": False})).status == 200
    assert sim.visibility("widgets") == "public"


async def test_an_archived_repository_is_read_only(api: Client) -> None:
    """Nothing but waking it changes an archived repository."""
    assert (await api("PATCH", "/repos/acme/widgets", {"archived": True})).data["archived"]
    refused = await api("PATCH", "/repos/acme/widgets", {"visibility": "public"})
    assert (refused.status, refused.data["message"]) == (
        403,
        "Repository was archived so is read-only.",
    )
    assert (await api("POST", "/repos/acme/widgets/issues", {"title": "x"})).status == 403
    assert not (await api("PATCH", "/repos/acme/widgets", {"archived": False})).data["archived"]


async def test_a_renamed_repository_is_found_by_its_old_name(sim: Simulator, api: Client) -> None:
    """The old name answers 301 to a read and 307 to a write, and leads to the repository."""
    await sim.by("olivia").rename("widgets", "gears")
    moved = await api("GET", "/repos/acme/widgets")
    assert moved.status == 301
    assert (await api("GET", moved.headers["Location"])).data["name"] == "gears"
    assert (await api("PATCH", "/repos/acme/widgets", {"private": True})).status == 307


async def test_an_old_name_leads_to_the_same_thing_below_it(sim: Simulator, api: Client) -> None:
    """What comes after the name, and the query, are kept; there a write takes effect."""
    await sim.by("olivia").rename("widgets", "gears")
    moved = await api("GET", "/repos/acme/widgets/issues?state=all")
    assert moved.headers["Location"].endswith("/issues?state=all")
    moved = await api("POST", "/repos/acme/widgets/issues", {"title": "x"})
    assert moved.status == 307
    made = await api("POST", moved.headers["Location"], {"title": "x"})
    assert (made.status, len(sim.issues("gears"))) == (201, 1)


async def test_deploy_keys_are_listed_made_and_deleted(sim: Simulator, api: Client) -> None:
    """A key that was added by a person can be read and deleted."""
    number = await sim.by("mallory").add_deploy_key("widgets", "back door", read_only=False)
    keys = (await api("GET", "/repos/acme/widgets/keys")).data
    assert [(key["title"], key["read_only"], key["added_by"]) for key in keys] == [
        ("back door", False, "mallory")
    ]
    one = f"/repos/acme/widgets/keys/{number}"
    assert (await api("GET", one)).data["id"] == number
    assert (await api("DELETE", one)).status == 204
    assert (await api("GET", one)).status == 404
    body = {"title": "ci", "key": "ssh-ed25519 AAAAC3", "read_only": True}
    assert (await api("POST", "/repos/acme/widgets/keys", body)).status == 201
    assert (await api("POST", "/repos/acme/widgets/keys", body)).status == 422


async def test_code_can_be_read(sim: Simulator, api: Client) -> None:
    """Files, folders, branches and commits show what was pushed."""
    head = await sim.by("bob").push("widgets", "Add it", files={"src/new.py": "x = 1\n"})
    file = (await api("GET", "/repos/acme/widgets/contents/src/new.py")).data
    assert (file["encoding"], file["content"]) == ("base64", "eCA9IDEK\n")
    folder = (await api("GET", "/repos/acme/widgets/contents/src")).data
    assert [entry["name"] for entry in folder] == ["app.py", "new.py"]
    assert (await api("GET", "/repos/acme/widgets/contents/none")).status == 404
    assert (await api("GET", "/repos/acme/widgets/branches")).data[0]["commit"]["sha"] == head
    commit = (await api("GET", f"/repos/acme/widgets/commits/{head}")).data
    assert (commit["commit"]["message"], commit["files"][0]["status"]) == ("Add it", "added")
    assert (await api("GET", "/repos/acme/widgets/commits/unknown")).status == 422


async def test_a_profile_can_be_read(api: Client) -> None:
    """People and the App's own bot have a public profile."""
    assert (await api("GET", "/users/bob")).data["login"] == "bob"
    assert (await api("GET", "/users/tipstaff[bot]")).data["type"] == "Bot"


async def test_a_renamed_user_is_found_by_number(sim: Simulator, api: Client) -> None:
    """The old login leads nowhere, the number to the new one; places are kept."""
    number = (await api("GET", "/users/bob")).data["id"]
    await sim.by("bob").change_login("robert")
    assert (await api("GET", "/users/bob")).status == 404
    assert (await api("GET", f"/user/{number}")).data["login"] == "robert"
    assert sim.org_role("robert") == "member"


async def test_a_renamed_team_has_another_slug(sim: Simulator, api: Client) -> None:
    """The old slug leads nowhere; members stay."""
    sim.add_team("security", ["bob"])
    await sim.by("olivia").rename_team("security", "The Guards")
    assert (await api("GET", "/orgs/acme/teams/security")).status == 404
    assert (await api("GET", "/orgs/acme/teams/the-guards")).data["name"] == "The Guards"
    assert sim.team_members("the-guards") == ["bob"]


async def test_the_teams_of_a_repository_are_listed(sim: Simulator, api: Client) -> None:
    """Each with what it may do there."""
    sim.add_team("security", ["bob"])
    sim.set_team_repository("security", "widgets", "maintain")
    (team,) = (await api("GET", "/repos/acme/widgets/teams")).data
    assert (team["slug"], team["permission"]) == ("security", "maintain")


VALUES = "/orgs/acme/properties/values"


def described(value: object, *, name: str = "tier", repo: str = "widgets") -> dict[str, object]:
    """Return a request to set a property."""
    properties = [{"property_name": name, "value": value}]
    return {"repository_names": [repo], "properties": properties}


async def test_a_property_is_set_shown_and_unset(sim: Simulator, api: Client) -> None:
    """What is unset shows the property's default, if there is one."""
    sim.add_property("tier", "multi_select", allowed=["core", "edge"])
    sim.add_property("stage", default="new")
    shown = "/repos/acme/widgets/properties/values"
    assert (await api("PATCH", VALUES, described(["edge", "core"]))).status == 204
    assert (await api("GET", shown)).data == [
        {"property_name": "tier", "value": ["core", "edge"]},
        {"property_name": "stage", "value": "new"},
    ]
    assert (await api("PATCH", VALUES, described(None))).status == 204
    assert (await api("GET", shown)).data == [{"property_name": "stage", "value": "new"}]
    assert sim.properties("widgets") == {"stage": "new"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (described("other"), 422),
        (described(["core"]), 422),
        (described(7), 422),
        (described("core", name="colour"), 422),
        (described("maybe", name="live"), 422),
        (described("core", repo="nowhere"), 404),
        ({"repository_names": [], "properties": []}, 422),
        ({"repository_names": ["widgets"]}, 422),
        ({"repository_names": ["widgets"], "properties": [{"value": "core"}]}, 422),
        ({"repository_names": ["widgets"], "properties": [{"property_name": "tier"}]}, 422),
    ],
)
async def test_a_property_takes_only_what_it_allows(
    sim: Simulator, api: Client, body: dict[str, object], status: int
) -> None:
    """And nothing is set of what is refused."""
    sim.add_property("tier", "single_select", allowed=["core", "edge"])
    sim.add_property("live", "true_false")
    assert (await api("PATCH", VALUES, body)).status == status
    assert sim.properties("widgets") == {}


async def test_properties_are_set_only_where_the_app_is_installed(
    sim: Simulator, api: Client
) -> None:
    """Of other repositories GitHub says nothing."""
    sim.add_property("tier")
    sim.add_repository("hidden", installed=False)
    assert (await api("PATCH", VALUES, described("core", repo="hidden"))).status == 404
    assert sim.properties("hidden") == {}
