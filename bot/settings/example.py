"""The text of ``.env.example``, written from the variables so that it cannot fall behind."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.core.playbook import Level
from bot.core.times import spell_by_level
from bot.settings.settings import Settings

_HEAD = """\
# Tipstaff's settings. Copy this file to .env and fill in what has no '#' before it; a line with
# '#' before it shows a default, or an example. The environment goes before this file.
# Written by `make docs` from bot/settings.
"""


def example() -> str:
    """Return ``.env.example``: every variable, why it is there, and its default."""
    return "\n".join([_HEAD, *_blocks()])


def _blocks() -> Iterator[str]:
    for info in Settings.model_fields.values():
        comment = "\n".join(f"# {line}" for line in (info.description or "").splitlines())
        yield f"{comment}\n{_assignment(info)}\n"


def _assignment(info: FieldInfo) -> str:
    name = info.validation_alias
    if info.is_required():
        return f"{name}="
    return f"# {name}={_text(info.default) or _example(info)}"


def _example(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    return str(extra["example"]) if isinstance(extra, dict) else ""


def _text(default: Any) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, timedelta):
        return f"{default.total_seconds():g}"
    if isinstance(default, Mapping) and Level.HIGH in default:
        return spell_by_level(default)
    return str(default) if default or default == 0 else ""
