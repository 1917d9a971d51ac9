"""One way to read a collection: a page, a delta since a cursor, or 304 from the cached head."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
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
from app.feed.cursor import Cursor, epoch_for
from app.feed.read import read_counter, read_since
from app.feed.relay import Relay
from app.http.answers import Answer, Answers
from app.http.tags import is_unchanged, matches, tag_for
from app.runtime.clock import Clock

MAX_LIMIT = 1000
Row = TypeVar("Row")
Amend = Callable[[ScopedAsyncSession, Sequence[dict[str, Any]]], Awaitable[None]]


class WireSchema(BaseModel):
    """The base of REST schemas: camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, allow_inf_nan=False)


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


PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


def shared_collections() -> dict[str, str]:
    """The collections that every role reads, by their path; who may read the others is the
    word of their routes."""
    return {
        f"/api/{model.__collection__}": model.__collection__
        for model in Tracked.tracked_models()
        if model.__readers__ == Tracked.__readers__
    }


def collections_beside_feed() -> frozenset[str]:
    """Those whose pages, not their deltas, show more than the feed tells."""
    return frozenset(
        model.__collection__ for model in Tracked.tracked_models() if model.__beside_feed__
    )


def not_modified(etag: str) -> Response:
    """304."""
    return Response(status_code=304, headers={"ETag": etag, **PRIVATE})


def answered(body: bytes, etag: str) -> Response:
    """200 with a collection's page or delta."""
    return Response(body, headers={"ETag": etag, **PRIVATE}, media_type="application/json")


async def collection_response(
    request: Request,
    session: ScopedAsyncSession,
    *,
    relay: Relay,
    clock: Clock,
    model: type[Tracked],
    page: PageQuery,
    conditions: Sequence[ColumnElement[bool]] = (),
    amend: Amend | None = None,
) -> Response:
    """Read `model`'s collection for the session's scope, newest id first. `amend` adds to the rows
    of a page what is no part of the feed (`Tracked.__beside_feed__`): such a page is read before
    it is known to be unchanged.

    The rows and the cursor are of one snapshot, and the tag is taken before them: what is
    committed meanwhile is a later change, and never missed. Where this process has heard of all
    that the snapshot holds, an answer with the same tag holds all of it too.
    """
    tenant_id, branch_ids = session.scope.tenant_id, session.scope.branch_ids
    assert tenant_id is not None  # noqa: S101 - routes have a tenant
    cursor = Cursor.parse(page.since) if page.since is not None else None
    head = await relay.head(tenant_id)
    collection = model.__collection__
    tag = tag_for(request, head, collection, branch_ids)
    of_feed = amend is None or cursor is not None
    if of_feed and is_unchanged(request, head, tag):
        return not_modified(str(tag))
    counter = await read_counter(session, tenant_id)
    tag = tag_for(request, head, collection, branch_ids, counter.seq)
    etag = str(tag)
    answers: Answers = request.app.state.answers
    if of_feed and head.knows(counter.cursor):
        remembered = answers.find(request, session.scope, etag)
        if remembered is not None:
            return answered(remembered, etag)
    answer: dict[str, Any] = {}
    if cursor is not None:
        delta = await read_since(
            session, tenant_id, cursor, collections=[collection], limit=page.limit, counter=counter
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
        if amend is not None:
            await amend(session, rows)
            etag = str(tag.with_content(rows[: page.limit]))
            if matches(request.headers.get("if-none-match", ""), etag):
                return not_modified(etag)
        answer |= {
            "data": rows[: page.limit],
            "cursor": str(Cursor(epoch_for(counter.epoch, branch_ids), counter.seq)),
            "isDelta": False,
            "nextAfter": rows[page.limit - 1]["id"] if full else None,
            "hasMore": full,
            "mustRefetch": False,
        }
    answer |= {"etag": etag, "timestamp": to_json(clock.now())}
    body = bytes(JSONResponse(answer).body)
    if of_feed and not conditions and not answer["mustRefetch"]:
        answers.keep(request, session.scope, Answer(collection, etag, body))
    return answered(body, etag)


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


async def _rows(
    session: ScopedAsyncSession,
    model: type[Tracked],
    page: PageQuery,
    conditions: Sequence[ColumnElement[bool]],
) -> list[dict[str, Any]]:
    """The rows as clients see them. Only their columns are read: objects would take twice as
    long for a page of a thousand, and nothing is done with them."""
    names = [name for name, _ in model.wire_names()]
    columns = [getattr(model, attribute) for _, attribute in model.wire_names()]
    statement = select(*columns).where(*conditions).order_by(model.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        statement = statement.where(model.id < page.after)
    rows = await session.execute(statement)
    return [dict(zip(names, map(to_json, row), strict=True)) for row in rows]
