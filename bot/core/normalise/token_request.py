"""`personal_access_token_request`: somebody asks for a fine-grained token to reach the org."""

from collections.abc import Callable

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import always, flag, made, number, text, texts
from bot.core.normalise.table import Family, Field, Row

_REQUEST = "personal_access_token_request"
_CATEGORIES = ("organization", "repository", "other")


def _permissions(name: str, key: str) -> Field:
    return made(
        name,
        f"`{_REQUEST}.{key}`, each as `category:permission:level`",
        _flattened(key),
    )


def _flattened(key: str) -> Callable[[Payload], list[str] | None]:
    def read(payload: Payload) -> list[str] | None:
        granted = dig(payload, (_REQUEST, key))
        if type(granted) is not dict:
            return None
        return [
            f"{category}:{permission}:{level}"
            for category in _CATEGORIES
            if type(levels := granted.get(category)) is dict
            for permission, level in levels.items()
            if type(level) is str
        ]

    return read


TOKEN_REQUEST = Family(
    event=_REQUEST,
    about="A request for a fine-grained personal access token, and what became of it.",
    fields=(
        text("user", f"{_REQUEST}.owner.login"),
        number("user_id", f"{_REQUEST}.owner.id"),
        text("user_programmatic_access_name", f"{_REQUEST}.token_name"),
        number("user_programmatic_access_request_id", f"{_REQUEST}.id"),
        number("token_id", f"{_REQUEST}.token_id"),
        always("programmatic_access_type", "Fine-grained personal access token"),
        _permissions("permissions", "permissions_result"),
        _permissions("permissions_added", "permissions_added"),
        _permissions("permissions_upgraded", "permissions_upgraded"),
        text("repository_selection", f"{_REQUEST}.repository_selection"),
        number("repository_count", f"{_REQUEST}.repository_count"),
        texts("repositories", f"{_REQUEST}.repositories.full_name"),
        flag("token_expired", f"{_REQUEST}.token_expired"),
        text("token_expires_at", f"{_REQUEST}.token_expires_at"),
        text("token_last_used_at", f"{_REQUEST}.token_last_used_at"),
    ),
    rows=(
        Row(
            action="created",
            becomes="personal_access_token.request_created",
            operation="create",
        ),
        Row(
            action="approved",
            becomes="personal_access_token.access_granted",
            operation="create",
        ),
        Row(
            action="denied",
            becomes="personal_access_token.request_denied",
            operation="remove",
        ),
        Row(
            action="cancelled",
            becomes="personal_access_token.request_cancelled",
            operation="remove",
        ),
    ),
    notes=(
        (
            "`user` owns the token. `permissions` is what the token may do if the request is"
            " approved; an entry reads `organization:members:write`, `repository:contents:read` or"
            " `other:...`. An empty list is kept: a request may ask for nothing."
        ),
        "`token_expires_at` is left out when the token never expires.",
        "A token that needs no approval by the organisation's policy sends nothing.",
    ),
)
