"""Who changes a custom property takes no repository out of the ruleset that selects by it."""

from pathlib import Path

from bot.respond.step import StepState
from tests.acceptance.stage import github, guarded, write_playbooks
from tests.official.validator import OfficialApi

PLAYBOOK = """\
title: Taken out of what guards production
id: 0b1f3a4e-5d52-4f6e-8e0b-8a6c2f0f8d70
level: high
logsource: {product: github, service: audit}
detection:
  selection:
    action: [custom_property_value.update, custom_property_value.destroy]
    old_properties: environment=production
  condition: selection
response:
  mode: enforce
  steps:
    - action: revert
    - action: open-issue
"""


async def test_a_repository_stays_in_production(official: OfficialApi, tmp_path: Path) -> None:
    """It is set back at once and told, and what Tipstaff did itself raises no alert."""
    books = write_playbooks(tmp_path, PLAYBOOK)
    async with (
        github(official) as sim,
        guarded(sim, tmp_path, playbooks=books) as house,
    ):
        sim.add_property("environment", "single_select", allowed=["production", "test"])
        await sim.by("olivia").set_properties("payments", environment="production")
        await sim.by("alice").set_properties("payments", environment="test")
        await house.quiet()
        assert sim.properties("payments") == {"environment": "production"}
        (step,) = [each for each in await house.app.store.steps() if each.action == "revert"]
        assert step.state is StepState.DONE
        assert len(await house.app.store.alerts()) == 1
        (issue,) = sim.issues("security") + sim.issues("payments")
        happened = "`alice` changed custom properties of `acme/payments`: `environment`"
        assert happened in issue["body"]
        await house.say("olivia", "/undo")
        assert sim.properties("payments") == {"environment": "test"}
        await house.say("olivia", "/redo")
        assert sim.properties("payments") == {"environment": "production"}
