"""How much one address, one user and one company may ask of the API in a minute.

What is answered from memory (304) is not counted; guessing at secrets and uploads have limits
of their own, where they happen. The headers are those of the IETF's draft
(draft-ietf-httpapi-ratelimit-headers): the policies, and where the tightest of them stands.
"""

from collections.abc import Callable
from math import ceil

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from app.errors import RateLimitedError
from app.http.dependencies import network_of
from app.http.problems import problem_response
from app.runtime.limits import Limit, Verdict
from app.runtime.parts import Runtime

_WINDOW_S = 60
Caller = Callable[[str], tuple[str, str] | None]
"""From an `Authorization` header to the ids of the user and the tenant, if it has a signature
of ours; whether it still holds is for the route to say."""


class Quotas:
    """ASGI middleware in front of the routes of the API."""

    def __init__(self, app: ASGIApp, *, runtime: Runtime, caller: Caller) -> None:
        self._app = app
        self._runtime = runtime
        self._caller = caller

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        limits = self._limits(scope)
        verdicts = await self._runtime.limiter.hit_all(list(limits.values()))
        by_name = dict(zip(limits, verdicts, strict=True))
        tightest = min(by_name, key=lambda name: by_name[name].remaining / limits[name].limit)
        headers = _headers(limits, tightest, by_name[tightest])
        refused = [verdict.retry_after_s for verdict in verdicts if not verdict.allowed]
        if refused:
            error = RateLimitedError(
                f"too many requests of one {tightest}: wait a moment",
                limit=tightest,
                quota=limits[tightest].limit,
                window_s=_WINDOW_S,
                retry_after_s=max(refused),
            )
            response = problem_response(error)
            response.headers["RateLimit-Policy"] = headers["RateLimit-Policy"]
            await response(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(headers, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, tell)

    def _limits(self, scope: AsgiScope) -> dict[str, Limit]:
        settings = self._runtime.settings
        address = network_of(scope["client"][0]) if scope.get("client") else "unknown"
        limits = {"address": (address, settings.address_limit_per_minute)}
        caller = self._caller(Headers(scope=scope).get("authorization", ""))
        if caller is not None:
            user_id, tenant_id = caller
            limits["user"] = (user_id, settings.user_limit_per_minute)
            limits["tenant"] = (tenant_id, settings.tenant_limit_per_minute)
        return {
            name: Limit(f"requests:{name}:{key}", limit, _WINDOW_S)
            for name, (key, limit) in limits.items()
        }


def _headers(limits: dict[str, Limit], tightest: str, verdict: Verdict) -> dict[str, str]:
    policy = ", ".join(f'"{name}";q={limit.limit};w={_WINDOW_S}' for name, limit in limits.items())
    return {
        "RateLimit-Policy": policy,
        "RateLimit": f'"{tightest}";r={verdict.remaining};t={ceil(verdict.resets_in_s)}',
    }


def _add(ours: dict[str, str], headers: MutableHeaders) -> None:
    """A route that refused by a limit of its own has said where that one stands: it stays."""
    policies = [ours["RateLimit-Policy"], *headers.getlist("RateLimit-Policy")]
    headers["RateLimit-Policy"] = ", ".join(policies)
    headers.setdefault("RateLimit", ours["RateLimit"])
