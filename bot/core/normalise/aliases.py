"""Other spellings that public rules use for an action which our events spell otherwise.

Some name what GitHub's audit log never wrote (``deploy_key.create``), some what it writes only for
one side of an act, or in an entry of its own where a webhook has no event of its own. A rule that
asks for the alias also fires on the action.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Alias:
    """``name`` means ``action``; if ``field`` is given, only where the event has it.

    ``is_true`` wants the field not only there, but true.
    """

    name: str
    action: str
    field: str = ""
    is_true: bool = False

    @property
    def condition(self) -> str:
        """When the two mean the same, in words; empty when always."""
        if not self.field:
            return ""
        return f"`{self.field}` is true" if self.is_true else f"there is a `{self.field}`"


ALIASES: Final = (
    Alias(name="deploy_key.create", action="public_key.create", field="repo"),
    Alias(name="deploy_key.delete", action="public_key.delete", field="repo"),
    Alias(name="repo.change_visibility", action="repo.access"),
    Alias(name="repo.transfer_outgoing", action="repo.transfer"),
    Alias(
        name="secret_scanning_push_protection.bypass",
        action="secret_scanning_alert.create",
        field="push_protection_bypassed",
        is_true=True,
    ),
    Alias(name="project.delete", action="project.deleted"),
)
"""Every alias; no two have one name."""
