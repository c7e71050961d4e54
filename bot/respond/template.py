"""Templates in a playbook's parameters: sandboxed Jinja2 that sees the event and nothing else.

A field that the event does not have reads ``unknown``, is false and empty, and never fails: a
response must not fall through because a delivery carried less than usual. A misspelt variable is
found by `fault` when the playbook is checked.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes
from jinja2.environment import TemplateExpression
from jinja2.runtime import ChainableUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.event import MISSING, Event
from bot.core.playbook import Playbook, Reason
from bot.respond.inert import Markdown, codes
from bot.respond.masking import mask

VARIABLES: Final = (
    "event",
    "playbook",
    "person",
    "actor",
    "user",
    "org",
    "repo",
    "action",
    "events",
    "output",
    "match",
    "steps",
)
"""The names a template may use; ``event.<field>`` reads any field of the event, ``events`` those
that a correlation joined, in words, ``output`` what a rule of another language says, ``match``
why it is one (its reasons, and both of these), ``steps.<name>`` what came of an earlier step."""

MARKDOWN_PARAMS: Final = frozenset({"summary", "body"})
"""Parameters that are Markdown, whichever the action: values put into them are made inert. In
every other parameter a value is put in as it is."""

_LONGEST: Final = 6_000
_NOTHING: Final[Mapping[str, Mapping[str, Any]]] = {}


class Unknown(ChainableUndefined):
    """What a template sees of a field the event does not have."""

    def __str__(self) -> str:
        return "unknown"


class Node:
    """A template's read-only view of fields, by ``node.name`` or ``node['name']``."""

    __slots__ = ("_lookup",)

    def __init__(self, lookup: Callable[[str], Any]) -> None:
        self._lookup = lookup

    def __getitem__(self, name: str) -> Any:
        found = self._lookup(name)
        if found is MISSING or found is None:
            return Unknown(name=name)
        return _seen(found)


def _seen(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value[:_LONGEST])
    if isinstance(value, Mapping):
        return Node(lambda key: value.get(key, MISSING))
    if isinstance(value, list | tuple):
        return [_seen(item) for item in value]
    return value


def _as_markdown(value: Any) -> Any:
    if isinstance(value, Unknown | bool | int | Markdown):
        return value
    return codes(list(value) if isinstance(value, list | tuple) else str(value))


def _as_text(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _environment(finalize: Callable[[Any], Any]) -> ImmutableSandboxedEnvironment:
    # Autoescape is for HTML; `finalize` escapes for Markdown.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=finalize,
        autoescape=False,
    )
    environment.globals.clear()
    return environment


_MARKDOWN: Final = _environment(_as_markdown)
_TEXT: Final = _environment(_as_text)


def is_template(text: str) -> bool:
    """Tell whether a text has anything for the template engine to do."""
    return "{{" in text or "{%" in text or "{#" in text


def context(
    event: Event,
    playbook: Playbook,
    person: str | None,
    *,
    events: Sequence[str] = (),
    output: str = "",
    reasons: Sequence[Reason] = (),
    steps: Mapping[str, Mapping[str, Any]] = _NOTHING,
) -> Mapping[str, Any]:
    """Return what the templates of a playbook's response may read of an event.

    ``steps`` is what came of earlier steps, by name (`bot.respond.sequence.FACTS`).
    """
    node = Node(event.lookup)
    facts = {"id": playbook.id, "title": playbook.title, "level": str(playbook.level)}
    return {
        "event": node,
        "playbook": Node(lambda key: facts.get(key, MISSING)),
        "person": person if person is not None else Unknown(name="person"),
        "events": _seen(tuple(events)),
        "output": _seen(output) if output else Unknown(name="output"),
        "match": _match(reasons, events, output),
        "steps": _seen(steps),
        **{name: node[name] for name in ("actor", "user", "org", "repo", "action")},
    }


def _match(reasons: Sequence[Reason], events: Sequence[str], output: str) -> Node:
    told: Mapping[str, Any] = {
        "reasons": [
            {"selection": each.selection, "field": each.field, "value": each.value}
            for each in reasons
        ],
        "events": tuple(events),
        "output": output or None,
        "presumed": any(reason.presumed for reason in reasons),
    }
    return Node(lambda key: told.get(key, MISSING))


class TemplateFailed(ValueError):
    """A template could not be rendered for this event; the text says why in one line."""


def render(params: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with every template in them rendered.

    Raises `TemplateFailed`, naming the parameter. In a Markdown parameter a failure becomes part
    of the text instead: the people concerned must still be told.
    """
    rendered: dict[str, Any] = {}
    for name, value in params.items():
        markdown = name in MARKDOWN_PARAMS
        try:
            rendered[name] = _render(value, values, _MARKDOWN if markdown else _TEXT)
        except TemplateFailed as failure:
            if not markdown:
                raise TemplateFailed(f"parameter '{name}': {failure}") from failure
            rendered[name] = f"*(this text of the playbook could not be rendered: {failure})*"
    return rendered


def _render(value: Any, values: Mapping[str, Any], env: ImmutableSandboxedEnvironment) -> Any:
    if isinstance(value, Mapping):
        return {key: _render(item, values, env) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_render(item, values, env) for item in value]
    if not isinstance(value, str) or not is_template(value):
        return value
    try:
        text = _compiled(env, value).render(values)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateFailed(f"{type(error).__name__}: {_first_line(error)}") from error
    if len(text) > _LONGEST:
        # Cutting Markdown could open a code span, and set free what is in it.
        raise TemplateFailed(f"it comes to more than {_LONGEST:,} characters")
    return text


def holds(condition: str, values: Mapping[str, Any]) -> bool:
    """Tell whether an expression is true; a field that the event does not have is not.

    Raises `TemplateFailed` when it cannot be told.
    """
    try:
        return bool(_expression(condition)(**values))
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateFailed(f"{type(error).__name__}: {_first_line(error)}") from error


@lru_cache(maxsize=1024)
def _expression(condition: str) -> TemplateExpression:
    return _TEXT.compile_expression(condition, undefined_to_none=False)


@lru_cache(maxsize=1024)
def _compiled(env: ImmutableSandboxedEnvironment, text: str) -> Template:
    """Compile a template once: it costs a hundred times as much as rendering it."""
    return env.from_string(text)


@lru_cache(maxsize=4096)
def fault(text: str) -> str | None:
    """Return what is wrong with a template, in one line with what to write, or ``None``."""
    if not is_template(text):
        return None
    try:
        tree = parse(text)
        variables = meta.find_undeclared_variables(tree)  # also finds unknown filters and tests
    except TemplateError as error:
        return f"the template does not parse: {_first_line(error)}"
    if any(True for _ in meta.find_referenced_templates(tree)):
        return "a template cannot include, import or extend another"
    for name in sorted(variables):
        if name not in VARIABLES:
            return (
                f"unknown variable '{name}' in a template; write event.{name} for a field of the "
                f"event, or use one of: {', '.join(VARIABLES)}"
            )
    return None


def parse(text: str) -> nodes.Template:
    """Return a template as a tree; raise jinja2's ``TemplateError``."""
    return _TEXT.parse(text)


def condition_fault(condition: str) -> str | None:
    """Return what is wrong with an ``if``, in one line with what to write, or ``None``."""
    if is_template(condition) or "}}" in condition or "%}" in condition:
        return "'if' is an expression itself: write it without {{ }} and {% %}"
    wrong = fault(as_template(condition))
    return None if wrong is None else wrong.replace("the template does not", "'if' does not")


def as_template(condition: str) -> str:
    """Return an expression as the template that comes to its value."""
    return f"{{{{ ({condition}\n) }}}}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]
