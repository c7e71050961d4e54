"""A day in an organisation, scene by scene."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.app import utcnow
from bot.core.errors import TipstaffError
from bot.demo.stage import ORG, Stage, waiting
from bot.respond.alert import CaseFile, CaseState


@dataclass(kw_only=True, slots=True)
class Happening:
    """What came of a scene: the cases it is about, and facts read back from GitHub."""

    cases: list[CaseFile] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


Play = Callable[[Stage], Awaitable[Happening]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One scene: when, what people do, and how it is played."""

    hour: str
    title: str
    act: str
    play: Play


def holds(fact: str, truth: bool) -> str:
    """Return a fact that was checked; a demo that tells a falsehood must fail instead."""
    if not truth:
        raise TipstaffError(f"the demo expected otherwise: {fact}")
    return fact


async def one_case(stage: Stage) -> CaseFile:
    """Return the case that just came up."""
    cases = await stage.new_cases()
    if not cases:
        raise TipstaffError("the demo expected a case, and none came up")
    return cases[-1]


async def say(stage: Stage, file: CaseFile, login: str, text: str) -> CaseFile:
    """Let a person comment on a case; return the case when everything has come of it."""
    if file.case.issue is None:
        raise TipstaffError("the demo's case has no issue to comment on")
    repository = file.case.issue.repository.partition("/")[2]
    await stage.sim.by(login).comment(repository, file.case.issue.number, text)
    await stage.quiet()
    return await stage.case(file.case.id)


async def collaborator(stage: Stage) -> Happening:
    """Alice raises an outside collaborator to admin."""
    await stage.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await stage.quiet()
    file = await one_case(stage)
    level = stage.sim.collaborator("payments", "eve")
    return Happening(
        cases=[file],
        facts=[holds(f"eve's level on payments is {level} again", level == "push")],
    )


async def owner(stage: Stage) -> Happening:
    """Omar makes Bob an owner: no webhook says so."""
    await stage.sim.by("omar").make_owner("bob")
    await stage.until("bob to be put back", lambda: stage.sim.org_role("bob") == "member")
    await stage.quiet()
    file = await one_case(stage)
    return Happening(
        cases=[file],
        facts=[
            holds("bob is a member again", stage.sim.org_role("bob") == "member"),
            holds("olivia is still an owner", stage.sim.org_role("olivia") == "admin"),
        ],
    )


async def token(stage: Stage) -> Happening:
    """Carol asks for a token that could do nearly everything."""
    await stage.sim.by("carol").request_token(
        "nightly-sync",
        permissions={
            "organization": {"organization_administration": "write", "members": "write"},
            "repository": {"administration": "write", "contents": "write", "metadata": "read"},
        },
        repositories="all",
        expires_at=utcnow() + timedelta(days=365),
        reason="sync our things at night",
    )
    await stage.quiet()
    cases = await stage.new_cases()
    return Happening(
        cases=cases,
        facts=[holds("no request is waiting any more", not stage.sim.token_requests())],
    )


async def publicized(stage: Stage) -> Happening:
    """Alice makes a private repository public; a second person decides."""
    await stage.sim.by("alice").publicize("website")
    await stage.quiet()
    file = await one_case(stage)
    holds("the playbook asks first", waiting(file))
    file = await say(stage, file, "alice", "/approve")
    refused = holds("alice can't decide about her own act", waiting(file))
    file = await say(stage, file, "olivia", "/approve")
    visibility = stage.sim.visibility("website")
    return Happening(
        cases=[file],
        facts=[
            refused,
            holds(
                f"olivia's /approve put it back: website is {visibility}", visibility == "private"
            ),
        ],
    )


async def secret(stage: Stage) -> Happening:
    """Bob pushes a commit whose message holds a key."""
    # GitHub's own documented example of a key: it opens nothing.
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    await stage.sim.by("bob").push("payments", message=f"fix deploy, aws_access_key_id={key}")
    await stage.quiet()
    file = await one_case(stage)
    bodies = [str(issue["body"]) for issue in issues(stage)]
    return Happening(
        cases=[file],
        facts=[holds("no issue repeats the key", not any(key in body for body in bodies))],
    )


async def false_alarm(stage: Stage) -> Happening:
    """Olivia knows that key, and closes the case."""
    file = await last(stage, "secret")
    file = await say(stage, file, "olivia", "/close it is the example key of the documentation")
    return Happening(
        cases=[file],
        facts=[holds("the case is closed", file.case.state is CaseState.CLOSED)],
    )


async def undo(stage: Stage) -> Happening:
    """Olivia had agreed to Eve's admin role after all."""
    file = await last(stage, "payments", "eve")
    file = await say(stage, file, "olivia", "/undo")
    level = stage.sim.collaborator("payments", "eve")
    return Happening(
        cases=[file],
        facts=[holds(f"eve's level on payments is {level}, as before", level == "admin")],
    )


async def last(stage: Stage, *words: str) -> CaseFile:
    """Return the newest case whose alert speaks of all the words."""
    for alert in sorted(
        await stage.app.store.alerts(), key=lambda each: each.created_at, reverse=True
    ):
        text = f"{alert.playbook.title} {alert.repo} {alert.fields.get('user')}".casefold()
        if all(word in text for word in words):
            return await stage.case(alert.case_id)
    raise TipstaffError(f"the demo found no case about {' and '.join(words)}")


def issues(stage: Stage) -> list[dict[str, object]]:
    """Return every issue that Tipstaff opened, over all repositories."""
    return [
        issue
        for repository in ("payments", "security", "website")
        for issue in stage.sim.issues(f"{ORG}/{repository}")
    ]


STORY = (
    Scene(
        hour="09:12",
        title="An outside collaborator is made admin",
        act="alice raises eve, an outside collaborator, from write to admin on acme/payments.",
        play=collaborator,
    ),
    Scene(
        hour="10:40",
        title="A member is made owner, and nobody approved it",
        act="omar makes bob an owner of acme. GitHub sends no webhook for that; the roster looks.",
        play=owner,
    ),
    Scene(
        hour="11:05",
        title="A token request asks for far too much",
        act="carol asks for a token with write access to the organisation and all repositories.",
        play=token,
    ),
    Scene(
        hour="13:30",
        title="A private repository is made public",
        act="alice makes acme/website public. The playbook asks; alice tries to approve it herself;"
        " olivia, an owner, does.",
        play=publicized,
    ),
    Scene(
        hour="15:02",
        title="A commit message holds a key",
        act="bob pushes to acme/payments with an AWS key in the commit message.",
        play=secret,
    ),
    Scene(
        hour="15:20",
        title="A false alarm",
        act="olivia comments: /close it is the example key of the documentation",
        play=false_alarm,
    ),
    Scene(
        hour="16:45",
        title="An undo",
        act="olivia had agreed to eve's role. She comments /undo on the first case.",
        play=undo,
    ),
)
