"""Documents, where they are, and their journeys up."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, Numeric, String, Text
from sqlalchemy import exists as sql_exists
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenanted, Tracked
from app.db.types import JsonColumn


class PdfStatus(StrEnum):
    """`available_local → uploading → cached → expired`, and back to `uploading`."""

    AVAILABLE_LOCAL = "available_local"
    UPLOADING = "uploading"
    CACHED = "cached"
    EXPIRED = "expired"


class TransferState(StrEnum):
    """A transfer is open while `queued` or `uploading`."""

    QUEUED = "queued"
    UPLOADING = "uploading"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (TransferState.QUEUED.value, TransferState.UPLOADING.value)


READING = (
    "title",
    "pages",
    "result",
    "reason_code",
    "reason",
    "rules_version",
    "fields",
)
"""The columns of `Reading`."""


class Reading:
    """What an agent read in a file. It belongs to the location; a document shows the one of its
    best location (`locations.best`)."""

    title: Mapped[str | None] = mapped_column(String(300))
    pages: Mapped[int | None]
    result: Mapped[str] = mapped_column(String(20))
    reason_code: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(500))
    rules_version: Mapped[str] = mapped_column(String(80))
    fields: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    """The evidence: the wire form of `agent.contract.files.Fields`."""


class Pdf(Reading, Tracked, Base):
    """One document: one content at a time, many locations that have it.

    `content_key` says which content, and how well that is known (`claims.py`).
    `branch_ids` are the branches that have a location of it (the last ones that had, when
    all are gone); `PdfBranch` says the same to SQL. Its own `branch_id` is not used.
    """

    __tablename__ = "pdfs"
    __collection__ = "pdfs"
    __wire__ = (
        "branch_ids",
        "agent_ids",
        "file_hash",
        "size",
        "file_name",
        "title",
        "pages",
        "status",
        "result",
        "reason_code",
        "reason",
        "type",
        "number",
        "customer",
        "event_date",
        "total",
        "expires_at",
        "cached_at",
        "created_at",
        "corrected",
        "pinned",
    )

    content_key: Mapped[str] = mapped_column(String(80))
    file_hash: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    content_since: Mapped[datetime]
    """When it got the content it has now."""
    file_name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default=PdfStatus.AVAILABLE_LOCAL.value)
    corrections: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    """What people put right: `{field: {value, by, at}}`, the fields as in `fields`. It is
    stronger than what is read, now and later; the columns below hold what counts."""
    corrected: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    """The fields that are in `corrections`, for the list."""
    type: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(String(500))
    customer: Mapped[str | None] = mapped_column(String(500))
    event_date: Mapped[date | None]
    total: Mapped[Decimal | None] = mapped_column(Numeric(18, 2, asdecimal=True))
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Lower case, without accents: what the search looks through."""
    branch_ids: Mapped[list[str]] = mapped_column(JsonColumn, default=list, active_history=True)
    agent_ids: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    """The agents that have it now."""
    expires_at: Mapped[datetime | None]
    cached_at: Mapped[datetime | None]
    pinned: Mapped[bool] = mapped_column(default=False)
    """Kept when it would expire."""
    created_at: Mapped[datetime]
    split_from: Mapped[UUID | None]
    """The document that its path was before, and that still lay elsewhere when it changed. Where
    the other places follow, they are one document again."""
    gone_at: Mapped[datetime | None]
    """When its last location went; the two below say which one that was."""
    gone_agent_id: Mapped[UUID | None]
    gone_path_key: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("uq_pdfs_content", "tenant_id", "content_key", unique=True),
        Index("ix_pdfs_tenant_id_file_hash", "tenant_id", "file_hash"),
        Index("ix_pdfs_gone", "gone_agent_id", "gone_path_key"),
        Index("ix_pdfs_gone_at", "gone_at"),
        Index("ix_pdfs_expiry", "status", "expires_at"),
        Index("ix_pdfs_tenant_id_id", "tenant_id", "id"),
        Index("ix_pdfs_tenant_id_created_at", "tenant_id", "created_at"),
    )

    def branches(self) -> tuple[UUID | None, ...]:
        """Every branch that has, or had last, a location."""
        return tuple(UUID(branch_id) for branch_id in self.branch_ids)

    def branches_before(self) -> tuple[UUID | None, ...]:
        """The same, before this transaction."""
        removed = sa_inspect(self).attrs.branch_ids.history.deleted
        before = removed[0] if removed else self.branch_ids
        return tuple(UUID(branch_id) for branch_id in before or [])

    @classmethod
    def visible_in(cls, branch_ids: Collection[UUID]) -> ColumnElement[bool]:
        """Seen from any branch that has it."""
        return sql_exists().where(PdfBranch.pdf_id == cls.id, PdfBranch.branch_id.in_(branch_ids))


class PdfBranch(Base):
    """`Pdf.branch_ids`, for SQL."""

    __tablename__ = "pdf_branches"

    pdf_id: Mapped[UUID] = mapped_column(
        ForeignKey("pdfs.id", ondelete="CASCADE"), primary_key=True
    )
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"), primary_key=True, index=True)


class PdfVersion(Tenanted, Base):
    """What a document was before its content changed. `agent_id` and `branch_id` are of the
    location that changed; there is no foreign key to the agent, whom the history outlives."""

    __tablename__ = "pdf_versions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pdf_id: Mapped[UUID] = mapped_column(ForeignKey("pdfs.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[UUID]
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    file_hash: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    file_name: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    """The fields that had one, as the row showed them."""
    corrections: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    """As in `Pdf`: they hold again when this content comes back."""
    since: Mapped[datetime]
    until: Mapped[datetime]


class PdfLocation(Reading, Tenanted, Base):
    """A path on one agent's disk where a document lies, as the agent reported it.

    `item_key` is the key of set reconciliation (`agent.contract.reconcile.item_key`).
    """

    __tablename__ = "pdf_locations"

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    path_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the path: paths are too long to be indexed as they are."""
    path: Mapped[str] = mapped_column(Text)
    pdf_id: Mapped[UUID] = mapped_column(ForeignKey("pdfs.id"), index=True)
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"))
    item_key: Mapped[str] = mapped_column(String(16))
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime]

    __table_args__ = (Index("ix_pdf_locations_agent_id_item_key", "agent_id", "item_key"),)


class Transfer(Tracked, Base):
    """One journey of a document from a branch to the store."""

    __tablename__ = "transfers"
    __collection__ = "transfers"
    __wire__ = (
        "branch_id",
        "pdf_id",
        "agent_id",
        "path",
        "state",
        "priority",
        "attempts",
        "sent_bytes",
        "total_bytes",
        "error_code",
        "error",
        "requested_by",
        "requested_at",
        "started_at",
        "finished_at",
    )

    pdf_id: Mapped[UUID] = mapped_column(ForeignKey("pdfs.id"), index=True)
    agent_id: Mapped[UUID]
    """No foreign key: the history outlives the agent."""
    path: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default=TransferState.QUEUED.value)
    priority: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the agent was asked."""
    sent_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(500))
    requested_by: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """When the agent was asked last, or last showed progress."""

    __table_args__ = (
        Index("ix_transfers_agent_id_state", "agent_id", "state"),
        Index("ix_transfers_tenant_id_id", "tenant_id", "id"),
        Index("ix_transfers_tenant_id_requested_at", "tenant_id", "requested_at"),
    )
