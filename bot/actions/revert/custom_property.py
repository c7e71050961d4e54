"""Custom properties of a repository that were set otherwise: as they were before.

Rulesets of the organisation may select repositories by them: whoever changes one may take a
repository out of what guards it.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from bot.actions.aspects import Values, aspects_change
from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change
from bot.actions.revert.former import ask_first
from bot.actions.revert.original import exactly
from bot.actions.revert.reverter import Reverter, repository
from bot.core.normalise.custom_property import (
    CUSTOM_PROPERTY_VALUES,
    Value,
    changed_properties,
    property_values,
)
from bot.respond.alert import Alert
from bot.respond.inert import plain

_READ: Final = "/repos/{owner}/{repo}/properties/values"
_WRITE: Final = "/orgs/{org}/properties/values"
"""The repository's own endpoint refuses what only the organisation may set, which is usual."""

_KEY: Final = "property {}"
"""What an aspect is called by: a property may have any name, also one that receipts use."""

_NAMED_AT_MOST: Final = 5


class CustomPropertyReverter(Reverter):
    """Answers values of a repository's custom properties that were set, changed or taken away."""

    actions = tuple(dict.fromkeys(row.becomes for row in CUSTOM_PROPERTY_VALUES.rows))
    needs: ClassVar[Mapping[str, str]] = {
        "organization_custom_properties": "write",
        "metadata": "read",
    }
    puts_back = (
        "Every property that the event changed gets its former value again, or none when it had "
        "none, but for one that was changed again since. A property with a default then shows "
        "that. GitHub refuses a value that the property does not allow any more. Where the event "
        "names a property in only one of its lists, a person is asked first."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of the values that the event changed."""
        before = await self._told(situation, alert, "old_property_values")
        after = await self._told(situation, alert, "new_property_values")
        changed = changed_properties(before, after)
        names = {_KEY.format(name): name for name in changed}
        repo = await repository(situation, alert)
        owner, _, called = repo.partition("/")

        async def read() -> Values:
            listed = (await situation.gh.call("GET", _READ, split(repo))).data
            found = property_values(listed)
            return {key: found.get(name) for key, name in names.items()}

        async def write(values: Values) -> None:
            wanted = [
                {"property_name": names[key], "value": value} for key, value in values.items()
            ]
            body = {"repository_names": [called], "properties": wanted}
            await situation.gh.call("PATCH", _WRITE, {"org": owner}, body=body)

        change = await aspects_change(
            situation,
            thing=f"the custom properties of {repo}",
            words={key: plain(name, 80) for key, name in names.items()},
            after={key: after.get(name) for key, name in names.items()},
            before={key: before.get(name) for key, name in names.items()},
            read=read,
            write=write,
        )
        return ask_first(change, situation, _question(before, after, changed))

    async def _told(self, situation: Situation, alert: Alert, field: str) -> dict[str, Value]:
        """Return the values that a field of the event lists, word for word."""
        listed = await exactly(situation, alert, field, always=True)
        if not isinstance(listed, list):
            raise CannotChange(
                "The event does not say which values the custom properties had; an owner can look "
                "at them: the organisation's settings, Repository, Custom properties."
            )
        return property_values(listed)


def _question(
    before: Mapping[str, Value], after: Mapping[str, Value], changed: Sequence[str]
) -> str | None:
    """Return what a person is to be asked where the event tells a property by half.

    GitHub names what changed in both lists, ``null`` where there is no value (so do the test
    payloads of Octokit.Webhooks for .NET). Were one list ever longer than the other, what it
    names alone might just as well not have changed.
    """
    told = [
        f"only the {which} value of {_listed(alone)}"
        for which, alone in (
            ("former", [name for name in changed if name not in after]),
            ("new", [name for name in changed if name not in before]),
        )
        if alone
    ]
    if not told:
        return None
    return (
        f"The event tells {' and '.join(told)}. Whether there was none on the other side, or no "
        "change at all, is not certain, so nothing is put back without your word."
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(plain(name, 80) for name in names[:_NAMED_AT_MOST])
    others = len(names) - _NAMED_AT_MOST
    return f"{shown} and {others} more" if others > 0 else shown
