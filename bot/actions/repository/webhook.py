"""A webhook of a repository or of the organisation: looked at, switched, deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.subject import repository_of
from bot.actions.people.taking import take_away
from bot.actions.repository.place import RepositoryParameters
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.inert import plain

REPOSITORY_HOOKS: Final[Mapping[str, str]] = {"repository_hooks": "write", "metadata": "read"}
ORGANIZATION_HOOKS: Final[Mapping[str, str]] = {"organization_hooks": "write"}
HOOK_NEEDS: Final[Mapping[str, str]] = {**REPOSITORY_HOOKS, **ORGANIZATION_HOOKS}

ACTIVE: Final = "active"
DISABLED: Final = "disabled"


class WebhookParameters(RepositoryParameters):
    """Parameters of an action on a webhook."""

    scope: Literal["auto", "repository", "organization"] = Field(
        default="auto",
        description="Whose webhook it is; `auto`: the repository's when there is one.",
    )
    hook_id: int | None = Field(
        default=None, description="The webhook's number; left out, the event's `hook_id`."
    )


def of_repository(alert: Alert | None, scope: object, repository: object) -> bool:
    """Tell whether it is a webhook of a repository, rather than of the organisation."""
    if scope in {"repository", "organization"}:
        return scope == "repository"
    return bool(repository) or (alert is not None and alert.repo is not None)


def hook_permissions(alert: Alert | None, params: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what it takes to change this very webhook."""
    its = of_repository(alert, params.get("scope"), params.get("repository"))
    return REPOSITORY_HOOKS if its else ORGANIZATION_HOOKS


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Whose webhook it is, and where it is found."""

    name: str
    url: str
    variables: Mapping[str, str | int]


async def place_of(situation: Situation, params: WebhookParameters, number: int) -> Place:
    """Return the place of a webhook, by present names."""
    alert = situation.subject()
    if of_repository(alert, params.scope, params.repository):
        repo = await repository_of(situation, params.repository)
        url = "/repos/{owner}/{repo}/hooks/{hook_id}"
        return Place(name=repo, url=url, variables={**split(repo), "hook_id": number})
    url = "/orgs/{org}/hooks/{hook_id}"
    return Place(name=alert.org, url=url, variables={"org": alert.org, "hook_id": number})


async def read_hook(situation: Situation, place: Place) -> Mapping[str, Any] | None:
    """Return a webhook as it is now; ``None`` when there is none."""
    try:
        return dict((await situation.gh.call("GET", place.url, place.variables)).data)
    except NotFound:
        return None


def told_of(hook: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a webhook: no address, which may hold a secret itself."""
    host = urlsplit(str(hook["config"].get("url") or "")).hostname or "unknown"
    return {"host": plain(host, 100), "events": [plain(each, 60) for each in hook["events"]]}


def deletion(situation: Situation, place: Place, number: int) -> Change:
    """Return the deletion of a webhook, which nothing brings back: its secret goes with it."""
    seen: dict[str, Any] = {}

    async def read() -> Present:
        hook = await read_hook(situation, place)
        if hook is None:
            return Present(label=None)
        seen.update(told_of(hook))
        return Present(label="there", details=dict(seen))

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        if label is not None:
            raise CannotChange(
                f"The webhook {number} of {place.name} can't be made again: GitHub never shows a "
                "webhook's secret. Its administrator can add it anew, with a new secret."
            )
        await take_away(situation.gh, place.url, place.variables, read)
        return None

    return Change(
        thing=f"the webhook {number} of {place.name}",
        changed="there",
        wanted=None,
        read=read,
        write=write,
        words=lambda _, __: f"Deleted the webhook {number} of {place.name}{_aim(seen)}.",
        final=True,
    )


def switching(
    situation: Situation, place: Place, number: int, *, changed: str, wanted: str
) -> Change:
    """Return the change of whether a webhook is active."""
    seen: dict[str, Any] = {}

    async def read() -> Present:
        hook = await read_hook(situation, place)
        if hook is None:
            return Present(label=None)
        seen.update(told_of(hook))
        return Present(label=ACTIVE if hook["active"] else DISABLED)

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        body = {"active": label == ACTIVE}
        await situation.gh.call("PATCH", place.url, place.variables, body=body)
        return None

    return Change(
        thing=f"the webhook {number} of {place.name}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda _, now: (
            f"{'Enabled' if now == ACTIVE else 'Disabled'} the webhook {number} of {place.name}"
            f"{_aim(seen)}."
        ),
    )


def choosing(
    situation: Situation,
    place: Place,
    number: int,
    *,
    changed: Sequence[str],
    wanted: Sequence[str],
) -> Change:
    """Return the change of the events that a webhook sends."""

    async def read() -> Present:
        hook = await read_hook(situation, place)
        if hook is None:
            return Present(label=None)
        return Present(label=_listed(hook["events"]), details={"events": list(hook["events"])})

    async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
        events = list(wanted) if label == _listed(wanted) else details["events"]
        await situation.gh.call("PATCH", place.url, place.variables, body={"events": events})
        return None

    return Change(
        thing=f"what the webhook {number} of {place.name} sends",
        changed=_listed(changed),
        wanted=_listed(wanted),
        read=read,
        write=write,
        words=lambda _, now: f"Let the webhook {number} of {place.name} send {now} again.",
        details={"events": list(changed)},
    )


def _listed(events: Sequence[str]) -> str:
    """Return the events in words; a star of GitHub's means all of them."""
    return ", ".join(sorted("every event" if e == "*" else plain(e, 60) for e in events))


def _aim(seen: Mapping[str, Any]) -> str:
    if not seen:
        return ""
    events = seen["events"]
    shown = ", ".join(events[:5]) + (f" and {len(events) - 5} more" if len(events) > 5 else "")
    return f", which sent {shown} to {seen['host']}"
