"""An endpoint, the call being served, and the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

from bot.simulator.api.body import Body
from bot.simulator.credentials import Caller, Credentials
from bot.simulator.hooks import Hooks
from bot.simulator.limits import Meter
from bot.simulator.problem import not_found
from bot.simulator.state.people import Team, User
from bot.simulator.state.repository import Repository
from bot.simulator.world import World

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an endpoint answers; ``data`` is JSON, ``None`` is no content."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A call that was let in: identified, with its repository found and its body read."""

    world: World
    hooks: Hooks
    credentials: Credentials
    meter: Meter
    caller: Caller | None
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Body
    accept: str
    found: Repository | None = None

    @property
    def actor(self) -> User:
        """Who does it: the App's bot user."""
        return self.world.bot

    @property
    def repository(self) -> Repository:
        """The repository of the path."""
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def user(self) -> User:
        """The user of the path, or 404."""
        return self.world.user(self.params["username"])

    @property
    def team(self) -> Team:
        """The team of the path, or 404."""
        return self.world.team(self.params["team_slug"])

    def number(self, name: str) -> int:
        """Return a number of the path; 404 when it is none."""
        text = self.params[name]
        if not (text.isascii() and text.isdigit()):
            raise not_found()
        return int(text)

    def page(self, items: Sequence[T], shape: Callable[[T], Any]) -> Answer:
        """Return one page of a list, and the ``Link`` to the others."""
        size = min(self._whole("per_page", 30), 100)
        number = self._whole("page", 1)
        last = max(1, -(-len(items) // size))
        shown = [shape(item) for item in items[(number - 1) * size : number * size]]
        targets: dict[str, int] = {}
        if number > 1:
            targets |= {"prev": min(number - 1, last)}
        if number < last:
            targets |= {"next": number + 1, "last": last}
        if number > 1:
            targets |= {"first": 1}
        link = ", ".join(
            f'<{self.address(page=str(n))}>; rel="{rel}"' for rel, n in targets.items()
        )
        return Answer(data=shown, headers={"Link": link} if link else {})

    def address(self, **changed: str) -> str:
        """Return the call's own address with other query values."""
        return f"{self.world.api}{self.path}?{urlencode({**self.query, **changed})}"

    def _whole(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else default


Handler = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint. ``needs`` is written as GitHub's ``X-Accepted-GitHub-Permissions`` writes it.

    ``asks`` says which credential it takes: the App's own (``app``), an installation's, or any
    (``any``: also none). ``creates`` marks what the limit on creating content counts; ``docs`` is
    the page below https://docs.github.com/rest/.
    """

    method: Literal["GET", "PUT", "POST", "PATCH", "DELETE"]
    path: str
    handler: Handler
    _: KW_ONLY
    docs: str
    needs: str = ""
    asks: Literal["app", "installation", "any"] = "installation"
    creates: bool = False
