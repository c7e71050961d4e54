"""Floor 3: GitHub's API, by gidgethub wrapped thinly: tokens, cache, limits, exact errors."""

from bot.github.app import AppIdentity, GitHubApp, Installation, InstallationClient
from bot.github.client import Client
from bot.github.introduction import introduced
from bot.github.key import read_private_key
from bot.github.line import Observation, open_session
from bot.github.pace import Pace
from bot.github.redaction import redact

__all__ = [
    "AppIdentity",
    "Client",
    "GitHubApp",
    "Installation",
    "InstallationClient",
    "Observation",
    "Pace",
    "introduced",
    "open_session",
    "read_private_key",
    "redact",
]
