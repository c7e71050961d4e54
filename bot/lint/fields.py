"""Fields that the events a playbook is about never have."""

from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, TemplateError, nodes

from bot.core.problem import Place, Problem
from bot.detect.condition import Asked, Reference, Test, tests
from bot.detect.rule import Rule
from bot.detect.suggest import closest
from bot.lint.reach import actions_asked
from bot.lint.vocabulary import fields_of
from bot.respond.template import is_template

_READS: Final = ("actor", "user", "org", "repo", "action")  # what a template may name by itself
_ENVIRONMENT: Final = Environment(autoescape=True)  # parses only; nothing is rendered


def check_fields(rule: Rule) -> Iterator[Problem]:
    """Tell of fields that the playbook's actions never have, wherever it names one."""
    actions = actions_asked(rule.condition)
    if actions is None:
        return
    known: set[str] = set()
    for action in actions:
        fields = fields_of(action)
        if fields is None:
            return
        known |= fields
    for field, place, where in _named(rule):
        if field.partition(".")[0] not in known and field not in known:
            near = closest(field, known)
            hint = f"; did you mean '{near}'?" if near else ""
            yield Problem(
                place=place,
                message=f"{where} '{field}', which {_listed(actions)} never has{hint}",
                severity="warning",
                rule="unknown-field",
            )


def _listed(actions: Set[str]) -> str:
    names = sorted(actions)
    return " or ".join(names) if len(names) < 4 else f"none of these {len(names)} actions"


def _named(rule: Rule) -> Iterator[tuple[str, Place, str]]:
    """Yield every field the playbook names, where, and in which words to say so."""
    for test in tests(rule.condition):
        for field in _asked(test):
            yield field, test.place, f"selection '{test.selection}' asks for"
    playbook = rule.playbook
    for field in playbook.fields:
        yield field, playbook.place, "'fields' shows"
    if playbook.response.steps:
        first = playbook.response.steps[0].place
        yield playbook.response.about, first, "'about' tells"
    for step in playbook.response.steps:
        for field in _in_templates(step.params):
            yield field, step.place, f"a template of '{step.action}' reads"


def _asked(test: Test) -> Iterator[str]:
    if any(isinstance(operand, Asked) for operand in test.operands):
        return
    if test.field is not None:
        yield test.field
    for operand in test.operands:
        if isinstance(operand, Reference):
            yield operand.field


def _in_templates(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _in_templates(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _in_templates(item)
    elif isinstance(value, str) and is_template(value):
        yield from dict.fromkeys(_read(value))


@lru_cache(maxsize=4096)
def _read(template: str) -> tuple[str, ...]:
    try:
        tree = _ENVIRONMENT.parse(template)
    except TemplateError:  # told by `bot.actions.catalogue.check_response`
        return ()
    names = [name.name for name in tree.find_all(nodes.Name) if name.name in _READS]
    paths = {
        path for node in tree.find_all((nodes.Getattr, nodes.Getitem)) if (path := _path(node))
    }
    whole = (path for path in paths if not any(p.startswith(f"{path}.") for p in paths))
    return (*names, *sorted(whole))


def _path(node: nodes.Node) -> str:
    """Return what ``event.a.b`` or ``event['a'].b`` reads: ``a.b``; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        if isinstance(node, nodes.Getattr):
            parts.append(node.attr)
        elif isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            parts.append(node.arg.value)
        else:
            parts.clear()
        node = node.node
    return (
        ".".join(reversed(parts)) if isinstance(node, nodes.Name) and node.name == "event" else ""
    )
