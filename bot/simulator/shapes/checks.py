"""Checks on commits, as GitHub shows them."""

from typing import Any

from bot.simulator.shapes import app
from bot.simulator.state.checks import CheckRun
from bot.simulator.state.repository import Repository
from bot.simulator.world import World, stamp


def check_run(world: World, repo: Repository, made: CheckRun) -> dict[str, Any]:
    """Return GitHub's ``check-run``."""
    url = f"{world.api}/repos/{repo.full_name}/check-runs/{made.id}"
    page = f"{world.html}/{repo.full_name}/runs/{made.id}"
    return {
        "id": made.id,
        "name": made.name,
        "node_id": f"CR_{made.id}",
        "head_sha": made.sha,
        "external_id": made.external_id,
        "url": url,
        "html_url": page,
        "details_url": made.details_url or page,
        "status": made.status,
        "conclusion": made.conclusion,
        "started_at": stamp(made.started_at),
        "completed_at": stamp(made.completed_at),
        "output": {
            "title": made.output.get("title"),
            "summary": made.output.get("summary"),
            "text": made.output.get("text"),
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": made.suite},
        "app": app.integration(world),
        "pull_requests": [],
    }
