"""A repository made public: hidden again."""

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.revert.reverter import Reverter, repository, required
from bot.core.errors import NotFound
from bot.respond.alert import Alert

_REPOSITORY = "/repos/{owner}/{repo}"
_UNKNOWN = "The event does not say what it was before; if it was internal, please set that by hand."


class VisibilityReverter(Reverter):
    """Answers a repository that was made public."""

    actions = ("repo.access",)
    needs: ClassVar[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
    puts_back = (
        "The repository becomes private again, or internal when the event says that it was "
        "(GitHub's webhooks do not say, and the receipt then reminds you). Its stars, watchers and "
        "public forks do not come back, and what was read stays read. Tipstaff makes no repository "
        "public, except by `/undo`."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a repository's visibility."""
        given = required(alert, "visibility")
        if given != "public":
            raise CannotChange(
                f"Tipstaff makes no repository public; if {required(alert, 'repo')} should be "
                "public again, its administrator has to do it."
            )
        repo = await repository(situation, alert)
        former = alert.fields.get("previous_visibility")

        async def read() -> Present:
            try:
                reply = await situation.gh.call("GET", _REPOSITORY, split(repo))
            except NotFound as error:
                text = f"The repository {repo} is gone, or out of the App's reach."
                raise CannotChange(text) from error
            return Present(label=str(reply.data["visibility"]))

        async def write(visibility: str | None, _: Mapping[str, Any]) -> str | None:
            body = {"visibility": visibility or "private"}
            await situation.gh.call("PATCH", _REPOSITORY, split(repo), body=body)
            return None

        return Change(
            thing=f"the visibility of {repo}",
            changed=given,
            wanted="internal" if former == "internal" else "private",
            read=read,
            write=write,
            words=lambda _, now: f"Made {repo} {now} again.",
            note=None if former in {"private", "internal"} else _UNKNOWN,
        )
