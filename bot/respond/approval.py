"""From a person's word on a case to what it leads to: changes, new steps and a reply."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.respond import consent, exempting, pausing, wording
from bot.respond.alert import Answer, CaseFile
from bot.respond.command import Command, Verb
from bot.respond.inert import Markdown
from bot.respond.pause import Pause
from bot.respond.standing import (
    Standing,
    ends_silence,
    is_unheard,
)
from bot.respond.step import Step
from bot.respond.tending import Tending
from bot.respond.undoing import Way, choose, going, is_under_way
from bot.respond.word import Word, is_answered, reply_step


def answer(
    commands: Sequence[Command],
    file: CaseFile,
    *,
    word: Word,
    standing: Standing,
    now: datetime,
    longest: timedelta = exempting.LONGEST,
    pauses: Sequence[Pause] = (),
) -> Answer:
    """Return what the commands of one comment lead to, taken in order.

    Every comment gets one reply, refusals and misspellings too; bots and strangers get none, so
    that nobody can make Tipstaff talk without end. A comment decides only about what was there
    when it was written, however late it comes in. ``longest`` is how long an exemption may last,
    ``pauses`` are the global stops that hold.
    """
    if not commands or is_unheard(word.by, standing) or is_answered(file, word):
        return Answer(case_id=file.case.id)
    hearing = _Hearing(file, word, standing, now, longest=longest, pauses=pauses)
    if word.via:
        return hearing.refuse(wording.by_an_app(word.via))
    for command in commands:
        hearing.hear(command)
    return hearing.answer()


class _Hearing(Tending):
    """One comment being heard: what its commands have led to so far."""

    def hear(self, command: Command) -> None:
        if command.verb is None:
            self._said.append(wording.unknown(command))
        else:
            self._said.append(_HANDLERS[command.verb](self, command))

    def refuse(self, why: Markdown) -> Answer:
        self._said.append(why)
        return self.answer()

    def answer(self) -> Answer:
        held = pausing.note(self._pauses, self._file.case.org)
        if held is not None and self._begins is None and not self._goes_on:
            self._said.append(held)
        reply = reply_step(
            self._file,
            name=self._word.name,
            installation=self._word.installation,
            now=self._now,
            text=wording.reply(self._word.by, self._said),
        )
        states = {step.id: step.state for step in self._file.steps}
        holds = [
            (step.undo_of, states[step.undo_of]) for step in self._steps if step.undo_of is not None
        ]
        return Answer(
            case_id=self._file.case.id,
            expected=self._file.case.state,
            holds=tuple(holds),
            case_state=self._state if self._state is not self._file.case.state else None,
            heard=ends_silence(self._word.by, self._file, self._standing.number),
            changes=tuple(self._changes.values()),
            steps=(reply, *self._steps),
            exempts=self._exempts,
            ends=self._ends,
            by=self._word.by,
            pauses=self._begins,
            resumes=self._file.case.org if self._goes_on else None,
        )

    def _undo(self, command: Command) -> Markdown:
        return self._go(command, "undo")

    def _redo(self, command: Command) -> Markdown:
        return self._go(command, "redo")

    def _go(self, command: Command, way: Way) -> Markdown:
        """Put steps back, or make them again."""
        chosen = choose(command.argument, self._file, way)
        if chosen.unknown:
            return self._no_such_number(command, chosen.unknown)
        if not chosen.steps:
            return wording.nothing(command, wording.NOTHING_TO[way])
        fresh = [step for step in chosen.steps if not self._is_under_way(step)]
        if not fresh:
            return wording.nothing(command, wording.UNDER_WAY[way])
        allowed, objections = self._sort(fresh, consent.undoing_objection)
        for step in allowed:
            self._steps.append(
                going(
                    step,
                    self._file,
                    way,
                    by=self._word.by,
                    installation=self._word.installation,
                    position=len(self._steps) + 1,
                    now=self._now,
                    approvals=(consent.given(self._word),),
                )
            )
        return wording.undoing(command, allowed, objections)

    def _exempt(self, command: Command) -> Markdown:
        heard = exempting.exempt(
            command,
            self._file,
            word=self._word,
            standing=self._standing,
            news=self._news,
            now=self._now,
            longest=self._longest,
        )
        # Said twice in one comment, the last word holds.
        self._exempts = heard.exempts or self._exempts
        return heard.reply

    def _unexempt(self, command: Command) -> Markdown:
        heard = exempting.unexempt(
            command, self._file, word=self._word, standing=self._standing, now=self._now
        )
        self._ends = heard.ends or self._ends
        return heard.reply

    def _pause(self, command: Command) -> Markdown:
        heard = pausing.pause(
            command,
            self._file.case.org,
            word=self._word,
            standing=self._standing,
            pauses=self._pauses,
            now=self._now,
        )
        self._begins = heard.begins or self._begins
        return heard.reply

    def _resume(self, command: Command) -> Markdown:
        heard = pausing.resume(
            command,
            self._file.case.org,
            word=self._word,
            standing=self._standing,
            pauses=self._pauses,
        )
        self._goes_on = heard.ends or self._goes_on
        return heard.reply

    def _help(self, _: Command) -> Markdown:
        return wording.help_text()

    def _is_under_way(self, step: Step) -> bool:
        return is_under_way(step, [*self._file.steps, *self._steps])


_HANDLERS: Final[Mapping[Verb, Callable[[_Hearing, Command], Markdown]]] = {
    Verb.ACK: _Hearing._acknowledge,
    Verb.APPROVE: _Hearing._approve,
    Verb.DENY: _Hearing._deny,
    Verb.ASK: _Hearing._ask,
    Verb.UNDO: _Hearing._undo,
    Verb.REDO: _Hearing._redo,
    Verb.EXEMPT: _Hearing._exempt,
    Verb.UNEXEMPT: _Hearing._unexempt,
    Verb.CLOSE: _Hearing._close,
    Verb.PAUSE: _Hearing._pause,
    Verb.RESUME: _Hearing._resume,
    Verb.HELP: _Hearing._help,
}
