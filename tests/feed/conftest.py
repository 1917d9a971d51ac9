"""Databases with the real schema, and companies in them."""

from collections.abc import AsyncIterator

import pytest

from app.db.database import Database
from app.feed.append import Appender
from tests.api.conftest import (  # noqa: F401 - fixtures
    database_url,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:  # noqa: F811
    """A database of each kind that records its feed."""
    database = Database(database_url)
    database.record_with(Appender("test"))
    yield database
    await database.close()
