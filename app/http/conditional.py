"""The fast paths of polling, in front of the routes: 304 from the cached head, and what another
caller was answered a moment ago.

Neither needs a session, a route or the database. Whatever is not plainly that case goes on
untouched, to a route that decides by itself.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from app.db.scope import Scope
from app.errors import ProblemError
from app.feed.causal import carried
from app.feed.relay import Head, Relay
from app.http.answers import Answers
from app.http.collections import PRIVATE, answered, collections_beside_feed, shared_collections
from app.http.tags import is_unchanged, tag_for

_HEADERS = [(name.lower().encode(), value.encode()) for name, value in PRIVATE.items()]


TEMPLATE = "siberius.template"
"""In the scope of a request that was answered here: the template of its route, to count it by."""


class Caller(Protocol):
    """Who sends a request, as far as these middlewares care."""

    @property
    def scope(self) -> Scope:
        """Whom the caller acts for."""


Authenticate = Callable[[str], Awaitable[Caller]]
"""From an `Authorization` header to the caller; raises `ProblemError`."""


class ConditionalReads:
    """ASGI middleware for `GET` of a collection or of `/api/changes` with `If-None-Match`."""

    def __init__(self, app: ASGIApp, *, relay: Relay, authenticate: Authenticate) -> None:
        self._app = app
        self._readers = _Readers(relay, authenticate)
        self._collections: Mapping[str, str | None] = {**shared_collections(), "/api/changes": None}
        self._beside_feed = collections_beside_feed()

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            path = scope["path"]
            # A long poll wants to wait for news, not to hear that there are none.
            if path in self._collections and b"wait=" not in scope["query_string"]:
                etag = await self._unchanged(scope, self._collections[path])
                if etag is not None:
                    scope[TEMPLATE] = path
                    await _not_modified(send, etag)
                    return
        await self._app(scope, receive, send)

    async def _unchanged(self, scope: AsgiScope, collection: str | None) -> str | None:
        """The tag, if it is the one the client has; else none."""
        held = _header(scope, b"if-none-match")
        if held is None or ("*" in held and scope["query_string"]):
            return None  # who holds every answer may ask for what has none
        request = Request(scope)
        if collection in self._beside_feed and "since" not in request.query_params:
            return None
        reader = await self._readers.find(scope)
        if reader is None:
            return None
        caller, head = reader
        tag = tag_for(request, head, collection, caller.branch_ids)
        return str(tag) if is_unchanged(request, head, tag) else None


class RememberedReads:
    """ASGI middleware for `GET` of a collection with a cursor that this process knows: who
    comes without one is shown what the leader has."""

    def __init__(
        self, app: ASGIApp, *, relay: Relay, authenticate: Authenticate, answers: Answers
    ) -> None:
        self._app = app
        self._readers = _Readers(relay, authenticate)
        self._answers = answers
        self._collections = shared_collections()

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["method"] == "GET":
            collection = self._collections.get(scope["path"])
            if collection is not None:
                app = await self._remembered(scope, collection) or app
        await app(scope, receive, send)

    async def _remembered(self, scope: AsgiScope, collection: str) -> ASGIApp | None:
        request = Request(scope)
        known = list(carried(request))
        reader = await self._readers.find(scope) if known else None
        if reader is None:
            return None
        caller, head = reader
        if not all(map(head.knows, known)):
            return None
        etag = str(tag_for(request, head, collection, caller.branch_ids))
        body = self._answers.find(request, caller, etag)
        if body is None:
            return None
        scope[TEMPLATE] = scope["path"]
        return answered(body, etag)


class _Readers:
    """Who asks, and what this process knows of their company's feed."""

    def __init__(self, relay: Relay, authenticate: Authenticate) -> None:
        self._relay = relay
        self._authenticate = authenticate

    async def find(self, scope: AsgiScope) -> tuple[Scope, Head] | None:
        """None where either is unknown."""
        authorization = _header(scope, b"authorization")
        if authorization is None:
            return None
        try:
            caller = (await self._authenticate(authorization)).scope
        except ProblemError:
            return None
        head = self._relay.known_head(caller.tenant_id) if caller.tenant_id is not None else None
        return None if head is None else (caller, head)


def _header(scope: AsgiScope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return None


async def _not_modified(send: Send, etag: str) -> None:
    headers = [(b"etag", etag.encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
