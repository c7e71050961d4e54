"""Security features of a repository that were switched: switched back."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from bot.actions.aspects import Values, aspects_change
from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change
from bot.actions.repository.visibility import (
    VISIBILITY_NEEDS,
    read_repository,
    write_repository,
)
from bot.actions.revert.reverter import Reverter, repository
from bot.core.normalise.security import FEATURES
from bot.respond.alert import Alert

_UPDATES: Final = "dependabot_security_updates"
"""The one feature that has an endpoint of its own."""

_FIXES: Final = "/repos/{owner}/{repo}/automated-security-fixes"

_BY_ACTION: Final[Mapping[str, tuple[str, bool]]] = {
    action: (feature, on)
    for feature, actions in FEATURES.items()
    for action, on in zip(actions, (False, True), strict=True)
}
"""An event's action: which feature it switched, and whether on."""


class SecurityFeatureReverter(Reverter):
    """Answers secret scanning, push protection and their like, switched off or on."""

    actions = tuple(_BY_ACTION)
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    puts_back = (
        "Every feature that the event switched off is switched on again in this repository, and "
        "the other way round, but for one that was switched again since. GitHub refuses "
        "what the organisation's plan or policy does not have."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of the features that the event switched."""
        switched = dict(_switched(alert))
        repo = await repository(situation, alert)

        async def read() -> Values:
            shown = (await read_repository(situation, repo)).get("security_and_analysis")
            if not isinstance(shown, Mapping):
                raise CannotChange(
                    f"GitHub does not show the App the security features of {repo}; please look "
                    "at the repository's settings under Advanced Security."
                )
            return {name: _is_on(shown, name) for name in switched}

        async def write(wanted: Values) -> None:
            await _write(situation, repo, wanted)

        return await aspects_change(
            situation,
            thing=f"the security of {repo}",
            words={name: name.replace("_", " ") for name in switched},
            after=switched,
            before={feature: not on for feature, on in switched.items()},
            read=read,
            write=write,
        )


def _switched(alert: Alert) -> Iterator[tuple[str, bool]]:
    """Yield every feature that the event switched, and whether on."""
    yield _BY_ACTION[alert.action]
    for field, on in (("disabled_features", False), ("enabled_features", True)):
        told = alert.fields.get(field)
        for feature in told if isinstance(told, list) else ():
            if feature in FEATURES:
                yield str(feature), on


def _is_on(shown: Mapping[str, Any], feature: str) -> bool:
    return (shown.get(feature) or {}).get("status") == "enabled"


async def _write(situation: Situation, repo: str, wanted: Mapping[str, bool]) -> None:
    """Switch features: all in one call but one."""
    settings = {
        name: {"status": "enabled" if on else "disabled"}
        for name, on in wanted.items()
        if name != _UPDATES
    }
    if settings:
        await write_repository(situation, repo, security_and_analysis=settings)
    if _UPDATES in wanted:
        await situation.gh.call("PUT" if wanted[_UPDATES] else "DELETE", _FIXES, split(repo))
