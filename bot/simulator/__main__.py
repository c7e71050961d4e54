"""Run the simulator as a process of its own; see ``--help``."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

import orjson

from bot.simulator.identity import AppIdentity
from bot.simulator.limits import Limits
from bot.simulator.simulator import Simulator

PERMISSIONS = (
    "members=write,administration=write,contents=read,issues=write,metadata=read,"
    "organization_administration=write,organization_personal_access_tokens=write,"
    "organization_personal_access_token_requests=write"
)

EVENTS = (
    "organization,member,membership,team,team_add,repository,public,deploy_key,push,create,"
    "delete,fork,personal_access_token_request,secret_scanning_alert,issues,issue_comment,"
    "pull_request"
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot.simulator", description="Serve a GitHub organisation on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--org", default="acme")
    parser.add_argument("--app-id", type=int, required=True)
    parser.add_argument("--slug", default="tipstaff")
    parser.add_argument("--public-key", type=Path, required=True, help="PEM file")
    parser.add_argument(
        "--secret-env", default="WEBHOOK_SECRET", help="variable that holds the webhook secret"
    )
    parser.add_argument("--permissions", default=PERMISSIONS, help="name=level,...")
    parser.add_argument("--events", default=EVENTS, help="name,...")
    parser.add_argument("--hook-url", help="where webhooks go")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limits", choices=("none", "github"), default="none")
    return parser.parse_args()


async def _serve(given: argparse.Namespace) -> None:
    secret = os.environ.get(given.secret_env, "")
    if not secret:
        sys.exit(f"{given.secret_env} is not set: put the webhook secret there")
    try:
        key = given.public_key.read_text()
    except OSError as error:
        sys.exit(f"--public-key {given.public_key}: {error.strerror}")
    app = AppIdentity(
        id=given.app_id,
        slug=given.slug,
        public_key=key,
        webhook_secret=secret,
        permissions=dict(pair.split("=", 1) for pair in given.permissions.split(",")),
        events=tuple(given.events.split(",")),
    )
    limits = Limits.as_github() if given.limits == "github" else Limits(primary=None)
    simulator = Simulator(app, org=given.org, limits=limits, seed=given.seed)
    simulator.hook_url = given.hook_url
    url = await simulator.start(given.host, given.port)
    ready = {"url": url, "installation_id": simulator.installation_id}
    sys.stdout.write(orjson.dumps(ready).decode() + "\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await simulator.stop()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
