"""What Tipstaff has done lately, as far as it bears on the next change."""

from dataclasses import dataclass
from datetime import datetime

from bot.respond.alert import Alert
from bot.respond.guards.facts import Rival
from bot.respond.pause import Pause
from bot.respond.step import Step
from bot.respond.subject import Subject


def installing(installation: int) -> str:
    """Return how the App's coming to an organisation is written down among the editions."""
    return f"installation {installation}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """Which change is asked about: a step of an alert, what it falls on, and when.

    ``alike`` is what it falls on without the number that it has only this time (``None``: it has
    none). ``edition`` names the version and set of playbooks in use.
    """

    step: Step
    alert: Alert
    subject: Subject
    alike: Subject | None = None
    edition: str
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Conduct:
    """What is recorded, the step that asks not counted.

    ``by_playbook`` and ``by_actor`` count changes within the hour: those that the playbook made,
    and those that answer the acts of the alert's actor in this organisation. ``people`` and
    ``repositories`` are whom and what they fell on in this organisation, by any playbook.
    ``rounds`` counts the alerts for which the subject, or one like it, was changed within a day.
    ``new_since`` is when the edition was first seen, or the App was installed there after that.
    """

    by_playbook: int = 0
    by_actor: int = 0
    people: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    rivals: tuple[Rival, ...] = ()
    rounds: int = 0
    pause: Pause | None = None
    new_since: datetime | None = None
