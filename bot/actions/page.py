"""The pages about actions and permissions, and the App's manifests, written from the code."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.actions.base import AnyAction
from bot.actions.catalogue import ACTIONS
from bot.actions.permissions import EVENTS, UNASKED, Tier, granted, reasons
from bot.actions.revert.action import REVERTERS
from bot.actions.revert.advice import ADVICE
from bot.actions.revert.content import NO_CHANGE, OF_FAMILY
from bot.actions.token.allowance import Allowance
from bot.respond.template import MARKDOWN_PARAMS, VARIABLES

_ACTIONS_HEAD: Final = """\
# Actions

<!-- Written by `python -m bot.actions > docs/actions.md`; change the actions, not this. -->

What a playbook can have done, in its `response`. Each step names an action, and gives its
parameters under `with`. A step that *changes* the organisation is guarded (never Tipstaff's own
acts, never a protected login, never the last owner, caps per hour, and
[more](operate.md#what-holds-a-change-back)), and waits for approval when the playbook's mode is
`ask`; a step that only *tells* is taken at once. In `observe`, the default, nothing is done and
everything is recorded.
"""

_TEMPLATES: Final = """\
## Templates

Texts in parameters are templates (Jinja2, sandboxed). They see: {variables}. `event.<field>` reads
any field of [the event](events.md), and `event['commits.id']` one behind a dotted path; a field
that the event does not have reads `unknown`. `events` are those that a correlation joined, each in
words (`2026-11-22 02:00:00 UTC: repo.add_member by bob of eve in acme/site`); of one event it is
empty. `match.reasons` are the tests that were true (`selection`, `field`, `value`), `steps.<name>`
tells of [an earlier step](playbooks.md#steps-that-depend-on-each-other) its `state`, `summary`,
`url`, `action` and `approved_by`. In
{markdown}, which are Markdown, every value put in is made inert: no mention, link or markup of an
attacker's comes alive. In the other parameters a value is put in as it is, and made inert where
it is shown.
"""

_PERMISSIONS_HEAD: Final = """\
# Permissions

<!-- Written by `python -m bot.actions permissions > docs/permissions.md`. -->

There are two manifests to register the App with. `app.yml` lets Tipstaff put things right;
`app-readonly.yml` lets it read and open issues, and nothing else: every step that would change the
organisation then fails with the name of the permission it lacks. Each asks for exactly what is
listed here, which a test holds. For each call Tipstaff takes a token narrowed to what that one
step needs.
"""


def actions_page() -> str:
    """Return docs/actions.md."""
    variables = ", ".join(f"`{name}`" for name in VARIABLES)
    markdown = " and ".join(f"`{name}`" for name in sorted(MARKDOWN_PARAMS))
    parts = [
        _ACTIONS_HEAD,
        _overview(),
        *(_section(action) for action in ACTIONS.values()),
        _reverts(),
        _allowance(),
        _TEMPLATES.format(variables=variables, markdown=markdown),
    ]
    return "\n".join(parts)


def _overview() -> str:
    rows = [
        (f"[`{name}`](#{name})", "changes" if action.changes else "tells", action.undo_note)
        for name, action in ACTIONS.items()
    ]
    return _table(("Action", "It", "Undo"), rows)


def _section(action: AnyAction) -> str:
    needs = ", ".join(f"`{name}: {level}`" for name, level in sorted(action.needs.items()))
    needs = needs or "none"
    lines = [
        f"## {action.name}\n",
        f"{action.summary}\n",
        f"- It {'changes the organisation' if action.changes else 'only tells people'}.",
        f"- Permissions, at most: {needs}.",
        f"- Undo: {action.undo_note}\n",
    ]
    rows = list(_parameters(action.Params.model_json_schema()))
    lines.append(_table(("Parameter", "Type", "Default", "Meaning"), rows) if rows else "")
    lines.append(f"```yaml\n{action.example}```\n")
    return "\n".join(line for line in lines if line)


def _parameters(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    required = schema.get("required", ())
    for name, details in schema.get("properties", {}).items():
        default = "(required)" if name in required else _default(details.get("default"))
        yield f"`{name}`", _type(details), default, details.get("description", "")


def _default(value: object) -> str:
    if value in (None, "", [], {}) or isinstance(value, dict):
        return "-"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(details: Mapping[str, Any]) -> str:
    if "enum" in details:
        return " or ".join(f"`{value}`" for value in details["enum"])
    if "anyOf" in details:
        return _type(next(each for each in details["anyOf"] if each.get("type") != "null"))
    names = {"string": "text", "array": "list", "boolean": "true or false", "integer": "number"}
    return names.get(details.get("type", ""), "mapping")


def _reverts() -> str:
    rows = [
        (", ".join(f"`{event}`" for event in each.actions), each.puts_back) for each in REVERTERS
    ]
    table = _table(("Event", "What becomes of it"), rows)
    advice = _table(
        ("Event", "What a person can do"), [(f"`{event}`", text) for event, text in ADVICE.items()]
    )
    families = _table(
        ("Events", "What a person can do"),
        [(f"`{name}`, `{name}.*`", text) for name, text in OF_FAMILY.items()],
    )
    nothing = ", ".join(f"`{event}`" for event in sorted(NO_CHANGE))
    return (
        f"## What `revert` puts back\n\n{table}\n"
        f"Of everything else it says in the case that it can't, and where it knows, what a person "
        f"can do:\n\n{advice}\n"
        "And of what people write and run ([why](decisions/8-what-is-not-put-back.md) Tipstaff "
        f"leaves that to them):\n\n{families}\n"
        "These, and all that begin so, tell of nothing that was changed, so there is nothing to "
        f"put back: {nothing}."
    )


def _allowance() -> str:
    rows = list(_parameters(Allowance.model_json_schema()))
    table = _table(("Limit", "Type", "Default", "Meaning"), rows)
    return f"## The allowance of `flag-token`\n\n{table}"


def permissions_page() -> str:
    """Return docs/permissions.md."""
    full, less = granted(Tier.FULL), granted(Tier.READ_ONLY)
    rows = [
        (f"`{name}`", level, less.get(name, "-"), "; ".join(_why(name)))
        for name, level in full.items()
    ]
    events = [(f"`{event}`", f"`{EVENTS[event]}: read`") for event in sorted(EVENTS)]
    unasked = [(f"`{event}`", why) for event, why in sorted(UNASKED.items())]
    return "\n".join(
        [
            _PERMISSIONS_HEAD,
            "## Each permission, and why\n",
            _table(("Permission", "app.yml", "app-readonly.yml", "What for"), rows),
            "## Each event, and what GitHub wants for it\n",
            _table(("Event", "Permission"), events),
            "Understood without a subscription:\n",
            _table(("Event", "Why"), unasked),
        ]
    )


def _why(permission: str) -> Iterator[str]:
    for reason in reasons(Tier.FULL):
        if reason.permission == permission:
            yield f"{reason.why} ({reason.level})"


_MANIFEST: Final = """\
# {what}
# GitHub's App manifest, as Probot reads it. Written by
# `python -m bot.actions {name} > {name}`; docs/permissions.md explains each permission.
name: {title}
description: {description}
url: https://github.com/apps/tipstaff
public: false
hook_attributes:
  # Where this Tipstaff can be reached; put in your own address.
  url: https://tipstaff.example.com/webhooks
  active: true
default_permissions:
{permissions}
default_events:
{events}
"""

_TIERS: Final = {
    Tier.FULL: (
        "The whole App: it reads, opens issues and puts things right.",
        "tipstaff",
        "Guards an organisation. It judges every event, puts things right and tells the people.",
    ),
    Tier.READ_ONLY: (
        "The App that reads and opens issues, and changes nothing.",
        "tipstaff-readonly",
        "Watches an organisation. It judges every event by playbooks and tells the people.",
    ),
}


def manifest(tier: Tier) -> str:
    """Return a manifest's YAML, with a reason beside every permission."""
    what, title, description = _TIERS[tier]
    permissions = [
        f"  {name}: {level}  # {_first_why(tier, name, level)}"
        for name, level in granted(tier).items()
    ]
    return _MANIFEST.format(
        what=what,
        name=tier,
        title=title,
        description=description,
        permissions="\n".join(permissions),
        events="\n".join(f"  - {event}" for event in sorted(EVENTS)),
    )


def _first_why(tier: Tier, permission: str, level: str) -> str:
    whys = [
        reason.why.replace("`", "")
        for reason in reasons(tier)
        if reason.permission == permission and reason.level == level
    ]
    more = f", and {len(whys) - 3} more" if len(whys) > 3 else ""
    return "; ".join(whys[:3]) + more


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
