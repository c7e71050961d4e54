"""`check_run`: a check, and the buttons people press on it."""

from bot.core.normalise.readers import number, text
from bot.core.normalise.table import Family

CHECK_RUN = Family(
    event="check_run",
    about="A check on a commit. Actions keep GitHub's names: `check_run.requested_action`, ...",
    fields=(
        number("check_run_id", "check_run.id"),
        text("name", "check_run.name"),
        text("status", "check_run.status"),
        text("conclusion", "check_run.conclusion"),
        text("head_sha", "check_run.head_sha"),
        text("head_branch", "check_run.check_suite.head_branch"),
        text("external_id", "check_run.external_id"),
        text("app_slug", "check_run.app.slug"),
        text("requested_action", "requested_action.identifier"),
    ),
)
