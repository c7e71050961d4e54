"""The REST endpoints, one module per area, each with a table of its routes."""

from bot.simulator.api import (
    app,
    collaborators,
    comments,
    issues,
    labels,
    organization,
    repositories,
    teams,
    tokens,
    users,
)

ROUTES = (
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
)
"""Every endpoint that the simulator serves."""
