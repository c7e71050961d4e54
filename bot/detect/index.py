"""Which playbooks an event can concern at all, found without asking each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.detect.condition import All, Condition, Not, Test
from bot.detect.predicate import exact_folded
from bot.detect.view import View

Demand = Mapping[str, frozenset[str]]


def demands(condition: Condition) -> Demand:
    """Return, for each field, the folded texts of which an event must hold one to match.

    A field is left out when the condition can be true without any such text.
    """
    if isinstance(condition, Test):
        return _of_test(condition)
    if isinstance(condition, Not):
        return {}
    found = [demands(child) for child in condition.children]
    return _of_all(found) if isinstance(condition, All) else _of_any(found)


def _of_test(test: Test) -> Demand:
    texts = [exact_folded(operand) for operand in test.operands]
    if test.field is None or any(text is None for text in texts):
        return {}
    return {test.field: frozenset(text for text in texts if text is not None)}


def _of_all(found: Sequence[Demand]) -> Demand:
    """Any child's demand must be met: keep the narrowest of each field."""
    narrowest: dict[str, frozenset[str]] = {}
    for demand in found:
        for field, texts in demand.items():
            if field not in narrowest or len(texts) < len(narrowest[field]):
                narrowest[field] = texts
    return narrowest


def _of_any(found: Sequence[Demand]) -> Demand:
    """One child's demand is enough: only fields that every child demands count."""
    if not found:
        return {}
    shared = set(found[0]).intersection(*found[1:])
    return {field: frozenset().union(*(demand[field] for demand in found)) for field in shared}


class Index:
    """Positions of conditions by the most telling text that each one demands."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        wanted = [demands(condition) for condition in conditions]
        crowd = Counter(
            (field, text) for demand in wanted for field, texts in demand.items() for text in texts
        )
        self._buckets: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._always: list[int] = []
        for position, demand in enumerate(wanted):
            if not demand:
                self._always.append(position)
                continue
            field = min(demand, key=lambda name: _cost(demand, name, crowd))
            for text in demand[field]:
                self._buckets[field][text].append(position)

    def candidates(self, view: View) -> Sequence[int]:
        """Return the positions of the conditions that can be true for an event, in order."""
        found = set(self._always)
        for positions in self._hits(view):
            found.update(positions)
        return sorted(found)

    def _hits(self, view: View) -> Iterator[list[int]]:
        for field, bucket in self._buckets.items():
            for text in view.folded(field):
                if text in bucket:
                    yield bucket[text]


def _cost(demand: Demand, field: str, crowd: Counter[tuple[str, str]]) -> tuple[bool, int, str]:
    """Prefer ``action``, which every event has and most playbooks ask; else the least crowded."""
    return (field != "action", sum(crowd[field, text] for text in demand[field]), field)
