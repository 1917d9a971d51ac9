"""Documents and transfers on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictInt

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
    corrected: list[str]
    pinned: bool


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


class Evidence(WireSchema):
    """Where a value was read: the line as printed, its page from 1, and the value's box
    `[left, top, right, bottom]` as fractions of the page, from its upper left corner."""

    text: str
    page: int
    box: list[float] | None


class FieldDetail(WireSchema):
    """`value` is what counts; `read_value` what the rules read, `corrected_by` who knew better."""

    value: str
    read_value: str | None
    confidence: float | None
    evidence: Evidence | None
    corrected_by: str | None
    corrected_at: datetime | None


class FieldDetails(WireSchema):
    """The five fields; one that is neither read nor corrected is null."""

    type: FieldDetail | None
    number: FieldDetail | None
    customer: FieldDetail | None
    event_date: FieldDetail | None
    total: FieldDetail | None


class PdfDetail(PdfRow):
    """With the evidence of each field, where it lies, and its last transfers."""

    availability: Availability
    fields: FieldDetails
    locations: list[Location]
    transfers: list[TransferRow]


class HistoryEntry(WireSchema):
    """One thing that was done with a document; `action` as in the audit log. `pdf.version` is a
    change of its content, told by the agent that reported it: `details` are what it was before
    (`fileHash`, `size`, `fileName`, `values`, and `since` when)."""

    at: datetime
    actor_name: str
    action: str
    details: dict[str, Any]


class PdfHistory(WireSchema):
    """The newest first."""

    data: list[HistoryEntry]


class PdfStatusAnswer(WireSchema):
    """`transfer` is the newest one of the caller's branches."""

    id: UUID
    status: PdfStatus
    availability: Availability
    transfer: TransferRow | None
    expires_at: datetime | None


class TransferRequest(WireSchema):
    """Higher goes first."""

    priority: Annotated[StrictInt, Field(ge=0, le=9)] = 0


class RequestAnswer(WireSchema):
    """`transfer` is null where the document is here already (`status` is `cached`), and where a
    branch that the caller does not see sends it."""

    id: UUID
    status: PdfStatus
    transfer: TransferRow | None


class UploadAnswer(WireSchema):
    """The document is here."""

    pdf_id: UUID
    status: PdfStatus
    transfer_id: UUID
