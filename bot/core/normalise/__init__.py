"""From a recorded delivery to an `Event` in audit-log vocabulary; one file per event family.

The tables are data: the same rows drive `normalise`, `KNOWN_ACTIONS` (for the linter) and
``docs/events.md`` (written by ``python -m bot.core.normalise``). Sources of the names: GitHub's
"Audit log events for your organization" and "Webhook events and payloads".
"""

from bot.core.normalise.normaliser import normalise
from bot.core.normalise.survey import SURVEYED
from bot.core.normalise.vocabulary import KNOWN_ACTIONS

__all__ = ["KNOWN_ACTIONS", "SURVEYED", "normalise"]
