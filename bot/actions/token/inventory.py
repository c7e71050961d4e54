"""Finding the token an event is about: in GitHub's lists, else in the event itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.port import GitHub
from bot.actions.token.allowance import Token, flat
from bot.core.errors import InstallationGone, Refused
from bot.respond.alert import Alert

TOKENS: Final = "/orgs/{org}/personal-access-tokens"
REQUESTS: Final = "/orgs/{org}/personal-access-token-requests"
CREDENTIALS: Final = "/orgs/{org}/credential-authorizations"

TOKENS_NEEDS: Final = {"organization_personal_access_tokens": "read"}
REQUESTS_NEEDS: Final = {"organization_personal_access_token_requests": "read"}

_REQUEST_ACTION: Final = "personal_access_token.request_created"


async def find_token(situation: Situation, alert: Alert) -> tuple[Token, str | None]:
    """Return what is known of the event's token, and a remark when GitHub does not list it.

    GitHub's lists know best. Where the App may not read them, or the token is not in them, the
    event's own facts are what there is.
    """
    listed: Mapping[str, Any] | None = None
    remark = "GitHub does not list this token (any more): these are the event's own facts."
    try:
        if alert.action == _REQUEST_ACTION:
            number = alert.fields.get("user_programmatic_access_request_id")
            gh = situation.view(REQUESTS_NEEDS)
            listed = await find_listed(gh, alert.org, REQUESTS, "id", number)
        else:
            number = alert.fields.get("token_id")
            gh = situation.view(TOKENS_NEEDS)
            listed = await find_listed(gh, alert.org, TOKENS, "token_id", number)
    except InstallationGone:
        raise
    except Refused as error:
        remark = f"GitHub did not list the organisation's tokens ({error}): these are the event's."
    if listed is None:
        return _from_event(alert), remark
    return _from_listing(listed), None


async def find_listed(
    gh: GitHub, org: str, url: str, key: str, number: Any
) -> Mapping[str, Any] | None:
    """Return the entry of one of an organisation's lists whose ``key`` is ``number``."""
    if not isinstance(number, int):
        return None
    async for entry in gh.pages(url, {"org": org}):
        if entry.get(key) == number:
            return dict(entry)
    return None


def _from_listing(entry: Mapping[str, Any]) -> Token:
    return Token(
        name=str(entry.get("token_name") or "without a name"),
        owner=str((entry.get("owner") or {}).get("login") or "unknown"),
        number=entry.get("token_id"),
        permissions=flat(entry.get("permissions")),
        repositories=entry.get("repository_selection"),
        ends=_moment(entry.get("token_expires_at")),
        ends_known="token_expires_at" in entry,
        last_used=entry.get("token_last_used_at"),
    )


def _from_event(alert: Alert) -> Token:
    fields = alert.fields
    number = fields.get("token_id")
    fine_grained = "permissions" in fields
    return Token(
        name=str(fields.get("user_programmatic_access_name") or "without a name"),
        owner=str(fields.get("user") or alert.actor or "unknown"),
        number=number if isinstance(number, int) else None,
        permissions=tuple(map(str, fields.get("permissions") or ())),
        scopes=scopes(fields.get("token_scopes")),
        repositories=fields.get("repository_selection"),
        ends=_moment(fields.get("token_expires_at")),
        # The normaliser leaves the end out of a fine-grained token that has none.
        ends_known=fine_grained or "token_expires_at" in fields,
        last_used=fields.get("token_last_used_at"),
    )


def scopes(value: Any) -> tuple[str, ...]:
    """Return a classic token's scopes; the audit log writes them in one text, with commas."""
    if isinstance(value, str):
        return tuple(scope for scope in value.replace(",", " ").split() if scope)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
