"""What one comment says of the case itself: that somebody looks after it, or that it is over."""

from bot.respond import consent, wording
from bot.respond.command import Command
from bot.respond.deciding import Deciding
from bot.respond.inert import Markdown
from bot.respond.life import CASE_LIFE, CaseEvent, advance, can
from bot.respond.standing import is_for_others, is_party, may_tend
from bot.respond.step import Step
from bot.respond.turn import delayed, is_called_off_by_ack


class Tending(Deciding):
    """One comment being heard: what it makes of the case, besides what it decides."""

    def _acknowledge(self, command: Command) -> Markdown:
        against = self._untended()
        if against is not None:
            return wording.refused(command, against)
        off = self._call_off()
        if can(CASE_LIFE, self._state, CaseEvent.ACKNOWLEDGE):
            self._state = advance(CASE_LIFE, self._state, CaseEvent.ACKNOWLEDGE)
        elif not off:
            return wording.already(command, self._state)
        return wording.acknowledged(off)

    def _call_off(self) -> list[Step]:
        """Call off the delayed steps that are needless once somebody looks after the case.

        Nobody calls off a change that answers their own act, or one in their favour.
        """
        off: list[Step] = []
        for step in delayed(self._file):
            alert = self._alert_of(step)
            if alert is None or step.id in self._changes or alert.id in self._news:
                continue
            own = step.subject is not None and is_party(self._word.by, alert, self._standing.number)
            if not own and is_called_off_by_ack(step, alert):
                self._changes[step.id] = consent.call_off(step, self._word)
                off.append(step)
        return off

    def _close(self, command: Command) -> Markdown:
        if not can(CASE_LIFE, self._state, CaseEvent.CLOSE):
            return wording.already(command, self._state)
        waiting = [*self._waiting(), *self._delayed()]
        # To close is to deny what waits; who may not deny may not close it away either.
        _, objections = self._sort(waiting, consent.denial_objection)
        if any(self._word.is_before(alert.created_at) for alert in self._file.alerts):
            objections.append(wording.NEWS)
        against = self._untended() or next(iter(objections), None)
        if against is not None:
            return wording.refused(command, against)
        if not command.argument:
            return wording.needs_reason()
        for step in waiting:
            self._changes[step.id] = consent.deny(step, self._word, command.argument)
        self._state = advance(CASE_LIFE, self._state, CaseEvent.CLOSE)
        self._steps.append(self._closing_step(command.argument))
        return wording.closed(command, waiting)

    def _untended(self) -> str | None:
        """Return why the case is not the commenter's to look after."""
        if not may_tend(self._word.by, self._standing, self._file):
            return wording.MAY_TEND
        if is_for_others(self._word.by, self._file, self._standing.number):
            return wording.FOR_OTHERS
        return None

    def _closing_step(self, reason: str) -> Step:
        return Step(
            id=f"answer:{self._word.name}:close",
            case_id=self._file.case.id,
            alert_id=None,
            installation=self._word.installation,
            position=len(self._steps) + 1,
            action="close-issue",
            params={"reason": reason},
            next_at=self._now,
            approved_by=self._word.by,
        )
