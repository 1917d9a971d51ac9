"""What one document looks like from near."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db.base import to_json
from app.db.session import ScopedAsyncSession
from app.domains.agents.models import Agent
from app.domains.identity import audit
from app.domains.identity.models import User
from app.domains.pdfs.availability import availability_now
from app.domains.pdfs.corrections import evidence
from app.domains.pdfs.models import Pdf, PdfLocation, Transfer
from app.errors import NotFoundError

HISTORY = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def find(session: ScopedAsyncSession, pdf_id: UUID) -> Pdf:
    """The document, if the session's scope sees it; else `NotFoundError`."""
    pdf = await session.scalar(select(Pdf).where(Pdf.id == pdf_id))
    if pdf is None:
        raise NotFoundError("document")
    return pdf


async def detail(
    company: ScopedAsyncSession, pdf: Pdf, branch_ids: frozenset[UUID] | None
) -> dict[str, Any]:
    """`company` sees the whole company, because a document may come from a branch that the
    reader, of `branch_ids`, does not see; of its locations only the reader's are shown."""
    rows = await company.execute(
        select(PdfLocation, Agent.name)
        .join(Agent, Agent.id == PdfLocation.agent_id)
        .where(PdfLocation.pdf_id == pdf.id)
        .order_by(PdfLocation.seen_at, PdfLocation.path_key)
        .limit(200)
    )
    locations = [
        _location(location, name)
        for location, name in rows
        if branch_ids is None or location.branch_id in branch_ids
    ]
    transfers = await newest_transfers(company, pdf.id, HISTORY)
    return {
        **pdf.wire(),
        "availability": await availability_now(company, pdf),
        "fields": evidence(pdf, await _names(company, pdf)),
        "locations": locations,
        "transfers": [transfer.wire() for transfer in transfers],
    }


async def history(company: ScopedAsyncSession, pdf: Pdf) -> list[dict[str, Any]]:
    """What people did with it, newest first."""
    entries = await audit.history(company, "pdf", pdf.id, HISTORY)
    return [
        {
            "at": entry.at,
            "actorName": entry.actor_name,
            "action": entry.action,
            "details": entry.details,
        }
        for entry in entries
    ]


async def status(company: ScopedAsyncSession, pdf: Pdf) -> dict[str, Any]:
    """The short form, for those who wait."""
    transfers = await newest_transfers(company, pdf.id, 1)
    return {
        "id": str(pdf.id),
        "status": pdf.status,
        "availability": await availability_now(company, pdf),
        "transfer": transfers[0].wire() if transfers else None,
        "expiresAt": to_json(pdf.expires_at),
    }


async def newest_transfers(session: ScopedAsyncSession, pdf_id: UUID, limit: int) -> list[Transfer]:
    """The document's transfers, newest first."""
    found = await session.scalars(
        select(Transfer).where(Transfer.pdf_id == pdf_id).order_by(Transfer.id.desc()).limit(limit)
    )
    return list(found)


async def _names(company: ScopedAsyncSession, pdf: Pdf) -> dict[str, str]:
    """The names of those who put its fields right, by actor."""
    actors = {entry["by"] for entry in pdf.corrections.values()}
    ids = [UUID(actor.removeprefix("user:")) for actor in actors]
    found = await company.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{user_id}": name for user_id, name in found.all()}


def _location(location: PdfLocation, agent_name: str) -> dict[str, Any]:
    return {
        "agentId": str(location.agent_id),
        "agentName": agent_name,
        "branchId": str(location.branch_id),
        "path": location.path,
        "size": location.size,
        "modifiedAt": to_json(_time(location.mtime_ns)),
        "seenAt": to_json(location.seen_at),
    }


def _time(mtime_ns: int) -> datetime:
    """A file system may say anything; what is no date of ours becomes the nearest one."""
    try:
        return _EPOCH + timedelta(microseconds=mtime_ns // 1000)
    except OverflowError:
        return _EPOCH
