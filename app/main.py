"""The ASGI factory: takes a runtime, mounts routers, sockets and dashboard."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import socketio
from fastapi import FastAPI
from starlette.types import ASGIApp

from agent.pdf.extract import Extractor
from app import version
from app.db import migrate
from app.domains.agents import presence
from app.domains.agents import routes as agents
from app.domains.identity import audit, sessions
from app.domains.identity import routes as identity
from app.domains.identity.access import authenticate_header, signed_by
from app.domains.pdfs import expiry, gone, orphans, transfers
from app.domains.pdfs import routes as pdfs
from app.feed import prune
from app.feed import routes as feed
from app.feed.append import Appender
from app.feed.continuity import Continuity
from app.feed.relay import Relay
from app.http import idempotency, problems
from app.http.addresses import CheckedAddresses
from app.http.answers import Answers
from app.http.budget import Budgets
from app.http.conditional import ConditionalReads, RememberedReads
from app.http.openapi import DocumentedApi
from app.http.quotas import Quotas
from app.operations import routes as operations
from app.operations.jobs import Every, Job, Nightly, Scheduler
from app.operations.metrics import RequestMetrics, count_cache_read
from app.realtime import events
from app.realtime.hub import RealtimeHub
from app.runtime.parts import Runtime, build
from app.runtime.tasks import end
from app.settings import Settings
from app.web.static import mount_dashboard

log = logging.getLogger(__name__)


def create_app(runtime: Runtime | None = None) -> FastAPI:
    """The application on `runtime`, or on the parts its environment asks for."""
    runtime = runtime or build(Settings())
    app = DocumentedApi(
        title="Siberius",
        version=version(),
        lifespan=_lifespan,
        webhooks=events.router,
        # Those pages would run scripts of a foreign server, with the reader's session beside them.
        docs_url=None,
        redoc_url=None,
        # Each thing has one path; a redirect would name the host that the caller made up.
        redirect_slashes=False,
    )
    node = f"{runtime.settings.node}:{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
    continuity = Continuity(runtime.database, runtime.marks)
    relay = Relay(
        runtime.database,
        runtime.bus,
        tick_s=runtime.settings.feed_tick_s,
        note=continuity.note,
    )
    runtime.database.record_with(Appender(node))
    runtime.database.publish_with(relay.publish)
    runtime.cache.follow(relay, count_cache_read)
    app.state.runtime = runtime
    app.state.node = node
    app.state.draining = False
    app.state.continuity = continuity
    app.state.relay = relay
    app.state.answers = Answers(count_cache_read)
    app.state.hub = RealtimeHub(runtime, relay)
    app.state.extractor = Extractor()
    app.state.scheduler = _scheduler(app)
    for router in (identity.router, agents.router, pdfs.router, feed.router, operations.router):
        app.include_router(router)
    problems.install(app)
    mount_dashboard(app)
    authenticate = partial(authenticate_header, runtime)
    app.add_middleware(
        RememberedReads, relay=relay, authenticate=authenticate, answers=app.state.answers
    )
    app.add_middleware(Quotas, runtime=runtime, caller=partial(signed_by, runtime))
    app.add_middleware(ConditionalReads, relay=relay, authenticate=authenticate)
    app.add_middleware(CheckedAddresses)
    app.add_middleware(Budgets)
    app.add_middleware(RequestMetrics)
    # Before everything else: what surrounds a socket is held for as long as it lives.
    app.add_middleware(_with_sockets, server=app.state.hub.server)
    return app


def _with_sockets(app: ASGIApp, server: socketio.AsyncServer) -> ASGIApp:
    with_sockets: ASGIApp = socketio.ASGIApp(server, app)
    return with_sockets


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime
    await migrate.upgrade(runtime.database)
    await app.state.continuity.check()
    async with contextlib.AsyncExitStack() as stack:
        for part in (runtime.database, runtime.limiter, runtime.guesses, runtime.revocations):
            stack.push_async_callback(part.close)
        await stack.enter_async_context(runtime.signals)
        await stack.enter_async_context(app.state.extractor)
        await stack.enter_async_context(app.state.hub)
        background = [
            asyncio.create_task(app.state.relay.run(), name="relay"),
            asyncio.create_task(app.state.scheduler.run(), name="scheduler"),
        ]
        stack.push_async_callback(end, background)
        yield


def _scheduler(app: FastAPI) -> Scheduler:
    """The jobs, with what each of them needs."""
    runtime: Runtime = app.state.runtime
    settings, database, clock = runtime.settings, runtime.database, runtime.clock
    tick = timedelta(seconds=settings.jobs_tick_s)

    async def prune_feed() -> dict[str, int]:
        before = clock.now() - timedelta(days=settings.feed_retention_days)
        return {"changes": await prune.prune(database, before)}

    async def prune_answers() -> dict[str, int]:
        before = clock.now() - timedelta(hours=settings.idempotency_hours)
        return {"answers": await idempotency.prune(database, before)}

    async def prune_sessions() -> dict[str, int]:
        return {"sessions": await sessions.prune(database, clock.now())}

    jobs = [
        Job("presence", Every(tick), lambda: presence.sweep(runtime)),
        Job("transfers", Every(tick), lambda: transfers.dispatch_waiting(runtime)),
        Job(
            "expiry", Nightly(settings.expiry_hour_utc), lambda: expiry.run(runtime), recorded=True
        ),
        Job("gone", Nightly(settings.expiry_hour_utc), lambda: gone.forget(runtime), recorded=True),
        Job("orphans", Every(timedelta(hours=1)), lambda: orphans.sweep(runtime), recorded=True),
        Job("prune-feed", Every(timedelta(hours=1)), prune_feed),
        Job("prune-answers", Every(timedelta(hours=1)), prune_answers),
        Job("prune-sessions", Every(timedelta(hours=1)), prune_sessions),
        Job("prune-audit", Every(timedelta(hours=1)), lambda: audit.prune(runtime)),
    ]
    return Scheduler(database, clock, app.state.node, jobs, tick_s=settings.jobs_tick_s)
