"""What a condition says of an event, part by part."""

from typing import Any

import pytest

from bot.detect.verdict import Kind, Verdict, judge, selections
from tests.detect.build import event, playbook, rule

TEXT = playbook(
    "sel: {action: a, permission: [admin, write]}\n"
    "by_friend: {user|expand: '%friends%'}\n"
    "condition: sel and not by_friend"
)


def verdict(fields: dict[str, Any], lists: dict[str, list[str]] | None = None) -> Verdict:
    """Judge an event by the playbook above."""
    return judge(rule(TEXT), event(fields), {"friends": ["ann"]} if lists is None else lists)


def test_every_selection_and_field_has_its_own_verdict() -> None:
    """Selections are named, and each field in them says what it asked and what it found."""
    whole = verdict({"action": "A", "permission": "read", "user": "eve"})
    assert whole.holds is False
    sel, absence = whole.parts
    assert (sel.selection, sel.kind, sel.holds) == ("sel", Kind.ALL, False)
    action, permission = sel.parts
    assert (action.words, action.holds, action.values) == (("action: a",), True, ("A",))
    assert (permission.holds, permission.values) == (False, ("read",))
    assert permission.words == ("permission: admin", "permission: write")
    assert (absence.kind, absence.holds) == (Kind.NOT, True)
    assert absence.parts[0].selection == "by_friend"


def test_a_missing_field_is_told_from_another_value() -> None:
    """'It is not there' and 'it is something else' are different answers."""
    whole = verdict({"action": "a", "permission": None})
    assert not whole.parts[0].parts[1].missing
    assert verdict({"action": "a"}).parts[0].parts[1].missing


def test_the_value_that_made_it_true_is_named() -> None:
    """Of several values, it is the one that fits."""
    whole = verdict({"action": ["x", "a"], "permission": "admin"})
    assert whole.parts[0].parts[0].because == "a"
    assert whole.holds is True


def test_an_unknown_list_makes_it_unknown_only_where_it_decides() -> None:
    """Nobody guesses: where the answer hangs on the list, there is none."""
    hangs = verdict({"action": "a", "permission": "admin", "user": "eve"}, {})
    assert hangs.holds is None
    assert hangs.parts[1].parts[0].unknown == ("friends",)
    assert verdict({"action": "b", "user": "eve"}, {}).holds is False


@pytest.mark.parametrize("fields", [{"action": "a", "permission": "admin"}, {"action": "b"}, {}])
def test_it_agrees_with_the_matcher(fields: dict[str, Any]) -> None:
    """The verdict on the whole is what the live matcher says."""
    text = playbook(
        "s_one: {action: a}\ns_two: {permission|contains: dmi}\nout: [x, y]\n"
        "condition: 1 of s_* and not out"
    )
    found = judge(rule(text), event(fields), {})
    assert found.holds is (fields.get("action") == "a")


def test_the_json_leaves_out_what_does_not_apply() -> None:
    """A machine reads kinds, answers and parts."""
    told = verdict({"action": "b"}).as_json()
    assert told["kind"] == "all"
    assert told["parts"][0]["parts"][0] == {
        "kind": "test",
        "holds": False,
        "test": ["action: a"],
        "field": "action",
        "missing": False,
        "values": ["b"],
    }


def test_selections_are_found_in_the_order_of_the_condition() -> None:
    """Each is found with all of its fields, also behind 'not' and in alternatives."""
    text = playbook("a: {x: 1, y: 2}\nb: {x: 1}\nc: {z: 3}\ncondition: (a or c) and not b")
    assert [name for name, _ in selections(rule(text).condition)] == ["a", "c", "b"]
