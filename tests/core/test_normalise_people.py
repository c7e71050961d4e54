"""Who belongs to the organisation, its teams and its repositories, and with what level."""

from typing import Any

import pytest

from tests.core.conftest import Tell

ANN = {"login": "ann", "id": 1, "type": "User"}
BOB = {"login": "bob", "id": 2, "type": "User"}
ACME = {"login": "acme", "id": 10}
REPO = {"full_name": "acme/shop", "id": 20, "private": True}
TEAM = {"id": 30, "name": "Night watch", "slug": "night-watch", "privacy": "closed"}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("member_added", "org.add_member", "create"),
        ("member_removed", "org.remove_member", "remove"),
    ],
)
@pytest.mark.parametrize(
    ("role", "permission"),
    [("member", "read"), ("admin", "admin"), ("billing_manager", "billing_manager")],
)
def test_joining_and_leaving_the_organisation(
    tell: Tell, *, action: str, becomes: str, operation: str, role: str, permission: str
) -> None:
    """The person, and the role as the audit log's permission."""
    told = tell(
        "organization",
        {
            "action": action,
            "membership": {"role": role, "state": "active", "user": BOB},
            "organization": ACME,
            "sender": ANN,
        },
    )
    assert told.action == becomes
    assert told.fields["operation_type"] == operation
    assert (told.actor, told.user, told.fields["user_id"]) == ("ann", "bob", 2)
    assert told.fields["permission"] == permission


@pytest.mark.parametrize(
    ("role", "permission"), [("direct_member", "read"), ("admin", "admin"), ("reinstate",) * 2]
)
def test_an_invitation_to_the_organisation(tell: Tell, role: str, permission: str) -> None:
    """Who is invited by whom, at which address and as what."""
    told = tell(
        "organization",
        {
            "action": "member_invited",
            "invitation": {
                "id": 5,
                "login": "bob",
                "email": "bob@example.com",
                "role": role,
                "team_count": 2,
                "inviter": ANN,
                "invitation_source": "member",
            },
            "user": BOB,
            "organization": ACME,
            "sender": ANN,
        },
    )
    assert (told.action, told.user, told.fields["user_id"]) == ("org.invite_member", "bob", 2)
    wanted = {
        "invitee_email": "bob@example.com",
        "permission": permission,
        "inviter": "ann",
        "invitation_id": 5,
        "team_count": 2,
        "invitation_source": "member",
    }
    assert wanted.items() <= told.fields.items()


def test_an_invitation_by_mail_names_no_user(tell: Tell) -> None:
    """Somebody without an account is known by address only."""
    told = tell(
        "organization",
        {"action": "member_invited", "invitation": {"login": None, "email": "new@example.com"}},
    )
    assert told.user is None
    assert told.fields["invitee_email"] == "new@example.com"


def test_a_renamed_organisation_remembers_its_old_name(tell: Tell) -> None:
    """`org` is the new name, `old_login` the old one."""
    told = tell(
        "organization",
        {"action": "renamed", "changes": {"login": {"from": "acne"}}, "organization": ACME},
    )
    assert (told.action, told.org, told.fields["old_login"]) == ("org.rename", "acme", "acne")


def test_a_deleted_organisation(tell: Tell) -> None:
    """The end of an organisation is `org.delete`."""
    assert tell("organization", {"action": "deleted", "organization": ACME}).action == "org.delete"


@pytest.mark.parametrize(
    ("action", "permission", "old_permission"),
    [("owner_added", "admin", "read"), ("owner_removed", "read", "admin")],
)
def test_the_roster_tells_of_owners(
    tell: Tell, action: str, permission: str, old_permission: str
) -> None:
    """A change of ownership is `org.update_member`, in the audit log's words, by nobody known."""
    told = tell(
        "roster",
        {
            "action": action,
            "organization": ACME,
            "member": {"login": "bob", "id": 2},
            "known_since": "2026-03-01T11:59:00Z",
            "installation": {"id": 7},
            "actor": None,
        },
        source="roster",
    )
    assert told.action == "org.update_member"
    assert told.fields["operation_type"] == "modify"
    assert (told.org, told.user, told.fields["user_id"]) == ("acme", "bob", 2)
    assert told.fields["permission"] == permission
    assert told.fields["old_permission"] == old_permission
    assert told.fields["known_since"] == "2026-03-01T11:59:00Z"
    assert (told.actor, told.source, told.installation) == (None, "roster", 7)


def test_the_roster_names_an_actor_when_it_was_given_one(tell: Tell) -> None:
    """Another source may have said who did it."""
    told = tell("roster", {"action": "owner_added", "actor": "ann"}, source="roster")
    assert told.actor == "ann"


def test_a_webhook_cannot_speak_for_the_roster(tell: Tell) -> None:
    """Only the roster's own source makes an owner: a webhook of that name is just unknown."""
    assert tell("roster", {"action": "owner_added"}).action == "roster.owner_added"


def test_a_webhook_cannot_speak_for_the_survey(tell: Tell) -> None:
    """Nor does the survey tell of a setting that it does not know by name."""
    body = {"action": "default_repository_permission", "from": "read", "to": "admin"}
    told = tell("survey", body, source="survey")
    assert (told.action, told.fields["permission"]) == (
        "org.update_default_repository_permission",
        "admin",
    )
    assert tell("survey", body).action == "survey.default_repository_permission"
    odd = tell("survey", {"action": "colour", "from": 1, "to": None}, source="survey")
    assert (odd.action, odd.fields["setting"]) == ("survey.colour", "colour")


@pytest.mark.parametrize(
    ("changes", "permission"),
    [
        ({"role_name": {"to": "maintain"}, "permission": {"to": "write"}}, "maintain"),
        ({"role_name": {"to": "release-captain"}, "permission": {"to": "read"}}, "release-captain"),
        ({"permission": {"to": "admin"}}, "admin"),
        ({"permission": {"to": "push"}}, "write"),
        ({"role_name": {"to": "pull"}}, "read"),
    ],
)
def test_a_new_collaborators_level_is_the_role(
    tell: Tell, changes: dict[str, Any], permission: str
) -> None:
    """The role counts before the older permission, and old words become the audit log's."""
    told = tell(
        "member",
        {"action": "added", "member": BOB, "repository": REPO, "sender": ANN, "changes": changes},
    )
    assert (told.action, told.fields["operation_type"]) == ("repo.add_member", "create")
    assert (told.user, told.fields["user_id"], told.repo) == ("bob", 2, "acme/shop")
    assert told.fields["permission"] == told.fields["new_repo_permission"] == permission


def test_a_new_collaborator_without_changes_has_no_level(tell: Tell) -> None:
    """Older payloads do not say the level: nothing is guessed."""
    told = tell("member", {"action": "added", "member": BOB, "repository": REPO})
    assert "permission" not in told.fields


@pytest.mark.parametrize(
    ("changes", "permission", "old_permission"),
    [
        ({"permission": {"from": "write", "to": "admin"}}, "admin", "write"),
        (
            {"permission": {"from": "read", "to": "admin"}, "old_permission": {"from": "read"}},
            "admin",
            "read",
        ),
        (
            {
                "role_name": {"from": "triage", "to": "maintain"},
                "permission": {"from": "read", "to": "write"},
            },
            "maintain",
            "triage",
        ),
        ({"old_permission": {"from": "push"}}, None, "write"),
        ({"permission": {"from": None, "to": "admin"}}, "admin", None),
    ],
)
def test_a_raised_collaborator_has_an_old_and_a_new_level(
    tell: Tell, changes: dict[str, Any], permission: str | None, old_permission: str | None
) -> None:
    """Both levels where the payload says them, under our names and the audit log's."""
    told = tell(
        "member", {"action": "edited", "member": BOB, "repository": REPO, "changes": changes}
    )
    assert (told.action, told.fields["operation_type"]) == ("repo.update_member", "modify")
    fields = told.fields
    assert fields.get("permission") == fields.get("new_repo_permission") == permission
    assert fields.get("old_permission") == fields.get("old_repo_permission") == old_permission
    assert fields["changed"] == list(changes)


def test_a_removed_collaborator(tell: Tell) -> None:
    """Removal names the person and the repository."""
    told = tell("member", {"action": "removed", "member": BOB, "repository": REPO})
    assert (told.action, told.user, told.repo) == ("repo.remove_member", "bob", "acme/shop")


@pytest.mark.parametrize(
    ("action", "becomes"), [("added", "team.add_member"), ("removed", "team.remove_member")]
)
def test_a_person_in_a_team(tell: Tell, action: str, becomes: str) -> None:
    """The team is written `org/slug`, as the audit log does."""
    told = tell(
        "membership",
        {"action": action, "scope": "team", "member": BOB, "team": TEAM, "organization": ACME},
    )
    assert (told.action, told.user) == (becomes, "bob")
    assert told.fields["team"] == "acme/night-watch"
    assert (told.fields["team_name"], told.fields["team_id"]) == ("Night watch", 30)


def test_a_deleted_team_is_known_by_its_name(tell: Tell) -> None:
    """GitHub sends no slug of a team that is gone."""
    told = tell(
        "membership",
        {
            "action": "removed",
            "team": {"id": 30, "name": "ghosts", "deleted": True},
            "organization": ACME,
        },
    )
    assert told.fields["team"] == "acme/ghosts"


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "team.create", "create"),
        ("deleted", "team.destroy", "remove"),
        ("added_to_repository", "team.add_repository", "create"),
        ("removed_from_repository", "team.remove_repository", "remove"),
    ],
)
def test_the_life_of_a_team(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """Teams come and go, and are given repositories."""
    told = tell("team", {"action": action, "team": TEAM, "organization": ACME, "repository": REPO})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    assert told.fields["team"] == "acme/night-watch"


@pytest.mark.parametrize(
    ("repository", "permission"),
    [
        ({"role_name": "write"}, "write"),
        ({"permissions": {"pull": True, "triage": True, "push": True, "admin": False}}, "write"),
        ({"permissions": {"pull": True, "triage": True, "push": False}}, "triage"),
        ({"permissions": {"pull": True, "admin": True, "maintain": True}}, "admin"),
        ({"permissions": {"pull": False}}, None),
        ({}, None),
    ],
)
def test_a_teams_level_on_a_repository(
    tell: Tell, repository: dict[str, Any], permission: str | None
) -> None:
    """The role, else the highest permission that is set."""
    told = tell("team", {"action": "added_to_repository", "team": TEAM, "repository": repository})
    assert told.fields.get("permission") == permission


@pytest.mark.parametrize(
    ("before", "old_permission"),
    [
        ({"admin": False, "push": True, "pull": True}, "write"),
        ({"admin": False, "push": False, "pull": True}, "read"),
        ({"admin": False}, "write"),  # what is not sent did not change
        ({"admin": False, "push": False, "pull": False}, None),
    ],
)
def test_a_team_raised_on_a_repository_has_an_old_and_a_new_level(
    tell: Tell, before: dict[str, bool], old_permission: str | None
) -> None:
    """The new level is read from the repository, the old one from the changes."""
    told = tell(
        "team",
        {
            "action": "edited",
            "team": TEAM,
            "organization": ACME,
            "changes": {"repository": {"permissions": {"from": before}}},
            "repository": {
                **REPO,
                "permissions": {"admin": True, "push": True, "pull": True, "maintain": True},
            },
        },
    )
    assert told.action == "team.update_repository_permission"
    assert told.repo == "acme/shop"
    assert told.fields["permission"] == told.fields["new_repo_permission"] == "admin"
    assert told.fields.get("old_permission") == old_permission
    assert told.fields.get("old_repo_permission") == old_permission


@pytest.mark.parametrize(
    ("changes", "becomes", "fields"),
    [
        (
            {"name": {"from": "Day watch"}},
            "team.rename",
            {"name": "Night watch", "old_name": "Day watch"},
        ),
        (
            {"privacy": {"from": "secret"}},
            "team.change_privacy",
            {"team_privacy": "closed", "old_privacy": "secret"},
        ),
        ({"description": {"from": "x"}}, "team.edited", {"changed": ["description"]}),
        ({}, "team.edited", {}),
    ],
)
def test_an_edited_team(
    tell: Tell, changes: dict[str, Any], becomes: str, fields: dict[str, Any]
) -> None:
    """What was edited decides the action."""
    told = tell("team", {"action": "edited", "team": TEAM, "changes": changes})
    assert told.action == becomes
    assert fields.items() <= told.fields.items()


def test_the_older_team_event_keeps_its_own_name(tell: Tell) -> None:
    """`team_add` tells the same act as `team.add_repository`: one act, one alert."""
    told = tell(
        "team_add",
        {
            "team": TEAM,
            "repository": REPO,
            "organization": ACME,
            "sender": {**ACME, "type": "Organization"},
        },
    )
    assert told.action == "team_add"
    assert (told.fields["team"], told.actor) == ("acme/night-watch", None)


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [("blocked", "org.block_user", "create"), ("unblocked", "org.unblock_user", "remove")],
)
def test_a_blocked_person(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """The person shut out is the user, under the audit log's name too."""
    told = tell("org_block", {"action": action, "blocked_user": BOB, "organization": ACME})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    assert told.user == told.fields["blocked_user"] == "bob"
    assert told.fields["user_id"] == 2
