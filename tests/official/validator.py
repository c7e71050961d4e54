"""GitHub's official REST description as a judge of calls and of answers."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Protocol

from tests.official.closed import invented, problem
from tests.official.schemas import Schema, load, resolve, types

REQUESTS = "github-openapi-requests.json.gz"
RESPONSES = "github-openapi-responses.json.gz"


class Called(Protocol):
    """A call as the judge sees it; the simulator's `Call` is one."""

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        ...

    @property
    def path(self) -> str:
        """Return the path, without the query."""
        ...

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query's values."""
        ...

    @property
    def body(self) -> Any:
        """Return the body's JSON; ``None`` when there was none."""
        ...

    @property
    def status(self) -> int:
        """Return the status that answered."""
        ...


class OfficialApi:
    """Says what in a call, or in an answer, GitHub's own description does not know."""

    def check(self, call: Called) -> None:
        """Raise ``AssertionError`` for a call that GitHub does not document, or not for Apps."""
        operation, values = _find(call.method, call.path)
        named = f"{call.method} {operation['p']}"
        # What the App calls with its JWT is not marked as open to Apps' tokens.
        jwt = operation["id"].startswith("apps/")
        anybody = operation["id"].startswith("credentials/")  # they refuse whoever is known
        assert operation["app"] or jwt or anybody, f"{named} is not for Apps"
        declared = [resolve(entry, load(REQUESTS)) for entry in operation["params"]]
        for where, given in (("path", values), ("query", call.query)):
            known = {entry["name"]: entry for entry in declared if entry["in"] == where}
            for name, text in given.items():
                entry = known.get(name) or known.get(name.removesuffix("[]"))
                assert entry is not None, f"{named} has no {where} parameter {name!r}"
                wrong = problem(
                    _typed(text, entry["schema"]), entry["schema"], load(REQUESTS)["components"]
                )
                assert wrong is None, f"{named} {name}={text!r}: {wrong}"
            missing = {n for n, entry in known.items() if entry.get("required")} - set(given)
            assert not missing, f"{named} lacks {', '.join(sorted(missing))}"
        self._check_body(named, operation, call.body)

    def check_reply(self, call: Called, reply: Any) -> None:
        """Raise ``AssertionError`` for an answer with a field, type or status GitHub's has not.

        A field may be missing: what matters is that none is invented.
        """
        operation, _ = _find(call.method, call.path)
        named = f"{call.method} {operation['p']}"
        answers = load(RESPONSES)["ops"].get(f"{call.method} {operation['p']}")
        assert answers is not None, f"{named} is not in {RESPONSES}: run tools/official_data.py"
        status = str(call.status)
        if call.status >= 400:
            wrong = problem(reply, _ERROR, _NO_COMPONENTS)
            assert wrong is None, f"{named} {status}: {wrong}"
            return
        if call.status in _REDIRECTS and call.path.startswith("/repos/"):
            return  # any call below a repository's former name may be led on
        assert status in answers or call.status in {0, 304}, f"{named} never answers {status}"
        schema = _STALE.get(named) or answers.get(status)
        if schema is None:
            assert not reply or call.status == 304, f"{named} {status} answers no content"
            return
        wrong = invented(reply, schema, RESPONSES)
        assert wrong is None, f"{named} {status}: {wrong}"

    def _check_body(self, named: str, operation: Schema, body: Any) -> None:
        if operation["body"] is None:
            assert not body, f"{named} takes no body"
            return
        required = operation["body"].get("required", False)
        assert body is not None or not required, f"{named} needs a body"
        if body is None:
            return
        schema = operation["body"].get("schema", operation["body"])
        known = _properties(schema)
        if known and isinstance(body, dict):
            unknown = sorted(set(body) - known)
            assert not unknown, f"{named} takes no {', '.join(unknown)} in its body"
        wrong = problem(body, schema, load(REQUESTS)["components"])
        assert wrong is None, f"{named}: {wrong}"


@lru_cache(maxsize=10_000)
def _find(method: str, path: str) -> tuple[Schema, Mapping[str, str]]:
    """Return the operation that a call is meant for, and the values in its path."""
    # Where GitHub leads a caller who uses a repository's former name; it documents no more.
    path = re.sub(r"^/repositories/\d+", "/repos/renamed/renamed", path)
    segments = path.strip("/").split("/")
    matching = [
        (template, operation)
        for template, operation in _operations().get((method, segments[0]), ())
        if _matches(template, segments)
    ]
    assert matching, f"GitHub has no {method} {path}"
    template, operation = max(matching, key=lambda found: _fixed(found[0]))
    values = {
        part[1:-1]: segments[index] for index, part in enumerate(template) if part.startswith("{")
    }
    return operation, values


@cache
def _operations() -> dict[tuple[str, str], list[tuple[list[str], Schema]]]:
    """Return every (template, operation), by method and first segment, which is never a name."""
    found: dict[tuple[str, str], list[tuple[list[str], Schema]]] = {}
    for operation in load(REQUESTS)["ops"]:
        segments = operation["p"].strip("/").split("/")
        found.setdefault((operation["m"], segments[0]), []).append((segments, operation))
    return found


_REDIRECTS = frozenset({301, 302, 307})
"""https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api"""

_STALE: Mapping[str, Schema] = {
    # Here the description holds an older copy of its own component.
    "GET /app/installations": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/installation"},
    }
}

_NO_COMPONENTS: Schema = {}
_ERROR: Schema = {
    "type": "object",
    "required": ["message", "documentation_url"],
    "properties": {
        "message": {"type": "string"},
        "documentation_url": {"type": "string"},
        "status": {"type": "string"},
        "errors": {"type": "array"},
    },
    "additionalProperties": False,
}


def _matches(template: list[str], segments: list[str]) -> bool:
    if template[-1] == "{path}" and len(segments) > len(template):
        segments = segments[: len(template)]
    return len(template) == len(segments) and all(
        part == given or (part.startswith("{") and given)
        for part, given in zip(reversed(template), reversed(segments), strict=True)
    )


def _fixed(template: list[str]) -> list[bool]:
    return [not part.startswith("{") for part in template]


def _properties(schema: Schema) -> set[str]:
    """Return every top-level key that a body's schema names, in whichever branch."""
    schema = resolve(schema, load(REQUESTS))
    names = set(schema.get("properties", {}))
    for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        names |= _properties(branch)
    return names


def _typed(text: str, schema: Schema) -> Any:
    """Return a query's or a path's text as the type its parameter has."""
    named = types(resolve(schema, load(REQUESTS)))
    if "integer" in named and text.lstrip("-").isdigit():
        return int(text)
    if "boolean" in named and text in {"true", "false"}:
        return text == "true"
    return text.split(",") if "array" in named else text


def served(operations: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of (method, template) that GitHub's description does not have."""
    known = {(operation["m"], operation["p"]) for operation in load(REQUESTS)["ops"]}
    return sorted(set(operations) - known)
