"""``python -m bot.core.normalise > docs/events.md`` writes the page about events."""

import sys

from bot.core.normalise.page import render

sys.stdout.write(render())
