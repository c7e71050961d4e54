"""What a person says themselves in a comment: not what they quote, show as code, or hide.

A reader of the page decides: lines are taken as GitHub's Markdown takes them (GitHub Flavored
Markdown 3 to 5). Where that is in doubt, a line is taken for somebody else's.
"""

import re
from collections.abc import Iterator
from typing import Final

_LINE: Final = re.compile(r"\r\n|\n|\r")
"""Markdown's line endings. Others show nowhere: a quoted line would be cut in two by them."""

# A fence may stand in a list; with backticks in what follows it, it is code within a line.
_ITEM: Final = r"[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*"
_FENCE: Final = re.compile(_ITEM + r"(?:(`{3,})[^`]*|(~{3,}).*)")
_FENCE_END: Final = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*")
_QUOTE: Final = re.compile(_ITEM + r">[ \t>]*")
_INDENTED: Final = ("    ", "\t")
_CODE_SPAN: Final = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_HTML: Final = re.compile(r" {0,3}<(pre|code|blockquote|script|style|textarea)\b", re.IGNORECASE)

_MAIL: Final = re.compile(
    r"<(?:notifications|noreply|reply\+[^@>\s]{1,300})@[^>\s]{1,200}>"
    r"|\*\*\*@\*\*\*\.\*\*\*"
    r"|^[ \t]*-{2,}[ \t]*Original Message[ \t]*-{2,}[ \t]*$",
    re.IGNORECASE,
)
"""Where a mail program puts what was said before below an answer, without marking it as a quote.

GitHub's notifications come from such addresses, whatever the language of the words around them; in
a comment made of a mail, GitHub shows addresses as asterisks (seen on public issues, documented
nowhere).
"""


def spoken(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the lines a person says themselves, and whether each is the first that is not blank."""
    reader = _Reader()
    first = True
    for line in _LINE.split(text):
        if not reader.is_inside and _MAIL.search(line):
            return
        said = reader.read(line)
        if said.strip():
            yield first, said
        first = first and not line.strip()


class _Reader:
    """Reads line by line, and remembers in what a line stands."""

    def __init__(self) -> None:
        self._fence = ""
        self._until: re.Pattern[str] | None = None  # what ends hidden text or raw HTML
        self._quoting = False
        self._blank_before = True

    @property
    def is_inside(self) -> bool:
        """Whether what was begun on an earlier line goes on: code, or what is hidden."""
        return bool(self._fence) or self._until is not None

    def read(self, line: str) -> str:
        """Return what is said in a line; nothing where it is not the person's own."""
        blank = not line.strip()
        if self.is_inside:
            self._go_on(line)
            said = ""
        elif _QUOTE.match(line) or (self._quoting and not blank):
            # A quoted paragraph goes on in the lines right below it, as it does on the page.
            self._quoting = _QUOTE.fullmatch(line) is None
            self._blank_before = False
            return ""
        else:
            said = self._begin(line)
        self._quoting, self._blank_before = False, blank
        return said

    def _go_on(self, line: str) -> None:
        """Look whether code, or what is hidden, ends with a line; all of the line is part of it."""
        if self._fence:
            end = _FENCE_END.fullmatch(line)
            if end is not None and end[1].startswith(self._fence):
                self._fence = ""
        elif self._until is not None and self._until.search(line):
            self._until = None

    def _begin(self, line: str) -> str:
        fence, html = _FENCE.fullmatch(line), _HTML.match(line)
        if fence is not None:
            self._fence = fence[1] or fence[2]
        elif html is not None:
            self._until = re.compile(rf"</{html[1]}\s*>", re.IGNORECASE)
            self._go_on(line)
        elif not (self._blank_before and line.startswith(_INDENTED)):
            return self._uncommented(line)
        return ""

    def _uncommented(self, line: str) -> str:
        """Return a line without HTML comments; one that does not end hides what follows."""
        bare = _CODE_SPAN.sub(lambda span: "x" * len(span[0]), line)
        kept, at = "", 0
        while (begin := bare.find("<!--", at)) >= 0:
            kept += line[at:begin]
            end = bare.find("-->", begin + 4)
            if end < 0:
                self._until = re.compile("-->")
                return kept
            at = end + 3
        return kept + line[at:]
