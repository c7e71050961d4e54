"""Who the App is: what its registration page at GitHub would say."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class AppIdentity:
    """A registered GitHub App, as the simulated GitHub knows it.

    ``public_key`` is the PEM text of the key that the App's JWTs are checked with; ``permissions``
    are what it was granted (``{"members": "write"}``) and ``events`` what it subscribed to.
    """

    id: int
    slug: str
    public_key: str
    webhook_secret: str = field(repr=False)
    permissions: Mapping[str, str]
    events: tuple[str, ...]
    client_id: str = "Iv23liSimulatedApp00"

    @property
    def bot_login(self) -> str:
        """The login of the App's bot user, the ``sender`` of everything the App does."""
        return f"{self.slug}[bot]"
