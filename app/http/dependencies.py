"""What routes are given of the process they run in."""

from typing import Annotated, cast

from fastapi import Depends, Request

from app.feed.relay import Relay
from app.runtime.parts import Runtime


def _runtime(request: Request) -> Runtime:
    return cast("Runtime", request.app.state.runtime)


def _relay(request: Request) -> Relay:
    return cast("Relay", request.app.state.relay)


RuntimeDep = Annotated[Runtime, Depends(_runtime)]
RelayDep = Annotated[Relay, Depends(_relay)]


def client_address(request: Request) -> str:
    """The caller's address; behind a trusted proxy uvicorn has put the real one here."""
    return request.client.host if request.client else "unknown"
