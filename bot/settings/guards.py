"""The variables about what holds changes back: who and what is spared, how much, and when."""

from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from bot.settings.kinds import Logins, Repositories, Span
from bot.settings.variables import variable

_SPAN: Final = "a time such as 24h (s, m, h, d, w) or a number of seconds, 0 for off"


class GuardVariables(BaseModel):
    """What is asked, or refused, before anything is changed."""

    paused: bool = variable(
        "TIPSTAFF_PAUSED",
        "1 or 0",
        "1 stops every change, also what was approved; everything is recorded and told all the\n"
        "same. `tipstaff pause` does so for all workers at once, and leaves approvals valid.",
        default=False,
    )
    protected_repositories: Repositories = variable(
        "TIPSTAFF_PROTECTED_REPOSITORIES",
        "repositories as NAME or OWNER/NAME, with commas between them",
        "Repositories in which Tipstaff never changes anything, with commas between them.",
        example="production,acme/website",
        default=frozenset(),
    )
    break_glass: Logins = variable(
        "TIPSTAFF_BREAK_GLASS",
        "logins with commas between them",
        "Logins that may act in an emergency: their acts are told, and changed only if a person\n"
        "approves. The list `break_glass` among the lists adds to them without a restart.",
        example="emergency-admin",
        default=frozenset(),
    )
    cap_per_actor: int = variable(
        "TIPSTAFF_CAP_PER_ACTOR",
        "a whole number from 1 on",
        "How often one person's acts are answered by a change in an hour, by all playbooks\n"
        "together; any more wait for a person's approval.",
        default=20,
        gt=0,
    )
    cap_share: int = variable(
        "TIPSTAFF_CAP_SHARE",
        "a whole number from 1 to 100",
        "How many in a hundred of an organisation's members, or of its repositories, may be\n"
        "changed in an hour; any more wait for a person's approval. Five may be in any case,\n"
        "and with 100 there is no such bound.",
        default=10,
        gt=0,
        le=100,
    )
    stale_after: Span = variable(
        "TIPSTAFF_STALE_AFTER",
        _SPAN,
        "The age of an event from which a change because of it waits for a person's approval\n"
        "(in seconds, or such as 24h; 0: never).",
        default=timedelta(hours=24),
        ge=timedelta(0),
    )
    quiet_period: Span = variable(
        "TIPSTAFF_QUIET_PERIOD",
        _SPAN,
        "For how long every change waits for a person's approval after a version of Tipstaff, or\n"
        "a set of playbooks, is in use for the first time (in seconds, or such as 5m; 0: not at\n"
        "all). A restart does not begin it anew.",
        default=timedelta(minutes=5),
        ge=timedelta(0),
    )
