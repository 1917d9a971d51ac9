"""What one request may wait for, from its first byte: a lost database, and Redis."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.db.outage import patient
from app.runtime.redis_guard import begin_budget


class Budgets:
    """ASGI middleware, in front of whatever asks either of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # a socket lives for hours
            await self._app(scope, receive, send)
            return
        begin_budget()
        with patient():
            await self._app(scope, receive, send)
