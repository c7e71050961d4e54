"""The generated deliveries are deliveries GitHub could send."""

from tests.official.payloads import examples, minimal_payloads, payload_validators


def test_every_generated_payload_is_valid_by_the_schema_it_came_from() -> None:
    """A payload built from GitHub's schema satisfies GitHub's schema."""
    for event, action, payload in minimal_payloads():
        validators = payload_validators()[event, action]
        found = [next(v.iter_errors(payload), None) for v in validators]
        assert None in found, f"{event} {action}: {found[0]}"


def test_every_webhook_an_app_can_get_has_two_payloads() -> None:
    """Each description gives one smallest and one fullest delivery."""
    assert len(minimal_payloads()) == 2 * 248


def test_there_are_the_examples_of_every_event_github_documents() -> None:
    """The examples are whole: 329 deliveries of 58 events."""
    assert len(examples()) == 329
    assert len({event for event, _ in examples()}) == 58
