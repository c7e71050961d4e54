"""What can go wrong between Tipstaff and its state database."""

from bot.core.errors import TipstaffError


class StoreUnavailable(TipstaffError):
    """The database did not do what was asked: not reachable, full, locked, or closed.

    Nothing of the operation was written; asking again later is safe.
    """
