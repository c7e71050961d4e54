"""Which repository an action is about, and which number of the event's it names."""

from pydantic import Field

from bot.actions.base import Parameters
from bot.actions.change import CannotChange
from bot.respond.alert import Alert


class RepositoryParameters(Parameters):
    """Parameters of an action on a repository."""

    repository: str = Field(
        default="",
        description="The repository as `owner/name`; left out, the event's.",
        max_length=200,
    )


def whole(value: object) -> int | None:
    """Return a number that an event may also write as digits; ``None`` for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(alert: Alert, given: int | None, field: str, what: str) -> int:
    """Return the number given, or the event's; raise `CannotChange` when neither tells."""
    found = given if given is not None else whole(alert.fields.get(field))
    if found is None:
        raise CannotChange(f"The event does not say which {what} it was; please look by hand.")
    return found
