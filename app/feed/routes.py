"""`GET /api/changes`: every collection in one stream, with an optional wait for news."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.responses import Response

from app.db.base import to_json
from app.db.session import Operation
from app.domains.identity.access import CurrentUser, authenticate_header
from app.domains.identity.collections import readable_collections
from app.feed.append import Record
from app.feed.causal import enough_for
from app.feed.cursor import Cursor
from app.feed.read import MAX_CHANGES, Page, read_since
from app.http.collections import PRIVATE, CollectionPage, WireSchema, not_modified
from app.http.dependencies import RelayDep, RuntimeDep
from app.http.tags import is_unchanged, tag_for
from app.http.transaction import TransactionalRoute

router = APIRouter(tags=["feed"], route_class=TransactionalRoute)
MAX_WAIT_S = 30.0


class ChangeRow(WireSchema):
    """One change, as seen from one branch; `row` is null for `delete` and `leave`."""

    collection: str
    operation: Operation
    id: UUID
    branch_id: UUID | None
    seq: int
    prev_seq: int
    row: dict[str, Any] | None
    changed_fields: list[str] | None
    occurred_at: datetime


class ChangesQuery(WireSchema):
    """`collections` are names with commas between, null for all; `wait` is in seconds."""

    since: str | None = None
    collections: str | None = None
    wait: float = Field(0, ge=0, le=MAX_WAIT_S)
    limit: int = Field(MAX_CHANGES, ge=1, le=MAX_CHANGES)


@router.get("/api/changes", response_model=CollectionPage[ChangeRow])
async def changes(
    request: Request,
    user: CurrentUser,
    runtime: RuntimeDep,
    relay: RelayDep,
    query: Annotated[ChangesQuery, Query()],
) -> Response:
    """What happened after the cursor, oldest first; without one, where the feed stands.

    Where nothing did, it waits up to `wait` seconds for the feed to move.
    """
    scope, tenant_id = user.scope, user.tenant_id
    cursor = Cursor.parse(query.since) if query.since is not None else None
    if query.wait and cursor is not None:
        # No session is open meanwhile: many may wait.
        head = await relay.head(tenant_id)
        if cursor.epoch == head.cursor_for(scope.branch_ids).epoch:
            await relay.wait_beyond(tenant_id, cursor.seq, query.wait)
            # Who was let in half a minute ago may have been signed out since.
            await authenticate_header(runtime, request.headers.get("authorization"))
    head = await relay.head(tenant_id)
    tag = tag_for(request, head, None, scope.branch_ids)
    if is_unchanged(request, head, tag):
        return not_modified(str(tag))
    etag = str(tag)
    here = head.cursor_for(scope.branch_ids)
    page = Page([], here)
    if cursor is not None:
        readable = readable_collections(user)
        if query.collections is not None:
            readable = readable.intersection(query.collections.split(","))
        enough = enough_for(request, tenant_id, head)
        async with runtime.database.read(scope, enough=enough) as session:
            page = await read_since(
                session, tenant_id, cursor, collections=readable, limit=query.limit
            )
    answer = {
        "data": [_row(record) for record in page.records],
        "cursor": str(page.cursor),
        "etag": etag,
        "isDelta": cursor is not None and not page.must_refetch,
        "timestamp": to_json(runtime.clock.now()),
        "nextAfter": None,
        "hasMore": page.has_more,
        "mustRefetch": page.must_refetch,
    }
    return JSONResponse(answer, headers={"ETag": etag, **PRIVATE})


def _row(record: Record) -> dict[str, Any]:
    return {
        "collection": record.collection,
        "operation": record.op,
        "id": str(record.entity_id),
        "branchId": to_json(record.branch_id),
        "seq": record.seq,
        "prevSeq": record.prev_seq,
        "row": record.data,
        "changedFields": record.changed_fields,
        "occurredAt": to_json(record.occurred_at),
    }
