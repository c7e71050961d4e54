"""From the names that correlations use to the rules they mean, over all files of a folder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.problem import Place, Problem
from bot.detect.correlation.model import Branch, Correlation
from bot.detect.correlation.salvage import Broken
from bot.detect.rule import Rule
from bot.detect.suggest import did_you_mean


class Directory:
    """Finds rules by id or by Sigma's ``name``; a name in one's own file comes first."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_id = {rule.playbook.id: rule for rule in rules}
        self._by_name: Mapping[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            if rule.name:
                self._by_name[rule.name].append(rule)

    def all(self, reference: str) -> Sequence[Rule]:
        """Return every rule that may be meant."""
        found = self._by_id.get(reference.lower())
        return self._by_name.get(reference, ()) if found is None else (found,)

    def find(self, reference: str, place: Place) -> Rule | Problem:
        """Return the rule that is meant at a place, or what to tell its author."""
        if (found := self._by_id.get(reference.lower())) is not None:
            return found
        named = self._by_name.get(reference, [])
        near = [rule for rule in named if rule.playbook.place.path == place.path]
        candidates = near or named
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            places = " and ".join(str(rule.playbook.place) for rule in candidates[:2])
            message = f"'{reference}' is the name of {places}: refer to the id"
        else:
            hint = did_you_mean(reference, self._by_name) if self._by_name else ""
            message = f"there is no usable rule with the name or id '{reference}'{hint}"
        return Problem(place=place, message=message)


def resolve(
    rules: Sequence[Rule], broken: Sequence[Broken] = ()
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the usable rules, with what correlations refer to, and what is wrong.

    A correlation that refers to what is not there, or to itself by way of others, is left out,
    and so is whatever refers to it. A rule that a correlation refers to becomes quiet unless one
    of them says ``generate: true``; so does what is named by one that is left out, or by those
    that were ``broken`` before, lest the parts of a sequence alert one by one.
    """
    directory = Directory(rules)
    problems: list[Problem] = []
    linked: dict[str, Rule] = {}
    for rule in rules:
        found, wrong = _link(rule, directory)
        problems += wrong
        if not wrong:
            linked[found.playbook.id] = found
    for looping in [rule for rule in linked.values() if _reaches_itself(rule, linked)]:
        message = "the correlation refers to itself by way of its rules: break the circle"
        problems.append(Problem(place=_place(looping), message=message))
        del linked[looping.playbook.id]
    while orphans := [rule for rule in linked.values() if _missing(rule, linked)]:
        for orphan in orphans:
            message = "the correlation refers to one that cannot be used: see its problem"
            problems.append(Problem(place=_place(orphan), message=message))
            del linked[orphan.playbook.id]
    lost = [*broken, *(each for rule in rules if (each := _lost(rule, linked)) is not None)]
    quiet, warnings = _quietened(linked, lost, directory)
    return quiet, (*problems, *warnings)


def bottom_up(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the correlations among resolved rules, each after those it refers to."""
    left = {rule.playbook.id: rule for rule in rules if rule.correlation is not None}
    ordered: list[Rule] = []
    while left:
        ready = sorted(
            key for key, rule in left.items() if left.keys().isdisjoint(_references(rule))
        )
        if not ready:
            raise ValueError("correlations refer to each other in a circle")
        ordered += [left.pop(key) for key in ready]
    return tuple(ordered)


def _link(rule: Rule, directory: Directory) -> tuple[Rule, list[Problem]]:
    correlation = rule.correlation
    if correlation is None:
        return rule, []
    named = (*zip(correlation.rules, correlation.places, strict=True), *correlation.mentions)
    found = {name: directory.find(name, place) for name, place in named}
    problems = [each for each in found.values() if isinstance(each, Problem)]
    ids = {name: each.playbook.id for name, each in found.items() if isinstance(each, Rule)}
    if not problems:
        problems = [
            Problem(place=place, message=f"'{name}' is not among the correlation's rules")
            for name, place in correlation.mentions
            if ids[name] not in {ids[rule] for rule in correlation.rules}
        ]
    if problems:
        return rule, problems
    return replace(rule, correlation=_with_ids(correlation, ids)), []


def _with_ids(correlation: Correlation, ids: Mapping[str, str]) -> Correlation:
    return replace(
        correlation,
        rules=tuple(ids[name] for name in correlation.rules),
        branches=tuple(
            Branch(
                seen=frozenset(ids[name] for name in branch.seen),
                unseen=frozenset(ids[name] for name in branch.unseen),
            )
            for branch in correlation.branches
        ),
        aliases={
            alias: {ids[name]: field for name, field in fields.items()}
            for alias, fields in correlation.aliases.items()
        },
    )


def _references(rule: Rule) -> tuple[str, ...]:
    return rule.correlation.rules if rule.correlation is not None else ()


def _reaches_itself(rule: Rule, rules: Mapping[str, Rule]) -> bool:
    pending, seen = list(_references(rule)), set[str]()
    while pending:
        key = pending.pop()
        if key == rule.playbook.id:
            return True
        if key not in seen and key in rules:
            seen.add(key)
            pending += _references(rules[key])
    return False


def _missing(rule: Rule, rules: Mapping[str, Rule]) -> bool:
    return any(key not in rules for key in _references(rule))


def _place(rule: Rule) -> Place:
    return rule.correlation.places[0] if rule.correlation is not None else rule.playbook.place


def _lost(rule: Rule, linked: Mapping[str, Rule]) -> Broken | None:
    """Return a correlation that had to be left out, unless its rules alert on their own."""
    asks = rule.correlation
    if asks is None or asks.generate or rule.playbook.id in linked:
        return None
    return Broken(rules=frozenset(asks.rules), place=rule.playbook.place)


def _quietened(
    linked: Mapping[str, Rule], lost: Sequence[Broken], directory: Directory
) -> tuple[tuple[Rule, ...], Sequence[Problem]]:
    served: dict[str, bool] = {}
    for rule in linked.values():
        for key in _references(rule):
            loud = rule.correlation is not None and rule.correlation.generate
            served[key] = served.get(key, False) or loud
    warnings = []
    for broken in lost:
        for name in sorted(broken.rules):
            for rule in directory.all(name):
                key = rule.playbook.id
                if key in linked and key not in served:
                    served[key] = False
                    if broken.told:
                        warnings.append(_silent(rule, broken))
    quiet = tuple(
        replace(rule, quiet=not served.get(rule.playbook.id, True)) for rule in linked.values()
    )
    return quiet, warnings


def _silent(rule: Rule, broken: Broken) -> Problem:
    message = (
        f"it stays silent, because the correlation at {broken.place} names it and cannot be used: "
        "mend that one, or take it away for this rule to alert by itself"
    )
    return Problem(place=rule.playbook.place, message=message, severity="warning")
