"""A repository made public: hidden again."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.repository.visibility import VISIBILITY_NEEDS, visibility_change
from bot.actions.revert.former import shown_state, source
from bot.actions.revert.reverter import Reverter, repository, required
from bot.respond.alert import Alert
from bot.respond.told import doubt, visibility_of

_UNKNOWN = "The event does not say what it was before; if it was internal, please set that by hand."


class VisibilityReverter(Reverter):
    """Answers a repository that was made public."""

    actions = ("repo.access", "public")
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    puts_back = (
        "The repository becomes private again, or internal when it was: as GitHub's webhooks do "
        "not say, that comes from [what an earlier event told](decisions/7-recorded-levels.md), "
        "and where none did, the receipt reminds you. Its stars, watchers and "
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
        former, note = await _former(situation, alert)
        return visibility_change(situation, repo, changed=given, wanted=former, note=note)


async def _former(situation: Situation, alert: Alert) -> tuple[str, str | None]:
    """Return what the repository was, private if nobody knows, and a remark on it."""
    told = alert.fields.get("previous_visibility")
    if told in {"private", "internal"}:
        return told, None
    found = await shown_state(situation, alert, visibility_of(alert.fields))
    if found is None or found.state not in {"private", "internal"}:
        return "private", _UNKNOWN
    if found.state == "private":
        return "private", f"It was private, by {source(found)}."
    against = doubt(found, alert)
    if against is None:
        return "internal", f"It was internal, by {source(found)}."
    by_hand = "please set that by hand if it is right"
    return "private", f"It was internal, by {source(found)}; but {against}, so {by_hand}."
