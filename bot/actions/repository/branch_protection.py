"""A branch's protection at GitHub: looked at, put back as an event tells it was, taken away."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.actions.aspects import in_question, left_alone
from bot.actions.base import Situation, split
from bot.actions.change import ANY, CannotChange, Change, Present
from bot.actions.people.taking import take_away
from bot.actions.repository import protection
from bot.actions.repository.protection import (
    BEYOND,
    WORDS,
    Protection,
    label,
    on_their_own,
    settled,
)
from bot.actions.repository.told_protection import SIGNED, from_rule
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.inert import plain

PROTECTION_NEEDS: Final[Mapping[str, str]] = {
    "administration": "write",
    "members": "read",
    "metadata": "read",
}

_PROTECTION: Final = "/repos/{owner}/{repo}/branches/{branch}/protection"
_BRANCH_NAME: Final = re.compile(r"[^*?\[\]\\\s]+")
_TELLTALE: Final = "pull_request_reviews_enforcement_level"
"""A field that every rule has: without it, the event tells no rule."""

_BY_HAND: Final = "please look at it by hand, in the repository's settings under Branches."


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A branch of a repository, by present names."""

    situation: Situation
    repo: str
    name: str

    @property
    def where(self) -> dict[str, str | int]:
        """The variables of its address."""
        return {**split(self.repo), "branch": self.name}

    @property
    def thing(self) -> str:
        """What its protection is called in a sentence."""
        return f"the protection of {plain(self.name, 100)} in {self.repo}"


def branch_of(situation: Situation, alert: Alert, repo: str, given: str = "") -> Branch:
    """Return the branch that is given, or that the event's rule names.

    Raises `CannotChange` when that is a pattern: the API takes single branches only.
    """
    name = given or str(alert.fields.get("name") or "")
    if not name:
        raise CannotChange(f"The event does not say which branch of {repo} it was; {_BY_HAND}")
    if not _BRANCH_NAME.fullmatch(name):
        raise CannotChange(
            f"The rule is for every branch like {plain(name, 100)}, and GitHub's REST API takes "
            "single branches only. An administrator can set it again in the repository's settings "
            "under Branches; the event tells how it was."
        )
    return Branch(situation=situation, repo=repo, name=name)


async def restoration(situation: Situation, alert: Alert, branch: Branch) -> Change:
    """Return the change that brings a protection back, after it was changed or taken away."""
    if _TELLTALE not in alert.fields:
        raise CannotChange(f"The event does not tell the rule, so {branch.thing} stays; {_BY_HAND}")
    if alert.action == "protected_branch.destroy":
        return await _protect_again(situation, alert, branch)
    return await _change_back(situation, alert, branch)


async def _protect_again(situation: Situation, alert: Alert, branch: Branch) -> Change:
    """Return the change from no protection to that of the event's rule."""
    wanted, notes = await from_rule(situation, alert, settled(alert.fields), tuple(WORDS))
    beyond = [words for name, words in BEYOND.items() if alert.fields.get(name) not in _OFF]
    if beyond:
        notes.append(f"GitHub's API can't set {' and '.join(beyond)}; please do that by hand.")
    return _change(branch, changed=None, wanted=wanted, names=tuple(WORDS), note=_note(notes))


_OFF: Final = (None, False, "off")


async def _change_back(situation: Situation, alert: Alert, branch: Branch) -> Change:
    """Return the change of just those aspects that the event changed."""
    former = _former(alert, branch)
    after, before = settled(alert.fields), settled({**alert.fields, **former})
    if after == before:
        raise CannotChange(
            f"GitHub's API can't set what was changed in {branch.thing} "
            f"({plain(', '.join(former) or 'the event does not say', 200)}); {_BY_HAND}"
        )
    found = await _found(branch)
    now = found.aspects if found is not None else {}
    own = now if situation.tried_before else on_their_own(now, after)
    names = in_question(situation, own, after, before)
    wanted, notes = await from_rule(situation, alert, before, names)
    if (others := left_alone(names, after, before, WORDS)) is not None:
        notes.append(others)
    standing = any(own.get(name) == after[name] for name in names)
    return _change(
        branch,
        changed=label(now if standing else after, names),
        wanted=wanted,
        names=names,
        note=_note(notes),
        signed=after[SIGNED],
    )


def _former(alert: Alert, branch: Branch) -> dict[str, Any]:
    """Return the former values of what the event changed."""
    told = alert.fields.get("changes_from")
    changes = told if isinstance(told, Mapping) else {}
    if "name" in changes:
        raise CannotChange(
            f"The rule was given another pattern, and is for {plain(branch.name, 100)} now; "
            f"GitHub's REST API can't rename a rule: {_BY_HAND}"
        )
    return {
        name: change["from"]
        for name, change in changes.items()
        if isinstance(change, Mapping) and "from" in change
    }


def _note(notes: Sequence[str]) -> str | None:
    return " ".join(notes) or None


async def removal(situation: Situation, alert: Alert, branch: Branch) -> Change:
    """Return the change from the protection that the event made to none."""
    names = tuple(WORDS)
    made, _ = await from_rule(situation, alert, settled(alert.fields), names)
    told = _TELLTALE in alert.fields
    change = _change(branch, changed=label(made.aspects), wanted=None, names=names, note=None)
    return replace(
        change,
        changed=change.changed if told else ANY,
        details=made.as_details() if told else {},
        needs_details=True,
    )


def _change(
    branch: Branch,
    *,
    changed: str | None,
    wanted: Protection | None,
    names: Sequence[str],
    note: str | None,
    signed: bool = False,
) -> Change:
    """Return the change of those aspects; ``signed``: commits had to be signed after the event."""
    target = label(wanted.aspects, names) if wanted is not None else None

    async def read() -> Present:
        found = await _found(branch)
        if found is None:
            return Present(label=None)
        details = {**found.as_details(), "names": list(names)}
        return Present(label=label(found.aspects, names), details=details)

    async def write(to: str | None, details: Mapping[str, Any]) -> str | None:
        if to is None:
            await take_away(branch.situation.gh, _PROTECTION, branch.where, read)
            return None
        found = Protection.from_details(details) if details else None
        if to == target and wanted is not None:
            found = wanted if found is None else _merged(found, wanted, names)
        if found is None:
            raise CannotChange(f"How {branch.thing} was is not recorded; {_BY_HAND}")
        await _set(branch, found)
        return None

    # Signed commits are a call of their own: between the two, it is half done.
    half = label({**wanted.aspects, SIGNED: signed}, names) if wanted is not None else None
    return Change(
        thing=branch.thing,
        changed=changed,
        wanted=target,
        read=read,
        write=write,
        words=lambda was, now: _words(branch, was, now),
        shown=half,
        half=half,
        note=note,
    )


def _merged(present: Protection, wanted: Protection, names: Sequence[str]) -> Protection:
    """Return the present protection with only those aspects as they are wanted."""
    aspects = settled({**present.aspects, **{name: wanted.aspects[name] for name in names}})
    return replace(present, aspects=aspects, people={**present.people, **wanted.people})


async def _found(branch: Branch) -> Protection | None:
    try:
        reply = await branch.situation.gh.call("GET", _PROTECTION, branch.where)
    except NotFound:
        return None
    return protection.read(reply.data)


async def _set(branch: Branch, wanted: Protection) -> None:
    """Set a protection: as a whole, then what the API takes apart from it."""
    gh, where = branch.situation.gh, branch.where
    reply = await gh.call("PUT", _PROTECTION, where, body=protection.request(wanted))
    shown = protection.read(reply.data)
    if shown.aspects[SIGNED] != wanted.aspects[SIGNED]:
        method = "POST" if wanted.aspects[SIGNED] else "DELETE"
        await gh.call(method, _PROTECTION + "/required_signatures", where)


def _words(branch: Branch, was: str | None, now: str | None) -> str:
    if now is None:
        return f"Took {branch.thing} away."
    if was is None:
        return f"Set {branch.thing} again: {_telling(now)}."
    return f"Changed {branch.thing} back: {_telling(now)}."


def _telling(text: str) -> str:
    """Return only what is on, where so much is told that most of it is off."""
    parts = [part for part in text.split("; ") if not part.endswith((": off", ": none", ": 0"))]
    return "; ".join(parts) if parts and text.count(";") > 5 else text
