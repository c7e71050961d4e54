"""What a playbook says of itself: Sigma's metadata, checked by pySigma."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sigma import exceptions as sigma
from sigma.rule import SigmaRule
from sigma.rule.attributes import SigmaStatus

from bot.core.playbook import Level, Playbook, Response
from bot.core.problem import Severity
from bot.detect.rule import LogSource
from bot.detect.section import Section, shown
from bot.detect.suggest import closest

_SIGMA_KEYS = (
    *("title", "id", "name", "taxonomy", "related", "status", "description", "license"),
    *("references", "author", "date", "modified", "tags", "fields", "falsepositives", "level"),
    *("scope", "logsource", "detection"),
)
KNOWN_KEYS = frozenset((*_SIGMA_KEYS, "correlation", "filter", "response", "tests", "baseline"))
_LEVELS = ", ".join(Level)
_STATUSES = ", ".join(status.name.lower() for status in SigmaStatus)
_DATE = "must be a date: write yyyy-mm-dd"
_FINDINGS: Mapping[type[sigma.SigmaError], tuple[str, str]] = {
    sigma.SigmaNameError: ("name", "must be a text that is not empty"),
    sigma.SigmaTypeError: ("name", "must be a text"),
    sigma.SigmaTaxonomyError: ("taxonomy", "must be a text"),
    sigma.SigmaRelatedError: (
        "related",
        "must be a list of mappings with 'id' (a UUID) and 'type' (such as derived)",
    ),
    sigma.SigmaLevelError: ("level", f"must be one of {_LEVELS}"),
    sigma.SigmaStatusError: ("status", f"must be one of {_STATUSES}"),
    sigma.SigmaTagError: ("tags", "must be a list of texts"),
    sigma.SigmaValueError: ("tags", "must each be 'namespace.name', such as attack.t1098"),
    sigma.SigmaDateError: ("date", _DATE),
    sigma.SigmaModifiedError: ("modified", _DATE),
    sigma.SigmaFieldsError: ("fields", "must be a list of field names"),
    sigma.SigmaFalsePositivesError: ("falsepositives", "must be a list of texts"),
    sigma.SigmaAuthorError: ("author", "must be one text"),
    sigma.SigmaDescriptionError: ("description", "must be a text"),
    sigma.SigmaReferencesError: ("references", "must be a list of texts"),
    sigma.SigmaScopeError: ("scope", "must be a list of texts"),
    sigma.SigmaLicenseError: ("license", "must be a text"),
}
_STEERING: Final = frozenset({"title", "name", "level"})
"""The rest only describes: a slip in it is told, but does not keep a rule from standing guard."""


def read_playbook(section: Section, response: Response) -> Playbook:
    """Return the metadata; what is not usable is noted and left empty."""
    _warn_of_near_misses(section)
    _check_by_sigma(section)
    _check_taxonomy(section)
    return Playbook(
        id=_id(section),
        title=_title(section),
        level=_level(section),
        place=section.document.place(*section.path),
        description=_text(section, "description").strip(),
        status=_text(section, "status") or "experimental",
        author=_text(section, "author"),
        date=_text(section, "date"),
        tags=_texts(section, "tags"),
        references=_texts(section, "references"),
        falsepositives=_texts(section, "falsepositives"),
        fields=_texts(section, "fields"),
        response=response,
    )


def read_logsource(section: Section) -> LogSource | None:
    """Return the log source, noting one that no event of GitHub can come from.

    What names another kind of log is a rule all the same, only not one for here. What names none,
    or is nearly GitHub's name, is a slip.
    """
    before = len(section.problems)
    given = {key: _source(section, key) for key in ("product", "service", "category")}
    if len(section.problems) > before or not section.usable:
        return None
    source = LogSource(**given)
    if source.github:
        return source
    place = ("product",) if source.product else ()
    if not (source.product or source.category) or any(map(_nearly_github, given.values())):
        section.note(
            f"the log source is {shown(source.product) if source.product else 'no product'}, and "
            "only GitHub's events are judged: write 'product: github' and 'service: audit'",
            *place,
        )
        return None
    section.note(
        f"the log source is {shown(str(source))}, which GitHub's events never come from: this "
        "playbook guards nothing here; it can be tested, explained and converted",
        *place,
        severity="warning",
        rule="foreign-source",
    )
    return source


def _nearly_github(part: str) -> bool:
    return "github" in part.lower() or closest(part, ["github"], cutoff=0.75) is not None


def _source(section: Section, key: str) -> str:
    """Return one part of the log source; one left empty (``service:``) is not there."""
    return "" if section.data.get(key) is None else section.text(key) or ""


def _warn_of_near_misses(section: Section) -> None:
    """Note keys one letter off a known one: Sigma allows keys of one's own, slips it does not."""
    for key in section.data:
        if key in KNOWN_KEYS:
            continue
        if (meant := closest(key, KNOWN_KEYS, cutoff=0.8)) is not None:
            message = f"unknown key '{key}' is ignored; did you mean '{meant}'?"
            section.note_key(message, key, severity="warning")


def _check_by_sigma(section: Section) -> None:
    data = {key: value for key, value in section.data.items() if key not in ("id", "title")}
    if isinstance(data.get("falsepositives"), str):  # as Sigma's schema has it, unlike pySigma
        del data["falsepositives"]
    try:
        _, errors = SigmaRule.from_dict_common_params({"title": "-", **data}, collect_errors=True)
    except (AttributeError, TypeError, ValueError, KeyError) as fault:
        # pySigma trusts the types inside `related`; the other keys it checks.
        section.note(f"'related' is not usable: {fault}", "related", severity="warning")
        return
    noted = set()
    for error in errors:
        key, wanted = _FINDINGS.get(type(error), ("title", str(error)))
        if key not in noted:
            noted.add(key)
            value = section.data.get(key)
            given = "" if isinstance(value, list) else f", not {shown(value)}"
            severity: Severity = "error" if key in _STEERING else "warning"
            section.note(f"'{key}' {wanted}{given}", key, severity=severity)


def _check_taxonomy(section: Section) -> None:
    found = section.data.get("taxonomy")
    if isinstance(found, str) and found.lower() != "sigma":
        message = (
            f"the taxonomy {shown(found)} is not translated: its fields are looked up as they are "
            "written; write those of GitHub's audit log"
        )
        section.note(message, "taxonomy", severity="warning")


def _id(section: Section) -> str:
    """Return the UUID; it must not change, so a playbook of ours needs one of its own.

    Sigma leaves it out if it likes: a rule that only alerts then has one that follows from its
    title.
    """
    made = str(uuid5(NAMESPACE_URL, f"tipstaff:{section.data.get('title')}"))
    proposal = f"id: {made}"
    if "id" not in section.data and "response" not in section.data and section.usable:
        message = f"no 'id': it is made from the title; add '{proposal}' to keep it for ever"
        section.note(message, severity="warning")
        return made
    if not section.require("id", f"'{proposal}'"):
        return ""
    value = section.data["id"]
    if isinstance(value, str) and (known := _uuid(value)) is not None:
        return known
    if isinstance(value, str) and value.strip() and "response" not in section.data:
        made = str(uuid5(NAMESPACE_URL, f"tipstaff:{value}"))
        message = f"'id' should be a UUID, not {shown(value)}: 'id: {made}' is made from it"
        section.note(message, "id", severity="warning")
        return made
    section.note(f"'id' must be a UUID such as '{proposal}', not {shown(value)}", "id")
    return ""


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _title(section: Section) -> str:
    if not section.require("title", "'title: ...' (what happened, in a few words)"):
        return ""
    title = section.text("title") or ""
    if len(title) > 256:
        section.note("'title' must not be longer than 256 characters", "title")
    return title


def _level(section: Section) -> Level:
    found = section.data.get("level")
    if found is None:
        message = "no 'level': medium is assumed; write one of " + _LEVELS
        section.note(message, "level", severity="warning")
        return Level.MEDIUM
    known = isinstance(found, str) and found.lower() in list(Level)
    return Level(str(found).lower()) if known else Level.MEDIUM


def _text(section: Section, key: str) -> str:
    value: Any = section.data.get(key)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _texts(section: Section, key: str) -> tuple[str, ...]:
    value = section.data.get(key)
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
