"""Every playbook at once: what one event matches, and what it means with what was seen before.

`Detector.match` looks at the event alone. `Detector.conclude` and `Detector.elapse` look at the
memory too, and are run where that is kept: inside the transaction that completes a delivery.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.core.event import Event
from bot.core.playbook import Match, Mode, Reason
from bot.detect.correlation.absence import awaited, elapsed, ends
from bot.detect.correlation.evaluate import Finding, findings, is_suppressed, least
from bot.detect.correlation.model import Correlation
from bot.detect.correlation.resolve import bottom_up
from bot.detect.correlation.sighting import Sighting, groups, measured, tell
from bot.detect.live_ruleset import LiveRuleset
from bot.detect.novelty import novel
from bot.detect.recall import MOST_FIRINGS, Deadline, Memory, Watch
from bot.detect.rule import Rule

LATENESS: Final = timedelta(minutes=10)
"""How late an event may come, after it happened, and still meet all its companions."""

PATIENCE: Final = timedelta(minutes=1)
"""How long after the end of a window what must be absent from it is waited for."""

MOST_REASONS: Final = 50
"""Sightings that an alert names."""


@dataclass(kw_only=True, slots=True)
class _Course:
    """What one event has come to, from its own matches up through the correlations.

    ``seen`` are the rules that hold for it, ``alerts`` those of them that are news: a correlation
    that fired already holds without being news.
    """

    event: Event
    at: datetime
    now: datetime
    memory: Memory
    seen: dict[str, Match] = field(default_factory=dict)
    alerts: dict[str, Match] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tied:
    """A correlation with its playbook, tied to the rules it is about."""

    rule: Rule
    asks: Correlation

    @property
    def key(self) -> str:
        return self.rule.playbook.id


class Detector:
    """All playbooks, correlations and baselines included."""

    def __init__(self, rules: Sequence[Rule], ruleset: LiveRuleset) -> None:
        self._ruleset = ruleset
        self._rules: Mapping[str, Rule] = {rule.playbook.id: rule for rule in rules}
        self._correlations = {
            rule.playbook.id: _Tied(rule=rule, asks=rule.correlation)
            for rule in bottom_up(rules)
            if rule.correlation is not None
        }
        self._followed = {
            key
            for tied in self._correlations.values()
            if tied.asks.kind.temporal
            for key in tied.asks.rules
        }
        served = {key for tied in self._correlations.values() for key in tied.asks.rules}
        self._remembering = served | {
            rule.playbook.id for rule in rules if rule.baseline is not None
        }

    def mode_of(self, playbook_id: str) -> Mode | None:
        """Return how far a playbook may go as it is now; ``None`` when there is none."""
        rule = self._rules.get(playbook_id)
        return None if rule is None else rule.playbook.response.mode

    def wanted(self, event: Event) -> frozenset[str]:
        """Return the live lists on which it depends whether a playbook matches."""
        return self._ruleset.wanted(event)

    def match(self, event: Event, live: Mapping[str, Sequence[str]]) -> tuple[Match, ...]:
        """Return every playbook whose condition is true for the event by itself."""
        return self._ruleset.match(event, live)

    def remembers(self, matches: Iterable[Match]) -> bool:
        """Say whether a memory is needed to tell what matches mean; most events need none."""
        return any(match.playbook.id in self._remembering for match in matches)

    def conclude(
        self, event: Event, matches: Sequence[Match], memory: Memory, *, now: datetime
    ) -> tuple[Match, ...]:
        """Return the matches that are alerts, given what is remembered; remember the event.

        ``matches`` are those of `match`. The result follows from the event, the memory and
        ``now`` alone, so it may be tried again when a transaction was lost.
        """
        course = _Course(event=event, at=event.at, now=now, memory=memory)
        for match in sorted(matches, key=lambda each: each.playbook.id):
            baseline = self._rules[match.playbook.id].baseline
            holds = match if baseline is None else novel(match, baseline, event, memory, now=now)
            if holds is not None:
                course.seen[match.playbook.id] = course.alerts[match.playbook.id] = holds
        self._climb(course)
        return self._loud(course)

    def elapse(
        self, deadline: Deadline, opener: Event, memory: Memory, *, now: datetime
    ) -> tuple[Match, ...]:
        """Return the alerts of a window that has passed; it hangs on the event ``opener``."""
        tied = self._correlations.get(deadline.correlation)
        if tied is None:
            return ()  # the playbook was taken away since
        first, end = deadline.opened - tied.asks.timespan, deadline.opened + tied.asks.timespan
        until = _kept(tied.asks, end, now)
        watch = memory.hold(tied.key, deadline.group, at=opener.at, until=until)
        if tied.key not in self._followed and all(
            is_suppressed(tied.asks, each, watch.fired) for each in ends(tied.asks, deadline.opened)
        ):
            return ()
        sightings = memory.between(tied.key, deadline.group, first, end)
        finding = elapsed(tied.asks, sightings, deadline.opened)
        if finding is None:
            return ()
        course = _Course(event=opener, at=finding.at, now=now, memory=memory)
        self._note(course, tied, deadline.group, watch, [finding])
        self._climb(course)
        return self._loud(course)

    def _loud(self, course: _Course) -> tuple[Match, ...]:
        return tuple(
            match
            for key, rule in self._rules.items()
            if not rule.quiet and (match := course.alerts.get(key)) is not None
        )

    def _climb(self, course: _Course) -> None:
        """Let each correlation see what holds, those below before those above."""
        for tied in self._correlations.values():
            # A count counts what is news; a sequence sees every moment at which a rule holds.
            source = course.seen if tied.asks.kind.temporal else course.alerts
            found = _sightings(tied, source, course)
            for group in sorted(found):
                self._weigh(course, tied, group, found[group])

    def _weigh(
        self, course: _Course, tied: _Tied, group: str, sightings: Sequence[Sighting]
    ) -> None:
        """Remember what an event is to a group of a correlation, and see what that makes."""
        memory, span = course.memory, tied.asks.timespan
        until = _kept(tied.asks, course.at, course.now)
        watch = memory.hold(tied.key, group, at=course.at, until=until)
        memory.add(sightings, until=until)
        waits = [awaited(tied.asks, each.rule) for each in sightings]
        if any(wait is not None for wait in waits):
            over = course.at + max(wait for wait in waits if wait is not None)
            memory.schedule(
                Deadline(
                    correlation=tied.key,
                    group=group,
                    event_id=course.event.id,
                    opened=course.at,
                    due=max(over, course.now) + PATIENCE,
                )
            )
        first, last = course.at - span, course.at + span
        fewest = least(tied.asks)
        if fewest is None:
            return
        there, latest = memory.extent(tied.key, group, first, last)
        if there < fewest or (
            tied.key not in self._followed and _silent(tied, watch, course, latest)
        ):
            return
        near = memory.between(tied.key, group, first, last)
        self._note(course, tied, group, watch, findings(tied.asks, near, course.at))

    def _note(
        self, course: _Course, tied: _Tied, group: str, watch: Watch, found: Iterable[Finding]
    ) -> None:
        """Take down that a correlation holds, and that it is news if its window is."""
        for finding in found:
            suppressed = is_suppressed(tied.asks, finding.at, watch.fired)
            if suppressed and tied.key in course.seen:
                continue  # one of many windows of a burst: nothing more to say
            match = self._match(tied, finding, course.event)
            course.seen.setdefault(tied.key, match)
            if not suppressed:
                course.alerts.setdefault(tied.key, match)
                fired = sorted((*watch.fired, finding.at))[-MOST_FIRINGS:]
                course.memory.fire(tied.key, group, fired)
                return

    def _match(self, tied: _Tied, finding: Finding, event: Event) -> Match:
        return Match(
            playbook=tied.rule.playbook,
            event_id=event.id,
            reasons=tuple(
                Reason(
                    selection=self._name(each.rule),
                    field="",
                    value=f"{each.at:%Y-%m-%d %H:%M:%S} UTC: {each.words}",
                    test=f"{tied.asks}: {finding.measure:g}",
                    presumed=each.presumed,
                    sighting=True,
                )
                for each in finding.sightings[-MOST_REASONS:]
            ),
        )

    def _name(self, key: str) -> str:
        rule = self._rules.get(key)
        return key if rule is None else rule.name or rule.playbook.title


def _silent(tied: _Tied, watch: Watch, course: _Course, latest: datetime | None) -> bool:
    """Say whether every window that an event lies in overlaps one that has fired already."""
    end = max(latest or course.at, course.at)
    return any(
        is_suppressed(tied.asks, course.at, (each,)) and is_suppressed(tied.asks, end, (each,))
        for each in watch.fired
    )


def _kept(correlation: Correlation, at: datetime, now: datetime) -> datetime:
    """Return until when a sighting may still be needed, by the clock."""
    return max(at, now) + correlation.timespan + max(LATENESS, PATIENCE)


def _sightings(
    tied: _Tied, source: Mapping[str, Match], course: _Course
) -> Mapping[str, list[Sighting]]:
    """Return what an event is to a correlation, by group."""
    asks, event = tied.asks, course.event
    found: dict[str, list[Sighting]] = {}
    for rule in asks.rules:
        if (match := source.get(rule)) is None:
            continue
        for group in groups(event, tuple(asks.field_of(name, rule) for name in asks.group_by)):
            sighting = Sighting(
                correlation=tied.key,
                group=group,
                rule=rule,
                event_id=event.id,
                at=course.at,
                values=measured(event, asks, rule),
                words=tell(event),
                presumed=match.presumed,
            )
            found.setdefault(group, []).append(sighting)
    return found
