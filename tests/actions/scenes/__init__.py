"""Every change that an action makes, as a scene: all keep the same promises."""

from typing import Final

from tests.actions.scenes import (
    branches,
    people,
    roles,
    rulesets,
    settings,
    things,
    webhooks,
    workflows,
)

SCENES: Final = (
    *people.SCENES,
    *roles.SCENES,
    *settings.SCENES,
    *webhooks.SCENES,
    *things.SCENES,
    *branches.SCENES,
    *rulesets.SCENES,
    *workflows.SCENES,
)
