"""The App's manifest (``app.yml``, as Probot reads it): what the App may do and is told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.errors import ConfigurationError


class _Document(BaseModel):
    """The keys read here; GitHub's others (name, url, ...) are GitHub's to check."""

    model_config = ConfigDict(extra="ignore")

    default_permissions: dict[str, Literal["read", "write", "admin"]]
    default_events: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Permissions by name (``members: write``) and the events subscribed to."""

    permissions: Mapping[str, str]
    events: tuple[str, ...]


def read_manifest(text: str) -> Manifest:
    """Read a manifest; raise `ConfigurationError` that says what does not fit.

    Source: https://docs.github.com/en/apps/sharing-github-apps/
    registering-a-github-app-from-a-manifest.
    """
    try:
        document = _Document.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"the App's manifest cannot be read: {error}") from None
    return Manifest(
        permissions=dict(document.default_permissions), events=tuple(document.default_events)
    )
