"""Print ``.env.example``: ``python -m bot.settings > .env.example``."""

import sys

from bot.settings.example import example

if __name__ == "__main__":
    sys.stdout.write(example())
