"""A good playbook's text becomes the rule it describes."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.playbook import Level, Mode, Playbook, Response, StepSpec
from bot.core.problem import Place
from bot.detect.parse import parse
from bot.detect.rule import LogSource, PlaybookTest
from tests.detect.build import ID, match, playbook, rule, selecting

FULL = f"""\
title: Admin granted
id: {ID.upper()}
status: stable
description: >
  Somebody became
  an administrator.
references: [https://example.com]
author: Alice
date: 2026-11-22
modified: 2026/11/23
tags: [attack.t1098, cve.2026-1]
logsource: {{product: github, service: audit, category: application}}
detection:
  selection: {{action: repo.add_member, user|expand: '%names%'}}
  condition: selection
falsepositives: [none]
fields: [user, repo]
level: Critical
my-own-key: {{kept: by Sigma}}
response:
  mode: enforce
  about: user
  group-by: [org, user]
  steps:
    - action: revert
    - action: open-issue
      with: {{labels: [security], mention: true}}
tests:
  - name: matches
    event: {{action: repo.add_member, user: eve}}
    match: true
    steps: [revert, open-issue]
    lists: {{names: [eve]}}
  - name: does not
    delivery: {{event: push, payload: {{ref: x}}}}
    match: false
    steps: []
"""


def test_a_full_playbook_is_read_in_full() -> None:
    """Metadata, response and tests come out as written."""
    found = rule(FULL)
    assert found.playbook == Playbook(
        id=ID,
        title="Admin granted",
        level=Level.CRITICAL,
        place=Place(path="p.yml"),
        description="Somebody became an administrator.",
        status="stable",
        author="Alice",
        date="2026-11-22",
        tags=("attack.t1098", "cve.2026-1"),
        references=("https://example.com",),
        falsepositives=("none",),
        fields=("user", "repo"),
        response=Response(
            mode=Mode.ENFORCE,
            about="user",
            group_by=("org", "user"),
            steps=(
                StepSpec(action="revert", place=Place(path="p.yml", line=25, column=7)),
                StepSpec(
                    action="open-issue",
                    params={"labels": ["security"], "mention": True},
                    place=Place(path="p.yml", line=26, column=7),
                ),
            ),
        ),
    )
    assert found.logsource == LogSource(product="github", service="audit", category="application")
    assert found.placeholders == {"names"}
    assert found.tests == (
        PlaybookTest(
            name="matches",
            match=True,
            place=Place(path="p.yml", line=29, column=5),
            event={"action": "repo.add_member", "user": "eve"},
            steps=("revert", "open-issue"),
            lists={"names": ("eve",)},
        ),
        PlaybookTest(
            name="does not",
            match=False,
            place=Place(path="p.yml", line=34, column=5),
            delivery={"event": "push", "payload": {"ref": "x"}},
            steps=(),
        ),
    )


def test_a_playbook_without_a_response_only_alerts() -> None:
    """A public Sigma rule is a playbook with no steps, which observes."""
    response = rule(selecting("action: a")).playbook.response
    assert response == Response()
    assert (response.mode, response.steps) == (Mode.OBSERVE, ())


def test_several_documents_are_several_playbooks() -> None:
    """`---` separates playbooks; one at the end is harmless."""
    text = playbook("s: {a: b}\ncondition: s", number=1)
    other = playbook("s: {a: b}\ncondition: s", number=2)
    parsed = parse(f"{text}---\n{other}---\n", "p.yml")
    assert not parsed.problems
    assert [found.playbook.id[-1] for found in parsed.rules] == ["1", "2"]
    assert parsed.rules[1].playbook.place == Place(path="p.yml", line=9)


def test_a_bad_playbook_does_not_stop_its_neighbours() -> None:
    """Only the document with the error is left out."""
    good = playbook("s: {a: b}\ncondition: s", number=1)
    parsed = parse(f"{good}---\ntitle: 5\n---\n{good.replace('0001', '0003')}", "p.yml")
    assert [found.playbook.id[-1] for found in parsed.rules] == ["1", "3"]
    assert {problem.place.line for problem in parsed.problems} == {9}


def test_merge_keys_and_anchors_work() -> None:
    """YAML's own means of not repeating oneself are understood."""
    text = playbook("base: &b {a: b}\ns:\n  <<: *b\n  c: d\ncondition: base or s")
    assert match(text, {"a": "b"})


def test_dates_in_a_selection_stay_texts() -> None:
    """YAML would make a date of 2026-11-22; an event holds the text."""
    assert match(selecting("day: 2026-11-22"), {"day": "2026-11-22"})


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever is in the file, the answer is rules and problems."""
    parsed = parse(text, "p.yml")
    assert parsed.problems or not text.strip() or not parsed.rules


@pytest.mark.parametrize("cut", range(0, len(FULL), 7))
def test_no_half_a_playbook_raises(cut: int) -> None:
    """An editor that saves in the middle of a word costs that playbook only."""
    parsed = parse(FULL[:cut], "p.yml")
    assert parsed.problems or parsed.rules or not cut


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    key=st.sampled_from(
        [
            "title",
            "id",
            "name",
            "taxonomy",
            "related",
            "status",
            "description",
            "license",
            "references",
            "author",
            "date",
            "modified",
            "tags",
            "fields",
            "falsepositives",
            "level",
            "scope",
            "logsource",
            "detection",
            "response",
            "tests",
        ]
    ),
    value=yaml_values,
)
def test_no_value_of_any_key_raises(key: str, value: object) -> None:
    """A key with a value of the wrong kind is told, or harmless; never a crash."""
    document = yaml.safe_load(FULL.replace("2026/11/23", "2026-11-23"))
    document["date"] = document["modified"] = "2026-11-22"
    document[key] = value
    parsed = parse(yaml.safe_dump(document, allow_unicode=True), "p.yml")
    assert parsed.problems or parsed.rules
