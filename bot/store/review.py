"""What an operator looks at and decides, as part of the state database."""

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from bot.actions.opening import TELLING
from bot.respond.alert import Answer, CaseFile
from bot.respond.step import StepState
from bot.store import casebook, ledger
from bot.store.reading import Reading
from bot.store.tables import steps

_CHANGED = (StepState.DONE, StepState.UNDONE)


class Review(Reading):
    """The part of the `Store` behind commands that answer a case."""

    async def changed_cases(self, limit: int) -> list[CaseFile]:
        """Return the cases of the ``limit`` steps that changed something last, the latest last."""
        newest = (
            select(steps.c.case_id, steps.c.seq)
            .where(
                steps.c.kind == "apply",
                or_(
                    steps.c.state.in_(_CHANGED),
                    # It may have been made in part.
                    and_(steps.c.state == StepState.FAILED, steps.c.receipt.is_not(None)),
                ),
                steps.c.alert_id.is_not(None),
                steps.c.action.not_in(TELLING),
            )
            .order_by(steps.c.seq.desc())
            .limit(limit)
        )

        def read(held: Connection) -> list[CaseFile]:
            ids = list(dict.fromkeys(row.case_id for row in held.execute(newest)))[::-1]
            files = casebook.files(held, ids)
            return [files[case_id] for case_id in ids]

        return await self._database.read(read)

    async def case_of_step(self, step_id: str) -> CaseFile | None:
        """Return the case that a step belongs to; ``None`` when there is no such step."""

        def read(held: Connection) -> CaseFile | None:
            found = held.scalar(select(steps.c.case_id).where(steps.c.id == step_id))
            return None if found is None else casebook.files(held, [found])[found]

        return await self._database.read(read)

    async def decide(self, answer: Answer, *, now: datetime) -> None:
        """Save what somebody's word leads to that came in by no delivery.

        Raises `Moved`, and saves nothing, when the case is not as the answer expects any more.
        """
        await self._database.write(lambda held: ledger.answer(held, answer, now=now))
