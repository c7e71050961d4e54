"""The fields that every event carries, whatever it tells."""

from datetime import datetime
from typing import Any, Final

from bot.core.delivery import Delivery
from bot.core.normalise.payload import Payload, dig

ENVELOPE: Final = {
    "action": "what happened, in the audit log's words",
    "@timestamp": (
        "when Tipstaff received it or, if GitHub had to send it again, when it first tried;"
        " milliseconds since 1970 (UTC)"
    ),
    "created_at": "the same as `@timestamp`, as in the audit log",
    "_document_id": "the delivery's id (the same when GitHub sends it again)",
    "webhook_event": "GitHub's own name of the event (`X-GitHub-Event`)",
    "webhook_action": "the payload's own `action`",
    "operation_type": "`create`, `modify`, `remove`, `access` or `transfer`, where it is clear",
    "actor": "login of who did it: the sender, unless that is an organisation",
    "actor_id": "its number",
    "actor_is_bot": "true when the sender's type is `Bot`",
    "org": "the organisation's login",
    "org_id": "its number",
    "repo": "the repository as `owner/name`",
    "repo_id": "its number",
    "public_repo": "true when the repository is public",
    "visibility": "`public`, `private` or `internal`",
    "installation_id": "the App installation it came through",
}


def milliseconds(moment: datetime) -> int:
    """Return an aware moment as whole milliseconds since 1970, as the audit log writes time."""
    return round(moment.timestamp() * 1000)


def envelope(delivery: Delivery, payload: Payload) -> dict[str, Any]:
    """Return the common fields but for the action; what the payload does not say is left out."""
    moment = milliseconds(delivery.at)
    fields: dict[str, Any] = {
        "@timestamp": moment,
        "created_at": moment,
        "_document_id": delivery.id,
        "webhook_event": delivery.event,
    }
    _add(fields, "webhook_action", payload.get("action"), str)
    _add_actor(fields, payload.get("sender"))
    _add_organisation(fields, payload)
    _add_repository(fields, payload.get("repository"))
    _add(fields, "installation_id", dig(payload, ("installation", "id")), int)
    return fields


def _add(fields: dict[str, Any], name: str, value: Any, kind: type) -> None:
    if type(value) is kind:
        fields[name] = value


def _add_actor(fields: dict[str, Any], sender: Any) -> None:
    # `team_add` and `org_block` name the organisation as sender: that is nobody's act.
    if type(sender) is not dict or sender.get("type") == "Organization":
        return
    _add(fields, "actor", sender.get("login"), str)
    _add(fields, "actor_id", sender.get("id"), int)
    if type(sender.get("type")) is str:
        fields["actor_is_bot"] = sender["type"] == "Bot"


def _add_organisation(fields: dict[str, Any], payload: Payload) -> None:
    for found, certain in (
        (payload.get("organization"), True),
        (dig(payload, ("repository", "owner")), False),
        (dig(payload, ("installation", "account")), False),
    ):
        if type(found) is dict and (certain or found.get("type") == "Organization"):
            _add(fields, "org", found.get("login"), str)
            _add(fields, "org_id", found.get("id"), int)
            return


def _add_repository(fields: dict[str, Any], repository: Any) -> None:
    if type(repository) is not dict:
        return
    _add(fields, "repo", repository.get("full_name"), str)
    _add(fields, "repo_id", repository.get("id"), int)
    private, visibility = repository.get("private"), repository.get("visibility")
    if type(private) is bool:
        fields["public_repo"] = not private
        fields["visibility"] = "private" if private else "public"
    _add(fields, "visibility", visibility, str)
