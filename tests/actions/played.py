"""Every event that `revert` puts back: how it comes about, and where its effect is seen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.normalise.security import FEATURES
from bot.core.normalise.survey import SWITCHES
from tests.actions import branch_scenes, ruleset_scenes, settings_scenes, thing_scenes
from tests.actions import scenes as people
from tests.actions.bench import Bench

Act = Callable[[Bench], Awaitable[Event | None]]


@dataclass(frozen=True, kw_only=True)
class Played:
    """An event: what there is before, who does what, and how it looks.

    ``act`` returns the event where no webhook tells it. ``again`` is the state afterwards where
    it can't be the very one of before (a removed member is invited).
    """

    look: Callable[[Bench], Any]
    act: Act
    arrange: Act | None = None
    again: Any = None


def actions_policy(bench: Bench) -> tuple[bool, str]:
    """Return whether Actions may run in the repository, and which."""
    actions = bench.sim.world.repository("widgets").actions
    return actions.enabled, actions.allowed


def organization_policy(bench: Bench) -> str:
    """Return which actions may run in the organisation."""
    return bench.sim.world.actions.allowed


def runners(bench: Bench) -> list[str]:
    """Return every runner there is, of the repository and of the organisation."""
    world = bench.sim.world
    both = (*world.repository("widgets").actions.runners.values(), *world.actions.runners.values())
    return [each.name for each in both]


def workflows(bench: Bench) -> list[bool]:
    """Return whether each workflow may run."""
    known = bench.sim.world.repository("widgets").actions.workflows.values()
    return [each.state == "active" for each in known]


def team(bench: Bench) -> list[tuple[Any, ...]]:
    """Return how every team is called and shown."""
    return [
        (each.name, each.privacy, each.description or "", each.notifies)
        for each in bench.sim.world.org.teams.values()
    ]


def about(bench: Bench) -> tuple[Any, ...]:
    """Return what the repository says about itself."""
    repo = bench.sim.world.repository("widgets")
    return repo.description or "", repo.homepage or "", repo.topics


def settings(bench: Bench) -> dict[str, bool]:
    """Return the organisation's settings."""
    return dict(bench.sim.world.org.settings)


def surveyed(bench: Bench, setting: str, now: Any, former: Any) -> Event:
    """Return the event that the survey makes of a difference."""
    body = {
        "action": setting,
        "from": former,
        "to": now,
        "organization": {"login": "acme", "id": 1},
        "installation": {"id": bench.sim.installation_id},
    }
    delivery = Delivery(
        id=f"survey:acme:{setting}:1",
        source="survey",
        event="survey",
        received_at=bench.clock(),
        body=orjson.dumps(body),
        headers={},
    )
    return bench.keep(normalise(delivery))


def _protected(**given: Any) -> Act:
    async def arrange(bench: Bench) -> None:
        await bench.sim.by("olivia").protect_branch("widgets", **given)

    return arrange


def _loosened(**given: Any) -> Act:
    async def act(bench: Bench) -> None:
        await bench.sim.by("mallory").change_protection("widgets", **given)

    return act


REVIEWS: Final = {
    "required_approving_review_count": 2,
    "dismiss_stale_reviews": True,
    "require_code_owner_reviews": True,
    "require_last_push_approval": True,
}
CHECKS: Final = {"strict": True, "checks": [{"context": "ci", "app_id": 15368}]}
ONLY: Final = {"users": ["olivia"], "teams": [], "apps": []}

_WEAKENED: Final[Mapping[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "update_admin_enforced": ({"enforce_admins": True}, {"enforce_admins": False}),
    "update_allow_force_pushes_enforcement_level": ({}, {"allow_force_pushes": True}),
    "update_allow_deletions_enforcement_level": ({}, {"allow_deletions": True}),
    "update_pull_request_reviews_enforcement_level": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": None},
    ),
    "update_required_approving_review_count": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "required_approving_review_count": 0}},
    ),
    "update_require_code_owner_review": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "require_code_owner_reviews": False}},
    ),
    "update_require_last_push_approval": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "require_last_push_approval": False}},
    ),
    "dismiss_stale_reviews": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "dismiss_stale_reviews": False}},
    ),
    "dismissal_restricted_users_teams": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "dismissal_restrictions": ONLY}},
    ),
    "update_required_status_checks_enforcement_level": (
        {"required_status_checks": {**CHECKS, "checks": [{"context": "ci", "app_id": None}]}},
        {"required_status_checks": None},
    ),
    "update_strict_required_status_checks_policy": (
        {"required_status_checks": CHECKS},
        {"required_status_checks": {**CHECKS, "strict": False}},
    ),
    "update_signature_requirement_enforcement_level": (
        {"signatures": True},
        {"signatures": False},
    ),
    "update_linear_history_requirement_enforcement_level": (
        {"required_linear_history": True},
        {"required_linear_history": False},
    ),
    "update_lock_branch_enforcement_level": ({}, {"lock_branch": True}),
    "update_lock_allows_fetch_and_merge": (
        {"lock_branch": True},
        {"lock_branch": True, "allow_fork_syncing": True},
    ),
    "authorized_users_teams": ({"restrictions": ONLY}, {"restrictions": None}),
    "update": (
        {"required_conversation_resolution": True},
        {"required_conversation_resolution": False},
    ),
}
"""An aspect of a protected branch: how it was, and what somebody made of it."""


def guarded(bench: Bench) -> Any:
    """Return how the branch is protected, without what says nothing."""
    return _bare(branch_scenes.guards(bench))


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _bare(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, False, [])}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _switched(feature: str, *, on: bool) -> Played:
    async def arrange(bench: Bench) -> None:
        await bench.sim.by("olivia").switch_features("widgets", **{feature: not on})

    async def act(bench: Bench) -> None:
        await bench.sim.by("mallory").switch_features("widgets", **{feature: on})

    return Played(look=settings_scenes.features, act=act, arrange=arrange)


def _setting(name: str, *, strict: bool = False) -> Played:
    async def arrange(bench: Bench) -> None:
        await bench.sim.by("olivia").switch_setting(name, on=strict)

    async def act(bench: Bench) -> Event:
        await bench.sim.by("mallory").switch_setting(name, on=not strict)
        return surveyed(bench, name, now=not strict, former=strict)

    return Played(look=settings, act=act, arrange=arrange)


def _scene(look: Callable[[Bench], Any], prepare: Act, *, before: Any) -> Played:
    """Return a scene that arranges and acts at once: how it was before is told."""
    return Played(look=look, act=prepare, again=before)


async def _team(bench: Bench) -> None:
    bench.sim.add_team("security", ["eve"])


async def _team_with_widgets(bench: Bench) -> None:
    bench.sim.add_team("security")
    bench.sim.set_team_repository("security", "widgets", "pull")


async def _eve_in(bench: Bench) -> None:
    bench.sim.add_member("eve")


async def _eve_writes(bench: Bench) -> None:
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")


def _by_mallory(what: Callable[[Any], Awaitable[Any]]) -> Act:
    async def act(bench: Bench) -> None:
        await what(bench.sim.by("mallory"))

    return act


async def _out_of_the_repository(bench: Bench) -> Event:
    await bench.sim.by("mallory").remove_collaborator("widgets", "eve")
    fields = {"user": "eve", "old_repo_permission": "write"}
    return bench.made("repo.remove_member", repo="acme/widgets", **fields)


async def _made_owner(bench: Bench) -> Event:
    await bench.sim.by("mallory").make_owner("eve")
    return bench.roster("eve")


async def _blocked(bench: Bench) -> Event:
    bench.sim.add_user("eve")
    await bench.sim.by("mallory").block("eve")
    return bench.made("org.block_user", user="eve")


async def _eve_blocked(bench: Bench) -> None:
    bench.sim.add_user("eve")
    await bench.sim.by("olivia").block("eve")


async def _unblocked(bench: Bench) -> Event:
    await bench.sim.by("mallory").unblock("eve")
    return bench.made("org.unblock_user", user="eve")


async def _base(bench: Bench) -> Event:
    await bench.sim.by("mallory").set_base_permission("write")
    return surveyed(bench, "default_repository_permission", "write", "read")


async def _key(bench: Bench) -> None:
    await bench.sim.by("olivia").add_deploy_key("widgets", "mirror", read_only=True)


async def _key_removed(bench: Bench) -> None:
    (key,) = bench.sim.deploy_keys("widgets")
    await bench.sim.by("mallory").delete_deploy_key("widgets", key["id"])


async def _hook_switched(bench: Bench) -> Event:
    number = await bench.sim.by("mallory").add_webhook(None, "https://ci.example/")
    await bench.sim.by("mallory").change_webhook(None, number, active=False)
    fields = {"active": False, "active_was": True}
    return bench.made("hook.active_changed", hook_id=number, **fields)


async def _actions_off(bench: Bench) -> None:
    await bench.sim.by("olivia").set_actions("widgets", enabled=False)


async def _actions_on(bench: Bench) -> Event:
    await bench.sim.by("mallory").set_actions("widgets", enabled=True)
    return bench.made("repo.actions_enabled", repo="acme/widgets")


async def _anything_may_run(bench: Bench) -> Event:
    fields = {"old_policy": "local_only", "new_policy": "all"}
    return bench.made("repo.update_actions_settings", repo="acme/widgets", **fields)


async def _anything_may_run_everywhere(bench: Bench) -> Event:
    fields = {"old_policy": "local_only", "new_policy": "all"}
    return bench.made("org.update_actions_settings", **fields)


async def _workflow(bench: Bench) -> None:
    await bench.sim.by("olivia").add_workflow("widgets")


def _workflow_switched(*, on: bool) -> Played:
    async def arrange(bench: Bench) -> None:
        number = await bench.sim.by("olivia").add_workflow("widgets")
        await bench.sim.by("olivia").set_workflow("widgets", number, active=not on)

    async def act(bench: Bench) -> Event:
        (number,) = bench.sim.world.repository("widgets").actions.workflows
        await bench.sim.by("mallory").set_workflow("widgets", number, active=on)
        action = f"workflows.{'enable' if on else 'disable'}_workflow"
        return bench.made(action, repo="acme/widgets", workflow_id=number)

    return Played(look=workflows, act=act, arrange=arrange)


def _runner(repo: str | None) -> Played:
    async def act(bench: Bench) -> Event:
        number = await bench.sim.by("mallory").register_runner("miner", repo)
        kind, where = ("repo", {"repo": "acme/widgets"}) if repo else ("org", {})
        return bench.made(f"{kind}.register_self_hosted_runner", runner_id=number, **where)

    return Played(look=runners, act=act)


async def _widgets_described(bench: Bench) -> None:
    await bench.sim.by("olivia").describe("widgets", description="Cogs", topics=["cogs", "acme"])


def _eves_role(bench: Bench) -> str | None:
    return bench.sim.collaborator("widgets", "eve")


def _security_role(bench: Bench) -> str | None:
    return bench.sim.team_repository("security", "widgets")


def _security_team(bench: Bench) -> list[str]:
    return bench.sim.team_members("security")


PLAYED: Final[Mapping[str, Played]] = {
    "repo.add_member": Played(
        look=_eves_role,
        arrange=_eve_in,
        act=_by_mallory(lambda by: by.add_collaborator("widgets", "eve", "admin")),
    ),
    "repo.update_member": Played(
        look=_eves_role,
        arrange=_eve_writes,
        act=_by_mallory(lambda by: by.set_collaborator("widgets", "eve", "admin")),
    ),
    "repo.remove_member": Played(look=_eves_role, arrange=_eve_writes, act=_out_of_the_repository),
    "org.update_member": Played(look=people.place, arrange=_eve_in, act=_made_owner),
    "org.add_member": Played(look=people.place, act=_by_mallory(lambda by: by.add_member("eve"))),
    "org.remove_member": Played(
        look=people.place,
        arrange=_eve_in,
        act=_by_mallory(lambda by: by.remove_member("eve")),
        again="invited",
    ),
    "org.invite_member": Played(look=people.place, act=_by_mallory(lambda by: by.invite("eve"))),
    "repository_invitation.create": Played(
        look=lambda bench: bench.sim.invited("widgets"), act=people.invited_to_repository
    ),
    "organization_role.assign": _scene(people.role_holders, people.role_given, before=[]),
    "org.update_default_repository_permission": Played(
        look=lambda bench: bench.sim.base_permission(), act=_base
    ),
    "org.update_member_repository_creation_permission": _setting(
        "members_can_create_public_repositories"
    ),
    **{
        SWITCHES[name][int(strict)]: _setting(name, strict=strict)
        for name, strict in (
            ("members_can_fork_private_repositories", False),
            ("members_can_create_pages", False),
            ("members_can_create_public_pages", False),
            ("members_can_create_private_pages", False),
            ("web_commit_signoff_required", True),
            ("deploy_keys_enabled_for_repositories", False),
        )
    },
    "org.block_user": Played(look=lambda bench: bench.sim.blocked(), act=_blocked),
    "org.unblock_user": Played(
        look=lambda bench: bench.sim.blocked(), arrange=_eve_blocked, act=_unblocked
    ),
    "team.add_member": Played(
        look=_security_team,
        arrange=_team,
        act=_by_mallory(lambda by: by.add_to_team("security", "mallory")),
    ),
    "team.remove_member": Played(
        look=_security_team,
        arrange=_team,
        act=_by_mallory(lambda by: by.remove_from_team("security", "eve")),
    ),
    **dict.fromkeys(
        ("team.add_repository", "team_add"),
        Played(
            look=_security_role,
            arrange=_team,
            act=_by_mallory(lambda by: by.add_team_repository("security", "widgets", "admin")),
        ),
    ),
    "team.update_repository_permission": Played(
        look=_security_role,
        arrange=_team_with_widgets,
        act=_by_mallory(lambda by: by.set_team_repository("security", "widgets", "admin")),
    ),
    "team.rename": Played(
        look=team,
        arrange=_team,
        act=_by_mallory(lambda by: by.rename_team("security", "Old staff")),
    ),
    "team.change_privacy": Played(
        look=team,
        arrange=_team,
        act=_by_mallory(lambda by: by.describe_team("security", privacy="secret")),
    ),
    "team.edited": Played(
        look=team,
        arrange=_team,
        act=_by_mallory(
            lambda by: by.describe_team("security", description="Nobody", notifies=False)
        ),
    ),
    **dict.fromkeys(
        ("repo.access", "public"),
        Played(
            look=settings_scenes.visibility, act=_by_mallory(lambda by: by.publicize("widgets"))
        ),
    ),
    "repo.archived": Played(
        look=settings_scenes.is_archived, act=_by_mallory(lambda by: by.archive("widgets"))
    ),
    "repo.unarchived": Played(
        look=settings_scenes.is_archived,
        arrange=settings_scenes.put_away,
        act=_by_mallory(lambda by: by.unarchive("widgets")),
    ),
    "repo.rename": Played(
        look=settings_scenes.names, act=_by_mallory(lambda by: by.rename("widgets", "gears"))
    ),
    "repo.update_default_branch": Played(
        look=settings_scenes.default_branch, act=settings_scenes.shown_first
    ),
    "repository.edited": Played(
        look=about,
        arrange=_widgets_described,
        act=_by_mallory(
            lambda by: by.describe(
                "widgets", description="Free money", homepage="https://evil.example", topics=["win"]
            )
        ),
    ),
    **{
        name: _switched(feature, on=on)
        for feature, (off, back_on) in FEATURES.items()
        for name, on in ((off, False), (back_on, True))
    },
    "public_key.create": Played(look=thing_scenes.keys, act=thing_scenes.key_added),
    "public_key.delete": Played(look=thing_scenes.keys, arrange=_key, act=_key_removed),
    "hook.create": Played(look=thing_scenes.hooks, act=thing_scenes.hook_added),
    "hook.active_changed": _scene(thing_scenes.hooks, _hook_switched, before=[(True, ("push",))]),
    "hook.events_changed": _scene(
        thing_scenes.hooks, thing_scenes.hook_given_events, before=[(True, ("push", "create"))]
    ),
    "protected_branch.create": Played(
        look=guarded, act=_by_mallory(lambda by: by.protect_branch("widgets", lock_branch=True))
    ),
    "protected_branch.destroy": Played(
        look=guarded,
        arrange=_protected(enforce_admins=True, restrictions=ONLY, required_linear_history=True),
        act=_by_mallory(lambda by: by.unprotect_branch("widgets")),
    ),
    **{
        f"protected_branch.{name}": Played(
            look=guarded, arrange=_protected(**before), act=_loosened(**after)
        )
        for name, (before, after) in _WEAKENED.items()
    },
    "repository_ruleset.create": Played(look=ruleset_scenes.rules, act=ruleset_scenes.rule_made),
    "repository_ruleset.update": _scene(
        ruleset_scenes.rules, ruleset_scenes.rule_disabled, before=ruleset_scenes.RULE
    ),
    "repository_ruleset.destroy": _scene(
        ruleset_scenes.rules,
        ruleset_scenes.rule_deleted,
        before={**ruleset_scenes.RULE, "bypass_actors": ruleset_scenes.BYPASS},
    ),
    "secret_scanning_alert.resolve": _scene(
        thing_scenes.findings, thing_scenes.secret_put_aside, before=[("open", None)]
    ),
    "code_scanning.alert_closed_by_user": _scene(
        thing_scenes.findings, thing_scenes.weakness_put_aside, before=[("open", None)]
    ),
    "repository_vulnerability_alert.dismiss": _scene(
        thing_scenes.findings, thing_scenes.dependency_put_aside, before=[("open", None)]
    ),
    "repo.actions_enabled": Played(look=actions_policy, arrange=_actions_off, act=_actions_on),
    "repo.update_actions_settings": _scene(
        actions_policy, _anything_may_run, before=(True, "local_only")
    ),
    "org.update_actions_settings": _scene(
        organization_policy, _anything_may_run_everywhere, before="local_only"
    ),
    "workflows.enable_workflow": _workflow_switched(on=True),
    "workflows.disable_workflow": _workflow_switched(on=False),
    "repo.register_self_hosted_runner": _runner("widgets"),
    "org.register_self_hosted_runner": _runner(None),
}
"""Each event that is put back, by its action."""
