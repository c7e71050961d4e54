"""What actions need of GitHub: one call, and lists page by page."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """GitHub's answer to a successful call: its exact 2xx status, and its JSON (or ``None``)."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class GitHub(Protocol):
    """GitHub's REST API as one installation sees it, with a token narrowed to what is needed.

    ``url`` is an RFC 6570 template below the API's root, as GitHub's documentation writes it
    (``/orgs/{org}/members{?role}``); ``variables`` fill it, escaped. Raises `Refused` (or one of
    its kin) when GitHub said no and `Unavailable` when nobody can know or it is not the time;
    never returns for a status outside 2xx.
    """

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Make one call. A ``GET`` may be answered from the cache after a 304."""
        ...

    def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Yield every item of a list, following ``Link``; ``key`` names the list in an object."""
        ...
