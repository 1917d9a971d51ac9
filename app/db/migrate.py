"""Migrations: the schema is brought up to date by the first process that starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from app.db.database import Database
from app.db.retry import retrying

_ADVISORY_LOCK = 7_305_443_021  # any number, the same in every replica


async def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; whether there were any. Replicas that start together
    take turns; one that starts in the middle of a failover waits for the new leader."""
    await retrying(database.reach)
    async with database.write_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        return await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> bool:
    schema = MigrationContext.configure(connection)
    before = schema.get_current_heads()
    command.upgrade(config(connection), "head")
    return schema.get_current_heads() != before


def config(connection: Connection) -> Config:
    """Alembic's configuration, for this connection and without a file."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.attributes["connection"] = connection
    return configuration
