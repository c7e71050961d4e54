"""The REST endpoints, one module per area, each with a table of its routes."""

from bot.simulator.api import (
    app,
    blocks,
    checks,
    collaborators,
    comments,
    issues,
    labels,
    organization,
    protection,
    repositories,
    roles,
    rulesets,
    teams,
    tokens,
    users,
    webhooks,
)

ROUTES = (
    *webhooks.ROUTES,
    *rulesets.ROUTES,
    *protection.ROUTES,
    *checks.ROUTES,
    *app.ROUTES,
    *organization.ROUTES,
    *teams.ROUTES,
    *repositories.ROUTES,
    *collaborators.ROUTES,
    *issues.ROUTES,
    *labels.ROUTES,
    *comments.ROUTES,
    *tokens.ROUTES,
    *users.ROUTES,
    *blocks.ROUTES,
    *roles.ROUTES,
)
"""Every endpoint that the simulator serves."""
