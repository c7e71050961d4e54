"""What people do in the organisation. Each act sends the webhooks GitHub would send."""

from bot.simulator.acts.guarding import GuardingActs
from bot.simulator.acts.issues import IssueActs
from bot.simulator.acts.organization import OrganizationActs
from bot.simulator.acts.people import PeopleActs
from bot.simulator.acts.repositories import RepositoryActs
from bot.simulator.acts.tokens import TokenActs
from bot.simulator.acts.workflows import WorkflowActs


class Person(
    PeopleActs, OrganizationActs, RepositoryActs, GuardingActs, TokenActs, IssueActs, WorkflowActs
):
    """Somebody who acts; ``sender`` of every webhook that their acts cause."""


__all__ = ["Person"]
