"""`installation` and its kin: this App in the organisation, and what it may reach."""

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import made, number, text, texts
from bot.core.normalise.table import Family, Row


def _permissions(payload: Payload) -> list[str] | None:
    granted = dig(payload, ("installation", "permissions"))
    if type(granted) is not dict:
        return None
    return [f"{name}:{level}" for name, level in granted.items() if type(level) is str]


_APP = (
    text("integration", "installation.app_slug"),
    text("name", "installation.app_slug"),
    number("app_id", "installation.app_id"),
    text("application_client_id", "installation.client_id"),
    text("target_type", "installation.target_type"),
    text("repository_selection", "repository_selection", "installation.repository_selection"),
    made("permissions", "`installation.permissions`, each as `permission:level`", _permissions),
    text("requester", "requester.login"),
)

INSTALLATION = Family(
    event="installation",
    about="This App was installed, removed, suspended, or given new permissions.",
    fields=(*_APP, texts("repositories", "repositories.full_name")),
    rows=(
        Row(action="created", becomes="integration_installation.create", operation="create"),
        Row(action="deleted", becomes="integration_installation.destroy", operation="remove"),
        Row(action="suspend", becomes="integration_installation.suspend", operation="modify"),
        Row(action="unsuspend", becomes="integration_installation.unsuspend", operation="modify"),
        Row(
            action="new_permissions_accepted",
            becomes="integration_installation.version_updated",
            operation="modify",
        ),
    ),
    notes=("Webhooks tell of this App only; other Apps are in the audit log.",),
)

INSTALLATION_REPOSITORIES = Family(
    event="installation_repositories",
    about="Repositories were added to, or taken from, what this App may reach.",
    fields=_APP,
    rows=(
        Row(
            action="added",
            becomes="integration_installation.repositories_added",
            operation="modify",
            fields=(texts("repositories_added_names", "repositories_added.full_name"),),
        ),
        Row(
            action="removed",
            becomes="integration_installation.repositories_removed",
            operation="modify",
            fields=(texts("repositories_removed_names", "repositories_removed.full_name"),),
        ),
    ),
)

INSTALLATION_TARGET = Family(
    event="installation_target",
    about="The account this App is installed on got another name.",
    fields=(
        text("account", "account.login", "account.slug"),
        text("old_login", "changes.login.from", "changes.slug.from"),
        text("target_type", "target_type"),
    ),
    rows=(
        Row(
            action="renamed",
            becomes="installation_target.renamed",
            operation="modify",
            coined=True,
        ),
    ),
    notes=(
        (
            "An organisation's new name also comes as `organization` `renamed`, which becomes"
            " `org.rename`; this one keeps its own name, so that one act makes one alert."
        ),
    ),
)

GITHUB_APP_AUTHORIZATION = Family(
    event="github_app_authorization",
    about="A person took back this App's right to act for them.",
    fields=(text("user", "sender.login"), number("user_id", "sender.id")),
    rows=(
        Row(
            action="revoked",
            becomes="github_app_authorization.revoked",
            operation="remove",
            coined=True,
        ),
    ),
)
