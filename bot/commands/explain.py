"""``tipstaff explain``: why a playbook matches an event, or why it does not, part by part."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import (
    CONFIG,
    LISTS,
    AsJson,
    ConfigPath,
    ListsPath,
    given_lists,
    present,
    print_json,
)
from bot.core.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.tree import Tree

    from bot.commands.sample import Sample
    from bot.detect.correlation.account import Account
    from bot.detect.rule import Rule
    from bot.detect.trial import Played
    from bot.detect.verdict import Verdict
    from bot.playbooks import Loaded

_WIDE = 240  # columns of a file or a pipe, so that no line is broken
_GROUPS = 5  # groups of a correlation
_SHOWN = 3  # values and alternatives of one test; the rest is counted


def explain(
    playbook: Annotated[Path, typer.Argument(help="The playbook's file.")],
    event: Annotated[
        Path,
        typer.Argument(
            help="JSON or JSON lines: audit-log entries, deliveries, payloads (--event), documents "
            "of a SIEM."
        ),
    ],
    *,
    name: Annotated[
        str | None,
        typer.Option("--event", help="GitHub's name of the event, when the file is a payload."),
    ] = None,
    lists: ListsPath = LISTS,
    values: Annotated[
        list[str] | None,
        typer.Option("--list", help="A list's values for this time: NAME=VALUE,VALUE."),
    ] = None,
    config: ConfigPath = CONFIG,
    as_json: AsJson = False,
) -> None:
    """Say why a playbook matches an event or does not: selection by selection, field by field.

    A correlation is explained by the rules that it joins, and by what the events come to one
    after the other; so is a baseline. Exit codes: 0 when the playbook matches (of a file with
    correlations: when one of these does), 1 when it does not, 2 when it cannot be tried.
    """
    from bot.commands.sample import read_samples
    from bot.detect.trial import play
    from bot.detect.verdict import judge

    loaded, own, rules = _rules(playbook, lists, present(config))
    foreign = not any(rule.logsource.github for rule in rules)
    samples = read_samples(event, name, foreign=foreign)
    known = {**loaded.lists, **given_lists(values or ())}
    found = [
        (rule, sample, judge(rule, sample.event, known)) for sample in samples for rule in rules
    ]
    events = [sample.event for sample in samples]
    played = [
        (rule, play(rule, events, known, loaded.rules))
        for rule in own
        if rule.correlation is not None or rule.baseline is not None
    ]
    if as_json:
        print_json(
            [_json(rule, sample, verdict) for rule, sample, verdict in found]
            + [_played_json(rule, came) for rule, came in played]
        )
    else:
        _tell(found, played)
    matched: list[bool | None] = [bool(came.alerts) for _, came in played] or [
        v.holds for _, _, v in found
    ]
    raise typer.Exit(0 if any(matched) else 1)


def _rules(
    playbook: Path, lists: Path, config: Path | None
) -> "tuple[Loaded, list[Rule], tuple[Rule, ...]]":
    """Return what is loaded, the file's own rules, and those among all that it rests on."""
    from bot.commands.options import folder
    from bot.playbooks import load

    if not playbook.is_file():
        raise ConfigurationError(f"there is no playbook {playbook}: name its file")
    loaded = load(playbook.parent, folder(lists), config)
    own = [rule for rule in loaded.rules if Path(rule.playbook.place.path) == playbook]
    if not own:
        wrong = [str(each) for each in loaded.errors if Path(each.place.path) == playbook]
        raise ConfigurationError("\n".join(wrong) or f"{playbook} holds no playbook")
    by_id = {rule.playbook.id: rule for rule in loaded.rules}
    wanted = [rule.playbook.id for rule in own]
    for key in wanted:  # grows: a correlation may name correlations
        asks = by_id[key].correlation
        wanted += [each for each in (asks.rules if asks else ()) if each not in wanted]
    chosen = (rule for rule in loaded.rules if rule.playbook.id in wanted)
    return loaded, own, tuple(rule for rule in chosen if rule.correlation is None)


def _json(rule: "Rule", sample: "Sample", verdict: "Verdict") -> dict[str, Any]:
    return {
        "playbook": {"id": rule.playbook.id, "title": rule.playbook.title},
        "place": str(rule.playbook.place),
        "event": {"id": sample.event.id, "action": sample.event.action},
        "matches": verdict.holds,
        "condition": verdict.as_json(),
        "steps": _steps(rule),
    }


def _played_json(rule: "Rule", came: "Played") -> dict[str, Any]:
    return {
        "playbook": {"id": rule.playbook.id, "title": rule.playbook.title},
        "place": str(rule.playbook.place),
        "matches": None if came.wanted and not came.alerts else bool(came.alerts),
        "alerts": [
            {"event": {"id": event.id, "action": event.action}, "events": list(match.events)}
            for event, match in came.alerts
        ],
        "why_not": "" if came.alerts else came.why_not,
        "asks": str(rule.correlation or ""),
        "groups": [_account_json(account) for account in came.accounts],
        "unknown_lists": sorted(came.wanted),
    }


def _account_json(account: "Account") -> dict[str, Any]:
    return {
        "group": dict(account.group),
        "from": account.first.isoformat(),
        "to": account.last.isoformat(),
        "holds": account.holds,
        "parts": [
            {"asked": part.asked, "found": part.found, "holds": part.holds}
            for part in account.parts
        ],
        "events": [
            {"id": each.event_id, "at": each.at.isoformat(), "words": each.words}
            for each in account.sightings
        ],
    }


def _tell(
    found: "Sequence[tuple[Rule, Sample, Verdict]]", played: "Sequence[tuple[Rule, Played]]"
) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDE)
    for rule, sample, verdict in found:
        console.print(_tree(rule, sample, verdict))
    for rule, came in played:
        console.print(_summary(rule, came))


def _summary(rule: "Rule", came: "Played") -> "Tree":
    """Say what all the events together are to a correlation or a baseline."""
    from rich.text import Text
    from rich.tree import Tree

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


def _give_account(tree: "Tree", rule: "Rule", came: "Played") -> None:
    """Say what a correlation asks for, and how near each group of events comes to it."""
    from rich.text import Text

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


def _headed(account: "Account") -> str:
    sign = "✔" if account.holds else "✘"
    group = ", ".join(f"{name} '{_cut(value)}'" for name, value in account.group)
    return f"{sign} {group}, {account.first:%Y-%m-%d %H:%M:%S} to {account.last:%H:%M:%S} UTC"


def _tree(rule: "Rule", sample: "Sample", verdict: "Verdict") -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

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


def _lay_out(tree: "Tree", rule: "Rule") -> None:
    """Say what the playbook does then: its steps, and when and whether each is made."""
    from rich.text import Text

    response = rule.playbook.response
    branch = tree.add(Text(f"then, in mode {response.mode}:", style="dim"))
    for each in _steps(rule):
        when = f" — {each['when']}" if each["when"] else ""
        branch.add(Text(f"{each['name'] or each['action']}: {each['action']}{when}", style="dim"))


def _steps(rule: "Rule") -> list[dict[str, Any]]:
    from bot.respond.sequence import names, needs
    from bot.respond.turn import words

    specs = rule.playbook.response.steps
    called = {at: name for name, at in names(specs).items()}
    return [
        {
            "action": spec.action,
            "name": called.get(position, ""),
            "when": words(spec, specs),
            "waits_for": [called.get(at, specs[at].action) for at in needs(specs, position)],
        }
        for position, spec in enumerate(specs)
    ]


def _grow(tree: "Tree", verdict: "Verdict") -> None:
    from rich.text import Text

    sign = {True: "✔", False: "✘", None: "?"}[verdict.holds]
    style = {True: "green", False: "red", None: "yellow"}[verdict.holds]
    branch = tree.add(Text(f"{sign} {_label(verdict)}", style=style))
    for part in verdict.parts:
        _grow(branch, part)


def _label(verdict: "Verdict") -> str:
    from bot.detect.verdict import Kind

    name = f"{verdict.selection}: " if verdict.selection else ""
    if verdict.kind is not Kind.TEST:
        joined = {Kind.ALL: "all of", Kind.ANY: "any of", Kind.NOT: "not"}[verdict.kind]
        return f"{name}{joined}"
    return f"{name}{_words(verdict.words)} — {_found(verdict)}"


def _words(words: Sequence[str]) -> str:
    shown = " | ".join(map(_cut, words[:_SHOWN]))
    return shown if len(words) <= _SHOWN else f"{shown} | {len(words) - _SHOWN} more"


def _found(verdict: "Verdict") -> str:
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
