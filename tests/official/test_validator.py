"""The judge says no to whatever GitHub's description does not know."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.simulator.api import ROUTES
from tests.official.schemas import load
from tests.official.validator import RESPONSES, OfficialApi, served


@dataclass(frozen=True)
class Made:
    """A call to judge."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 200


@pytest.fixture(scope="module")
def official() -> OfficialApi:
    """Read GitHub's descriptions."""
    return OfficialApi()


@pytest.mark.parametrize(
    "call",
    [
        Made("GET", "/orgs/acme/members", {"role": "admin", "per_page": "100"}),
        Made("PUT", "/orgs/acme/memberships/bob", body={"role": "member"}),
        Made("GET", "/repos/acme/widgets/contents/src/a/b.py", {"ref": "main"}),
        Made("POST", "/repos/acme/widgets/issues", body={"title": "x", "labels": ["a"]}),
        Made("GET", "/app/hook/deliveries", {"cursor": "v1_1"}),
        Made("GET", "/orgs/acme/personal-access-tokens", {"owner[]": "bob"}),
    ],
)
def test_what_github_documents_is_let_through(call: Made, official: OfficialApi) -> None:
    """Right calls pass."""
    official.check(call)


@pytest.mark.parametrize(
    "call",
    [
        Made("GET", "/orgs/acme/owners"),
        Made("POST", "/orgs/acme/members"),
        Made("GET", "/orgs/acme/members", {"roles": "admin"}),
        Made("GET", "/orgs/acme/members", {"role": "owner"}),
        Made("PUT", "/orgs/acme/memberships/bob", body={"role": "owner"}),
        Made("PUT", "/orgs/acme/memberships/bob", body={"rank": "member"}),
        Made("POST", "/repos/acme/widgets/issues"),
        Made("POST", "/repos/acme/widgets/issues", body={"body": "no title"}),
        Made("GET", "/repos/acme/widgets/issues/one"),
        Made("DELETE", "/repos/acme/widgets/keys/1", body={"force": True}),
        Made("GET", "/user/emails"),
    ],
)
def test_what_github_does_not_document_is_refused(call: Made, official: OfficialApi) -> None:
    """An unknown path, method, parameter, value, key, or an endpoint not for Apps fails."""
    with pytest.raises(AssertionError):
        official.check(call)


def test_an_answer_with_an_invented_field_is_refused(official: OfficialApi) -> None:
    """What GitHub answers passes; one more field, or one of another type, does not."""
    call = Made("GET", "/orgs/acme/memberships/bob")
    official.check_reply(call, {"role": "member", "state": "active"})
    for wrong in ({"role": "member", "since": "2020"}, {"role": 1}, {"user": {"rank": 1}}):
        with pytest.raises(AssertionError):
            official.check_reply(call, wrong)
    with pytest.raises(AssertionError):
        official.check_reply(Made("GET", call.path, status=404), {"error": "Not Found"})
    with pytest.raises(AssertionError):
        official.check_reply(Made("GET", call.path, status=204), None)


def test_every_endpoint_of_the_simulator_is_one_of_githubs() -> None:
    """The simulator invents no endpoint, and the answers of each can be judged."""
    routes = [(route.method, route.path) for route in ROUTES]
    assert served(routes) == []
    assert {f"{method} {path}" for method, path in routes} == set(load(RESPONSES)["ops"])
