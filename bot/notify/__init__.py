"""Floor 3: notices to people outside of GitHub, to the places that the settings name."""

from bot.notify.places import Places, open_places

__all__ = ["Places", "open_places"]
