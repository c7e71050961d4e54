"""What one comment decides about the steps of its case that wait for people."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.respond import consent, pausing, wording
from bot.respond.alert import Alert, CaseFile, StepChange
from bot.respond.command import Command
from bot.respond.exemption import Exemption
from bot.respond.inert import Markdown
from bot.respond.life import settled
from bot.respond.pause import Pause
from bot.respond.standing import Standing, may_tend
from bot.respond.step import Step, StepState
from bot.respond.turn import delayed
from bot.respond.undoing import Pick, numbers, pick, stands_since
from bot.respond.word import Word, is_news

Objection = Callable[[str, Standing, Step, Alert | None], str | None]
"""Why somebody may not decide about a step, or ``None`` when they may."""


class Deciding:
    """One comment being heard: what its approvals and denials have led to so far."""

    def __init__(
        self,
        file: CaseFile,
        word: Word,
        standing: Standing,
        now: datetime,
        *,
        longest: timedelta,
        pauses: Sequence[Pause],
    ) -> None:
        self._longest = longest
        self._pauses = pauses
        self._begins: Pause | None = None
        self._goes_on = False
        self._exempts: tuple[Exemption, ...] = ()
        self._ends: tuple[str, ...] = ()
        self._file = file
        self._word = word
        self._standing = standing
        self._now = now
        self._state = file.case.state
        self._changes: dict[str, StepChange] = {}
        self._steps: list[Step] = []
        self._said: list[Markdown] = []
        self._alerts = {alert.id: alert for alert in file.alerts}
        self._news = {alert.id for alert in file.alerts if is_news(alert, file, word)}

    def _approve(self, command: Command) -> Markdown:
        picked = pick(command.argument, self._file)
        if picked.unknown:
            return self._no_such_number(command, picked.unknown)
        waiting = self._meant(picked)
        if not waiting:
            late = any(step.state is StepState.EXPIRED for step in self._file.steps)
            return wording.nothing(command, wording.TOO_LATE if late else wording.NOTHING_WAITS)
        allowed, objections = self._sort(waiting, consent.approval_objection)
        enough: list[Step] = []
        partly: list[str] = []
        for step in allowed:
            rule = consent.rule_of(step, self._alert_of(step))
            change = self._changes[step.id] = consent.approve(step, rule, self._word)
            if change.state is step.state:
                told = consent.progress(change, rule)
                partly.append(wording.partly(step, told, consent.whose_word(rule)))
            else:
                enough.append(step)
        return wording.approved(command, enough, partly, objections)

    def _deny(self, command: Command) -> Markdown:
        picked = pick(command.argument, self._file)
        if picked.unknown:
            return self._no_such_number(command, picked.unknown)
        waiting = self._meant(picked)
        if not waiting:
            begun = any(step.approved_by and not settled(step.state) for step in self._file.steps)
            return wording.nothing(command, wording.BEGUN if begun else wording.NOTHING_WAITS)
        allowed, objections = self._sort(waiting, consent.denial_objection)
        for step in allowed:
            self._changes[step.id] = consent.deny(step, self._word, picked.rest)
        return wording.denied(command, allowed, objections)

    def _ask(self, command: Command) -> Markdown:
        if not may_tend(self._word.by, self._standing, self._file):
            return wording.refused(command, wording.MAY_TEND)
        if self._file.case.has_ended:
            return wording.already(command, self._state)
        late = [step for step in self._file.steps if step.state is StepState.EXPIRED]
        late = [step for step in late if step.id not in self._changes]
        if not late:
            return wording.nothing(command, "there is nothing that nobody decided about in time")
        untils = []
        for step in late:
            rule = consent.rule_of(step, self._alert_of(step))
            change = consent.ask_again(step, rule, self._word, self._now)
            self._changes[step.id] = change
            untils.append(self._now + rule.expires)
        return wording.asked_again(late, min(untils))

    def _meant(self, picked: Pick) -> list[Step]:
        """Return what a word decides about: what it names, else what waits, else what is due."""
        waiting, delayed = self._waiting(), self._delayed()
        if picked.ids is None:
            return waiting or delayed
        named = [*waiting, *delayed]
        return [step for step in named if (step.undo_of or step.id) in picked.ids]

    def _waiting(self) -> list[Step]:
        return [
            step
            for step in self._file.steps
            if step.state is StepState.AWAITING and step.id not in self._changes
        ]

    def _delayed(self) -> list[Step]:
        """Return the changes that wait for their time: what people may deny meanwhile."""
        return [
            step
            for step in delayed(self._file)
            if step.subject is not None and step.id not in self._changes
        ]

    def _no_such_number(self, command: Command, unknown: Sequence[int]) -> Markdown:
        actions = {step.id: step.action for step in self._file.steps}
        known = {number: actions[each] for each, number in numbers(self._file).items()}
        return wording.no_such_number(command, unknown, known)

    def _sort(self, steps: Sequence[Step], against_of: Objection) -> tuple[list[Step], list[str]]:
        """Return the steps the commenter may decide about, and the objections to the others."""
        allowed: list[Step] = []
        objections: list[str] = []
        for step in steps:
            against = self._objection(step, against_of)
            if against is None:
                allowed.append(step)
            elif against not in objections:
                objections.append(against)
        return allowed, objections

    def _objection(self, step: Step, against_of: Objection) -> str | None:
        """Return why the commenter may not decide about a step, or cannot have meant it."""
        against = against_of(self._word.by, self._standing, step, self._alert_of(step))
        if against is None and against_of is not consent.denial_objection:
            against = pausing.against(self._pauses, self._file.case.org, self._standing)
        if against is None and step.state is StepState.AWAITING:
            against = wording.TOO_LATE if consent.ran_out(step, self._word.written_at) else None
        if against is None and self._is_news(step):
            return wording.NEWS
        return against

    def _is_news(self, step: Step) -> bool:
        """Tell whether a step came to wait, or to stand as it does, after the word was written."""
        if step.alert_id in self._news:
            return True
        since = stands_since(step, self._file)
        if step.state is StepState.AWAITING and step.ask_until is not None:
            since = step.ask_until - consent.rule_of(step, self._alert_of(step)).expires
        return since is not None and self._word.is_before(since)

    def _alert_of(self, step: Step) -> Alert | None:
        if step.alert_id is None and step.undo_of is not None:
            undone = (each for each in self._file.steps if each.id == step.undo_of)
            return next((self._alerts.get(each.alert_id or "") for each in undone), None)
        return self._alerts.get(step.alert_id) if step.alert_id is not None else None
