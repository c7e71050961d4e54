"""A person's word on a case: whether an event holds one, and what GitHub says of that person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.errors import InstallationGone, Refused, Unavailable
from bot.core.event import Event
from bot.pipeline import rereading
from bot.pipeline.ports import Apps, Records
from bot.pipeline.rereading import reread
from bot.pipeline.roles import NEEDS, read_standing
from bot.respond.alert import Answer, CaseFile
from bot.respond.approval import answer
from bot.respond.command import Command, parse_commands
from bot.respond.consent import digest, given
from bot.respond.exempting import LONGEST
from bot.respond.fate import GONE, elsewhere, hear, unheard, withdrawn
from bot.respond.pause import SWITCH
from bot.respond.standing import ends_silence, is_unheard
from bot.respond.step import Issue
from bot.respond.word import Word, is_answered

PATIENCE: Final = 8  # tries that an answer waits for the case it belongs to

_BY_HAND: Final = GONE | {"closed", "reopened"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What an event says, and to which issue; no ``text`` for an act on the issue itself."""

    repository: str
    number: int
    issue_id: int | None
    text: str | None = None


def said(event: Event) -> Said | None:
    """Return what an event says that may be meant for a case.

    An edited comment says nothing: what is followed must be what was recorded when it was written,
    and is looked at once more before.
    """
    number = _number(event, "issue", "number")
    if number is None or event.repo is None:
        return None
    issue = Said(repository=event.repo, number=number, issue_id=_number(event, "issue", "id"))
    action = event.fields.get("webhook_action")
    if (event.kind, action) == ("issue_comment", "created"):
        body = event.lookup("comment.body")
        return replace(issue, text=body) if isinstance(body, str) else None
    return issue if event.kind == "issues" and action in _BY_HAND else None


def _number(event: Event, thing: str, name: str) -> int | None:
    found = event.raw.get(thing)
    return _integer(found.get(name)) if isinstance(found, Mapping) else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None


class Ear:
    """Hears people's words; decides nothing itself, and saves only where a case has moved to."""

    def __init__(
        self,
        *,
        records: Records,
        apps: Apps,
        own_login: str,
        clock: Callable[[], datetime],
        longest: timedelta = LONGEST,
        paused: bool = False,
    ) -> None:
        self._longest = longest
        self._switch = (SWITCH,) if paused else ()
        self._records = records
        self._apps = apps
        self._own_login = own_login
        self._clock = clock

    async def hear(self, event: Event, *, attempts: int) -> Answer | None:
        """Return what a person's word on a case leads to, if this event is one.

        Raises `Unavailable` when what GitHub says of the person could not be read now.
        """
        found = said(event)
        if found is None or event.installation is None or is_own(event.actor, self._own_login):
            return None
        file, lives = await self._file(event, found, attempts)
        if file is None:
            return None
        if found.text is None:
            return hear(event, file, now=self._clock()) if lives else None
        commands = parse_commands(found.text)
        if not commands:
            return talk(event, file)
        return await self._answer(event, commands, file, lives=lives)

    async def _answer(
        self, event: Event, commands: Sequence[Command], file: CaseFile, *, lives: bool
    ) -> Answer | None:
        """Return what commands lead to; a refusal of GitHub's to tell who may decide is told."""
        try:
            return await self._weigh(event, commands, file, lives=lives)
        except InstallationGone:
            return None
        except Refused as error:
            if is_bot(event):
                return None
            return unheard(event, file, why=str(error), now=self._clock())

    async def _weigh(
        self, event: Event, commands: Sequence[Command], file: CaseFile, *, lives: bool
    ) -> Answer | None:
        """Return what commands lead to, by what GitHub says of the person now."""
        installation = event.installation or file.case.installation
        gh = self._apps.installation(installation).narrowed({**NEEDS, **rereading.NEEDS})
        word = _word(event, installation)
        standing = await read_standing(
            gh,
            word.by,
            file,
            is_bot=event.fields.get("actor_is_bot") is True,
            number=_integer(event.fields.get("actor_id")),
        )
        if is_unheard(word.by, standing) or is_answered(file, word):
            return None
        if not lives:
            # Where a case was, everybody may write by now, and each reply would be a comment.
            return None if standing.only_reads else elsewhere(event, file, now=self._clock())
        found = await reread(gh, file.case.issue, given(word))
        if found.against is not None:
            return withdrawn(event, file, why=found.against, now=self._clock())
        return answer(
            commands,
            file,
            word=word,
            standing=standing,
            now=self._clock(),
            longest=self._longest,
            pauses=(*self._switch, *await self._records.pauses()),
        )

    async def _file(self, event: Event, found: Said, attempts: int) -> tuple[CaseFile | None, bool]:
        """Return the case that is meant, if any, and whether it lives in that issue still."""
        there = (found.repository, found.number, found.issue_id)
        file = await self._records.case_of_issue(*there)
        if file is not None:
            return await self._where_it_is(event, found, file), True
        file = await self._records.case_of_former_issue(*there)
        if file is None and attempts < PATIENCE and is_own(author(event), self._own_login):
            # Answered before our own receipt for opening the issue was saved.
            raise Unavailable("the case of this issue is not recorded yet")
        return file, False

    async def _where_it_is(self, event: Event, found: Said, file: CaseFile) -> CaseFile:
        """Return the case with its issue where that is now; somebody may have moved it."""
        issue = file.case.issue
        if issue is None or (issue.repository, issue.number) == (found.repository, found.number):
            return file
        url = event.text("issue_url") or issue.url
        moved = Issue(repository=found.repository, number=found.number, url=url, id=found.issue_id)
        await self._records.move_issue(file.case.id, moved)
        return replace(file, case=replace(file.case, issue=moved))


def talk(event: Event, file: CaseFile) -> Answer | None:
    """Return what plain talk leads to: the case is not silent any more."""
    number = _integer(event.fields.get("actor_id"))
    if file.case.has_ended or is_bot(event) or not ends_silence(event.actor or "", file, number):
        return None
    return Answer(case_id=file.case.id, heard=True)


def _word(event: Event, installation: int) -> Word:
    written, edited = event.lookup("comment.created_at"), event.lookup("comment.updated_at")
    body = event.lookup("comment.body")
    try:
        written_at = datetime.fromisoformat(written) if isinstance(written, str) else event.at
    except ValueError:
        written_at = event.at
    return Word(
        by=event.actor or "",
        delivery_id=event.id,
        installation=installation,
        written_at=written_at if written_at.tzinfo else event.at,
        comment=_number(event, "comment", "id"),
        repository=event.repo or "",
        text=digest(body) if isinstance(body, str) else "",
        edited_at=edited if isinstance(edited, str) else "",
        via=event.text("performed_via_app") or "",
    )


def is_bot(event: Event) -> bool:
    """Whether a machine speaks."""
    return event.fields.get("actor_is_bot") is True or (event.actor or "").endswith("[bot]")


def author(event: Event) -> str | None:
    """Return the login of who opened the issue an event is about."""
    login = event.lookup("issue.user.login")
    return login if isinstance(login, str) else None


def is_own(login: str | None, own_login: str) -> bool:
    """Whether a login is Tipstaff's own; another bot is not trusted."""
    return login is not None and login.casefold() == own_login.casefold()
