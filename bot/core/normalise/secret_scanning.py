"""`secret_scanning_alert`, `secret_scanning_alert_location`: a secret was found, and where."""

from bot.core.normalise.readers import flag, number, text
from bot.core.normalise.table import Family, Row

_ALERT = (
    number("number", "alert.number"),
    text("secret_type", "alert.secret_type"),
    text("secret_type_display_name", "alert.secret_type_display_name"),
    text("validity", "alert.validity"),
    flag("publicly_leaked", "alert.publicly_leaked"),
    flag("multi_repo", "alert.multi_repo"),
    flag("push_protection_bypassed", "alert.push_protection_bypassed"),
    text("push_protection_bypassed_by", "alert.push_protection_bypassed_by.login"),
    text("push_protection_bypass_request_comment", "alert.push_protection_bypass_request_comment"),
    text("resolution", "alert.resolution"),
    text("resolution_comment", "alert.resolution_comment"),
    text("resolved_by", "alert.resolved_by.login"),
    text("alert_url", "alert.html_url"),
)

SECRET_SCANNING_ALERT = Family(
    event="secret_scanning_alert",
    about="A secret in a repository, found by GitHub.",
    fields=_ALERT,
    rows=(
        Row(action="created", becomes="secret_scanning_alert.create", operation="create"),
        Row(action="resolved", becomes="secret_scanning_alert.resolve", operation="modify"),
        Row(action="reopened", becomes="secret_scanning_alert.reopen", operation="modify"),
        Row(
            action="publicly_leaked",
            becomes="secret_scanning_alert.public_leak",
            operation="modify",
        ),
        Row(
            action="validated",
            becomes="secret_scanning_alert.validate",
            operation="modify",
            fields=(text("current_validity", "alert.validity"),),
        ),
        Row(
            action="assigned",
            becomes="secret_scanning_alert.assigned",
            operation="modify",
            fields=(text("user", "alert.assigned_to.login"),),
            coined=True,
        ),
        Row(
            action="unassigned",
            becomes="secret_scanning_alert.unassigned",
            operation="modify",
            fields=(text("user", "alert.assigned_to.login"),),
            coined=True,
        ),
    ),
    notes=(
        "The secret itself is never in a webhook.",
        (
            "The audit log writes `secret_scanning_push_protection.bypass` when somebody pushes"
            " past the protection; a webhook says it with `push_protection_bypassed: true` in"
            " `secret_scanning_alert.create`."
        ),
    ),
)

SECRET_SCANNING_ALERT_LOCATION = Family(
    event="secret_scanning_alert_location",
    about="One more place where a known secret was found.",
    fields=(
        *_ALERT,
        text("location_type", "location.type"),
        text("path", "location.details.path"),
        number("start_line", "location.details.start_line"),
        number("end_line", "location.details.end_line"),
        text("commit_sha", "location.details.commit_sha"),
        text("blob_sha", "location.details.blob_sha"),
        text(
            "location_url",
            "location.details.issue_title_url",
            "location.details.issue_body_url",
            "location.details.issue_comment_url",
            "location.details.discussion_title_url",
            "location.details.discussion_body_url",
            "location.details.discussion_comment_url",
            "location.details.pull_request_title_url",
            "location.details.pull_request_body_url",
            "location.details.pull_request_comment_url",
            "location.details.pull_request_review_url",
            "location.details.pull_request_review_comment_url",
        ),
    ),
    rows=(
        Row(
            action="created",
            becomes="secret_scanning_alert_location.create",
            operation="create",
            coined=True,
        ),
    ),
)
