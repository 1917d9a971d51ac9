"""The two tables of the feed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenanted
from app.db.types import JsonColumn
from app.feed.cursor import Cursor


class FeedCounter(Base):
    """A tenant's head. Its row lock, held to the end of the commit, is what makes the order total.

    `epoch` changes when history was lost (a restored backup), so that old cursors are foreign.
    `floor` is the last pruned sequence number.
    """

    __tablename__ = "feed_counters"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    epoch: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    floor: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def cursor(self) -> Cursor:
        """The head as a cursor of someone who sees every branch."""
        return Cursor(self.epoch, self.seq)


class Change(Tenanted, Base):
    """One change of one row, as seen from one branch (null: the whole company).

    `tx` is the first `seq` of the transaction; `prev_seq` the previous change of the same
    branch and collection, 0 where there is none. `data` is the row as clients see it, null
    for `delete` and `leave`; `changed_fields` is null for an insert.
    """

    __tablename__ = "changes"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    prev_seq: Mapped[int] = mapped_column(BigInteger)
    tx: Mapped[int] = mapped_column(BigInteger)
    collection: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[UUID]
    branch_id: Mapped[UUID | None]
    op: Mapped[str] = mapped_column(String(10))
    data: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    changed_fields: Mapped[list[str] | None] = mapped_column(JsonColumn)
    origin_node: Mapped[str] = mapped_column(String(80))
    actor: Mapped[str] = mapped_column(String(80))
    occurred_at: Mapped[datetime]

    __table_args__ = (
        # Answers "the previous change of this branch and collection" from the index alone.
        Index("ix_changes_room", "tenant_id", "collection", "branch_id", "seq"),
    )
