"""Rulesets at GitHub: looked at, put back from their history or an event, made again, deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import ANY, CannotChange, Change, Present
from bot.actions.people.taking import take_away
from bot.actions.repository import ruleset
from bot.actions.repository.place import whole
from bot.actions.repository.ruleset import PARTS, State, label, parts_of
from bot.actions.repository.ruleset_history import edit_in_history
from bot.core.errors import Forbidden, NotFound
from bot.respond.alert import Alert
from bot.respond.inert import plain

REPOSITORY_RULES: Final[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
ORGANIZATION_RULES: Final[Mapping[str, str]] = {"organization_administration": "write"}
RULESET_NEEDS: Final[Mapping[str, str]] = {**REPOSITORY_RULES, **ORGANIZATION_RULES}

_THERE: Final = "there"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Where rulesets are kept: in a repository, or (without one) in the organisation."""

    situation: Situation
    org: str
    repo: str | None

    @property
    def name(self) -> str:
        """What the place is called."""
        return self.repo or self.org

    @property
    def url(self) -> str:
        """The address of all of its rulesets."""
        return "/repos/{owner}/{repo}/rulesets" if self.repo else "/orgs/{org}/rulesets"

    def where(self, **more: int) -> dict[str, str | int]:
        """Return the variables of an address."""
        return {**(split(self.repo) if self.repo else {"org": self.org}), **more}

    async def show(self, number: int) -> dict[str, Any] | None:
        """Return a ruleset's parts; ``None`` when there is none with this number."""
        try:
            reply = await self.situation.gh.call(
                "GET", self.url + "/{ruleset_id}", self.where(ruleset_id=number)
            )
        except NotFound:
            return None
        return parts_of(reply.data)

    async def numbered(self, name: str) -> int | None:
        """Return the number of the place's own ruleset with this name; there is one at most."""
        async for found in self.situation.gh.pages(self.url, self.where()):
            if found["name"] == name and str(found["source"]).casefold() == self.name.casefold():
                return int(found["id"])
        return None

    async def versions(self, number: int) -> list[Mapping[str, Any]]:
        """Return a ruleset's versions, newest first, as GitHub lists them."""
        url, where = self.url + "/{ruleset_id}/history", self.where(ruleset_id=number)
        found = [version async for version in self.situation.gh.pages(url, where)]
        return sorted(found, key=lambda each: int(each["version_id"]), reverse=True)

    async def version(self, number: int, version: int) -> dict[str, Any]:
        """Return a ruleset's parts as they were in a version."""
        url = self.url + "/{ruleset_id}/history/{version_id}"
        where = self.where(ruleset_id=number, version_id=version)
        return parts_of((await self.situation.gh.call("GET", url, where)).data["state"])


def place_of(situation: Situation, alert: Alert, repo: str | None) -> Rules:
    """Return where an event's ruleset is kept; ``repo`` is its repository's present name."""
    kind = str(alert.fields.get("ruleset_source_type") or "").lower()
    if kind == "enterprise":
        raise CannotChange(
            "The ruleset belongs to the enterprise: one of its owners can look at it in the "
            "enterprise's settings under Policies."
        )
    return Rules(situation=situation, org=alert.org, repo=None if kind == "organization" else repo)


def of_organization(alert: Alert | None) -> bool:
    """Tell whether an event's ruleset is the organisation's."""
    if alert is None:
        return False
    kind = str(alert.fields.get("ruleset_source_type") or "").lower()
    return kind == "organization" or alert.repo is None


def ruleset_permissions(alert: Alert | None) -> Mapping[str, str]:
    """Return what it takes to change this very ruleset."""
    return ORGANIZATION_RULES if of_organization(alert) else REPOSITORY_RULES


def number_told(alert: Alert, given: int | None = None) -> int:
    """Return the number of the ruleset; raise `CannotChange` when nobody tells."""
    number = given if given is not None else whole(alert.fields.get("ruleset_id"))
    if number is None:
        raise CannotChange("The event does not say which ruleset it was; please look by hand.")
    return number


async def restoration(alert: Alert, rules: Rules) -> Change:
    """Return the change that brings back a ruleset that was changed or deleted."""
    if alert.action == "repository_ruleset.destroy":
        return _remade(alert, rules)
    number = number_told(alert)
    try:
        found = await edit_in_history(alert, rules, number)
    except (NotFound, Forbidden):
        after = ruleset.told_by(alert)
        former = {**after, **ruleset.before(alert)}
    else:
        if found is None:
            raise CannotChange(
                f"The history of {_named(alert, rules)} does not show this change, so Tipstaff "
                "can't tell how it was; please look at it by hand, in the settings under Rules."
            )
        after, former = found
    parts = ruleset.differing(after, former)
    if not parts:
        raise CannotChange(
            f"Neither the event nor its history says what was changed in {_named(alert, rules)}; "
            "please look at it by hand, in the settings under Rules."
        )
    thing = _named(alert, rules)
    return _change(rules, number, thing, changed=label(after, parts), wanted=former, parts=parts)


async def to_version(rules: Rules, number: int, version: int) -> Change:
    """Return the change of a ruleset to one of its versions."""
    try:
        wanted = await rules.version(number, version)
    except NotFound as error:
        text = f"The ruleset {number} of {rules.name} has no version {version}."
        raise CannotChange(text) from error
    parts = tuple(part for part in PARTS if part in wanted)
    thing = f"the ruleset {number} of {rules.name}"
    return _change(rules, number, thing, changed=ANY, wanted=wanted, parts=parts)


def _change(
    rules: Rules, number: int, thing: str, *, changed: str, wanted: State, parts: Sequence[str]
) -> Change:
    """Return the change of some parts of a ruleset that is there."""
    target = label(wanted, parts)

    async def read() -> Present:
        found = await rules.show(number)
        if found is None:
            return Present(label=None)
        return Present(label=label(found, parts), details={p: found.get(p) for p in parts})

    async def write(to: str | None, details: Mapping[str, Any]) -> str | None:
        state = wanted if to == target else details
        body = {part: state[part] for part in parts if state.get(part) is not None}
        url, where = rules.url + "/{ruleset_id}", rules.where(ruleset_id=number)
        await rules.situation.gh.call("PUT", url, where, body=body)
        return None

    return Change(
        thing=thing,
        changed=changed,
        wanted=target,
        read=read,
        write=write,
        words=lambda _, now: f"Changed {thing} back: {now}.",
    )


def _remade(alert: Alert, rules: Rules) -> Change:
    """Return the change that makes a deleted ruleset again, with another number."""
    state = _whole_state(alert, rules)
    note = None if "bypass_actors" in state else "The event names nobody who may bypass it."
    return _existence(alert, rules, state, wanted=_THERE, note=note)


def removal(alert: Alert, rules: Rules) -> Change:
    """Return the change that deletes a ruleset that was made."""
    number_told(alert)
    state = ruleset.told_by(alert)
    return _existence(alert, rules, state, wanted=None)


def _existence(
    alert: Alert, rules: Rules, state: State, *, wanted: str | None, note: str | None = None
) -> Change:
    """Return the change of whether a ruleset is there.

    It has its number; once made again, another one, and is known by its name and its rules.
    """
    thing, name = _named(alert, rules), state.get("name")
    made_again = wanted is not None or rules.situation.step.kind != "apply"
    made: list[State] = []

    async def find() -> tuple[int, dict[str, Any]] | None:
        number: int | None = number_told(alert)
        found = await rules.show(number) if number is not None else None
        if found is None and name and made_again:
            number = await rules.numbered(str(name))
            found = await rules.show(number) if number is not None else None
            if found is not None and not ruleset.holds(found, made[-1] if made else state):
                raise CannotChange(
                    f"There is another ruleset by the name of {thing}, which holds something else; "
                    "an administrator can look at it in the settings under Rules."
                )
        return None if found is None or number is None else (number, found)

    async def read() -> Present:
        there = await find()
        return Present(label=None) if there is None else Present(label=_THERE, details=there[1])

    async def write(to: str | None, details: Mapping[str, Any]) -> str | None:
        if to is not None:
            made.append(dict(state if to == wanted else details))
            await rules.situation.gh.call("POST", rules.url, rules.where(), body=made[-1])
        elif (there := await find()) is not None:
            url = rules.url + "/{ruleset_id}"
            await take_away(rules.situation.gh, url, rules.where(ruleset_id=there[0]), read)
        return None

    return Change(
        thing=thing,
        changed=_THERE if wanted is None else None,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda _, now: f"Deleted {thing}." if now is None else f"Made {thing} again.",
        note=note,
        details=state if "rules" in state else {},
        needs_details=wanted is None,
    )


def _whole_state(alert: Alert, rules: Rules) -> dict[str, Any]:
    state = ruleset.told_by(alert)
    if not {"name", "enforcement", "rules"} <= set(state):
        raise CannotChange(
            f"The event does not tell the rules of {_named(alert, rules)} as a whole, and GitHub "
            "keeps no history of a deleted ruleset; please add it again by hand."
        )
    return state


def _named(alert: Alert, rules: Rules) -> str:
    name = alert.fields.get("ruleset_name") or alert.fields.get("ruleset_id")
    return f"the ruleset {plain(name, 100)} of {rules.name}"
