"""The upload of a transfer: received, checked, stored, and only then a cached document.

Nothing is kept of a refused file. The bytes are put before the commit; where the process dies
between the two, the bytes lie there unused until `orphans.sweep` removes them.
"""

from datetime import UTC, datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request

from agent.contract.files import Result
from agent.pdf.extract import Extractor
from app.db.database import UnitOfWork
from app.db.retry import retrying
from app.db.session import ScopedAsyncSession
from app.domains.agents.access import active
from app.domains.agents.credentials import AgentIdentity
from app.domains.identity.company_settings import settings_of
from app.domains.identity.tenants import possession_key
from app.domains.pdfs import claims, storage
from app.domains.pdfs.models import OPEN_STATES, Pdf, PdfStatus, Transfer, TransferState
from app.domains.pdfs.receiving import Received, receive_file, refuse_too_large, too_large
from app.errors import (
    ConflictError,
    ProblemError,
    RateLimitedError,
    UnavailableError,
    UnprocessableError,
)
from app.input import LAST_MOMENT
from app.runtime.blobs import blob_key
from app.runtime.parts import Runtime

WINDOW_S = 15 * 60
INCOMING = "incoming"
"""The folder in the data folder where uploads are received."""


class TransferNotFoundError(ProblemError):
    """404: no such transfer, or not of this agent."""

    status: ClassVar[int] = 404

    def __init__(self) -> None:
        super().__init__("transfer_not_found", "this agent has no such transfer")


class _BytesMissingError(Exception):
    """An expiry removed the bytes between the put and the commit."""


async def receive(
    request: Request,
    runtime: Runtime,
    extractor: Extractor,
    identity: AgentIdentity,
    *,
    transfer_id: UUID,
    file_hash: str,
    size: int,
) -> UUID:
    """Take the file of a transfer; answers the document's id. Sent again after a success, it
    answers the same.

    Raises `RateLimitedError`, `TransferNotFoundError`, `ConflictError` (`transfer_closed`),
    `TooLargeError` and `UnprocessableError` (`size_mismatch`, `hash_mismatch`, `not_a_pdf`,
    `damaged_file`).
    """
    await _limit(runtime, identity)
    max_bytes = (await settings_of(runtime, identity.tenant_id)).max_upload_bytes
    if size > max_bytes:
        raise too_large(max_bytes)
    refuse_too_large(request, max_bytes)
    pdf_id, done = await _expected(runtime, identity, transfer_id, file_hash, size)
    if done:
        return pdf_id
    folder = runtime.settings.data_dir / INCOMING
    key = await possession_key(runtime, identity.tenant_id)
    async with receive_file(request, folder, max_bytes, key) as received:
        await _check(received, extractor, file_hash=file_hash, size=size)
        # Cancelled meanwhile? Then there is no point in storing it.
        await _expected(runtime, identity, transfer_id, file_hash, size)
        await _store(runtime, identity, transfer_id, received)
    return pdf_id


def expiry_of(pdf: Pdf, now: datetime, retention_days: int) -> datetime:
    """When a document that arrives now expires: so many days after its event; so many from
    now where the date is unknown, or so long ago that it would expire at once. The last day of
    the calendar, which people write for "never", is none too far."""
    retention = timedelta(days=retention_days)
    if pdf.event_date is not None:
        event = datetime.combine(pdf.event_date, time(), UTC)
        expires_at = event + min(retention, LAST_MOMENT - event)
        if expires_at > now:
            return expires_at
    return now + retention


async def _limit(runtime: Runtime, identity: AgentIdentity) -> None:
    limit = runtime.settings.upload_limit_per_15_minutes
    verdict = await runtime.limiter.hit(f"upload:{identity.agent_id}", limit, WINDOW_S)
    if not verdict.allowed:
        raise RateLimitedError(
            f"an agent may upload {limit} files in 15 minutes",
            limit="upload",
            quota=limit,
            window_s=WINDOW_S,
            retry_after_s=verdict.retry_after_s,
        )


async def _expected(
    runtime: Runtime, identity: AgentIdentity, transfer_id: UUID, file_hash: str, size: int
) -> tuple[UUID, bool]:
    """The document of the transfer, and whether it was received already."""
    async with runtime.database.read(identity.scope) as session:
        await active(session, identity)
        row = (
            await session.execute(
                select(Transfer, Pdf)
                .join(Pdf, Pdf.id == Transfer.pdf_id)
                .where(Transfer.id == transfer_id, Transfer.agent_id == identity.agent_id)
            )
        ).one_or_none()
    if row is None:
        raise TransferNotFoundError
    transfer, pdf = row
    if pdf.file_hash != file_hash:
        raise _hash_mismatch()
    if transfer.state == TransferState.DONE:
        return pdf.id, True
    if transfer.state not in OPEN_STATES:
        raise _closed(transfer)
    if transfer.total_bytes != size:
        raise _size_mismatch(transfer.total_bytes, size)
    return pdf.id, False


async def _check(received: Received, extractor: Extractor, *, file_hash: str, size: int) -> None:
    if received.size != size:
        raise _size_mismatch(size, received.size)
    if b"%PDF-" not in received.head:
        raise UnprocessableError("not_a_pdf", "the file does not begin like a PDF")
    if received.sha256 != file_hash:
        raise _hash_mismatch()
    extraction = await extractor.read(received.path)
    if extraction.result is Result.DAMAGED:
        raise UnprocessableError("damaged_file", extraction.reason or "the file is damaged")


async def _store(
    runtime: Runtime, identity: AgentIdentity, transfer_id: UUID, received: Received
) -> None:
    key = blob_key(identity.tenant_id, received.sha256)

    async def work() -> None:
        async with runtime.database.unit_of_work(identity.scope) as unit:
            await _finish(unit, runtime, identity, transfer_id, received)

    for _ in range(3):
        await runtime.blobs.put(key, received.path)
        try:
            await retrying(work, attempts=5, repeatable=True)
        except _BytesMissingError:
            continue
        except UnavailableError:
            raise  # it may be committed; if it is not, `orphans.sweep` finds the bytes
        except ProblemError:
            # Cancelled in the last moment: nothing is kept.
            await storage.discard(runtime, identity.tenant_id, received.sha256)
            raise
        return
    raise _BytesMissingError(key)


async def _finish(
    unit: UnitOfWork,
    runtime: Runtime,
    identity: AgentIdentity,
    transfer_id: UUID,
    received: Received,
) -> None:
    session, now = unit.session, runtime.clock.now()
    key = blob_key(identity.tenant_id, received.sha256)
    transfer = await session.scalar(
        select(Transfer).where(Transfer.id == transfer_id, Transfer.agent_id == identity.agent_id)
    )
    if transfer is None:
        raise TransferNotFoundError
    if transfer.state == TransferState.DONE:
        return  # the same upload came twice, and the other was faster
    if transfer.state not in OPEN_STATES:
        raise _closed(transfer)
    pdf = await storage.locked(session, transfer.pdf_id)
    if pdf is None:
        raise TransferNotFoundError
    if pdf.file_hash != received.sha256:
        raise _hash_mismatch()  # it got a new version while this one was on its way
    if await runtime.blobs.stat(key) is None:
        raise _BytesMissingError(key)
    transfer.state = TransferState.DONE.value
    transfer.started_at = transfer.started_at or now
    transfer.finished_at = now
    transfer.sent_bytes = transfer.total_bytes
    transfer.error_code = transfer.error = None
    pdf.status = PdfStatus.CACHED.value
    pdf.cached_at = now
    company = await settings_of(runtime, identity.tenant_id, session)
    pdf.expires_at = expiry_of(pdf, now, company.retention_days)
    await _prove(session, pdf, received)


async def _prove(session: ScopedAsyncSession, pdf: Pdf, received: Received) -> None:
    """The bytes are here, so what an agent only said of them is known now; unless another
    document is known to be them, which its agents keep for themselves."""
    content_key = claims.proven(received.sha256, received.possession)
    if pdf.content_key == content_key:
        return
    taken = await session.scalar(select(Pdf.id).where(Pdf.content_key == content_key))
    if taken is None:
        pdf.content_key = content_key


def _closed(transfer: Transfer) -> ConflictError:
    return ConflictError("transfer_closed", f"the transfer has ended: {transfer.state}")


def _size_mismatch(expected: int, actual: int) -> UnprocessableError:
    return UnprocessableError("size_mismatch", f"{expected} bytes were expected, not {actual}")


def _hash_mismatch() -> UnprocessableError:
    return UnprocessableError(
        "hash_mismatch", "this is not the file that was asked for: its SHA-256 differs"
    )
