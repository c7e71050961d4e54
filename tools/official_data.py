"""Make the files of ``tests/data`` anew from the npm packages they come from.

Run ``python tools/official_data.py`` with npm at hand; ``--check`` only says what would change.
See ``tests/data/README.md`` for what the files are.
"""

import argparse
import gzip
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"

REST = "@octokit/openapi@23.0.2"
WEBHOOKS = "@octokit/openapi-webhooks@12.1.0"
EXAMPLES = "@octokit/webhooks-examples@7.6.1"

METHODS = ("get", "put", "post", "patch", "delete")
WORDS = frozenset({"description", "example", "examples", "title", "externalDocs", "readOnly"})


def fetch(package: str, member: str) -> Any:
    """Return a JSON file of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(  # noqa: S603 - a fixed command with a package name from above
            ["npm", "pack", "--silent", package],  # noqa: S607 - npm is wherever the PATH has it
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        archive = Path(folder) / packed.stdout.strip().splitlines()[-1]
        with tarfile.open(archive) as opened:
            file = opened.extractfile(f"package/{member}")
            if file is None:
                raise FileNotFoundError(f"{package} has no {member}")
            return orjson.loads(file.read())


def slim(schema: Any) -> Any:
    """Take the prose out of a schema, and write ``nullable`` as JSON Schema does."""
    if isinstance(schema, list):
        return [slim(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {
        key: _named(value) if key == "properties" else slim(value)
        for key, value in schema.items()
        if key not in WORDS and not key.startswith("x-")
    }
    # The webhooks' description says it by a type beside choices of which none is null.
    beside = isinstance(kept.get("type"), list) and "null" in kept["type"]
    if beside and ("oneOf" in kept or "anyOf" in kept):
        return {"anyOf": [{key: kept[key] for key in kept if key != "type"}, {"type": "null"}]}
    if kept.pop("nullable", None) is not True:
        return kept
    if isinstance(kept.get("type"), str) and "enum" not in kept:
        return {**kept, "type": [kept["type"], "null"]}
    return {"anyOf": [kept, {"type": "null"}]}


def _named(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: slim(value) for name, value in properties.items()}


def closure(used: Any, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the component schemas that something refers to, and those that they refer to."""
    found: dict[str, Any] = {}
    pending = list(_references(used))
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = slim(schemas[name])
            pending.extend(_references(found[name]))
    return dict(sorted(found.items()))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.rpartition("/")[2]
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from _references(child)


def resolve(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference to a parameter, a body or an answer."""
    while "$ref" in node:
        target: Any = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (method, path, operation) of every endpoint."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def _schema(content: Mapping[str, Any]) -> Any:
    for kind in ("application/json", "application/json; charset=utf-8"):
        if kind in content:
            return slim(content[kind].get("schema"))
    return None


def requests(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every endpoint takes: parameters, body, statuses, whether Apps may call it."""
    found = []
    for method, path, operation in operations(document):
        declared = [resolve(entry, document) for entry in operation.get("parameters", ())]
        body = operation.get("requestBody")
        body = resolve(body, document) if body else None
        about = operation["x-github"]
        found.append(
            {
                "m": method,
                "p": path,
                "id": operation["operationId"],
                "params": [
                    {
                        "name": entry["name"],
                        "in": entry["in"],
                        "required": entry.get("required", False),
                        "schema": slim(entry["schema"]),
                    }
                    for entry in declared
                ],
                "body": body
                and {"required": body.get("required", False), "schema": _schema(body["content"])},
                "responses": sorted(operation["responses"]),
                "app": bool(about.get("enabledForGitHubApps", False)),
                "cloud": bool(about.get("githubCloudOnly", False)),
            }
        )
    found.sort(key=lambda entry: (entry["p"], entry["m"]))
    components = closure(found, document["components"]["schemas"])
    return {"ops": found, "components": {"schemas": components}}


def responses(document: Mapping[str, Any], served: set[tuple[str, str]]) -> dict[str, Any]:
    """Return what the served endpoints answer, by status; ``null`` is no content."""
    found: dict[str, dict[str, Any]] = {}
    for method, path, operation in operations(document):
        if (method, path) in served:
            found[f"{method} {path}"] = {
                status: _schema(resolve(answer, document).get("content", {}))
                for status, answer in sorted(operation["responses"].items())
                if status < "400"
            }
    missing = served - {tuple(name.split(" ", 1)) for name in found}
    if missing:
        sys.exit(f"GitHub's description has no {sorted(missing)}")
    components = closure(found, document["components"]["schemas"])
    return {"ops": dict(sorted(found.items())), "components": {"schemas": components}}


def webhooks(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return every payload's schema, without the prose."""
    schemas = document["components"]["schemas"]
    found = {
        name: {
            "post": {
                "requestBody": {"content": _payload(hook["post"])},
                "x-github": hook["post"]["x-github"],
            }
        }
        for name, hook in document["webhooks"].items()
    }
    return {"webhooks": found, "components": {"schemas": closure(found, schemas)}}


def _payload(operation: Mapping[str, Any]) -> dict[str, Any]:
    content = operation["requestBody"]["content"]["application/json"]
    return {"application/json": {"schema": slim(content["schema"])}}


def compressed(raw: bytes) -> bytes:
    """Compress so that the same content gives the same file."""
    return gzip.compress(raw, compresslevel=9, mtime=0)


def files() -> dict[str, bytes]:
    """Return every file of ``tests/data`` by name, made from the packages."""
    sys.path.insert(0, str(ROOT))
    from bot.simulator.api import ROUTES  # noqa: PLC0415 - found only once the root is on the path

    rest = fetch(REST, "generated/ghec.json")
    hooks = fetch(WEBHOOKS, "generated/ghec.json")
    examples = fetch(EXAMPLES, "api.github.com/index.json")
    lines = [
        orjson.dumps({"event": event["name"], "payload": payload})
        for event in examples
        for payload in event["examples"]
    ]
    served: set[tuple[str, str]] = {(route.method, route.path) for route in ROUTES}
    return {
        "github-openapi-requests.json.gz": orjson.dumps(requests(rest)),
        "github-openapi-responses.json.gz": orjson.dumps(responses(rest, served)),
        "github-webhooks-openapi.json.gz": orjson.dumps(webhooks(hooks)),
        "webhook-examples.jsonl.gz": b"\n".join(lines) + b"\n",
    }


def main() -> None:
    """Write the files, or say which of them are not as the packages have them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    changed = []
    for name, raw in files().items():
        path = DATA / name
        if not path.exists() or gzip.decompress(path.read_bytes()) != raw:
            changed.append(name)
            if not check:
                path.write_bytes(compressed(raw))
    sys.stdout.write(f"{'differs' if check else 'written'}: {', '.join(changed) or 'nothing'}\n")
    if check and changed:
        sys.exit(1)


if __name__ == "__main__":
    main()
