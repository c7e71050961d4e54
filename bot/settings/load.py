"""From variables to settings: every mistake found at once, each with what to set instead."""

import difflib
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Final, get_args

from dotenv import dotenv_values
from pydantic import SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.core.errors import ConfigurationError
from bot.settings.settings import Settings

Read = Callable[[str], str]
"""Return a text file's content by its path; raise ``OSError`` when it cannot be read."""

DOTENV: Final = ".env"
# Read by the project's own tests, not by the program: an environment may hold it all the same.
_NOT_OURS: Final = frozenset({"TIPSTAFF_REQUIRE_POSTGRES"})
_FIELDS: Final = {str(info.validation_alias): info for info in Settings.model_fields.values()}


def load_settings(environ: Mapping[str, str], *, read: Read) -> Settings:
    """Return the settings, or raise `ConfigurationError` with a line for each mistake.

    The environment goes before ``.env`` (which need not exist); a variable set to nothing counts
    as not set. ``read`` gets the path ``.env`` and what PRIVATE_KEY_PATH names.
    """
    problems: list[str] = []
    variables = _variables(environ, read, problems)
    problems += _unknown(variables)
    known = {name: variables[name] for name in _FIELDS if name in variables}
    _find_key(known, read, problems)
    _find_api(known, problems)
    settings = None
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        problems += [
            _sentence(detail, known) for detail in error.errors() if not _told(detail, problems)
        ]
    if settings is None or problems:
        raise ConfigurationError("\n".join(problems))
    return settings


def load_database_url(environ: Mapping[str, str], *, read: Read) -> str:
    """Return DATABASE_URL alone, for commands that need no App; errors as `load_settings`."""
    problems: list[str] = []
    text = _variables(environ, read, problems).get("DATABASE_URL")
    if problems:
        raise ConfigurationError("\n".join(problems))
    field = _FIELDS["DATABASE_URL"]
    url = field.default if text is None else TypeAdapter(SecretStr).validate_python(text)
    return str(url.get_secret_value())


def _variables(environ: Mapping[str, str], read: Read, problems: list[str]) -> dict[str, str]:
    """Return the variables that hold something, from ``.env`` and then from the environment."""
    try:
        text = read(DOTENV)
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        text = ""
        problems.append(f"{DOTENV} cannot be read ({_why(error)}); mend it or remove it")
    file = dotenv_values(stream=StringIO(text), interpolate=False)
    return {
        name: value
        for variables in (file, environ)
        for name, value in variables.items()
        if value and value.strip()
    }


def _unknown(variables: Mapping[str, str]) -> list[str]:
    ours = {name for name in variables if name.startswith("TIPSTAFF_")} - _NOT_OURS
    return [
        f"{name} is not a variable of Tipstaff; {_nearest(name)}"
        for name in sorted(ours - _FIELDS.keys())
    ]


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, _FIELDS, n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else "remove it (.env.example lists all there are)"


def _find_key(known: dict[str, str], read: Read, problems: list[str]) -> None:
    """Put the key's text at PRIVATE_KEY, from the file when a path is given instead."""
    path = known.get("PRIVATE_KEY_PATH")
    if path is None:
        return
    if "PRIVATE_KEY" in known:
        problems.append("PRIVATE_KEY and PRIVATE_KEY_PATH are both set; keep one of them")
        return
    try:
        text = read(path)
    except (OSError, UnicodeDecodeError) as error:
        wants = _wants(_FIELDS["PRIVATE_KEY_PATH"])
        problems.append(
            f"PRIVATE_KEY_PATH={path!r} cannot be read ({_why(error)}); set it to {wants}"
        )
        return
    if text.strip():
        known["PRIVATE_KEY"] = text
    else:
        problems.append(f"PRIVATE_KEY_PATH={path!r} is an empty file; put the App's key there")


def _find_api(known: dict[str, str], problems: list[str]) -> None:
    """Put the API's root at GITHUB_API_URL, from GHE_HOST when that is given instead."""
    host, url = known.get("GHE_HOST"), known.get("GITHUB_API_URL")
    if url is not None:
        known["GITHUB_API_URL"] = url = url.strip().rstrip("/")
    if host is None:
        return
    known["GHE_HOST"] = host = host.strip()
    expected = f"https://{host}/api/v3"
    if url not in (None, expected):
        problems.append(
            f"GHE_HOST and GITHUB_API_URL name different places ({expected} and {url}); keep one"
        )
    known["GITHUB_API_URL"] = expected


def _told(detail: ErrorDetails, problems: list[str]) -> bool:
    """Tell whether a mistake is the shadow of one that was already named: a key not found."""
    return detail["loc"][0] == "PRIVATE_KEY" and any(
        "PRIVATE_KEY_PATH" in line for line in problems
    )


def _sentence(detail: ErrorDetails, known: Mapping[str, str]) -> str:
    """Say in one line what is wrong with a variable and what to set; never show a secret."""
    name = str(detail["loc"][0])
    field = _FIELDS[name]
    if detail["type"] == "missing":
        return f"{name} is not set; set it to {_wants(field)}"
    value = "" if _is_secret(field.annotation) else f"={_shown(known[name])}"
    return f"{name}{value} does not fit; set it to {_wants(field)}"


def _is_secret(kind: object) -> bool:
    return kind is SecretStr or any(map(_is_secret, get_args(kind)))


def _shown(value: str) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _wants(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra["wants"]) if isinstance(extra, dict) else ""


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8 text"
