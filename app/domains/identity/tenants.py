"""Tenants: made on the command line, with their first administrator."""

from uuid import UUID

from sqlalchemy import select

from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.db.scope import Scope
from app.db.session import ScopedAsyncSession
from app.domains.identity.models import Role, Tenant, User
from app.domains.identity.passwords import check_password, hash_password
from app.domains.identity.schemas import normalise_email
from app.errors import ConflictError
from app.feed import continuity
from app.feed.append import open_feed
from app.runtime.parts import Runtime


async def create_tenant(
    unit: UnitOfWork,
    runtime: Runtime,
    name: str,
    admin_email: str,
    admin_password: str,
    *,
    admin_name: str = "Administrator",
) -> tuple[Tenant, User]:
    """A company, its feed and its first administrator, in a unit of work of the system.

    Raises `UnprocessableError` (`weak_password`), `ConflictError` (`email_taken`).
    """
    email = normalise_email(admin_email)
    check_password(admin_password, email, field="password")
    if await unit.session.scalar(select(User.id).where(User.email == email)) is not None:
        raise ConflictError("email_taken", f"{email} is a user already")
    tenant = Tenant(id=new_id(), name=name.strip(), created_at=runtime.clock.now())
    unit.session.add(tenant)
    await unit.session.flush()
    await continuity.mark_beginning(runtime.marks, await open_feed(unit.session, tenant.id))
    admin = User(
        tenant_id=tenant.id,
        email=email,
        name=admin_name,
        role=Role.ADMIN.value,
        branch_ids=None,
        password_hash=await hash_password(runtime.settings, admin_password),
    )
    unit.session.add(admin)
    await unit.session.flush()
    return tenant, admin


async def possession_key(
    runtime: Runtime, tenant_id: UUID, session: ScopedAsyncSession | None = None
) -> str:
    """The company's secret with which its agents prove what they have, in hex. A caller that
    has a session open gives it."""
    if session is not None:
        return (await session.get_one(Tenant, tenant_id)).possession_key
    async with runtime.database.read(Scope(tenant_id, "system")) as own:
        return (await own.get_one(Tenant, tenant_id)).possession_key
