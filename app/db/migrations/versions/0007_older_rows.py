"""What an older release has written, or writes while servers are being replaced, is as this one
expects it: addresses in their stored form, and a possession key for every company.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

from app.domains.identity.schemas import normalise_email

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# 244 random bits in 64 hex digits; Postgres has no other source of them without an extension.
_POSTGRES_KEY = "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"
_SQLITE_KEY = "lower(hex(randomblob(32)))"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Row-level security binds the tables' owner as well.
        op.execute("SELECT set_config('siberius.tenant', '*', true)")
        op.execute(f"ALTER TABLE tenants ALTER COLUMN possession_key SET DEFAULT {_POSTGRES_KEY}")
        key = _POSTGRES_KEY
    else:
        # Its columns cannot be given another default, nor one that is no constant.
        op.execute(
            "CREATE TRIGGER tenants_possession_key AFTER INSERT ON tenants "  # noqa: S608
            f"WHEN new.possession_key = '' BEGIN UPDATE tenants SET possession_key = {_SQLITE_KEY} "
            "WHERE id = new.id; END"
        )
        key = _SQLITE_KEY
    op.execute(f"UPDATE tenants SET possession_key = {key} WHERE possession_key = ''")  # noqa: S608
    _normalise_addresses()


def _normalise_addresses() -> None:
    """Where two users have one address in two forms, the one who has it as it is
    stored now keeps it, and the other stays as he is, for an administrator to put right."""
    connection = op.get_bind()
    users = sa.table("users", sa.column("id", sa.Uuid()), sa.column("email", sa.Text()))
    rows = connection.execute(sa.select(users).order_by(users.c.id)).all()
    taken = {row.email for row in rows}
    for row in rows:
        email = normalise_email(row.email)
        if email not in taken:
            taken.add(email)
            connection.execute(users.update().where(users.c.id == row.id).values(email=email))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE tenants ALTER COLUMN possession_key SET DEFAULT ''")
    else:
        op.execute("DROP TRIGGER tenants_possession_key")
