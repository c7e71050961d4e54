"""What happened, in one sentence."""

from dataclasses import replace
from typing import Any

import pytest

from bot.respond.sentence import happened
from tests.store.samples import make_plan

TEAM = {"team": "acme/core"}
TIER = {"property_names": ["tier"]}


@pytest.mark.parametrize(
    ("action", "fields", "sentence"),
    [
        (
            "team.remove_repository",
            TEAM,
            "`mallory` took `acme/site` away from the team `acme/core`.",
        ),
        (
            "team.add_repository",
            {**TEAM, "permission": "write"},
            "`mallory` gave the team `acme/core` the role `write` on `acme/site`.",
        ),
        (
            "custom_property_value.create",
            TIER,
            "`mallory` set custom properties of `acme/site`: `tier`.",
        ),
        (
            "custom_property_value.update",
            {**TIER, "old_properties": ["tier=core"]},
            "`mallory` changed custom properties of `acme/site`: `tier`; before: `tier=core`.",
        ),
        (
            "custom_property_value.destroy",
            {"property_names": ["a", "b"], "old_properties": ["a=`x`", "b=[y](z)"]},
            (
                "`mallory` took values from custom properties of `acme/site`: `a`, `b`; before: "
                "`` a=`x` ``, `b=[y](z)`."
            ),
        ),
    ],
)
def test_who_did_what_to_whom_and_where(action: str, fields: dict[str, Any], sentence: str) -> None:
    """Each value of the event is inert."""
    alert = replace(make_plan().alert, repo="acme/site", action=action)
    assert happened(replace(alert, fields={"actor": "mallory", **fields})) == sentence
