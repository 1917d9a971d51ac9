"""Health and metrics. Load balancers ask `/health/ready`; people ask `/health/detailed`."""

import asyncio
import time
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import func, select, text

from app import version
from app.db.base import to_json
from app.db.scope import SYSTEM
from app.domains.agents.models import Agent
from app.domains.identity.access import CurrentUser, Reads, require
from app.domains.identity.models import Role
from app.domains.pdfs.models import Pdf, Transfer
from app.errors import UnavailableError
from app.http.dependencies import RelayDep, RuntimeDep
from app.http.transaction import TransactionalRoute
from app.operations.metrics import FEED_SEQ, SOCKETS, exposition

router = APIRouter(tags=["operations"], route_class=TransactionalRoute)
_READY_TIMEOUT_S = 2.0


def _staying(request: Request) -> None:
    if request.app.state.draining:
        raise UnavailableError("draining", "this process is about to stop", retry_after_s=2)


Staying = Depends(_staying)
"""503 from the moment this process was asked to stop."""


@router.get("/health", dependencies=[Staying])
async def health() -> dict[str, str]:
    """The process is alive, and stays."""
    return {"status": "ok", "version": version()}


@router.get("/health/ready", dependencies=[Staying])
async def ready(request: Request, runtime: RuntimeDep) -> dict[str, str]:
    """This process can do its work: 503 where its database does not answer.

    A failover happens to all processes at once. As long as requests wait for its end, each
    stays in its place: without any, the load balancer would have to refuse them.
    """
    state, now = request.app.state, time.monotonic()
    try:
        async with asyncio.timeout(_READY_TIMEOUT_S), runtime.database.read(SYSTEM) as session:
            await session.execute(text("SELECT 1"))
        state.database_seen_at = now
    except Exception as error:
        patience_s = runtime.settings.failover_patience_s
        if now - getattr(state, "database_seen_at", -patience_s) < patience_s:
            return {"status": "waiting"}
        raise UnavailableError(
            "database_unavailable", "the database does not answer", retry_after_s=2
        ) from error
    if runtime.bus.is_deaf:
        raise UnavailableError("bus_deaf", "hints go out and none comes in", retry_after_s=2)
    return {"status": "ready"}


@router.get("/health/realtime")
async def realtime(request: Request) -> dict[str, Any]:
    """The sockets of this process."""
    counts: dict[str, int] = request.app.state.hub.counts()
    return {"status": "ok", **counts}


@router.get("/health/detailed", dependencies=[require(Role.MANAGER)])
async def detailed(
    runtime: RuntimeDep, relay: RelayDep, user: CurrentUser, session: Reads
) -> dict[str, Any]:
    """The state of the caller's company in this process."""
    return {
        "status": "ok",
        "version": version(),
        "node": runtime.settings.node,
        "profile": runtime.settings.profile,
        "database": runtime.database.url.get_backend_name(),
        "feed": {"cursor": str((await relay.head(user.tenant_id)).cursor)},
        **await _counts(session),
        "timestamp": to_json(runtime.clock.now()),
    }


@router.get("/api/metrics/realtime")
async def metrics_for_people(
    runtime: RuntimeDep, relay: RelayDep, user: CurrentUser, session: Reads
) -> dict[str, Any]:
    """The figures an overview shows, for the caller's eyes."""
    return {
        **await _counts(session),
        "cursor": str((await relay.head(user.tenant_id)).cursor),
        "timestamp": to_json(runtime.clock.now()),
    }


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, relay: RelayDep) -> Response:
    """For Prometheus, of all workers together; the load balancer does not let it out."""
    for namespace, count in request.app.state.hub.counts().items():
        SOCKETS.labels(namespace).set(count)
    for tenant_id, head in relay.heads():
        FEED_SEQ.labels(str(tenant_id)).set(head.seq)
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)


async def _counts(session: Any) -> dict[str, Any]:
    """How many agents, documents and transfers there are in each state."""
    counted = {}
    for name, column in (
        ("agents", Agent.status),
        ("pdfs", Pdf.status),
        ("transfers", Transfer.state),
    ):
        rows = await session.execute(select(column, func.count()).group_by(column))
        counted[name] = dict(rows.all())
    return counted
