"""From a path to its endpoint, as a tree of path segments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from bot.simulator.api.route import Route


@dataclass(slots=True)
class _Node:
    named: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """Finds endpoints. A fixed segment wins over a variable one; ``{path}`` takes all the rest."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in route.path.strip("/").split("/"):
                if segment.startswith("{"):
                    node.any = node.any or _Node()
                    node = node.any
                else:
                    node = node.named.setdefault(segment, _Node())
            if route.method in node.routes:
                raise ValueError(f"{route.method} {route.path} is served twice")
            node.routes[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the endpoint and the values of its variables; ``None`` when there is none."""
        segments = path.strip("/").split("/")
        node = self._find(self._root, segments, 0)
        route = node.routes.get(method) if node else None
        if route is None:
            return None
        template = route.path.strip("/").split("/")
        values: dict[str, str] = {}
        for index, part in enumerate(template):
            if part == "{path}":
                values["path"] = unquote("/".join(segments[index:]))
            elif part.startswith("{"):
                values[part[1:-1]] = unquote(segments[index])
        return route, values

    def _find(self, node: _Node, segments: list[str], index: int) -> _Node | None:
        if index == len(segments):
            return node if node.routes else None
        child = node.named.get(segments[index])
        found = self._find(child, segments, index + 1) if child else None
        if found is None and node.any is not None and segments[index]:
            found = self._find(node.any, segments, index + 1)
        if found is None and any(r.path.endswith("/{path}") for r in node.routes.values()):
            return node
        return found
