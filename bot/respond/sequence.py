"""How the steps of a response hang together: what each is called, and which it has to wait for.

A step waits for those that its ``if`` and its texts ask about, for one before it that stops the
rest when it fails, and for the one whose failure it is for. Only earlier steps can be asked about,
so nothing ever waits in a circle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from jinja2 import TemplateError, nodes

from bot.core.playbook import StepSpec
from bot.core.problem import Place, Problem
from bot.respond.step import Step, StepState
from bot.respond.template import as_template, condition_fault, is_template, parse

FACTS: Final = ("action", "state", "summary", "url", "approved_by")
"""What ``steps.<name>`` tells: the action, the state it ended in, one sentence of what came of it,
the address to read on, and who approved it."""

FAILURES: Final = frozenset({StepState.FAILED, StepState.BLOCKED})
"""A step has failed when GitHub or a guard refused it. What a person denied has not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One ``steps.<name>`` in a text, what is asked of it, and the states it is compared with.

    ``name`` is ``None`` when the text does not say which step, ``fact`` when it asks for none.
    """

    name: str | None
    fact: str | None = None
    states: tuple[str, ...] = ()


def names(steps: Sequence[StepSpec]) -> dict[str, int]:
    """Return what each step is called by, with its position.

    That is its own name, or else its action (``open_issue``) where no other step could be meant.
    """
    own = {spec.name: position for position, spec in enumerate(steps) if spec.name}
    plain = [_plain_name(spec) for spec in steps]
    return {
        name: position
        for position, (spec, name) in enumerate(zip(steps, plain, strict=True))
        if not spec.name and plain.count(name) == 1 and name not in own
    } | own


def _plain_name(spec: StepSpec) -> str:
    return spec.action.replace("-", "_")


def needs(steps: Sequence[StepSpec], position: int) -> tuple[int, ...]:
    """Return the positions of the steps that must have ended before this one is due."""
    spec, known = steps[position], names(steps)
    asked = {known[each.name] for each in asks_of(spec) if each.name in known}
    stopping = {at for at, each in enumerate(steps[:position]) if each.stops}
    rescued = set() if spec.rescues is None else {spec.rescues}
    return tuple(sorted(at for at in asked | stopping | rescued if at < position))


def asks_of(spec: StepSpec) -> tuple[Asked, ...]:
    """Return everything that a step's ``if`` and texts ask about other steps."""
    found = list(_asked(as_template(spec.condition))) if spec.condition else []
    for text in _texts(spec.params):
        found += _asked(text)
    return tuple(found)


def told(steps: Sequence[StepSpec], made: Mapping[int, Step]) -> dict[str, dict[str, Any]]:
    """Return what templates read of the steps made so far, by name."""
    return {name: _facts(made[at]) for name, at in names(steps).items() if at in made}


def _facts(step: Step) -> dict[str, Any]:
    receipt = step.receipt
    return {
        "action": step.action,
        "state": str(step.state),
        "summary": receipt.summary if receipt is not None else step.error or None,
        "url": receipt.url if receipt is not None else None,
        "approved_by": step.approved_by,
    }


def problems(steps: Sequence[StepSpec]) -> Iterator[Problem]:
    """Yield what is wrong with how steps refer to each other, each at its place."""
    known = names(steps)
    for position, spec in enumerate(steps):
        where = spec.condition_place or spec.place
        if spec.condition and (wrong := condition_fault(spec.condition)) is not None:
            yield Problem(place=where, message=wrong)
            continue
        if spec.condition:
            yield from _problems(where, _asked(as_template(spec.condition)), position, known, steps)
        for text in _texts(spec.params):
            yield from _problems(spec.place, _asked(text), position, known, steps)


def _problems(
    place: Place,
    found: Sequence[Asked],
    position: int,
    known: Mapping[str, int],
    steps: Sequence[StepSpec],
) -> Iterator[Problem]:
    for asked in found:
        for wrong in (_unusable(asked, position, known, steps), _misread(asked)):
            if wrong is not None:
                yield Problem(place=place, message=wrong)


def _unusable(
    asked: Asked, position: int, known: Mapping[str, int], steps: Sequence[StepSpec]
) -> str | None:
    """Return why the step that is asked about cannot be."""
    name = asked.name
    if name is None:
        return "say which step is meant: steps.NAME, and what of it: steps.NAME.state"
    at = known.get(name)
    if at is None:
        if any(_plain_name(spec) == name for spec in steps):
            return f"'steps.{name}' may mean more than one step: give one a 'name', and say that"
        return f"there is no step '{name}'{_meant(name, known)}"
    return _too_early(name, at, position, known, steps)


def _too_early(
    name: str, at: int, position: int, known: Mapping[str, int], steps: Sequence[StepSpec]
) -> str | None:
    """Return why nothing is known yet of the step at ``at`` when this one's turn comes."""
    if at < position:
        return None
    if at == position:
        return f"the step '{name}' asks about itself: only what came before it is known"
    back = position in {known.get(each.name or "") for each in asks_of(steps[at])}
    if back:
        own = next((each for each, where in known.items() if where == position), "this one")
        return f"the steps '{own}' and '{name}' wait for each other: let only the later one ask"
    return f"the step '{name}' comes later: move it before this one"


def _misread(asked: Asked) -> str | None:
    """Return what cannot be read of a step, or is no state of one."""
    if asked.fact is not None and asked.fact not in FACTS:
        return f"a step has no '{asked.fact}'{_meant(asked.fact, FACTS)}"
    states = [str(state) for state in StepState]
    for word in asked.states:
        if word not in states:
            return f"a step is never '{word}'{_meant(word, states)}"
    return None


def _meant(word: str, known: Sequence[str] | Mapping[str, int]) -> str:
    near = get_close_matches(word, list(known), n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; it takes one of: {', '.join(known)}" if known else ""


@lru_cache(maxsize=2048)
def _asked(text: str) -> tuple[Asked, ...]:
    """Return what a template asks about steps; nothing when it does not parse."""
    if "steps" not in text or not is_template(text):
        return ()
    try:
        tree = parse(text)
    except TemplateError:
        return ()
    return tuple(_walk(tree))


def _walk(tree: nodes.Template) -> Iterator[Asked]:
    compared = {id(node): words for node, words in _comparisons(tree)}
    facts: dict[int, nodes.Node] = {}
    for attribute in tree.find_all(nodes.Getattr):
        facts[id(attribute.node)] = attribute
    for item in tree.find_all(nodes.Getitem):
        facts[id(item.node)] = item
    for name in tree.find_all(nodes.Name):
        if name.name != "steps":
            continue
        step = facts.get(id(name))
        if step is None or _key(step) is None:
            yield Asked(name=None)
            continue
        fact = facts.get(id(step))
        yield Asked(
            name=_key(step),
            fact=_key(fact) if fact is not None else None,
            states=compared.get(id(fact), ()) if fact is not None else (),
        )


def _key(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Getattr):
        return str(node.attr)
    inner = node.arg if isinstance(node, nodes.Getitem) else None
    return inner.value if isinstance(inner, nodes.Const) and isinstance(inner.value, str) else None


def _comparisons(tree: nodes.Template) -> Iterator[tuple[nodes.Node, tuple[str, ...]]]:
    """Yield the ``.state`` of steps that are compared with plain words, and those words."""
    for node in tree.find_all(nodes.Compare):
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        words = tuple(word for side in sides for word in _constants(side))
        for side in sides:
            if isinstance(side, nodes.Getattr | nodes.Getitem) and _key(side) == "state":
                yield side, words


def _constants(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.List | nodes.Tuple):
        for item in node.items:
            yield from _constants(item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
