"""A step about to be rehearsed: what its playbook names beside what the event tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.actions.repository.place import whole
from bot.core.event import Event
from bot.respond.alert import Alert
from bot.respond.inert import is_login
from bot.respond.step import Step
from bot.respond.template import TemplateFailed, context, render
from bot.simulator import Simulator
from bot.simulator.problem import Problem
from bot.simulator.state.people import Team, User
from bot.simulator.state.repository import Repository


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """One step with its stage; ``given`` are its parameters, as far as they can be told yet."""

    sim: Simulator
    event: Event
    action: str
    given: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a parameter's text; empty when the playbook leaves it out."""
        value = self.given.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """Return a number that the playbook gives; what the event tells is on stage already."""
        return whole(self.given.get(name))

    def person(self) -> User | None:
        """Return whom the step is about; ``None`` when that is no login of a person."""
        login = self.text("user").lstrip("@") or self.event.user or ""
        return self.sim.add_user(login) if is_login(login) else None

    def is_told(self, user: User) -> bool:
        """Tell whether the event itself is about somebody."""
        return (self.event.user or "").casefold() == user.key

    def repository(self, usual: str = "") -> Repository | None:
        """Return the repository that the step is about, made when it is not on stage yet.

        ``usual`` is one for a step that needs any. One of another organisation is none.
        """
        path = self.text("repository") or self.event.repo or usual
        owner, _, name = path.rpartition("/")
        org = self.sim.world.org.login
        if not name or owner.casefold() not in {"", org.casefold()}:
            return None
        known = {repo.name.casefold(): repo for repo in self.sim.world.own_repositories()}
        return known.get(name.casefold()) or self.sim.add_repository(name)

    def team(self) -> Team | None:
        """Return the team that the step is about, made when it is not on stage yet."""
        path = self.text("team").lstrip("@") or self.event.text("team") or ""
        slug = path.rpartition("/")[2]
        if not slug:
            return None
        try:
            return self.sim.world.team(slug)
        except Problem:
            return self.sim.add_team(slug)


def cue_of(sim: Simulator, event: Event, step: Step, alert: Alert) -> Cue:
    """Return the cue of a step; what depends on earlier steps is left out."""
    given = dict(step.params)
    if step.late:
        values = context(event, alert.playbook, alert.person)
        for name, value in step.params.items():
            try:
                given |= render({name: value}, values)
            except TemplateFailed:
                del given[name]
    return Cue(sim=sim, event=event, action=step.action, given=given)
