"""How soon an issue answers a delivery: the whole app, and the simulator on the other core.

Twenty deliveries a second, each a push by somebody else with a key in its commit message, so that
each needs an issue of its own. Measured is the time from a delivery's being sent to its issue's
creation at the simulator, by the machine's one clock.
"""

import asyncio
import random
import re
import socket
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.deliveries import SECRET, Target, guid, push, signature
from bench.processes import ROOT, cores, first_line, process

RATE = 20  # deliveries a second
WARM = 20  # deliveries before it counts: connections, tokens and caches are made
APP_ID = 20260101
PATIENCE = 30.0
SENDER = re.compile(r"dev-(\d{6})")
NO_LIMIT = "1000000000"


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where the app and the simulator listen, and what deliveries must speak of."""

    app: str
    simulator: str
    target: Target


def respond(folder: Path, *, seed: int, seconds: float) -> dict[str, Any]:
    """Measure the whole way; every delivery must have got exactly one issue."""
    app_core, simulator_core = cores()
    public = folder / "public.pem"
    private = _make_keys(public)
    log = folder / "respond.log"
    simulator_arguments = ["-m", "bot.simulator", "--app-id", str(APP_ID)]
    simulator_arguments += ["--public-key", str(public), "--seed", str(seed)]
    secret = {"WEBHOOK_SECRET": SECRET}
    with process(simulator_arguments, log=log, core=simulator_core, environ=secret) as simulator:
        ready = first_line(simulator, log)
        port = _free_port()
        environ = _environ(folder, private=private, api=ready["url"], port=port)
        with process(["-m", "bot", "serve"], log=log, core=app_core, environ=environ):
            places = Places(
                app=f"http://127.0.0.1:{port}",
                simulator=ready["url"],
                target=Target(installation=ready["installation_id"]),
            )
            waited = asyncio.run(_run(places, seed=seed, count=int(RATE * seconds)))
    ordered = sorted(waited)

    def quantile(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1)

    return {
        "respond_p50_ms": quantile(0.5),
        "respond_p99_ms": quantile(0.99),
        "respond_max_ms": quantile(1.0),
        "respond_deliveries": len(ordered),
    }


async def _run(places: Places, *, seed: int, count: int) -> list[float]:
    """Send the deliveries at their pace; return seconds to the issue, for each but the first."""
    async with aiohttp.ClientSession() as client:
        await _set_up(client, places)
        target = await _as_simulated(client, places)
        await _until(client, f"{places.app}/readyz", lambda answer: answer["ready"])
        dice = random.Random(seed)
        bodies = [_body(dice, target, number) for number in range(WARM + count)]
        signed = [(body, signature(body)) for body in bodies]
        sent = await _send(client, places, signed, seed)
        name = f"{places.target.org}/{places.target.repository}"
        await _until(
            client,
            f"{places.simulator}/_simulator/state",
            lambda answer: len(answer["result"]["repositories"][name]["issues"]) >= len(sent),
        )
        created = await _created(client, places)
    if sorted(created) != list(range(len(sent))):
        raise SystemExit(f"{len(sent)} deliveries, but issues for {len(created)} of them")
    return [created[number] - sent[number] for number in range(WARM, len(sent))]


def _body(dice: random.Random, target: Target, number: int) -> bytes:
    key = "AKIA" + "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
    message = f"Deploy with {key}"
    return push(dice, target=target, sender=f"dev-{number:06}", message=message)


async def _send(
    client: aiohttp.ClientSession, places: Places, signed: list[tuple[bytes, str]], seed: int
) -> list[float]:
    """Send each delivery at its time, whether or not the last is answered; return the times."""
    sent = [0.0] * len(signed)

    async def one(number: int) -> None:
        body, proof = signed[number]
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": guid(seed, number).decode(),
            "X-Hub-Signature-256": proof,
        }
        sent[number] = time.time()
        async with client.post(f"{places.app}/webhooks", data=body, headers=headers) as answer:
            if answer.status != 202:
                raise SystemExit(f"a delivery was answered with {answer.status}")

    start = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(len(signed)):
            await asyncio.sleep(max(0.0, start + number / RATE - time.monotonic()))
            group.create_task(one(number))
    return sent


async def _created(client: aiohttp.ClientSession, places: Places) -> dict[int, float]:
    """Return when each delivery's issue was made, by the number of its sender."""
    found: dict[int, float] = {}
    async with client.get(f"{places.simulator}/_simulator/calls") as answer:
        calls = (await answer.json())["result"]
    for call in calls:
        if call["method"] == "POST" and call["path"].endswith("/issues") and call["status"] == 201:
            sender = SENDER.search(call["body"]["body"])
            assert sender is not None, "an issue names nobody"
            number = int(sender[1])
            if number in found:
                raise SystemExit(f"two issues for the delivery {number}")
            found[number] = datetime.fromisoformat(call["at"]).timestamp()
    return found


async def _set_up(client: aiohttp.ClientSession, places: Places) -> None:
    """Put an owner and two private repositories into the simulated organisation."""
    orders: list[dict[str, Any]] = [
        {"verb": "add_owner", "args": {"login": "olivia"}},
        {"verb": "add_repository", "args": {"name": places.target.repository, "private": True}},
        {"verb": "add_repository", "args": {"name": "security", "private": True}},
    ]
    for order in orders:
        async with client.post(f"{places.simulator}/_simulator/setup", json=order) as answer:
            if answer.status != 200:
                raise SystemExit(f"the simulator refused {order}: {await answer.text()}")


async def _as_simulated(client: aiohttp.ClientSession, places: Places) -> Target:
    """Return the target with the repository's real id: a name that leads elsewhere is not used."""
    name = f"{places.target.org}/{places.target.repository}"
    async with client.get(f"{places.simulator}/_simulator/state") as answer:
        found = (await answer.json())["result"]["repositories"][name]
    return replace(places.target, repository_id=found["id"])


async def _until(client: aiohttp.ClientSession, url: str, holds: Any) -> None:
    """Ask until the answer is what is waited for."""
    last: Any = "no answer"
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with client.get(url) as answer:
                        last = await answer.json()
                    if holds(last):
                        return
                except aiohttp.ClientConnectionError as error:
                    last = error
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise SystemExit(f"waited in vain for {url}: {str(last)[:1000]}") from None


def _environ(folder: Path, *, private: str, api: str, port: int) -> dict[str, str]:
    """Return the app's settings: as delivered, but with GitHub's limits on content lifted."""
    return {
        "APP_ID": str(APP_ID),
        "PRIVATE_KEY": private,
        "WEBHOOK_SECRET": SECRET,
        "DATABASE_URL": f"sqlite:///{folder}/respond.db",
        "PORT": str(port),
        "GITHUB_API_URL": api,
        "TIPSTAFF_MODE": "enforce",
        "TIPSTAFF_PLAYBOOKS": str(ROOT / "playbooks"),
        "TIPSTAFF_LISTS": str(ROOT / "lists"),
        "TIPSTAFF_CONTENT_PER_MINUTE": NO_LIMIT,
        "TIPSTAFF_CONTENT_PER_HOUR": NO_LIMIT,
        "TIPSTAFF_POINTS_PER_MINUTE": NO_LIMIT,
    }


def _make_keys(public: Path) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
