"""``python -m bot.actions [actions|permissions|app.yml|app-readonly.yml]`` writes a page."""

import sys
from collections.abc import Callable, Mapping
from typing import Final

from bot.actions.page import actions_page, manifest, permissions_page
from bot.actions.permissions import Tier

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "actions": actions_page,
    "permissions": permissions_page,
    Tier.FULL: lambda: manifest(Tier.FULL),
    Tier.READ_ONLY: lambda: manifest(Tier.READ_ONLY),
}

if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "actions"
    if wanted not in PAGES:
        sys.exit(f"no page '{wanted}'; write one of: {', '.join(PAGES)}")
    sys.stdout.write(PAGES[wanted]())
