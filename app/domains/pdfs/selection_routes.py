"""What is done to several documents at once, over HTTP."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from app.domains.identity.access import CurrentUser, Reads, require
from app.domains.identity.audit import audit
from app.domains.identity.models import Role
from app.domains.pdfs import archive, selection
from app.domains.pdfs.dependencies import CompanyUnit
from app.domains.pdfs.downloads import Stored, stored
from app.domains.pdfs.models import Pdf
from app.domains.pdfs.selection import PinSelection, RequestOutcomes, Selection
from app.errors import ConflictError
from app.http.dependencies import RuntimeDep
from app.http.transaction import TransactionalRoute

router = APIRouter(prefix="/api/pdfs", tags=["pdfs"], route_class=TransactionalRoute)
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


@router.post("/request", response_model=RequestOutcomes, dependencies=[require(Role.OPERATOR)])
async def request_pdfs(
    *,
    request: Request,
    body: Selection,
    user: CurrentUser,
    session: Reads,
    unit: CompanyUnit,
    runtime: RuntimeDep,
) -> dict[str, Any]:
    """Ask for each of the documents."""
    pdfs = await selection.seen(session, body.ids)
    outcomes = await selection.request(unit, runtime, pdfs, user)
    for pdf, outcome in zip(pdfs, outcomes, strict=True):
        if outcome["problem"] is None:
            audit(unit, request, "pdf.request", pdf)
    return {"data": outcomes}


@router.post("/pin", status_code=204, dependencies=[require(Role.OPERATOR)])
async def pin_pdfs(request: Request, body: PinSelection, session: Reads, unit: CompanyUnit) -> None:
    """Keep them when they would expire, or no longer."""
    ids = [pdf.id for pdf in await selection.seen(session, body.ids)]
    for pdf in await selection.seen(unit.session, ids):
        pdf.pinned = body.pinned
        audit(unit, request, "pdf.pin" if body.pinned else "pdf.unpin", pdf)


@router.post("/reread", status_code=202, dependencies=[require(Role.OPERATOR)])
async def reread_pdfs(
    request: Request, body: Selection, session: Reads, unit: CompanyUnit, runtime: RuntimeDep
) -> None:
    """Let the agents that have them read the files again, now or when they are back."""
    pdfs = await selection.seen(session, body.ids)
    await selection.read_again(unit, runtime, pdfs)
    for pdf in pdfs:
        audit(unit, request, "pdf.reread", pdf)


@router.post("/archive", response_class=Response, responses=_ZIP)
async def archive_pdfs(
    *, request: Request, body: Selection, user: CurrentUser, session: Reads, runtime: RuntimeDep
) -> Response:
    """Those that are here as one ZIP; it names the others in `missing.txt`. Streamed, so its
    size is not known before. It changes nothing and needs no `Idempotency-Key`: sent again, it is
    another download, with what is here then."""
    here: list[Stored] = []
    missing: list[Pdf] = []
    for pdf in await selection.seen(session, body.ids):
        try:
            here.append(await stored(runtime, pdf))
        except ConflictError:
            missing.append(pdf)
    async with runtime.database.unit_of_work(user.scope) as unit:
        for document in here:
            audit(unit, request, "pdf.download", document.pdf, archive=True)
    headers = {
        "Content-Disposition": 'attachment; filename="documents.zip"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    body_of_zip = archive.stream(runtime, here, missing)
    return StreamingResponse(body_of_zip, headers=headers, media_type="application/zip")
