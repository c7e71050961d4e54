"""Everything that can happen to the organisation ``acme``, by people, faults and time."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.simulator.faults import Fault
from tests.acceptance.plot import Plot
from tests.acceptance.stage import issues

OUTSIDERS = ("eve", "bob", "erin")
OWNERS = ("olivia", "omar", "carol")
PEOPLE = ("olivia", "omar", "alice", "bob")
WORDS = ("/approve", "/approve", "/deny no", "/undo", "/redo", "/ack", "/pause", "/resume")
SPANS = (timedelta(minutes=31), timedelta(hours=25), timedelta(days=8))
NOTICED = 2.2  # seconds until a process has looked at the clock again


CALLS = {
    "a change of a role": ("PUT", r"/collaborators/|/memberships/"),
    "a change of a repository": ("PATCH", r"/repos/acme/payments$"),
    "a removal": ("DELETE", r"/"),
    "a key that comes back": ("POST", r"/keys$"),
    "an issue": ("POST", r"/issues$"),
    "a comment": ("POST", r"/comments$"),
    "an edit": ("PATCH", r"/issues/"),
    "a look": ("GET", r"/(collaborators|memberships|keys|repos/acme/payments)"),
}
FAULTS: dict[str, dict[str, Any]] = {
    "a 500": {"kind": "status", "status": 500},
    "a 500 after it took effect": {"kind": "status_after_effect", "status": 500},
    "a 502": {"kind": "status", "status": 502},
    "a 502 after it took effect": {"kind": "status_after_effect", "status": 502},
    "no answer": {"kind": "timeout_before", "seconds": 0.2},
    "no answer after it took effect": {"kind": "timeout_after_effect", "seconds": 0.2},
    "a cut connection": {"kind": "reset"},
    "a connection cut after it took effect": {"kind": "reset_after_effect"},
    "a secondary limit": {"kind": "secondary", "seconds": 1},
}


class Story(Plot):
    """What happens, in an order that Hypothesis makes up; in the end `Promises` must hold."""

    # What people do.

    @rule(user=st.sampled_from(OUTSIDERS), level=st.sampled_from(["admin", "admin", "maintain"]))
    def raise_somebody(self, user: str, level: str) -> None:
        """Make an outsider an administrator, or a maintainer, who is put back later."""
        self.do(self._give(user, level))

    async def _give(self, user: str, level: str, by: str = "alice") -> None:
        if self.sim.collaborator("payments", user) != level:
            await self.sim.by(by).set_collaborator("payments", user, level)
            self._touch(f"payments {user}")

    def _touch(self, thing: str) -> None:
        self.witness.touched[thing].append(self.dial())

    @rule(user=st.sampled_from(OUTSIDERS), level=st.sampled_from(["pull", "push"]))
    def change_by_hand(self, user: str, level: str) -> None:
        """Somebody is quicker, or wants something else."""
        self.do(self._give(user, level, by="olivia"))

    @rule(users=st.permutations(OUTSIDERS))
    def arrive_out_of_order(self, users: list[str]) -> None:
        """Send again what happened while nobody listened, the last thing first."""

        async def happen() -> None:
            url, self.sim.hook_url = self.sim.hook_url, None
            for user in users[:2]:
                await self._give(user, "admin")
            self.sim.hook_url = url
            for each in [each for each in self.sim.deliveries if each.status_code == 0][::-1]:
                if each.status != "pending":
                    self.sim.redeliver(each.id)

        self.do(happen())

    @rule(number=st.integers(0, 100))
    def arrive_twice(self, number: int) -> None:
        """Somebody presses the button that sends a delivery again."""

        async def happen() -> None:
            if sent := self.sim.deliveries:
                self.sim.redeliver(sent[number % len(sent)].id)

        self.do(happen())

    @rule(public=st.booleans())
    def show_or_hide(self, public: bool) -> None:
        """Publish a repository, which is hidden again once approved; or hide it by hand."""

        async def happen() -> None:
            wanted = "public" if public else "private"
            if self.sim.visibility("payments") != wanted:
                act = self.sim.by("omar")
                await (act.publicize("payments") if public else act.privatize("payments"))
                self._touch("payments")

        self.do(happen())

    @rule(name=st.sampled_from(["ci", "cd"]))
    def add_key(self, name: str) -> None:
        """Add a deploy key that may push; it is removed once approved."""

        async def happen() -> None:
            if name not in [key["title"] for key in self.sim.deploy_keys("payments")]:
                await self.sim.by("alice").add_deploy_key("payments", name)
                self._touch(f"key {name}")

        self.do(happen())

    @rule()
    def make_owner(self) -> None:
        """Somebody becomes an owner, of which no webhook tells."""

        async def happen() -> None:
            await self.notice()
            demoting = self.sim.org_role("carol") == "member" and await self.demoting()
            if self.sim.org_role("carol") == "member":
                self.witness.overlooked["owner carol"] += demoting
                self.witness.crowned["owner carol"] += 1
                await self.sim.by("omar").make_owner("carol")
                self.witness.look()
                self._touch("owner carol")

        self.do(happen())

    @rule(login=st.sampled_from(OWNERS))
    def step_down(self, login: str) -> None:
        """Let an owner step down, unless it is the last one; whoever is left must stay."""

        async def happen() -> None:
            await self.notice()
            if login in self.witness.look() and len(self.witness.owners) > 1:
                await self.sim.by(login).make_member(login)
                self.witness.look()
                self._touch(f"owner {login}")

        self.do(happen())

    @rule(
        who=st.sampled_from(PEOPLE),
        word=st.sampled_from(WORDS),
        number=st.integers(0, 100),
        edited=st.sampled_from([False, False, False, True]),
    )
    def say(self, who: str, word: str, number: int, edited: bool) -> None:
        """Somebody comments on a case, or edits an old comment into a command."""

        async def happen() -> None:
            found = [
                (repository, issue["number"])
                for repository in ("payments", "security")
                for issue in issues(self.sim, repository)
            ]
            if not found:
                return
            where = found[number % len(found)]
            if edited:
                comment = await self.sim.by(who).comment(*where, "Good morning.")
                await self.sim.by(who).edit_comment(comment, word)
                return
            if word == "/approve":
                self.witness.approvers.add(who)
            await self.sim.by(who).comment(*where, word)

        self.do(happen())

    # What goes wrong.

    @rule(call=st.sampled_from(sorted(CALLS)), what=st.sampled_from(sorted(FAULTS)))
    def break_a_call(self, call: str, what: str) -> None:
        """Let the next call of a kind meet a fault."""
        method, path = CALLS[call]
        if len(self.sim.faults.pending()) < 4:
            self.sim.faults.add(Fault(method=method, path=path, **FAULTS[what]))

    @rule(number=st.integers(0, 1), moment=st.floats(0, 0.3))
    def kill(self, number: int, moment: float) -> None:
        """Kill a worker in the middle of whatever it does, and start another one."""

        async def happen() -> None:
            await asyncio.sleep(moment)
            self.guards[number % len(self.guards)].kill()
            await self.revive()

        self.do(happen())

    @rule(writes=st.integers(1, 4))
    def kill_at_a_write(self, writes: int) -> None:
        """Kill whoever makes one of the next writes: it took effect, and nobody hears of it."""
        self.strike_at = writes

    # Time.

    @rule(seconds=st.floats(0, 0.5))
    def go_on(self, seconds: float) -> None:
        """Let the guards work for a moment."""
        self.do(asyncio.sleep(seconds))

    @rule(span=st.sampled_from(SPANS))
    def let_time_pass(self, span: timedelta) -> None:
        """Delays, reminders, questions and cases come to their ends."""

        async def happen() -> None:
            await self.rest()
            self.dial.forward(span)
            await asyncio.sleep(NOTICED)

        self.do(happen())

    @rule()
    def come_to_rest(self) -> None:
        """Everything has come of it that will."""
        self.do(self.confirm())
