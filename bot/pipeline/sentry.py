"""Stands before every change: gathers what is known, and lets the guards decide."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.actions.base import AnyAction, alert_of
from bot.core.errors import Unavailable
from bot.core.playbook import Mode
from bot.pipeline.policy import Policy
from bot.pipeline.ports import Records, StepTask
from bot.pipeline.sizes import Sizes
from bot.respond import guards
from bot.respond.alert import Alert
from bot.respond.conduct import Conduct, Inquiry
from bot.respond.guards.facts import Share, Sort
from bot.respond.pause import SWITCH, Pause, holding
from bot.respond.step import Receipt, Step, StepState
from bot.respond.subject import Subject, gentleness_of, subject_of

WAIT: Final = timedelta(seconds=2)
"""How soon a step looks again that lets another one go first."""


class Sentry:
    """Decides whether a step may be taken now; what to do is the pipeline's.

    ``edition`` names the version and the set of playbooks in use (empty: nothing is new), and
    ``emergency`` who may act in one besides those of the settings.
    """

    def __init__(
        self,
        *,
        records: Records,
        sizes: Sizes,
        policy: Policy,
        own_login: str,
        edition: Callable[[], str],
        emergency: Callable[[], Iterable[str]],
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._sizes = sizes
        self._policy = policy
        self._own_login = own_login
        self._edition = edition
        self._emergency = emergency
        self._clock = clock

    async def stop(self, task: StepTask, action: AnyAction) -> Receipt | None:
        """Return the receipt of a step that a guard stops, or ``None`` to go on.

        Raises `Unavailable` for a step that has to wait for another one, or for a fact.
        """
        if self._policy.ceiling is Mode.OBSERVE:
            # Whatever it is and whoever asked: to observe is to write nothing at GitHub.
            return Receipt(
                state=StepState.OBSERVED, summary="Not done: the settings allow only to observe."
            )
        alert = alert_of(task.step, task.file)
        if not action.changes or alert is None:
            return None
        now = self._clock()
        decision = guards.check(await self._facts(task.step, alert, now))
        if isinstance(decision, guards.Wait):
            raise Unavailable(decision.reason, retry_at=now + WAIT)
        if isinstance(decision, guards.Ask):
            return Receipt(state=StepState.AWAITING, summary=decision.reason)
        if isinstance(decision, guards.Refuse):
            return Receipt(state=StepState.BLOCKED, summary=decision.reason)
        if alert.mode is Mode.ASK and task.step.kind == "apply" and not task.step.approved_by:
            return Receipt(state=StepState.AWAITING, summary="This playbook asks before a change.")
        return None

    async def _facts(self, step: Step, alert: Alert, now: datetime) -> guards.Facts:
        policy = self._policy
        thing = subject_of(step.action, step.params, alert)
        known = guards.Facts(
            own_login=self._own_login,
            subject=thing.person or None,
            thing=thing,
            # Protected logins are looked for by their present names: the actions ask.
            protected_repositories=policy.protected_repositories,
            approved_by=step.approved_by,
            ceiling=policy.ceiling,
        )
        if step.kind != "apply":
            # A person's word about what is recorded: it is neither late nor one of too many.
            pause = await self._pause(alert.org)
            return replace(known, approved_by=step.approved_by or "a person", pause=pause)
        conduct = await self._records.conduct(
            Inquiry(step=step, alert=alert, subject=thing, edition=self._new(), now=now)
        )
        shares = () if step.approved_by else await self._shares(alert, thing, conduct)
        return replace(
            known,
            actor=alert.actor,
            gentleness=gentleness_of(step.action),
            break_glass=policy.break_glass.union(self._emergency()),
            changes_last_hour=conduct.by_playbook,
            cap_per_hour=policy.cap_per_hour,
            actor_changes=conduct.by_actor,
            cap_per_actor=policy.cap_per_actor,
            shares=shares,
            now=now,
            happened_at=alert.happened_at,
            stale_after=policy.stale_after,
            new_since=conduct.new_since,
            quiet_for=policy.quiet_for,
            pause=SWITCH if policy.paused else conduct.pause,
            rivals=conduct.rivals,
            rounds=conduct.rounds,
        )

    def _new(self) -> str:
        return self._edition() if self._policy.quiet_for else ""

    async def _pause(self, org: str) -> Pause | None:
        return SWITCH if self._policy.paused else holding(await self._records.pauses(), org)

    async def _shares(self, alert: Alert, thing: Subject, conduct: Conduct) -> tuple[Share, ...]:
        """Count whom and what is changed; ask GitHub for the whole only where it decides."""
        if self._policy.share_percent is None:
            return ()
        counted: tuple[tuple[Sort, frozenset[str], str], ...] = (
            ("people", conduct.people, thing.person),
            ("repositories", conduct.repositories, thing.repo),
        )
        shares = []
        for sort, changed, this in counted:
            if this and len(changed | {this}) > self._policy.share_free:
                whole = await self._sizes.count(
                    sort, installation=alert.installation, org=alert.org
                )
                shares.append(
                    Share(
                        sort=sort,
                        changed=len(changed | {this}),
                        of=whole,
                        percent=self._policy.share_percent,
                        free=self._policy.share_free,
                    )
                )
        return tuple(shares)
