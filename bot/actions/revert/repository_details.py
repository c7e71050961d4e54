"""What a repository says about itself (description, address, topics): as it was before."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.actions.aspects import Values, aspects_change
from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change
from bot.actions.repository.visibility import (
    VISIBILITY_NEEDS,
    read_repository,
    write_repository,
)
from bot.actions.revert.original import exactly
from bot.actions.revert.reverter import Reverter, repository
from bot.respond.alert import Alert

_WORDS: Final[Mapping[str, str]] = {
    "description": "description",
    "homepage": "website",
    "topics": "topics",
}
"""What an event tells of a repository's own words, and how it is called."""

_TOPICS: Final = "/repos/{owner}/{repo}/topics"


class RepositoryDetailsReverter(Reverter):
    """Answers another description, website or list of topics: what leads visitors elsewhere."""

    actions = ("repository.edited",)
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    puts_back = (
        "The repository's former description, website and topics are set again, as far as the "
        "event changed them."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of what the event changed."""
        changed = alert.fields.get("changed")
        names = [name for name in _WORDS if isinstance(changed, list) and name in changed]
        if not names:
            raise CannotChange(
                "The event does not say what was changed of the repository; an administrator can "
                "look at it: the repository's page, the wheel beside About."
            )
        after = {name: await self._told(situation, alert, name, name) for name in names}
        before = {name: await self._told(situation, alert, name, f"old_{name}") for name in names}
        repo = await repository(situation, alert)

        async def read() -> Values:
            found = await read_repository(situation, repo)
            return {name: _settled(name, found.get(name)) for name in _WORDS}

        async def write(values: Values) -> None:
            texts = {name: value for name, value in values.items() if name != "topics"}
            if texts:
                await write_repository(situation, repo, **texts)
            if "topics" in values:
                body = {"names": list(values["topics"])}
                await situation.gh.call("PUT", _TOPICS, split(repo), body=body)

        return await aspects_change(
            situation,
            thing=f"what {repo} says about itself",
            words=_WORDS,
            after=after,
            before=before,
            read=read,
            write=write,
        )

    async def _told(self, situation: Situation, alert: Alert, name: str, field: str) -> Any:
        return _settled(name, await exactly(situation, alert, field))


def _settled(name: str, value: Any) -> Any:
    """Return a value as it is compared: GitHub sorts topics, and nothing said is an empty text."""
    return sorted(map(str, value or ())) if name == "topics" else value or ""
