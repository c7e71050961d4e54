"""What a comparison needs is true whenever the comparison is: the index loses no match."""

from typing import Any

import pytest
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.event import Event
from bot.detect.clause import cover
from bot.detect.condition import Condition
from bot.detect.falco.comparison import Comparison
from bot.detect.falco.grammar import read_condition
from bot.detect.falco.syntax import Check, FieldName, Transformed
from bot.detect.judge import Judges
from bot.detect.view import View
from tests.detect.build import NOW
from tests.detect.falco.build import delivery, parsed, rules_file

GITHUB = "https://github.com/"
# Few texts, some in each other, so that conditions and events meet.
texts = st.sampled_from(
    ["", "a", "A", "ba", "BAa", "a/b", "b,a", "a*", "?", "K", "\u212a", "\u03c3", "\u03c2"]
)
urls = texts | texts.map(GITHUB.__add__)
payloads = st.fixed_dictionaries(
    {},
    optional={
        "sender": st.fixed_dictionaries({}, optional={"login": texts}),
        "organization": st.fixed_dictionaries({"login": texts}),
        "member": st.fixed_dictionaries({"login": texts | st.integers(0, 9)}),
        "changes": st.fixed_dictionaries({"permission": st.fixed_dictionaries({"to": texts})}),
        "workflow": st.fixed_dictionaries({"path": texts}),
        "repository": st.fixed_dictionaries(
            {},
            optional={
                "html_url": urls,
                "full_name": texts,
                "description": texts | st.none(),
                "owner": st.fixed_dictionaries({"login": texts}),
            },
        ),
        "commits": st.lists(
            st.fixed_dictionaries({}, optional={"added": st.lists(texts, max_size=3)}), max_size=3
        ),
    },
)
entries = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("actor", "user", "org", "repo", "permission"), texts)
)


def entry(fields: dict[str, Any]) -> Event:
    """Return an event that came without a payload."""
    return Event(
        id="e",
        source="audit_log",
        kind="audit_log",
        at=NOW,
        installation=None,
        fields=fields,
        raw={},
    )


def dense(text: str, other: str, url: str) -> Event:
    """Return a delivery that holds these texts wherever a field may stand."""
    repository = {"html_url": url, "description": text, "owner": {"login": text}}
    return delivery(
        "push",
        {
            **{key: {"login": text} for key in ("sender", "organization", "member")},
            "changes": {"permission": {"to": text}},
            "workflow": {"path": text},
            "repository": repository,
            "commits": [{"added": [text, other]}],
        },
    )


events = (
    st.builds(dense, texts, texts, urls)
    | st.builds(delivery, st.just("push"), payloads)
    | st.builds(entry, entries)
)
names = st.sampled_from(
    [
        *("github.user", "github.repo", "github.repo.name", "github.repo.description"),
        *("github.org", "github.owner", "github.collaborator.name", "github.collaborator.role"),
        *("github.commit.added", "github.workflow.filename"),
    ]
).map(lambda name: FieldName(name=name))
lefts = names | st.builds(
    lambda transformer, inner: Transformed(transformer=transformer, inner=inner),
    st.sampled_from(["tolower", "toupper", "basename"]),
    names,
)
single = st.sampled_from(["=", "!=", "contains", "icontains", "startswith", "endswith"])
patterns = texts.filter(lambda text: "[" not in text and "\\" not in text)
comparisons = (
    st.builds(
        lambda left, operator, value: Comparison(left=left, operator=operator, right=(value,)),
        lefts,
        single,
        urls,
    )
    | st.builds(
        lambda left, operator, value: Comparison(left=left, operator=operator, right=(value,)),
        lefts,
        st.sampled_from(["glob", "iglob"]),
        patterns | patterns.map(GITHUB.__add__),
    )
    | st.builds(
        lambda left, operator, values: Comparison(left=left, operator=operator, right=values),
        lefts,
        st.sampled_from(["in", "intersects", "pmatch"]),
        st.lists(urls, max_size=3).map(tuple),
    )
)


def true(condition: Condition, event: Event) -> bool:
    """Answer a condition."""
    return Judges().make(condition)(View(event))


@settings(max_examples=500)
@given(comparison=comparisons, event=events)
def test_what_a_comparison_needs_holds_whenever_it_does(
    comparison: Comparison, event: Event
) -> None:
    """For every operator, field and transformer, with and without a payload."""
    need = comparison.needs()
    if need is not None and comparison.holds(event):
        note("both hold")
        assert true(need, event)


@pytest.mark.parametrize(
    "condition",
    [
        "github.user = bob",
        "github.type = push and github.user startswith bo",
        "github.repo.name in (acme/site, acme/app)",
        "tolower(github.org) = acme",
        "github.repo contains secret or github.owner endswith -test",
        "github.commit.modified icontains passwd",
        "github.collaborator.name iglob *-contractor",
    ],
)
def test_rules_are_found_by_any_field_that_tells(condition: str) -> None:
    """No rule like these is asked about every event."""
    (rule,) = parsed(rules_file(f"'{condition}'")).rules
    assert all(cover(rule.condition).clauses)


@pytest.mark.parametrize(
    "condition",
    [
        "github.user != bob",
        "github.org = ''",
        "github.user regex b.*",
        "github.commit.added = 'a,b'",
        "len(github.user) = 3",
        "github.user = val(github.owner)",
        "github.repo.name glob '[ab]*'",
        "github.user glob *",
    ],
)
def test_what_no_field_decides_needs_nothing(condition: str) -> None:
    """It is asked about every event, and answered right."""
    check = read_condition(condition)
    assert isinstance(check, Check)
    right: Any = check.right
    assert Comparison(left=check.left, operator=check.operator, right=right).needs() is None
