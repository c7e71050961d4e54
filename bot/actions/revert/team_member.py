"""A person in a team: out again."""

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import ANY, Change, Present
from bot.actions.revert.reverter import Reverter, team_slug
from bot.actions.revert.reverter import login as present_login
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.guards import Decision, Facts, check

_MEMBERSHIP = "/orgs/{org}/teams/{team_slug}/memberships/{username}"


class TeamMemberReverter(Reverter):
    """Answers a person who was added to a team."""

    actions = ("team.add_member",)
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "The person is taken out of the team again. GitHub refuses it for a team that an identity "
        "provider fills."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a team's membership."""
        slug, login = await team_slug(situation, alert), await present_login(situation, alert)
        team = f"{alert.org}/{slug}"
        where = {"org": alert.org, "team_slug": slug, "username": login}

        async def read() -> Present:
            try:
                reply = await situation.gh.call("GET", _MEMBERSHIP, where)
            except NotFound:
                return Present(label=None)
            return Present(label=str(reply.data["role"]))

        async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
            if role is None:
                await situation.gh.call("DELETE", _MEMBERSHIP, where)
                return None
            reply = await situation.gh.call("PUT", _MEMBERSHIP, where, body={"role": role})
            if reply.data["state"] == "pending":
                return "GitHub sent an invitation; it takes effect when it is accepted."
            return None

        async def guard() -> Decision:
            return check(
                Facts(own_login=situation.own_login, subject=login, protected=situation.protected)
            )

        return Change(
            thing=f"the place of {login} in the team {team}",
            changed=ANY,
            wanted=None,
            read=read,
            write=write,
            words=lambda was, now: _words(login, team, was, now),
            guard=guard,
        )


def _words(login: str, team: str, was: str | None, now: str | None) -> str:
    if now is None:
        before = f" (was {was})" if was else ""
        return f"Took {login} out of the team {team}{before}."
    return f"Put {login} into the team {team} again, as {now}."
