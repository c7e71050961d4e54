"""Falco's rules files to playbooks: the door through which they come in."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from bot.core.playbook import Level, Playbook, Response, StepSpec
from bot.core.problem import Place, Problem
from bot.detect.document import read
from bot.detect.expression import Unreadable
from bot.detect.falco.check import Compiled, remarks_on
from bot.detect.falco.collection import Collection, RuleState
from bot.detect.falco.compiler import Compiler, Unusable
from bot.detect.falco.exception import spell_exception
from bot.detect.falco.items import read_items
from bot.detect.falco.output import Output, read_output
from bot.detect.falco.rule_item import PRIORITIES
from bot.detect.falco.script import Script
from bot.detect.rule import LogSource, Parsed, Rule

SOURCE: Final = "github"
_FIRST: Final = re.compile(
    r"\A\ufeff?(?:[ \t]*(?:#[^\n]*)?\n|---[^\n]*\n|%[^\n]*\n)*[ \t]*(?:-(?=\s)|\[)"
)
_TECHNIQUE: Final = re.compile(r"T\d{4}(\.\d{3})?", re.IGNORECASE)


def is_falco(text: str) -> bool:
    """Say whether a YAML text is a list, as Falco's rules files are and playbooks never."""
    return _FIRST.match(text) is not None


def parse_falco(text: str, path: str) -> Parsed:
    """Return the usable rules of one rules file and every problem found; never raises."""
    return parse_falco_files(((text, path),))


def parse_falco_files(files: Sequence[tuple[str, str]]) -> Parsed:
    """Return the usable rules of several rules files, each a text with its path.

    They are one ordered set: a later file may use, change and replace what earlier ones define.
    """
    collection = Collection()
    problems: list[Problem] = []
    for text, path in files:
        documents, found = read(text, path)
        problems.extend(found)
        for document in documents:
            if document.data is None:
                continue
            if not isinstance(document.data, list):
                message = "a rules file is a list: begin each item with '- rule:' or the like"
                problems.append(Problem(place=document.place(), message=message))
                continue
            for item in read_items(document, text, problems):
                collection.add(item)
    problems.extend(collection.problems)
    rules = tuple(_rules(collection, problems))
    return Parsed(rules=rules, problems=tuple(sorted(set(problems))))


def _rules(collection: Collection, problems: list[Problem]) -> Iterator[Rule]:
    compiler = Compiler(lists=collection.lists, macros=collection.macros)
    for name in collection.macros:
        try:
            compiler.check_macro(name)
        except Unusable as error:
            problems.append(_problem(error, Place(path="")))
    for state in collection.rules.values():
        if state.source is not None and state.source != SOURCE:
            message = f"the rule is about '{state.source}', not about GitHub: it is skipped"
            problems.append(Problem(place=state.place, message=message, severity="warning"))
        elif state.enabled:
            rule = _rule(state, compiler, problems)
            if rule is not None:
                yield rule


def _rule(state: RuleState, compiler: Compiler, problems: list[Problem]) -> Rule | None:
    try:
        compiled = compiler.compile(_condition(state))
        output = _output(state)
    except Unusable as error:
        problems.append(_refusal(error, state))
        return None
    problems.extend(_remarks(state, compiled, output))
    return Rule(
        playbook=_playbook(state),
        condition=compiled.condition,
        logsource=LogSource(product="github", service="webhook"),
        wording=output,
    )


def _condition(state: RuleState) -> Script:
    if not state.exceptions:
        return state.condition
    script = Script.ours("(") + state.condition + ")"
    for exception in state.exceptions:
        spelt = spell_exception(exception)
        if spelt:
            script = script + Script.about(exception.place, f" and not {spelt}")
    return script


def _output(state: RuleState) -> Output:
    try:
        return read_output(state.output)
    except Unreadable as error:
        unknown = "there is no field" in str(error)
        raise Unusable(f"output: {error}", state.output_place, unknown=unknown) from error


def _refusal(error: Unusable, state: RuleState) -> Problem:
    """Say what keeps a rule from being used; where its author allows for it, as a warning."""
    if error.unknown and state.source is None:
        message = f"the rule names no source, which Falco takes for 'syscall': skipped ({error})"
        return Problem(place=state.place, message=message, severity="warning")
    problem = _problem(error, state.place)
    if error.unknown and state.skips_unknown:
        message = f"{error}: the rule is skipped, as it says"
        return Problem(place=problem.place, message=message, severity="warning")
    return problem


def _problem(error: Unusable, otherwise: Place) -> Problem:
    return Problem(place=error.place or otherwise, message=str(error))


def _remarks(state: RuleState, compiled: Compiled, output: Output) -> Iterator[Problem]:
    if state.source is None:
        message = "no 'source': GitHub is assumed; Falco itself needs 'source: github'"
        yield Problem(place=state.place, message=message, severity="warning")
    for remark, place in compiled.remarks:
        yield Problem(place=place or state.place, message=remark, severity="warning")
    for operand in output.operands:
        for remark in remarks_on(operand):
            yield Problem(place=state.output_place, message=remark, severity="warning")


def _playbook(state: RuleState) -> Playbook:
    """Return the rule as a playbook that only observes: it records the issue it would open."""
    step = StepSpec(action="open-issue", params={"summary": "{{ output }}"}, place=state.place)
    return Playbook(
        id=str(uuid5(NAMESPACE_URL, f"tipstaff:falco:{state.name}")),
        title=state.name,
        level=Level(PRIORITIES[state.priority.lower()]),
        place=state.place,
        description=state.desc.strip(),
        tags=tuple(_tag(tag) for tag in state.tags),
        response=Response(steps=(step,)),
    )


def _tag(tag: str) -> str:
    """Return a tag, those of ATT&CK as Sigma spells them."""
    if _TECHNIQUE.fullmatch(tag):
        return f"attack.{tag.lower()}"
    if tag.startswith("mitre_"):
        return f"attack.{tag.removeprefix('mitre_').replace('_', '-')}"
    return tag
