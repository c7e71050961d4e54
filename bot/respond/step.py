"""One thing to be done about an alert, and the receipt for having done it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


class StepState(StrEnum):
    """Where a step stands; `bot.respond.life` holds the table of what may follow what."""

    PLANNED = "planned"  # to be done as soon as a worker is free
    WAITING = "waiting"  # for its time, or for earlier steps to end
    OBSERVED = "observed"  # would have been done; the mode says only to watch
    AWAITING = "awaiting"  # waits for a person's approval
    RUNNING = "running"  # intent saved; the call is being made, or its maker died
    RETRYING = "retrying"  # GitHub was not available; tried again at `next_at`
    DONE = "done"  # took effect, and was seen to
    UNCHANGED = "unchanged"  # the present was already right, or has moved on
    SKIPPED = "skipped"  # its condition was not true when its turn came
    BLOCKED = "blocked"  # a guard said no
    FAILED = "failed"  # GitHub refused, or the tries ran out
    DENIED = "denied"  # a person said no
    EXPIRED = "expired"  # nobody decided in time
    UNDONE = "undone"  # was done, and was put back later


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """Where a case lives at GitHub.

    ``id`` stays when the repository gets another name; ``None`` when it is not known.
    """

    repository: str
    number: int
    url: str
    id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What came of a step.

    ``state`` is the step's next state (done, unchanged, blocked, awaiting, and failed for what may
    have been made in part); ``summary`` one plain
    sentence for people; ``before`` and ``after`` the state of the thing, enough to undo it.
    ``effect`` is what the step set, as ``kind:subject=value`` (``org-role:acme/carol=member``):
    how a source without an actor recognises Tipstaff's own act; several stand one a line.
    ``issue`` is set by a step that opened or found the case's issue. ``undoable`` says that a
    person's ``/undo`` can put back what was done, ``right`` that nothing was done
    because the present was right already.
    """

    state: StepState
    summary: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    effect: str | None = None
    url: str | None = None
    issue: Issue | None = None
    undoable: bool = False
    right: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """One person's word that a step may be made, and the comment it was given in.

    ``comment`` is the comment's number at GitHub, ``repository`` (``owner/name``) where it was
    written, which the case may have left since (empty: where the case is), ``text`` the hash of
    what it said and ``edited_at`` what GitHub told of its last change, both when it came in: it
    counts only as long as it stands as it was written. ``at`` is when it was written, by GitHub's
    clock in whole seconds, ``heard_at`` when it was recorded.
    """

    by: str
    comment: int | None = None
    repository: str = ""
    text: str = ""
    edited_at: str = ""
    at: datetime
    heard_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One recorded step: unique by ``alert_id`` and ``position``.

    ``kind`` tells an action applied from one put back, and from one made again after that
    (``undo_of`` names the step). An answer to a person's command is a step too, with no alert.
    ``approved_by`` is the login that allowed it, the last of those whose ``approvals`` it needs;
    while it waits for them, it is asked for until ``ask_until`` (``None``: without an end). Steps
    of one ``lane`` are made one at a time, whatever their cases: each decides by what the one
    before it left; ``subject`` is the key of what it changes (`bot.respond.subject`). ``needs``
    are the positions of the alert's steps that must have ended before; ``late`` says that its
    condition and texts are judged when its turn comes, and not yet were. ``intent_at`` is when it
    was last about to be made: set, and no receipt, means that the outcome is unknown. ``intent``
    is the receipt of what was then to be written, saved before the write: it tells what was there.
    ``sent``: a write of an earlier try may have taken effect, though no success was seen; it stays
    set until the step ends.
    """

    id: str
    case_id: str
    alert_id: str | None
    installation: int
    position: int
    action: str
    params: Mapping[str, Any]
    kind: Literal["apply", "undo", "redo"] = "apply"
    undo_of: str | None = None
    state: StepState = StepState.PLANNED
    attempts: int = 0
    next_at: datetime
    intent_at: datetime | None = None
    finished_at: datetime | None = None
    approved_by: str | None = None
    approvals: tuple[Approval, ...] = ()
    ask_until: datetime | None = None
    lane: str | None = None
    subject: str | None = None
    needs: tuple[int, ...] = ()
    late: bool = False
    sent: bool = False
    error: str = ""
    receipt: Receipt | None = None
    intent: Receipt | None = None
