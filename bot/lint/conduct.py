"""Whether a playbook's steps can be done: what the App may do, and what can be put back."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.actions.catalogue import ACTIONS
from bot.actions.permissions import UNASKED
from bot.actions.revert.action import BY_EVENT
from bot.core.playbook import Mode
from bot.core.problem import Problem, Severity
from bot.detect.rule import Rule
from bot.lint.reach import actions_asked
from bot.lint.vocabulary import events_of
from bot.manifest import Manifest

_LEVELS: Final = ("", "read", "write", "admin")

_OWN: Final = "Tipstaff's own looks"
"""By which way comes what no webhook tells: the roster, the survey, or the audit log."""


def check_reverts(rule: Rule) -> Iterator[Problem]:
    """Tell of a ``revert`` that knows none of the playbook's actions, or only one of many acts."""
    if rule.correlation is not None and not rule.correlation.kind.temporal:
        for step in rule.playbook.response.steps:
            if step.action == "revert":
                yield Problem(
                    place=step.place,
                    message="'revert' puts back only the last of the events counted: leave it out, "
                    "or let the issue say what is left to do",
                    severity="warning",
                    rule="reverts-one",
                )
        return
    actions = actions_asked(rule.condition)
    if actions is None or actions & BY_EVENT.keys():
        return
    for step in rule.playbook.response.steps:
        if step.action == "revert":
            yield Problem(
                place=step.place,
                message=f"'revert' cannot put back {' or '.join(sorted(actions))}: leave it out",
                severity="warning",
                rule="cannot-revert",
            )


def check_permissions(rule: Rule, manifest: Manifest) -> Iterator[Problem]:
    """Tell of permissions the steps need and events the condition needs that the App lacks.

    It is an error only when the playbook would act: one that observes needs no permission.
    """
    acts = rule.playbook.response.mode is not Mode.OBSERVE
    severity: Severity = "error" if acts else "warning"
    for step in rule.playbook.response.steps:
        for name, level in sorted(_needs(step.action, rule).items()):
            granted = manifest.permissions.get(name, "")
            if _LEVELS.index(granted) < _LEVELS.index(level):
                yield Problem(
                    place=step.place,
                    message=f"the App lacks the permission '{name}: {level}', which "
                    f"'{step.action}' needs: add it to the manifest",
                    severity=severity,
                    rule="missing-permission",
                )
    yield from _check_events(rule, manifest)


def _needs(action: str, rule: Rule) -> Mapping[str, str]:
    if action != "revert":
        return ACTIONS[action].needs if action in ACTIONS else {}
    actions = actions_asked(rule.condition)
    together: dict[str, str] = {}
    for event, reverter in BY_EVENT.items():
        if actions is None or event in actions:
            for name, level in reverter.needs.items():
                together[name] = max(together.get(name, ""), level, key=_LEVELS.index)
    return together


def _check_events(rule: Rule, manifest: Manifest) -> Iterator[Problem]:
    """Tell when none of the webhooks by which the playbook's actions come is subscribed to."""
    actions = actions_asked(rule.condition) or frozenset()
    told = {*manifest.events, *UNASKED, _OWN}
    ways = [events_of(action) or {_OWN} for action in sorted(actions)]
    if ways and not any(way & told for way in ways):
        events = sorted({event for way in ways for event in way})
        yield Problem(
            place=rule.playbook.place,
            message=f"the App is not told of {' or '.join(events)}, which this playbook waits for: "
            "add it to the manifest's default_events",
            severity="warning",
            rule="missing-event",
        )
