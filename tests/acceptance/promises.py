"""What must be so of every story, however it went: see `Promises`."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.playbook import Mode
from bot.respond.alert import Alert, CaseFile
from bot.respond.pause import Pause
from bot.respond.step import Step, StepState
from bot.simulator import Simulator
from tests.acceptance.stage import BOT, ORG, issues
from tests.acceptance.witness import SORTS, Witness, keys_in, sort_of, thing_in, thing_of

ENDED = {StepState.DONE, StepState.UNDONE}
REPOSITORIES = ("payments", "security")
APART = timedelta(seconds=1)  # what two workers' clocks may differ by, and more
_SPELLED = {"pull": "read", "push": "write"}


@dataclass(frozen=True, kw_only=True)
class Promises:
    """A story at rest, held against the promises; each method is one of them."""

    sim: Simulator
    witness: Witness
    files: Sequence[CaseFile]
    pauses: Sequence[Pause]

    def hold(self) -> None:
        """Raise ``AssertionError`` for the first that was broken."""
        self.there_is_always_an_owner()
        self.no_alert_is_lost()
        self.no_change_is_made_twice_or_without_a_receipt()
        self.nothing_is_said_twice()
        self.nothing_is_done_unapproved()
        self.an_undo_restores_what_was_recorded()
        self.what_was_done_last_still_stands()

    def there_is_always_an_owner(self) -> None:
        """At every call, the organisation has one."""
        assert self.witness.ownerless == [], "the organisation had no owner"

    def no_alert_is_lost(self) -> None:
        """Every act of a person that a playbook is about has one alert, and no more."""
        expected = Counter(guid for guid, sort in self._acts() if sort)
        found = Counter(
            alert.delivery_id
            for alert in self._alerts()
            if alert.action in SORTS and not alert.playbook.title.startswith("Administrator Made,")
        )
        assert found == expected, "an alert was lost, or raised twice"
        crowned = Counter(
            f"owner {alert.fields['user']}"
            for alert in self._alerts()
            if alert.playbook.title.startswith("Member Made Owner")
        )
        least = self.witness.crowned - self.witness.overlooked
        assert least <= crowned <= self.witness.crowned, "an owner was not noticed, or twice"

    def _acts(self) -> Iterable[tuple[str, str]]:
        """Return each thing that people did once: its GUID, and which playbook it is about."""
        told = {each.guid: each for each in self.sim.deliveries}
        for guid, each in told.items():
            payload = each.request["payload"]
            if payload["sender"]["login"] != BOT:
                yield guid, sort_of(each.event, each.action or "", payload)

    def no_change_is_made_twice_or_without_a_receipt(self) -> None:
        """For each thing, what was changed was recorded, and what was recorded was changed."""
        changed, steps = self._changed(), self._steps_by_thing()
        for thing in changed | Counter(dict.fromkeys(steps, 0)):
            ended = [step for step in steps.get(thing, []) if step.state in ENDED]
            # What took effect unseen, and was then changed by hand, is found to have moved on.
            unseen = [s for s in steps.get(thing, []) if s.sent and s not in ended]
            again = [step for step in ended if step.sent and self._done_again(thing, step)]
            most = len(ended) + len(unseen) + len(again)
            assert changed[thing] <= most, f"{thing}: {changed}, {ended}"
            sure = [step for step in ended if not step.sent]
            assert changed[thing] >= len(sure), f"{thing}: claimed, but not done: {sure}"
            for step in ended:
                assert step.receipt is not None, step
                assert step.receipt.summary, step

    def _done_again(self, thing: str, step: Step) -> bool:
        """Tell whether a step may have had to put a thing back twice.

        Who does it again between a change and the look after it looks like GitHub's lagging
        behind; or like a change that never took effect, when whoever made it was killed.
        """
        assert step.intent_at is not None
        began, last = self._alert(step).created_at, step.intent_at
        between = any(began < at <= last for at in self.witness.touched[thing])
        return between or "accepted the change" in step.error

    def nothing_is_said_twice(self) -> None:
        """Each case has one issue of its own, and each comment is written once."""
        opened = {
            (name, issue["number"])
            for name in REPOSITORIES
            for issue in issues(self.sim, name)
            if issue["state_reason"] != "duplicate"
        }
        named = [
            (file.case.issue.repository.removeprefix(f"{ORG}/"), file.case.issue.number)
            for file in self.files
            if file.case.issue is not None
        ]
        assert len(named) == len(set(named)) == len(self.files), "a case without an issue"
        assert set(named) <= opened
        bodies = Counter(
            _marker(issue["body"])
            for name in REPOSITORIES
            for issue in issues(self.sim, name)
            if issue["state_reason"] != "duplicate"
        )
        assert [marker for marker, count in bodies.items() if count > 1] == [], "opened twice"
        said = Counter(
            (name, issue["number"], _marker(comment["body"]))
            for name in REPOSITORIES
            for issue in self.sim.issues(name)
            for comment in self.sim.comments(name, issue["number"])
            if comment["user"]["login"] == BOT
        )
        # What a case was told before its repository became public is told again where it went.
        twice = [marker for marker, count in said.items() if count > 1]
        assert twice == [], f"said twice: {twice}"

    def nothing_is_done_unapproved(self) -> None:
        """Where a playbook asks, or all is paused, a person said yes: another than who did it."""
        asking: Counter[str] = Counter()
        for thing, steps in self._steps_by_thing().items():
            for step in steps:
                alert = self._alert(step)
                asks = alert.mode is Mode.ASK or self._paused(step)
                if step.kind != "apply":
                    asking[thing] += 1
                elif asks and (step.state in ENDED or step.sent):
                    assert step.approved_by in self.witness.approvers, (thing, step)
                    parties = {alert.actor, alert.fields.get("user")}
                    assert step.approved_by not in parties, (thing, step)
                    asking[thing] += 1
        changed = self._changed()
        for thing in ("payments", *keys_in(changed)):
            assert changed[thing] <= asking[thing], f"{thing} was changed unasked"

    def _paused(self, step: Step) -> bool:
        began = step.intent_at
        return began is not None and any(
            each.since is not None and began > each.since + APART for each in self.pauses
        )

    def an_undo_restores_what_was_recorded(self) -> None:
        """Find what the receipt said was there before in what an undo left."""
        made = {step.id: step for file in self.files for step in file.steps}
        for step in made.values():
            if step.kind == "undo" and step.state is StepState.DONE and step.undo_of is not None:
                undone = made[step.undo_of]
                assert step.receipt is not None
                assert undone.receipt is not None
                assert step.receipt.after["label"] == undone.receipt.before["label"]

    def what_was_done_last_still_stands(self) -> None:
        """Where nobody touched a thing since, it is as the last receipt says it is."""
        for thing, steps in self._steps_by_thing().items():
            ended = [step for step in steps if step.state is StepState.DONE and step.finished_at]
            if not ended:
                continue
            last = max(ended, key=lambda step: str(step.finished_at))
            touched = self.witness.touched[thing]
            if last.intent_at is None or any(at >= last.intent_at for at in touched):
                continue
            assert last.receipt is not None
            wanted = last.receipt.after.get("shown", last.receipt.after["label"])
            assert self._now(thing) == wanted, f"{thing}: {last.receipt}"

    def _now(self, thing: str) -> str | None:
        kind, _, name = thing.partition(" ")
        if kind == "owner":
            return self.sim.org_role(name)
        if kind == "key":
            there = name in [each["title"] for each in self.sim.deploy_keys("payments")]
            return "there" if there else None
        if not name:
            return self.sim.visibility(kind)
        level = self.sim.collaborator(kind, name)
        return _SPELLED.get(str(level), level)

    # What there is to go by.

    def _alerts(self) -> Iterable[Alert]:
        return (alert for file in self.files for alert in file.alerts)

    def _changed(self) -> Counter[str]:
        """Count what Tipstaff changed, by the webhooks about it, each once."""
        told = {each.guid: each for each in self.sim.deliveries}.values()
        changed = Counter(
            thing
            for each in told
            if each.request["payload"]["sender"]["login"] == BOT
            and (thing := thing_of(each.event, each.request["payload"])) is not None
        )
        return changed + self.witness.owned

    def _alert(self, step: Step) -> Alert:
        """Return the alert that a step is about; an undo is about that of what it undoes."""
        file = next(each for each in self.files if each.case.id == step.case_id)
        steps = {each.id: each for each in file.steps}
        while step.alert_id is None and step.undo_of is not None:
            step = steps[step.undo_of]
        return next(each for each in file.alerts if each.id == step.alert_id)

    def _steps_by_thing(self) -> Mapping[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for file in self.files:
            for step in file.steps:
                if step.action == "revert":
                    found.setdefault(thing_in(self._alert(step)), []).append(step)
        return found


def _marker(body: str) -> str:
    """Return the hidden line by which Tipstaff finds again what it wrote."""
    found = re.search(r"<!-- tipstaff:\S+ -->", body)
    assert found is not None, f"nobody could find this again: {body}"
    return found[0]
