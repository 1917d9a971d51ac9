"""Everything there is, and row-level security on what belongs to a tenant.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import JsonColumn, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "agent_presences",
    "agents",
    "audit_entries",
    "branches",
    "changes",
    "enrolment_codes",
    "login_sessions",
    "pdf_locations",
    "pdfs",
    "refresh_tokens",
    "transfers",
    "users",
    "feed_counters",
)


def upgrade() -> None:
    op.create_table(
        "idempotency_records",
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency_records"),
    )
    op.create_index(
        "ix_idempotency_records_created_at", "idempotency_records", ["created_at"], unique=False
    )
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=False),
        sa.Column("report", JsonColumn, nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job_runs"),
    )
    op.create_index("ix_job_runs_job", "job_runs", ["job"], unique=False)
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("details", JsonColumn, nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_audit_entries_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index(
        "ix_audit_entries_tenant_id_id", "audit_entries", ["tenant_id", "id"], unique=False
    )
    op.create_table(
        "branches",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_branches_branch_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_branches_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_branches"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_branches_tenant_id_code"),
    )
    op.create_index("ix_branches_branch_id", "branches", ["branch_id"], unique=False)
    op.create_index("ix_branches_tenant_id_id", "branches", ["tenant_id", "id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prev_seq", sa.BigInteger(), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("op", sa.String(length=10), nullable=False),
        sa.Column("data", JsonColumn, nullable=True),
        sa.Column("changed_fields", JsonColumn, nullable=True),
        sa.Column("origin_node", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_changes_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name="pk_changes"),
    )
    op.create_index(
        "ix_changes_room", "changes", ["tenant_id", "collection", "branch_id", "seq"], unique=False
    )
    op.create_table(
        "feed_counters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_feed_counters_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_feed_counters"),
    )
    op.create_table(
        "agents",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("agent_version", sa.String(length=40), nullable=True),
        sa.Column("platform", sa.String(length=100), nullable=True),
        sa.Column("hostname", sa.String(length=255), nullable=True),
        sa.Column("local_address", sa.String(length=64), nullable=True),
        sa.Column("watch_mode", sa.String(length=20), nullable=True),
        sa.Column("folder", sa.String(length=4096), nullable=True),
        sa.Column("folder_state", sa.String(length=20), nullable=True),
        sa.Column("clock_skew_s", sa.Double(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=600), nullable=True),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_agents_branch_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_agents_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("token_hash", name="uq_agents_token_hash"),
    )
    op.create_index("ix_agents_branch_id", "agents", ["branch_id"], unique=False)
    op.create_index("ix_agents_tenant_id_id", "agents", ["tenant_id", "id"], unique=False)
    op.create_table(
        "pdfs",
        sa.Column("content_key", sa.String(length=80), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("rules_version", sa.String(length=80), nullable=False),
        sa.Column("fields", JsonColumn, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=True),
        sa.Column("number", sa.String(length=500), nullable=True),
        sa.Column("customer", sa.String(length=500), nullable=True),
        sa.Column("event_date", sa.Date(), nullable=True),
        sa.Column("total", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("branch_ids", JsonColumn, nullable=False),
        sa.Column("agent_ids", JsonColumn, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("cached_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_pdfs_branch_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_pdfs_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pdfs"),
    )
    op.create_index("ix_pdfs_branch_id", "pdfs", ["branch_id"], unique=False)
    op.create_index("ix_pdfs_expiry", "pdfs", ["status", "expires_at"], unique=False)
    op.create_index("ix_pdfs_tenant_id_id", "pdfs", ["tenant_id", "id"], unique=False)
    op.create_index("uq_pdfs_content", "pdfs", ["tenant_id", "content_key"], unique=True)
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("branch_ids", JsonColumn, nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_users_branch_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_users_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_index("ix_users_branch_id", "users", ["branch_id"], unique=False)
    op.create_index("ix_users_tenant_id_id", "users", ["tenant_id", "id"], unique=False)
    op.create_table(
        "agent_presences",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=True),
        sa.Column("sid", sa.String(length=80), nullable=True),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("beat", JsonColumn, nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_agent_presences_agent_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_agent_presences_tenant_id"),
        sa.PrimaryKeyConstraint("agent_id", name="pk_agent_presences"),
    )
    op.create_table(
        "enrolment_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_enrolment_codes_agent_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_enrolment_codes_tenant_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_enrolment_codes"),
    )
    op.create_index("ix_enrolment_codes_agent_id", "enrolment_codes", ["agent_id"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_reason", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_login_sessions_tenant_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_login_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_login_sessions"),
    )
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "pdf_branches",
        sa.Column("pdf_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_pdf_branches_branch_id"),
        sa.ForeignKeyConstraint(
            ["pdf_id"], ["pdfs.id"], name="fk_pdf_branches_pdf_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pdf_id", "branch_id", name="pk_pdf_branches"),
    )
    op.create_index("ix_pdf_branches_branch_id", "pdf_branches", ["branch_id"], unique=False)
    op.create_table(
        "pdf_locations",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("path_key", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("pdf_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("item_key", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_pdf_locations_agent_id"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_pdf_locations_branch_id"),
        sa.ForeignKeyConstraint(["pdf_id"], ["pdfs.id"], name="fk_pdf_locations_pdf_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_pdf_locations_tenant_id"),
        sa.PrimaryKeyConstraint("agent_id", "path_key", name="pk_pdf_locations"),
    )
    op.create_index(
        "ix_pdf_locations_agent_id_item_key",
        "pdf_locations",
        ["agent_id", "item_key"],
        unique=False,
    )
    op.create_index("ix_pdf_locations_pdf_id", "pdf_locations", ["pdf_id"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("pdf_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_bytes", sa.BigInteger(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("requested_by", sa.String(length=80), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_transfers_branch_id"),
        sa.ForeignKeyConstraint(["pdf_id"], ["pdfs.id"], name="fk_transfers_pdf_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_transfers_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
    )
    op.create_index("ix_transfers_agent_id_state", "transfers", ["agent_id", "state"], unique=False)
    op.create_index("ix_transfers_branch_id", "transfers", ["branch_id"], unique=False)
    op.create_index("ix_transfers_pdf_id", "transfers", ["pdf_id"], unique=False)
    op.create_index("ix_transfers_tenant_id_id", "transfers", ["tenant_id", "id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["login_sessions.id"], name="fk_refresh_tokens_session_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_refresh_tokens_tenant_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_refresh_tokens"),
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["session_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _enable_row_level_security()


def _enable_row_level_security() -> None:
    """The second wall behind the session's own filter (`app/db/session.py`)."""
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # FORCE: the application may own its tables.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant_isolation ON {table} USING ("
            "current_setting('siberius.tenant', true) = '*' OR "
            "tenant_id::text = current_setting('siberius.tenant', true))"
        )


def downgrade() -> None:
    for table in (
        "refresh_tokens",
        "transfers",
        "pdf_locations",
        "pdf_branches",
        "login_sessions",
        "enrolment_codes",
        "agent_presences",
        "users",
        "pdfs",
        "agents",
        "feed_counters",
        "changes",
        "branches",
        "audit_entries",
        "tenants",
        "leases",
        "job_runs",
        "idempotency_records",
    ):
        op.drop_table(table)
