"""The commit at the edge: a route's transaction is committed before its response goes out.

A 2xx therefore means committed. Until then a handler has no effect, so it can be run again
when it lost a race.
"""

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, ClassVar, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.db.database import UnitOfWork
from app.db.retry import retrying
from app.db.scope import Scope
from app.db.session import ScopedAsyncSession
from app.feed.causal import HEADER as CURSOR_HEADER
from app.feed.causal import enough_for
from app.feed.cursor import Cursor
from app.feed.relay import Relay
from app.http.bodies import checked
from app.http.idempotency import HEADER, Claim, Ledger, check_key, fingerprint
from app.runtime.parts import Runtime

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _Replay(Exception):  # noqa: N818 - it is not an error
    def __init__(self, response: Response) -> None:
        self.response = response


class Transaction:
    """What a request reads from and writes to; in `request.state.transaction`.

    Opening is left to the handler's dependencies, because they know who is calling.
    """

    def __init__(self, request: Request, runtime: Runtime, stack: AsyncExitStack) -> None:
        self._request = request
        self._runtime = runtime
        self._relay: Relay = request.app.state.relay
        self._stack = stack
        self._ledger = Ledger(runtime.settings.signing_key)
        self._claim: Claim | None = None
        self._unit: UnitOfWork | None = None

    async def reader(self, scope: Scope, *, tracked: bool = False) -> ScopedAsyncSession:
        """A read-only session that is closed after the response was made.

        Who reads nothing but `tracked` tables may be given a replica: the feed tells whether
        it is new enough, and knows of nothing else.
        """
        enough = None
        if tracked and scope.tenant_id is not None:
            head = self._relay.known_head(scope.tenant_id)
            enough = enough_for(self._request, scope.tenant_id, head)
        return await self._stack.enter_async_context(
            self._runtime.database.read(scope, enough=enough)
        )

    async def writer(self, scope: Scope, *, proof: str = "") -> UnitOfWork:
        """The request's unit of work; the second call gives the same one.

        `proof` is what a caller who is not signed in shows outside the body (a cookie): the
        recorded answer is given only to one who shows it again.
        """
        if self._unit is None:
            self._unit = await self._stack.enter_async_context(
                self._runtime.database.unit_of_work(scope)
            )
            await self._claim_key(self._unit, proof)
        return self._unit

    async def finish(self, response: Response) -> None:
        """Write the answer into the idempotency record, if the caller gave a key.

        A refusal that is returned rather than raised commits its effect, but is no answer
        to repeat.
        """
        if self._claim is not None and self._unit is not None:
            await self._ledger.settle(self._unit.session, self._claim, response)

    def mark(self, response: Response) -> None:
        """Tell the caller where the feed stands now that the transaction is committed."""
        tenant_id = self._unit.scope.tenant_id if self._unit is not None else None
        if self._unit is None or tenant_id is None:
            return
        head = self._relay.known_head(tenant_id)
        cursors = [
            Cursor(batch.epoch, batch.seq)
            for batch in self._unit.recorded or ()
            if batch.tenant_id == tenant_id
        ]
        if not cursors and head is not None:
            cursors = [head.cursor]  # a repeated answer: its effect is older than this
        for cursor in cursors:
            response.headers[CURSOR_HEADER] = str(cursor)

    async def _claim_key(self, unit: UnitOfWork, proof: str) -> None:
        key = self._request.headers.get(HEADER)
        if key is None or self._request.method in SAFE:
            return
        check_key(key)
        route = cast("TransactionalRoute", self._request.scope["route"])
        body = await self._request.body() if route.fingerprints_body else b""
        asked = self._request.scope
        print_ = fingerprint(asked["method"], asked["path"], asked["query_string"], body)
        owner = unit.scope.actor
        if unit.scope.tenant_id is None:
            # Nobody can replay what they could not send.
            owner = f"anonymous:{fingerprint(print_, proof)}"
        claim = Claim(owner, key, print_)
        answer = await self._ledger.take(unit.session, claim, self._runtime.clock.now())
        if answer is not None:
            raise _Replay(answer)
        self._claim = claim


class TransactionalRoute(APIRoute):
    """The route class of every router."""

    fingerprints_body: ClassVar[bool] = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if not self.fingerprints_body:
                return await self._run(handler, request)  # its body cannot be read twice
            runtime: Runtime = request.app.state.runtime
            if request.method not in SAFE:
                request = await checked(request, runtime.settings.max_request_bytes)
            # What has a key finds its own answer, if it was committed after all.
            repeatable = request.method in SAFE or HEADER in request.headers
            return await retrying(lambda: self._run(handler, request), repeatable=repeatable)

        return handle

    async def _run(
        self, handler: Callable[[Request], Coroutine[Any, Any, Response]], request: Request
    ) -> Response:
        runtime: Runtime = request.app.state.runtime
        try:
            async with AsyncExitStack() as stack:
                transaction = Transaction(request, runtime, stack)
                request.state.transaction = transaction
                response = await handler(request)
                await transaction.finish(response)
        except _Replay as replay:
            response = replay.response
        transaction.mark(response)
        return response


class UploadRoute(TransactionalRoute):
    """For bodies too large to be read twice: the fingerprint is the URL, which names the hash.

    What such a route does with the database it runs again by itself (`app.db.retry`).
    """

    fingerprints_body = False
