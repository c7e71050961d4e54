"""What an action is: what it is called, takes, needs, changes, and how it is put back."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationInfo

from bot.actions.notice import Notifier
from bot.actions.port import GitHub
from bot.core.errors import Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import Alert, CaseFile
from bot.respond.render import Readers
from bot.respond.step import Receipt, Step, StepState
from bot.respond.told import Told

PATIENCE: Final = 5
"""Tries after which a change that GitHub accepted, but does not show, is given to a person."""


AS_WRITTEN: Final[Mapping[str, bool]] = {"as_written": True}
"""The context in which a playbook's own words are checked: what does not fit is a mistake."""


def is_rendered(info: ValidationInfo) -> bool:
    """Tell whether a value may hold an event's text, so that whoever wrote that chose it."""
    return not (info.context or {}).get("as_written")


class Parameters(BaseModel):
    """What an action takes from a playbook's ``with``; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParameters(Parameters):
    """For an action that takes none."""


P = TypeVar("P", bound=Parameters)


async def _nothing_told(_thing: str, _alert: Alert) -> None:
    return None


def _nobody_asks(_intent: Receipt) -> None:
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Everything an action may know when it is its turn.

    ``alert`` is the step's (``None`` for an answer's step); ``gh`` is narrowed to what the action
    needs, and ``view`` gives one narrowed to something else, to read what may be missing without
    the step failing (writes go through ``gh``); ``anonymous`` is GitHub without any credential;
    ``notifier`` tells people outside of GitHub; ``original`` reads the event as it was recorded,
    with nothing masked or cut, which must not get into a receipt or a log; ``told`` what an
    earlier event than an alert's told last of a thing (`bot.respond.told`);
    ``security_repository`` is ``owner/name``; ``protected`` are logins never to touch;
    ``resumed`` says that the outcome of an earlier try is unknown: look before doing it again;
    ``readers`` who reads the case; ``intend`` takes the receipt of what is about to be written,
    to be saved before it is.
    """

    step: Step
    alert: Alert | None
    file: CaseFile
    gh: GitHub
    view: Callable[[Mapping[str, str]], GitHub]
    anonymous: GitHub
    notifier: Notifier
    original: Callable[[], Awaitable[Event | None]]
    own_login: str
    security_repository: str
    protected: frozenset[str]
    now: datetime
    resumed: bool
    readers: Readers = field(default_factory=Readers)
    intend: Callable[[Receipt], None] = _nobody_asks
    told: Callable[[str, Alert], Awaitable[Told | None]] = _nothing_told

    @property
    def tried_before(self) -> bool:
        """Whether a write of an earlier try may have taken effect.

        Trying often is not enough: a try that ended before its write did nothing.
        """
        return self.resumed or self.step.sent

    def subject(self) -> Alert:
        """Return the alert in question: the step's own, or that of the step it undoes.

        Raises `Refused` when there is none: the action only makes sense for an event.
        """
        alert = alert_of(self.step, self.file)
        if alert is None:
            raise Refused(f"'{self.step.action}' needs an alert, and this step belongs to none")
        return alert

    def not_seen(self, what: str) -> NoReturn:
        """Raise because GitHub accepted a change but does not show it: look again later.

        After some tries it becomes a person's matter: `Refused`.
        """
        if self.step.attempts < PATIENCE:
            raise Unavailable(f"GitHub accepted the change, but {what}", sent=True)
        raise Refused(f"GitHub accepted the change, but {what}; a person has to look")


def alert_of(step: Step, file: CaseFile) -> Alert | None:
    """Return the alert a step answers; for an undo, the one that the undone step answered."""
    if step.alert_id is None and step.undo_of is not None:
        undone = next((each for each in file.steps if each.id == step.undo_of), None)
        return alert_of(undone, file) if undone is not None else None
    return next((alert for alert in file.alerts if alert.id == step.alert_id), None)


class Action(ABC, Generic[P]):
    """One kind of response.

    ``name`` is how playbooks call it; ``summary`` one sentence for the documentation; ``Params``
    its parameters; ``needs`` the GitHub permissions it may use at most; ``changes`` whether it
    alters the organisation (then it is guarded, and waits in ``ask`` mode) or only tells people;
    ``undo_note`` how it is put back, or why it cannot be; ``example`` is YAML for a playbook.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    Params: type[P]
    needs: ClassVar[Mapping[str, str]]
    changes: ClassVar[bool]
    undo_note: ClassVar[str]
    example: ClassVar[str]

    def permissions(
        self,
        step: Step,  # noqa: ARG002 - most actions need the same whatever the step
        file: CaseFile,  # noqa: ARG002 - as above
    ) -> Mapping[str, str]:
        """Return the permissions this very step needs: all of ``needs``, or fewer."""
        return self.needs

    @abstractmethod
    async def apply(self, situation: Situation, params: P) -> Receipt:
        """Do it, at most once in effect, and return the receipt.

        Raises `Unavailable` to be called again later, and `Refused` when it cannot be done.
        """

    async def undo(
        self,
        situation: Situation,  # noqa: ARG002 - for the actions that can be undone
        params: P,  # noqa: ARG002 - as above
        done: Receipt,  # noqa: ARG002 - as above
    ) -> Receipt:
        """Put back what ``done`` tells of; an action that cannot says so."""
        return Receipt(state=StepState.BLOCKED, summary=f"This can't be undone. {self.undo_note}")

    async def redo(
        self,
        situation: Situation,  # noqa: ARG002 - for the actions that can be done again
        params: P,  # noqa: ARG002 - as above
        undone: Receipt,  # noqa: ARG002 - as above
    ) -> Receipt:
        """Do again what was undone, as ``undone`` tells; an action that cannot says so."""
        summary = f"'{self.name}' can't be done again once it was undone; a person has to."
        return Receipt(state=StepState.BLOCKED, summary=summary)


AnyAction = Action[Any]
"""An action, whatever its parameters."""


def split(repository: str) -> dict[str, str | int]:
    """Return ``owner/name`` as the variables of GitHub's addresses."""
    owner, _, name = repository.partition("/")
    return {"owner": owner, "repo": name}
