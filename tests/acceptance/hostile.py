"""What an attacker writes, and what a reader's page makes of Tipstaff's text."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKER = "<!-- tipstaff:case:0123456789abcdef0123 -->"
TEXT = (
    "@acme/everyone https://evil.example/x www.evil.example [click](https://evil.example) "
    "![i](https://evil.example/i.png) <img src=x onerror=alert(1)> <!-- hidden --> {{ 7*7 }} "
    f"{{% raw %}} ${{7*7}} {MARKER} </details></td> | ``` ` ~~~ #1 GH-1 acme/payments#1 "
    "\u202egnp.exe *bold* &lt;b&gt; 49"
)
LINES = f"{TEXT}\n\n{MARKER}\n</details>\n\n```\n# {TEXT}\n- @olivia\n/approve\n> {TEXT}\n"

_AUTHORS = (
    "https://docs.example.org/",
    "https://docs.github.com/",
    "https://github.blog/",
    "https://attack.mitre.org/",
)
_PARSER = MarkdownIt("gfm-like", {"linkify": True, "html": True})
_OURS = re.compile(
    r"</?details>|<summary>Evidence: why this matched, and the event</summary>"
    r"|<!-- tipstaff:(?:case|step):[A-Za-z0-9_.:-]+ -->"
)
_MENTION = re.compile(r"(?<![\w`])@[A-Za-z0-9][A-Za-z0-9-]*(?:/[\w-]+)?")
_REFERENCE = re.compile(r"(?<![\w&])(?:[\w.-]+/[\w.-]+)?#\d+\b|\bGH-\d+", re.IGNORECASE)


def tokens(body: str) -> Iterator[Token]:
    """Yield every token of a body, those inside of lines too."""
    for token in _PARSER.parse(body):
        yield token
        yield from token.children or ()


def foreign_links(body: str) -> list[str]:
    """Return where links and images lead to, but for those that a playbook's author set."""
    targets = (
        str(token.attrs.get("href") or token.attrs.get("src"))
        for token in tokens(body)
        if token.type in {"link_open", "image"}
    )
    return [target for target in targets if not target.startswith(_AUTHORS)]


def foreign_html(body: str) -> list[str]:
    """Return the HTML of a body that is not our own folding and markers."""
    html = [token.content for token in tokens(body) if token.type in {"html_block", "html_inline"}]
    return [left for part in html if (left := _OURS.sub("", part).strip())]


def running_text(body: str) -> str:
    """Return the text in which GitHub looks for mentions and references: no code, no HTML."""
    return "\n".join(token.content for token in tokens(body) if token.type == "text")


def mentions(body: str) -> list[str]:
    """Return whom a body would notify."""
    return _MENTION.findall(running_text(body))


def references(body: str) -> list[str]:
    """Return the issues that a body would cross-reference."""
    return _REFERENCE.findall(running_text(body))
