"""The door: HTTP routes for GitHub's deliveries, and for whoever watches over the process."""

from bot.web.body import BodyReader
from bot.web.checks import changes_check, worker_check
from bot.web.door import Intake
from bot.web.routes import build_web
from bot.web.serving import SETTLE, listening
from bot.web.status import Check, Readiness

__all__ = [
    "SETTLE",
    "BodyReader",
    "Check",
    "Intake",
    "Readiness",
    "build_web",
    "changes_check",
    "listening",
    "worker_check",
]
