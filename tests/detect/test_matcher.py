"""The matcher stays right and quick, whatever comes and however many playbooks there are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.event import Event
from bot.detect.matcher import compile_rules
from bot.detect.parse import parse
from tests.detect.build import NOW, event, match, playbook, rule, ruleset, selecting


def nested(depth: int, kind: str) -> Any:
    """Return lists or mappings within each other, with a text at the bottom."""
    value: Any = "bottom"
    for _ in range(depth):
        value = [value] if kind == "list" else {"x": value}
    return value


EVERYTHING = playbook(
    r"""
a: {f: 'x*', g|re: 'b+', h|gte: 3, i|cidr: '10.0.0.0/8', j|hour: 3, k|fieldref: l}
b: ['needle', 'n*e']
c: {f.x.x.x: bottom, f|contains: q, n: null, m|exists: true, f|base64offset|contains: foo}
condition: a or b or not c
"""
)


HOSTILE: dict[str, Any] = {
    "deep lists": nested(1_000, "list"),
    "deep mappings": nested(1_000, "mapping"),
    "very deep lists": nested(20_000, "list"),
    "very deep mappings": nested(20_000, "mapping"),
    "huge text": "x" * 5_000_000,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "huge number": 10**5_000,
    "huge negative number": -(10**5_000),
    "half a pair": "\ud800 half a pair",
    "zero": "\x00",
    "bytes": b"bytes",
    "object": object(),
    "empty names": {"": {"": None}},
    "empty things": [[], {}, None, True],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_event_raises(name: str) -> None:
    """Whatever a field holds, the verdict comes."""
    value = HOSTILE[name]
    fields = dict.fromkeys(["action", *"fghijklmn"], value)
    assert len(ruleset(EVERYTHING).match(event(fields, raw={"f": value}))) in {0, 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=10,
)


@given(fields=st.dictionaries(st.sampled_from("fghijklmn"), json_values), raw=json_values)
def test_no_json_raises(fields: dict[str, Any], raw: Any) -> None:
    """Whatever JSON comes, the verdict comes, and is the same twice."""
    rules = ruleset(EVERYTHING)
    found = event(fields, raw={"x": raw})
    assert rules.match(found) == rules.match(found)


def test_half_a_surrogate_pair_is_matched_as_any_character() -> None:
    """A text that cannot be UTF-8 is still searched."""
    assert match(selecting("f|re: 'half$'"), {"f": "\ud800 half"})
    assert match(selecting("f: '?b*c'"), {"f": "\ud800bxc"})


def test_deep_paths_reach_deep_payloads() -> None:
    """A dotted path is followed as far as it goes."""
    assert match(selecting(f"{'.'.join('x' * 100)}: bottom"), {}, raw=nested(100, "mapping"))


def test_matches_come_in_the_order_of_the_playbooks() -> None:
    """What was loaded first is told first."""
    texts = [playbook("s: {a: 1}\ncondition: s", number=number) for number in (3, 1, 2)]
    found = ruleset(*texts).match(event({"a": 1}))
    assert [one.playbook.id[-1] for one in found] == ["3", "1", "2"]


def test_a_ruleset_holds_its_rules() -> None:
    """Who has the compiled playbooks has the playbooks."""
    one = rule(selecting("a: 1"))
    assert compile_rules([one], {}).rules == (one,)
    assert compile_rules([], {}).match(event({"a": 1})) == ()


def test_a_list_value_is_indexed_too() -> None:
    """Lists are filled in before the index is made, so they narrow as plain values do."""
    text = selecting("user|expand: '%names%'")
    rules = compile_rules([rule(text)], {"names": ["Alice", "bob"]})
    assert rules.match(event({"user": "ALICE"}))
    assert not rules.match(event({"user": "eve"}))


class Counting(dict[str, Any]):
    """Fields that count how often each is asked for."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.asked: list[str] = []

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field and remember that it was asked for."""
        self.asked.append(name)
        return super().get(name, default)


def test_a_field_is_read_for_all_playbooks_together() -> None:
    """Fifty playbooks that ask for two fields read two fields, not fifty times two."""
    texts = [
        playbook(f"s: {{user|contains: e, note|re: 'x{n % 3}'}}\ncondition: s", number=n + 1)
        for n in range(50)
    ]
    fields = Counting({"user": "eve", "note": "nothing"})
    assert not ruleset(*texts).match(
        Event(id="e", source="s", kind="k", at=NOW, installation=None, fields=fields, raw={})
    )
    assert set(fields.asked) == {"note", "user"}


def test_a_thousand_playbooks_cost_about_what_one_costs() -> None:
    """The questions asked do not grow with the playbooks that do not concern the event."""
    texts = [
        playbook(f"s: {{action: act.{n}, f{n}: x}}\ncondition: s", number=n + 1) for n in range(300)
    ]
    fields = Counting({"action": "act.5", "f5": "x"})
    found = ruleset(*texts).match(
        Event(id="e", source="s", kind="k", at=NOW, installation=None, fields=fields, raw={})
    )
    assert len(found) == 1
    assert set(fields.asked) == {"action", "f5"}


def test_a_missing_list_is_refused_when_compiling() -> None:
    """Nobody can forget to check the lists and match nothing in silence."""
    parsed = parse(selecting("user|expand: '%names%'"), "p.yml")
    with pytest.raises(KeyError, match="names"):
        compile_rules(parsed.rules, {})
