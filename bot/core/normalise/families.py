"""All mapping tables together, in the order the documentation shows them."""

from typing import Final

from bot.core.normalise.branch_protection import (
    BRANCH_PROTECTION_CONFIGURATION,
    BRANCH_PROTECTION_RULE,
)
from bot.core.normalise.check_run import CHECK_RUN
from bot.core.normalise.conversation import ISSUE_COMMENT, ISSUES
from bot.core.normalise.custom_property import CUSTOM_PROPERTY_VALUES
from bot.core.normalise.deploy_key import DEPLOY_KEY
from bot.core.normalise.installation import (
    GITHUB_APP_AUTHORIZATION,
    INSTALLATION,
    INSTALLATION_REPOSITORIES,
    INSTALLATION_TARGET,
)
from bot.core.normalise.member import MEMBER
from bot.core.normalise.meta import META
from bot.core.normalise.org_block import ORG_BLOCK
from bot.core.normalise.organization import ORGANIZATION
from bot.core.normalise.pull_request import (
    PULL_REQUEST,
    PULL_REQUEST_REVIEW,
    PULL_REQUEST_REVIEW_COMMENT,
)
from bot.core.normalise.push import CREATE, DELETE, FORK, PUSH
from bot.core.normalise.repository import PUBLIC, REPOSITORY
from bot.core.normalise.roster import ROSTER
from bot.core.normalise.ruleset import RULESET
from bot.core.normalise.secret_scanning import (
    SECRET_SCANNING_ALERT,
    SECRET_SCANNING_ALERT_LOCATION,
)
from bot.core.normalise.security import (
    CODE_SCANNING_ALERT,
    DEPENDABOT_ALERT,
    SECURITY_AND_ANALYSIS,
)
from bot.core.normalise.survey import SURVEY
from bot.core.normalise.table import Family
from bot.core.normalise.team import MEMBERSHIP, TEAM, TEAM_ADD
from bot.core.normalise.token_request import TOKEN_REQUEST
from bot.core.normalise.workflow import WORKFLOW_JOB, WORKFLOW_RUN

FAMILIES: Final[tuple[Family, ...]] = (
    ORGANIZATION,
    ROSTER,
    SURVEY,
    MEMBER,
    MEMBERSHIP,
    TEAM,
    TEAM_ADD,
    REPOSITORY,
    PUBLIC,
    RULESET,
    BRANCH_PROTECTION_RULE,
    BRANCH_PROTECTION_CONFIGURATION,
    CUSTOM_PROPERTY_VALUES,
    DEPLOY_KEY,
    TOKEN_REQUEST,
    PUSH,
    CREATE,
    DELETE,
    FORK,
    SECRET_SCANNING_ALERT,
    SECRET_SCANNING_ALERT_LOCATION,
    SECURITY_AND_ANALYSIS,
    CODE_SCANNING_ALERT,
    DEPENDABOT_ALERT,
    INSTALLATION,
    INSTALLATION_REPOSITORIES,
    INSTALLATION_TARGET,
    GITHUB_APP_AUTHORIZATION,
    ORG_BLOCK,
    META,
    WORKFLOW_RUN,
    WORKFLOW_JOB,
    ISSUES,
    ISSUE_COMMENT,
    PULL_REQUEST,
    PULL_REQUEST_REVIEW,
    PULL_REQUEST_REVIEW_COMMENT,
    CHECK_RUN,
)
