"""Runs a playbook's tests: is the match as promised, and what would the response call."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import orjson

from bot.actions.catalogue import ACTIONS, CHANGING
from bot.actions.page import manifest as usual_manifest
from bot.actions.permissions import Tier
from bot.core.errors import ApiError, ConfigurationError
from bot.core.event import Event
from bot.core.playbook import Match, Mode
from bot.detect.rule import Rule
from bot.detect.trial import Outcome, run_tests
from bot.github import GitHubApp, Pace, open_session
from bot.manifest import Manifest, read_manifest
from bot.pipeline import Pipeline, Policy
from bot.playbooks import Loaded
from bot.rehearsal.bystander import Bystander
from bot.rehearsal.cues import set_step
from bot.rehearsal.keys import KeyPair, make_keys
from bot.rehearsal.notebook import Notebook
from bot.rehearsal.scene import SECURITY, organisation_of, set_scene
from bot.rehearsal.taken import taken
from bot.respond.masking import mask
from bot.respond.plan import plan
from bot.respond.step import Step, StepState
from bot.simulator import AppIdentity, Call, Simulator
from bot.sources.lists import LiveLists

APP_ID, SLUG = 1, "tipstaff"
TRIES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """How one test of a playbook went.

    ``why`` says what is not as promised; ``calls`` are the API calls of the response in order,
    each followed by what came of its step. ``seconds`` is how long it took.
    """

    playbook: str
    test: str
    place: str
    passed: bool
    why: str = ""
    calls: tuple[str, ...] = ()
    seconds: float = 0

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


async def rehearse(loaded: Loaded, manifest: Path | None) -> list[Rehearsed]:
    """Run every test of every usable playbook, each on a simulated organisation of its own.

    With ``manifest`` ``None`` no match is acted out: only whether it is one is tried. Where there
    is no ``app.yml``, the App may do what Tipstaff's own manifest grants. Raises
    `ConfigurationError` when another manifest cannot be had.
    """
    if not loaded.rules:
        return []
    if manifest is None:
        return [result for rule in loaded.rules for _, result in _tried(loaded, rule)]
    try:
        text = await asyncio.to_thread(manifest.read_text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if manifest.name != str(Tier.FULL) or not isinstance(error, FileNotFoundError):
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ConfigurationError(
                f"the App's manifest {manifest} cannot be read ({why}): the calls are tried with "
                "its permissions; name another with --manifest, or leave them out with --no-calls"
            ) from None
        text = usual_manifest(Tier.FULL)
    stage = _Stage(loaded, read_manifest(text, str(manifest)), make_keys())
    async with open_session() as session:
        return [result for rule in loaded.rules async for result in stage.run(session, rule)]


def _tried(loaded: Loaded, rule: Rule) -> Iterator[tuple[Outcome, Rehearsed]]:
    """Yield what came of every test of a playbook, before anything is done about it."""
    began = perf_counter()
    for outcome in run_tests(rule, loaded.lists, now=_now(), among=loaded.rules, leads=taken):
        yield (
            outcome,
            Rehearsed(
                playbook=rule.playbook.title,
                test=outcome.test.name,
                place=str(outcome.test.place),
                passed=outcome.passed,
                why=outcome.failure,
                seconds=(perf_counter() - began) / len(rule.tests),
            ),
        )


class _Stage:
    """What all rehearsals share."""

    def __init__(self, loaded: Loaded, manifest: Manifest, keys: KeyPair) -> None:
        self._loaded = loaded
        self._manifest = manifest
        self._keys = keys

    async def run(self, session: aiohttp.ClientSession, rule: Rule) -> AsyncIterator[Rehearsed]:
        """Try every test of a playbook; one that matches as promised is acted out as well."""
        for outcome, result in _tried(self._loaded, rule):
            if outcome.passed and outcome.match is not None:
                began = perf_counter()
                acted = await self._act(session, outcome.event, outcome.match, result)
                yield replace(acted, seconds=result.seconds + perf_counter() - began)
            else:
                yield result

    async def _act(
        self, session: aiohttp.ClientSession, event: Event, match: Match, result: Rehearsed
    ) -> Rehearsed:
        """Take the steps as if each were allowed, and note the calls."""
        identity = AppIdentity(
            id=APP_ID,
            slug=SLUG,
            public_key=self._keys.public,
            webhook_secret=secrets.token_hex(),
            permissions=self._manifest.permissions,
            events=self._manifest.events,
        )
        async with Simulator(identity, org=organisation_of(event.fields)) as sim:
            event = replace(
                event,
                installation=sim.installation_id,
                fields={"org": organisation_of(event.fields), **event.fields},
            )
            set_scene(sim, event)
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
            notebook = Notebook(proposed, event)
            pipeline = self._pipeline(session, sim, notebook)
            lines: list[str] = []
            failed = ""
            while (step := notebook.due()) is not None:
                set_step(sim, event, step, proposed.alert)
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
            judge=lambda: self._loaded.detector,
            lists=LiveLists(
                apps=github, own_login=f"{SLUG}[bot]", age=timedelta(minutes=5), clock=_now
            ),
            policy=Policy(
                ceiling=Mode.ENFORCE,
                security_repository=SECURITY,
                protected=frozenset(),
                cap_per_hour=1_000,
            ),
            notifier=Bystander(),
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


def _is_the_steps(call: Call) -> bool:
    return not call.path.endswith("/access_tokens")


def _spell(call: Call) -> str:
    query = "?" + "&".join(f"{name}={value}" for name, value in call.query.items())
    body = ""
    if isinstance(call.body, dict):
        shown = {name: _short(value) for name, value in call.body.items()}
        body = " " + mask(orjson.dumps(shown).decode())
    return f"{call.method} {call.path}{query if call.query else ''}{body} ({call.status})"


def _short(value: Any) -> Any:
    return value[:60] + "…" if isinstance(value, str) and len(value) > 60 else value


def _outcome(step: Step) -> str:
    if step.receipt is not None:
        return step.receipt.summary
    return step.error or ("tells people" if not ACTIONS[step.action].changes else "")


def _now() -> datetime:
    return datetime.now(UTC)
