"""Documents and transfers on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from agent.contract.files import Fields
from app.domains.pdfs.availability import Availability
from app.domains.pdfs.models import PdfStatus
from app.http.collections import WireSchema


class PdfRow(WireSchema):
    """A row of the collection `pdfs`; see docs/contract.md."""

    id: UUID
    version: int
    updated_at: datetime
    branch_ids: list[UUID]
    agent_ids: list[UUID]
    file_hash: str | None
    size: int
    file_name: str
    title: str | None
    pages: int | None
    status: PdfStatus
    result: str
    reason_code: str | None
    reason: str | None
    type: str | None
    number: str | None
    customer: str | None
    event_date: date | None
    total: str | None
    expires_at: datetime | None
    cached_at: datetime | None
    created_at: datetime


class TransferRow(WireSchema):
    """A row of the collection `transfers`."""

    id: UUID
    version: int
    updated_at: datetime
    branch_id: UUID
    pdf_id: UUID
    agent_id: UUID
    path: str
    state: str
    priority: int
    attempts: int
    sent_bytes: int
    total_bytes: int
    error_code: str | None
    error: str | None
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Location(WireSchema):
    """A path on an agent's disk."""

    agent_id: UUID
    agent_name: str
    branch_id: UUID
    path: str
    size: int
    modified_at: datetime
    seen_at: datetime


class PdfDetail(PdfRow):
    """With the evidence of each field, where it lies, and its last transfers."""

    availability: Availability
    fields: Fields
    locations: list[Location]
    transfers: list[TransferRow]


class PdfStatusAnswer(WireSchema):
    """`transfer` is the newest one."""

    id: UUID
    status: PdfStatus
    availability: Availability
    transfer: TransferRow | None
    expires_at: datetime | None


class TransferRequest(WireSchema):
    """Higher goes first."""

    priority: Annotated[int, Field(ge=0, le=9)] = 0


class RequestAnswer(WireSchema):
    """`transfer` is null where the document is here already."""

    id: UUID
    status: PdfStatus
    transfer: TransferRow | None


class UploadAnswer(WireSchema):
    """The document is here."""

    pdf_id: UUID
    status: PdfStatus
    transfer_id: UUID
