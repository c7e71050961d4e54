"""What a guard can decide; every decision but the first explains itself in a sentence."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Allow:
    """Nothing speaks against it."""

    allowed: Literal[True] = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A person has to approve it first; ``reason`` is a sentence for them."""

    reason: str
    allowed: Literal[False] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Refuse:
    """It must not be done, whoever approves; ``reason`` is a sentence for people."""

    reason: str
    allowed: Literal[False] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """It is not the time: something else has to end first; ``reason`` says what."""

    reason: str
    allowed: Literal[False] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """There is nothing to change any more; ``reason`` is a sentence for people."""

    reason: str
    allowed: Literal[False] = False


Decision = Allow | Ask | Refuse | Wait
"""What is decided before anything is looked at; `Leave` follows only from a look at the thing."""
