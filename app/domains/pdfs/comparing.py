"""Rows against bytes: has every cached document its blob, and every blob its document?

It only looks. A document whose bytes are gone is marked when someone asks for it
(`storage.note_loss`), and a blob without a document goes with the next `orphans.sweep`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db.scope import SYSTEM
from app.domains.pdfs.models import Pdf, PdfStatus
from app.domains.pdfs.orphans import GRACE
from app.runtime.blobs import blob_key
from app.runtime.parts import Runtime


async def compare(runtime: Runtime) -> Mapping[str, Any]:
    """`documents` and `blobs` are how many there are; `missing` the cached documents without
    bytes, `unclaimed` the keys of blobs without a cached document, as JSON.

    Blobs of the last hour may belong to an upload that is under way, and are not unclaimed.
    """
    before = datetime.now().astimezone() - GRACE
    blobs = {blob.key: blob.modified_at async for blob in runtime.blobs.list()}
    async with runtime.database.read(SYSTEM) as session:
        cached = await session.execute(
            select(Pdf.tenant_id, Pdf.id, Pdf.file_name, Pdf.file_hash)
            .where(Pdf.status == PdfStatus.CACHED.value)
            .order_by(Pdf.tenant_id, Pdf.id)
        )
        documents = [
            (blob_key(tenant, digest), tenant, pdf, name)
            for tenant, pdf, name, digest in cached
            if digest is not None
        ]
    claimed = {key for key, *_ in documents}
    missing = [
        {"tenantId": str(tenant), "pdfId": str(pdf), "fileName": name}
        for key, tenant, pdf, name in documents
        # What was cached after the list was made is there by now.
        if key not in blobs and await runtime.blobs.stat(key) is None
    ]
    unclaimed = [
        key for key, modified_at in blobs.items() if key not in claimed and modified_at < before
    ]
    return {
        "documents": len(documents),
        "blobs": len(blobs),
        "missing": missing,
        "unclaimed": sorted(unclaimed),
    }
