"""A person's word: a comment on a case as it was written, and the steps that answer one."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.respond.alert import Alert, CaseFile
from bot.respond.inert import Markdown
from bot.respond.step import Step

_COMMENT: Final = re.compile(r"#issuecomment-(\d+)$")
_GRANULARITY: Final = timedelta(seconds=1)  # GitHub tells the time of a comment in whole seconds
_CLOCKS_APART: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A comment: by whom, in which delivery, through which installation, when, and its id.

    ``repository`` is where it was written, ``text`` the hash of what it said, ``edited_at`` what
    GitHub told of its last change; ``via`` the App that wrote it in their name, if one did.
    """

    by: str
    delivery_id: str
    installation: int
    written_at: datetime
    comment: int | None = None
    repository: str = ""
    text: str = ""
    edited_at: str = ""
    via: str = ""

    @property
    def name(self) -> str:
        """What tells it from every other: the comment, in however many deliveries it came."""
        return f"comment-{self.comment}" if self.comment is not None else self.delivery_id

    def is_before(self, moment: datetime) -> bool:
        """Whether it was written before something happened here, by clocks that may differ."""
        return self.written_at + _CLOCKS_APART < moment


def is_news(alert: Alert, file: CaseFile, word: Word) -> bool:
    """Tell whether an alert came after a word, so that the word cannot have been about it.

    A delivery may be late by days. Where the alert was told in a comment of its own, GitHub's
    numbering says which came first; otherwise the clocks do.
    """
    url = _told_at(alert, file)
    if url is None:
        return alert.created_at > word.written_at + _GRANULARITY
    told = _number(url)
    if told is None:  # the alert opened the issue, so every comment on it came later
        return alert.created_at > word.written_at + _CLOCKS_APART
    if word.comment is not None and word.comment < told:
        return True
    shared = sum(_number(_told_at(each, file) or "") == told for each in file.alerts) > 1
    alone_and_numbered = word.comment is not None and not shared
    return not alone_and_numbered and alert.created_at > word.written_at + _GRANULARITY


def _told_at(alert: Alert, file: CaseFile) -> str | None:
    """Return the address where people first read of an alert."""
    receipts = (step.receipt for step in file.steps if step.alert_id == alert.id)
    return next((receipt.url for receipt in receipts if receipt and receipt.url), None)


def _number(url: str) -> int | None:
    found = _COMMENT.search(url)
    return int(found[1]) if found else None


def is_answered(file: CaseFile, word: Word) -> bool:
    """Tell whether a word was answered already; the delivery's id is in no signature."""
    return any(step.id == _reply_id(word.name) for step in file.steps)


def _reply_id(name: str) -> str:
    return f"answer:{name}:0"


def reply_step(
    file: CaseFile,
    *,
    name: str,
    installation: int,
    now: datetime,
    text: Markdown,
    reopen: bool = False,
) -> Step:
    """Return the comment that answers a word or an event; ``reopen`` opens a closed issue again.

    ``name`` is the word's, or the event's id.
    """
    params: dict[str, object] = {"body": str(text)}
    if reopen:
        params["reopen"] = True
    return Step(
        id=_reply_id(name),
        case_id=file.case.id,
        alert_id=None,
        installation=installation,
        position=0,
        action="comment",
        params=params,
        next_at=now,
    )
