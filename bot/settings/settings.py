"""All the variables together."""

from pydantic import ConfigDict

from bot.settings.cases import CaseVariables
from bot.settings.guards import GuardVariables
from bot.settings.notify import NotifyVariables
from bot.settings.variables import Variables


class Settings(CaseVariables, NotifyVariables, GuardVariables, Variables):
    """Everything an operator can decide. Build it with `load_settings`, which explains mistakes."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True
    )
