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
    from bot.commands.sample import Sample
    from bot.detect.correlation.account import Account
    from bot.detect.rule import Rule
    from bot.detect.trial import Played
    from bot.detect.verdict import Verdict
    from bot.playbooks import Loaded

_WIDE = 240  # columns of a file or a pipe, so that no line is broken


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
    from bot.commands.explanation import steps_of

    return {
        "playbook": {"id": rule.playbook.id, "title": rule.playbook.title},
        "place": str(rule.playbook.place),
        "event": {"id": sample.event.id, "action": sample.event.action},
        "matches": verdict.holds,
        "condition": verdict.as_json(),
        "steps": steps_of(rule),
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

    from bot.commands.explanation import draw, draw_whole

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDE)
    for rule, sample, verdict in found:
        console.print(draw(rule, sample, verdict))
    for rule, came in played:
        console.print(draw_whole(rule, came))
