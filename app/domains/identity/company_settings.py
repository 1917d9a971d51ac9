"""What a company sets for itself, within what the server allows.

Everything that depends on it asks `settings_of`: from memory, until the feed says that the
company's row has changed.
"""

import sys
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel
from sqlalchemy import select

from app.db.database import UnitOfWork
from app.db.session import ScopedAsyncSession
from app.domains.identity.models import MIN_AUDIT_DAYS, TenantSettings
from app.domains.identity.principal import Principal
from app.domains.identity.schemas import Bounds, SettingsAnswer, SettingsLimits, SettingsPatch
from app.errors import ForbiddenError, UnprocessableError
from app.runtime.parts import Runtime
from app.settings import Settings

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """What holds for a company: its own values, and the server's where it has none."""

    retention_days: int
    max_upload_bytes: int
    agent_heartbeat_s: float
    agent_rescan_s: float
    agent_hold_files: int
    audit_retention_days: int
    second_factor_required: bool


async def settings_of(
    runtime: Runtime, tenant_id: UUID, session: ScopedAsyncSession | None = None
) -> CompanySettings:
    """What holds for a company now. A caller that has a session open gives it."""

    async def load(session: ScopedAsyncSession) -> CompanySettings:
        return effective(runtime.settings, await read_settings(session, tenant_id))

    return await runtime.cache.get(tenant_id, TenantSettings.__collection__, load, session)


async def read_settings(session: ScopedAsyncSession, tenant_id: UUID) -> TenantSettings | None:
    """What a company has set itself, for who changes or shows it."""
    row: TenantSettings | None = await session.scalar(
        select(TenantSettings).where(TenantSettings.tenant_id == tenant_id)
    )
    return row


def settings_answer(server: Settings, own: TenantSettings | None) -> SettingsAnswer:
    """What holds, and what may be chosen, as the wire has it."""
    holds = effective(server, own)
    names = TenantSettings.__wire__ if own is not None else ()
    return SettingsAnswer(
        retention_days=holds.retention_days,
        max_upload_mb=holds.max_upload_bytes / MIB,
        agent_heartbeat_s=holds.agent_heartbeat_s,
        agent_rescan_s=holds.agent_rescan_s,
        agent_hold_files=holds.agent_hold_files,
        audit_retention_days=holds.audit_retention_days,
        second_factor_required=holds.second_factor_required,
        own=[to_camel(name) for name in names if getattr(own, name) is not None],
        limits=limits(server),
    )


def effective(server: Settings, own: TenantSettings | None) -> CompanySettings:
    """The server's limits hold even where they were lowered after the company chose."""
    own = own or TenantSettings()
    allowed = limits(server)

    def pick(name: str) -> Any:
        chosen, bounds = getattr(own, name), getattr(allowed, name)
        return getattr(server, name) if chosen is None else min(max(chosen, bounds.min), bounds.max)

    chosen_upload = (own.max_upload_mb or sys.maxsize) * MIB
    return CompanySettings(
        retention_days=pick("retention_days"),
        max_upload_bytes=min(chosen_upload, server.max_upload_bytes),
        agent_heartbeat_s=pick("agent_heartbeat_s"),
        agent_rescan_s=pick("agent_rescan_s"),
        agent_hold_files=pick("agent_hold_files"),
        audit_retention_days=pick("audit_retention_days"),
        second_factor_required=bool(own.second_factor_required),
    )


def limits(server: Settings) -> SettingsLimits:
    """What a company may choose."""
    # Two beats fit into the time after which an agent is thought to be away.
    slowest_beat = max(int(server.agent_reconnecting_after_s * 2 / 3), 1)
    return SettingsLimits(
        retention_days=Bounds(min=1, max=server.max_retention_days),
        max_upload_mb=Bounds(min=1, max=max(server.max_upload_bytes // MIB, 1)),
        agent_heartbeat_s=Bounds(min=min(5, slowest_beat), max=slowest_beat),
        agent_rescan_s=Bounds(min=60, max=24 * 60 * 60),
        agent_hold_files=Bounds(min=2, max=1_000_000),
        audit_retention_days=Bounds(min=MIN_AUDIT_DAYS, max=3650),
    )


async def change_settings(
    unit: UnitOfWork, runtime: Runtime, admin: Principal, patch: SettingsPatch
) -> TenantSettings:
    """Raises `ForbiddenError` (`out_of_scope`), `UnprocessableError` (`out_of_bounds`)."""
    check_company_wide(admin)
    chosen = patch.model_dump(exclude_unset=True)
    _check_bounds(chosen, limits(runtime.settings))
    row = await read_settings(unit.session, admin.tenant_id)
    if row is None:
        # Its id is the company's: of two first changes one waits, and then finds the row.
        row = TenantSettings(id=admin.tenant_id, tenant_id=admin.tenant_id)
        unit.session.add(row)
    for name, value in chosen.items():
        setattr(row, name, value)
    await unit.session.flush()
    return row


def check_company_wide(admin: Principal) -> None:
    """Raises `ForbiddenError` (`out_of_scope`) for an administrator of some branches."""
    if admin.branch_ids is not None:
        raise ForbiddenError("out_of_scope", "this is of the whole company, not of your branches")


def _check_bounds(chosen: dict[str, int | bool | None], allowed: SettingsLimits) -> None:
    errors = []
    for name, value in chosen.items():
        bounds: Bounds | None = getattr(allowed, name, None)
        if bounds is not None and value is not None and not bounds.min <= value <= bounds.max:
            field = SettingsPatch.model_fields[name].alias or name
            errors.append({"field": field, "message": f"from {bounds.min} to {bounds.max}"})
    if errors:
        names = ", ".join(error["field"] for error in errors)
        raise UnprocessableError(
            "out_of_bounds", f"the server does not allow this: {names}", errors=errors
        )
