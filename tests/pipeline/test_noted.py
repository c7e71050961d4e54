"""The last guard before a write: by whichever name or part of a call a repository is meant."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bot.actions.port import Reply
from bot.pipeline.noted import Halted, Noted, Trail
from bot.respond.step import StepState


class Wire:
    """GitHub, which takes whatever it is told."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Take a call."""
        del variables, body
        self.calls.append(f"{method} {url}")
        return Reply(status=204)

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """List nothing."""
        del url, variables, key
        nothing: list[Any] = []
        for each in nothing:
            yield each


async def _open(first: bool) -> None:
    del first


WRITES: Mapping[str, tuple[str, Mapping[str, str | int], Mapping[str, Any]]] = {
    "in its address": ("/repos/{owner}/{repo}", {"owner": "acme", "repo": "Vault"}, {}),
    "in its body": (
        "/orgs/{org}/properties/values",
        {"org": "acme"},
        {"repository_names": ["widgets", "vault"], "properties": []},
    ),
}


@pytest.mark.parametrize("where", WRITES)
async def test_no_write_that_names_a_spared_repository_is_made(where: str) -> None:
    """Wherever the call names it; nothing of the call is made."""
    url, variables, body = WRITES[where]
    wire, trail = Wire(), Trail(_open)
    for listed in ("vault", "acme/vault"):
        gh = Noted(wire, trail, spared=frozenset({listed}))
        with pytest.raises(Halted) as stopped:
            await gh.call("PATCH", url, variables, body=body)
        assert stopped.value.receipt.state is StepState.BLOCKED
    assert (wire.calls, trail.wrote) == ([], False)


@pytest.mark.parametrize("where", WRITES)
async def test_other_repositories_are_written_to(where: str) -> None:
    """And that is noted."""
    url, variables, body = WRITES[where]
    wire, trail = Wire(), Trail(_open)
    await Noted(wire, trail, spared=frozenset({"other/vault"})).call(
        "PATCH", url, variables, body=body
    )
    assert (wire.calls, trail.wrote) == ([f"PATCH {url}"], True)
