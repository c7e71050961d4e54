"""The simulator itself: started, told what happens, asked what is."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.simulator.acts import Person
from bot.simulator.calls import Call, Observer
from bot.simulator.changes import installation
from bot.simulator.control import Control
from bot.simulator.faults import Faults
from bot.simulator.hooks import Attempt, Hooks
from bot.simulator.identity import AppIdentity
from bot.simulator.inspection import Inspection
from bot.simulator.limits import Limits, Meter
from bot.simulator.server import LONGEST_BODY, Server
from bot.simulator.world import World, utcnow


class Simulator(Inspection):
    """A GitHub organisation with one App installed, served over HTTP on this machine.

    ``clock`` tells the time to everything in it; ``seed`` makes ids and GUIDs come out the same
    each time. Set ``hook_url`` to where webhooks shall go; until then they are only written down.
    """

    def __init__(
        self,
        app: AppIdentity,
        *,
        org: str = "acme",
        clock: Callable[[], datetime] = utcnow,
        limits: Limits | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(World(app, org, clock, seed))
        self._hooks = Hooks(self.world)
        self.world.emit = self._hooks.emit
        self._server = Server(self.world, self._hooks, Meter(limits or Limits(), clock))
        self._control = Control(self)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Begin to serve; gives the API's root address."""
        application = web.Application(client_max_size=LONGEST_BODY)
        application.add_routes(self._control.routes())
        application.router.add_route("*", "/{path:.*}", self._server.handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=1024).start()
        bound = self._runner.addresses[0][1]
        self.url = self.world.api = f"http://{host}:{bound}"
        return self.url

    async def stop(self) -> None:
        """Stop serving and sending."""
        self._server.stopping.set()
        await self._hooks.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def hook_url(self) -> str | None:
        """Where webhooks go."""
        return self._hooks.url

    @hook_url.setter
    def hook_url(self, url: str | None) -> None:
        self._hooks.url = url

    @property
    def installation_id(self) -> int:
        """The id of the App's installation in the organisation."""
        return self.world.installation.id

    @property
    def calls(self) -> list[Call]:
        """Every API call served so far, oldest first."""
        return self._server.calls

    @property
    def observers(self) -> list[Observer]:
        """Who is told of every call and its answer; an exception of theirs becomes a 500."""
        return self._server.observers

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        return self._server.faults

    @property
    def deliveries(self) -> list[Attempt]:
        """Every try at every webhook so far, oldest first."""
        return self._hooks.log()

    async def settled(self, timeout: float = 10) -> None:  # noqa: ASYNC109 - the caller's patience
        """Wait until every webhook was answered or has failed; ``TimeoutError`` otherwise."""
        await self._hooks.settled(timeout)

    def by(self, login: str) -> Person:
        """Return somebody who can act; they get an account if they have none."""
        return Person(self.world, self.add_user(login))

    def redeliver(self, delivery: int) -> Attempt:
        """Send a delivery again, as its button on GitHub's page does."""
        return self._hooks.redeliver(delivery)

    def install(self, by: str | None = None) -> None:
        """Tell the App that it was installed: ``installation`` ``created``."""
        installation.install(self.world, self.add_user(by) if by else self._somebody())

    def uninstall(self, by: str | None = None) -> None:
        """Take the App away: ``installation`` ``deleted``; its tokens are void from now on."""
        installation.uninstall(self.world, self.add_user(by) if by else self._somebody())

    def suspend(self, by: str | None = None) -> None:
        """Lock the App out: ``installation`` ``suspend``."""
        installation.suspend(self.world, self.add_user(by) if by else self._somebody())

    def unsuspend(self, by: str | None = None) -> None:
        """Let the App in again: ``installation`` ``unsuspend``."""
        installation.unsuspend(self.world, self.add_user(by) if by else self._somebody())
