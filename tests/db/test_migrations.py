"""The migrations make exactly the tables that the models describe, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from app.db.base import Base, Tenanted
from app.db.database import Database
from app.db.migrate import upgrade
from app.db.tables import metadata


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


@pytest.fixture(params=["sqlite", "postgres"])
async def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'bare.db'}"
    else:
        url = request.getfixturevalue("postgres_database")
    database = Database(url)
    yield database
    await database.close()


async def test_models_and_migrations_agree(bare_database: Database) -> None:
    assert await upgrade(bare_database)
    assert not await upgrade(bare_database), "a second replica finds nothing to do"
    async with bare_database.write_engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_row_level_security_is_forced_on_every_tenant_table(
    postgres_database: str,
) -> None:
    database = Database(postgres_database)
    await upgrade(database)
    async with database.write_engine.connect() as connection:
        secured = await connection.scalars(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        )
        tables = {
            str(mapper.local_table)
            for mapper in Base.registry.mappers
            if issubclass(mapper.class_, Tenanted)
        }
        assert tables <= set(secured)
    await database.close()
