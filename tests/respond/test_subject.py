"""What a step falls on: the same for the same thing, whoever changes it and however."""

from typing import Any

import pytest

from bot.actions.catalogue import ACTIONS, CHANGING
from bot.actions.revert.action import BY_EVENT
from bot.respond.alert import Alert
from bot.respond.subject import (
    OF_ACTION,
    OF_EVENT,
    Gentleness,
    Subject,
    alike_of,
    gentleness_of,
    subject_of,
)
from tests.respond.story import event, planned, playbook


def alert(action: str = "repo.add_member", **fields: Any) -> Alert:
    """Return an alert about an event."""
    return planned(event(action, **fields), playbook()).alert


def of(step: str, about: Alert, **params: Any) -> Subject:
    """Return what a step falls on."""
    return subject_of(step, params, about)


def test_every_action_that_changes_something_tells_what() -> None:
    """An action without a subject would be counted by no guard."""
    assert OF_ACTION.keys() | {"revert"} == CHANGING
    assert all(gentleness_of(name) > Gentleness.TELLING for name in CHANGING)
    assert {gentleness_of(name) for name in ACTIONS.keys() - CHANGING} == {Gentleness.TELLING}


def test_every_event_that_can_be_put_back_is_known_or_told_by_its_name() -> None:
    """The table has them all, but for the settings whose names say what they are."""
    told = {name for name in BY_EVENT if name not in OF_EVENT and not name.startswith("protected_")}
    assert len({of("revert", alert(name)).key for name in told}) > len(told) // 3
    assert OF_EVENT.keys() <= BY_EVENT.keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("revert", {}), ("set-collaborator-permission", {"permission": "read"})),
        (("revert", {}), ("set-collaborator-permission", {"user": "@EVE"})),
        (("revert", {}), ("set-collaborator-permission", {"repository": "Widgets"})),
        (("remove-member", {}), ("convert-to-outside-collaborator", {"user": "Eve"})),
    ],
)
def test_one_thing_is_one_subject(
    one: tuple[str, dict[str, str]], other: tuple[str, dict[str, str]]
) -> None:
    """By whichever action, and however its parameters are spelled."""
    about = alert()
    assert of(one[0], about, **one[1]).key == of(other[0], about, **other[1]).key


@pytest.mark.parametrize(
    ("step", "params"),
    [
        ("set-collaborator-permission", {"user": "bob"}),
        ("set-collaborator-permission", {"repository": "other"}),
        ("remove-member", {}),
        ("block-user", {}),
        ("set-visibility", {}),
    ],
)
def test_another_thing_is_another_subject(step: str, params: dict[str, str]) -> None:
    """Another person, another repository, another sort of thing."""
    assert of("revert", alert()).key != of(step, alert(), **params).key


def test_switching_on_and_off_are_one_subject_and_other_switches_another() -> None:
    """Or a to and fro would not be seen as one."""
    off, on = (
        of("revert", alert(f"repository_secret_scanning.{way}able")) for way in ("dis", "en")
    )
    push = of("revert", alert("repository_secret_scanning_push_protection.disable"))
    assert off == on != push


def test_a_team_is_one_with_or_without_its_organisation() -> None:
    """Events say `acme/admins`, playbooks `admins`."""
    about = alert("team.add_member", team="acme/admins")
    assert of("revert", about) == of("remove-team-membership", about, team="admins")


def test_a_subject_is_read_as_it_was_written() -> None:
    """Also when what an attacker named holds the separator."""
    subject = of("revert", alert(user="a|b", repo="acme/x|y"))
    assert Subject.parse(subject.key) == subject
    assert (subject.kind, subject.org) == ("role", "acme")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (of("revert", alert()), "the role of eve in acme/widgets"),
        (of("remove-member", alert()), "the membership of eve in acme"),
        (of("delete-deploy-key", alert(key_id=7)), "the deploy key 7 in acme/widgets"),
    ],
)
def test_people_can_read_what_it_is(subject: Subject, words: str) -> None:
    """It stands in sentences of guards."""
    assert subject.words == words


def test_a_hook_of_the_organisation_is_in_no_repository() -> None:
    """Even where the event names one."""
    assert of("delete-webhook", alert(hook_id=3), scope="organization").repo == ""


@pytest.mark.parametrize(
    ("action", "number", "told"),
    [
        ("public_key.create", "key_id", {"title": "Terraform"}),
        ("hook.create", "hook_id", {"hook_url": "https://ci.example/hook"}),
        ("repository_ruleset.create", "ruleset_id", {"ruleset_name": "main"}),
        ("org.invite_member", "invitation_id", {"invitee_email": "eve@example.com"}),
        ("org.register_self_hosted_runner", "runner_id", {"runner_name": "build"}),
    ],
)
def test_what_is_made_anew_is_alike_though_its_number_is_new(
    action: str, number: str, told: dict[str, str]
) -> None:
    """So a bot that makes it again and again is seen to; another thing is not taken for it."""
    first, second = (alert(action, user=None, **told, **{number: n}) for n in (1, 2))
    other = alert(action, user=None, **dict.fromkeys(told, "another"), **{number: 3})
    assert of("revert", first) != of("revert", second)
    assert alike_of("revert", {}, first) == alike_of("revert", {}, second) is not None
    assert alike_of("revert", {}, first) != alike_of("revert", {}, other)


def test_what_stays_itself_is_like_nothing_else() -> None:
    """Nor what a playbook names by its number, nor what only its number tells."""
    key = alert("public_key.create", key_id=1, title="x")
    assert alike_of("revert", {}, alert()) is None
    assert alike_of("delete-deploy-key", {"key_id": 9}, key) is None
    assert alike_of("delete-deploy-key", {"key_id": 1}, key) is not None
    assert alike_of("delete-deploy-key", {}, alert("public_key.create", key_id=1)) is None
