"""The OpenAPI document holds every problem that the tests have seen, and every 304."""

import re
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI

from app.http.problems import MEDIA_TYPE

_OF_NO_ROUTE = {405, 500}
"""What no route is meant to answer: it is for another method, or the test says why."""


async def is_documented(app: FastAPI, answer: httpx.Response) -> None:
    """A hook of a client: fails where a problem, or a 304, is not in the document of its route."""
    is_told = answer.is_error or answer.status_code == 304
    if not is_told or answer.status_code in _OF_NO_ROUTE:
        return
    await answer.aread()
    # A range beyond the end (416) is the one refusal without a body, and 304 has none.
    problem = answer.json() if answer.content else {}
    assert not problem or answer.headers["content-type"] == MEDIA_TYPE, answer.url
    request = answer.request
    for path, operations in _operations(app):
        operation = operations.get(request.method.lower())
        if operation is not None and path.fullmatch(request.url.path):
            known = operation["responses"].get(str(answer.status_code))
            assert known is not None, f"{request.method} {request.url.path}: {problem}"
            if not problem:
                return
            shared = app.openapi()["components"]["responses"][known["$ref"].rpartition("/")[2]]
            schema = shared["content"][MEDIA_TYPE]["schema"]
            codes = schema["allOf"][1]["properties"]["code"]["enum"]
            assert problem["code"] in codes, f"{request.method} {request.url.path}: {problem}"
            return


def _operations(app: FastAPI) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return _of_the_document(_Shared(app))


class _Shared:
    """An application to a cache: every one of them has the same document."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shared)


@cache
def _of_the_document(shared: _Shared) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    paths = shared.app.openapi()["paths"]
    # Whole names first: `/api/pdfs/request` is no document's id.
    return [
        (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations)
        for path, operations in sorted(paths.items(), key=lambda item: "{" in item[0])
    ]
