"""An explanation drawn as a tree: what ``tipstaff explain`` shows to a person."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from bot.commands.sample import Sample
from bot.detect.correlation.account import Account
from bot.detect.rule import Rule
from bot.detect.trial import Played
from bot.detect.verdict import Kind, Verdict
from bot.respond import sequence, turn

_GROUPS = 5  # groups of a correlation
_SHOWN = 3  # values and alternatives of one test; the rest is counted


def draw_whole(rule: Rule, came: Played) -> Tree:
    """Say what all the events together are to a correlation or a baseline."""
    title = rule.playbook.title
    if not came.alerts and came.wanted:
        names = ", ".join(sorted(came.wanted))
        why = f"the list {names} is not known here: give it with --list"
        return Tree(Text(f"{title} cannot be known: {why}", style="bold yellow"))
    if not came.alerts:
        why = f": {came.why_not}" if came.why_not else ""
        tree = Tree(Text(f"{title} does not match all this together{why}", style="bold red"))
        _give_account(tree, rule, came)
        return tree
    count = len(came.alerts)
    times = "once" if count == 1 else f"{count} times"
    tree = Tree(Text(f"{title} matches all this together, {times}", style="bold green"))
    for event, match in came.alerts:
        reason = next((each.test for each in match.reasons if each.sighting), "")
        branch = tree.add(Text(f"at {event.id}{f': {reason}' if reason else ''}", style="green"))
        for words in match.events:
            branch.add(Text(words))
    _give_account(tree, rule, came)
    return tree


def _give_account(tree: Tree, rule: Rule, came: Played) -> None:
    """Say what a correlation asks for, and how near each group of events comes to it."""
    if rule.correlation is None:
        return
    asked = tree.add(Text(f"asked for: {rule.correlation}", style="dim"))
    for account in came.accounts[:_GROUPS]:
        branch = asked.add(Text(_headed(account), style="green" if account.holds else "red"))
        for part in account.parts:
            sign, style = ("✔", "green") if part.holds else ("✘", "red")
            branch.add(Text(f"{sign} {part.asked} — {part.found}", style=style))
        for each in account.sightings[:_SHOWN]:
            branch.add(Text(f"{each.at:%H:%M:%S} {each.words} ({each.event_id})", style="dim"))
        if (more := len(account.sightings) - _SHOWN) > 0:
            branch.add(Text(f"and {more} more", style="dim"))
    if (more := len(came.accounts) - _GROUPS) > 0:
        asked.add(Text(f"and {more} groups more, none of them nearer", style="dim"))
    for name, field in came.ungrouped:
        words = f"an event that '{name}' matches has no {field}: it belongs to no group"
        asked.add(Text(words, style="yellow"))


def _headed(account: Account) -> str:
    sign = "✔" if account.holds else "✘"
    group = ", ".join(f"{name} '{_cut(value)}'" for name, value in account.group)
    return f"{sign} {group}, {account.first:%Y-%m-%d %H:%M:%S} to {account.last:%H:%M:%S} UTC"


def draw(rule: Rule, sample: Sample, verdict: Verdict) -> Tree:
    """Say what one event is to a rule, part by part."""
    said = {True: "matches", False: "does not match", None: "cannot be known"}[verdict.holds]
    style = {True: "bold green", False: "bold red", None: "bold yellow"}[verdict.holds]
    head = f"{rule.playbook.title} {said} {sample.event.action} ({sample.event.id})"
    tree = Tree(Text(head, style=style))
    _grow(tree, verdict)
    if verdict.holds and rule.playbook.response.steps:
        _lay_out(tree, rule)
    if rule.baseline is not None:
        tree.add(Text("and then only if the value is new: see below", style="dim"))
    return tree


def _lay_out(tree: Tree, rule: Rule) -> None:
    """Say what the playbook does then: its steps, and when and whether each is made."""
    response = rule.playbook.response
    branch = tree.add(Text(f"then, in mode {response.mode}:", style="dim"))
    for each in steps_of(rule):
        when = f" — {each['when']}" if each["when"] else ""
        branch.add(Text(f"{each['name'] or each['action']}: {each['action']}{when}", style="dim"))


def _grow(tree: Tree, verdict: Verdict) -> None:
    sign = {True: "✔", False: "✘", None: "?"}[verdict.holds]
    style = {True: "green", False: "red", None: "yellow"}[verdict.holds]
    branch = tree.add(Text(f"{sign} {_label(verdict)}", style=style))
    for part in verdict.parts:
        _grow(branch, part)


def _label(verdict: Verdict) -> str:
    name = f"{verdict.selection}: " if verdict.selection else ""
    if verdict.kind is not Kind.TEST:
        joined = {Kind.ALL: "all of", Kind.ANY: "any of", Kind.NOT: "not"}[verdict.kind]
        return f"{name}{joined}"
    return f"{name}{_words(verdict.words)} — {_found(verdict)}"


def _words(words: Sequence[str]) -> str:
    shown = " | ".join(map(_cut, words[:_SHOWN]))
    return shown if len(words) <= _SHOWN else f"{shown} | {len(words) - _SHOWN} more"


def _found(verdict: Verdict) -> str:
    if verdict.unknown:
        return f"the list {', '.join(verdict.unknown)} is not known here: give it with --list"
    if not verdict.field:
        return f"found in '{verdict.because}'" if verdict.holds else "in no value of the event"
    if verdict.missing:
        return f"the event has no {verdict.field}"
    shown = ", ".join(_short(value) for value in verdict.values[:_SHOWN])
    more = len(verdict.values) - _SHOWN
    return f"the event has {shown or 'an empty list'}{f' and {more} more' if more > 0 else ''}"


def _short(value: Any) -> str:
    text = "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def steps_of(rule: Rule) -> list[dict[str, Any]]:
    """Return what a playbook does: each step with its name, when it is made, what it awaits."""
    specs = rule.playbook.response.steps
    called = {at: name for name, at in sequence.names(specs).items()}
    return [
        {
            "action": spec.action,
            "name": called.get(position, ""),
            "when": turn.words(spec, specs),
            "waits_for": [
                called.get(at, specs[at].action) for at in sequence.needs(specs, position)
            ],
        }
        for position, spec in enumerate(specs)
    ]
