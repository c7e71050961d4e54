"""What GitHub said before, to be asked about by ETag: a 304 costs nothing of the rate limit.

gidgethub keys its cache by URL alone, so every installation has a cache of its own, and within it
every set of permissions a part of its own: GitHub's ETags differ by token, and what one token may
read another may not.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any, Final

import orjson
from cachetools import LRUCache

Entry = tuple[str | None, str | None, Any, str | None]
"""As gidgethub keeps it: ETag, Last-Modified, the decoded body, the next page's URL."""

_Frozen = tuple[str | None, str | None, bytes, str | None]
_Shelf = LRUCache[tuple[str, str], _Frozen]

_OVERHEAD: Final = 512  # bytes an entry costs beside its body; also bounds the number of entries


def _size(entry: _Frozen) -> int:
    return len(entry[2]) + _OVERHEAD


class AnswerCache:
    """The remembered answers of one installation, at most ``max_bytes`` of them."""

    def __init__(self, max_bytes: int) -> None:
        self._shelf: _Shelf = LRUCache(max_bytes, getsizeof=_size)

    def part(self, scope: str) -> "CachePart":
        """Return the part that belongs to one set of permissions."""
        return CachePart(self._shelf, scope)

    @property
    def bytes_held(self) -> int:
        """How much is held now."""
        return int(self._shelf.currsize)


class CachePart(MutableMapping[str, Entry]):
    """One scope's view of an installation's cache, in the shape gidgethub wants.

    Bodies are kept as bytes and decoded anew each time, so nobody can change what is remembered.
    """

    def __init__(self, shelf: _Shelf, scope: str) -> None:
        self._shelf = shelf
        self._scope = scope

    def __getitem__(self, url: str) -> Entry:
        etag, modified, body, more = self._shelf[self._scope, url]
        return etag, modified, orjson.loads(body), more

    def __setitem__(self, url: str, entry: Entry) -> None:
        etag, modified, data, more = entry
        try:
            frozen = (etag, modified, orjson.dumps(data), more)
            self._shelf[self._scope, url] = frozen
        except (ValueError, TypeError):
            # Larger than the whole cache, or not JSON: simply not remembered.
            self._shelf.pop((self._scope, url), None)

    def __delitem__(self, url: str) -> None:
        del self._shelf[self._scope, url]

    def __iter__(self) -> Iterator[str]:
        return iter([url for scope, url in self._shelf if scope == self._scope])

    def __len__(self) -> int:
        return sum(1 for _ in self)
