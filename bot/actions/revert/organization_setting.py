"""What every member may do, made more: less again, from what was recorded before."""

from collections.abc import Mapping
from typing import ClassVar, Final

from bot.actions.aspects import Values, aspects_change
from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.revert.reverter import Reverter
from bot.core.errors import Refused, Unavailable
from bot.core.normalise.survey import SETTINGS_OF, SWITCHES
from bot.respond.alert import Alert

SAFE: Final[Mapping[str, bool]] = {
    "members_can_create_repositories": False,
    "members_can_create_public_repositories": False,
    "members_can_create_private_repositories": False,
    "members_can_create_internal_repositories": False,
    "members_can_create_pages": False,
    "members_can_create_public_pages": False,
    "members_can_create_private_pages": False,
    "members_can_fork_private_repositories": False,
    "web_commit_signoff_required": True,
    "deploy_keys_enabled_for_repositories": False,
}
"""The settings that GitHub's API can change
(https://docs.github.com/en/rest/orgs/orgs#update-an-organization), each with its stricter side."""

_CREATION: Final = "org.update_member_repository_creation_permission"
"""Tells of several settings, whichever way they went."""

LOOSENED: Final = tuple(
    SWITCHES[setting][int(strict)] for setting, strict in SAFE.items() if setting in SWITCHES
)
"""The events that tell of a setting that was loosened; their counterparts are put back by nobody
but a person."""

TIGHTENED: Final = tuple(
    SWITCHES[setting][int(not strict)] for setting, strict in SAFE.items() if setting in SWITCHES
)
"""The events that tell of one that was made stricter."""

_ORGANIZATION: Final = "/orgs/{org}"
_PLACE: Final = "in the organisation's settings under Member privileges"


class OrganizationSettingReverter(Reverter):
    """Answers a setting of the organisation that lets members do more than before."""

    actions = (_CREATION, *LOOSENED)
    needs: ClassVar[Mapping[str, str]] = {"organization_administration": "write"}
    puts_back = (
        "A setting that was loosened is as strict again as Tipstaff last saw it before. One that "
        "was made stricter stays: Tipstaff lets nobody do more by itself."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of the setting."""
        setting, now = _told(alert)
        words = setting.replace("_", " ")
        if now == SAFE[setting]:
            raise CannotChange(
                f"'{words}' was made stricter in {alert.org}, and Tipstaff loosens it for nobody "
                f"by itself. If that was wrong, an owner can set it, {_PLACE}."
            )
        where = {"org": alert.org}

        async def read() -> Values:
            shown = (await situation.gh.call("GET", _ORGANIZATION, where)).data.get(setting)
            if not isinstance(shown, bool):
                raise CannotChange(
                    f"GitHub does not show the App whether '{words}' is on in {alert.org}; an "
                    f"owner can look at it, {_PLACE}."
                )
            return {setting: shown}

        async def write(values: Values) -> None:
            try:
                await situation.gh.call("PATCH", _ORGANIZATION, where, body=dict(values))
            except Refused as refusal:
                if refusal.status != 409:
                    raise
                # GitHub is still busy with a former change of the same kind.
                raise Unavailable(str(refusal), status=409, body=refusal.body) from refusal

        return await aspects_change(
            situation,
            thing=f"the settings of {alert.org}",
            words={setting: words},
            after={setting: now},
            before={setting: SAFE[setting]},
            read=read,
            write=write,
            # As the survey spells it, which then knows whose act it was.
            effect=lambda values: f"org-setting:{alert.org}/{setting}={values[setting]}".lower(),
        )


def _told(alert: Alert) -> tuple[str, bool]:
    """Return the setting that was changed and what it is now.

    The audit log names several settings alike; only one that is named can be put back.
    """
    known = SETTINGS_OF[alert.action]
    named = alert.fields.get("setting")
    setting = named if isinstance(named, str) else known[0] if len(known) == 1 else None
    enabled, former = alert.fields.get("enabled"), alert.fields.get("old_enabled")
    if setting is None or not isinstance(enabled, bool) or former is enabled:
        raise CannotChange(
            f"The event does not say which setting of {alert.org} was changed, and how it was "
            f"before; an owner can look at it, {_PLACE}."
        )
    if setting not in SAFE:
        raise CannotChange(
            f"GitHub's API can't set '{setting.replace('_', ' ')}'; an owner can, {_PLACE}."
        )
    return setting, enabled
