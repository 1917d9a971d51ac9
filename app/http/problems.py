"""Errors as `application/problem+json`, whoever raised them."""

import logging
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import ProblemError

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


def install(app: FastAPI) -> None:
    """Let the application answer every error with problem details."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def problem_response(error: ProblemError) -> JSONResponse:
    """The response for an error of ours."""
    headers = dict(error.headers)
    if error.retry_after_s is not None:
        # Never less: who comes back too early is refused again.
        headers["Retry-After"] = str(max(1, ceil(error.retry_after_s)))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        error.to_problem(), status_code=error.status, media_type=MEDIA_TYPE, headers=headers
    )


def _respond(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": detail,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


async def _problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101 - what it was registered for
    return problem_response(error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if any(problem["loc"][0] == "path" for problem in error.errors()) and _named(request):
        # What has no route for this method passed for an id of another.
        return await _http(request, HTTPException(405))
    errors = [
        {
            # The first part says where (body, query, path); a person wants the name.
            "field": ".".join(str(part) for part in problem["loc"][1:]) or str(problem["loc"][0]),
            "message": problem["msg"],
        }
        for problem in error.errors()
    ]
    fields = ", ".join(problem["field"] for problem in errors)
    return _respond(422, "invalid_input", f"not accepted: {fields}", errors=errors)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    status = error.status_code
    code = codes.get(status, "http_error")
    response = _respond(status, code, str(error.detail))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """What may be done with the request's path: each of its methods is a route of its own, and
    the first of these that matches knows no other. Where the path is a name, it is no id of the
    routes that have one in its place."""
    path = request.scope["path"]
    found = [r for r in iter_route_contexts(request.app.routes) if r.path_regex.match(path)]
    return sorted({method for r in _named(request) or found for method in r.methods or ()})


def _named(request: Request) -> list[RouteContext]:
    """The routes that have the request's path as their name."""
    path = request.scope["path"]
    routes = iter_route_contexts(request.app.routes)
    return [route for route in routes if route.path == path and "{" not in path]


async def _gone(_request: Request, _error: Exception) -> JSONResponse:
    """For the figures: who broke off a body hears no answer, and is no fault to be logged."""
    return _respond(400, "http_error", "the body ended early")


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return _respond(500, "internal_error", "something went wrong here; it has been logged")
