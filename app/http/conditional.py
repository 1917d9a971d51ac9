"""The fast path of polling: 304 from the cached head, in front of the routes.

A client that has the newest state is answered without a session, a route or the database.
Whatever is not plainly that case goes on untouched, to a route that decides by itself.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from app.db.base import Tracked
from app.db.scope import Scope
from app.errors import ProblemError
from app.feed.relay import Relay
from app.http.collections import PRIVATE, etag_of, matches

_HEADERS = [(name.lower().encode(), value.encode()) for name, value in PRIVATE.items()]


class Caller(Protocol):
    """Who sends a request, as far as this middleware cares."""

    @property
    def scope(self) -> Scope:
        """Whom the caller acts for."""


Authenticate = Callable[[str], Awaitable[Caller]]
"""From an `Authorization` header to the caller; raises `ProblemError`."""


class ConditionalReads:
    """ASGI middleware for `GET` of a collection or of `/api/changes` with `If-None-Match`."""

    def __init__(self, app: ASGIApp, *, relay: Relay, authenticate: Authenticate) -> None:
        self._app = app
        self._relay = relay
        self._authenticate = authenticate
        # The collections that every role reads; who may read the others is the route's word.
        self._collections: dict[str, str | None] = {
            f"/api/{model.__collection__}": model.__collection__
            for model in Tracked.tracked_models()
            if model.__readers__ == Tracked.__readers__
        }
        self._collections["/api/changes"] = None

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            path = scope["path"]
            # A long poll wants to wait for news, not to hear that there are none.
            if path in self._collections and b"wait=" not in scope["query_string"]:
                etag = await self._unchanged(scope, self._collections[path])
                if etag is not None:
                    await _answer(send, etag)
                    return
        await self._app(scope, receive, send)

    async def _unchanged(self, scope: AsgiScope, collection: str | None) -> str | None:
        """The tag, if it is the one the client has; else none."""
        sent = authorization = None
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                sent = value.decode("latin-1")
            elif name == b"authorization":
                authorization = value.decode("latin-1")
        if sent is None or authorization is None:
            return None
        try:
            caller = (await self._authenticate(authorization)).scope
        except ProblemError:
            return None
        if caller.tenant_id is None:
            return None
        head = self._relay.known_head(caller.tenant_id)
        if head is None:
            return None
        etag = etag_of(head, collection, caller.branch_ids)
        return etag if matches(sent, etag) else None


async def _answer(send: Send, etag: str) -> None:
    headers = [(b"etag", etag.encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
