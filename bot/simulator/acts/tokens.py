"""What a person does about tokens."""

from collections.abc import Sequence
from datetime import datetime

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import tokens
from bot.simulator.setup import chosen
from bot.simulator.state.tokens import Permissions, Selection


class TokenActs(Actor):
    """Acts about fine-grained tokens."""

    async def request_token(
        self,
        name: str,
        permissions: Permissions,
        *,
        repositories: Selection | Sequence[str] = "all",
        expires_at: datetime | None = None,
        reason: str | None = None,
    ) -> int:
        """Ask that a fine-grained token may reach the organisation; gives the request's id.

        ``personal_access_token_request`` ``created``.
        """
        selection, names = chosen(repositories)
        return tokens.request(
            self._world,
            self.user,
            name=name,
            permissions=permissions,
            selection=selection,
            repositories=names,
            expires_at=expires_at,
            reason=reason,
        ).id

    async def approve_token_request(self, request: int) -> int:
        """Say yes: ``personal_access_token_request`` ``approved``; gives the grant's id."""
        return tokens.approve(self._world, self.user, request).id

    async def deny_token_request(self, request: int) -> None:
        """Say no: ``personal_access_token_request`` ``denied``."""
        tokens.deny(self._world, self.user, request)

    async def cancel_token_request(self, request: int) -> None:
        """Take one's request back: ``personal_access_token_request`` ``cancelled``."""
        tokens.cancel(self._world, self.user, request)
