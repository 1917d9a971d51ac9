"""Corrections and pins of documents; activity is counted by day.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import JsonColumn

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pdfs", sa.Column("corrections", JsonColumn, nullable=False, server_default="{}"))
    op.add_column("pdfs", sa.Column("corrected", JsonColumn, nullable=False, server_default="[]"))
    op.add_column(
        "pdfs", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_audit_entries_subject_id", "audit_entries", ["subject_id"])
    op.create_index("ix_pdfs_tenant_id_created_at", "pdfs", ["tenant_id", "created_at"])
    op.create_index(
        "ix_transfers_tenant_id_requested_at", "transfers", ["tenant_id", "requested_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entries_subject_id", "audit_entries")
    op.drop_index("ix_transfers_tenant_id_requested_at", "transfers")
    op.drop_index("ix_pdfs_tenant_id_created_at", "pdfs")
    op.drop_column("pdfs", "pinned")
    op.drop_column("pdfs", "corrected")
    op.drop_column("pdfs", "corrections")
