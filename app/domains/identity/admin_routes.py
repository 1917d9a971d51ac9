"""What concerns the whole company: its settings, and its audit log."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.domains.identity.access import CurrentUser, Reads, Unit, require
from app.domains.identity.audit import audit, read_page
from app.domains.identity.company_settings import (
    change_settings,
    check_company_wide,
    read_settings,
    settings_answer,
)
from app.domains.identity.models import Role
from app.domains.identity.schemas import AuditPage, AuditQuery, SettingsAnswer, SettingsPatch
from app.http.dependencies import RuntimeDep
from app.http.transaction import TransactionalRoute

router = APIRouter(
    route_class=TransactionalRoute,
    prefix="/api",
    tags=["administration"],
    dependencies=[require(Role.ADMIN)],
)


@router.get("/admin/settings")
async def get_settings(runtime: RuntimeDep, user: CurrentUser, reads: Reads) -> SettingsAnswer:
    """What holds for the company, and what it may choose."""
    check_company_wide(user)
    return settings_answer(runtime.settings, await read_settings(reads, user.tenant_id))


@router.patch("/admin/settings")
async def patch_settings(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: SettingsPatch
) -> SettingsAnswer:
    """Change them; null is the server's own value again. 422 `out_of_bounds`."""
    row = await change_settings(unit, runtime, user, body)
    changes = body.model_dump(by_alias=True, exclude_unset=True)
    audit(unit, request, "settings.update", row, changes=changes)
    return settings_answer(runtime.settings, row)


@router.get("/audit")
async def list_audit(
    user: CurrentUser, reads: Reads, query: Annotated[AuditQuery, Query()]
) -> AuditPage:
    """The audit log, newest first; `after` is the last id of the page before."""
    check_company_wide(user)
    return await read_page(reads, query)
