"""A company on a running server, for the tests of its sockets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import (  # noqa: F401 - fixtures
    api_settings,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
    start,
)
from tests.realtime.site import Site, served


@pytest.fixture
def site_settings() -> dict[str, Any]:
    """What the server of `site` is told besides; a module may have its own."""
    return {}


@pytest.fixture
async def site(
    sqlite_url: str,  # noqa: F811
    tmp_path: Path,
    site_settings: dict[str, Any],
) -> AsyncIterator[Site]:
    """A server of its own."""
    async with AsyncExitStack() as stack:
        api = await start(api_settings(sqlite_url, tmp_path, **site_settings), stack)
        url = await stack.enter_async_context(served(api.app))
        yield Site(api, url, await api.company(), stack)
