"""The OpenAPI document: what the framework knows, every problem that a route can answer, and
which reads honour `If-None-Match`: the collections, and who says 304 of himself."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from http import HTTPStatus
from inspect import isclass
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel

from app.db import outage
from app.http import bodies, idempotency
from app.http.collections import CollectionPage
from app.http.problems import MEDIA_TYPE
from app.http.raised import Raises
from app.http.transaction import SAFE
from app.runtime import blobs

_REF = "#/components/schemas/Problem"
_REFUSED_BEFORE = {(422, "invalid_input")}
"""By what stands in front of every route."""
_QUOTA = {(429, "rate_limited")}
"""In front of every route of the API."""


class FieldProblem(BaseModel):
    """One field that was not accepted."""

    field: str
    message: str


class Problem(BaseModel):
    """An error as RFC 9457 has it. `code` is stable and for programs, `detail` a sentence for a
    person; `errors` is there for bad input."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] | None = None


class DocumentedApi(FastAPI):
    """An application whose document names each route's problems (`app/http/raised.py`)."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            _describe_problems(self, super().openapi())
        return super().openapi()


def _describe_problems(app: FastAPI, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operations in document["webhooks"].values():
        operations["post"]["responses"].pop("422", None)  # nobody answers what is said
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs"), Problem=schema)
    shared = document["components"].setdefault("responses", {})
    raises = Raises()
    anywhere = raises.problems_of([*_functions(outage), *_functions(blobs)])
    with_body = raises.problems_of([*_functions(bodies), *_functions(idempotency)])
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            problems = raises.problems_of(_handlers(route.dependant))
            problems |= anywhere | _REFUSED_BEFORE
            if method not in SAFE:
                problems |= with_body
            if str(route.path_format).startswith("/api/"):
                problems |= _QUOTA
            operation["responses"].pop("422", None)
            operation["responses"].update(_responses(problems, shared))
            if "304" in operation["responses"] or _is_collection(route):
                _describe_condition(operation)


def _is_collection(route: RouteContext) -> bool:
    model = getattr(route, "response_model", None)
    return isclass(model) and issubclass(model, CollectionPage)


def _describe_condition(operation: dict[str, Any]) -> None:
    etag = {"ETag": {"description": "Stands for this answer", "schema": {"type": "string"}}}
    condition = {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "Tags of answers that the caller holds",
        "schema": {"type": "string"},
    }
    operation.setdefault("parameters", []).append(condition)
    operation["responses"]["200"]["headers"] = etag
    operation["responses"]["304"] = {
        "description": "Not Modified: the caller holds the answer",
        "headers": etag,
    }


def _handlers(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """The route's function, and those of all that it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for dependency in dependant.dependencies:
        yield from _handlers(dependency)


def _functions(module: ModuleType) -> list[Any]:
    return [
        value
        for value in vars(module).values()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]


def _responses(problems: set[tuple[int, str]], shared: dict[str, Any]) -> dict[str, Any]:
    """By status, what an operation refers to: `shared` has each answer once, by status and codes,
    for many routes are refused alike."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for status, code in sorted(problems):
        by_status[status].append(code)
    names = {status: ".".join([str(status), *codes]) for status, codes in by_status.items()}
    shared |= {names[status]: _answer(status, codes) for status, codes in by_status.items()}
    return {
        str(status): {"$ref": f"#/components/responses/{name}"} for status, name in names.items()
    }


def _answer(status: int, codes: list[str]) -> dict[str, Any]:
    code = {"properties": {"code": {"type": "string", "enum": codes}}}
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}",
        "content": {MEDIA_TYPE: {"schema": {"allOf": [{"$ref": _REF}, code]}}},
    }
