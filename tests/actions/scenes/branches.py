"""Scenes of protected branches."""

from collections.abc import Mapping
from typing import Any

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene

REVIEWS = {"required_approving_review_count": 2, "dismiss_stale_reviews": True}
CHECKS = {"strict": True, "checks": [{"context": "ci/build", "app_id": None}]}
ONLY_OLIVIA: Mapping[str, list[str]] = {"users": ["olivia"], "teams": [], "apps": []}
SIGNED = {
    "enforce_admins": True,
    "required_pull_request_reviews": {
        **REVIEWS,
        "require_code_owner_reviews": False,
        "require_last_push_approval": False,
    },
    "required_status_checks": CHECKS,
    "restrictions": {"users": ["olivia"], "teams": ["release"], "apps": []},
    "required_linear_history": True,
    "signatures": True,
}
KEPT = {**CHECKS, "checks": [{"context": "ci/build", "app_id": 7}]}
WEAK = {"allow_force_pushes": True, "required_status_checks": KEPT}
STRONG = {
    "enforce_admins": True,
    "required_pull_request_reviews": SIGNED["required_pull_request_reviews"],
    "required_status_checks": KEPT,
    "restrictions": ONLY_OLIVIA,
}
PUT_PROTECTION = ("PUT", "/branches/main/protection$")


async def laid_open(bench: Bench) -> Event:
    """Let a well protected branch lose its protection."""
    bench.sim.add_team("release")
    await bench.sim.by("olivia").protect_branch(
        "widgets",
        signatures=True,
        enforce_admins=True,
        required_pull_request_reviews=REVIEWS,
        required_status_checks=CHECKS,
        restrictions={"users": ["olivia"], "teams": ["release"], "apps": []},
        required_linear_history=True,
    )
    await bench.sim.by("mallory").unprotect_branch("widgets")
    return bench.event("protected_branch.destroy")


async def weakened(bench: Bench) -> Event:
    """Let a protected branch take force pushes, from anybody, reviewed by nobody."""
    await bench.sim.by("olivia").protect_branch(
        "widgets",
        enforce_admins=True,
        required_pull_request_reviews={**REVIEWS, "bypass_pull_request_allowances": ONLY_OLIVIA},
        required_status_checks={**CHECKS, "checks": [{"context": "ci/build", "app_id": 7}]},
        restrictions=ONLY_OLIVIA,
    )
    await bench.sim.by("mallory").change_protection(
        "widgets",
        allow_force_pushes=True,
        enforce_admins=False,
        required_pull_request_reviews=None,
        restrictions=None,
    )
    return bench.event("protected_branch.update_admin_enforced")


async def protected(bench: Bench) -> Event:
    """Let a branch be locked, so that nobody can work."""
    await bench.sim.by("mallory").protect_branch("widgets", lock_branch=True)
    return bench.event("protected_branch.create")


def guards(bench: Bench) -> dict[str, Any] | None:
    """Return how the branch is protected: what is on, and whom it names."""
    made = bench.sim.world.repository("widgets").protections.get("main")
    if made is None:
        return None
    shown = {name: value for name, value in made.settings.items() if value}
    return {**shown, "signatures": True} if made.signatures else shown


async def protection_changed(bench: Bench) -> None:
    """Somebody protects the branch otherwise."""
    await bench.sim.by("olivia").change_protection(
        "widgets", enforce_admins=False, allow_deletions=True, restrictions=None
    )


async def branch_protected(bench: Bench) -> None:
    """Somebody protects the branch again."""
    await bench.sim.by("olivia").protect_branch("widgets", enforce_admins=True)


SCENES = (
    Scene(
        name="restore-branch-protection that was taken away",
        action="restore-branch-protection",
        prepare=laid_open,
        look=guards,
        before=None,
        after=SIGNED,
        writes=2,
        halves=True,
        summary="Set the protection of main in acme/widgets again: administrators included: on; "
        "reviews required: on; approvals required: 2; stale approvals dismissed: on; status "
        "checks required: on; status checks: ci/build; up to date before merging: on; signed "
        "commits required: on; linear history required: on; pushes restricted: on; those who may "
        "push: olivia, release. Who may go without a review, the event does not say: nobody may "
        "now.",
        write=PUT_PROTECTION,
        move=protection_changed,
        moved="has changed since",
    ),
    Scene(
        name="restore-branch-protection that was changed",
        action="restore-branch-protection",
        prepare=weakened,
        look=guards,
        before=WEAK,
        after=STRONG,
        summary="Changed the protection of main in acme/widgets back: administrators included: "
        "on; reviews required: on; approvals required: 2; stale approvals dismissed: on; pushes "
        "restricted: on; those who may push: olivia. Who may go without a review, the event does "
        "not say: nobody may now.",
        write=PUT_PROTECTION,
        move=protection_changed,
        moved="has changed since",
    ),
    Scene(
        name="revert of a protection that was made",
        action="revert",
        prepare=protected,
        look=guards,
        before={"lock_branch": True},
        after=None,
        summary="Took the protection of main in acme/widgets away.",
        write=("DELETE", "/branches/main/protection$"),
        move=branch_protected,
        moved="has changed since",
    ),
    Scene(
        name="revert of a protection that was taken away",
        action="revert",
        prepare=laid_open,
        look=guards,
        before=None,
        after=SIGNED,
        writes=2,
        halves=True,
        summary="Set the protection of main in acme/widgets again: …",
        write=PUT_PROTECTION,
        move=protection_changed,
        moved="has changed since",
    ),
)
