"""What Prometheus reads: requests by route, and the state of this process."""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http import request_id
from app.http.conditional import TEMPLATE
from app.metrics import registry
from app.serving.metric_files import locked, shared_folder

REQUESTS = Histogram(
    "siberius_http_request_seconds",
    "Time to the last byte of the response, by route.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=registry,
)
NOT_MODIFIED = Counter(
    "siberius_http_not_modified", "Conditional reads answered from memory.", registry=registry
)
FEED_SEQ = Gauge(
    "siberius_feed_seq",
    "The head of a tenant's feed in this process.",
    ["tenant"],
    registry=registry,
    multiprocess_mode="livemax",
)
SOCKETS = Gauge(
    "siberius_sockets",
    "Open sockets, by kind.",
    ["kind"],
    registry=registry,
    multiprocess_mode="livesum",
)
CACHE_READS = Counter(
    "siberius_cache_reads",
    "Look-ups in the cache that the feed keeps true, by what they found.",
    ["collection", "outcome"],
    registry=registry,
)


def count_cache_read(collection: str, hit: bool) -> None:
    """One look-up in the cache."""
    CACHE_READS.labels(collection, "hit" if hit else "miss").inc()


def exposition() -> bytes:
    """The text format, version 0.0.4: of this process, or of all workers together."""
    folder = shared_folder()
    if folder is None:
        return generate_latest(registry)
    everyone = CollectorRegistry()
    MultiProcessCollector(everyone, str(folder))  # type: ignore[no-untyped-call]
    with locked(folder):
        return generate_latest(everyone)


class RequestMetrics:
    """ASGI middleware that times every HTTP request by its route template, never by its URL:
    the number of series stays bounded. A request's id goes back with its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500
        named = request_id.take(scope["headers"])

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if named is not None:
                    message["headers"] = [*message["headers"], (request_id.HEADER, named)]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route: Any = scope.get("route")
            template = getattr(route, "path", scope.get(TEMPLATE, "other"))
            REQUESTS.labels(scope["method"], template, str(status)).observe(
                time.perf_counter() - started
            )
