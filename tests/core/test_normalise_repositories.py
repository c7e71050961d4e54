"""Repositories, their rules, their keys, and what is pushed to them."""

from typing import Any

import pytest

from tests.core.conftest import Tell

REPO = {
    "full_name": "acme/shop",
    "name": "shop",
    "id": 20,
    "private": True,
    "default_branch": "main",
    "owner": {"login": "acme", "id": 10, "type": "Organization"},
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "repo.create", "create"),
        ("deleted", "repo.destroy", "remove"),
        ("archived", "repo.archived", "modify"),
        ("unarchived", "repo.unarchived", "modify"),
        ("renamed", "repo.rename", "modify"),
        ("transferred", "repo.transfer", "transfer"),
        ("publicized", "repo.access", "access"),
        ("privatized", "repo.access", "access"),
        ("edited", "repository.edited", "modify"),
    ],
)
def test_the_life_of_a_repository(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """Each act has the audit log's name."""
    told = tell("repository", {"action": action, "repository": REPO})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    assert (told.repo, told.org) == ("acme/shop", "acme")


def test_a_new_repository_says_what_it_is(tell: Tell) -> None:
    """Visibility, fork and description come along."""
    told = tell(
        "repository",
        {"action": "created", "repository": {**REPO, "fork": False, "description": "Loot"}},
    )
    wanted = {"visibility": "private", "fork": False, "description": "Loot"}
    assert wanted.items() <= told.fields.items()


def test_a_repository_made_public(tell: Tell) -> None:
    """It is public; whether it was private or internal is not said, and not made up."""
    told = tell("repository", {"action": "publicized", "repository": {**REPO, "private": False}})
    assert told.fields["visibility"] == "public"
    assert "previous_visibility" not in told.fields
    assert told.fields["public_repo"] is True


@pytest.mark.parametrize("visibility", ["private", "internal"])
def test_a_repository_hidden_again(tell: Tell, visibility: str) -> None:
    """It was public; now it is what the payload says."""
    told = tell(
        "repository", {"action": "privatized", "repository": {**REPO, "visibility": visibility}}
    )
    assert told.fields["visibility"] == visibility
    assert told.fields["previous_visibility"] == "public"


def test_the_older_public_event_keeps_its_own_name(tell: Tell) -> None:
    """`public` tells the same act as `repo.access`: one act, one alert."""
    assert tell("public", {"repository": REPO}).action == "public"


def test_a_renamed_repository_remembers_its_old_name(tell: Tell) -> None:
    """The old name is kept beside the new full name."""
    changes = {"repository": {"name": {"from": "stall"}}}
    told = tell("repository", {"action": "renamed", "changes": changes, "repository": REPO})
    assert told.fields["old_name"] == "stall"


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_a_transferred_repository_says_whose_it_was(tell: Tell, kind: str) -> None:
    """The former owner may be a person or an organisation."""
    changes = {"owner": {"from": {kind: {"login": "mallory", "id": 6}}}}
    told = tell("repository", {"action": "transferred", "changes": changes, "repository": REPO})
    wanted = {"old_user": "mallory", "repo_was": "mallory/shop", "owner": "acme"}
    assert wanted.items() <= told.fields.items()


def test_a_new_default_branch_is_its_own_act(tell: Tell) -> None:
    """The audit log has a name for it; every other edit lists what changed."""
    told = tell(
        "repository",
        {
            "action": "edited",
            "changes": {"default_branch": {"from": "master"}},
            "repository": REPO,
        },
    )
    assert told.action == "repo.update_default_branch"
    assert told.fields["old_default_branch"] == "master"
    assert told.fields["new_default_branch"] == "main"


def test_any_other_edit_lists_what_changed(tell: Tell) -> None:
    """The names of the changes are a list, the present values fields."""
    told = tell(
        "repository",
        {
            "action": "edited",
            "changes": {"topics": {"from": []}, "homepage": {"from": None}},
            "repository": {**REPO, "topics": ["a", "b"], "homepage": "https://example.com"},
        },
    )
    assert told.fields["changed"] == ["topics", "homepage"]
    assert told.fields["topics"] == ["a", "b"]
    assert told.fields["homepage"] == "https://example.com"


RULESET: dict[str, Any] = {
    "id": 8,
    "name": "main is safe",
    "target": "branch",
    "source_type": "Organization",
    "enforcement": "disabled",
    "bypass_actors": [{"actor_id": 5, "actor_type": "Team", "bypass_mode": "always"}],
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}],
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "repository_ruleset.create", "create"),
        ("edited", "repository_ruleset.update", "modify"),
        ("deleted", "repository_ruleset.destroy", "remove"),
    ],
)
def test_a_ruleset_is_told_whole(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """The rules can be tested one by one, with a dot."""
    told = tell("repository_ruleset", {"action": action, "repository_ruleset": RULESET})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {
        "ruleset_id": 8,
        "ruleset_name": "main is safe",
        "name": "main is safe",
        "ruleset_enforcement": "disabled",
        "ruleset_source_type": "Organization",
        "ruleset_target": "branch",
        "ruleset_conditions": RULESET["conditions"],
    }
    assert wanted.items() <= told.fields.items()
    assert told.values("ruleset_rules.type") == ("deletion", "non_fast_forward")
    assert told.values("ruleset_bypass_actors.actor_type") == ("Team",)


def test_an_edited_ruleset_says_what_it_was(tell: Tell) -> None:
    """Former name and enforcement, and the rules and conditions that came or went."""
    told = tell(
        "repository_ruleset",
        {
            "action": "edited",
            "repository_ruleset": RULESET,
            "changes": {
                "name": {"from": "main was safe"},
                "enforcement": {"from": "active"},
                "rules": {
                    "added": [{"type": "creation"}],
                    "deleted": [{"type": "pull_request"}],
                    "updated": [{"rule": {"type": "deletion"}}],
                },
                "conditions": {"added": [{"a": 1}], "deleted": [{"d": 1}], "updated": [{"u": 1}]},
            },
        },
    )
    wanted = {
        "changed": ["name", "enforcement", "rules", "conditions"],
        "ruleset_old_name": "main was safe",
        "ruleset_old_enforcement": "active",
        "ruleset_rules_added": [{"type": "creation"}],
        "ruleset_rules_deleted": [{"type": "pull_request"}],
        "ruleset_rules_updated": [{"rule": {"type": "deletion"}}],
        "ruleset_conditions_added": [{"a": 1}],
        "ruleset_conditions_deleted": [{"d": 1}],
        "ruleset_conditions_updated": [{"u": 1}],
    }
    assert wanted.items() <= told.fields.items()


RULE: dict[str, Any] = {
    "id": 9,
    "name": "main",
    "admin_enforced": False,
    "allow_force_pushes_enforcement_level": "everyone",
    "required_approving_review_count": 0,
    "required_status_checks": ["build"],
    "authorized_actor_names": ["ann"],
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "protected_branch.create", "create"),
        ("deleted", "protected_branch.destroy", "remove"),
        ("edited", "protected_branch.update", "modify"),
    ],
)
def test_a_branch_protection_rule(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """The rule's settings are fields under the audit log's names."""
    told = tell("branch_protection_rule", {"action": action, "rule": RULE, "repository": REPO})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {
        "name": "main",
        "rule_id": 9,
        "admin_enforced": False,
        "allow_force_pushes_enforcement_level": "everyone",
        "required_approving_review_count": 0,
        "required_status_checks": ["build"],
        "authorized_actor_names": ["ann"],
    }
    assert wanted.items() <= told.fields.items()


@pytest.mark.parametrize(
    ("aspect", "name"),
    [
        # The audit log mostly says `update_` and the name of the setting ...
        *(
            (aspect, f"update_{aspect}")
            for aspect in (
                "admin_enforced",
                "allow_deletions_enforcement_level",
                "allow_force_pushes_enforcement_level",
                "ignore_approvals_from_contributors",
                "linear_history_requirement_enforcement_level",
                "lock_branch_enforcement_level",
                "merge_queue_enforcement_level",
                "name",
                "pull_request_reviews_enforcement_level",
                "require_code_owner_review",
                "require_last_push_approval",
                "required_approving_review_count",
                "required_status_checks_enforcement_level",
                "signature_requirement_enforcement_level",
                "strict_required_status_checks_policy",
            )
        ),
        # ... but not always.
        ("dismiss_stale_reviews_on_push", "dismiss_stale_reviews"),
        ("lock_allows_fork_sync", "update_lock_allows_fetch_and_merge"),
        ("authorized_actors_only", "authorized_users_teams"),
        ("authorized_actor_names", "authorized_users_teams"),
        ("authorized_dismissal_actors_only", "dismissal_restricted_users_teams"),
    ],
)
def test_one_change_of_a_branch_protection_has_the_audit_logs_name(
    tell: Tell, aspect: str, name: str
) -> None:
    """A change of one thing is told as the audit log tells it."""
    changes = {aspect: {"from": True}}
    told = tell("branch_protection_rule", {"action": "edited", "changes": changes, "rule": RULE})
    assert told.action == f"protected_branch.{name}"
    assert told.fields["changed"] == [aspect]
    assert told.fields["changes_from"] == changes


def test_several_changes_of_a_branch_protection_are_all_listed(tell: Tell) -> None:
    """The most telling one names the act; none is lost."""
    changes = {"name": {"from": "x"}, "admin_enforced": {"from": True}}
    told = tell("branch_protection_rule", {"action": "edited", "changes": changes, "rule": RULE})
    assert told.action == "protected_branch.update_admin_enforced"
    assert told.fields["changed"] == ["name", "admin_enforced"]


@pytest.mark.parametrize("switch", ["enable", "disable"])
def test_all_branch_protections_switched_at_once(tell: Tell, switch: str) -> None:
    """The audit log calls it the evaluation of branch protection."""
    told = tell("branch_protection_configuration", {"action": f"{switch}d", "repository": REPO})
    assert told.action == f"repository_branch_protection_evaluation.{switch}"
    assert told.fields["operation_type"] == "modify"


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [("created", "public_key.create", "create"), ("deleted", "public_key.delete", "remove")],
)
def test_a_deploy_key(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """Which key, may it push, and who added it."""
    told = tell(
        "deploy_key",
        {
            "action": action,
            "key": {
                "id": 11,
                "key": "ssh-ed25519 AAAA",
                "title": "ci",
                "read_only": False,
                "added_by": "ann",
                "last_used": None,
            },
            "repository": REPO,
        },
    )
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {
        "key_id": 11,
        "key": "ssh-ed25519 AAAA",
        "title": "ci",
        "read_only": False,
        "added_by": "ann",
    }
    assert wanted.items() <= told.fields.items()
    assert "last_used" not in told.fields


PUSH: dict[str, Any] = {
    "ref": "refs/heads/main",
    "before": "a" * 40,
    "after": "b" * 40,
    "base_ref": None,
    "forced": True,
    "created": False,
    "deleted": False,
    "compare": "https://github.com/acme/shop/compare/a...b",
    "pusher": {"name": "ann"},
    "sender": {"login": "ann", "id": 1, "type": "User"},
    "repository": REPO,
    "commits": [
        {
            "id": "c1",
            "message": "one",
            "timestamp": "1970-01-01T00:00:00Z",
            "author": {"email": "ann@example.com"},
            "added": [".github/workflows/x.yml"],
            "modified": [],
            "removed": ["LICENSE"],
        },
        {"id": "c2", "message": "two", "added": ["b"], "modified": ["README.md"], "removed": []},
    ],
}


def test_a_push_is_told_with_its_commits(tell: Tell) -> None:
    """Where to, how, and every message and path of every commit."""
    told = tell("push", PUSH)
    assert (told.action, told.fields["operation_type"]) == ("git.push", "modify")
    wanted = {
        "ref": "refs/heads/main",
        "branch": "main",
        "default_branch": True,
        "forced": True,
        "created": False,
        "deleted": False,
        "before": "a" * 40,
        "after": "b" * 40,
        "compare": "https://github.com/acme/shop/compare/a...b",
        "commit_count": 2,
        "commit_shas": ["c1", "c2"],
        "commit_messages": ["one", "two"],
        "commit_author_emails": ["ann@example.com"],
        "added": [".github/workflows/x.yml", "b"],
        "modified": ["README.md"],
        "removed": ["LICENSE"],
    }
    assert wanted.items() <= told.fields.items()
    assert "tag" not in told.fields


def test_a_push_happens_when_it_arrives_not_when_a_commit_says(tell: Tell) -> None:
    """Commit dates are whatever their author wrote."""
    told = tell("push", PUSH)
    assert told.at.year == 2026
    assert told.fields["@timestamp"] == 1772366400250


def test_a_push_to_another_branch_is_not_to_the_default_branch(tell: Tell) -> None:
    """A branch name may hold slashes."""
    told = tell("push", {**PUSH, "ref": "refs/heads/feature/main"})
    assert (told.fields["branch"], told.fields["default_branch"]) == ("feature/main", False)


def test_a_pushed_tag_is_no_branch(tell: Tell) -> None:
    """A tag called like the default branch is not the default branch."""
    told = tell("push", {**PUSH, "ref": "refs/tags/main"})
    assert (told.fields["tag"], told.fields["default_branch"]) == ("main", False)
    assert "branch" not in told.fields


def test_a_push_without_a_sender_is_the_pushers(tell: Tell) -> None:
    """The pusher's name stands in when GitHub sends no sender."""
    told = tell("push", {key: value for key, value in PUSH.items() if key != "sender"})
    assert told.actor == "ann"


@pytest.mark.parametrize(
    ("event", "kind", "becomes", "operation"),
    [
        ("create", "branch", "branch.create", "create"),
        ("create", "tag", "tag.create", "create"),
        ("delete", "branch", "branch.destroy", "remove"),
        ("delete", "tag", "tag.destroy", "remove"),
    ],
)
def test_a_branch_or_tag_comes_or_goes(
    tell: Tell, event: str, kind: str, becomes: str, operation: str
) -> None:
    """What kind of ref it is decides the action and the field."""
    told = tell(event, {"ref": "v1", "ref_type": kind, "pusher_type": "user", "repository": REPO})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {"ref": "v1", "ref_type": kind, "pusher_type": "user", kind: "v1"}
    assert wanted.items() <= told.fields.items()


def test_a_fork(tell: Tell) -> None:
    """`repo` is the original, `fork` the copy."""
    forkee = {
        "full_name": "mallory/shop",
        "id": 99,
        "private": False,
        "visibility": "public",
        "owner": {"login": "mallory"},
    }
    told = tell("fork", {"forkee": forkee, "repository": REPO})
    assert (told.action, told.repo, told.fields["operation_type"]) == (
        "repo.fork",
        "acme/shop",
        "create",
    )
    wanted = {
        "fork": "mallory/shop",
        "fork_id": 99,
        "fork_owner": "mallory",
        "fork_visibility": "public",
        "fork_private": False,
    }
    assert wanted.items() <= told.fields.items()


def values(**named: Any) -> list[dict[str, Any]]:
    """Return values as GitHub lists them."""
    return [{"property_name": name, "value": value} for name, value in named.items()]


@pytest.mark.parametrize(
    ("before", "after", "becomes", "operation"),
    [
        ({"tier": "core"}, {"tier": "edge"}, "update", "modify"),
        ({"tier": "core", "team": "a"}, {"tier": "edge", "team": "a"}, "update", "modify"),
        ({"tier": None}, {"tier": "core"}, "create", "create"),
        ({}, {"tier": "core"}, "create", "create"),
        ({"tier": "core", "team": None}, {"tier": "edge", "team": "a"}, "update", "modify"),
        ({"tier": "core"}, {"tier": None}, "destroy", "remove"),
        ({"tier": "core"}, {}, "destroy", "remove"),
        ({"tier": ["core"], "team": "a"}, {"tier": [], "team": "b"}, "destroy", "remove"),
        ({"tier": ["a", "b"]}, {"tier": ["b", "a"]}, "update", "modify"),  # as if nothing was
        ({}, {}, "update", "modify"),
    ],
)
def test_what_became_of_custom_properties_decides_the_action(
    tell: Tell, *, before: dict[str, Any], after: dict[str, Any], becomes: str, operation: str
) -> None:
    """GitHub lists all that the repository has, or what changed: it comes to the same."""
    listed = {"old_property_values": values(**before), "new_property_values": values(**after)}
    told = tell("custom_property_values", {"action": "updated", "repository": REPO, **listed})
    assert told.action == f"custom_property_value.{becomes}"
    assert told.fields["operation_type"] == operation
    assert listed.items() <= told.fields.items()


def test_changed_custom_properties_are_told_by_name_and_value(tell: Tell) -> None:
    """One entry for each choice of several; what did not change is left out."""
    payload = {
        "action": "updated",
        "repository": REPO,
        "old_property_values": values(tier="core", team="a", platform=["web", "ios"]),
        "new_property_values": values(tier=None, team="a", platform=["ios"]),
    }
    fields = tell("custom_property_values", payload).fields
    assert fields["property_names"] == ["tier", "platform"]
    assert fields["old_properties"] == ["tier=core", "platform=ios", "platform=web"]
    assert fields["new_properties"] == ["platform=ios"]


@pytest.mark.parametrize(
    "odd", [None, "tier", [7], [{"value": "core"}], [{"property_name": 7, "value": "core"}]]
)
def test_a_list_of_custom_properties_that_is_none_says_nothing(tell: Tell, odd: object) -> None:
    """It is an event all the same."""
    payload = {"action": "updated", "old_property_values": odd, "new_property_values": odd}
    told = tell("custom_property_values", {**payload, "repository": REPO})
    assert told.action == "custom_property_value.update"
    assert "property_names" not in told.fields
