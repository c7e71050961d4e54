"""The generated deliveries are deliveries GitHub could send."""

from tests.official.payloads import examples, minimal_payloads, payload_problem


def test_every_generated_payload_is_valid_by_the_schema_it_came_from() -> None:
    """A payload built from GitHub's schema satisfies GitHub's schema."""
    # GitHub asks that an advisory's author be null and an object at once: nothing satisfies that.
    possible = [entry for entry in minimal_payloads() if entry[0] != "repository_advisory"]
    problems = [payload_problem(event, payload) for event, _, payload in possible]
    assert [problem for problem in problems if problem] == []


def test_a_payload_with_a_required_field_missing_is_found_out() -> None:
    """The judge can say no: a delivery without its sender is not one of GitHub's."""
    event, _, payload = next(entry for entry in minimal_payloads() if entry[0] == "member")
    assert "sender" in (payload_problem(event, {**payload, "sender": None}) or "")


def test_every_webhook_an_app_can_get_has_two_payloads() -> None:
    """Each description gives one smallest and one fullest delivery."""
    assert len(minimal_payloads()) == 2 * 248


def test_there_are_the_examples_of_every_event_github_documents() -> None:
    """The examples are whole: 329 deliveries of 58 events."""
    assert len(examples()) == 329
    assert len({event for event, _ in examples()}) == 58
