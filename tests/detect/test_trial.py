"""The tests that a playbook carries are run as GitHub's events would be."""

from bot.detect.trial import event_of, run_tests
from tests.detect.build import NOW, playbook, rule

TEXT = playbook(
    "s: {action: repo.add_member, permission: admin}\nok: {user|expand: '%names%'}\n"
    "condition: s and not ok",
    rest="""
response: {mode: ask, steps: [{action: revert}]}
tests:
  - name: by fields
    event: {action: repo.add_member, permission: admin, user: eve}
    match: true
    steps: [revert]
  - name: by delivery
    delivery:
      event: member
      payload: {action: added, member: {login: eve}, changes: {permission: {to: admin}}}
    match: true
  - name: by its own list
    event: {action: repo.add_member, permission: admin, user: eve}
    lists: {names: [eve]}
    match: false
""",
)


def test_tests_pass_when_the_playbook_keeps_its_promise() -> None:
    """Fields, a real delivery, and lists of the test's own all work."""
    outcomes = run_tests(rule(TEXT), {"names": []}, now=NOW)
    assert [(outcome.test.name, outcome.passed) for outcome in outcomes] == [
        ("by fields", True),
        ("by delivery", True),
        ("by its own list", True),
    ]
    assert outcomes[0].match is not None
    assert outcomes[2].match is None


def test_a_failure_says_what_differs() -> None:
    """Not matching, matching and the wrong steps each have their words."""
    text = TEXT.replace("user: eve}\n    match: true", "user: eve}\n    match: false", 1)
    text = text.replace("to: admin", "to: pull").replace("names: [eve]", "names: [x]")
    by_fields, by_delivery, by_list = run_tests(rule(text), {"names": []}, now=NOW)
    assert by_fields.failure == (
        "should not match, and does (s: action: repo.add_member; s: permission: admin)"
    )
    assert by_delivery.failure == "should match, and does not"
    assert by_list.failure.startswith("should not match, and does")


def test_the_wrong_steps_are_told() -> None:
    """A test that names steps holds the response to them, in order."""
    text = TEXT.replace("steps: [revert]\n", "steps: [revert, comment]\n")
    assert run_tests(rule(text), {"names": []}, now=NOW)[0].failure == (
        "should lead to revert, comment, and leads to revert"
    )


def test_a_delivery_is_normalised_as_if_it_had_just_come() -> None:
    """The event of a delivery test has the audit log's words and the given time."""
    found = event_of(rule(TEXT).tests[1], now=NOW)
    assert (found.action, found.user, found.at) == ("repo.add_member", "eve", NOW)
