"""Actions that bring one thing to a wanted state, whatever event they answer."""

from abc import abstractmethod
from typing import ClassVar

from bot.actions.base import Action, P, Situation
from bot.actions.change import CannotChange, Change, put_back, restore
from bot.respond.step import Receipt, StepState


class ChangingAction(Action[P]):
    """Looks, compares, asks the guards, acts, looks again; its undo brings back what was found."""

    changes: ClassVar[bool] = True
    undo_note: ClassVar[str] = "`/undo` brings back what was found, unless it has changed since."

    @abstractmethod
    async def change(self, situation: Situation, params: P) -> Change:
        """Return the change to make, by present names.

        Raises `CannotChange` when it can't be made, saying what a person can do.
        """

    async def apply(self, situation: Situation, params: P) -> Receipt:
        """Make the change, at most once in effect."""
        try:
            return await put_back(situation, await self.change(situation, params))
        except CannotChange as reason:
            return Receipt(state=StepState.BLOCKED, summary=str(reason))

    async def undo(self, situation: Situation, params: P, done: Receipt) -> Receipt:
        """Bring back the state that ``done`` recorded."""
        return await self._restore(situation, params, done)

    async def redo(self, situation: Situation, params: P, undone: Receipt) -> Receipt:
        """Bring back the state that the undo found, unless it has changed since."""
        return await self._restore(situation, params, undone)

    async def _restore(self, situation: Situation, params: P, done: Receipt) -> Receipt:
        try:
            return await restore(situation, await self.change(situation, params), done)
        except CannotChange as reason:
            return Receipt(state=StepState.BLOCKED, summary=str(reason))
