"""Documents and the store: what is cached has its bytes, what is not loses them.

The store and the database cannot commit together. So the lock of the document's row orders
them: bytes are deleted only under it while the document is not cached, and a document becomes
cached only under it while its bytes are there.
"""

from uuid import UUID

from sqlalchemy import select

from app.db.retry import retrying
from app.db.scope import Scope
from app.db.session import ScopedAsyncSession
from app.domains.pdfs.models import Pdf, PdfStatus
from app.runtime.blobs import blob_key
from app.runtime.parts import Runtime

_ACTOR = "system"


async def locked(session: ScopedAsyncSession, pdf_id: UUID) -> Pdf | None:
    """The document, newly read and locked until the transaction ends; SQLite has one writer
    at a time anyway."""
    pdf: Pdf | None = await session.scalar(
        select(Pdf)
        .where(Pdf.id == pdf_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return pdf


async def discard(runtime: Runtime, tenant_id: UUID, file_hash: str) -> bool:
    """Delete bytes that no cached document has; whether there were any. Several documents may
    have the same (`claims.py`), so all of them are locked."""
    key = blob_key(tenant_id, file_hash)
    async with runtime.database.unit_of_work(Scope(tenant_id, _ACTOR)) as unit:
        found = await unit.session.scalars(
            select(Pdf).where(Pdf.file_hash == file_hash).order_by(Pdf.id).with_for_update()
        )
        if any(pdf.status == PdfStatus.CACHED for pdf in found):
            return False
        return await runtime.blobs.delete(key)


async def note_loss(runtime: Runtime, tenant_id: UUID, pdf_id: UUID) -> None:
    """The store lost a cached document (someone deleted its file): it can be asked for again."""

    async def work() -> None:
        async with runtime.database.unit_of_work(Scope(tenant_id, _ACTOR)) as unit:
            pdf = await locked(unit.session, pdf_id)
            if pdf is None or pdf.file_hash is None or pdf.status != PdfStatus.CACHED:
                return
            if await runtime.blobs.stat(blob_key(tenant_id, pdf.file_hash)) is None:
                pdf.status = PdfStatus.EXPIRED.value
                pdf.expires_at = None

    await retrying(work)
