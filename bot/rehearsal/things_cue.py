"""Things that a step names beside what the event tells, put where it has something to change."""

from bot.rehearsal.cue import Cue
from bot.rehearsal.people_scene import whole
from bot.rehearsal.repository_scene import add_commit, add_issue, add_key, add_webhook
from bot.rehearsal.workflow_scene import add_run, add_runner, add_workflow
from bot.simulator.changes import git, rulesets
from bot.simulator.state.people import User


def set_place(cue: Cue) -> None:
    """Let the repository be there that the case shall be told in."""
    if "/" in cue.text("repository"):
        cue.repository()


def set_shown(cue: Cue) -> None:
    """Let the repository be public that is to be hidden, unless the event says who may see it."""
    repo = cue.repository()
    told = {"visibility", "public_repo"} & cue.event.fields.keys()
    if repo is not None and (not told or repo.full_name != cue.event.repo):
        repo.visibility = "public"


def set_repository(cue: Cue) -> None:
    """Let the repository be there."""
    cue.repository()


def set_key(cue: Cue) -> None:
    """Let there be the deploy key that the playbook names."""
    repo, number = cue.repository(), cue.number("key_id")
    if repo is not None and number is not None and number not in repo.deploy_keys:
        add_key(cue.sim, repo, number, "rehearsal")


def set_webhook(cue: Cue) -> None:
    """Let there be the webhook where the playbook looks for it."""
    told = whole(cue.event, "hook_id") if cue.event.action != "hook.destroy" else None
    number = cue.number("hook_id") or told
    everywhere = cue.text("scope") == "organization" or (
        cue.text("scope") != "repository" and not (cue.text("repository") or cue.event.repo)
    )
    repo = None if everywhere else cue.repository()
    if number is None or (repo is None and not everywhere):
        return
    kept = cue.sim.world.hooks if repo is None else repo.hooks
    if number not in kept:
        add_webhook(cue.sim, repo, number)


def set_version(cue: Cue) -> None:
    """Let the ruleset have the version that the playbook names, and be otherwise now."""
    version = cue.number("version")
    number = cue.number("ruleset_id") or whole(cue.event, "ruleset_id")
    if version is None or number is None:
        return
    world = cue.sim.world
    repo = None if cue.text("scope") == "organization" else cue.repository()
    kept = rulesets.kept(world, repo)
    if number not in kept:
        made = rulesets.create(world, _by(cue), repo, {"name": "rehearsal", "enforcement": _ON})
        del kept[made.id]
        made.id = number
        kept[number] = made
    kept[number].versions[0].id = version
    rulesets.edit(world, _by(cue), repo, number, {"enforcement": "disabled"})


_ON = "active"


def set_branch(cue: Cue) -> None:
    """Let there be the branch that the playbook names."""
    repo, name = cue.repository(), cue.text("branch")
    if repo is not None and name and name not in repo.branches:
        git.create_branch(cue.sim.world, _by(cue), repo, name)


def set_conversation(cue: Cue) -> None:
    """Let there be the issue that the playbook names."""
    repo, number = cue.repository(), cue.number("number")
    if repo is not None and number is not None and number not in repo.issues:
        add_issue(cue.sim, _by(cue), repo, number, "Rehearsal")


def set_commit(cue: Cue) -> None:
    """Let there be the commit that the playbook names."""
    repo = cue.repository()
    if repo is not None:
        add_commit(repo, cue.text("sha").lower())


def set_workflow(cue: Cue) -> None:
    """Let there be the workflow that the playbook names, by its file or number."""
    repo, name = cue.repository(), cue.text("workflow").rpartition("/")[2]
    if repo is None or not name:
        return
    number = int(name) if name.isascii() and name.isdigit() else None
    known = repo.actions.workflows.values()
    if not any(each.id == number or each.path.rpartition("/")[2] == name for each in known):
        path = f".github/workflows/{'rehearsal.yml' if number is not None else name}"
        add_workflow(cue.sim, cue.event, repo, path, number=number)


def set_run(cue: Cue) -> None:
    """Let the run go on that the playbook names."""
    repo, number = cue.repository(), cue.number("run_id")
    if repo is not None and number is not None and number not in repo.actions.runs:
        path = ".github/workflows/rehearsal.yml"
        workflow = add_workflow(cue.sim, cue.event, repo, path)
        add_run(cue.sim, cue.event, repo, workflow, number)


def set_runner(cue: Cue) -> None:
    """Let the runner be registered where the playbook looks for it."""
    number, name = cue.number("runner_id"), cue.text("name")
    if number is None and not name:
        number, name = whole(cue.event, "runner_id"), cue.event.text("runner_name") or ""
    if number is None and not name:
        return
    everywhere = cue.text("scope") == "organization" or (
        cue.text("scope") != "repository" and cue.event.action.startswith("org.")
    )
    repo = None if everywhere else cue.repository()
    where = cue.sim.world.actions if repo is None else repo.actions
    if number not in where.runners and name not in {each.name for each in where.runners.values()}:
        add_runner(cue.sim, repo, number, name or None)


def set_credential(cue: Cue) -> None:
    """Let the credential be admitted that the playbook names."""
    number, holder = cue.number("credential_id"), cue.event.user or cue.event.actor
    known = cue.sim.world.credentials.authorizations
    if number is not None and holder is not None and number not in known:
        given = cue.sim.add_credential_authorization(holder)
        del known[given.id]
        given.id = number
        known[number] = given


def set_token(cue: Cue) -> None:
    """Let the fine-grained token have access by which the event says that somebody acted."""
    number, owner = whole(cue.event, "token_id"), cue.event.user or cue.event.actor
    known = cue.sim.world.credentials.tokens.values()
    ended = cue.event.action.endswith(("_revoked", ".request_created", ".request_denied"))
    if number is None or owner is None or ended or cue.text("kind") == "saml":
        return
    if number not in {token.token_id for token in known}:
        cue.sim.add_token(owner, "rehearsal", {}).token_id = number


def _by(cue: Cue) -> User:
    return cue.sim.world.person(cue.event.actor or "somebody")
