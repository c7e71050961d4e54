"""Who may approve a step, how many have to, and what one more person's word makes of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core.playbook import ApprovalRule, Circle
from bot.respond.alert import Alert, StepChange
from bot.respond.inert import Markdown, code
from bot.respond.life import STEP_LIFE, StepEvent, advance
from bot.respond.standing import Standing, favoured_team, is_same, objection
from bot.respond.step import Approval, Step
from bot.respond.word import Word

USUAL: Final = ApprovalRule()
"""The rule for what no playbook says anything about."""

_OWNERS: Final = ApprovalRule(circle=Circle.OWNERS)


def rule_of(step: Step, alert: Alert | None) -> ApprovalRule:
    """Return who has to approve a step; ``alert`` is the one it answers, or puts an answer back.

    To put a step back, or to make it again after that, is one person's word.
    """
    rule = USUAL if alert is None else alert.playbook.response.approval
    return rule if step.kind == "apply" else replace(rule, approvers=1)


def approval_objection(
    login: str, standing: Standing, step: Step, alert: Alert | None
) -> str | None:
    """Return why a person may not approve a step, or ``None`` when they may."""
    if step.kind != "apply":
        return denial_objection(login, standing, step, alert)
    against = _subject_objection(login, step)
    return against or objection(login, standing, alert, rule_of(step, alert))


def denial_objection(login: str, standing: Standing, step: Step, alert: Alert | None) -> str | None:
    """Return why a person may not deny a step: whoever may approve may, and any owner."""
    return _subject_objection(login, step) or one_word_objection(login, standing, alert)


def undoing_objection(
    login: str, standing: Standing, step: Step, alert: Alert | None
) -> str | None:
    """Return why a person may not have a step put back, or made again: as for a denial."""
    return denial_objection(login, standing, step, alert)


def one_word_objection(login: str, standing: Standing, alert: Alert | None) -> str | None:
    """Return why one person's word is not enough against an alert's steps.

    It is that of whoever may approve them, and of any owner.
    """
    rule = USUAL if alert is None else alert.playbook.response.approval
    against = objection(login, standing, alert, rule)
    if against is None or objection(login, standing, alert, _OWNERS) is None:
        return None
    return against


def _subject_objection(login: str, step: Step) -> str | None:
    if is_same(login, _plain(step.params.get("user"))):
        return "the step is about them; somebody else has to decide"
    return None


def _plain(value: object) -> str | None:
    return value.strip().lstrip("@") if isinstance(value, str) else None


def digest(text: str) -> str:
    """Return what a comment said, short, to tell later whether it still says so."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def approve(step: Step, rule: ApprovalRule, word: Word) -> StepChange:
    """Return what a person's approval makes of a step that waits; each counts once."""
    others = tuple(each for each in step.approvals if not is_same(each.by, word.by))
    approvals = (*others, given(word))
    enough = len(approvals) >= rule.approvers
    event = StepEvent.APPROVE if enough else StepEvent.APPROVE_IN_PART
    return StepChange(
        step_id=step.id,
        expected=step.state,
        state=advance(STEP_LIFE, step.state, event),
        by=word.by,
        installation=word.installation,
        had=step.approvals,
        approvals=approvals,
        ask_until=step.ask_until,
    )


def given(word: Word) -> Approval:
    """Return a comment as what allows a step, to be looked at again when it is made."""
    return Approval(
        by=word.by,
        comment=word.comment,
        repository=word.repository,
        text=word.text,
        edited_at=word.edited_at,
        at=word.written_at,
    )


def deny(step: Step, word: Word, reason: str) -> StepChange:
    """Return what a person's denial makes of a step that waits."""
    return StepChange(
        step_id=step.id,
        expected=step.state,
        state=advance(STEP_LIFE, step.state, StepEvent.DENY),
        by=word.by,
        installation=word.installation,
        why=f"Denied by {word.by}" + (f": {reason}" if reason else ""),
    )


def call_off(step: Step, word: Word) -> StepChange:
    """Return what a person's looking after the case makes of a step that waits for its time."""
    return StepChange(
        step_id=step.id,
        expected=step.state,
        state=advance(STEP_LIFE, step.state, StepEvent.BE_CALLED_OFF),
        by=word.by,
        why=f"Called off: {word.by} looks after the case",
    )


def ask_again(step: Step, rule: ApprovalRule, word: Word, now: datetime) -> StepChange:
    """Return what a person makes of a step that nobody decided about in time."""
    return StepChange(
        step_id=step.id,
        expected=step.state,
        state=advance(STEP_LIFE, step.state, StepEvent.ASK_AGAIN),
        by=word.by,
        installation=word.installation,
        approvals=(),
        ask_until=now + rule.expires,
    )


def ran_out(step: Step, moment: datetime) -> bool:
    """Tell whether a question was open no more at a moment."""
    return step.ask_until is not None and moment >= step.ask_until


def progress(change: StepChange, rule: ApprovalRule) -> str:
    """Return how many have approved of how many, where it takes several."""
    count = len(change.approvals or ())
    return f"{min(count, rule.approvers)} of {rule.approvers}" if rule.approvers > 1 else ""


def whose_word(rule: ApprovalRule) -> Markdown:
    """Return who has to approve, in words: ``2 members of the team `security```."""
    many = rule.approvers > 1
    number = f"{rule.approvers} " if many else ""
    if rule.circle is Circle.TEAM:
        who = f"{number or 'a '}{'members' if many else 'member'} of the team {code(rule.name)}"
    elif rule.circle is Circle.OWNERS:
        who = f"{number or 'an '}{'owners' if many else 'owner'} of the organisation"
    elif rule.circle is Circle.ROLE:
        people = "people" if many else "somebody"
        roles = "`maintain` or `admin`" if rule.name == "maintain" else code(rule.name)
        who = f"{number}{people} with the role {roles} on the repository"
    else:
        people = "owners" if many else "an owner"
        who = f"{number}{people} of the organisation or administrator{'s' if many else ''} of the "
        who += "repository"
    return Markdown(who)


def teams(alerts: Sequence[Alert]) -> frozenset[str]:
    """Return the teams whose members may approve something about these alerts, or profit."""
    rules = (alert.playbook.response.approval for alert in alerts)
    approving = {rule.name.casefold() for rule in rules if rule.circle is Circle.TEAM}
    return frozenset(approving | {team for alert in alerts if (team := favoured_team(alert))})
