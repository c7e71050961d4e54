"""Where a call goes: an RFC 6570 template filled safely, and links that stay at home."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from uritemplate import URITemplate
from yarl import URL

from bot.core.errors import Refused

_QUERY: Final = ("?", "&")


@lru_cache(maxsize=512)
def _places(template: str) -> tuple[tuple[str, bool], ...]:
    """Return every variable of a template and whether it belongs to the query."""
    return tuple(
        (name, variable.operator.value in _QUERY)
        for variable in URITemplate(template).variables
        for name in variable.variable_names
    )


def check_variables(template: str, variables: Mapping[str, str | int]) -> None:
    """Refuse values that would turn a call into another one.

    An empty value, ``.`` or ``..`` in the path names a different resource than the template
    says. Raises `Refused` for a bad value and `ValueError` for a variable nobody gave.
    """
    for name, in_query in _places(template):
        if in_query:
            continue
        if name not in variables:
            raise ValueError(f"{template} needs a value for {{{name}}}")
        if any(part in {"", ".", ".."} for part in str(variables[name]).split("/")):
            raise Refused(f"{template}: {variables[name]!r} is no usable value for {{{name}}}")


def with_page_size(template: str) -> str:
    """Ask for the largest pages a list gives, unless the template already says how large."""
    if "per_page" in template:
        return template
    if "{?" in template:
        return template.replace("{?", "{?per_page,", 1)
    return f"{template}{{&per_page}}" if "?" in template else f"{template}{{?per_page}}"


def same_origin(url: URL, home: URL) -> bool:
    """Whether a link GitHub gave leads to the API itself, where the token may be shown."""
    return (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port)
