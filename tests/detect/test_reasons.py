"""A match says why it is one."""

from bot.core.playbook import Reason
from tests.detect.build import match, playbook, selecting


def test_a_match_names_selection_field_value_and_words() -> None:
    """Each test that made the match true is shown with the event's own value."""
    found = match(
        selecting("action: [a, b]\npermission: admin"), {"action": "B", "permission": "Admin"}
    )
    assert found is not None
    assert found.event_id == "e1"
    assert found.reasons == (
        Reason(selection="selection", field="action", value="B", test="action: b"),
        Reason(selection="selection", field="permission", value="Admin", test="permission: admin"),
    )


def test_the_element_of_an_array_that_matched_is_shown() -> None:
    """Of many commit messages, the reason shows the one that matters."""
    found = match(selecting("m|contains: key"), {"m": ["first", "a key", "last"]})
    assert found is not None
    assert [reason.value for reason in found.reasons] == ["a key"]


def test_only_the_alternatives_that_are_true_are_shown() -> None:
    """What did not match is no reason."""
    text = playbook("a: {x: 1}\nb: {y: 1}\nc: {z: 1}\ncondition: (a or b or c) and not z")
    text = text.replace("and not z", "")
    found = match(text, {"x": 1, "z": 1})
    assert found is not None
    assert [reason.selection for reason in found.reasons] == ["a", "c"]


def test_what_is_absent_gives_no_reason() -> None:
    """A condition that is true because something is not there has nothing to show for it."""
    found = match(playbook("a: {x: 1}\ncondition: not a"), {})
    assert found is not None
    assert found.reasons == ()


def test_a_list_and_a_keyword_are_shown_in_the_playbooks_words() -> None:
    """The words are the author's, not what they were compiled to."""
    text = playbook("a: {user|expand: '%names%'}\nb: [needle]\ncondition: a and b")
    found = match(text, {"user": "Bob", "note": "a needle"}, lists={"names": ["alice", "bob"]})
    assert found is not None
    assert [(r.field, r.value, r.test) for r in found.reasons] == [
        ("user", "Bob", "user|expand: %names%"),
        ("", "a needle", "needle"),
    ]


def test_null_existence_and_references_are_explained() -> None:
    """Tests about the field itself show what the field holds."""
    found = match(
        selecting("a: null\nb|exists: true\nc|exists: false\nd|fieldref: e"),
        {"a": None, "b": 5, "d": "x", "e": "X"},
    )
    assert found is not None
    assert [(r.field, r.value, r.test) for r in found.reasons] == [
        ("a", None, "a: null"),
        ("b", 5, "b|exists: true"),
        ("c", None, "c|exists: false"),
        ("d", "x", "d|fieldref: e"),
    ]


def test_the_same_reason_is_given_once() -> None:
    """A selection used twice in a condition explains itself once."""
    found = match(playbook("a: {x: 1}\nb: {y: 1}\ncondition: a and (a or b)"), {"x": 1})
    assert found is not None
    assert len(found.reasons) == 1
