"""A repository made public: hidden again."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.repository.visibility import VISIBILITY_NEEDS, visibility_change
from bot.actions.revert.reverter import Reverter, repository, required
from bot.respond.alert import Alert

_UNKNOWN = "The event does not say what it was before; if it was internal, please set that by hand."


class VisibilityReverter(Reverter):
    """Answers a repository that was made public."""

    actions = ("repo.access", "public")
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
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

        return visibility_change(
            situation,
            repo,
            changed=given,
            wanted="internal" if former == "internal" else "private",
            note=None if former in {"private", "internal"} else _UNKNOWN,
        )
