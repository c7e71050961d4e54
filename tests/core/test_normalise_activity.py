"""The App's own installation, workflows at work, and what people write."""

from typing import Any

import pytest

from tests.core.conftest import Tell

INSTALLATION: dict[str, Any] = {
    "id": 7,
    "account": {"login": "acme", "id": 10, "type": "Organization"},
    "app_slug": "tipstaff",
    "app_id": 70,
    "client_id": "Iv1.abc",
    "target_type": "Organization",
    "repository_selection": "selected",
    "permissions": {"members": "write", "issues": "write"},
}

APP_FIELDS = {
    "integration": "tipstaff",
    "name": "tipstaff",
    "app_id": 70,
    "application_client_id": "Iv1.abc",
    "target_type": "Organization",
    "repository_selection": "selected",
    "permissions": ["members:write", "issues:write"],
    "requester": "bob",
}


@pytest.mark.parametrize(
    ("action", "verb", "operation"),
    [
        ("created", "create", "create"),
        ("deleted", "destroy", "remove"),
        ("suspend", "suspend", "modify"),
        ("unsuspend", "unsuspend", "modify"),
        ("new_permissions_accepted", "version_updated", "modify"),
    ],
)
def test_the_life_of_an_installation(tell: Tell, action: str, verb: str, operation: str) -> None:
    """Which App, where, with which permissions and repositories."""
    told = tell(
        "installation",
        {
            "action": action,
            "installation": INSTALLATION,
            "repositories": [{"full_name": "acme/shop"}],
            "requester": {"login": "bob"},
        },
    )
    assert told.action == f"integration_installation.{verb}"
    assert told.fields["operation_type"] == operation
    assert (told.org, told.installation) == ("acme", 7)
    assert {**APP_FIELDS, "repositories": ["acme/shop"]}.items() <= told.fields.items()


@pytest.mark.parametrize("verb", ["added", "removed"])
def test_repositories_given_to_or_taken_from_the_app(tell: Tell, verb: str) -> None:
    """The names are a list under the audit log's name."""
    told = tell(
        "installation_repositories",
        {
            "action": verb,
            "installation": INSTALLATION,
            "repository_selection": "selected",
            "requester": {"login": "bob"},
            f"repositories_{verb}": [{"full_name": "acme/shop"}, {"full_name": "acme/bank"}],
        },
    )
    assert told.action == f"integration_installation.repositories_{verb}"
    assert told.fields["operation_type"] == "modify"
    assert told.fields[f"repositories_{verb}_names"] == ["acme/shop", "acme/bank"]
    assert APP_FIELDS.items() <= told.fields.items()


def test_a_renamed_account_keeps_the_events_own_name(tell: Tell) -> None:
    """`org.rename` comes from the organisation's event: one act, one alert."""
    told = tell(
        "installation_target",
        {
            "action": "renamed",
            "account": {"login": "acme"},
            "changes": {"login": {"from": "acne"}},
            "target_type": "Organization",
        },
    )
    assert (told.action, told.fields["operation_type"]) == ("installation_target.renamed", "modify")
    wanted = {"account": "acme", "old_login": "acne", "target_type": "Organization"}
    assert wanted.items() <= told.fields.items()


def test_a_person_takes_back_the_apps_right_to_act_for_them(tell: Tell) -> None:
    """The person is actor and user."""
    told = tell(
        "github_app_authorization",
        {"action": "revoked", "sender": {"login": "bob", "id": 2, "type": "User"}},
    )
    assert told.action == "github_app_authorization.revoked"
    assert told.fields["operation_type"] == "remove"
    assert (told.actor, told.user, told.fields["user_id"]) == ("bob", "bob", 2)


def test_the_deleted_webhooks_last_word(tell: Tell) -> None:
    """Which hook it was, where it sent to, and what for; its secret is not copied."""
    told = tell(
        "meta",
        {
            "action": "deleted",
            "hook_id": 15,
            "hook": {
                "id": 15,
                "type": "Organization",
                "name": "web",
                "active": True,
                "events": ["push", "member"],
                "config": {"url": "https://bot.example.com", "secret": "********"},
            },
        },
    )
    assert (told.action, told.fields["operation_type"]) == ("hook.destroy", "remove")
    wanted = {
        "hook_id": 15,
        "hook_type": "Organization",
        "hook_url": "https://bot.example.com",
        "name": "web",
        "active": True,
        "events": ["push", "member"],
    }
    assert wanted.items() <= told.fields.items()
    assert "********" not in told.fields.values()


RUN: dict[str, Any] = {
    "id": 16,
    "workflow_id": 17,
    "name": "CI",
    "path": ".github/workflows/ci.yml",
    "event": "pull_request_target",
    "status": "completed",
    "conclusion": "success",
    "head_branch": "evil",
    "head_sha": "c1",
    "head_repository": {"full_name": "mallory/shop"},
    "triggering_actor": {"login": "mallory"},
    "run_number": 18,
    "run_attempt": 2,
    "run_started_at": "2026-03-01T11:00:00Z",
    "updated_at": "2026-03-01T11:05:00Z",
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("requested", "workflows.created_workflow_run", "create"),
        ("in_progress", "workflow_run.in_progress", "modify"),
        ("completed", "workflows.completed_workflow_run", "modify"),
    ],
)
def test_a_workflow_run(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """What runs, started by what and whom, from whose code."""
    told = tell(
        "workflow_run",
        {"action": action, "workflow_run": RUN, "repository": {"full_name": "acme/shop"}},
    )
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {
        "workflow_run_id": 16,
        "workflow_id": 17,
        "name": "CI",
        "path": ".github/workflows/ci.yml",
        "event": "pull_request_target",
        "status": "completed",
        "conclusion": "success",
        "head_branch": "evil",
        "head_sha": "c1",
        "head_repository": "mallory/shop",
        "cross_repository": True,
        "triggering_actor": "mallory",
        "run_number": 18,
        "run_attempt": 2,
        "started_at": "2026-03-01T11:00:00Z",
    }
    assert wanted.items() <= told.fields.items()


def test_a_completed_run_says_when_it_ended(tell: Tell) -> None:
    """The end is the run's last update."""
    told = tell("workflow_run", {"action": "completed", "workflow_run": RUN})
    assert told.fields["completed_at"] == "2026-03-01T11:05:00Z"


def test_a_run_of_the_repositorys_own_code_crosses_nothing(tell: Tell) -> None:
    """The usual run is from and in the same repository."""
    run = {**RUN, "head_repository": {"full_name": "acme/shop"}}
    told = tell("workflow_run", {"workflow_run": run, "repository": {"full_name": "acme/shop"}})
    assert told.fields["cross_repository"] is False


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("queued", "workflow_job.queued", "create"),
        ("waiting", "workflow_job.waiting", "modify"),
        ("in_progress", "workflows.prepared_workflow_job", "modify"),
        ("completed", "workflow_job.completed", "modify"),
    ],
)
def test_a_workflow_job(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """Which job, on which runner, doing which steps."""
    told = tell(
        "workflow_job",
        {
            "action": action,
            "workflow_job": {
                "id": 21,
                "run_id": 16,
                "run_attempt": 1,
                "name": "build",
                "workflow_name": "CI",
                "status": "completed",
                "conclusion": "failure",
                "head_branch": "main",
                "head_sha": "c1",
                "labels": ["self-hosted", "linux"],
                "runner_id": 22,
                "runner_name": "attic",
                "runner_group_name": "Default",
                "steps": [{"name": "Checkout"}, {"name": "Build"}],
            },
        },
    )
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {
        "job_id": 21,
        "workflow_run_id": 16,
        "run_attempt": 1,
        "job_name": "build",
        "workflow_name": "CI",
        "status": "completed",
        "conclusion": "failure",
        "head_branch": "main",
        "head_sha": "c1",
        "runner_labels": ["self-hosted", "linux"],
        "runner_id": 22,
        "runner_name": "attic",
        "runner_group_name": "Default",
        "step_names": ["Checkout", "Build"],
    }
    assert wanted.items() <= told.fields.items()


ISSUE: dict[str, Any] = {
    "number": 4,
    "id": 400,
    "title": "Help",
    "body": "It burns",
    "state": "open",
    "labels": [{"name": "bug"}, {"name": "fire"}],
    "html_url": "https://github.com/acme/shop/issues/4",
    "user": {"login": "bob", "id": 2},
    "author_association": "NONE",
}

ISSUE_FIELDS = {
    "number": 4,
    "issue_id": 400,
    "title": "Help",
    "state": "open",
    "labels": ["bug", "fire"],
    "issue_url": "https://github.com/acme/shop/issues/4",
    "user": "bob",
    "user_id": 2,
    "author_association": "NONE",
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("opened", "issue.create", "create"),
        ("edited", "issue.update", "modify"),
        ("deleted", "issue.destroy", "remove"),
        ("pinned", "issue.pinned", "modify"),
        ("unpinned", "issue.unpinned", "modify"),
        ("transferred", "issue.transfer", "transfer"),
        ("labeled", "issues.labeled", None),
        ("closed", "issues.closed", None),
    ],
)
def test_an_issue(tell: Tell, action: str, becomes: str, operation: str | None) -> None:
    """What was written, by whom; acts the audit log does not have keep GitHub's name."""
    told = tell(
        "issues",
        {
            "action": action,
            "issue": ISSUE,
            "label": {"name": "fire"},
            "assignee": {"login": "ann"},
            "changes": {"title": {"from": "Helo"}, "body": {"from": "It smokes"}},
        },
    )
    assert (told.action, told.fields.get("operation_type")) == (becomes, operation)
    wanted = {
        **ISSUE_FIELDS,
        "body": "It burns",
        "label": "fire",
        "assignee": "ann",
        "old_title": "Helo",
        "old_body": "It smokes",
    }
    assert wanted.items() <= told.fields.items()


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "issue_comment.create", "create"),
        ("edited", "issue_comment.update", "modify"),
        ("deleted", "issue_comment.destroy", "remove"),
    ],
)
def test_a_comment(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """`user` wrote the comment, `actor` did what is told; the issue is there too."""
    told = tell(
        "issue_comment",
        {
            "action": action,
            "issue": {**ISSUE, "pull_request": {"url": "https://api/pulls/4"}},
            "comment": {
                "id": 23,
                "body": "/approve",
                "html_url": "https://github.com/acme/shop/issues/4#issuecomment-23",
                "user": {"login": "ann", "id": 1, "type": "User"},
                "author_association": "MEMBER",
                "performed_via_github_app": {"slug": "helper"},
            },
            "changes": {"body": {"from": "/deny"}},
            "sender": {"login": "mallory", "id": 6, "type": "User"},
        },
    )
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    assert told.actor == "mallory"
    wanted = {
        **ISSUE_FIELDS,
        "comment_id": 23,
        "comment_url": "https://github.com/acme/shop/issues/4#issuecomment-23",
        "body": "/approve",
        "old_body": "/deny",
        "user": "ann",
        "user_id": 1,
        "user_type": "User",
        "author_association": "MEMBER",
        "performed_via_app": "helper",
        "pull_request": {"url": "https://api/pulls/4"},
    }
    assert wanted.items() <= told.fields.items()


PULL: dict[str, Any] = {
    "number": 9,
    "id": 900,
    "title": "Fix",
    "body": "All of it",
    "state": "open",
    "draft": False,
    "merged": False,
    "merged_by": {"login": "ann"},
    "merge_commit_sha": "m1",
    "html_url": "https://github.com/acme/shop/pull/9",
    "user": {"login": "bob", "id": 2},
    "author_association": "CONTRIBUTOR",
    "labels": [{"name": "bug"}],
    "head": {"ref": "fix", "sha": "h1", "repo": {"full_name": "bob/shop"}},
    "base": {"ref": "main", "sha": "b1", "repo": {"full_name": "acme/shop"}},
}

PULL_FIELDS = {
    "number": 9,
    "pull_request_id": 900,
    "pull_request_title": "Fix",
    "pull_request_url": "https://github.com/acme/shop/pull/9",
    "state": "open",
    "head_branch": "fix",
    "head_sha": "h1",
    "head_repository": "bob/shop",
    "base_branch": "main",
    "cross_repository": True,
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("opened", "pull_request.create", "create"),
        ("closed", "pull_request.close", "modify"),
        ("reopened", "pull_request.reopen", "modify"),
        ("ready_for_review", "pull_request.ready_for_review", "modify"),
        ("converted_to_draft", "pull_request.converted_to_draft", "modify"),
        ("review_requested", "pull_request.create_review_request", "create"),
        ("review_request_removed", "pull_request.remove_review_request", "remove"),
        ("synchronize", "pull_request.synchronize", None),
    ],
)
def test_a_pull_request(tell: Tell, action: str, becomes: str, operation: str | None) -> None:
    """What is to be merged from where to where, and by whom."""
    told = tell(
        "pull_request",
        {
            "action": action,
            "pull_request": PULL,
            "label": {"name": "bug"},
            "requested_reviewer": {"login": "carol"},
            "requested_team": {"slug": "owls"},
            "before": "x1",
            "after": "h1",
            "changes": {"title": {"from": "Fxi"}, "base": {"ref": {"from": "dev"}}},
        },
    )
    assert (told.action, told.fields.get("operation_type")) == (becomes, operation)
    wanted = {
        **PULL_FIELDS,
        "title": "Fix",
        "body": "All of it",
        "user": "bob",
        "user_id": 2,
        "author_association": "CONTRIBUTOR",
        "draft": False,
        "merged": False,
        "merged_by": "ann",
        "merge_commit_sha": "m1",
        "labels": ["bug"],
        "label": "bug",
        "requested_reviewer": "carol",
        "requested_team": "owls",
        "before": "x1",
        "after": "h1",
        "old_title": "Fxi",
        "old_base_branch": "dev",
    }
    assert wanted.items() <= told.fields.items()


def test_a_merged_pull_request_is_not_just_closed(tell: Tell) -> None:
    """GitHub says `closed` of both; the audit log tells them apart."""
    told = tell("pull_request", {"action": "closed", "pull_request": {**PULL, "merged": True}})
    assert told.action == "pull_request.merge"


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("submitted", "pull_request_review.submit", "create"),
        ("dismissed", "pull_request_review.dismiss", "modify"),
        ("edited", "pull_request_review.edited", None),
    ],
)
def test_a_review(tell: Tell, action: str, becomes: str, operation: str | None) -> None:
    """Who judged, and how."""
    review = {
        "id": 24,
        "state": "approved",
        "body": "LGTM",
        "user": {"login": "ann", "id": 1},
        "author_association": "MEMBER",
    }
    told = tell("pull_request_review", {"action": action, "review": review, "pull_request": PULL})
    assert (told.action, told.fields.get("operation_type")) == (becomes, operation)
    wanted = {
        **PULL_FIELDS,
        "review_id": 24,
        "review_state": "approved",
        "body": "LGTM",
        "user": "ann",
        "user_id": 1,
        "author_association": "MEMBER",
    }
    assert wanted.items() <= told.fields.items()


@pytest.mark.parametrize(
    ("action", "verb", "operation"),
    [
        ("created", "create", "create"),
        ("edited", "update", "modify"),
        ("deleted", "delete", "remove"),
    ],
)
def test_a_comment_on_lines(tell: Tell, action: str, verb: str, operation: str) -> None:
    """Who wrote what about which file."""
    comment = {
        "id": 25,
        "path": "a.py",
        "body": "Why?",
        "user": {"login": "ann", "id": 1},
        "author_association": "MEMBER",
    }
    told = tell(
        "pull_request_review_comment",
        {
            "action": action,
            "comment": comment,
            "pull_request": PULL,
            "changes": {"body": {"from": "What?"}},
        },
    )
    assert told.action == f"pull_request_review_comment.{verb}"
    assert told.fields["operation_type"] == operation
    wanted = {
        **PULL_FIELDS,
        "comment_id": 25,
        "path": "a.py",
        "body": "Why?",
        "old_body": "What?",
        "user": "ann",
        "user_id": 1,
        "author_association": "MEMBER",
    }
    assert wanted.items() <= told.fields.items()


def test_a_check_run_and_its_button(tell: Tell) -> None:
    """Which check, of which App, and which button was pressed."""
    told = tell(
        "check_run",
        {
            "action": "requested_action",
            "requested_action": {"identifier": "approve"},
            "check_run": {
                "id": 26,
                "name": "tipstaff",
                "status": "completed",
                "conclusion": "neutral",
                "head_sha": "c1",
                "external_id": "alert-1",
                "check_suite": {"head_branch": "main"},
                "app": {"slug": "tipstaff"},
            },
        },
    )
    assert told.action == "check_run.requested_action"
    wanted = {
        "check_run_id": 26,
        "name": "tipstaff",
        "status": "completed",
        "conclusion": "neutral",
        "head_sha": "c1",
        "head_branch": "main",
        "external_id": "alert-1",
        "app_slug": "tipstaff",
        "requested_action": "approve",
    }
    assert wanted.items() <= told.fields.items()
