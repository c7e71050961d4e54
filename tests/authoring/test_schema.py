"""The JSON Schema of a playbook: it takes what loads, and refuses what is commonly got wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.actions.catalogue import ACTIONS
from bot.authoring.schema import playbook_schema
from bot.detect.document import read

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(playbook_schema())
HEAD = "title: T\nid: 11111111-2222-4333-8444-555555555555\nlevel: high\n"
SOURCE = "logsource: {product: github, service: audit}\n"
DETECTION = "detection: {s: {action: repo.access}, condition: s}\n"
BASE = HEAD + SOURCE + DETECTION


def documents(text: str) -> list[Any]:
    """Return the documents of a YAML text as plain data."""
    found, problems = read(text, "p.yml")
    assert problems == ()
    return [document.data for document in found if document.data is not None]


def faults(text: str) -> list[str]:
    """Return what the schema says of a text."""
    return [error.message for data in documents(text) for error in VALIDATOR.iter_errors(data)]


def test_the_schema_is_one() -> None:
    """It is itself valid."""
    Draft202012Validator.check_schema(playbook_schema())


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").rglob("*.yml")), ids=lambda p: p.name)
def test_every_shipped_playbook_fits(path: Path) -> None:
    """An editor shows no mistake in a file that has none."""
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_playbooks_of_the_documentation_fit() -> None:
    """Whoever copies an example sees no mistake either."""
    page = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml playbook\n(.*?)```", page, re.DOTALL)
    assert len(examples) > 1
    assert [fault for example in examples for fault in faults(example)] == []


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_every_action_s_example_fits(action: Any) -> None:
    """What the page about actions shows is a step the schema takes."""
    steps = "".join(f"    {line}\n" for line in action.example.splitlines())
    assert faults(f"{BASE}response:\n  steps:\n{steps}") == []


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "baseline: {type: first_seen, field: actor, memory: 30d}\n",
        "response:\n  steps:\n    - {action: open-issue, with: {labels: '{{ event.topics }}'}}\n",
        "tests: [{name: n, sequence: [{at: +5m, event: {action: x}}], match: true}]\n",
    ],
)
def test_what_loads_fits(rest: str) -> None:
    """Baselines, templates in place of lists, and sequences are known."""
    assert faults(BASE + rest) == []


def test_correlations_and_filters_fit() -> None:
    """They are other documents of the same files."""
    correlation = (
        "correlation: {type: event_count, rules: a, group-by: actor, timespan: 1h, "
        "condition: {gte: 3}}\n"
    )
    narrowing = "filter: {rules: any, s: {actor: ann}, condition: not s}\n"
    assert faults(HEAD + correlation) == []
    assert faults(f"title: F\n{SOURCE}{narrowing}") == []


@pytest.mark.parametrize(
    "text",
    [
        BASE.replace("level: high", "level: hihg"),
        BASE.replace("title: T\n", ""),
        BASE.replace("id: 1", "id: x"),
        BASE.replace("product: github", "product: windows"),
        BASE.replace("condition: s}", "s2: {a: b}}"),
        BASE.replace("s: {action: repo.access}", "s: {action|contain: repo}"),
        BASE + "respnse: {steps: [{action: open-issue}]}\n",
        BASE + "response: {mode: enforced, steps: [{action: open-issue}]}\n",
        BASE + "response: {mode: ask}\n",
        BASE + "response: {steps: [{action: open-isue}]}\n",
        BASE + "response: {steps: [{action: comment}]}\n",
        BASE + "response: {steps: [{action: open-issue, with: {lables: [a]}}]}\n",
        BASE + "response: {steps: [{action: open-issue, with: {labels: security}}]}\n",
        BASE + "response: {about: actro, steps: [{action: open-issue}]}\n",
        BASE + "tests: [{name: n, event: {action: x}}]\n",
        BASE + "tests: [{name: n, event: {action: x}, match: maybe}]\n",
        BASE + "tests: [{name: n, match: true}]\n",
        BASE + "tests: [{name: n, event: {actor: x}, match: true}]\n",
        BASE + "baseline: {type: first_seen}\n",
        HEAD + "correlation: {type: event_cuont, rules: [a], timespan: 1h}\n",
        HEAD + "correlation: {type: temporal, rules: [a], timespan: an hour}\n",
        HEAD,
    ],
)
def test_what_is_commonly_got_wrong_does_not_fit(text: str) -> None:
    """Slips in keys, modifiers, levels, actions and parameters show while one writes."""
    assert faults(text) != []
