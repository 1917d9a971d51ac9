"""Second factors, preferences, settings of companies; an audit log that cannot be changed.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_TABLES = ("second_factors", "recovery_codes", "preferences", "tenant_settings")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        # Row-level security binds the tables' owner as well.
        op.execute("SELECT set_config('siberius.tenant', '*', true)")
    op.add_column(
        "users",
        sa.Column("second_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "login_sessions",
        sa.Column(
            "last_seen_at", UtcDateTime(), nullable=False, server_default="1970-01-01 00:00:00"
        ),
    )
    op.execute("UPDATE login_sessions SET last_seen_at = created_at")
    _new_tables()
    _audit_columns(postgres)
    if postgres:
        for table in NEW_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY tenant_isolation ON {table} USING ("
                "current_setting('siberius.tenant', true) = '*' OR "
                "tenant_id::text = current_setting('siberius.tenant', true))"
            )
        _append_only_postgres()
    else:
        _append_only_sqlite()


def _new_tables() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_second_factors_user_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_second_factors_tenant_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_recovery_codes_tenant_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_preferences_user_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_preferences_tenant_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_preferences"),
    )
    op.create_table(
        "tenant_settings",
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("max_upload_mb", sa.Integer(), nullable=True),
        sa.Column("agent_heartbeat_s", sa.Integer(), nullable=True),
        sa.Column("agent_rescan_s", sa.Integer(), nullable=True),
        sa.Column("audit_retention_days", sa.Integer(), nullable=True),
        sa.Column("second_factor_required", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name="fk_tenant_settings_branch_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant_settings_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tenant_settings"),
        sa.UniqueConstraint("tenant_id", name="uq_tenant_settings_tenant_id"),
    )
    op.create_index("ix_tenant_settings_branch_id", "tenant_settings", ["branch_id"], unique=False)


def _audit_columns(postgres: bool) -> None:
    """`subject` was `type:id`."""
    for column in (
        sa.Column("subject_type", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("subject_name", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
    ):
        op.add_column("audit_entries", column)
    if postgres:
        kind, entity = "split_part(subject, ':', 1)", "CAST(split_part(subject, ':', 2) AS uuid)"
    else:
        kind = "substr(subject, 1, instr(subject, ':') - 1)"
        entity = "replace(substr(subject, instr(subject, ':') + 1), '-', '')"
    op.execute(f"UPDATE audit_entries SET subject_type = {kind}, subject_id = {entity}")  # noqa: S608
    op.drop_column("audit_entries", "subject")
    op.create_index(
        "ix_audit_entries_tenant_id_occurred_at",
        "audit_entries",
        ["tenant_id", "occurred_at"],
        unique=False,
    )


def _append_only_postgres() -> None:
    op.execute(
        "CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'DELETE' THEN"
        "  IF OLD.occurred_at <= now() - interval '30 days' THEN RETURN OLD; END IF;"
        " END IF;"
        " RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries"
        " FOR EACH ROW EXECUTE FUNCTION audit_entries_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_not_truncated BEFORE TRUNCATE ON audit_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()"
    )


def _append_only_sqlite() -> None:
    refusal = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    op.execute(f"CREATE TRIGGER audit_entries_unchanged BEFORE UPDATE ON audit_entries {refusal}")
    op.execute(
        "CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries"
        f" WHEN OLD.occurred_at > datetime('now', '-30 days') {refusal}"
    )


def downgrade() -> None:
    raise RuntimeError("an audit log does not go back: restore the backup from before")
