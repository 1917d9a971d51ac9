"""Places of agents that were emptied, and from how many files on that is asked about.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import JsonColumn

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("emptied", JsonColumn, nullable=False, server_default="[]"))
    op.add_column("tenant_settings", sa.Column("agent_hold_files", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("tenant_settings", "agent_hold_files")
    op.drop_column("agents", "emptied")
