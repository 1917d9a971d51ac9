"""What the scheduled jobs did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.ids import new_id
from app.db.types import JsonColumn


class JobRun(Base):
    """One run of a job; `report` is what it says it did, `error` is null where it went well."""

    __tablename__ = "job_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    job: Mapped[str] = mapped_column(String(40), index=True)
    node: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    report: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    error: Mapped[str | None] = mapped_column(String(500))
