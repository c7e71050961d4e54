"""Every scene of a repository."""

from typing import Final

from tests.actions import branch_scenes, ruleset_scenes, settings_scenes, thing_scenes

SCENES: Final = (
    *settings_scenes.SCENES,
    *thing_scenes.SCENES,
    *branch_scenes.SCENES,
    *ruleset_scenes.SCENES,
)
