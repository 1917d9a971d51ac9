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
from app.domains.pdfs.models import Pdf, PdfLocation, PdfVersion, Transfer
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
    session: ScopedAsyncSession,
    company: ScopedAsyncSession,
    pdf: Pdf,
    branch_ids: frozenset[UUID] | None,
) -> dict[str, Any]:
    """`company` sees the whole company, because a document may come from a branch that the
    reader, of `session` and `branch_ids`, does not see. Of its locations and transfers only the
    reader's are shown."""
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
    transfers = await newest_transfers(session, pdf.id, HISTORY)
    return {
        **pdf.wire(),
        "availability": await availability_now(company, pdf),
        "fields": evidence(pdf, await _names(company, pdf)),
        "locations": locations,
        "transfers": [transfer.wire() for transfer in transfers],
    }


async def history(
    company: ScopedAsyncSession, pdf: Pdf, branch_ids: frozenset[UUID] | None
) -> list[dict[str, Any]]:
    """What people did with it, and what it was before its content changed, newest first. Of its
    earlier versions the reader, of `branch_ids`, sees those of his branches."""
    done = [
        {
            "at": entry.at,
            "actorName": entry.actor_name,
            "action": entry.action,
            "details": entry.details,
        }
        for entry in await audit.history(company, "pdf", pdf.id, HISTORY)
    ]
    return sorted(
        done + await _versions(company, pdf, branch_ids),
        key=lambda entry: entry["at"],
        reverse=True,
    )[:HISTORY]


async def _versions(
    company: ScopedAsyncSession, pdf: Pdf, branch_ids: frozenset[UUID] | None
) -> list[dict[str, Any]]:
    earlier = (
        select(PdfVersion, Agent.name)
        .outerjoin(Agent, Agent.id == PdfVersion.agent_id)
        .where(PdfVersion.pdf_id == pdf.id)
        .order_by(PdfVersion.until.desc())
        .limit(HISTORY)
    )
    if branch_ids is not None:
        earlier = earlier.where(PdfVersion.branch_id.in_(branch_ids))
    return [
        {
            "at": version.until,
            "actorName": agent_name or "agent",
            "action": "pdf.version",
            "details": {
                "fileHash": version.file_hash,
                "size": version.size,
                "fileName": version.file_name,
                "since": to_json(version.since),
                "values": version.values,
            },
        }
        for version, agent_name in await company.execute(earlier)
    ]


async def status(
    session: ScopedAsyncSession, company: ScopedAsyncSession, pdf: Pdf
) -> dict[str, Any]:
    """The short form, for those who wait; the sessions as in `detail`."""
    transfers = await newest_transfers(session, pdf.id, 1)
    return {
        "id": str(pdf.id),
        "status": pdf.status,
        "availability": await availability_now(company, pdf),
        "transfer": transfers[0].wire() if transfers else None,
        "expiresAt": to_json(pdf.expires_at),
    }


async def newest_transfers(session: ScopedAsyncSession, pdf_id: UUID, limit: int) -> list[Transfer]:
    """The document's transfers that the session's scope sees, newest first."""
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
