"""The variables about the life of cases: how long each waits for people, and who is called."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator

from bot.core.times import ByLevel, Schedule, parse_by_level, schedule, usual
from bot.settings.variables import variable

WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

_WANTS: Final = (
    "a time such as 24h (s, m, h, d, w) or never, for all levels or as LEVEL=TIME with commas "
    "between them"
)
_PAGES: Final = r"^https?://[^\s<>()\[\]\"`|\\]+$"


def _spans(kind: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        return parse_by_level(value, usual(kind)) if isinstance(value, str) else value

    return BeforeValidator(read)


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    if word not in (*WEEKDAYS, "never"):
        raise ValueError(value)
    return word


class CaseVariables(BaseModel):
    """How long cases wait for people, by level, and what becomes of them then."""

    remind_after: Annotated[ByLevel, _spans("remind")] = variable(
        "TIPSTAFF_REMIND_AFTER",
        _WANTS,
        "How long nobody says anything on a case that needs somebody, until a comment reminds of\n"
        "it. By level: `critical=2h, low=never, 24h` is 24h for the levels it does not name.",
        default=usual("remind"),
    )
    escalate_after: Annotated[ByLevel, _spans("escalate")] = variable(
        "TIPSTAFF_ESCALATE_AFTER",
        _WANTS,
        "How long after the reminder TIPSTAFF_ESCALATION_TEAM is called and the case labelled.",
        default=usual("escalate"),
    )
    close_after: Annotated[ByLevel, _spans("close")] = variable(
        "TIPSTAFF_CLOSE_AFTER",
        _WANTS,
        "How long nobody objects to what was put right, until the case is closed.",
        default=usual("close"),
    )
    expire_after: Annotated[ByLevel, _spans("expire")] = variable(
        "TIPSTAFF_EXPIRE_AFTER",
        _WANTS,
        "How long nobody answers a case about which nothing was to be done, until it is closed as\n"
        "expired. What waits for approval, or failed, is never closed so.",
        default=usual("expire"),
    )
    reopen_within: Annotated[ByLevel, _spans("reopen")] = variable(
        "TIPSTAFF_REOPEN_WITHIN",
        _WANTS,
        "How long after its end the same happening again opens a case again; later it opens a new\n"
        "one, which refers to the former.",
        default=usual("reopen"),
    )
    exemption_days: int = variable(
        "TIPSTAFF_EXEMPTION_DAYS",
        "a whole number from 1 to 366",
        "How many days an exemption may last that somebody writes by `/exempt 30d reason`.",
        default=90,
        gt=0,
        le=366,
    )
    escalation_team: str | None = variable(
        "TIPSTAFF_ESCALATION_TEAM",
        "the short name (slug) of a team that every organisation has",
        "The team that is mentioned when nobody answers, by its short name: `security` stands for\n"
        "@ORGANISATION/security. Without one the case is only labelled `escalated`.",
        example="security",
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=100,
    )
    digest: Annotated[str, BeforeValidator(_day)] = variable(
        "TIPSTAFF_DIGEST",
        "a weekday such as monday, or never",
        "The day on which an issue in the security repository sums up the seven days before, from\n"
        "08:00 on by the organisation's `time-zone`; a week in which nothing was gets none.",
        default="monday",
    )
    playbooks_url: str | None = variable(
        "TIPSTAFF_PLAYBOOKS_URL",
        "an address that begins with https:// and to which a playbook's file name can be added",
        "Where people can read the playbooks; each case then links its own.",
        example="https://github.com/acme/playbooks/blob/main",
        default=None,
        pattern=_PAGES,
    )

    @property
    def times(self) -> Schedule:
        """All times, for every level."""
        return schedule(
            remind=self.remind_after,
            escalate=self.escalate_after,
            close=self.close_after,
            expire=self.expire_after,
            reopen=self.reopen_within,
        )
