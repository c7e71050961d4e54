"""``tipstaff new``: writes the first draft of a playbook, with tests in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import PLAYBOOKS
from bot.core.errors import ConfigurationError
from bot.core.playbook import Level

if TYPE_CHECKING:
    from bot.authoring.draft import Draft


def new(
    path: Annotated[
        Path | None,
        typer.Argument(help="The file to write; by default named after the title, in playbooks/."),
    ] = None,
    *,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="JSON of an event that it shall match; nothing is asked then."),
    ] = None,
    event: Annotated[
        str | None,
        typer.Option("--event", help="GitHub's name of that event, when the file is a payload."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="What happened, in a few words.")] = None,
    description: Annotated[str | None, typer.Option(help="Why it matters.")] = None,
    action: Annotated[str | None, typer.Option(help="The action, such as repo.add_member.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(help="FIELD=VALUE that must hold as well; may be repeated.")
    ] = None,
    level: Annotated[Level | None, typer.Option(help="How bad a match is.")] = None,
    author: Annotated[str, typer.Option(help="Who wrote it.")] = "",
    revert: Annotated[bool, typer.Option("--revert", help="Put the change back, too.")] = False,
) -> None:
    """Write a playbook from a few answers, or from an event that it shall match.

    What no option says is asked for. It begins as one that only observes. A file that exists is
    never written over.
    """
    from datetime import UTC, datetime
    from uuid import uuid4

    from bot.authoring.draft import Draft, file_name, write

    if path is not None and path.exists():
        raise ConfigurationError(f"{path} exists and is not written over: name another file")
    found, telling = _happened(source, event)
    name = found.get("action") or _ask_action(action)
    wanted = telling | _wanted(field, asked=source is None)
    heading = title or _heading(name, asked=source is None)
    draft = Draft(
        id=str(uuid4()),
        title=heading,
        description=description or _description(heading, asked=source is None),
        level=level or _level(asked=source is None),
        date=datetime.now(UTC).date().isoformat(),
        action=name,
        wanted=wanted,
        event={key: value for key, value in found.items() if key != "action"} or _example(name),
        falsepositives=("A change that was agreed on",),
        author=author,
        revert=revert,
    )
    target = path or PLAYBOOKS / file_name(heading)
    warnings = _proven(draft, str(target))
    _save(target, write(draft))
    for warning in warnings:
        typer.echo(warning)
    typer.echo(f"wrote {target}; now: tipstaff check {target} && tipstaff test {target}")


def _happened(source: Path | None, event: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the surroundings and the telling fields of the event in a file."""
    if source is None:
        return {}, {}
    from bot.authoring.draft import surroundings, telling
    from bot.commands.sample import read_samples

    first = read_samples(source, event)[0].event
    return {"action": first.action, **surroundings(first)}, telling(first)


def _example(action: str) -> Mapping[str, Any]:
    from bot.authoring.draft import example

    return example(action)


def _ask_action(given: str | None) -> str:
    """Return an action that there is; a slip is told with the name that was probably meant."""
    from bot.lint.vocabulary import is_action, nearest_action

    name = given or typer.prompt("Action (such as repo.add_member; docs/events.md lists them)")
    while not is_action(name):
        message = f"neither GitHub's audit log nor a webhook has the action '{name}'"
        near = nearest_action(name)
        if given is not None:
            raise ConfigurationError(message + (f"; did you mean '{near}'?" if near else ""))
        typer.echo(message)
        name = typer.prompt("Action", default=near)
    return str(name)


def _wanted(given: list[str] | None, *, asked: bool) -> dict[str, Any]:
    if given is None and asked:
        answer = typer.prompt("Fields that must hold as well (FIELD=VALUE, ...)", default="")
        given = [part.strip() for part in answer.split(",") if part.strip()]
    found: dict[str, Any] = {}
    for pair in given or []:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise ConfigurationError(f"a field is given as FIELD=VALUE, not '{pair}'")
        words = {"true": True, "false": False}
        found[name.strip()] = words.get(value.strip().lower(), value.strip())
    return found


def _heading(action: str, *, asked: bool) -> str:
    words = " ".join(action.replace(".", " ").replace("_", " ").split()).title()
    return str(typer.prompt("Title", default=words)) if asked else words


def _description(title: str, *, asked: bool) -> str:
    usual = f"{title}: somebody should look whether this was meant."
    return str(typer.prompt("Why it matters", default=usual)) if asked else usual


def _level(*, asked: bool) -> Level:
    if not asked:
        return Level.MEDIUM
    while True:
        words = ", ".join(Level)
        answer = typer.prompt(f"Level ({words})", default=str(Level.MEDIUM)).strip().lower()
        if answer in list(Level):
            return Level(answer)
        typer.echo(f"it takes one of {words}")


def _proven(draft: "Draft", path: str) -> list[str]:
    """Return what the linter says of a draft; raise if it would not do what it promises."""
    from datetime import UTC, datetime

    from bot.actions.catalogue import check_response
    from bot.authoring.draft import write
    from bot.detect.parse import parse
    from bot.detect.trial import run_tests
    from bot.lint import lint

    parsed = parse(write(draft), path)
    problems = [*parsed.problems]
    for rule in parsed.rules:
        problems += [*check_response(rule.playbook.response), *lint((rule,))]
        for outcome in run_tests(rule, {}, now=datetime.now(UTC)):
            if not outcome.passed:
                raise ConfigurationError(
                    f"the draft's own test '{outcome.test.name}' {outcome.failure}: "
                    "change the fields that are asked for"
                )
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    if errors:
        raise ConfigurationError("\n".join(errors))
    return [str(problem) for problem in problems]


def _save(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigurationError(
            f"{target} exists and is not written over: name another file, or another title"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{target} cannot be written: {error.strerror}") from None
