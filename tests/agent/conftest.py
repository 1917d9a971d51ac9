"""A server for the agent's tests to talk to."""

from collections.abc import AsyncIterator

import pytest

from tests.agent.hub import Hub
from tests.support.proxy import Proxy


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as server:
        yield server


@pytest.fixture
async def proxy(hub: Hub) -> AsyncIterator[Proxy]:
    async with Proxy(hub.port) as line:
        yield line
