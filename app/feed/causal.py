"""Causal reads: a replica may answer whoever it is not behind.

A caller carries what it knows in the request: `since`, the tag of `If-None-Match`, or the
header that came with the answer to its last write. A replica that has come so far, and as far
as this process knows the feed to be, shows the caller nothing older than it has seen.
"""

import re
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request

from app.db.replica import Enough
from app.db.session import ScopedAsyncSession
from app.errors import BadRequestError
from app.feed.cursor import Cursor
from app.feed.models import FeedCounter
from app.feed.relay import Head

HEADER = "Siberius-Cursor"
"""Comes with the answer to a write; sent back, it says "show me at least that"."""
_COMMA = re.compile(r"\s*,\s*")
_TAG = re.compile(r'"([^"~]*)[^"]*"')
"""The state in an entity tag (`app/http/tags.py`)."""


def enough_for(request: Request, tenant_id: UUID, head: Head | None) -> Enough | None:
    """Whether a replica has come far enough for this request; none where the request carries
    no cursor, so that only the leader knows. `head` is what this process knows of the feed."""
    known = list(carried(request))
    if not known:
        return None
    if head is not None:
        known.append(head.cursor)

    async def enough(session: ScopedAsyncSession) -> bool:
        statement = select(FeedCounter.epoch, FeedCounter.seq).where(
            FeedCounter.tenant_id == tenant_id
        )
        counter = (await session.execute(statement)).one_or_none()
        return counter is not None and all(
            cursor.history == counter.epoch and cursor.seq <= counter.seq for cursor in known
        )

    return enough


def carried(request: Request) -> Iterator[Cursor]:
    """What the caller has seen."""
    texts = [
        *_COMMA.split(",".join(request.headers.getlist(HEADER))),
        *request.query_params.getlist("since"),
        *_TAG.findall(request.headers.get("if-none-match", "")),
    ]
    for text in texts:
        try:
            yield Cursor.parse(text)
        except BadRequestError:
            continue  # whoever reads it will say so
