"""Bytes that belong to nothing: what a process left behind that died at the wrong moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db.scope import Scope
from app.domains.pdfs import storage
from app.domains.pdfs.locations import CHUNK
from app.domains.pdfs.models import Pdf, PdfStatus
from app.domains.pdfs.uploads import INCOMING
from app.runtime.blobs import remove_older
from app.runtime.parts import Runtime

GRACE = timedelta(hours=1)
"""Longer than any upload takes from its first byte to its commit."""


async def sweep(runtime: Runtime) -> Mapping[str, int]:
    """Remove blobs that no cached document has, and what interrupted uploads left."""
    # Files carry the machine's time, whatever clock the program was given.
    before = datetime.now().astimezone() - GRACE
    removed = size = 0
    group: dict[tuple[str, str], int] = {}
    async for blob in runtime.blobs.list():
        if blob.modified_at < before:
            tenant, _, file_hash = blob.key.split("/")
            group[tenant, file_hash] = blob.size
        if len(group) >= CHUNK:
            removed, size = await _remove(runtime, group, removed, size)
            group = {}
    removed, size = await _remove(runtime, group, removed, size)
    unfinished = await runtime.blobs.remove_unfinished(before)
    unfinished += remove_older(runtime.settings.data_dir / INCOMING, before)
    return {"blobs": removed, "bytes": size, "unfinished": unfinished}


async def _remove(
    runtime: Runtime, group: Mapping[tuple[str, str], int], removed: int, size: int
) -> tuple[int, int]:
    for tenant in {tenant for tenant, _ in group}:
        tenant_id = UUID(tenant)
        hashes = {file_hash for owner, file_hash in group if owner == tenant}
        async with runtime.database.read(Scope(tenant_id, "system")) as session:
            cached = await session.scalars(
                select(Pdf.file_hash).where(
                    Pdf.file_hash.in_(hashes), Pdf.status == PdfStatus.CACHED.value
                )
            )
            used = set(cached)
        for file_hash in hashes - used:
            if await storage.discard(runtime, tenant_id, file_hash):
                removed += 1
                size += group[tenant, file_hash]
    return removed, size
