"""Where what happens is counted and logged: the metrics, told by worker and GitHub adapter."""

from collections.abc import Sequence

import structlog

from bot.core.event import Event
from bot.github import Observation
from bot.metrics import Metrics
from bot.respond.alert import Plan
from bot.respond.step import Step
from bot.store.values import Overview

log = structlog.get_logger(__name__)


class Tally:
    """Tells the metrics what the worker and the GitHub adapter report."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def handled(self, event: Event, plans: Sequence[Plan], seconds: float) -> None:
        """Count a judged delivery and its alerts."""
        self._metrics.handled(seconds)
        self.raised(event, plans)

    def raised(self, event: Event, plans: Sequence[Plan]) -> None:
        """Count the alerts that came of an event, at once or when a time had passed."""
        for plan in plans:
            alert = plan.alert
            self._metrics.alert(level=str(alert.playbook.level), mode=str(alert.mode))
            log.info(
                "alert.raised",
                alert=alert.id,
                playbook=alert.playbook.title,
                level=str(alert.playbook.level),
                mode=str(alert.mode),
                action=event.action,
                org=alert.org,
                repo=alert.repo,
                actor=alert.actor,
                delivery=event.id,
            )

    def counted(self, seen: Overview, pauses: int) -> None:
        """Bring those metrics up to date that are counted in the database."""
        steps: dict[str, int] = {}
        for (_, state), count in seen.steps.items():
            steps[state] = steps.get(state, 0) + count
        self._metrics.backlog(
            deliveries=seen.deliveries,
            steps=steps,
            windows=seen.windows,
            cases_open=seen.open_cases,
            oldest_seconds=seen.oldest_queued.total_seconds() if seen.oldest_queued else 0.0,
        )
        self._metrics.paused(pauses)

    def stepped(self, step: Step) -> None:
        """Count a step that moved on."""
        self._metrics.step(action=step.action, state=str(step.state))

    def observed(self, seen: Observation) -> None:
        """Count a call to GitHub."""
        self._metrics.api_call(
            method=seen.method,
            status=seen.status,
            seconds=seen.seconds,
            installation=seen.installation,
            remaining=seen.remaining,
        )
