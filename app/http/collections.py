"""One way to read a collection: a page, a delta since a cursor, or 304 from the cached head."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from sqlalchemy import ColumnElement, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.db.base import Tracked, to_json
from app.db.session import ScopedAsyncSession
from app.feed.append import Record
from app.feed.cursor import Cursor
from app.feed.read import read_since
from app.feed.relay import Head, Relay
from app.runtime.clock import Clock

MAX_LIMIT = 1000
Row = TypeVar("Row")


class WireSchema(BaseModel):
    """The base of REST schemas: camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class CollectionPage(WireSchema, Generic[Row]):
    """The answer of every collection; see docs/contract.md."""

    data: list[Row]
    cursor: str
    etag: str
    is_delta: bool
    timestamp: str
    next_after: UUID | None = None
    has_more: bool = False
    must_refetch: bool = False


class PageQuery(WireSchema):
    """The query parameters every collection takes."""

    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100
    after: UUID | None = None
    since: str | None = None


def etag_of(head: Head, collection: str | None, scope_branches: frozenset[UUID] | None) -> str:
    """The quoted entity tag: what changed last, and for whose eyes."""
    eyes = "" if scope_branches is None else f"-{hash(scope_branches) & 0xFFFFFFFF:x}"
    return f'"{head.etag(collection)}{eyes}"'


def matches(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names the tag (weakly compared, RFC 9110 13.1.2)."""
    sent = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/") in {etag, "*"} for tag in sent.split(","))


async def collection_response(
    request: Request,
    session: ScopedAsyncSession,
    *,
    relay: Relay,
    clock: Clock,
    model: type[Tracked],
    page: PageQuery,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> Response:
    """Read `model`'s collection for the session's scope, newest id first.

    The tag and the cursor are taken before the rows: what is committed meanwhile is then
    delivered once more rather than missed.
    """
    tenant_id = session.scope.tenant_id
    assert tenant_id is not None  # noqa: S101 - routes have a tenant
    head = await relay.head(tenant_id)
    etag = etag_of(head, model.__collection__, session.scope.branch_ids)
    if matches(request, etag):
        return Response(status_code=304, headers={"ETag": etag, **_PRIVATE})
    cursor = head.cursor
    answer: dict[str, Any] = {"etag": etag, "timestamp": to_json(clock.now())}
    if page.since is not None:
        delta = await read_since(
            session,
            tenant_id,
            Cursor.parse(page.since),
            collections=[model.__collection__],
            limit=page.limit,
        )
        answer |= {
            "data": rows_of(delta.records),
            "cursor": str(delta.cursor),
            "isDelta": not delta.must_refetch,
            "nextAfter": None,
            "hasMore": delta.has_more,
            "mustRefetch": delta.must_refetch,
        }
    else:
        rows = await _rows(session, model, page, conditions)
        full = len(rows) > page.limit
        answer |= {
            "data": [row.wire() for row in rows[: page.limit]],
            "cursor": str(cursor),
            "isDelta": False,
            "nextAfter": str(rows[page.limit - 1].id) if full else None,
            "hasMore": full,
            "mustRefetch": False,
        }
    return JSONResponse(answer, headers={"ETag": etag, **_PRIVATE})


def rows_of(records: Iterable[Record]) -> list[dict[str, Any]]:
    """The last state of every row the records touch, each with its `_operation`.

    A row that left one branch and is still seen from another has an `insert` or `update`
    in the same transaction after its `leave`, so the last record decides.
    """
    rows: dict[UUID, dict[str, Any]] = {}
    for record in records:
        operation: Literal["insert", "update", "delete"]
        if record.op in {"delete", "leave"}:
            rows[record.entity_id] = {"id": str(record.entity_id), "_operation": "delete"}
            continue
        known = rows.get(record.entity_id)
        operation = "insert" if record.op == "insert" else "update"
        if known is not None and known["_operation"] == "insert":
            operation = "insert"
        rows[record.entity_id] = {**(record.data or {}), "_operation": operation}
    return list(rows.values())


_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


async def _rows(
    session: ScopedAsyncSession,
    model: type[Tracked],
    page: PageQuery,
    conditions: Sequence[ColumnElement[bool]],
) -> Sequence[Tracked]:
    statement = select(model).where(*conditions).order_by(model.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        statement = statement.where(model.id < page.after)
    return (await session.scalars(statement)).all()
