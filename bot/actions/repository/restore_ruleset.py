"""Brings a ruleset back."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from bot.actions.base import Situation, alert_of
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters
from bot.actions.repository.rulesets import (
    ORGANIZATION_RULES,
    REPOSITORY_RULES,
    RULESET_NEEDS,
    Rules,
    number_told,
    of_organization,
    place_of,
    restoration,
    to_version,
)
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Step


class RestoreRulesetParameters(RepositoryParameters):
    """Parameters of ``restore-ruleset``."""

    scope: Literal["auto", "repository", "organization"] = Field(
        default="auto", description="Whose ruleset it is; `auto`: as the event says."
    )
    ruleset_id: int | None = Field(
        default=None, description="With `version`: the ruleset; left out, the event's."
    )
    version: int | None = Field(
        default=None,
        description="A version of the ruleset's history; left out, the one before the event.",
    )


class RestoreRuleset(ChangingAction[RestoreRulesetParameters]):
    """Brings a ruleset to what it was before the event, or to one of its versions."""

    name = "restore-ruleset"
    summary = (
        "Brings a ruleset of a repository or of the organisation back to what it was before the "
        "event: a changed one from its history (or, without one, from what the event says), a "
        "deleted one from the rules that the event carries. With `version`, to that version."
    )
    Params = RestoreRulesetParameters
    needs: ClassVar[Mapping[str, str]] = RULESET_NEEDS
    example = "- action: restore-ruleset\n"

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return only what this ruleset's place needs."""
        scope, alert = step.params.get("scope"), alert_of(step, file)
        named = bool(step.params.get("repository"))
        return ORGANIZATION_RULES if _of_organization(scope, alert, named) else REPOSITORY_RULES

    async def change(self, situation: Situation, params: RestoreRulesetParameters) -> Change:
        """Return the change that brings the ruleset back."""
        alert = situation.subject()
        rules = await self._place(situation, alert, params)
        if params.version is not None:
            number = number_told(alert, params.ruleset_id)
            return await to_version(rules, number, params.version)
        if alert.action not in {"repository_ruleset.update", "repository_ruleset.destroy"}:
            raise CannotChange(
                f"{alert.action} changed no ruleset; to bring one to a version of its history, "
                "give `ruleset_id` and `version`."
            )
        return await restoration(alert, rules)

    async def _place(
        self, situation: Situation, alert: Alert, params: RestoreRulesetParameters
    ) -> Rules:
        if _of_organization(params.scope, alert, bool(params.repository)):
            return place_of(situation, alert, None)
        return place_of(situation, alert, await repository_of(situation, params.repository))


def _of_organization(scope: object, alert: Alert | None, named: bool) -> bool:
    if scope in {"repository", "organization"}:
        return scope == "organization"
    return not named and of_organization(alert)
