"""A branch's protection as values: from an event's rule, from GitHub's answer, to its request.

An event tells a rule in one vocabulary, the API shows and takes it in two others
(https://docs.github.com/en/rest/branches/branch-protection). Here the event's names are used; what
the API knows of, and nothing else, is an aspect.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.respond.inert import plain

Aspects = Mapping[str, Any]
"""An aspect's name and its value: on or off, a number, or a sorted list of names."""

WORDS: Final[Mapping[str, str]] = {
    "admin_enforced": "administrators included",
    "pull_request_reviews_enforcement_level": "reviews required",
    "required_approving_review_count": "approvals required",
    "dismiss_stale_reviews_on_push": "stale approvals dismissed",
    "require_code_owner_review": "code owners' review required",
    "require_last_push_approval": "approval of the last push required",
    "authorized_dismissal_actors_only": "dismissal of reviews restricted",
    "required_status_checks_enforcement_level": "status checks required",
    "required_status_checks": "status checks",
    "strict_required_status_checks_policy": "up to date before merging",
    "signature_requirement_enforcement_level": "signed commits required",
    "linear_history_requirement_enforcement_level": "linear history required",
    "required_conversation_resolution_level": "conversations to be resolved",
    "allow_force_pushes_enforcement_level": "force pushes allowed",
    "allow_deletions_enforcement_level": "deletion allowed",
    "authorized_actors_only": "pushes restricted",
    "authorized_actor_names": "those who may push",
    "create_protected": "creation restricted",
    "lock_branch_enforcement_level": "locked",
    "lock_allows_fork_sync": "fork syncing allowed",
}
"""Every aspect, and how it is called in a sentence."""

BEYOND: Final[Mapping[str, str]] = {
    "merge_queue_enforcement_level": "the merge queue",
    "required_deployments_enforcement_level": "required deployments",
    "ignore_approvals_from_contributors": "whose approvals count",
}
"""What an event tells and the API can't set."""

_COUNT: Final = "required_approving_review_count"
_NAMES: Final = ("required_status_checks", "authorized_actor_names")

_SWITCHES: Final[Mapping[str, str]] = {
    "linear_history_requirement_enforcement_level": "required_linear_history",
    "allow_force_pushes_enforcement_level": "allow_force_pushes",
    "allow_deletions_enforcement_level": "allow_deletions",
    "create_protected": "block_creations",
    "required_conversation_resolution_level": "required_conversation_resolution",
    "lock_branch_enforcement_level": "lock_branch",
    "lock_allows_fork_sync": "allow_fork_syncing",
}

_REVIEWS: Final[Mapping[str, str]] = {
    "dismiss_stale_reviews_on_push": "dismiss_stale_reviews",
    "require_code_owner_review": "require_code_owner_reviews",
    "require_last_push_approval": "require_last_push_approval",
}

_NEEDED: Final[Mapping[str, str]] = {
    **dict.fromkeys(_REVIEWS, "pull_request_reviews_enforcement_level"),
    _COUNT: "pull_request_reviews_enforcement_level",
    "authorized_dismissal_actors_only": "pull_request_reviews_enforcement_level",
    "required_status_checks": "required_status_checks_enforcement_level",
    "strict_required_status_checks_policy": "required_status_checks_enforcement_level",
    "authorized_actor_names": "authorized_actors_only",
    "create_protected": "authorized_actors_only",
    "lock_allows_fork_sync": "lock_branch_enforcement_level",
}
"""Aspects that mean something only while another one is on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Protection:
    """A branch's protection.

    ``people`` are lists of ``users``, ``teams`` and ``apps`` for ``restrictions``, ``dismissal``
    and ``bypass``, where there are such; ``checks`` which App must report each status check.
    """

    aspects: Aspects
    people: Mapping[str, Mapping[str, Sequence[str]]]
    checks: Sequence[Mapping[str, Any]] = ()

    def as_details(self) -> dict[str, Any]:
        """Return it as a receipt keeps it."""
        return {
            "aspects": dict(self.aspects),
            "people": {name: dict(lists) for name, lists in self.people.items()},
            "checks": [dict(check) for check in self.checks],
        }

    @classmethod
    def from_details(cls, details: Mapping[str, Any]) -> "Protection":
        """Return what a receipt kept."""
        return cls(
            aspects=details["aspects"],
            people=details["people"],
            checks=details.get("checks", ()),
        )


def settled(aspects: Aspects) -> dict[str, Any]:
    """Return every aspect, those off that mean nothing while another one is off."""
    on = {name: _value(name, aspects.get(name)) for name in WORDS}
    return {
        name: value if on.get(_NEEDED.get(name, ""), True) else _value(name, None)
        for name, value in on.items()
    }


def on_their_own(now: Aspects, after: Aspects) -> dict[str, Any]:
    """Return the present without what was set along with another aspect, changed since the event.

    Who asks for reviews again chooses how many: that they are none is not the event's doing then.
    """
    return {
        name: value
        for name, value in now.items()
        if (needed := _NEEDED.get(name)) is None or now[needed] == after[needed]
    }


def _value(name: str, told: object) -> Any:
    if name == _COUNT:
        return told if isinstance(told, int) else 0
    if name in _NAMES:
        names = told if isinstance(told, list | tuple) else ()
        return sorted(str(each) if name == _NAMES[0] else str(each).lower() for each in names)
    return told not in (None, False, "off", "")


def label(aspects: Aspects, names: Iterable[str] = WORDS) -> str:
    """Return those aspects in words."""
    return "; ".join(f"{WORDS[name]}: {_said(aspects[name])}" for name in names)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(plain(each, 60) for each in value) or "none"
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def read(reply: Mapping[str, Any]) -> Protection:
    """Return the protection that GitHub shows."""
    reviews, checks = reply.get("required_pull_request_reviews"), _checks(reply)
    told_people = {
        "restrictions": reply.get("restrictions"),
        "dismissal": (reviews or {}).get("dismissal_restrictions"),
        "bypass": (reviews or {}).get("bypass_pull_request_allowances"),
    }
    people = {name: _lists(lists) for name, lists in told_people.items() if lists is not None}
    actors = people.get("restrictions", {})
    told: dict[str, Any] = {
        "admin_enforced": _on(reply, "enforce_admins"),
        "signature_requirement_enforcement_level": _on(reply, "required_signatures"),
        **{name: _on(reply, key) for name, key in _SWITCHES.items()},
        "pull_request_reviews_enforcement_level": reviews is not None,
        **{name: bool((reviews or {}).get(key)) for name, key in _REVIEWS.items()},
        _COUNT: (reviews or {}).get(_COUNT, 0),
        "authorized_dismissal_actors_only": "dismissal" in people,
        "required_status_checks_enforcement_level": checks is not None,
        "required_status_checks": [each["context"] for each in checks or ()],
        "strict_required_status_checks_policy": bool(
            (reply.get("required_status_checks") or {}).get("strict")
        ),
        "authorized_actors_only": "restrictions" in people,
        "authorized_actor_names": [name for lists in actors.values() for name in lists],
    }
    return Protection(aspects=settled(told), people=people, checks=checks or ())


def _checks(reply: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    told = reply.get("required_status_checks")
    if told is None:
        return None
    listed = told.get("checks") or [{"context": name} for name in told.get("contexts", ())]
    return [{"context": each["context"], "app_id": each.get("app_id")} for each in listed]


def _on(reply: Mapping[str, Any], name: str) -> bool:
    return bool((reply.get(name) or {}).get("enabled"))


def _lists(told: Mapping[str, Any]) -> dict[str, list[str]]:
    keys = (("users", "login"), ("teams", "slug"), ("apps", "slug"))
    return {kind: [str(each[key]) for each in told.get(kind) or ()] for kind, key in keys}


def request(wanted: Protection) -> dict[str, Any]:
    """Return the body that sets a protection (signed commits are set apart)."""
    on = wanted.aspects
    return {
        "required_status_checks": _required_checks(wanted)
        if on["required_status_checks_enforcement_level"]
        else None,
        "enforce_admins": on["admin_enforced"],
        "required_pull_request_reviews": _reviews(wanted)
        if on["pull_request_reviews_enforcement_level"]
        else None,
        "restrictions": _named(wanted, "restrictions") if on["authorized_actors_only"] else None,
        **{key: on[name] for name, key in _SWITCHES.items()},
    }


def _reviews(wanted: Protection) -> dict[str, Any]:
    body: dict[str, Any] = {key: wanted.aspects[name] for name, key in _REVIEWS.items()}
    body[_COUNT] = wanted.aspects[_COUNT]
    if wanted.aspects["authorized_dismissal_actors_only"]:
        body["dismissal_restrictions"] = _named(wanted, "dismissal")
    if "bypass" in wanted.people:
        body["bypass_pull_request_allowances"] = _named(wanted, "bypass")
    return body


def _named(wanted: Protection, name: str) -> dict[str, list[str]]:
    lists = wanted.people.get(name, {})
    return {kind: list(lists.get(kind, ())) for kind in ("users", "teams", "apps")}


def _required_checks(wanted: Protection) -> dict[str, Any]:
    """Return the status checks, with the App that must report each where one is known for any.

    Only one of ``contexts`` and ``checks`` is taken (github.com/google/go-github/pull/2276),
    although GitHub's description always asks for the former. In one call, so that nothing can come
    between: the present would not tell any more which App it was.
    """
    apps = {each["context"]: each.get("app_id") for each in wanted.checks}
    names = wanted.aspects["required_status_checks"]
    strict = {"strict": wanted.aspects["strict_required_status_checks_policy"]}
    if not any(apps.get(name) for name in names):
        return {**strict, "contexts": list(names)}
    checks = [{"context": name, "app_id": apps.get(name) or -1} for name in names]
    return {**strict, "checks": checks}
