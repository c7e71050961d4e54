"""What whoever looks after a playbook needs: words for its reader, and tests."""

from collections.abc import Iterator
from typing import Final

from bot.core.problem import Problem
from bot.detect.rule import Rule

_WORDS: Final = (
    ("description", "say what happened and why it matters: the alert's reader sees it"),
    ("falsepositives", "list what may look the same and is harmless"),
)


def check_metadata(rule: Rule) -> Iterator[Problem]:
    """Tell of what a playbook leaves unsaid of itself."""
    if rule.quiet:
        return
    for key, fix in _WORDS:
        if key == "falsepositives" and rule.wording is not None:
            continue  # a rule of Falco has nowhere to say it
        if not getattr(rule.playbook, key):
            yield Problem(
                place=rule.playbook.place,
                message=f"no '{key}': {fix}",
                severity="warning",
                rule=f"missing-{key}",
            )


def check_tests(rule: Rule) -> Iterator[Problem]:
    """Tell of a playbook that nothing shows to fire, or to keep still."""
    if rule.quiet:
        return
    if not rule.tests:
        message = "no tests: add 'tests:' with one event that matches and one that does not"
    elif not any(test.match for test in rule.tests):
        message = "no test matches: add one with 'match: true', so that it is known to fire"
    elif all(test.match for test in rule.tests):
        message = (
            "every test matches: add one with 'match: false', so that it is known to keep still"
        )
    else:
        return
    yield Problem(
        place=rule.playbook.place, message=message, severity="warning", rule="missing-tests"
    )
