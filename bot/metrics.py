"""What Prometheus is told: every number in one object with its own registry, no global state.

Label values come from a small closed set, or from verified deliveries of one's own organisations;
never from an unverified request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from bot import __version__

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""The media type of what `Metrics.text` returns."""

# Accepting takes milliseconds; GitHub gives up after 10 s.
_ACCEPT_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_HANDLE_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """The collectors, each told by one small method. Build it with :meth:`create`."""

    registry: CollectorRegistry
    _deliveries: Counter
    _accept_seconds: Histogram
    _handle_seconds: Histogram
    _alerts: Counter
    _steps: Counter
    _queue: Gauge
    _queue_age: Gauge
    _cases: Gauge
    _api_calls: Counter
    _api_seconds: Histogram
    _remaining: Gauge
    _playbooks: Gauge
    _playbook_problems: Gauge
    _playbooks_stale: Gauge
    _paused: Gauge
    _deliveries_by_labels: dict[tuple[str, str], Counter] = field(default_factory=dict)

    @classmethod
    def create(cls) -> "Metrics":
        """Return fresh collectors, all at zero, in a registry of their own."""
        registry = CollectorRegistry(auto_describe=True)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"tipstaff_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"tipstaff_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"tipstaff_{name}", text, registry=registry, buckets=buckets)

        build = Info("tipstaff_build", "The version that runs.", registry=registry)
        build.info({"version": __version__})
        return cls(
            registry=registry,
            _deliveries=counter(
                "deliveries", "Deliveries by event and outcome.", "event", "outcome"
            ),
            _accept_seconds=histogram(
                "accept_seconds", "From a delivery's headers to its answer.", _ACCEPT_SECONDS
            ),
            _handle_seconds=histogram(
                "handle_seconds", "From a delivery's receipt to its verdict.", _HANDLE_SECONDS
            ),
            _alerts=counter("alerts", "Alerts by level and mode in force.", "level", "mode"),
            _steps=counter("steps", "Steps that reached a state.", "action", "state"),
            _queue=gauge("queue", "Recorded work by kind and state.", "kind", "state"),
            _queue_age=gauge("queue_oldest_seconds", "Age of the oldest delivery not yet judged."),
            _cases=gauge("cases_open", "Cases that are not closed."),
            _api_calls=counter("api_calls", "Calls to GitHub's API.", "method", "status"),
            _api_seconds=histogram(
                "api_seconds", "Duration of a call to GitHub's API.", _ACCEPT_SECONDS
            ),
            _remaining=gauge(
                "rate_limit_remaining", "Calls left of GitHub's primary limit.", "installation"
            ),
            _playbooks=gauge("playbooks", "Playbooks in use."),
            _playbook_problems=gauge("playbook_problems", "Errors found in playbooks and lists."),
            _playbooks_stale=gauge(
                "playbooks_stale", "1 while a change of the playbooks is not used for its errors."
            ),
            _paused=gauge("paused", "Global stops that hold: of everything, or of organisations."),
        )

    def delivery(self, event: str, outcome: str, seconds: float) -> None:
        """Count a delivery at the door: accepted, known, refused, too-large, slow, unavailable.

        ``event`` is empty when the delivery was not verified.
        """
        labels = (event, outcome)
        child = self._deliveries_by_labels.get(labels)
        if child is None:
            child = self._deliveries_by_labels[labels] = self._deliveries.labels(*labels)
        child.inc()
        self._accept_seconds.observe(seconds)

    def handled(self, seconds: float) -> None:
        """Count a delivery that was judged, so many seconds after it was received."""
        self._handle_seconds.observe(seconds)

    def alert(self, *, level: str, mode: str) -> None:
        """Count an alert."""
        self._alerts.labels(level, mode).inc()

    def step(self, *, action: str, state: str) -> None:
        """Count a step that reached a state."""
        self._steps.labels(action, state).inc()

    def api_call(
        self,
        *,
        method: str,
        status: int,
        seconds: float,
        installation: int | None = None,
        remaining: int | None = None,
    ) -> None:
        """Count a call to GitHub's API; ``status`` 0 means that no answer came."""
        self._api_calls.labels(method, str(status)).inc()
        self._api_seconds.observe(seconds)
        if remaining is not None:
            name = "app" if installation is None else str(installation)
            self._remaining.labels(name).set(remaining)

    def backlog(
        self,
        *,
        deliveries: Mapping[str, int],
        steps: Mapping[str, int],
        windows: Mapping[str, int],
        cases_open: int,
        oldest_seconds: float,
    ) -> None:
        """Set what is recorded now: deliveries, steps and correlations' windows by state.

        States not named are gone. What is ``dead`` was given up and waits for a person.
        """
        self._queue.clear()
        for kind, counts in (("delivery", deliveries), ("step", steps), ("window", windows)):
            for state, count in counts.items():
                self._queue.labels(kind, state).set(count)
        self._cases.set(cases_open)
        self._queue_age.set(oldest_seconds)

    def playbooks(self, *, used: int, problems: int, stale: bool = False) -> None:
        """Set how many playbooks are in use, and how many errors were found loading them.

        ``stale`` says that a change was found that is not used.
        """
        self._playbooks.set(used)
        self._playbook_problems.set(problems)
        self._playbooks_stale.set(stale)

    def paused(self, count: int) -> None:
        """Set how many global stops hold; none is the normal state."""
        self._paused.set(count)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format (`CONTENT_TYPE`)."""
        return generate_latest(self.registry)
