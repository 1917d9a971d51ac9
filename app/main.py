"""The ASGI factory: takes a runtime, mounts routers, sockets and dashboard.

INTERIM (the lead replaces it within the hour): mounts what exists already.
"""

import asyncio
import contextlib
import importlib
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import socketio
from fastapi import FastAPI

from app import version
from app.db import migrate
from app.feed.append import Appender
from app.feed.relay import Relay
from app.http import problems
from app.runtime.parts import Runtime, build
from app.settings import Settings


def _there(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (error.name.startswith("app.") or error.name.startswith("agent.")):
            return None
        raise


def create_app(runtime: Runtime | None = None) -> FastAPI:
    """The application on `runtime`, or on the parts its environment asks for."""
    runtime = runtime or build(Settings())
    app = FastAPI(title="Siberius", version=version(), lifespan=_lifespan)
    node = f"{runtime.settings.node}:{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
    relay = Relay(runtime.database, runtime.bus, tick_s=runtime.settings.feed_tick_s)
    runtime.database.record_with(Appender(node))
    runtime.database.publish_with(relay.publish)
    app.state.runtime, app.state.node, app.state.relay = runtime, node, relay
    if hub := _there("app.realtime.hub"):
        app.state.hub = hub.RealtimeHub(runtime, relay)
    if extract := _there("agent.pdf.extract"):
        app.state.extractor = extract.Extractor()
    for name in (
        "app.domains.identity.routes",
        "app.domains.agents.routes",
        "app.domains.pdfs.routes",
        "app.feed.routes",
        "app.operations.routes",
    ):
        if module := _there(name):
            app.include_router(module.router)
    problems.install(app)
    if hasattr(app.state, "hub"):
        app.mount("/socket.io", socketio.ASGIApp(app.state.hub.server))
    if web := _there("app.web.static"):
        web.mount_dashboard(app)
    conditional, access = _there("app.http.conditional"), _there("app.domains.identity.access")
    if conditional and access:
        app.add_middleware(
            conditional.ConditionalReads,
            relay=relay,
            authenticate=partial(access.authenticate_header, runtime),
        )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime
    await migrate.upgrade(runtime.database)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(runtime.database.close)
        await stack.enter_async_context(runtime.signals)
        for name in ("extractor", "hub"):
            if hasattr(app.state, name):
                await stack.enter_async_context(getattr(app.state, name))
        task = asyncio.create_task(app.state.relay.run(), name="relay")
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
