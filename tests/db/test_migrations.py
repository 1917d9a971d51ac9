"""The migrations make exactly the tables that the models describe, on both databases."""

import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from app.db import migrate
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


async def _upgrade_to(database: Database, revision: str) -> None:
    async with database.write_engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(migrate.config(sync), revision))


async def _run(database: Database, *statements: str) -> list[Any]:
    """The rows of the last statement, which may see every company's."""
    async with database.write_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT set_config('siberius.tenant', '*', true)"))
        for statement in statements:
            answer = await connection.execute(text(statement))
        return list(answer.all()) if answer.returns_rows else []


def _company(number: int) -> str:
    """As a release inserts it that knows no possession key."""
    return (
        "INSERT INTO tenants (id, name, created_at) "
        f"VALUES ('{_id(number)}', 'Acme {number}', '2026-01-01 00:00:00')"
    )


def _user(number: int, email: str) -> str:
    return (
        "INSERT INTO users (id, tenant_id, email, name, role, password_hash, disabled, "
        "second_factor, version, updated_at) "
        f"VALUES ('{_id(number)}', '{_id(1)}', '{email}', 'Ana', 'viewer', '', "
        "false, false, 1, '2026-01-01 00:00:00')"
    )


def _id(number: int) -> str:
    return f"{number:032x}"


async def test_a_company_that_an_older_release_makes_has_a_key_of_its_own(
    bare_database: Database,
) -> None:
    """Servers are replaced one after another: the migration has run, and an old one goes on."""
    await _upgrade_to(bare_database, "0006")
    await _run(bare_database, _company(1))
    await upgrade(bare_database)
    await _run(bare_database, _company(2), _company(3))
    rows = await _run(bare_database, "SELECT possession_key FROM tenants")
    keys = {key for (key,) in rows}
    assert len(keys) == 3
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)


async def test_addresses_that_were_stored_as_typed_are_found_by_what_is_typed_now(
    bare_database: Database,
) -> None:
    await _upgrade_to(bare_database, "0006")
    apart = "joa\N{COMBINING TILDE}o@example.com"
    twin = "ze\N{COMBINING ACUTE ACCENT}@example.com"
    both = (twin, unicodedata.normalize("NFC", twin))
    await _run(
        bare_database,
        _company(1),
        _user(1, apart),
        _user(2, "ana@example.com"),
        *(_user(3 + index, email) for index, email in enumerate(both)),
    )
    await upgrade(bare_database)
    rows = await _run(bare_database, "SELECT email FROM users ORDER BY id")
    assert [email for (email,) in rows] == [
        unicodedata.normalize("NFC", apart),
        "ana@example.com",
        *both,
    ]
