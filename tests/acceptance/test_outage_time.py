"""What GitHub had to send again happened when it first tried, whenever it arrives."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import utcnow
from bot.core.playbook import Mode
from tests.acceptance.stage import github, guarded, write_playbooks
from tests.official.validator import OfficialApi

COUNTED = """\
title: Three Published Within {span}
id: 11111111-2222-4333-8444-00000000010{number}
level: high
correlation:
  type: event_count
  rules: [published]
  group-by: [actor]
  timespan: {span}
  condition: {{gte: 3}}
---
"""
PUBLISHED = """\
title: Published
id: 11111111-2222-4333-8444-000000000100
name: published
level: low
logsource: {product: github, service: audit}
detection: {s: {action: repo.access, visibility: public}, condition: s}
"""


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_what_came_late_together_did_not_happen_together(
    official: OfficialApi, tmp_path: Path
) -> None:
    """Three acts within an hour of outage: nothing in ten minutes, all of it in two hours."""
    counts = COUNTED.format(span="10m", number=1) + COUNTED.format(span="2h", number=2)
    books = write_playbooks(tmp_path, counts + PUBLISHED)
    port, passed = free_port(), timedelta(0)

    def clock() -> datetime:
        return utcnow() + passed

    async with github(official, clock=clock) as sim:
        sim.hook_url = f"http://127.0.0.1:{port}/webhooks"
        sim.add_repository("website")
        acts: list[datetime] = []
        for repository in ("payments", "security", "website"):
            acts.append(clock())
            await sim.by("olivia").publicize(repository)
            await sim.settled()
            passed += timedelta(minutes=25)
        changed = {"playbooks": books, "mode": Mode.OBSERVE, "port": port}
        async with guarded(sim, tmp_path, clock=clock, **changed) as house:
            (alert,) = await house.alerted(1)
            await house.quiet()
            assert [each.playbook.title for each in await house.alerts()] == [
                "Three Published Within 2h"
            ]
            assert abs(alert.happened_at - acts[-1]) < timedelta(seconds=10)
            told = datetime.fromtimestamp(alert.fields["@timestamp"] / 1000, UTC)
            assert abs(told - alert.happened_at) < timedelta(seconds=1)
            assert [reason.value[:16] for reason in alert.reasons] == [
                f"{act:%Y-%m-%d %H:%M}" for act in acts
            ]
