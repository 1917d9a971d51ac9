"""What an agent says is its own: readings belong to locations, contents are proven, and a
document remembers its earlier versions.

Revision ID: 0004
"""

import secrets

import sqlalchemy as sa
from alembic import op

from app.db.types import JsonColumn, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

READING = ("title", "pages", "result", "reason_code", "reason", "rules_version", "fields")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        # Row-level security binds the tables' owner as well.
        op.execute("SELECT set_config('siberius.tenant', '*', true)")
    _possession_keys()
    _documents()
    _locations()
    _versions()
    if postgres:
        op.execute("ALTER TABLE pdf_versions ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE pdf_versions FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY tenant_isolation ON pdf_versions USING ("
            "current_setting('siberius.tenant', true) = '*' OR "
            "tenant_id::text = current_setting('siberius.tenant', true))"
        )


def _possession_keys() -> None:
    op.add_column(
        "tenants",
        sa.Column("possession_key", sa.String(length=64), nullable=False, server_default=""),
    )
    tenants = sa.table("tenants", sa.column("id", sa.Uuid()), sa.column("possession_key"))
    connection = op.get_bind()
    for tenant_id in connection.scalars(sa.select(tenants.c.id)).all():
        connection.execute(
            tenants.update()
            .where(tenants.c.id == tenant_id)
            .values(possession_key=secrets.token_hex(32))
        )


def _documents() -> None:
    for column in (
        sa.Column(
            "content_since", UtcDateTime(), nullable=False, server_default="1970-01-01 00:00:00"
        ),
        sa.Column("split_from", sa.Uuid(), nullable=True),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.Column("gone_agent_id", sa.Uuid(), nullable=True),
        sa.Column("gone_path_key", sa.String(length=64), nullable=True),
    ):
        op.add_column("pdfs", column)
    op.execute("UPDATE pdfs SET content_since = created_at")
    op.execute(
        "UPDATE pdfs SET gone_at = updated_at WHERE NOT EXISTS "
        "(SELECT 1 FROM pdf_locations WHERE pdf_locations.pdf_id = pdfs.id)"
    )
    op.create_index("ix_pdfs_tenant_id_file_hash", "pdfs", ["tenant_id", "file_hash"])
    op.create_index("ix_pdfs_gone", "pdfs", ["gone_agent_id", "gone_path_key"])
    op.create_index("ix_pdfs_gone_at", "pdfs", ["gone_at"])


def _locations() -> None:
    """Nobody knows any more who read what: each location has read what its document shows."""
    for column in (
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=False, server_default="ok"),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("rules_version", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("fields", JsonColumn, nullable=False, server_default="{}"),
    ):
        op.add_column("pdf_locations", column)
    copied = ", ".join(f"{name} = pdfs.{name}" for name in READING)
    # The keys are spoilt, so that every agent finds its files to be different, reads them once
    # more and proves that it has them.
    op.execute(
        f"UPDATE pdf_locations SET {copied}, item_key = substr(path_key, 1, 16) "  # noqa: S608
        "FROM pdfs WHERE pdfs.id = pdf_locations.pdf_id"
    )


def _versions() -> None:
    op.create_table(
        "pdf_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pdf_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("values", JsonColumn, nullable=False),
        sa.Column("corrections", JsonColumn, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_pdf_versions_branch_id"),
        sa.ForeignKeyConstraint(
            ["pdf_id"], ["pdfs.id"], name="fk_pdf_versions_pdf_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_pdf_versions_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pdf_versions"),
    )
    op.create_index("ix_pdf_versions_pdf_id", "pdf_versions", ["pdf_id"], unique=False)


def downgrade() -> None:
    op.drop_table("pdf_versions")
    for name in READING:
        op.drop_column("pdf_locations", name)
    for index in ("ix_pdfs_gone_at", "ix_pdfs_gone", "ix_pdfs_tenant_id_file_hash"):
        op.drop_index(index, "pdfs")
    for name in ("gone_path_key", "gone_agent_id", "gone_at", "split_from", "content_since"):
        op.drop_column("pdfs", name)
    op.drop_column("tenants", "possession_key")
