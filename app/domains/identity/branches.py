"""Branches: making, changing and closing them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db.database import UnitOfWork
from app.domains.identity.models import Branch, User
from app.domains.identity.principal import Principal
from app.domains.identity.schemas import BranchPatch, NewBranch
from app.errors import ConflictError, ForbiddenError, NotFoundError


async def create_branch(unit: UnitOfWork, manager: Principal, new: NewBranch) -> Branch:
    """Raises `ForbiddenError` (`out_of_scope`), `ConflictError` (`branch_code_taken`)."""
    if manager.branch_ids is not None:
        raise ForbiddenError("out_of_scope", "only who sees every branch can open a new one")
    branch = Branch(
        tenant_id=manager.tenant_id, name=new.name.strip(), code=new.code, city=new.city.strip()
    )
    unit.session.add(branch)
    await _flush_code(unit)
    return branch


async def change_branch(
    unit: UnitOfWork, manager: Principal, branch_id: UUID, patch: BranchPatch
) -> Branch:
    """Raises `NotFoundError`, and what `create_branch` raises."""
    branch = await _branch(unit, manager, branch_id)
    if patch.name is not None:
        branch.name = patch.name.strip()
    if patch.code is not None:
        branch.code = patch.code
    if patch.city is not None:
        branch.city = patch.city.strip()
    await _flush_code(unit)
    return branch


async def delete_branch(unit: UnitOfWork, manager: Principal, branch_id: UUID) -> Branch:
    """Raises `NotFoundError`, `ForbiddenError`, and `ConflictError` (`branch_in_use`)."""
    branch = await _branch(unit, manager, branch_id)
    in_use = ConflictError(
        "branch_in_use", "the branch still has agents, documents or users of its own"
    )
    # Users name their branches in a list, which no foreign key guards.
    its_users = select(User.id).where(User.branch_ids.is_not(None), User.visible_in([branch_id]))
    if await unit.session.scalar(its_users.limit(1)) is not None:
        raise in_use
    await unit.session.delete(branch)
    try:
        await unit.session.flush()
    except IntegrityError:
        raise in_use from None
    return branch


async def _branch(unit: UnitOfWork, manager: Principal, branch_id: UUID) -> Branch:
    branch = await unit.session.get(Branch, branch_id)
    if branch is None:
        raise NotFoundError("branch")
    if not manager.may_see(branch_id):
        raise ForbiddenError("out_of_scope", "this branch is not one of yours")
    return branch


async def _flush_code(unit: UnitOfWork) -> None:
    try:
        await unit.session.flush()
    except IntegrityError:
        raise ConflictError("branch_code_taken", "another branch has this code") from None
