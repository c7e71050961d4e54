"""Endpoints of a repository: what it is, its keys, its code."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import repositories
from bot.simulator.problem import Problem, not_found
from bot.simulator.shapes import git, repository
from bot.simulator.shapes.repository import tree
from bot.simulator.state.repository import VISIBILITIES, Commit


def show(request: Request) -> Answer:
    """Show a repository."""
    return Answer(data=repository.full_repository(request.world, request.repository))


def change(request: Request) -> Answer:
    """Change a repository: visibility, archive, description, name."""
    world, actor, repo, body = request.world, request.actor, request.repository, request.body
    archived = body.flag("archived")
    others = set(body.fields) - {"archived"}
    if repo.archived and archived is not False and others:
        raise Problem(403, "Repository was archived so is read-only.")
    if archived is False:
        repositories.set_archived(world, actor, repo, archived=False)
    private = body.flag("private")
    default = repo.visibility if private is None else ("private" if private else "public")
    wanted = body.choice("visibility", VISIBILITIES, default)
    visibility = next(name for name in VISIBILITIES if name == wanted)
    repositories.set_visibility(world, actor, repo, visibility)
    repositories.describe(
        world,
        actor,
        repo,
        description=body.maybe("description"),
        homepage=body.maybe("homepage"),
    )
    branch = body.maybe("default_branch")
    if branch is not None:
        repositories.set_default_branch(world, actor, repo, branch)
    features = body.table("security_and_analysis") or {}
    wanted_on = {name: told.get("status") == "enabled" for name, told in features.items()}
    repositories.switch_features(world, actor, repo, wanted_on)
    name = body.maybe("name")
    if name is not None and name != repo.name:
        repositories.rename(world, actor, repo, name)
    has_issues = body.flag("has_issues")
    repo.has_issues = repo.has_issues if has_issues is None else has_issues
    if archived:
        repositories.set_archived(world, actor, repo, archived=True)
    return Answer(data=repository.full_repository(world, repo))


def replace_topics(request: Request) -> Answer:
    """Give a repository other topics."""
    topics = request.body.texts("names") or []
    repositories.describe(request.world, request.actor, request.repository, topics=topics)
    return Answer(data={"names": list(request.repository.topics)})


def enable_updates(request: Request) -> Answer:
    """Let Dependabot open pull requests against vulnerable dependencies."""
    return _switch_updates(request, on=True)


def disable_updates(request: Request) -> Answer:
    """Let Dependabot open them no longer."""
    return _switch_updates(request, on=False)


def _switch_updates(request: Request, *, on: bool) -> Answer:
    wanted = {"dependabot_security_updates": on}
    repositories.switch_features(request.world, request.actor, request.repository, wanted)
    return Answer(status=204)


def list_keys(request: Request) -> Answer:
    """List the deploy keys."""
    repo = request.repository
    found = list(repo.deploy_keys.values())
    return request.page(found, lambda key: repository.deploy_key(request.world, repo, key))


def show_key(request: Request) -> Answer:
    """Show a deploy key."""
    repo = request.repository
    key = repo.deploy_keys.get(request.number("key_id"))
    if key is None:
        raise not_found()
    return Answer(data=repository.deploy_key(request.world, repo, key))


def create_key(request: Request) -> Answer:
    """Let an SSH key open the repository."""
    key = repositories.add_deploy_key(
        request.world,
        request.actor,
        request.repository,
        title=request.body.maybe("title") or "",
        key=request.body.text("key"),
        read_only=bool(request.body.flag("read_only")),
    )
    shown = repository.deploy_key(request.world, request.repository, key)
    return Answer(status=201, data=shown)


def delete_key(request: Request) -> Answer:
    """Lock a key out again."""
    number = request.number("key_id")
    repositories.delete_deploy_key(request.world, request.actor, request.repository, number)
    return Answer(status=204)


def list_branches(request: Request) -> Answer:
    """List the branches."""
    repo = request.repository
    return request.page(sorted(repo.branches), lambda name: git.branch(request.world, repo, name))


def show_commit(request: Request) -> Answer:
    """Show a commit, found by its id, a branch or a tag."""
    repo = request.repository
    made = _resolve(request, request.params["ref"])
    if made is None:
        raise Problem(422, f"No commit found for SHA: {request.params['ref']}")
    return Answer(data=git.commit_with_files(request.world, repo, made))


def _resolve(request: Request, ref: str) -> Commit | None:
    repo = request.repository
    name = ref.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")
    return repo.commits.get(repo.branches.get(name) or repo.tags.get(name) or ref)


def show_contents(request: Request) -> Answer:
    """Show a file with its content, or list a folder."""
    world, repo = request.world, request.repository
    path = request.params["path"].strip("/")
    ref = request.query.get("ref") or repo.default_branch
    if "ref" in request.query:
        made = _resolve(request, ref)
        if made is None:
            raise Problem(404, f"No commit found for the ref {ref}")
        files = made.files
    else:
        files = tree(repo)
    if path in files:
        return Answer(data=git.content_file(world, repo, path, files[path], ref))
    listed = git.folder(world, repo, files, path, ref)
    if not listed:
        raise not_found()
    return Answer(data=listed)


_REPO = "/repos/{owner}/{repo}"

ROUTES = (
    Route(
        "GET",
        _REPO,
        show,
        docs="repos/repos#get-a-repository",
        needs="metadata=read",
    ),
    Route(
        "PATCH",
        _REPO,
        change,
        docs="repos/repos#update-a-repository",
        needs="administration=write",
    ),
    Route(
        "PUT",
        f"{_REPO}/topics",
        replace_topics,
        docs="repos/repos#replace-all-repository-topics",
        needs="administration=write",
    ),
    Route(
        "PUT",
        f"{_REPO}/automated-security-fixes",
        enable_updates,
        docs="repos/repos#enable-dependabot-security-updates",
        needs="administration=write",
    ),
    Route(
        "DELETE",
        f"{_REPO}/automated-security-fixes",
        disable_updates,
        docs="repos/repos#disable-dependabot-security-updates",
        needs="administration=write",
    ),
    Route(
        "GET",
        f"{_REPO}/keys",
        list_keys,
        docs="deploy-keys/deploy-keys#list-deploy-keys",
        needs="administration=read",
    ),
    Route(
        "POST",
        f"{_REPO}/keys",
        create_key,
        docs="deploy-keys/deploy-keys#create-a-deploy-key",
        needs="administration=write",
    ),
    Route(
        "GET",
        f"{_REPO}/keys/{{key_id}}",
        show_key,
        docs="deploy-keys/deploy-keys#get-a-deploy-key",
        needs="administration=read",
    ),
    Route(
        "DELETE",
        f"{_REPO}/keys/{{key_id}}",
        delete_key,
        docs="deploy-keys/deploy-keys#delete-a-deploy-key",
        needs="administration=write",
    ),
    Route(
        "GET",
        f"{_REPO}/branches",
        list_branches,
        docs="branches/branches#list-branches",
        needs="contents=read",
    ),
    Route(
        "GET",
        f"{_REPO}/commits/{{ref}}",
        show_commit,
        docs="commits/commits#get-a-commit",
        needs="contents=read",
    ),
    Route(
        "GET",
        f"{_REPO}/contents/{{path}}",
        show_contents,
        docs="repos/contents#get-repository-content",
        needs="contents=read",
    ),
)
