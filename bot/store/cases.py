"""The cases: where they live, how they stand, and when each is looked at again."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from bot.respond.alert import CaseFile, CaseState
from bot.respond.rounds import Round
from bot.respond.step import Issue, Step
from bot.store import casebook, ledger, rounds
from bot.store.awaited import Awaited


class Cases(Awaited):
    """The part of the `Store` that reads cases and moves them on."""

    async def case_file(self, case_id: str) -> CaseFile | None:
        """Read a case with everything recorded about it."""
        return await self._database.read(lambda held: casebook.files(held, [case_id]).get(case_id))

    async def case_of_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """Read the case that lives in an issue; ``repository`` is ``owner/name`` in any case.

        The issue's id, where it is given and recorded, decides.
        """
        return await self._database.read(
            lambda held: casebook.file_of_issue(held, repository, number, issue_id)
        )

    async def case_of_former_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """Read the case that lived in an issue before it went on in another one."""
        return await self._database.read(
            lambda held: casebook.file_of_former_issue(held, repository, number, issue_id)
        )

    async def rename_repository(self, old: str, new: str) -> None:
        """Let the cases whose issues are in ``old`` live in ``new``; both are ``owner/name``."""
        await self._database.write(lambda held: casebook.rename_repository(held, old, new))

    async def tell_cases_in(self, repository: str, tell: Callable[[CaseFile], Step]) -> None:
        """Record a step for each case that stands and whose issue is in ``owner/name``, once."""

        def write(held: sa.Connection) -> None:
            files = casebook.standing_in(held, repository)
            ledger.record(held, [(tell(file), case_id) for case_id, file in files.items()])

        await self._database.write(write)

    async def move_issue(self, case_id: str, issue: Issue) -> None:
        """Remember where a case lives at GitHub now."""
        await self._database.write(lambda held: casebook.set_issue(held, case_id, issue))

    async def set_case_state(self, case_id: str, state: CaseState) -> bool:
        """Move a case on; false when there is none, or when another stands in its place."""
        now = self._clock()
        return await self._database.write(
            lambda held: casebook.set_state(held, case_id, state, now)
        )

    async def make_rounds(
        self, *, now: datetime, limit: int, look: Callable[[CaseFile], Round]
    ) -> list[Round]:
        """Look at up to ``limit`` cases that are due, and save what that leads to; return what."""
        return await self._database.write(
            lambda held: rounds.make(held, now=now, limit=limit, look=look)
        )
