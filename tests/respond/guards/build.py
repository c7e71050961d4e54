"""Facts about an ordinary change, with some of them different."""

from datetime import UTC, datetime
from typing import Any

from bot.respond.guards import Facts, Rival
from bot.respond.subject import Gentleness, Subject

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
THING = Subject(kind="role", org="acme", repo="acme/payments", person="eve")


def facts(**given: Any) -> Facts:
    """Return facts about an ordinary change, with some of them different."""
    return Facts(**{"own_login": "tipstaff[bot]", "now": NOW, "thing": THING, **given})


def rival(**given: Any) -> Rival:
    """Return another playbook's step on the same subject: of the same event, and still open."""
    usual = {
        "playbook": "Put admins back",
        "action": "revert",
        "done": False,
        "same_event": True,
        "ahead": True,
        "gentleness": Gentleness.REVERTING,
    }
    return Rival(**{**usual, **given})
