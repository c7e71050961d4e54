"""Takes the README's picture: an issue that the demo's bot opened, as a browser shows it.

Needs Chromium and an emoji font (Debian: apt-get install chromium fonts-noto-color-emoji).
Run `python -m tools.issue_picture`.
"""

import asyncio
import html
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from bot import logs
from bot.demo.stage import ORG, staged
from bot.demo.story import collaborator

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "issue.png"
SIZE = "900,1350"
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 14px/1.5 "DejaVu Sans", sans-serif; color: #1f2328; margin: 20px; }}
h1 {{ font-size: 22px; font-weight: 400; margin: 0 0 4px; }} h1 span {{ color: #59636e; }}
.state {{ background: #1f883d; color: #fff; border-radius: 2em; padding: 4px 12px; }}
.label {{ border-radius: 2em; padding: 1px 9px; font-size: 12px; margin-left: 6px;
  background: #ddf4ff; color: #0969da; }}
.box {{ border: 1px solid #d1d9e0; border-radius: 6px; margin-top: 16px; }}
.head {{ background: #f6f8fa; padding: 8px 16px; border-bottom: 1px solid #d1d9e0;
  color: #59636e; }}
.head b {{ color: #1f2328; }} .body {{ padding: 4px 16px; }}
h2, h3 {{ font-size: 16px; margin: 18px 0 8px; border: 0; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #d1d9e0; padding: 4px 12px;
  text-align: left; }} thead:not(:has(th:not(:empty))) {{ display: none; }}
code {{ background: #eff1f3; border-radius: 6px; padding: 2px 5px; font-size: 85%; }}
a {{ color: #0969da; text-decoration: none; }} .mention {{ font-weight: 600; }}
</style>
<h1>{title} <span>#{number}</span></h1>
<p><span class="state">Open</span>{labels}</p>
<div class="box"><div class="head"><b>tipstaff</b> bot opened this issue</div>
<div class="body">{body}</div></div>"""


def page_of(issue: dict[str, Any]) -> str:
    """Return an issue as a page that looks like GitHub's."""
    body = MarkdownIt("gfm-like").render(str(issue["body"]))
    labels = (html.escape(label["name"]) for label in issue["labels"])
    return PAGE.format(
        title=html.escape(str(issue["title"])),
        number=issue["number"],
        labels="".join(f'<span class="label">{label}</span>' for label in labels),
        body=body,
    )


async def opened() -> dict[str, Any]:
    """Play the demo's first scene and return the issue it led to."""
    async with staged(ROOT / "playbooks", ROOT / "lists", ROOT / "app.yml") as stage:
        await collaborator(stage)
        return stage.sim.issues(f"{ORG}/payments")[0]


def take(page: str) -> None:
    """Let a browser draw the page into the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "issue.html"
        source.write_text(page, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder}/profile", f"--window-size={SIZE}"]
        subprocess.run(  # noqa: S603 - our own page, in a browser the author installed
            [*command, f"--screenshot={PICTURE}", source.as_uri()], check=True, capture_output=True
        )


if __name__ == "__main__":
    logs.configure(level="error", json=False, stream=sys.stderr)
    take(page_of(asyncio.run(opened())))
