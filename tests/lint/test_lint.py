"""What the linter finds in playbooks that load, and what it leaves alone."""

from pathlib import Path

import pytest

from bot.core.problem import Problem
from bot.detect.linking import link
from bot.detect.parse import parse
from bot.lint import lint
from bot.lint.conduct import check_reverts
from bot.lint.vocabulary import fields_of, is_action, known_actions, nearest_action
from bot.manifest import Manifest, read_manifest
from bot.playbooks import load
from tests.detect.build import ID, playbook, rule

ROOT = Path(__file__).parents[2]
NOTHING = Manifest(permissions={}, events=())


def found(text: str, manifest: Manifest | None = None) -> list[Problem]:
    """Return what is said of a playbook, but for the words and tests it does not have."""
    problems = lint([rule(text)], manifest)
    return [problem for problem in problems if not problem.rule.startswith("missing-")] + [
        problem for problem in problems if problem.rule in {"missing-permission", "missing-event"}
    ]


def selected(selection: str, condition: str = "s", rest: str = "") -> str:
    """Return a playbook with these selections."""
    return playbook(f"{selection}\ncondition: {condition}", rest=rest)


def response(steps: str, mode: str = "enforce") -> str:
    """Return a response with these steps."""
    return f"response:\n  mode: {mode}\n  steps:\n    - {steps}\n"


def test_the_shipped_playbooks_are_faultless() -> None:
    """What we ship passes our own linter, with the App's own manifest."""
    loaded = load(ROOT / "playbooks", ROOT / "lists")
    manifest = read_manifest((ROOT / "app.yml").read_text(encoding="utf-8"))
    assert [str(problem) for problem in lint(loaded.rules, manifest)] == []


def test_missing_words_and_tests_are_told() -> None:
    """A playbook without description, false positives or tests is told so, as a warning."""
    problems = lint([rule(selected("s: {action: repo.access}"))])
    assert [problem.rule for problem in problems] == [
        "missing-description",
        "missing-falsepositives",
        "missing-tests",
    ]
    assert {problem.severity for problem in problems} == {"warning"}


@pytest.mark.parametrize(("match", "says"), [("true", "match: false"), ("false", "match: true")])
def test_tests_of_one_kind_only_are_told(match: str, says: str) -> None:
    """Tests that all match, or of which none does, show only half of it."""
    tests = f"tests:\n  - {{name: n, event: {{action: repo.access}}, match: {match}}}\n"
    problems = lint([rule(selected("s: {action: repo.access}", rest=tests))])
    (told,) = [problem for problem in problems if problem.rule == "missing-tests"]
    assert says in told.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("repo.add_memeber", "repo.add_member"),
        ("org.udpate_member", "org.update_member"),
        ("protected_branch.distroy", "protected_branch.destroy"),
    ],
)
def test_a_misspelt_action_is_told_with_the_nearest(written: str, meant: str) -> None:
    """A slip in an action would keep the playbook silent for ever."""
    (told,) = found(selected(f"s: {{action: {written}}}"))
    assert (told.rule, told.severity) == ("unknown-action", "warning")
    assert f"did you mean '{meant}'?" in told.message
    assert str(told.place) == "p.yml:6:15"


@pytest.mark.parametrize(
    "action",
    [
        "repo.access",
        "REPO.Access",
        "repo.change_visibility",  # another spelling that public rules use
        "Deploy_Key.create",
        "org.disable_saml",
        "business.add_admin",
        "repo.*",
        "repo.add_membe?",
        "repository_dispatch.deploy",
        "codespaces.create_an_org_secret",
    ],
)
def test_a_known_action_is_left_alone(action: str) -> None:
    """Actions of webhooks and of all audit logs are known, in any case and with wildcards."""
    problems = found(selected(f"s: {{action: '{action}'}}"))
    assert [problem for problem in problems if problem.rule == "unknown-action"] == []


@pytest.mark.parametrize(
    "selections",
    [
        "s: {action: org.disable_oauth_app_restrictions}",
        "s: {action: [org.disable_saml, org.enable_saml], actor: bob}",
        "s: {action: 'ip_allow_list.*'}",
    ],
)
def test_an_action_of_which_only_the_audit_log_tells_is_told(selections: str) -> None:
    """The author learns that no delivery can ever make the playbook match."""
    (told,) = found(selected(selections))
    assert (told.rule, told.severity) == ("unheard-action", "warning")
    assert "only the audit log tells of " in told.message


@pytest.mark.parametrize(
    "selections",
    [
        "s: {action: [org.disable_saml, repo.access]}",
        "s: {action: org.update_member}",
        "s: {action: issues.closed}",
        "s: {action|startswith: org.}",
        "s: {actor: bob}",
    ],
)
def test_an_action_that_is_told_otherwise_too_is_left_alone(selections: str) -> None:
    """One of several is enough, and so is what the roster finds by comparing."""
    assert found(selected(selections)) == []


def test_a_wildcard_that_stands_for_nothing_is_told() -> None:
    """A pattern that no action fits is a slip as well."""
    (told,) = found(selected("s: {action: 'rpeo.*'}"))
    assert told.rule == "unknown-action"


def test_a_misspelt_action_in_a_test_is_told() -> None:
    """A test with a slip in its action would pass for the wrong reason."""
    tests = (
        "tests:\n  - {name: fires, event: {action: repo.access}, match: true}\n"
        "  - {name: keeps still, event: {action: repo.acess}, match: false}\n"
    )
    (told,) = found(selected("s: {action: repo.access}", rest=tests))
    assert "did you mean 'repo.access'?" in told.message
    assert told.place.line == 10


@pytest.mark.parametrize(
    ("selections", "condition"),
    [
        ("a: {action: repo.access}\nb: {action: repo.create}", "a and b"),
        ("a: {action: repo.access}", "a and not a"),
        ("a: {action: repo.access}\nb: {action: [repo.access, repo.create]}", "a and not b"),
        ("a: {actor: bob}\nb: {actor: [eve, mallory]}\nc: {org: acme}", "c and (a and b)"),
        ("a: {public_repo: true}\nb: {public_repo: false}", "a and b"),
        ("a: {action: x.y}\nb: {user: e}\nc: {user: f}", "not (not a or not (b and c))"),
        ("a: {user: e}\nb: {user: f}\nc: {user: g}", "a and (b or c)"),
        ("a: {user|contains: e}\nb: {org: x}", "a and b and not (a or b)"),
    ],
)
def test_a_condition_that_contradicts_itself_is_an_error(selections: str, condition: str) -> None:
    """What no event can satisfy is found, through brackets, 'not' and alternatives."""
    told = [p for p in found(selected(selections, condition)) if p.rule != "unknown-action"]
    assert [(problem.rule, problem.severity) for problem in told] == [
        ("unreachable-condition", "error")
    ]


@pytest.mark.parametrize(
    ("selections", "condition"),
    [
        ("a: {token_scopes: repo}\nb: {token_scopes: 'admin:org'}", "a and b"),
        ("a: {user: e}\nb: {user: f}", "a or b"),
        ("a: {user: e}\nb: {user|cased: E}", "a and not b"),
        ("a: {user: e}\nb: {user: [e, f]}", "b and not a"),
        ("a: {user: e}\nb: {user: f, org: x}", "a and not b"),
        ("a: {user|startswith: e}\nb: {user|endswith: f}", "a and b"),
        ("a: {user: null}\nb: {user: f}", "a or b"),
    ],
)
def test_a_condition_that_can_be_true_is_left_alone(selections: str, condition: str) -> None:
    """What some event may satisfy is not complained about; a list may hold both values."""
    assert found(selected(selections, condition)) == []


def test_an_alternative_that_cannot_be_true_is_a_warning() -> None:
    """The rest of the playbook still stands guard."""
    text = selected("a: {action: repo.access}\nb: {user: e}\nc: {user: f}", "a or (b and c)")
    (told,) = found(text)
    assert (told.rule, told.severity) == ("unreachable-condition", "warning")
    assert "'b'" in told.message


@pytest.mark.parametrize(
    ("selection", "field"),
    [
        ("s: {action: repo.access, permision: admin}", "permision"),
        ("s: {action: repo.access, user: eve}", "user"),
        ("s: {action: repo.access, actor|fieldref: usr}", "usr"),
    ],
)
def test_a_field_that_the_action_never_has_is_told(selection: str, field: str) -> None:
    """A slip in a field's name matches nothing, and under 'not' everything."""
    (told,) = found(selected(selection))
    assert (told.rule, told.severity) == ("unknown-field", "warning")
    assert f"'{field}', which repo.access never has" in told.message


@pytest.mark.parametrize(
    "selection",
    [
        "s: {action: repo.access, visibility: public, actor_ip|cidr: 10.0.0.0/8}",
        "s: {action: repo.access, repository.default_branch: main, sender.type: User}",
        "s: {action: git.clone, anything: x}",  # comes by the audit log only
        "s: {anything: x}",
        "s: [needle]",
    ],
)
def test_a_field_that_may_be_there_is_left_alone(selection: str) -> None:
    """Fields of the table, of any audit-log entry and of the payload are known."""
    problems = found(selected(selection))
    assert [problem for problem in problems if problem.rule == "unknown-field"] == []


def test_a_template_that_reads_a_field_the_event_never_has_is_told() -> None:
    """A response would read 'unknown' where the author meant a value."""
    steps = (
        "action: open-issue\n      with: {title: '{{ event.repository.name }} {{ user }}',"
        " summary: '{{ event[\"permision\"] }}'}"
    )
    told = found(selected("s: {action: repo.access}", rest=response(steps)))
    assert [problem.message.split("'")[3] for problem in told] == ["permision", "user"]
    assert {problem.place.line for problem in told} == {11}


def test_a_person_whom_the_event_never_names_is_told() -> None:
    """'about: user' tells nobody when the action has no user."""
    rest = "response:\n  about: user\n  steps:\n    - action: open-issue\n"
    (told,) = found(selected("s: {action: repo.access}", rest=rest))
    assert told.message.startswith("'about' tells 'user'")


def test_a_revert_of_what_cannot_be_put_back_is_told() -> None:
    """'revert' knows some actions; where it knows none of the playbook's, it is of no use."""
    (told,) = found(selected("s: {action: repo.destroy}", rest=response("action: revert")))
    assert (told.rule, told.severity) == ("cannot-revert", "warning")


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ("type: event_count, rules: [base], timespan: 1h, condition: {gte: 3}", True),
        ("type: temporal_ordered, rules: [base, base2], timespan: 1h", False),
    ],
)
def test_a_revert_of_many_counted_events_is_told(asks: str, *, told: bool) -> None:
    """It puts back one of them; of a sequence that is the act which completes it."""
    bases = [
        playbook("s: {action: repo.access}\ncondition: s", number=n, rest=f"name: {name}\n")
        for n, name in ((1, "base"), (2, "base2"))
    ]
    text = f"title: C\nid: {ID}\nlevel: low\ncorrelation: {{{asks}}}\n{response('action: revert')}"
    parsed = parse("---\n".join((text, *bases)), "p.yml")
    rules, problems = link(parsed.rules, (), {})
    assert (*parsed.problems, *problems) == ()
    (correlation,) = (rule for rule in rules if rule.correlation is not None)
    rules_told = [problem.rule for problem in check_reverts(correlation)]
    assert ("reverts-one" in rules_told) is told


@pytest.mark.parametrize(("mode", "severity"), [("enforce", "error"), ("observe", "warning")])
def test_a_permission_that_the_app_lacks_is_told(mode: str, severity: str) -> None:
    """It is an error where the playbook would act, and a warning where it only observes."""
    text = selected("s: {action: org.update_member}", rest=response("action: revert", mode))
    told = found(text, Manifest(permissions={"members": "read", "metadata": "read"}, events=()))
    assert [(problem.message.split("'")[1], problem.severity) for problem in told] == [
        ("members: write", severity)
    ]


def test_a_revert_needs_only_what_its_own_actions_need() -> None:
    """A playbook about owners does not ask for what deploy keys need."""
    text = selected("s: {action: org.update_member}", rest=response("action: revert"))
    enough = Manifest(permissions={"members": "write", "metadata": "read"}, events=())
    assert found(text, enough) == []


def test_an_event_that_the_app_is_not_told_of_is_told() -> None:
    """A playbook that waits for a webhook nobody sends would wait for ever."""
    (told,) = found(selected("s: {action: repo.access}"), NOTHING)
    assert told.rule == "missing-event"
    assert "repository" in told.message
    assert (
        found(
            selected("s: {action: repo.access}"), Manifest(permissions={}, events=("repository",))
        )
        == []
    )


def test_the_vocabulary_is_github_s() -> None:
    """All three audit logs are in it, and names are near to what was probably meant."""
    assert len(known_actions()) > 1_200
    assert is_action("user.failed_login")
    assert not is_action("repo.explode")
    assert nearest_action("git.psuh") == "git.push"
    assert nearest_action("xyzzy") is None
    assert fields_of("git.clone") is None
    assert {"permission", "changes", "actor_ip"} <= (fields_of("repo.add_member") or frozenset())
