"""Whether GitHub Actions may run, and which actions: in a repository, or in the organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present

OFF: Final = "disabled"
KNOWN: Final = frozenset({OFF, "all", "local_only", "selected"})
"""How much may run, in the words of GitHub's API."""

REPOSITORY_NEEDS: Final[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
ORGANIZATION_NEEDS: Final[Mapping[str, str]] = {
    "organization_administration": "write",
    "metadata": "read",
}

_REPOSITORY: Final = "/repos/{owner}/{repo}/actions/permissions"
_ORGANIZATION: Final = "/orgs/{org}/actions/permissions"
_KEPT: Final = ("enabled_repositories", "allowed_actions", "sha_pinning_required")


@dataclass(frozen=True, kw_only=True, slots=True)
class Realm:
    """A repository, or the organisation: what it is called, and its address in the API."""

    name: str
    url: str
    where: Mapping[str, str | int]
    whole: bool = False

    @property
    def switched_off(self) -> Mapping[str, Any]:
        """What is written to switch Actions off."""
        return {"enabled_repositories": "none"} if self.whole else {"enabled": False}


def of_repository(repository: str) -> Realm:
    """Return a repository's realm."""
    return Realm(name=repository, url=_REPOSITORY, where=split(repository))


def of_organization(org: str) -> Realm:
    """Return the organisation's realm."""
    return Realm(name=org, url=_ORGANIZATION, where={"org": org}, whole=True)


def policy_change(
    situation: Situation, realm: Realm, *, changed: str, wanted: str, given: bool = True
) -> Change:
    """Return the change of how much may run, from ``changed`` to ``wanted``.

    ``given`` says that it is undone only by what was found: what may run must not become more
    than it was.
    """

    async def read() -> Present:
        return await _read(situation, realm)

    async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
        await _write(situation, realm, label or OFF, details)
        return None

    return Change(
        thing=f"what GitHub Actions may run in {realm.name}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda was, now: _words(realm.name, was, now),
        needs_details=given,
        exact=True,
    )


async def _read(situation: Situation, realm: Realm) -> Present:
    found = (await situation.gh.call("GET", realm.url, realm.where)).data
    off = found["enabled_repositories"] == "none" if realm.whole else not found["enabled"]
    if off:
        return Present(label=OFF)
    allowed = str(found.get("allowed_actions") or "all")
    details = {name: found[name] for name in _KEPT if found.get(name) is not None}
    if allowed == "selected":
        selected = await situation.gh.call("GET", realm.url + "/selected-actions", realm.where)
        details["selected_actions"] = {
            name: sorted(value) if isinstance(value, list) else value
            for name, value in selected.data.items()
        }
    if found.get("enabled_repositories") == "selected":
        listed = situation.gh.pages(realm.url + "/repositories", realm.where, key="repositories")
        details["repositories"] = sorted([int(each["id"]) async for each in listed])
    return Present(label=allowed, details=details)


async def _write(
    situation: Situation, realm: Realm, label: str, details: Mapping[str, Any]
) -> None:
    gh = situation.gh
    if label == OFF:
        await gh.call("PUT", realm.url, realm.where, body=realm.switched_off)
        return
    body: dict[str, Any] = {name: details[name] for name in _KEPT if name in details}
    body["allowed_actions"] = label
    if not realm.whole:
        body["enabled"] = True
    elif "enabled_repositories" not in body:
        raise CannotChange(
            f"Nobody knows any more in which repositories of {realm.name} Actions could run; "
            "an owner can choose them: the organisation's settings, Actions, General."
        )
    await gh.call("PUT", realm.url, realm.where, body=body)
    if isinstance(chosen := details.get("repositories"), list):
        # The list is emptied, or not, while Actions are off: GitHub does not say.
        await gh.call(
            "PUT",
            realm.url + "/repositories",
            realm.where,
            body={"selected_repository_ids": chosen},
        )
    if label == "selected" and isinstance(selected := details.get("selected_actions"), Mapping):
        await gh.call("PUT", realm.url + "/selected-actions", realm.where, body=dict(selected))


def _words(name: str, was: str | None, now: str | None) -> str:
    before = f" (was {was})" if was else ""
    if now == OFF:
        return f"Switched GitHub Actions off in {name}{before}."
    return f"Let GitHub Actions run in {name}: {now}{before}."
