"""The check of a playbook's response: place, problem, fix."""

from typing import Any

import pytest

from bot.actions.catalogue import ACTIONS, CHANGING, check_response, needs
from bot.actions.revert.action import REVERTERS
from bot.actions.revert.advice import ADVICE
from bot.actions.revert.owner import OwnerReverter
from bot.core.playbook import Response, StepSpec
from bot.core.problem import Place
from bot.respond.plan import OWNER_ACTIONS, OWNER_EVENTS

PLACE = Place(path="playbooks/x.yml", line=12, column=5)


def check(action: str, params: dict[str, Any] | None = None) -> list[str]:
    """Return the problems of a response with one step, as a person sees them."""
    step = StepSpec(action=action, params=params or {}, place=PLACE)
    return [str(problem) for problem in check_response(Response(steps=(step,)))]


@pytest.mark.parametrize(
    ("action", "params", "problem"),
    [
        ("open-isue", {}, "unknown action 'open-isue'; did you mean 'open-issue'?"),
        ("revert", {"user": "x"}, "revert: unknown parameter 'user' (it takes none)"),
        ("comment", {}, "comment: needs the parameter 'body'"),
        ("open-issue", {"labels": "x"}, "open-issue: 'labels' must be a list"),
        (
            "open-issue",
            {"repository": "a b"},
            "open-issue: 'repository' must be auto, affected, security or owner/name",
        ),
        (
            "open-issue",
            {"titel": "x"},
            (
                "open-issue: unknown parameter 'titel'; did you mean 'title'? (it takes: title, "
                "summary, labels, assignees, mention, repository)"
            ),
        ),
        (
            "flag-token",
            {"allowance": {"repositories": "some"}},
            "flag-token: 'allowance.repositories' must be 'all' or 'selected'",
        ),
        (
            "flag-token",
            {"allowance": {"dais": 3}},
            (
                "flag-token: unknown parameter 'allowance.dais'; did you mean 'days'? (it takes: "
                "permissions, scopes, repositories, days)"
            ),
        ),
        (
            "open-issue",
            {"title": "{{ usr }}"},
            (
                "open-issue: 'title': unknown variable 'usr' in a template; write event.usr for a "
                "field of the event, or use one of: event, playbook, person, actor, user, org, "
                "repo, action, events, output, match, steps"
            ),
        ),
    ],
)
def test_a_mistake_is_told_at_its_place_with_the_fix(
    action: str, params: dict[str, Any], problem: str
) -> None:
    """One line that an editor can jump to."""
    assert check(action, params) == [f"playbooks/x.yml:12:5: {problem}"]


def test_every_event_the_owner_reverter_answers_has_a_lane() -> None:
    """Or two of its steps could run at once and leave no owner."""
    assert set(OwnerReverter.actions) == OWNER_EVENTS


def test_every_action_that_may_remove_an_owner_has_a_lane() -> None:
    """As above: each of them asks who else owns the organisation."""
    removing = {
        name for name, action in ACTIONS.items() if "Never the last owner" in action.summary
    }
    assert removing == OWNER_ACTIONS


def test_a_template_that_does_not_parse_is_told() -> None:
    """Also one deep in a list."""
    (problem,) = check("open-issue", {"labels": ["{{ user"]})
    assert "the template does not parse" in problem


def test_a_templates_value_is_not_judged_before_there_is_one() -> None:
    """What it comes to is known with the event."""
    assert check("open-issue", {"repository": "{{ repo }}", "assignees": ["{{ actor }}"]}) == []
    assert check("assign", {"assignees": ["{{ actor }}"]}) == []
    assert check("escalate", {"to": ["{{ event.added_by }}"]}) == []


def test_a_list_that_must_not_be_empty_is_told_as_such() -> None:
    """As the one problem there is."""
    (problem,) = check("assign", {"assignees": []})
    assert "'assignees': tuple should have at least 1 item" in problem


def test_about_must_name_a_login_that_github_vouches_for() -> None:
    """Otherwise anybody could choose who is told."""
    step = StepSpec(action="revert", place=PLACE)
    (problem,) = check_response(Response(about="actr", steps=(step,)))
    assert "did you mean 'actor'?" in problem.message


def test_an_unknown_action_names_the_known_ones() -> None:
    """Where nothing is near."""
    (problem,) = check("xyzzy")
    assert all(name in problem for name in ACTIONS)


def test_together_actions_need_each_permission_at_its_highest() -> None:
    """The union, not the last one's."""
    assert needs(["deny-token-request", "flag-token"]) == {
        "issues": "write",
        "metadata": "read",
        "organization_personal_access_token_requests": "write",
        "organization_personal_access_tokens": "read",
    }


def test_the_changing_actions_are_those_that_alter_the_organisation() -> None:
    """They wait in ask mode; telling people never does."""
    assert {"revert", "revoke-token", "deny-token-request", "remove-member"} <= CHANGING
    assert not {"open-issue", "comment", "close-issue", "flag-token"} & CHANGING


def test_each_event_is_put_back_by_one_reverter_or_has_advice() -> None:
    """Never by two, and nobody is told to do by hand what Tipstaff does."""
    answered = [event for reverter in REVERTERS for event in reverter.actions]
    assert len(answered) == len(set(answered))
    assert set(answered) & set(ADVICE) == set()
