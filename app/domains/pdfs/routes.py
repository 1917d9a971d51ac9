"""Documents and transfers over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select

from agent.contract.files import Sha256
from app.db.database import UnitOfWork
from app.db.session import ScopedAsyncSession
from app.domains.agents.access import CurrentAgent
from app.domains.identity.access import CurrentUser, Reads, TrackedReads, require
from app.domains.identity.audit import audit, audit_read
from app.domains.identity.company_settings import settings_of
from app.domains.identity.models import Role
from app.domains.identity.principal import Principal
from app.domains.pdfs import (
    details,
    downloads,
    overview,
    search,
    selection,
    selection_routes,
    transfers,
    uploads,
)
from app.domains.pdfs.corrections import Corrections, correct
from app.domains.pdfs.dependencies import CompanyReads, CompanyUnit, ExtractorDep
from app.domains.pdfs.models import Pdf, PdfStatus, Transfer
from app.domains.pdfs.previews import Previews, clamp
from app.domains.pdfs.schemas import (
    PdfDetail,
    PdfHistory,
    PdfRow,
    PdfStatusAnswer,
    RequestAnswer,
    TransferRequest,
    TransferRow,
    UploadAnswer,
)
from app.errors import NotFoundError, UnprocessableError
from app.http.collections import CollectionPage, PageQuery, collection_response
from app.http.dependencies import RelayDep, RuntimeDep
from app.http.tags import matches
from app.http.transaction import TransactionalRoute, UploadRoute

pdfs = APIRouter(prefix="/api/pdfs", tags=["pdfs"], route_class=TransactionalRoute)
transfer_routes = APIRouter(
    prefix="/api/transfers", tags=["transfers"], route_class=TransactionalRoute
)
agent_routes = APIRouter(prefix="/api/agent", tags=["agent"], route_class=UploadRoute)
_previews = Previews()
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}},
    206: {"content": {"application/pdf": {}}},
    304: {},
    416: {"description": "The range is beyond the end, which `Content-Range` tells"},
}


@pdfs.get("", response_model=CollectionPage[PdfRow])
async def list_pdfs(
    request: Request,
    query: Annotated[search.PdfQuery, Query()],
    session: TrackedReads,
    relay: RelayDep,
    runtime: RuntimeDep,
) -> Response:
    """The documents of the caller's branches, or those that match."""
    return await collection_response(
        request,
        session,
        relay=relay,
        clock=runtime.clock,
        model=Pdf,
        page=query,
        conditions=await search.conditions(session, query),
    )


@pdfs.get("/{pdf_id}", response_model=PdfDetail)
async def get_pdf(
    pdf_id: UUID, user: CurrentUser, session: Reads, company: CompanyReads
) -> dict[str, Any]:
    """One document, with the evidence of its fields, its locations and transfers."""
    pdf = await details.find(session, pdf_id)
    return await details.detail(session, company, pdf, user.branch_ids)


@pdfs.get("/{pdf_id}/status", response_model=PdfStatusAnswer)
async def get_status(pdf_id: UUID, session: Reads, company: CompanyReads) -> dict[str, Any]:
    """Where it can be had from, and how its newest transfer does."""
    return await details.status(session, company, await details.find(session, pdf_id))


@pdfs.post(
    "/{pdf_id}/request",
    response_model=RequestAnswer,
    responses={202: {"model": RequestAnswer}},
    dependencies=[require(Role.OPERATOR)],
)
async def request_pdf(
    *,
    request: Request,
    pdf_id: UUID,
    body: TransferRequest | None = None,
    user: CurrentUser,
    session: Reads,
    unit: CompanyUnit,
    runtime: RuntimeDep,
) -> Response:
    """Ask for the document: 200 where it is here, 202 where it is on its way."""
    await details.find(session, pdf_id)
    priority = (body or TransferRequest()).priority
    pdf, transfer = await transfers.request(
        unit, runtime, pdf_id, priority=priority, branch_ids=user.branch_ids
    )
    await unit.session.flush()
    audit(unit, request, "pdf.request", pdf)
    return _requested(pdf, transfer, user)


def _requested(pdf: Pdf, transfer: Transfer | None, user: Principal) -> Response:
    shown = transfer if transfer and user.may_see(transfer.branch_id) else None
    answer = {
        "id": str(pdf.id),
        "status": pdf.status,
        "transfer": shown.wire() if shown else None,
    }
    return JSONResponse(answer, status_code=202 if transfer else 200)


@pdfs.patch("/{pdf_id}/fields", response_model=PdfDetail, dependencies=[require(Role.OPERATOR)])
async def correct_fields(
    *,
    request: Request,
    pdf_id: UUID,
    changes: Corrections,
    user: CurrentUser,
    session: Reads,
    unit: CompanyUnit,
    runtime: RuntimeDep,
) -> dict[str, Any]:
    """Put fields right, or take that back."""
    await details.find(session, pdf_id)
    pdf = await details.find(unit.session, pdf_id)
    company = await settings_of(runtime, pdf.tenant_id, unit.session)
    changed = correct(
        pdf,
        changes,
        by=unit.scope.actor,
        now=runtime.clock.now(),
        retention_days=company.retention_days,
    )
    await unit.session.flush()
    audit(unit, request, "pdf.correct", pdf, fields=changed)
    return await details.detail(session, unit.session, pdf, user.branch_ids)


@pdfs.put("/{pdf_id}/pin", response_model=PdfRow, dependencies=[require(Role.OPERATOR)])
async def pin(request: Request, pdf_id: UUID, session: Reads, unit: CompanyUnit) -> dict[str, Any]:
    """Keep it when it would expire."""
    return await _pin(request, session, unit, pdf_id, pinned=True)


@pdfs.delete("/{pdf_id}/pin", response_model=PdfRow, dependencies=[require(Role.OPERATOR)])
async def unpin(
    request: Request, pdf_id: UUID, session: Reads, unit: CompanyUnit
) -> dict[str, Any]:
    """Let it expire again; where it is due it goes with the next run of the job."""
    return await _pin(request, session, unit, pdf_id, pinned=False)


async def _pin(
    request: Request, session: ScopedAsyncSession, unit: UnitOfWork, pdf_id: UUID, *, pinned: bool
) -> dict[str, Any]:
    await details.find(session, pdf_id)
    pdf = await details.find(unit.session, pdf_id)
    pdf.pinned = pinned
    await unit.session.flush()
    audit(unit, request, "pdf.pin" if pinned else "pdf.unpin", pdf)
    return pdf.wire()


@pdfs.post("/{pdf_id}/reread", status_code=202, dependencies=[require(Role.OPERATOR)])
async def reread(
    request: Request, pdf_id: UUID, session: Reads, unit: CompanyUnit, runtime: RuntimeDep
) -> None:
    """Let the agents that have it read the file again, now or when they are back."""
    pdf = await details.find(session, pdf_id)
    await selection.read_again(unit, runtime, [pdf])
    audit(unit, request, "pdf.reread", pdf)


@pdfs.get("/{pdf_id}/history", response_model=PdfHistory)
async def get_history(
    pdf_id: UUID, user: CurrentUser, session: Reads, company: CompanyReads
) -> dict[str, Any]:
    """What people did with it, and its earlier versions, newest first."""
    pdf = await details.find(session, pdf_id)
    return {"data": await details.history(company, pdf, user.branch_ids)}


@pdfs.get("/{pdf_id}/download", response_class=Response, responses=_PDF)
@pdfs.head("/{pdf_id}/download", include_in_schema=False)
async def download(
    *,
    request: Request,
    pdf_id: UUID,
    user: CurrentUser,
    session: Reads,
    runtime: RuntimeDep,
    attachment: Annotated[bool, Query()] = False,
) -> Response:
    """The bytes. 409 `not_cached`."""
    pdf = await details.find(session, pdf_id)
    response = await downloads.respond(request, runtime, pdf, attachment=attachment)
    begins = response.headers.get("content-range", "bytes 0-").startswith("bytes 0-")
    if request.method == "GET" and response.status_code in {200, 206} and begins:
        # The parts that a viewer fetches afterwards are the same download.
        await audit_read(request, user, "pdf.download", pdf)
    return response


@pdfs.get(
    "/{pdf_id}/preview",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {}},
)
async def preview(
    *,
    request: Request,
    pdf_id: UUID,
    session: Reads,
    runtime: RuntimeDep,
    extractor: ExtractorDep,
    width: Annotated[int, Query(ge=1, le=10_000)] = 640,
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """A page as PNG. 409 `not_cached`, 422 `no_preview`, `no_such_page`."""
    pdf = await details.find(session, pdf_id)
    if page > (pdf.pages or 1):
        raise UnprocessableError("no_such_page", f"it has {pdf.pages or 1} pages", field="page")
    document = await downloads.stored(runtime, pdf)
    size = clamp(width)
    etag = f'"{pdf.file_hash}-{size}-{page}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    png = await _previews.picture(runtime, extractor, document, size, page)
    headers["X-Content-Type-Options"] = "nosniff"
    return Response(png, media_type="image/png", headers=headers)


@transfer_routes.get("", response_model=CollectionPage[TransferRow])
async def list_transfers(
    request: Request,
    page: Annotated[PageQuery, Query()],
    session: TrackedReads,
    relay: RelayDep,
    runtime: RuntimeDep,
) -> Response:
    """The transfers of the caller's branches."""
    return await collection_response(
        request, session, relay=relay, clock=runtime.clock, model=Transfer, page=page
    )


@transfer_routes.post(
    "/{transfer_id}/cancel",
    response_model=TransferRow,
    dependencies=[require(Role.OPERATOR)],
)
async def cancel_transfer(
    request: Request, transfer_id: UUID, session: Reads, unit: CompanyUnit, runtime: RuntimeDep
) -> dict[str, Any]:
    """Give it up. 409 `transfer_closed` where it has ended otherwise."""
    transfer = await _seen(session, unit, transfer_id)
    await transfers.cancel(unit, runtime, transfer)
    await unit.session.flush()
    audit(unit, request, "transfer.cancel", transfer)
    return transfer.wire()


@transfer_routes.post(
    "/{transfer_id}/retry",
    response_model=RequestAnswer,
    responses={202: {"model": RequestAnswer}},
    dependencies=[require(Role.OPERATOR)],
)
async def retry_transfer(
    *,
    request: Request,
    transfer_id: UUID,
    user: CurrentUser,
    session: Reads,
    unit: CompanyUnit,
    runtime: RuntimeDep,
) -> Response:
    """Ask for its document anew. 409 `transfer_open` where it has not ended."""
    ended = await _seen(session, unit, transfer_id)
    transfer = await transfers.retry(unit, runtime, ended, user.branch_ids)
    pdf = await unit.session.get_one(Pdf, ended.pdf_id)
    await unit.session.flush()
    audit(unit, request, "transfer.retry", ended)
    return _requested(pdf, transfer, user)


async def _seen(session: ScopedAsyncSession, unit: UnitOfWork, transfer_id: UUID) -> Transfer:
    """A transfer that the caller sees, to be changed for the whole company: its document may
    lie in branches that the caller does not see."""
    if await session.scalar(select(Transfer.id).where(Transfer.id == transfer_id)) is None:
        raise NotFoundError("transfer")
    return await unit.session.get_one(Transfer, transfer_id)


@agent_routes.post(
    "/upload",
    response_model=UploadAnswer,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
async def upload(
    *,
    request: Request,
    identity: CurrentAgent,
    runtime: RuntimeDep,
    extractor: ExtractorDep,
    transfer_id: Annotated[UUID, Query(alias="transferId")],
    file_hash: Annotated[Sha256, Query(alias="fileHash")],
    size: Annotated[int, Query(ge=0)],
) -> dict[str, Any]:
    """The file of a transfer, streamed. Sent again after a success, it answers the same."""
    pdf_id = await uploads.receive(
        request,
        runtime,
        extractor,
        identity,
        transfer_id=transfer_id,
        file_hash=file_hash,
        size=size,
    )
    return {"pdfId": pdf_id, "status": PdfStatus.CACHED, "transferId": transfer_id}


router = APIRouter()
router.include_router(selection_routes.router)
router.include_router(overview.router)
router.include_router(pdfs)
router.include_router(transfer_routes)
router.include_router(agent_routes)
