"""Says what is doubtful about playbooks that load: slips that would keep them from ever firing."""

from bot.lint.lint import lint

__all__ = ["lint"]
