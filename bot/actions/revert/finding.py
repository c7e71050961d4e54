"""A finding of GitHub's watchmen that somebody put aside: open again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from bot.actions.base import Situation, split
from bot.actions.change import ANY, CannotChange, Change, Present
from bot.actions.repository.place import whole
from bot.actions.revert.reverter import Reverter, repository
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.inert import plain

_OPEN: Final = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of finding: its address, its permission, and the words it is put aside with.

    ``number`` and ``reason`` are fields of the event; ``closed`` is the state of one put aside,
    ``why`` and ``comment`` are what GitHub calls the reason and the remark.
    """

    what: str
    url: str
    permission: str
    number: str
    reason: str
    closed: str
    why: str
    comment: str


_KINDS: Final[Mapping[str, Kind]] = {
    "secret_scanning_alert.resolve": Kind(
        what="secret scanning alert",
        # GitHub would show the secret itself otherwise.
        url="/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}{?hide_secret}",
        permission="secret_scanning_alerts",
        number="number",
        reason="resolution",
        closed="resolved",
        why="resolution",
        comment="resolution_comment",
    ),
    "code_scanning.alert_closed_by_user": Kind(
        what="code scanning alert",
        url="/repos/{owner}/{repo}/code-scanning/alerts/{alert_number}",
        permission="security_events",
        number="alert_number",
        reason="dismiss_reason",
        closed="dismissed",
        why="dismissed_reason",
        comment="dismissed_comment",
    ),
    "repository_vulnerability_alert.dismiss": Kind(
        what="Dependabot alert",
        url="/repos/{owner}/{repo}/dependabot/alerts/{alert_number}",
        permission="vulnerability_alerts",
        number="alert_number",
        reason="dismiss_reason",
        closed="dismissed",
        why="dismissed_reason",
        comment="dismissed_comment",
    ),
}


class FindingReverter(Reverter):
    """Answers a finding of secret scanning, code scanning or Dependabot that was put aside."""

    actions = tuple(_KINDS)
    needs: ClassVar[Mapping[str, str]] = {
        **{kind.permission: "write" for kind in _KINDS.values()},
        "metadata": "read",
    }
    puts_back = "The finding is open again; an undo puts it aside with the same reason and remark."

    def permissions(self, alert: Alert) -> Mapping[str, str]:
        """Return what this kind of finding needs."""
        return {_KINDS[alert.action].permission: "write", "metadata": "read"}

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of the finding's state."""
        kind = _KINDS[alert.action]
        number = whole(alert.fields.get(kind.number))
        if number is None:
            raise CannotChange(f"The event does not say which {kind.what} it was.")
        repo = await repository(situation, alert)
        where = {**split(repo), "alert_number": number}
        reason = alert.fields.get(kind.reason)
        thing = f"the {kind.what} {number} of {repo}"

        async def read() -> Present:
            hidden = {"hide_secret": "true"} if "hide_secret" in kind.url else {}
            try:
                found = (await situation.gh.call("GET", kind.url, {**where, **hidden})).data
            except NotFound:
                return Present(label=None)
            details = {name: found.get(name) for name in (kind.why, kind.comment)}
            return Present(label=_label(str(found["state"]), details[kind.why]), details=details)

        async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
            body: dict[str, Any] = {"state": _OPEN}
            if label != _OPEN:
                kept = {name: value for name, value in details.items() if value is not None}
                body = {"state": kind.closed, **kept}
            url = kind.url.partition("{?")[0]
            await situation.gh.call("PATCH", url, where, body=body)
            return None

        return Change(
            thing=thing,
            changed=_label(kind.closed, reason) if reason else ANY,
            wanted=_OPEN,
            read=read,
            write=write,
            words=lambda was, now: _words(thing, was, now),
            details={kind.why: reason} if reason else {},
        )


def _label(state: str, reason: object) -> str:
    return f"{state} as {plain(reason, 60)}" if reason and state != _OPEN else state


def _words(thing: str, was: str | None, now: str | None) -> str:
    if now == _OPEN:
        return f"Opened {thing} again{f' (was {was})' if was else ''}."
    return f"Put {thing} aside again: {now}."
