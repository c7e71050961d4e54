"""What can go wrong, by what to do about it.

An API error is never a verdict: `Unavailable` means look again later, `Refused` means GitHub
understood and said no. Only `Refused` may end a step.
"""

from datetime import datetime


class TipstaffError(Exception):
    """Anything Tipstaff raises on purpose; its text is one clear line for a person."""


class ConfigurationError(TipstaffError):
    """The operator's settings are not usable; the text says which one and what to set."""


class DeliveryError(TipstaffError):
    """A delivery that cannot be accepted; ``status`` is the HTTP status to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Moved(TipstaffError):
    """What was decided from is not so any more; nothing was saved: look again and decide anew."""


class ApiError(TipstaffError):
    """GitHub's API did not do what was asked. ``status`` is 0 when there was no answer."""

    def __init__(self, message: str, *, status: int = 0, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class Unavailable(ApiError):
    """Not now: a 5xx, a timeout, a lost connection, a rate limit. Try again, from ``retry_at`` on.

    ``sent`` is true when a write may have taken effect although no success was seen: look at the
    present state before trying again.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        body: str = "",
        retry_at: datetime | None = None,
        sent: bool = False,
    ) -> None:
        super().__init__(message, status=status, body=body)
        self.retry_at = retry_at
        self.sent = sent


class Paced(Unavailable):
    """GitHub's limits leave no room before ``retry_at``: this call was not sent."""


class Suspended(Unavailable):
    """The organisation suspended the App: nothing is possible there until it lets it in again."""


class Refused(ApiError):
    """GitHub understood and said no (a 4xx that is not a limit); asking again changes nothing."""


class NotFound(Refused):
    """404 (or 410): it is not there, or the App may not see it."""


class Forbidden(Refused):
    """401 or 403 that is not a rate limit: the App lacks a permission."""


class InstallationGone(Refused):
    """The App was uninstalled: nothing can be done in that organisation any more."""
