"""The ``approval`` part of a response: who may approve a change, how many of them, how soon."""

import re
from typing import Final

from bot.core.playbook import ApprovalRule, Circle
from bot.core.times import spell_span
from bot.detect.section import Section, shown
from bot.detect.timespan import read_timespan

KEYS: Final = ("approvers", "by", "expires")
MOST_APPROVERS: Final = 10
ROLES: Final = ("maintain", "admin")

_FORM: Final = re.compile(r"(owners)|team:([A-Za-z0-9][A-Za-z0-9._-]*)|role:(maintain|admin)")


def read_approval(response: Section) -> ApprovalRule:
    """Return who has to approve; what is not usable is noted and left at its default."""
    default = ApprovalRule()
    if "approval" not in response.data:
        return default
    section = Section(
        response.document, (*response.path, "approval"), response.problems, name="approval"
    )
    section.check_keys(KEYS)
    circle, name = _by(section)
    return ApprovalRule(
        approvers=_approvers(section),
        circle=circle,
        name=name,
        expires=read_timespan(section, "expires") or default.expires,
    )


def spell_rule(rule: ApprovalRule) -> str:
    """Return a rule in words: ``2 approvers, by team:security, within 24 hours``."""
    count = f"{rule.approvers} approver" + ("" if rule.approvers == 1 else "s")
    by = (
        rule.circle
        if rule.circle in {Circle.USUAL, Circle.OWNERS}
        else f"{rule.circle}:{rule.name}"
    )
    return f"{count}, by {by}, within {spell_span(rule.expires)}"


def _approvers(section: Section) -> int:
    value = section.data.get("approvers", 1)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_APPROVERS:
        return value
    section.note(
        f"'approvers' must be a whole number from 1 to {MOST_APPROVERS}, not {shown(value)}",
        "approvers",
    )
    return 1


def _by(section: Section) -> tuple[Circle, str]:
    text = section.text("by")
    if text is None:
        return Circle.USUAL, ""
    found = _FORM.fullmatch(text)
    if found is None:
        section.note(
            f"'by' must be owners, team:SLUG (the team's short name, as in its address), "
            f"{' or '.join(f'role:{role}' for role in ROLES)}, not {shown(text)}",
            "by",
        )
        return Circle.USUAL, ""
    if found[2]:
        return Circle.TEAM, found[2].lower()
    return (Circle.ROLE, found[3]) if found[3] else (Circle.OWNERS, "")
