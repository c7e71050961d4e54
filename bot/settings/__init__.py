"""What the operator decides, read once at the start from environment variables and ``.env``."""

from bot.settings.cases import WEEKDAYS
from bot.settings.kinds import LogFormat, LogLevel
from bot.settings.load import Read, load_database_url, load_settings
from bot.settings.settings import Settings

__all__ = [
    "WEEKDAYS",
    "LogFormat",
    "LogLevel",
    "Read",
    "Settings",
    "load_database_url",
    "load_settings",
]
