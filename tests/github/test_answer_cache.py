"""The cache of an installation is bounded, and its parts do not mix."""

from typing import Any

from bot.github.cache import AnswerCache, Entry


def entry(data: Any, etag: str = '"e"') -> Entry:
    """Return an answer as gidgethub keeps it."""
    return etag, None, data, None


def test_an_answer_is_remembered_as_it_was() -> None:
    """Changing what was read does not change what is remembered."""
    part = AnswerCache(10_000).part("members:read")
    part["/a"] = entry({"roles": ["admin"]})
    part["/a"][2]["roles"].append("changed")
    assert part["/a"] == entry({"roles": ["admin"]})


def test_one_set_of_permissions_does_not_see_what_another_may_read() -> None:
    """The same URL is remembered for each scope by itself."""
    cache = AnswerCache(10_000)
    wide, narrow = cache.part("members:write"), cache.part("metadata:read")
    wide["/a"] = entry("secret")
    assert "/a" not in narrow
    assert (list(wide), len(narrow)) == (["/a"], 0)
    del wide["/a"]
    assert "/a" not in wide


def test_the_cache_is_bounded_in_bytes_and_entries() -> None:
    """However much is remembered, it stays below the bound; the oldest goes first."""
    cache = AnswerCache(20_000)
    part = cache.part("s")
    for number in range(500):
        part[f"/{number}"] = entry("x" * (number % 900))
    assert cache.bytes_held <= 20_000
    assert 0 < len(part) < 40
    assert "/499" in part
    assert "/0" not in part


def test_what_is_larger_than_the_cache_is_not_remembered() -> None:
    """A huge answer is no error, and does not leave an older one behind as if it were current."""
    part = AnswerCache(1000).part("s")
    part["/a"] = entry("old")
    part["/a"] = entry("x" * 2000)
    assert "/a" not in part
