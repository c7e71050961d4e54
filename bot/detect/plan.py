"""What to ask of an event once its most telling field, mostly ``action``, has spoken.

That field leaves few clauses. Those that ask for it are bound to what it holds, and few playbooks
are bound to the same: what else they ask is judged at once, one by one. The other clauses are the
same for every event, and are asked together, field by field, by columns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeAlias

from bot.core.event import MISSING, Event
from bot.core.playbook import Reason
from bot.detect.budget import ENTRY, PLACE, Budget, size
from bot.detect.column import LONGEST, Column
from bot.detect.predicate import Check

OFTEN: Final = 256
"""Times that bound clauses are judged one by one; what comes more often is worth remembering."""

MANY: Final = 32
"""Bound clauses with questions of their own that are quicker asked together at once."""

NAMED: Final = 512
"""Texts for which there is a plan before an event has one, at most."""

PREPARED: Final = 2_048
"""Bytes of memory for each of these: their plans take half of a generation at most."""

Bound: TypeAlias = tuple[tuple[int, Check | None], ...]
"""Playbooks by their position, and what they still ask (``None``: nothing)."""

Get: TypeAlias = Callable[..., Any]
"""Returns what an event holds by a field's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A field, and the clauses for which its column is looked at."""

    name: str
    column: Column
    asking: int

    def noted(self, get: Get) -> int:
        """Return these clauses if what an event holds there is of note to any of them."""
        asking = self.asking
        return asking if self.column.tells(get(self.name, MISSING), asking) else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """The fields to look at for some clauses, what is cheap and decides most first.

    ``edged`` are cuts of fields, and the texts of which a cut must be one for the field to be of
    note to some clauses; ``usual`` are fields by name, and the values that are known to be of no
    note. Where none is of note, ``rest`` are the clauses left. Otherwise those that what is of note
    may leave are put to ``keyed``, field by field. ``others`` are not named by a single key, and
    are asked last.
    """

    alive: int
    edged: tuple[tuple[str, slice, frozenset[str], Look], ...]
    usual: tuple[tuple[str, Set[Any], Look], ...]
    rest: int
    keyed: tuple[tuple[int, str, Column], ...]
    others: tuple[tuple[int, Column], ...]

    def ask(self, event: Event) -> int:
        """Return the clauses that no field of the event makes false."""
        fields, raw = event.fields, event.raw
        get = fields.get if raw is fields or not raw else {**raw, **fields}.get
        # Almost every event is of no note: hence a quick look at each field, without a call.
        noted = 0
        try:
            for name, cut, texts, look in self.edged:
                if (get(name) or "")[cut] in texts:
                    noted |= look.noted(get)
            for name, dull, look in self.usual:
                if get(name) not in dull:
                    noted |= look.noted(get)
        except (AttributeError, KeyError, TypeError):  # neither a text nor missing
            noted = self.alive
        alive = self._ask_each(get, noted | self.rest) if noted else self.rest
        return alive if not self.others else self._ask_others(event, alive)

    def _ask_each(self, get: Get, alive: int) -> int:
        for asking, name, column in self.keyed:
            if alive & asking:
                alive &= column.of(get(name, MISSING))
        return alive

    def _ask_others(self, event: Event, alive: int) -> int:
        for asking, column in self.others:
            if alive & asking:
                alive &= column.read(event)
        return alive


@dataclass(kw_only=True, slots=True)
class Plan:
    """What to do for an event: judge what is bound, and follow the steps, if clauses are left.

    ``left`` is how often the bound ones are judged before they are asked by columns, too. ``told``
    are reasons that rest only on what the most telling field holds, which is ``text``, by the
    position of their playbook.
    """

    alive: int
    bound: Bound
    steps: Steps
    left: int = 0
    text: str | None = None
    told: dict[int, tuple[Reason, ...]] = field(default_factory=dict)

    def of(self, text: str) -> "Plan":
        """Return the same plan for a text of its own."""
        return Plan(alive=self.alive, bound=self.bound, steps=self.steps, left=self.left, text=text)


@dataclass(kw_only=True, slots=True)
class Plans:
    """Plans by what the most telling column leaves; they are made when first needed.

    ``first`` is that column, ``judged`` are its clauses' owners, and what they still ask once that
    column has said yes.
    """

    columns: Sequence[Column]
    first: Column | None
    every: int
    judged: Mapping[int, tuple[int, Check | None]]
    budget: Budget
    _named: dict[str, Plan] = field(init=False, default_factory=dict)
    _texts: dict[str, Plan] = field(init=False, default_factory=dict)
    _plans: dict[int, Plan] = field(init=False, default_factory=dict)
    _steps: dict[int, Steps] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Be told when to forget."""
        self.budget.join(self)

    def find(self, event: Event) -> Plan:
        """Return the plan for an event."""
        first = self.first
        if first is None:
            return self._plan(self.every)
        text = event.fields.get(first.field) if first.field else None
        if type(text) is not str:
            return self._plan(first.read(event))
        return self._texts.get(text) or self._for(first, text)

    def prepare(self, texts: Iterable[str]) -> Iterable[tuple[str, Plan]]:
        """Return the plans for texts of the most telling field; they are never forgotten.

        The first event of a kind then costs no more than others. Where little may be remembered,
        there are few.
        """
        if self.first is not None:
            room = min(NAMED, self.budget.limit // PREPARED)
            for text in islice(dict.fromkeys(texts), room):
                self._named[text] = self._for(self.first, text)
        return self._named.items()

    def _for(self, first: Column, text: str) -> Plan:
        plan = self._plan(first.of(text)).of(text)
        if len(text) <= LONGEST:
            self._texts[text] = plan
            self.budget.charge(ENTRY + size(text))
        return plan

    def remember(self, plan: Plan, position: int, reasons: tuple[Reason, ...]) -> None:
        """Keep the reasons of a playbook that rest only on the plan's text."""
        plan.told[position] = reasons
        self.budget.charge(PLACE)

    def follow(self, plan: Plan) -> None:
        """Count a use of bound clauses."""
        plan.left -= 1
        if plan.left == 0:
            plan.bound, plan.steps = (), self._steps_for(plan.alive)

    def _plan(self, alive: int) -> Plan:
        plan = self._plans.get(alive)
        if plan is None:
            plan = self._plans[alive] = self._make(alive)
            self.budget.charge(ENTRY + size(alive) + 4 * PLACE * len(plan.bound))
        return plan

    def _make(self, alive: int) -> Plan:
        asking = alive & self.first.asking if self.first is not None else 0
        owners: dict[int, list[Check | None]] = {}
        for number in numbers(asking):
            position, judge = self.judged[number]
            owners.setdefault(position, []).append(judge)
        bound = tuple((position, _any(judges)) for position, judges in sorted(owners.items()))
        own = sum(judge is not None for _, judge in bound)
        if own > MANY:
            return Plan(alive=alive, bound=(), steps=self._steps_for(alive))
        steps = self._steps_for(alive & ~asking)
        return Plan(alive=alive, bound=bound, steps=steps, left=OFTEN if own else 0)

    def _steps_for(self, alive: int) -> Steps:
        steps = self._steps.get(alive)
        if steps is None:
            steps = self._steps[alive] = self._follow(alive)
        return steps

    def _follow(self, alive: int) -> Steps:
        asked = [one for one in self.columns if one is not self.first and one.asking & alive]
        keyed = [one for one in asked if one.keyed]
        edged, usual, rest = [], [], alive
        for one in keyed:
            asking = one.asking & rest
            if not asking:
                continue
            look = Look(name=str(one.field), column=one, asking=asking)
            cuts = one.edges_of(asking)
            edged += [(look.name, *cut, look) for cut in cuts]
            if not cuts:
                usual.append((look.name, one.dull, look))
            rest &= one.idle
        looks = len(keyed) + len(edged) + len(usual)
        self.budget.charge(ENTRY + looks * (PLACE + size(alive)))
        return Steps(
            alive=alive,
            edged=tuple(edged),
            usual=tuple(usual),
            rest=rest,
            keyed=tuple((one.asking, str(one.field), one) for one in keyed),
            others=tuple((one.asking, one) for one in asked if not one.keyed),
        )

    def age(self) -> None:
        """Forget all plans but the named ones."""
        self._texts, self._plans, self._steps = dict(self._named), {}, {}


def numbers(clauses: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while clauses:
        number = clauses.bit_length() - 1
        yield number
        clauses ^= 1 << number


def _any(judges: Sequence[Check | None]) -> Check | None:
    """Return what is true when any of these is; ``None`` is always true."""
    if len(judges) == 1:
        return judges[0]
    asked = [judge for judge in judges if judge is not None]
    if len(asked) < len(judges):
        return None
    return lambda view: any(one(view) for one in asked)
