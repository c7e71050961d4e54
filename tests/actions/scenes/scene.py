"""One way to tell a change that an action makes, and to play it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.simulator import Call
from tests.actions.bench import Bench, playbook

AS_BEFORE = object()
AND_MORE = "…"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One change, how it is brought about, and how it looks before, after and undone.

    ``prepare`` makes the situation and returns the event; ``look`` reads the state in question.
    ``write`` is the call that makes the change, as method and pattern; ``writes`` are all that
    change something, and ``halves`` says that the first of them leaves it half done. ``move`` is
    what somebody else does afterwards, so that an undo has to leave it alone and says ``moved``.

    ``undone`` counts only when ``undoable``. ``again`` says that what an unheard try did can be
    undone as well: the event tells what was there. A ``summary`` that ends in … goes on.
    ``person`` is whose login may be protected.
    """

    name: str
    action: str
    prepare: Callable[[Bench], Awaitable[Event]]
    look: Callable[[Bench], Any]
    before: Any
    after: Any
    summary: str
    write: tuple[str, str]
    move: Callable[[Bench], Awaitable[None]]
    moved: str
    undone: Any = AS_BEFORE
    params: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    writes: int = 1
    halves: bool = False
    again: bool = True
    undoable: bool = True

    def looks_undone(self, bench: Bench) -> bool:
        """Tell whether all is as an undo has to leave it."""
        wanted = self.before if self.undone is AS_BEFORE else self.undone
        return bool(self.look(bench) == wanted)

    def says(self, summary: str) -> bool:
        """Tell whether a receipt's summary is the one of the scene, whatever the numbers."""
        text = re.sub(r"(?<=webhook )\d+", "HOOK", re.sub(r"(?<=alert )\d+", "NUMBER", summary))
        if self.summary.endswith(AND_MORE):
            return text.startswith(self.summary.removesuffix(AND_MORE))
        return text == self.summary

    def tries(self, bench: Bench) -> list[Call]:
        """Return every try at the scene's own write, whatever came of it."""
        method, path = self.write
        return [
            call for call in bench.sim.calls if call.method == method and re.search(path, call.path)
        ]


async def planned(bench: Bench, scene: Scene) -> CaseFile:
    """Return the case of a scene with its one step, before anything was done."""
    event = await scene.prepare(bench)
    assert scene.look(bench) == scene.before
    return bench.case(event, playbook((scene.action, scene.params)))


async def played(bench: Bench, scene: Scene) -> CaseFile:
    """Return the case of a scene with its one step taken."""
    file = await planned(bench, scene)
    return await bench.step(file, file.steps[0].id)
