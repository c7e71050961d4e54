"""Who has an organisation role: a person by name, or a team."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.subject import same, spare
from bot.actions.people.taking import take_away
from bot.core.errors import NotFound
from bot.respond.guards import Allow, Decision

HELD: Final = "there"
_ROLES: Final = "/orgs/{org}/organization-roles"


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """An organisation role: its number at GitHub, and what it is called."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who has a role: a person by ``name`` (their login), or a team (its slug)."""

    name: str
    is_team: bool

    @property
    def words(self) -> str:
        """The holder in a sentence."""
        return f"the team {self.name}" if self.is_team else self.name


async def find_role(situation: Situation, org: str, wanted: str) -> Role:
    """Return the role with this name, or number; raise `CannotChange` when there is none."""
    if wanted.isascii() and wanted.isdigit():
        return Role(id=int(wanted), name=f"number {wanted}")
    reply = await situation.gh.call("GET", _ROLES, {"org": org})
    for role in reply.data["roles"]:
        if same(role["name"], wanted):
            return Role(id=int(role["id"]), name=str(role["name"]))
    raise CannotChange(f"There is no organisation role {wanted} in {org}: nothing to take away.")


def role_removal(situation: Situation, org: str, role: Role, holder: Holder) -> Change:
    """Return an organisation role being taken from its holder; one held by a team is told of."""
    kind, variable = ("teams", "team_slug") if holder.is_team else ("users", "username")
    where: dict[str, str | int] = {"org": org, "role_id": role.id}
    one = f"{_ROLES}/{kind}/{{{variable}}}/{{role_id}}"
    by_teams: list[str] = []
    taken: list[str] = []

    async def read() -> Present:
        found = await _find(situation, f"{_ROLES}/{{role_id}}/{kind}", where, role, holder)
        teams = (found or {}).get("inherited_from") or ()
        by_teams[:] = [str(team["slug"]) for team in teams]
        if found is None:
            return Present(label=None)
        if found.get("assignment") != "indirect":
            return Present(label=HELD)
        if not (taken or situation.tried_before) and situation.step.kind == "apply":
            raise CannotChange(
                f"{holder.name} has the role {role.name} only by the team {', '.join(by_teams)}: "
                "take it from the team, or the person out of the team."
            )
        return Present(label=None)

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        if label is not None:
            await situation.gh.call("PUT", one, {**where, variable: holder.name})
            return None
        taken.append(holder.name)
        await take_away(situation.gh, one, {**where, variable: holder.name}, read)
        return None

    async def guard() -> Decision:
        return Allow() if holder.is_team else await spare(situation, holder.name)

    def words(_: str | None, now: str | None) -> str:
        if now is not None:
            return f"Gave {holder.words} the organisation role {role.name} again."
        still = f" They still have it by the team {', '.join(by_teams)}." if by_teams else ""
        return f"Took the organisation role {role.name} from {holder.words}.{still}"

    return Change(
        thing=f"the organisation role {role.name} of {holder.words}",
        changed=HELD,
        wanted=None,
        read=read,
        write=write,
        words=words,
        guard=guard,
    )


async def _find(
    situation: Situation,
    url: str,
    where: Mapping[str, str | int],
    role: Role,
    holder: Holder,
) -> Mapping[str, Any] | None:
    """Return GitHub's entry of who has a role; ``None`` for who has not."""
    try:
        async for each in situation.gh.pages(url, where):
            if same(each["slug" if holder.is_team else "login"], holder.name):
                return dict(each)
    except NotFound as error:
        text = f"The organisation role {role.name} is gone, or out of the App's reach."
        raise CannotChange(text) from error
    return None
