"""Databases with the real schema, and a company in each."""

import pytest

from app.db.database import Database
from tests.api.conftest import (  # noqa: F401 - fixtures
    database_url,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
)
from tests.feed.conftest import database  # noqa: F401 - a fixture
from tests.feed.world import Company, found


@pytest.fixture
async def company(database: Database) -> Company:  # noqa: F811
    return await found(database)
