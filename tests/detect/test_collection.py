"""Sigma's collections: documents that say what becomes of those after them, as pySigma has it."""

import pytest
import yaml
from sigma.collection import SigmaCollection

from bot.detect.export import export
from bot.detect.parse import parse

COMMON = """\
action: global
title: Common
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: {product: github, service: audit}
detection:
  filter: {actor: bot}
  condition: s and not filter
"""
FIRST = "detection: {s: {action: repo.access}}\n"
SECOND = "title: Second\nlevel: low\ndetection: {s: {action: repo.create}, filter: {org: acme}}\n"
AGAIN = "action: repeat\ntitle: Again\ndetection: {s: {action: repo.destroy}}\n"
WHOLE = """\
title: Whole
id: 11111111-2222-4333-8444-555555555556
level: medium
logsource: {product: github, service: audit}
detection: {s: {action: hook.create}, condition: s}
"""
RESET = "action: reset\n"


def joined(*documents: str) -> str:
    """Return one text of several documents."""
    return "---\n".join(documents)


@pytest.mark.parametrize(
    "text",
    [
        joined(COMMON, FIRST),
        joined(COMMON, FIRST, SECOND),
        joined(COMMON, FIRST, RESET, WHOLE),
        joined(WHOLE, AGAIN),
        joined(COMMON, FIRST, AGAIN, SECOND, AGAIN),
    ],
)
def test_a_collection_is_what_pysigma_makes_of_it(text: str) -> None:
    """Title, level and detection of every rule, in order."""
    wanted = SigmaCollection.from_yaml(text)
    ours = parse(text, "p.yml")
    assert [str(each) for each in ours.problems if each.severity == "error"] == []
    pure = list(yaml.safe_load_all(export(text, "p.yml", {}).text))
    theirs = [rule.to_dict() for rule in wanted.rules]
    for key in ("title", "level", "detection"):
        assert [rule[key] for rule in pure] == [rule[key] for rule in theirs]
    assert [rule.playbook.title for rule in ours.rules] == [rule["title"] for rule in theirs]


def test_rules_of_a_collection_have_ids_of_their_own() -> None:
    """The first has the collection's; the others' are made from it, the same every time."""
    text = joined(COMMON, FIRST, SECOND)
    first, second = (rule.playbook.id for rule in parse(text, "p.yml").rules)
    assert first == "11111111-2222-4333-8444-555555555555"
    assert second not in (first, "")
    assert [rule.playbook.id for rule in parse(text, "q.yml").rules] == [first, second]


def test_a_slip_is_told_where_it_was_written() -> None:
    """In the common part or in the rule's own, whichever it is in."""
    common = COMMON.replace("level: high", "level: hihg")
    assert [str(each.place) for each in parse(joined(common, FIRST), "p.yml").problems][:1] == [
        "p.yml:4:8"
    ]
    assert parse(joined(COMMON, FIRST), "p.yml").rules[0].playbook.place.line == 10
