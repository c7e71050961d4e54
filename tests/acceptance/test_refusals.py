"""What the door turns away, what keeps the process from starting, and what it says of itself."""

import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from tests.acceptance.process import Tipstaff, environment
from tests.acceptance.stage import KEYS, ROOT, SECRET, sign, until

PREVIOUS = "the-secret-before-that-one-98765"
BODY = b'{"zen": "Speak like a human."}'
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
SHA1 = "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()


@pytest.fixture
async def process(sim: Simulator, tmp_path: Path) -> AsyncIterator[Tipstaff]:
    """Run Tipstaff as a process of its own, with a secret that is being changed."""
    env = environment(sim, tmp_path, WEBHOOK_SECRET_PREVIOUS=PREVIOUS, LOG_LEVEL="debug")
    started = Tipstaff(tmp_path, env, warm=True)
    started.start()
    await started.ready()
    sim.hook_url = started.hook_url
    yield started
    await started.stop()


def headers(**changed: str | None) -> dict[str, str]:
    """Return the headers of a good delivery of BODY, changed; ``None`` leaves one out."""
    good: dict[str, str | None] = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": GUID,
        "X-Hub-Signature-256": sign(BODY),
    }
    changes = {name.replace("_", "-"): value for name, value in changed.items()}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(body: bytes, **changed: str | None) -> tuple[Mapping[str, str], bytes]:
    """Return a delivery with a good signature over any body."""
    return headers(**{"X_Hub_Signature_256": sign(body), **changed}), body


REFUSED: dict[str, tuple[tuple[Mapping[str, str], bytes], int, str]] = {
    "unsigned": ((headers(X_Hub_Signature_256=None), BODY), 401, "not signed"),
    "signed with SHA-1 only": (
        (headers(X_Hub_Signature_256=None, X_Hub_Signature=SHA1), BODY),
        401,
        "SHA-1 only",
    ),
    "signed with a wrong secret": (
        (headers(X_Hub_Signature_256=sign(BODY, "guessed")), BODY),
        401,
        "the signature is wrong",
    ),
    "signed with an empty secret": (
        (headers(X_Hub_Signature_256=sign(BODY, "")), BODY),
        401,
        "the signature is wrong",
    ),
    "with an empty signature": ((headers(X_Hub_Signature_256=""), BODY), 401, "not sha256="),
    "changed on its way": ((headers(), BODY + b" "), 401, "the signature is wrong"),
    "form-encoded": (
        signed(b"payload=%7B%7D", Content_Type="application/x-www-form-urlencoded"),
        415,
        "form-encoded",
    ),
    "malformed": (signed(b'{"zen": '), 400, "not JSON"),
    "a list": (signed(b"[]"), 400, "not an object"),
    "nested too deep": (signed(b'{"a":' * 500 + b"1" + b"}" * 500), 400, "nested"),
    "empty": (signed(b""), 400, "empty"),
    "without its event": (signed(BODY, X_GitHub_Event=None), 400, "x-github-event is missing"),
    "without its GUID": (signed(BODY, X_GitHub_Delivery=None), 400, "x-github-delivery is missing"),
    "with a GUID that is none": (signed(BODY, X_GitHub_Delivery="a b'c"), 400, "not one that"),
}


async def test_what_is_no_good_delivery_gets_one_clear_line(process: Tipstaff) -> None:
    """Each gets its own 4xx and its own line, never a 500, and is not kept."""
    async with aiohttp.ClientSession() as session:
        for what, ((sent, body), status, line) in REFUSED.items():
            async with session.post(process.hook_url, data=body, headers=sent) as answer:
                told = await answer.json()
            assert (answer.status, list(told)) == (status, ["error"]), what
            assert line in told["error"], what
            assert "\n" not in told["error"], what
        async with session.get(process.hook_url) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        async with session.get(f"{process.url}/metrics") as answer:
            assert "tipstaff_deliveries" in (text := await answer.text())
    assert not re.search(r'tipstaff_\w*deliveries\w*\{[^}]*"accepted"[^}]*\} [1-9]', text)


async def test_both_secrets_and_both_paths_are_good(process: Tipstaff) -> None:
    """While the secret is being changed the former one is still accepted, on Probot's path too."""
    async with aiohttp.ClientSession() as session:
        outcomes = []
        for path, secret in (("/webhooks", SECRET), ("/api/github/webhooks", PREVIOUS)):
            sent = headers(X_Hub_Signature_256=sign(BODY, secret))
            async with session.post(process.url + path, data=BODY, headers=sent) as answer:
                outcomes.append((answer.status, (await answer.json())["status"]))
    assert outcomes == [(202, "accepted"), (202, "known")]


async def test_no_secret_ever_stands_in_the_log(sim: Simulator, process: Tipstaff) -> None:
    """A working day, logged in full, holds no webhook secret, no token and no key."""
    await sim.by("alice").set_collaborator("payments", "eve", "admin")
    await sim.by("bob").push("payments", message="token ghp_" + "a" * 36)
    await until(lambda: sim.collaborator("payments", "eve") == "push" and opened(sim) == 2)
    async with aiohttp.ClientSession() as session:
        for secret in (SECRET, "ghs_" + "z" * 36):
            sent = headers(X_GitHub_Delivery=secret, X_Hub_Signature_256=sign(BODY, "guessed"))
            async with session.post(process.hook_url, data=BODY, headers=sent) as answer:
                assert answer.status == 401
    await process.stop()
    log = process.log
    assert log.count("\n") > 10
    assert all(isinstance(line, dict) for line in process.lines())
    for secret in (SECRET, PREVIOUS, KEYS.private.splitlines()[1], "PRIVATE KEY"):
        assert secret not in log
    assert not re.findall(r"gh[a-z]_[A-Za-z0-9._]{10,}|Bearer |eyJ[\w-]+\.", log)


def opened(sim: Simulator) -> int:
    """Count the issues in the affected repository."""
    return len(sim.issues("payments"))


async def test_it_says_of_itself_how_it_stands(sim: Simulator, process: Tipstaff) -> None:
    """Alive, ready with every check, and numbers that Prometheus can read."""
    await sim.by("alice").set_collaborator("payments", "eve", "admin")
    await until(lambda: opened(sim) == 1)
    healthz, readyz, metrics = [await get(process, path) for path in PAGES]
    assert (healthz[0], healthz[1]["alive"]) == (200, True)
    assert (readyz[0], readyz[1]["ready"]) == (200, True)
    checks = readyz[1]["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "worker": True,
        "playbooks": True,
        "changes": True,
    }
    assert checks["playbooks"]["problems"] == []
    assert metrics[0] == 200
    assert re.search(
        r'^tipstaff_alerts_total\{[^}]*level="high"[^}]*\} 1', metrics[1], re.MULTILINE
    )
    assert re.search(r"^tipstaff_\w+_bucket\{", metrics[1], re.MULTILINE)


PAGES = ("/healthz", "/readyz", "/metrics")


async def get(process: Tipstaff, path: str) -> tuple[int, Any]:
    """Return status and content of a page."""
    async with aiohttp.ClientSession() as session, session.get(process.url + path) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


async def test_a_broken_playbook_is_shown_and_hurts_no_other(
    sim: Simulator, tmp_path: Path
) -> None:
    """It is named with file, line and column in /readyz; its neighbours work on."""
    books = tmp_path / "books"
    books.mkdir()
    good = (ROOT / "playbooks" / "collaborator-made-admin.yml").read_text(encoding="utf-8")
    (books / "good.yml").write_text(good, encoding="utf-8")
    broken = good.replace("8a3d2f0e", "8a3d2f0f").replace("action: revert", "action: rewert")
    (books / "broken.yml").write_text(broken, encoding="utf-8")
    env = environment(sim, tmp_path, TIPSTAFF_PLAYBOOKS=str(books))
    process = Tipstaff(tmp_path, env, warm=True)
    process.start()
    await process.ready()
    sim.hook_url = process.hook_url
    _, page = await get(process, "/readyz")
    (problem,) = page["checks"]["playbooks"]["problems"]
    assert re.search(r"broken\.yml:\d+:\d+: ", problem)
    assert "revert" in problem
    await sim.by("alice").set_collaborator("payments", "eve", "admin")
    await until(lambda: sim.collaborator("payments", "eve") == "push" and opened(sim) == 1)
    await process.stop()


UNFIT: dict[str, tuple[dict[str, str], str]] = {
    "no webhook secret": ({"WEBHOOK_SECRET": ""}, "WEBHOOK_SECRET is not set; set it to"),
    "a webhook secret of blanks": ({"WEBHOOK_SECRET": "  "}, "WEBHOOK_SECRET is not set"),
    "no key": ({"PRIVATE_KEY": ""}, "PRIVATE_KEY is not set; set it to"),
    "a key that is none": ({"PRIVATE_KEY": "tomato"}, "PRIVATE_KEY"),
    "a key of no use": (
        {"PRIVATE_KEY": base64.b64encode(b"-----BEGIN RSA PRIVATE KEY-----").decode()},
        "PRIVATE_KEY",
    ),
    "a key file that is not there": (
        {"PRIVATE_KEY": "", "PRIVATE_KEY_PATH": "/nowhere/key.pem"},
        "PRIVATE_KEY_PATH='/nowhere/key.pem' cannot be read",
    ),
    "no playbooks": ({"TIPSTAFF_PLAYBOOKS": "/nowhere"}, "TIPSTAFF_PLAYBOOKS"),
    "an unknown variable": ({"TIPSTAFF_MODUS": "ask"}, "did you mean TIPSTAFF_MODE?"),
}


async def test_what_is_not_set_right_keeps_it_from_starting(sim: Simulator, tmp_path: Path) -> None:
    """It ends at once with a line that names the variable, and no stack trace."""
    for what, (changed, line) in UNFIT.items():
        process = Tipstaff(tmp_path, environment(sim, tmp_path, **changed), warm=True)
        process.start()
        assert await process.ended() == 2, f"{what}: {process.log}"
        assert line in process.log, what
        assert "Traceback" not in process.log, what
        assert SECRET not in process.log, what


async def test_a_port_in_use_is_a_clear_line_too(sim: Simulator, tmp_path: Path) -> None:
    """It says which address cannot be had, and which variables set it."""
    taken = sim.url.rpartition(":")[2]
    process = Tipstaff(tmp_path, environment(sim, tmp_path, PORT=taken), warm=True)
    process.start()
    assert await process.ended() == 2
    assert f"cannot listen on 127.0.0.1 port {taken}" in process.log
    assert "Traceback" not in process.log
