"""The organisation's settings: no webhook says that one was changed, so Tipstaff looks.

At an interval what every member may do, and what is required of them, is compared with what was
last seen. Every difference becomes a delivery like any other, recorded in the same transaction
that replaces what is known, so that nothing is lost and nothing is told twice. What GitHub does
not show is not compared: a missing field is never a verdict.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog

from bot.actions.port import GitHub
from bot.core.delivery import Delivery
from bot.core.normalise import SURVEYED
from bot.sources.difference import LAG, told
from bot.sources.rounds import GitHubApps, Incomplete, Place, Round, Rounds

log = structlog.get_logger(__name__)

SettingValues = Mapping[str, bool | str]

_NEEDS: Final = {"organization_administration": "read"}


class SurveyStore(Protocol):
    """What is known of each organisation's settings."""

    async def surveyed(self, org: str) -> tuple[int, SettingValues] | None:
        """Return the version and the settings last seen; ``None`` before the first sight."""
        ...

    async def advance_survey(
        self,
        org: str,
        *,
        expected_version: int | None,
        settings: SettingValues,
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> bool:
        """Replace the settings and record the deliveries, in one transaction.

        False, and nothing written, when the version is not the expected one any more.
        """
        ...

    async def settings_seen_at(self, org: str) -> datetime | None:
        """Return when the settings were last seen to be those known; ``None`` before."""
        ...

    async def saw_settings(self, org: str, now: datetime) -> None:
        """Remember that the settings were just seen to be those known."""
        ...

    async def own_effect(
        self, key: str, *, since: datetime, until: datetime | None = None
    ) -> str | None:
        """Return what Tipstaff itself last set (``org-setting:ORG/NAME``) in that time, if so."""
        ...

    async def settings_in_question(self, org: str) -> bool:
        """Tell whether a step of Tipstaff's may just be changing a setting."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One setting that is another one than before."""

    name: str
    former: bool | str
    present: bool | str


def differences(known: SettingValues, present: SettingValues) -> tuple[Difference, ...]:
    """Return what differs, of what was seen both times."""
    return tuple(
        Difference(name=name, former=known[name], present=value)
        for name, value in present.items()
        if name in known and known[name] != value
    )


async def read_settings(gh: GitHub, org: str) -> dict[str, bool | str]:
    """Read the settings that GitHub shows; raises `Incomplete` when it shows none of them."""
    reply = await gh.call("GET", "/orgs/{org}", {"org": org})
    shown = {name: reply.data.get(name) for name in SURVEYED}
    settings = {name: value for name, value in shown.items() if isinstance(value, bool | str)}
    if not settings:
        raise Incomplete("GitHub shows the App none of the organisation's settings")
    return settings


class Survey:
    """Compares every organisation's settings with the last known, at an interval.

    ``own_login`` is the App's login: what it set itself is told as its own act. ``recorded`` is
    called after new deliveries were recorded; ``interval`` is seconds.
    """

    def __init__(
        self,
        *,
        apps: GitHubApps,
        store: SurveyStore,
        own_login: str,
        interval: float = 300.0,
        clock: Callable[[], datetime],
        recorded: Callable[[], None] = lambda: None,
    ) -> None:
        self._apps = apps
        self._store = store
        self._own_login = own_login
        self._rounds = Rounds(
            "survey",
            apps=apps,
            visit=self._compare,
            interval=interval,
            clock=clock,
            recorded=recorded,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Go round at once and then at the interval, until told to stop."""
        await self._rounds.run(stop)

    async def once(self, now: datetime) -> Round:
        """Compare every organisation once; an error in one does not stop the others."""
        return await self._rounds.once(now)

    async def _compare(self, place: Place, now: datetime) -> Round:
        org = place.account
        gh = self._apps.installation(place.id).narrowed(_NEEDS)
        # Read before GitHub is asked, so that what somebody else advances meanwhile is noticed.
        found = await self._store.surveyed(org)
        version, known = (None, {}) if found is None else found
        seen_at = await self._store.settings_seen_at(org)
        await self._wait_for_own_steps(org)
        present = await read_settings(gh, org)
        if seen_at is not None:
            known = {**known, **await self._set_between(org, known, present, seen_at, now)}
        changed = differences(known, present)
        if changed:
            await self._wait_for_own_steps(org)
            await self._wait_for_own_effects(org, changed, now)
        deliveries = [
            await self._delivery(place, each, version=version, seen_at=seen_at, now=now)
            for each in changed
        ]
        settings = {**known, **present}
        if settings == known:
            await self._store.saw_settings(org, now)
        elif not await self._store.advance_survey(
            org, expected_version=version, settings=settings, deliveries=deliveries, now=now
        ):
            return Round()  # another worker was first, and told of it
        if found is None:
            log.info("survey.learned", org=org, settings=len(settings))
        for delivery in deliveries:
            log.info("survey.changed", org=org, delivery=delivery.id)
        return Round(learned=int(found is None), deliveries=len(deliveries))

    async def _wait_for_own_steps(self, org: str) -> None:
        """Raise `Incomplete` while a step of our own may be changing a setting.

        Its effect is written down once its outcome is known: the next round sees whose act it was.
        """
        if await self._store.settings_in_question(org):
            raise Incomplete("a step of our own about a setting is under way")

    async def _wait_for_own_effects(
        self, org: str, changed: Sequence[Difference], now: datetime
    ) -> None:
        """Raise `Incomplete` where we set something while GitHub was asked, and it shows another.

        The next look, which knows what it was changed from, would tell the change once more.
        """
        for each in changed:
            own = await self._store.own_effect(_key(org, each.name), since=now)
            if own not in (None, str(each.present).lower()):
                raise Incomplete(f"a step of our own has just set {each.name}")

    async def _set_between(
        self,
        org: str,
        known: SettingValues,
        present: SettingValues,
        seen_at: datetime,
        now: datetime,
    ) -> dict[str, bool | str]:
        """Return what Tipstaff set between two looks, of what is nevertheless as it was before.

        Somebody set it so again between two looks that both show the same. What Tipstaff sets
        after ``now``, while GitHub is being asked, may not be in the answer yet: the next look's.
        """
        found: dict[str, bool | str] = {}
        for name, value in present.items():
            if known.get(name) != value:
                continue
            own = await self._store.own_effect(_key(org, name), since=seen_at, until=now)
            if own is not None and own != str(value).lower():
                found[name] = own == "true" if isinstance(value, bool) else own
        return found

    async def _delivery(
        self,
        place: Place,
        changed: Difference,
        *,
        version: int | None,
        seen_at: datetime | None,
        now: datetime,
    ) -> Delivery:
        own = await self._is_own(place, changed, seen_at or now)
        return told(
            "survey",
            place,
            key=f"{changed.name}:{version}",
            action=changed.name,
            actor=self._own_login if own else None,
            seen_at=seen_at,
            now=now,
            **{"from": changed.former, "to": changed.present},
        )

    async def _is_own(self, place: Place, changed: Difference, seen_at: datetime) -> bool:
        """Tell whether Tipstaff set this itself since the former round."""
        key = _key(place.account, changed.name)
        value = str(changed.present).lower()
        return await self._store.own_effect(key, since=seen_at - LAG) == value


def _key(org: str, name: str) -> str:
    """Return what the effects of our own steps call a setting."""
    return f"org-setting:{org}/{name}".lower()
