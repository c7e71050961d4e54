"""Runs a playbook's tests: is the match as promised, and what would the response call."""

import asyncio
import types
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bot.actions.catalogue import ACTIONS, CHANGING
from bot.core.delivery import Delivery
from bot.core.errors import ApiError
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Match, Mode
from bot.detect.matcher import compile_rules
from bot.detect.rule import PlaybookTest, Rule
from bot.github import GitHubApp, Pace, open_session
from bot.manifest import Manifest, read_manifest
from bot.pipeline import Pipeline, Policy
from bot.playbooks import Loaded
from bot.rehearsal.keys import KeyPair, make_keys
from bot.rehearsal.notebook import Notebook
from bot.rehearsal.scene import SECURITY, organisation_of, set_scene
from bot.respond.plan import plan
from bot.respond.step import Step, StepState
from bot.simulator import AppIdentity, Call, Simulator

APP_ID, SLUG = 1, "tipstaff"
TRIES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """How one test of a playbook went.

    ``why`` says what is not as promised; ``calls`` are the API calls of the response in order,
    each followed by what came of its step.
    """

    playbook: str
    test: str
    place: str
    passed: bool
    why: str = ""
    calls: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine to read."""
        return {
            "playbook": self.playbook,
            "test": self.test,
            "place": self.place,
            "passed": self.passed,
            "why": self.why,
            "calls": list(self.calls),
        }


async def rehearse(loaded: Loaded, manifest: Path) -> list[Rehearsed]:
    """Run every test of every usable playbook, each on a simulated organisation of its own."""
    text = await asyncio.to_thread(manifest.read_text, encoding="utf-8")
    stage = _Stage(loaded, read_manifest(text), make_keys())
    async with open_session() as session:
        return [
            await stage.run(session, rule, test) for rule in loaded.rules for test in rule.tests
        ]


class _Stage:
    """What all rehearsals share."""

    def __init__(self, loaded: Loaded, manifest: Manifest, keys: KeyPair) -> None:
        self._loaded = loaded
        self._manifest = manifest
        self._keys = keys

    async def run(
        self, session: aiohttp.ClientSession, rule: Rule, test: PlaybookTest
    ) -> Rehearsed:
        lists = {**self._loaded.lists, **test.lists}
        event = event_of(test)
        matches = compile_rules([rule], lists).match(event)
        result = Rehearsed(
            playbook=rule.playbook.title, test=test.name, place=str(test.place), passed=True
        )
        if bool(matches) is not test.match:
            return replace(result, passed=False, why=_surprise(matches))
        planned = tuple(spec.action for spec in rule.playbook.response.steps)
        if not matches:
            return result
        if test.steps is not None and planned != test.steps:
            why = f"the steps are {_listed(planned)}, the test says {_listed(test.steps)}"
            return replace(result, passed=False, why=why)
        return await self._act(session, event, matches[0], result)

    async def _act(
        self, session: aiohttp.ClientSession, event: Event, match: Match, result: Rehearsed
    ) -> Rehearsed:
        """Take the steps as if each were allowed, and note the calls."""
        identity = AppIdentity(
            id=APP_ID,
            slug=SLUG,
            public_key=self._keys.public,
            webhook_secret="rehearsal",
            permissions=self._manifest.permissions,
            events=self._manifest.events,
        )
        async with Simulator(identity, org=organisation_of(event.fields)) as sim:
            set_scene(sim, event)
            event = replace(event, installation=sim.installation_id)
            proposed = plan(
                event,
                match,
                own_login=f"{SLUG}[bot]",
                ceiling=Mode.ENFORCE,
                now=_now(),
                changing=CHANGING,
            )
            if proposed is None:
                return result
            notebook = Notebook(proposed)
            pipeline = self._pipeline(session, sim, notebook)
            lines: list[str] = []
            failed = ""
            while (step := notebook.due()) is not None:
                before = len(sim.calls)
                done = await _take(pipeline, notebook, step)
                lines += [_spell(call) for call in sim.calls[before:] if _is_the_steps(call)]
                lines.append(f"→ {done.action}: {done.state}: {_outcome(done)}")
                if done.state is StepState.FAILED:
                    failed = f"the step {done.action} failed: {done.error}"
            return replace(result, passed=not failed, why=failed, calls=tuple(lines))

    def _pipeline(
        self, session: aiohttp.ClientSession, sim: Simulator, notebook: Notebook
    ) -> Pipeline:
        github = GitHubApp(
            app_id=APP_ID,
            private_key=self._keys.private,
            session=session,
            clock=_now,
            api_url=sim.url,
            pace=Pace.off(),
        )
        return Pipeline(
            records=notebook,
            apps=github,
            judge=lambda: self._loaded.ruleset,
            policy=Policy(
                ceiling=Mode.ENFORCE,
                security_repository=SECURITY,
                protected=frozenset(),
                cap_per_hour=1_000,
            ),
            own_login=f"{SLUG}[bot]",
            clock=_now,
            worker="rehearsal",
        )


async def _take(pipeline: Pipeline, notebook: Notebook, step: Step) -> Step:
    """Take one step; what is not available now is tried again at once, a few times."""
    for _ in range(TRIES):
        turn = notebook.turn(step.id, _now())
        try:
            return await pipeline.act(turn)
        except ApiError as error:
            problem = str(error)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
    return await pipeline.finish(turn, replace(turn.step, state=StepState.FAILED, error=problem))


def event_of(test: PlaybookTest) -> Event:
    """Return the event a test is about: the delivery normalised, or the fields as they stand."""
    if test.delivery is not None:
        return normalise(
            Delivery(
                id="rehearsal",
                source="webhook",
                event=str(test.delivery["event"]),
                received_at=_now(),
                body=orjson.dumps(test.delivery["payload"], default=str),
                headers={},
            )
        )
    fields = dict(test.event or {})
    return Event(
        id="rehearsal",
        source="audit_log",
        kind=str(fields.get("webhook_event", fields["action"])),
        at=_now(),
        installation=None,
        fields=types.MappingProxyType({"org": "acme", **fields}),
        raw=fields,
    )


def _surprise(matches: Sequence[Match]) -> str:
    if not matches:
        return "the playbook does not match, and the test says that it does"
    because = ", ".join(sorted({reason.test for reason in matches[0].reasons}))
    return f"the playbook matches ({because}), and the test says that it does not"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _is_the_steps(call: Call) -> bool:
    return not call.path.endswith("/access_tokens")


def _spell(call: Call) -> str:
    query = "?" + "&".join(f"{name}={value}" for name, value in call.query.items())
    body = ""
    if isinstance(call.body, dict):
        shown = {name: _short(value) for name, value in call.body.items()}
        body = " " + orjson.dumps(shown).decode()
    return f"{call.method} {call.path}{query if call.query else ''}{body} ({call.status})"


def _short(value: Any) -> Any:
    return value[:60] + "…" if isinstance(value, str) and len(value) > 60 else value


def _outcome(step: Step) -> str:
    if step.receipt is not None:
        return step.receipt.summary
    return step.error or ("tells people" if not ACTIONS[step.action].changes else "")


def _now() -> datetime:
    return datetime.now(UTC)
