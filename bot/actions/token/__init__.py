"""Tokens: telling what one may do above what is allowed, revoking it, denying it."""
