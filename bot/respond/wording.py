"""The sentences of replies to people's commands. None of them mentions anybody."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.respond.alert import CaseState
from bot.respond.command import Command
from bot.respond.inert import Markdown, code, link
from bot.respond.step import Issue, Step

_MAY_TURN: Final = (
    "owners, and whoever may approve (repository administrators, or whom the playbook names)"
)
COMMANDS: Final = (
    ("/ack", "you have seen it and look after it", "the person concerned, owners, maintainers"),
    (
        "/approve",
        "do what waits for approval; `/approve 2` only the step with that number",
        "owners, repository administrators, or whom the playbook names; never whose act it is",
    ),
    (
        "/deny reason",
        "don't do what waits for approval; `/deny 2 reason` only that step",
        _MAY_TURN,
    ),
    ("/ask", "ask again for what nobody decided about in time", "as `/ack`"),
    (
        "/undo",
        "put back what was done; `/undo 2` only the step with that number",
        _MAY_TURN,
    ),
    ("/redo", "do again what was put back; `/redo 2` only that step", "as `/undo`"),
    (
        "/close reason",
        "end this case, for instance as a false alarm; what waits is then denied",
        "as `/ack`, unless something waits that you may not deny",
    ),
    (
        "/exempt 30d reason",
        "this was right and will be until then: do nothing about it when it happens again",
        _MAY_TURN,
    ),
    ("/unexempt", "end what was exempt by a comment here", "as `/exempt`, and who wrote it"),
    ("/pause reason", "stop every change in the organisation until `/resume`", "owners"),
    ("/resume", "let Tipstaff go on; what was planned meanwhile still asks", "owners"),
    ("/help", "show every command", "everybody here"),
)
"""Each command, what it means, and who may use it."""

MAY_TEND: Final = (
    "that is for the person concerned, owners of the organisation, and administrators or "
    "maintainers of the repository"
)


def reply(commenter: str, said: Sequence[Markdown]) -> Markdown:
    """Return the whole reply to one comment."""
    return Markdown(f"To {code(commenter)}:\n\n" + "\n\n".join(said))


def unknown(command: Command) -> Markdown:
    """Answer a word that is not a command, with the nearest that is."""
    near = f" Did you mean `/{command.suggestion}`?" if command.suggestion else ""
    return Markdown(f"{code('/' + command.word)} is not a command.{near}\n\n{help_text()}")


def help_text(words: Container[str] | None = None) -> Markdown:
    """Return the table of commands: those of these words, or all."""
    rows = "\n".join(
        f"| `{name}` | {meaning} | {who} |"
        for name, meaning, who in COMMANDS
        if words is None or name.split()[0].removeprefix("/") in words
    )
    return Markdown(f"| Comment | Meaning | Who may |\n|---|---|---|\n{rows}")


def refused(command: Command, why: str) -> Markdown:
    """Say that the commenter may not, and why."""
    return Markdown(f"{_name(command)} was not followed: {why}.")


def already(command: Command, state: CaseState) -> Markdown:
    """Say that the case is already where the command would bring it."""
    return Markdown(f"{_name(command)} changes nothing: this case is {state} already.")


def nothing(command: Command, why: str) -> Markdown:
    """Say that there is nothing to do."""
    return Markdown(f"{_name(command)} changes nothing: {why}.")


def acknowledged(called_off: Sequence[Step] = ()) -> Markdown:
    """Confirm `/ack`, and tell what is not done any more because of it."""
    off = f" Called off: {_names(called_off)}." if called_off else ""
    return Markdown(f"Noted: you look after it.{off}")


def needs_reason() -> Markdown:
    """Ask for the reason of a `/close`."""
    return Markdown(
        "A case is closed with a reason, so that others can follow it later. Write for instance "
        "`/close false alarm, this was agreed with the team`."
    )


def approved(
    command: Command, steps: Sequence[Step], partly: Sequence[str], objections: Sequence[str]
) -> Markdown:
    """Confirm an approval, or say why it was not followed.

    ``steps`` have all the approvals they need; ``partly`` tells of each that needs more.
    """
    if not steps and not partly:
        return refused(command, objections[0])
    why = f", because: {code(command.argument)}" if command.argument else ""
    said = [f"Approved: {_names(steps)}{why}. The result follows here."] if steps else []
    return Markdown(" ".join([*said, *partly]) + _rest(objections))


def partly(step: Step, progress: str, whose: Markdown) -> str:
    """Say that a step needs the word of more people."""
    return (
        f"Approved by {progress}: {code(step.action)}. It takes {whose}, each by a comment of "
        "their own."
    )


def denied(command: Command, steps: Sequence[Step], objections: Sequence[str]) -> Markdown:
    """Confirm a denial, or say why it was not followed."""
    if not steps:
        return refused(command, objections[0])
    why = f", because: {code(command.argument)}" if command.argument else ""
    return Markdown(f"Denied: {_names(steps)}{why}.{_rest(objections)}")


def asked_again(steps: Sequence[Step], until: datetime) -> Markdown:
    """Confirm that steps wait for approval once more."""
    return Markdown(
        f"Asked again: {_names(steps)} waits for approval until {until:%Y-%m-%d %H:%M} UTC. To "
        "decide, comment `/approve` or `/deny reason`."
    )


def ran_out(steps: Sequence[Step]) -> Markdown:
    """Tell that nobody decided in time."""
    return Markdown(
        f"**Not done: {_names(steps)}.** It waited for approval, and nobody decided in time. To be "
        "asked again, comment `/ask`."
    )


NOTHING_WAITS: Final = "nothing waits for approval"

BEGUN: Final = (
    "nothing waits for approval any more, and what was approved is being done; `/undo` puts it "
    "back then"
)

TOO_LATE: Final = "nobody decided in time; to be asked again, comment `/ask`"


NOTHING_TO: Final = {
    "undo": "nothing was done that can be undone",
    "redo": "nothing was undone that can be done again",
}

UNDER_WAY: Final = {
    "undo": "it is being undone already, or that waits for approval",
    "redo": "it is being done again already, or that waits for approval",
}


def undoing(command: Command, steps: Sequence[Step], objections: Sequence[str]) -> Markdown:
    """Confirm that steps are being undone, or done again, or say why not."""
    if not steps:
        return refused(command, objections[0])
    what = "Undoing" if command.word == "undo" else "Doing again"
    return Markdown(f"{what}: {_names(steps)}. The result follows here.{_rest(objections)}")


def no_such_number(command: Command, wrong: Sequence[int], known: Mapping[int, str]) -> Markdown:
    """Say that no step has a number, and which have one."""
    listed = ", ".join(f"{number} {code(action)}" for number, action in known.items())
    return refused(
        command,
        f"there is no step {', '.join(map(str, wrong))}; "
        + (f"the steps are: {listed}" if listed else "nothing was changed here"),
    )


def closed(command: Command, denied: Sequence[Step]) -> Markdown:
    """Confirm that the case is closed, and what was denied with it."""
    with_it = f" Denied with it: {_names(denied)}." if denied else ""
    return Markdown(f"Closed, because: {code(command.argument)}.{with_it}")


def closed_too_early(waiting: int) -> Markdown:
    """Say that closing the issue did not decide what waits."""
    what = "one step waits" if waiting == 1 else f"{waiting} steps wait"
    return Markdown(
        f"The issue was closed, but {what} for a decision. The case stays open until somebody who "
        "may writes `/approve`, `/deny` or `/close reason`, and so does its issue."
    )


def unheard(why: str) -> Markdown:
    """Say that a command was not followed, because the commenter's role could not be read."""
    return Markdown(
        "Nothing was done about this comment: Tipstaff could not read from GitHub what its author "
        f"may decide. GitHub said: {code(why)}. Put that right, then write the command again."
    )


def elsewhere(commenter: str, former: str) -> Markdown:
    """Say that a command was not followed, because the case does not live in its issue any more."""
    return Markdown(
        f"To {code(commenter)}: nothing was done about a command of yours in {code(former)}, where "
        "this case lived before. Please write it here, where all that came since is told."
    )


def withdrawn(commenter: str, why: str) -> Markdown:
    """Say that a comment was not followed, because it does not stand any more as it was written."""
    return Markdown(
        f"To {code(commenter)}: nothing was done about a comment of yours, because {why}. What is "
        "edited or deleted before Tipstaff follows it does not count: write the command in a new "
        "comment."
    )


def by_an_app(slug: str) -> Markdown:
    """Say that an App's word is not followed, in whosever name it speaks."""
    return Markdown(
        f"Nothing was done about this comment: the App {code(slug)} wrote it in your name. Write "
        "the command yourself."
    )


FOR_OTHERS: Final = (
    "it is about their own act, or one in their favour, and a change waits for approval, failed, "
    "or nobody decided in time; somebody else has to look after that"
)


def not_theirs_to_close() -> Markdown:
    """Say that who did it did not close the case by closing its issue."""
    return Markdown(
        "The issue was closed by somebody whose own act it is about, and what was to be done about "
        "that failed, or nobody decided in time. The case stays open until somebody else who may "
        "writes `/close reason`, and so does its issue."
    )


NEWS: Final = (
    "what waits came in after that comment was written; read what is new, then say it again"
)


def stands_again() -> Markdown:
    """Say that a case is open again with its issue."""
    return Markdown(
        "The issue was reopened, and so is the case. `/close reason` closes both again."
    )


def published(repository: str, issue: Issue | None) -> Markdown:
    """Tell that everybody may have read what was said of a case."""
    where = "there" if issue is None else f"in {link(f'{repository}#{issue.number}', issue.url)}"
    return Markdown(
        f"**{code(repository)} was made public, and with it what was said of this case {where}.** "
        "Whoever administers the repository should look whether to delete that issue, and take "
        "what it names for known."
    )


def _rest(objections: Sequence[str]) -> str:
    return f" Not followed for the rest: {objections[0]}." if objections else ""


def _names(steps: Sequence[Step]) -> str:
    return ", ".join(code(step.action) for step in steps)


def _name(command: Command) -> Markdown:
    return Markdown(f"`/{command.verb}`")
