"""How a running Tipstaff is: what ``/readyz`` and ``/metrics`` are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.metrics import Metrics
from bot.pipeline import Novelty
from bot.reload import Playbooks
from bot.respond.pause import SWITCH, Pause
from bot.settings import Settings
from bot.store import Store, StoreUnavailable
from bot.tally import Tally
from bot.web import Check, Readiness, changes_check, worker_check


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """When the worker last gave a sign of life; ``idle`` says why there is no worker."""

    at: datetime | None = None
    idle: str | None = None


class Health:
    """Looks at everything the work needs; changes nothing."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store,
        playbooks: Playbooks,
        metrics: Metrics,
        novelty: Novelty,
        clock: Callable[[], datetime],
        beat: Callable[[], Beat],
    ) -> None:
        self._settings = settings
        self._store = store
        self._playbooks = playbooks
        self._metrics = metrics
        self._novelty = novelty
        self._clock = clock
        self._beat = beat

    async def readiness(self) -> Readiness:
        """Look at everything the work needs."""
        return Readiness(
            checks=(
                await self._database_check(),
                self._worker_check(),
                self._playbooks_check(),
                await self._changes_check(),
            )
        )

    async def _changes_check(self) -> Check:
        try:
            pauses = await self.pauses()
        except StoreUnavailable as error:
            return Check(name="changes", ok=False, detail=str(error))
        return changes_check(
            pauses,
            now=self._clock(),
            since=self._novelty.since,
            quiet_for=self._settings.quiet_period,
        )

    async def pauses(self) -> tuple[Pause, ...]:
        """Return every pause that holds, the environment's switch first."""
        switch = (SWITCH,) if self._settings.paused else ()
        return (*switch, *await self._store.pauses())

    async def _database_check(self) -> Check:
        try:
            await self._store.ping()
        except StoreUnavailable as error:
            return Check(name="database", ok=False, detail=str(error))
        return Check(name="database", ok=True, detail="answers")

    def _worker_check(self) -> Check:
        beat = self._beat()
        return worker_check(
            beat.at,
            now=self._clock(),
            lease=self._settings.lease,
            mode=self._settings.mode,
            idle=beat.idle,
        )

    def _playbooks_check(self) -> Check:
        return Check(
            name="playbooks",
            ok=bool(self._playbooks.loaded.guarding),
            detail=self._playbooks.detail,
            problems=tuple(str(problem) for problem in self._playbooks.problems),
        )

    async def refresh(self) -> None:
        """Bring those metrics up to date that are counted in the database."""
        Tally(self._metrics).counted(await self._store.overview(), len(await self.pauses()))
