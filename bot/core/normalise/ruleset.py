"""`repository_ruleset`: the rules of a repository or of the whole organisation."""

from bot.core.normalise.readers import keys, number, part, text
from bot.core.normalise.table import Family, Row

_BODY = (
    text("name", "repository_ruleset.name"),
    number("ruleset_id", "repository_ruleset.id"),
    text("ruleset_name", "repository_ruleset.name"),
    text("ruleset_enforcement", "repository_ruleset.enforcement"),
    text("ruleset_source_type", "repository_ruleset.source_type"),
    text("ruleset_target", "repository_ruleset.target"),
    part("ruleset_rules", "repository_ruleset.rules"),
    part("ruleset_conditions", "repository_ruleset.conditions"),
    part("ruleset_bypass_actors", "repository_ruleset.bypass_actors"),
    text("ruleset_updated_at", "repository_ruleset.updated_at"),
)

_CHANGES = (
    keys("changed", "changes"),
    text("ruleset_old_name", "changes.name.from"),
    text("ruleset_old_enforcement", "changes.enforcement.from"),
    part("ruleset_rules_added", "changes.rules.added"),
    part("ruleset_rules_deleted", "changes.rules.deleted"),
    part("ruleset_rules_updated", "changes.rules.updated"),
    part("ruleset_conditions_added", "changes.conditions.added"),
    part("ruleset_conditions_deleted", "changes.conditions.deleted"),
    part("ruleset_conditions_updated", "changes.conditions.updated"),
)

RULESET = Family(
    event="repository_ruleset",
    about="A ruleset: which branches, tags or pushes must obey which rules.",
    fields=_BODY,
    rows=(
        Row(action="created", becomes="repository_ruleset.create", operation="create"),
        Row(
            action="edited",
            becomes="repository_ruleset.update",
            operation="modify",
            fields=_CHANGES,
        ),
        Row(action="deleted", becomes="repository_ruleset.destroy", operation="remove"),
    ),
    notes=(
        "A ruleset of the organisation comes without `repo`.",
        (
            "Lists of objects are read with a dot: `ruleset_rules.type`,"
            " `ruleset_bypass_actors.actor_type`."
        ),
        "Unlike the audit log, webhooks do not say which bypass actors were added or removed.",
    ),
)
