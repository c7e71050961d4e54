"""What a person does about issues and pull requests."""

from typing import Any

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import comments, git, issues
from bot.simulator.changes.refusals import find_issue
from bot.simulator.shapes import issues as issue_shapes
from bot.simulator.state.issues import Comment
from bot.simulator.state.repository import Repository


class IssueActs(Actor):
    """Acts on issues, comments and pull requests."""

    async def comment(self, repo: str, number: int, body: str) -> int:
        """Write a comment: ``issue_comment`` ``created``; gives its id."""
        where = self._repo(repo)
        issue = find_issue(where, number)
        return comments.write(self._world, self.user, where, issue, body).id

    async def edit_comment(self, comment: int, body: str) -> None:
        """Change what a comment says (one's own or another's): ``issue_comment`` ``edited``."""
        repo, written = self._comment(comment)
        comments.edit(self._world, self.user, repo, written, body)

    async def delete_comment(self, comment: int) -> None:
        """Take a comment away (one's own or another's): ``issue_comment`` ``deleted``."""
        repo, written = self._comment(comment)
        comments.delete(self._world, self.user, repo, written)

    def _comment(self, comment: int) -> tuple[Repository, Comment]:
        for repo in self._world.repositories.values():
            for issue in repo.issues.values():
                if comment in issue.comments:
                    return repo, issue.comments[comment]
        raise LookupError(f"there is no comment {comment}")

    async def open_issue(self, repo: str, title: str, body: str | None = None) -> int:
        """Open an issue: ``issues`` ``opened``; gives its number."""
        where = self._repo(repo)
        return issues.open_issue(self._world, self.user, where, title=title, body=body).number

    async def close_issue(self, repo: str, number: int) -> None:
        """Close an issue: ``issues`` ``closed``."""
        where = self._repo(repo)
        issues.close(self._world, self.user, where, find_issue(where, number))

    async def reopen_issue(self, repo: str, number: int) -> None:
        """Open an issue again: ``issues`` ``reopened``."""
        where = self._repo(repo)
        issues.reopen(self._world, self.user, where, find_issue(where, number))

    async def delete_issue(self, repo: str, number: int) -> None:
        """Delete an issue for good: ``issues`` ``deleted``."""
        where = self._repo(repo)
        issues.delete(self._world, self.user, where, find_issue(where, number))

    async def open_pull_request(
        self, repo: str, title: str, branch: str, body: str | None = None
    ) -> int:
        """Ask to merge a branch, made if need be: ``pull_request`` ``opened``; gives its number."""
        where = self._repo(repo)
        if branch not in where.branches:
            git.create_branch(self._world, self.user, where, branch)
        return issues.open_pull_request(
            self._world, self.user, where, title=title, body=body, branch=branch
        ).number

    def show(self, repo: str, number: int) -> dict[str, Any]:
        """Look at an issue, as the API would show it."""
        where = self._repo(repo)
        return issue_shapes.issue(self._world, where, find_issue(where, number))
