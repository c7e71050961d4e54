"""``python -m bot`` is the ``tipstaff`` command."""

from bot.cli import main

main()
