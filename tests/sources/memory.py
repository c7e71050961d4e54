"""The ports of the sources, kept in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from bot.core.delivery import Delivery


@dataclass(kw_only=True)
class RosterMemory:
    """The roster's store, in memory."""

    rosters: dict[str, tuple[int, frozenset[tuple[str, int]]]] = field(default_factory=dict)
    seen_at: dict[str, datetime] = field(default_factory=dict)
    inbox: list[Delivery] = field(default_factory=list)
    effects: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    under_way: frozenset[str | int] = frozenset()
    raced: bool = False
    broken: bool = False
    advanced: asyncio.Event = field(default_factory=asyncio.Event)

    async def known(self, org: str) -> tuple[int, frozenset[tuple[str, int]]] | None:
        """Return what is known."""
        if self.broken:
            raise OSError("the database is away")
        return self.rosters.get(org)

    async def advance(
        self,
        org: str,
        *,
        expected_version: int | None,
        owners: frozenset[tuple[str, int]],
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> bool:
        """Replace what is known and record, or neither."""
        held = self.rosters.get(org)
        if self.raced or (held[0] if held else None) != expected_version:
            return False
        self.rosters[org] = ((expected_version or 0) + 1, owners)
        self.seen_at[org] = now
        self.inbox += deliveries
        self.advanced.set()
        return True

    async def own_effect(
        self, key: str, *, since: datetime, until: datetime | None = None
    ) -> str | None:
        """Return our own last act, if it is neither older nor younger."""
        value, at = self.effects.get(key, ("", since))
        return value if value and at >= since and (until is None or at <= until) else None

    async def owners_seen_at(self, org: str) -> datetime | None:
        """Return when it was last right."""
        return self.seen_at.get(org)

    async def saw_owners(self, org: str, now: datetime) -> None:
        """Keep when it was last right."""
        self.seen_at[org] = now

    async def owners_in_question(self, org: str) -> frozenset[str | int]:
        """Return whom a step of ours may be changing."""
        return self.under_way

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was recorded."""
        return [orjson.loads(delivery.body) for delivery in self.inbox]


@dataclass(kw_only=True)
class SurveyMemory:
    """The survey's store, in memory."""

    surveys: dict[str, tuple[int, Mapping[str, bool | str]]] = field(default_factory=dict)
    seen_at: dict[str, datetime] = field(default_factory=dict)
    inbox: list[Delivery] = field(default_factory=list)
    effects: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    under_way: bool = False
    raced: bool = False

    async def surveyed(self, org: str) -> tuple[int, Mapping[str, bool | str]] | None:
        """Return what is known."""
        return self.surveys.get(org)

    async def advance_survey(
        self,
        org: str,
        *,
        expected_version: int | None,
        settings: Mapping[str, bool | str],
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> bool:
        """Replace what is known and record, or neither."""
        held = self.surveys.get(org)
        if self.raced or (held[0] if held else None) != expected_version:
            return False
        self.surveys[org] = ((expected_version or 0) + 1, settings)
        self.seen_at[org] = now
        self.inbox += deliveries
        return True

    async def own_effect(
        self, key: str, *, since: datetime, until: datetime | None = None
    ) -> str | None:
        """Return our own last act, if it is neither older nor younger."""
        value, at = self.effects.get(key, ("", since))
        return value if value and at >= since and (until is None or at <= until) else None

    async def settings_seen_at(self, org: str) -> datetime | None:
        """Return when it was last right."""
        return self.seen_at.get(org)

    async def saw_settings(self, org: str, now: datetime) -> None:
        """Keep when it was last right."""
        self.seen_at[org] = now

    async def settings_in_question(self, org: str) -> bool:
        """Tell whether a step of ours may be changing a setting."""
        return self.under_way

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was recorded."""
        return [orjson.loads(delivery.body) for delivery in self.inbox]


@dataclass(kw_only=True)
class RedeliveryMemory:
    """What arrived and what was asked for, in memory."""

    inbox: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    first: dict[str, datetime] = field(default_factory=dict)

    async def has(self, delivery_id: str) -> bool:
        """Whether it arrived."""
        return delivery_id in self.inbox

    async def redelivery_asked(self, guid: str) -> int:
        """How often it was asked for."""
        return self.asked.get(guid, 0)

    async def expect_redelivery(self, guid: str, *, first_at: datetime, now: datetime) -> None:
        """Keep when it was first tried."""
        self.first.setdefault(guid, first_at)

    async def remember_redelivery(self, guid: str, now: datetime) -> None:
        """Count once more."""
        self.asked[guid] = self.asked.get(guid, 0) + 1
