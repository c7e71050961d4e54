"""What GitHub says when it says no."""

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):
    """An answer outside 2xx, in GitHub's words. ``errors`` is the list a 422 carries."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[Mapping[str, Any] | str] | None = None,
        headers: Mapping[str, str] | None = None,
        documentation: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})
        self.documentation = documentation

    def body(self, documentation: str) -> dict[str, Any]:
        """Return the answer's JSON; ``documentation`` is the page of the endpoint called."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors is not None:
            body["errors"] = list(self.errors)
        body["documentation_url"] = self.documentation or documentation
        return {**body, "status": str(self.status)}


def not_found() -> Problem:
    """Say that it is not there, or that the caller may not know whether it is."""
    return Problem(404, "Not Found")


def forbidden() -> Problem:
    """Say that the App lacks the permission."""
    return Problem(403, "Resource not accessible by integration")


def invalid(resource: str, field: str, code: str, message: str | None = None) -> Problem:
    """Say which field of a valid request holds what cannot be (``Validation Failed``)."""
    error = {"resource": resource, "code": code, "field": field}
    if message is not None:
        error["message"] = message
    return Problem(422, "Validation Failed", errors=[error])


def malformed(what: str) -> Problem:
    """Say in which way the request's body is not what the endpoint takes."""
    return Problem(422, f"Invalid request.\n\n{what}")
