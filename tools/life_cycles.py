"""Draws the life cycles into docs/architecture.md, between their marks, from the tables."""

from pathlib import Path

from bot.respond.life import diagram, stages

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGIN, END = "<!-- life:begin -->\n", "<!-- life:end -->"


def drawn(page: str) -> str:
    """Return the page with both diagrams, and the table of stages, as the tables now are."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    blocks = [f"```mermaid\n{each.strip()}\n```\n" for each in diagram().split("\n\n")]
    blocks.append(f"{stages()}\n")
    return before + BEGIN + "\n".join(blocks) + END + after


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
