"""Making other people's text harmless in GitHub's Markdown: shown exactly, never alive.

Every value from an event is an attacker's to choose. It is masked, its invisible characters are
made visible, and it goes into a code span or a fenced block, where GitHub makes no mention, link,
reference, image or HTML of it (GitHub Flavored Markdown 6.1, 4.5; GitHub's own filters skip
``code`` and ``pre``). Only :class:`Markdown` passes unchanged.
"""

import re
import unicodedata
from typing import Any, Final

import orjson

from bot.respond.masking import mask

LIMIT: Final = 240
"""Characters of a value shown in running text; the rest is cut and marked with an ellipsis."""

_READ_AT_MOST: Final = 2_000
"""A value longer than this is cut before masking, so no expression runs over megabytes."""

# Enterprise-managed users carry a short code after an underscore.
_LOGIN: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]{2,8})?"
)

_MENTION: Final = re.compile(r"@[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)?")


class Markdown(str):
    """Text that is meant as Markdown: written by us, or already made harmless."""

    __slots__ = ()


def is_login(text: str) -> bool:
    """Tell whether ``text`` can be a person's login by GitHub's pattern; ``x[bot]`` cannot."""
    return _LOGIN.fullmatch(text) is not None


def visible(text: str) -> str:
    """Return ``text`` on one line, with control, bidi and zero-width characters spelled out."""
    text = text.replace("\r\n", "\n")
    return "".join(character if _shows(character) else _spell(character) for character in text)


def _shows(character: str) -> bool:
    if " " <= character <= "~":
        return True
    # Cf: bidi and zero-width; Cc: controls; Cs, Co, Cn: no character at all; Z*: odd spaces.
    return unicodedata.category(character)[0] not in "CZ" and character not in _BLANK


_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")


def _spell(character: str) -> str:
    if character in "\n\u2028\u2029":
        return " ⏎ "
    if character in "\t\u00a0\u3000":
        return " "
    return f"⟨U+{ord(character):04X}⟩"


def plain(value: Any, limit: int = LIMIT) -> str:
    """Return a value as one line of text, at most ``limit`` characters: masked and visible."""
    text = value if isinstance(value, str) else _spelled(value)
    text = visible(mask(text[:_READ_AT_MOST])).strip()
    # No value may carry a marker that Tipstaff would later take for its own.
    text = _short_runs(_without_comments(text))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _without_comments(text: str) -> str:
    return text.replace("<!--", "\u2039!--").replace("-->", "--\u203a")


def _short_runs(text: str) -> str:
    # Or a value of backticks alone would need a fence as long as itself, twice.
    return re.sub(r"`{9,}", lambda run: f"⟨{len(run[0])} backticks⟩", text)


def _spelled(value: Any) -> str:
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (orjson.JSONEncodeError, RecursionError):
        return repr(value)


def code(value: Any, limit: int = LIMIT) -> Markdown:
    """Return a value as a code span that nothing in it can end."""
    if isinstance(value, Markdown):
        return value
    text = plain(value, limit)
    if not text:
        return Markdown("(empty)")
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return Markdown(f"{fence}{pad}{text}{pad}{fence}")


def cell(value: Any, limit: int = LIMIT) -> Markdown:
    """Return a value as a code span for a table cell; Markdown passes as it is."""
    return value if isinstance(value, Markdown) else in_cell(code(value, limit))


def in_cell(text: Markdown) -> Markdown:
    r"""Return Markdown for a table cell: a pipe in it does not end the cell.

    GFM reads ``\|`` as a pipe inside a cell; after another backslash it does not, so there the
    full-width pipe stands in.
    """
    return Markdown(text.replace("\\|", "\\\uff5c").replace("|", "\\|"))


def codes(value: Any, limit: int = LIMIT, most: int = 20) -> Markdown:
    """Return a value, or each of a list of values, as code spans separated by commas."""
    if not isinstance(value, list | tuple):
        return code(value, limit)
    shown = [code(item, limit) for item in value[:most]]
    if len(value) > most:
        shown.append(Markdown(f"and {len(value) - most} more"))
    return Markdown(", ".join(shown)) if shown else Markdown("(none)")


def sentence(text: str, limit: int = 400) -> Markdown:
    """Return a plain sentence with values in it as Markdown for running text or a table cell.

    Words stay words; whatever could be more than a word (a path, a login, a link, a reference, a
    commit, markup) becomes a code span.
    """
    return Markdown(" ".join(_word(token) for token in plain(text, limit).split(" ")))


def _word(token: str) -> str:
    found = _PLAIN_WORD.fullmatch(token)
    if not token or (found and not _REFERENCE.fullmatch(found[1])):
        return token
    trailing = re.fullmatch(r"(.*[^.,;:!?])([.,;:!?]+)", token)
    core, rest = (trailing[1], trailing[2]) if trailing else (token, "")
    return cell(core) + rest


_PLAIN_WORD: Final = re.compile(r"\(?([A-Za-zÀ-ÿ0-9]+(?:['-][A-Za-zÀ-ÿ0-9]+)*)\)?[.,;:!?]*")

_REFERENCE: Final = re.compile(r"(?i:.*gh-\d.*|[0-9a-f]{7,40})")
"""What GitHub makes a link of although it looks like a word: an issue, a commit."""


def block(text: str, language: str = "", limit: int = 8_000) -> Markdown:
    """Return text of several lines as a fenced block that nothing in it can end."""
    masked = mask(text[: 4 * limit])
    lines = [visible(line) for line in masked.replace("\r\n", "\n").split("\n")]
    shown = _short_runs(_without_comments("\n".join(lines)))
    if len(shown) > limit:
        shown = shown[: limit - 1] + "…"
    fence = "`" * max(3, _longest_run(shown) + 1)
    return Markdown(f"{fence}{language}\n{shown}\n{fence}")


def prose(text: str) -> Markdown:
    """Return a playbook author's text as Markdown without HTML and without live mentions."""
    safe = mask(text.strip()).replace("&", "&amp;").replace("<", "&lt;")
    return Markdown(_MENTION.sub(lambda found: f"`{found[0]}`", safe))


def title(text: str, limit: int = 200) -> str:
    """Return text for an issue's title: one line that mentions, links and marks up nothing."""
    shown = plain(text, limit)
    for live, dead in _IN_TITLES:
        shown = shown.replace(live, dead)
    return re.sub(r"#(?=\d)", "\uff03", re.sub(r"(?i)\b(gh)-(?=\d)", "\\1\u2011", shown))[:limit]


_IN_TITLES: Final = (
    ("@", "\uff20"),
    ("`", "'"),
    ("<", "\u2039"),
    (">", "\u203a"),
    ("://", "[:]//"),
    ("www.", "www[.]"),
)


def link(text: str, url: str | None) -> Markdown:
    """Return a link to a page that GitHub or the operator named; without a plain address, text."""
    if url is None or not _ADDRESS.fullmatch(url):
        return code(text)
    # In a code span nothing of the text can end the link.
    return Markdown(f"[{code(text)}]({url})")


_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/#?=&%+:,-]*)?")


def mention(login: str | None) -> Markdown:
    """Return a live mention of a person; of anything that cannot be a login, inert text."""
    if login is None:
        return Markdown("someone")
    return Markdown(f"@{login}") if is_login(login) else code(login)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
