"""Rules for other logs than GitHub's: usable by themselves, and nothing for the live path.

A collection of public rules is about many products. Those of GitHub guard, the others can be
tested and explained; a keyword among them must not meet GitHub's events by chance.
"""

from collections.abc import Sequence

from bot.core.problem import Problem
from bot.detect.correlation.resolve import bottom_up
from bot.detect.rule import Rule


def set_apart(rules: Sequence[Rule]) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the linked rules that GitHub's events are judged by, and what is thereby lost.

    A correlation that rests on a rule for other logs is not among them: what can never come would
    be counted as absent.
    """
    foreign = {rule.playbook.id: rule for rule in rules if not rule.logsource.github}
    problems: list[Problem] = []
    for rule in bottom_up(rules) if foreign else ():
        found = (
            [key for key in rule.correlation.rules if key in foreign] if rule.correlation else []
        )
        if found:
            title = foreign[found[0]].playbook.title
            foreign[rule.playbook.id] = rule
            problems.append(
                Problem(
                    place=rule.playbook.place,
                    message=f"the correlation rests on '{title}', which GitHub's events never "
                    "come from: it guards nothing here; it can be tested, explained and converted",
                    severity="warning",
                    rule="foreign-source",
                )
            )
    return tuple(rule for rule in rules if rule.playbook.id not in foreign), tuple(problems)
