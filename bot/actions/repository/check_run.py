"""Gives a verdict on a commit."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from bot.actions.base import Action, Situation, split
from bot.actions.change import CannotChange
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.inert import plain
from bot.respond.inert import title as inert
from bot.respond.step import Receipt, StepState

_RUNS: Final = "/repos/{owner}/{repo}/check-runs"
_OF_COMMIT: Final = "/repos/{owner}/{repo}/commits/{ref}/check-runs{?check_name,filter}"
_COMMIT: Final = re.compile(r"(?!0+$)[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FIELDS: Final = ("head_sha", "after", "sha")
"""Fields of an event that hold a commit's id."""


class CheckRunParameters(RepositoryParameters):
    """Parameters of ``check-run``."""

    sha: str = Field(
        default="",
        max_length=64,
        description="The commit's whole id; left out, the event's `head_sha` or `after`.",
    )
    name: str = Field(
        default="tipstaff",
        min_length=1,
        max_length=100,
        description="What the check is called; a ruleset or branch protection can require it.",
    )
    conclusion: Literal["failure", "action_required", "neutral", "success"] = Field(
        default="failure", description="The verdict."
    )
    title: str = Field(
        default="",
        description="One line, cut at 250 characters; left out, the playbook's title.",
    )
    summary: str = Field(
        default="",
        max_length=60_000,
        description="Markdown that everybody sees who sees the commit; left out, the playbook's "
        "title and level.",
    )


class CheckRun(Action[CheckRunParameters]):
    """Puts a check with a verdict on a commit, once."""

    name = "check-run"
    summary = (
        "Puts a check with a verdict on a commit: shown beside it and in its pull requests, where "
        "a required check holds the merge up. Whoever sees the commit sees the text."
    )
    Params = CheckRunParameters
    needs: ClassVar[Mapping[str, str]] = {"checks": "write", "metadata": "read"}
    changes: ClassVar[bool] = True
    undo_note = "`/undo` makes the verdict neutral: GitHub deletes no check."
    example = """\
- action: check-run
  with:
    conclusion: action_required
    title: "A workflow was changed; somebody of the security team has to look."
"""

    async def apply(self, situation: Situation, params: CheckRunParameters) -> Receipt:
        """Give the verdict, unless an earlier try did."""
        alert = situation.subject()
        try:
            sha = _commit(alert, params.sha)
            repo = await repository_of(situation, params.repository)
        except CannotChange as reason:
            return Receipt(state=StepState.BLOCKED, summary=str(reason))
        found = await _given(situation, repo, sha, params.name)
        earlier = " An earlier try did it." if found is not None else ""
        if found is None:
            body = {
                "name": params.name,
                "head_sha": sha,
                "external_id": _marker(situation),
                "status": "completed",
                "conclusion": params.conclusion,
                "output": _output(alert, params),
            }
            found = (await situation.gh.call("POST", _RUNS, split(repo), body=body)).data
        return Receipt(
            state=StepState.DONE,
            summary=f"Gave the verdict {params.conclusion} on the commit {sha[:10]} of {repo}, in "
            f"the check {plain(params.name, 100)}.{earlier}",
            before={},
            after={"check_run": found["id"], "repository": repo},
            url=_url(found),
            undoable=True,
        )

    async def undo(
        self, situation: Situation, params: CheckRunParameters, done: Receipt
    ) -> Receipt:
        """Make the verdict neutral."""
        try:
            repo = await repository_of(situation, str(done.after["repository"]))
        except CannotChange as reason:
            return Receipt(state=StepState.BLOCKED, summary=str(reason))
        where = {**split(repo), "check_run_id": int(done.after["check_run"])}
        one = _RUNS + "/{check_run_id}"
        try:
            found = (await situation.gh.call("GET", one, where)).data
        except NotFound:
            return Receipt(state=StepState.UNCHANGED, summary="The check is gone already.")
        name = plain(params.name, 100)
        if found["conclusion"] != params.conclusion:
            now = found["conclusion"]
            text = f"Left alone: the verdict of the check {name} is {now} now."
            return Receipt(state=StepState.UNCHANGED, summary=text)
        output = {"title": "Withdrawn", "summary": "This verdict was withdrawn."}
        body = {"status": "completed", "conclusion": "neutral", "output": output}
        await situation.gh.call("PATCH", one, where, body=body)
        seen = (await situation.gh.call("GET", one, where)).data["conclusion"]
        if seen != "neutral":
            situation.not_seen(f"the verdict of the check {name} is still {seen}")
        text = f"Withdrew the verdict of the check {name} in {repo}: it is neutral now."
        return Receipt(state=StepState.DONE, summary=text)

    async def redo(
        self,
        situation: Situation,
        params: CheckRunParameters,
        undone: Receipt,  # noqa: ARG002 - the signature of every redo
    ) -> Receipt:
        """Do it as the first time: a newer check of the same name stands for it."""
        return await self.apply(situation, params)


def _commit(alert: Alert, given: str) -> str:
    told = given or next(
        (str(alert.fields[name]) for name in _FIELDS if alert.fields.get(name)), ""
    )
    sha = told.strip().lower()
    if not _COMMIT.fullmatch(sha):
        what = f"'{plain(told, 80)}' is no commit's id" if told else "The event names no commit"
        raise CannotChange(f"{what}, so there is nothing to give a verdict on.")
    return sha


def _output(alert: Alert, params: CheckRunParameters) -> dict[str, str]:
    book = alert.playbook
    title = inert(params.title or book.title, 250)
    bland = f"{plain(book.title, 200)} (level: {book.level})"
    return {"title": title, "summary": params.summary or bland}


def _marker(situation: Situation) -> str:
    """Return what finds this step's own check again, and tells others nothing."""
    return "tipstaff:" + hashlib.sha256(situation.step.id.encode()).hexdigest()[:32]


async def _given(situation: Situation, repo: str, sha: str, name: str) -> Mapping[str, Any] | None:
    """Return this step's check, when an earlier try made one."""
    where = {**split(repo), "ref": sha, "check_name": name, "filter": "all"}
    async for run in situation.gh.pages(_OF_COMMIT, where, key="check_runs"):
        own = f"{(run.get('app') or {}).get('slug')}[bot]" == situation.own_login
        if own and run.get("external_id") == _marker(situation):
            return dict(run)
    return None


def _url(run: Mapping[str, Any]) -> str | None:
    url = run.get("html_url")
    return url if isinstance(url, str) else None
