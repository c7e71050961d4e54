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
from bot.respond.subject import Subject, alike_of, gentleness_of, subject_of

WAIT: Final = timedelta(seconds=2)
"""How soon a step looks again that lets another one go first."""


class Sentry:
    """Decides whether a step may be taken now; what to do is the pipeline's.

    ``edition`` names the version and the set of playbooks in use (empty: nothing is new),
    ``emergency`` who may act in one besides those of the settings, and ``mode_of`` how far a
    playbook may go as it is now (``None``: there is no such playbook any more).
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
        mode_of: Callable[[str], Mode | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._sizes = sizes
        self._policy = policy
        self._own_login = own_login
        self._edition = edition
        self._emergency = emergency
        self._mode_of = mode_of
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
            return _asking(decision)
        if isinstance(decision, guards.Refuse):
            return Receipt(state=StepState.BLOCKED, summary=decision.reason)
        if alert.mode is Mode.ASK and task.step.kind == "apply" and not task.step.approved_by:
            return Receipt(state=StepState.AWAITING, summary="This playbook asks before a change.")
        return None

    async def halt(self, task: StepTask, action: AnyAction) -> Receipt | None:
        """Return the receipt of a step that the global stop holds back at the very last moment.

        To gather what the guards ask, and to look at the present, takes a while.
        """
        alert = alert_of(task.step, task.file)
        if not action.changes or alert is None:
            return None
        known = self._word(task.step)
        decision = guards.paused(replace(known, pause=await self._pause(alert.org)))
        return _asking(decision) if isinstance(decision, guards.Ask) else None

    def _word(self, step: Step) -> guards.Facts:
        """Return whose word a step has."""
        by_word = step.kind != "apply"  # of a person: they asked for it on what is recorded
        return guards.Facts(
            own_login=self._own_login,
            approved_by=step.approved_by or ("a person" if by_word else None),
            approved_at=max((each.heard_at or each.at for each in step.approvals), default=None),
        )

    async def _facts(self, step: Step, alert: Alert, now: datetime) -> guards.Facts:
        policy = self._policy
        thing = subject_of(step.action, step.params, alert)
        known = replace(
            self._word(step),
            subject=thing.person or None,
            thing=thing,
            # Protected logins are looked for by their present names: the actions ask.
            protected_repositories=policy.protected_repositories,
            mode=alert.mode,
            ceiling=min(policy.ceiling, self._now_of(alert)),
        )
        if step.kind != "apply":
            # It is neither late nor one of too many.
            return replace(known, pause=await self._pause(alert.org))
        alike = alike_of(step.action, step.params, alert)
        conduct = await self._records.conduct(
            Inquiry(
                step=step, alert=alert, subject=thing, alike=alike, edition=self._new(), now=now
            )
        )
        shares = () if step.approved_by else await self._shares(alert, thing, conduct)
        return replace(
            known,
            actor=alert.actor,
            alike=alike,
            gentleness=gentleness_of(step.action),
            break_glass=policy.break_glass.union(self._emergency()),
            changes_last_hour=conduct.by_playbook,
            cap_per_hour=policy.cap_per_hour,
            actor_changes=conduct.by_actor,
            cap_per_actor=policy.cap_per_actor,
            shares=shares,
            now=now,
            happened_at=alert.happened_at,
            possibly_at=_since(alert),
            stale_after=policy.stale_after,
            new_since=conduct.new_since,
            quiet_for=policy.quiet_for,
            pause=SWITCH if policy.paused else conduct.pause,
            rivals=conduct.rivals,
            rounds=conduct.rounds,
        )

    def _now_of(self, alert: Alert) -> Mode:
        """Return how far the alert's playbook may go by now; one that is gone asks."""
        mode = self._mode_of(alert.playbook.id)
        return Mode.ASK if mode is None else mode

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


def _asking(decision: guards.Ask) -> Receipt:
    return Receipt(state=StepState.AWAITING, summary=decision.reason)


def _since(alert: Alert) -> datetime | None:
    """Return how early an act may have been that no event told, only a look found."""
    told = alert.fields.get("known_since")
    try:
        since = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return since if since is not None and since.tzinfo is not None else None
