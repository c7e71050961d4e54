"""Floor 5: the composition root, and the app that it builds."""

from bot.app.app import App
from bot.app.composition import running, utcnow

__all__ = ["App", "running", "utcnow"]
