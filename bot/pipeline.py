"""The path of one delivery, readable from top to bottom.

Recorded deliveries come in; normalise, detect and plan are pure; what they lead to is saved in
one transaction with the delivery's completion. Each step is then acted on by itself: its intent
is saved by the claim, the call is made, its receipt is saved with whatever follows from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from pydantic import ValidationError

from bot.actions.base import Action, Situation
from bot.actions.catalogue import ACTIONS, CHANGING
from bot.actions.port import GitHub
from bot.core.delivery import Delivery
from bot.core.errors import InstallationGone, NotFound, Refused, Unavailable
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Match, Mode
from bot.respond import guards
from bot.respond.alert import Answer, CaseFile, Plan
from bot.respond.approval import Standing, answer, hear
from bot.respond.command import parse_commands
from bot.respond.plan import plan
from bot.respond.report import report
from bot.respond.step import Receipt, Step, StepState

log = structlog.get_logger(__name__)

STANDING_NEEDS = {"members": "read", "metadata": "read"}
HOUR = timedelta(hours=1)
PATIENCE = 8  # tries that an answer waits for the case it belongs to


class Judge(Protocol):
    """Every loaded playbook at once."""

    def match(self, event: Event) -> Sequence[Match]:
        """Return the playbooks whose condition is true for the event."""
        ...


class Records(Protocol):
    """What the path needs of the state database; every method is one transaction."""

    async def complete(
        self,
        delivery_id: str,
        *,
        worker: str,
        now: datetime,
        action: str,
        plans: Sequence[Plan] = (),
        answer: Answer | None = None,
    ) -> bool:
        """Save what a delivery leads to together with its completion."""
        ...

    async def finish_step(
        self,
        step_id: str,
        *,
        worker: str,
        now: datetime,
        state: StepState,
        receipt: Receipt | None = None,
        error: str = "",
        next_at: datetime | None = None,
        follow_ups: Sequence[Step] = (),
    ) -> bool:
        """Save a step's receipt together with the steps that follow from it."""
        ...

    async def case_of_issue(self, repository: str, number: int) -> CaseFile | None:
        """Return the case that lives in this issue, if any."""
        ...

    async def changes_since(
        self, *, playbook_id: str, actions: frozenset[str], since: datetime
    ) -> int:
        """Count the changes a playbook made, or began to make, since then."""
        ...


class Installation(Protocol):
    """One installation's GitHub."""

    def narrowed(self, permissions: Mapping[str, str]) -> GitHub:
        """Return a view of it whose token can do no more than this."""
        ...


class Apps(Protocol):
    """The App's installations."""

    def installation(self, installation_id: int) -> Installation:
        """Return one installation's GitHub; nothing is fetched yet."""
        ...


class StepTask(Protocol):
    """A claimed step with all that is recorded about its case."""

    @property
    def step(self) -> Step:
        """The step, as claimed: its intent is saved."""
        ...

    @property
    def file(self) -> CaseFile:
        """Its case, as it stood at the claim."""
        ...

    @property
    def resumed(self) -> bool:
        """Whether an earlier try's outcome is unknown."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What the operator's settings allow."""

    ceiling: Mode
    security_repository: str
    protected: frozenset[str]
    cap_per_hour: int


class Pipeline:
    """Judges deliveries and takes steps; owns no state of its own."""

    def __init__(
        self,
        *,
        records: Records,
        apps: Apps,
        judge: Callable[[], Judge],
        policy: Policy,
        own_login: str,
        clock: Callable[[], datetime],
        worker: str,
    ) -> None:
        self._records = records
        self._apps = apps
        self._judge = judge
        self._policy = policy
        self._own_login = own_login
        self._clock = clock
        self._worker = worker

    # A delivery: normalise, detect, plan, hear, complete.

    async def handle(self, delivery: Delivery, *, attempts: int) -> tuple[Event, tuple[Plan, ...]]:
        """Judge one recorded delivery and save what it leads to; ``attempts`` counts this try.

        Raises `Unavailable` when a person's standing could not be read now: nothing is saved and
        the delivery is to be handled again later.
        """
        event = normalise(delivery)
        plans = self._plans(event)
        word = await self._hear(event, attempts=attempts)
        await self._records.complete(
            delivery.id,
            worker=self._worker,
            now=self._clock(),
            action=event.action,
            plans=plans,
            answer=word,
        )
        return event, plans

    def _plans(self, event: Event) -> tuple[Plan, ...]:
        now = self._clock()
        planned = (
            plan(
                event,
                match,
                own_login=self._own_login,
                ceiling=self._policy.ceiling,
                now=now,
                changing=CHANGING,
            )
            for match in self._judge().match(event)
        )
        return tuple(each for each in planned if each is not None)

    async def _hear(self, event: Event, *, attempts: int) -> Answer | None:
        """Return what a person's word on a case leads to, if this event is one."""
        found = said(event)
        if found is None or event.installation is None or is_own(event.actor, self._own_login):
            return None
        repository, number, comment = found
        file = await self._records.case_of_issue(repository, number)
        if file is None:
            if attempts < PATIENCE and is_own(author(event), self._own_login):
                # Answered before our own receipt for opening the issue was saved.
                raise Unavailable("the case of this issue is not recorded yet")
            return None
        now = self._clock()
        if comment is None:
            return hear(event, file, now=now)
        commands = parse_commands(comment)
        if not commands:
            return None
        return answer(
            commands,
            file,
            commenter=event.actor or "",
            standing=await self._standing(event, file),
            delivery_id=event.id,
            now=now,
        )

    async def _standing(self, event: Event, file: CaseFile) -> Standing:
        """Read from the API, at this moment, who the commenter is."""
        assert event.installation is not None  # noqa: S101 - the caller has looked
        gh = self._apps.installation(event.installation).narrowed(STANDING_NEEDS)
        login = event.actor or ""
        repos = {alert.repo for alert in file.alerts if alert.repo}
        if file.case.issue is not None:
            repos.add(file.case.issue.repository)
        try:
            role = await org_role(gh, file.case.org, login)
            permissions = {repo: await repo_role(gh, repo, login) for repo in sorted(repos)}
        except InstallationGone:
            return Standing(is_bot=True)
        return Standing(
            org_role=role,
            repo_roles=permissions,
            is_bot=event.fields.get("actor_is_bot") is True,
        )

    # A step: guard, act, receipt.

    async def act(self, task: StepTask) -> Step:
        """Take one claimed step and save its receipt; return the step as it then stands.

        Raises `Unavailable` when it must be tried again later; the step stays claimed.
        """
        try:
            receipt = await self._take(task)
            finished = replace(task.step, state=receipt.state, receipt=receipt)
        except Refused as error:
            finished = replace(task.step, state=StepState.FAILED, error=explain(error))
        return await self.finish(task, finished)

    async def finish(self, task: StepTask, finished: Step) -> Step:
        """Save a step's end, and the comment that tells the case about it."""
        now = self._clock()
        action = ACTIONS.get(finished.action)
        comment = report(
            finished, task.file, changes=action is not None and action.changes, now=now
        )
        await self._records.finish_step(
            finished.id,
            worker=self._worker,
            now=now,
            state=finished.state,
            receipt=finished.receipt,
            error=finished.error,
            follow_ups=() if comment is None else (comment,),
        )
        return finished

    async def _take(self, task: StepTask) -> Receipt:
        step = task.step
        action = ACTIONS.get(step.action)
        if action is None:
            raise Refused(f"this version knows no action '{step.action}'")
        stop = await self._guard(task, action)
        if stop is not None:
            return stop
        situation = self._situation(task, action)
        try:
            params = action.Params.model_validate(step.params)
        except ValidationError as error:
            raise Refused(f"the parameters of '{step.action}' do not fit: {error}") from None
        if step.kind == "apply":
            return await action.apply(situation, params)
        done = next((each for each in task.file.steps if each.id == step.undo_of), None)
        if done is None or done.receipt is None:
            raise Refused("the step to undo left no receipt")
        if done.state is not StepState.DONE and not task.resumed:
            return Receipt(state=StepState.UNCHANGED, summary="It was put back already.")
        return await action.undo(situation, params, done.receipt)

    async def _guard(self, task: StepTask, action: Action) -> Receipt | None:
        """Return the receipt of a step that a guard stops, or ``None`` to go on."""
        step = task.step
        alert = next((each for each in task.file.alerts if each.id == step.alert_id), None)
        if not action.changes or step.kind == "undo" or alert is None:
            return None
        now = self._clock()
        made = await self._records.changes_since(
            playbook_id=alert.playbook.id, actions=CHANGING, since=now - HOUR
        )
        decision = guards.check(
            guards.Facts(
                own_login=self._own_login,
                actor=alert.actor,
                # The claim has already counted the step itself.
                changes_last_hour=made - 1,
                cap_per_hour=self._policy.cap_per_hour,
                approved_by=step.approved_by,
            )
        )
        if isinstance(decision, guards.Ask):
            return Receipt(state=StepState.AWAITING, summary=decision.reason)
        if isinstance(decision, guards.Refuse):
            return Receipt(state=StepState.BLOCKED, summary=decision.reason)
        return None

    def _situation(self, task: StepTask, action: Action) -> Situation:
        step, file = task.step, task.file
        return Situation(
            step=step,
            alert=next((alert for alert in file.alerts if alert.id == step.alert_id), None),
            file=file,
            gh=self._apps.installation(step.installation).narrowed(action.needs),
            own_login=self._own_login,
            security_repository=f"{file.case.org}/{self._policy.security_repository}",
            protected=self._policy.protected,
            now=self._clock(),
            resumed=task.resumed,
        )


def said(event: Event) -> tuple[str, int, str | None] | None:
    """Return repository, issue number and comment of an event that may speak to a case.

    The comment is ``None`` when the issue itself was closed or reopened. An edited comment says
    nothing: what was approved must be what was recorded when it was written.
    """
    number = _issue_number(event)
    if number is None or event.repo is None:
        return None
    if (event.kind, event.fields.get("webhook_action")) == ("issue_comment", "created"):
        comment = event.raw.get("comment")
        body = comment.get("body") if isinstance(comment, Mapping) else None
        return (event.repo, number, body) if isinstance(body, str) else None
    if event.kind == "issues" and event.fields.get("webhook_action") in {"closed", "reopened"}:
        return event.repo, number, None
    return None


def _issue_number(event: Event) -> int | None:
    issue = event.raw.get("issue")
    number = issue.get("number") if isinstance(issue, Mapping) else None
    return number if isinstance(number, int) else None


def author(event: Event) -> str | None:
    """Return the login of who opened the issue an event is about."""
    login = event.lookup("issue.user.login")
    return login if isinstance(login, str) else None


def is_own(login: str | None, own_login: str) -> bool:
    """Whether a login is Tipstaff's own; another bot is not trusted."""
    return login is not None and login.casefold() == own_login.casefold()


async def org_role(gh: GitHub, org: str, login: str) -> str:
    """Return ``admin``, ``member`` or ``none``: a pending membership gives no say yet."""
    try:
        reply = await gh.call(
            "GET", "/orgs/{org}/memberships/{username}", {"org": org, "username": login}
        )
    except NotFound:
        return "none"
    return str(reply.data["role"]) if reply.data["state"] == "active" else "none"


async def repo_role(gh: GitHub, repository: str, login: str) -> str:
    """Return the highest role a login has in ``owner/name``: ``role_name``, or ``none``."""
    owner, _, repo = repository.partition("/")
    try:
        reply = await gh.call(
            "GET",
            "/repos/{owner}/{repo}/collaborators/{username}/permission",
            {"owner": owner, "repo": repo, "username": login},
        )
    except NotFound:
        return "none"
    return str(reply.data["role_name"])


def explain(error: Refused) -> str:
    """Say in one line why a step ended without effect."""
    if isinstance(error, InstallationGone):
        return "The App is no longer installed in this organisation."
    return str(error)
