"""The errors a caller can get, as RFC 9457 problem details.

    ProblemError                    any refusal; carries status, code, detail
    ├── BadRequestError      400    the request makes no sense; names the field
    ├── UnauthenticatedError 401    who are you?
    ├── ForbiddenError       403    you may not
    ├── NotFoundError        404    there is no such thing, or you may not know of it
    ├── ConflictError        409    not in this state
    ├── TooLargeError        413
    ├── UnprocessableError   422    understood and refused
    ├── RateLimitedError     429    with Retry-After
    └── UnavailableError     503    with Retry-After

`code` is stable and for programs, `detail` a sentence for a person.
"""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from types import MappingProxyType
from typing import Any, ClassVar


class ProblemError(Exception):
    """A refusal with a stable code."""

    status: ClassVar[int] = 500
    headers: Mapping[str, str] = MappingProxyType({})
    """More headers of the response."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        errors: list[dict[str, str]] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors if field is None else [{"field": field, "message": detail}]
        self.retry_after_s = retry_after_s

    def to_problem(self) -> dict[str, Any]:
        """The body of the response."""
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            problem["errors"] = self.errors
        return problem


class BadRequestError(ProblemError):
    """400."""

    status = 400


class UnauthenticatedError(ProblemError):
    """401."""

    status = 401


class ForbiddenError(ProblemError):
    """403."""

    status = 403


class NotFoundError(ProblemError):
    """404."""

    status = 404

    def __init__(self, noun: str) -> None:
        super().__init__("not_found", f"there is no such {noun}")


class ConflictError(ProblemError):
    """409."""

    status = 409


class TooLargeError(ProblemError):
    """413."""

    status = 413


class UnprocessableError(ProblemError):
    """422."""

    status = 422


class RateLimitedError(ProblemError):
    """429, with the headers that say which limit it was: `quota` hits in `window_s` seconds."""

    status = 429

    def __init__(
        self, detail: str, *, limit: str, quota: int, window_s: float, retry_after_s: float
    ) -> None:
        super().__init__("rate_limited", detail, retry_after_s=retry_after_s)
        self.headers = {
            "RateLimit-Policy": f'"{limit}";q={quota};w={ceil(window_s)}',
            "RateLimit": f'"{limit}";r=0;t={ceil(retry_after_s)}',
        }


class UnavailableError(ProblemError):
    """503."""

    status = 503


class UsageError(Exception):
    """A command cannot do what was asked; the message says why."""
