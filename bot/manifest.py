"""The App's manifest (``app.yml``, as Probot reads it): what the App may do and is told of."""

from collections.abc import Iterator, Mapping
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


def read_manifest(text: str, path: str = "app.yml") -> Manifest:
    """Read a manifest; raise `ConfigurationError` that says, for ``path``, what does not fit.

    Source: https://docs.github.com/en/apps/sharing-github-apps/
    registering-a-github-app-from-a-manifest.
    """
    try:
        data = yaml.safe_load(text)
        if not isinstance(data, dict):
            raise ConfigurationError(f"{path}: the App's manifest must be a mapping (key: value)")
        document = _Document.model_validate(data)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise ConfigurationError(f"{path}{where}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigurationError("\n".join(_faults(error, path))) from None
    return Manifest(
        permissions=dict(document.default_permissions), events=tuple(document.default_events)
    )


def _faults(error: Exception, path: str) -> Iterator[str]:
    if not isinstance(error, ValidationError):
        yield f"{path}: not usable YAML: {str(error).splitlines()[0]}"
        return
    for fault in error.errors():
        where = ".".join(map(str, fault["loc"]))
        yield f"{path}: {where}: {fault['msg']}"
