"""From a match to an alert, a case and steps."""

from dataclasses import replace

import pytest

from bot.core.playbook import Match, Mode, Reason
from bot.respond.plan import bounded, plan
from bot.respond.step import StepState
from tests.respond.story import CHANGING, NOW, OWN_LOGIN, event, planned, playbook


def states(mode: Mode, ceiling: Mode = Mode.ENFORCE) -> list[StepState]:
    """Return the states that the steps of a playbook in this mode begin in."""
    return [step.state for step in planned(book=playbook(mode=mode), ceiling=ceiling).steps]


def test_what_may_change_the_owners_has_the_organisations_lane() -> None:
    """Only steps that change something, and only for events about owners."""
    owner = planned(event("org.update_member"))
    other = planned(event("repo.add_member"))
    assert [step.lane for step in owner.steps] == ["owners:acme", None]
    assert [step.lane for step in other.steps] == [None, None]


def test_what_may_remove_an_owner_has_the_organisations_lane_whatever_it_answers() -> None:
    """Two of them at once could each see the other owner, and leave none."""
    book = playbook(("remove-member", {}))
    removal = planned(event("repo.add_member"), book)
    assert [step.lane for step in removal.steps] == ["owners:acme"]


def test_what_changes_a_setting_has_a_lane_of_its_own() -> None:
    """So that the survey can tell that a change may be Tipstaff's."""
    steps = planned(event("org.update_default_repository_permission")).steps
    assert [step.lane for step in steps] == ["settings:acme", None]


def test_observe_only_records_what_would_have_been_done() -> None:
    """Every step is there, and none is taken."""
    assert states(Mode.OBSERVE) == [StepState.OBSERVED, StepState.OBSERVED]


def test_ask_lets_changes_wait_and_tells_people_at_once() -> None:
    """The revert waits for approval; the issue that asks for it is opened."""
    assert states(Mode.ASK) == [StepState.AWAITING, StepState.PLANNED]


def test_enforce_plans_everything() -> None:
    """Nothing waits."""
    assert states(Mode.ENFORCE) == [StepState.PLANNED, StepState.PLANNED]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("ceiling", Mode)
def test_the_settings_can_only_lower_a_mode(mode: Mode, ceiling: Mode) -> None:
    """The mode in force is the lower of the two."""
    assert planned(book=playbook(mode=mode), ceiling=ceiling).alert.mode is min(mode, ceiling)


@pytest.mark.parametrize("actor", ["tipstaff[bot]", "Tipstaff[Bot]"])
def test_tipstaffs_own_acts_are_not_judged(actor: str) -> None:
    """Or it would answer itself for ever."""
    assert _plan(event(actor=actor)) is None


def test_another_bot_is_judged_like_anybody() -> None:
    """Only its own identity is spared: a bot's token can be stolen too."""
    assert _plan(event(actor="helpful[bot]")) is not None


def test_an_event_without_organisation_or_installation_leads_nowhere() -> None:
    """There is nobody to answer, and no way to."""
    assert _plan(event(org=None)) is None
    assert _plan(replace(event(), installation=None)) is None


def _plan(happened: object) -> object:
    match = Match(playbook=playbook(), event_id="d-1", reasons=())
    return plan(
        happened,  # type: ignore[arg-type]  # always an event
        match,
        own_login=OWN_LOGIN,
        ceiling=Mode.ENFORCE,
        now=NOW,
        changing=CHANGING,
    )


def test_the_same_delivery_judged_again_gives_the_same_ids() -> None:
    """A redelivery, or a crash before the commit, makes no second alert."""
    assert planned() == planned()
    assert planned().steps[1].id == f"{planned().alert.id}:1"


def test_another_delivery_gives_another_alert_in_the_same_case() -> None:
    """Equal values of the group-by fields join one case, whatever their case."""
    first, second = planned(), planned(replace(event(user="EVE"), id="d-2"))
    assert first.alert.id != second.alert.id
    assert first.case.key == second.case.key


def test_other_people_make_another_case() -> None:
    """A different value of a group-by field is a different case."""
    assert planned().case.key != planned(event(user="carol")).case.key


def test_the_person_concerned_is_the_one_the_playbook_names() -> None:
    """By default who did it; with ``about`` another field."""
    assert planned().alert.person == "mallory"
    assert planned(book=playbook(about="user")).alert.person == "eve"


@pytest.mark.parametrize("about", ["commit_author", "title", "org"])
def test_a_login_that_anybody_can_write_names_no_person(about: str) -> None:
    """Otherwise an attacker could choose who is called in."""
    happened = event(commit_author="eve", title="eve")
    assert planned(happened, playbook(about=about)).alert.person is None


def test_templates_are_rendered_with_the_event() -> None:
    """Values are put in, missing ones read unknown, and Markdown ones are inert."""
    book = playbook(
        (
            "open-issue",
            {
                "title": "{{ user }} in {{ repo }}",
                "summary": "{{ event.title }} {{ event.nothing.at_all }} {{ event['commits.id'] }}",
                "labels": ["{{ playbook.level }}"],
            },
        )
    )
    (step,) = planned(event(title="@acme/all"), book).steps
    assert step.params == {
        "title": "eve in acme/widgets",
        "summary": "`@acme/all` unknown `a1`, `b2`",
        "labels": ["high"],
    }


def test_a_template_that_fails_in_markdown_still_tells_people() -> None:
    """The text says so; the step goes on."""
    (step,) = planned(book=playbook(("open-issue", {"summary": "{{ 1 / 0 }}"}))).steps
    assert step.state is StepState.PLANNED
    assert "could not be rendered" in step.params["summary"]


def test_a_template_that_fails_elsewhere_fails_its_step_only() -> None:
    """It says where in the playbook, and the other steps are taken."""
    book = playbook(("open-issue", {"title": "{{ 1 / 0 }}"}), ("revert", {}))
    failed, other = planned(book=book).steps
    assert failed.state is StepState.FAILED
    assert failed.error.startswith("playbooks/example.yml:12:5: parameter 'title': ZeroDivision")
    assert other.state is StepState.PLANNED


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ event._lookup }}",
        "{{ event.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{{ cycler }}",
    ],
)
def test_a_template_reaches_nothing_but_the_event(text: str) -> None:
    """The sandbox gives no way to Python, files or the process."""
    (step,) = planned(book=playbook(("deny", {"reason": text}))).steps
    assert step.state is StepState.FAILED


def test_values_put_into_templates_are_masked() -> None:
    """A key in a commit message does not get into a parameter, whichever."""
    book = playbook(("open-issue", {"title": "{{ event.note }}", "summary": "{{ event.note }}"}))
    (step,) = planned(event(note="AKIAABCDEFGHIJKLMNOP"), book).steps
    assert step.params == {"title": "AKIA***", "summary": "`AKIA***`"}


def test_an_alert_keeps_fields_cut_and_masked() -> None:
    """Long, deep and secret values do not fill the database, and lone surrogates do no harm."""
    kept = bounded(
        {
            "long": "x" * 9_000,
            "many": list(range(5_000)),
            "deep": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}},
            "key": "ghp_" + "a" * 36,
            "odd": "\ud800",
            "big": 10**30,
        }
    )
    assert len(kept["long"]) == 2_000
    assert len(kept["many"]) == 200
    assert kept["deep"] == {"a": {"b": {"c": {"d": {"e": {"f": "…"}}}}}}
    assert kept["key"] == "ghp_***"
    assert kept["odd"] == "?"
    assert kept["big"] == str(10**30)


def test_all_fields_together_stay_bounded() -> None:
    """Whatever comes after the bound is left out."""
    kept = bounded({f"field{number}": "x" * 2_000 for number in range(200)})
    assert 20 < len(kept) < 31


def test_a_template_sees_the_events_that_a_correlation_joined() -> None:
    """Each in words, inert; the list of a single event's match is empty."""
    steps = (
        ("open-issue", {"title": "{{ events | length }}", "summary": "{{ events }}"}),
        ("comment", {"body": "{% for each in events %}- {{ each }}\n{% endfor %}"}),
    )
    why = tuple(
        Reason(selection="base", field="", value=f"add in acme/{name}", test="", sighting=True)
        for name in ("a", "@b")
    )
    issue, comment = planned(book=playbook(*steps), why=why).steps
    assert issue.params == {"title": "2", "summary": "`add in acme/a`, `add in acme/@b`"}
    assert comment.params["body"] == "- `add in acme/a`\n- `add in acme/@b`\n"
    issue, comment = planned(book=playbook(*steps)).steps
    assert issue.params["title"] == "0"
    assert comment.params["body"] == ""
