"""Expiry: documents that nobody needs any more leave the store; they can be asked for again."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select

from app.db.retry import retrying
from app.db.scope import SYSTEM
from app.domains.pdfs import storage
from app.domains.pdfs.models import Pdf, PdfStatus
from app.errors import UnavailableError
from app.runtime.parts import Runtime

log = logging.getLogger(__name__)
STEP = 100


@dataclass
class Report:
    """What one run did; `kept_blobs` are left to `orphans.sweep`, the store did not answer."""

    expired: int = 0
    bytes: int = 0
    deleted_blobs: int = 0
    kept_blobs: int = 0


async def run(runtime: Runtime) -> Mapping[str, int]:
    """Expire what is due. A document that is asked for meanwhile is simply uploaded again."""
    report = Report()

    async def step() -> list[tuple[UUID, str]]:
        return await _expire_some(runtime, report)

    while expired := await retrying(step):
        for tenant_id, file_hash in expired:
            try:
                report.deleted_blobs += await storage.discard(runtime, tenant_id, file_hash)
            except UnavailableError:
                report.kept_blobs += 1
    log.info("expired %d documents (%d bytes)", report.expired, report.bytes)
    return asdict(report)


async def _expire_some(runtime: Runtime, report: Report) -> list[tuple[UUID, str]]:
    now = runtime.clock.now()
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        due = (
            await unit.session.scalars(
                select(Pdf)
                .where(
                    Pdf.status == PdfStatus.CACHED.value,
                    Pdf.expires_at <= now,
                    Pdf.pinned.is_(False),
                )
                .order_by(Pdf.id)
                .limit(STEP)
                .with_for_update()
            )
        ).all()
        for pdf in due:
            pdf.status = PdfStatus.EXPIRED.value
    report.expired += len(due)
    report.bytes += sum(pdf.size for pdf in due)
    return [(pdf.tenant_id, pdf.file_hash) for pdf in due if pdf.file_hash]
