"""The routes of identity: branches and users here, the others by what they are for."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.domains.identity import (
    admin_routes,
    branches,
    me_routes,
    second_factor,
    sessions,
    sign_in_routes,
    users,
)
from app.domains.identity.access import CurrentUser, TrackedReads, Unit, require
from app.domains.identity.audit import audit
from app.domains.identity.models import Branch, Role, User
from app.domains.identity.schemas import (
    BranchPatch,
    BranchRow,
    NewBranch,
    NewUser,
    UserPatch,
    UserRow,
)
from app.errors import NotFoundError
from app.http.collections import CollectionPage, PageQuery, collection_response
from app.http.dependencies import RelayDep, RuntimeDep
from app.http.transaction import TransactionalRoute

rows = APIRouter(route_class=TransactionalRoute, prefix="/api", tags=["identity"])


@rows.get("/branches", response_model=CollectionPage[BranchRow])
async def list_branches(
    request: Request,
    runtime: RuntimeDep,
    relay: RelayDep,
    reads: TrackedReads,
    page: Annotated[PageQuery, Query()],
) -> Response:
    """The branches of the company; everyone knows them all."""
    return await collection_response(
        request, reads, relay=relay, clock=runtime.clock, model=Branch, page=page
    )


@rows.post("/branches", status_code=201, dependencies=[require(Role.MANAGER)])
async def create_branch(
    request: Request, user: CurrentUser, unit: Unit, body: NewBranch
) -> BranchRow:
    """Open a branch."""
    branch = await branches.create_branch(unit, user, body)
    audit(unit, request, "branch.create", branch, code=branch.code)
    return BranchRow.model_validate(branch.wire())


@rows.patch("/branches/{branch_id}", dependencies=[require(Role.MANAGER)])
async def change_branch(
    request: Request, user: CurrentUser, unit: Unit, branch_id: UUID, body: BranchPatch
) -> BranchRow:
    """Change a branch."""
    branch = await branches.change_branch(unit, user, branch_id, body)
    audit(unit, request, "branch.update", branch, **_named(body))
    return BranchRow.model_validate(branch.wire())


@rows.delete("/branches/{branch_id}", status_code=204, dependencies=[require(Role.MANAGER)])
async def delete_branch(request: Request, user: CurrentUser, unit: Unit, branch_id: UUID) -> None:
    """Close a branch that nothing belongs to any more."""
    branch = await branches.delete_branch(unit, user, branch_id)
    audit(unit, request, "branch.delete", branch, code=branch.code)


@rows.get("/users", response_model=CollectionPage[UserRow], dependencies=[require(Role.MANAGER)])
async def list_users(
    request: Request,
    runtime: RuntimeDep,
    relay: RelayDep,
    reads: TrackedReads,
    page: Annotated[PageQuery, Query()],
) -> Response:
    """The users whom the caller can see: those of his branches, and those of all."""
    return await collection_response(
        request, reads, relay=relay, clock=runtime.clock, model=User, page=page
    )


@rows.post("/users", status_code=201, dependencies=[require(Role.ADMIN)])
async def create_user(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: NewUser
) -> UserRow:
    """Make a user."""
    made = await users.create_user(unit, runtime, user, body)
    audit(unit, request, "user.create", made, email=made.email, role=made.role)
    return UserRow.model_validate(made.wire())


@rows.patch("/users/{user_id}", dependencies=[require(Role.ADMIN)])
async def change_user(
    *,
    request: Request,
    runtime: RuntimeDep,
    user: CurrentUser,
    unit: Unit,
    user_id: UUID,
    body: UserPatch,
) -> UserRow:
    """Change a user. A change of rights or password ends the user's sessions."""
    changed = await users.change_user(unit, runtime, user, user_id, body)
    audit(unit, request, "user.update", changed, **_named(body))
    return UserRow.model_validate(changed.wire())


@rows.delete("/users/{user_id}/second-factor", status_code=204, dependencies=[require(Role.ADMIN)])
async def take_second_factor_away(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, user_id: UUID
) -> None:
    """For who has lost his phone and his recovery codes. Ends the user's sessions."""
    robbed = await unit.session.get(User, user_id)
    if robbed is None:
        raise NotFoundError("user")
    users.check_reach(user, robbed)
    await second_factor.take_away(unit, robbed)
    await sessions.end_sessions_of(unit, runtime, robbed, "second_factor_off")
    audit(unit, request, "user.second_factor_remove", robbed)


def _named(patch: BaseModel) -> dict[str, Any]:
    """The changes of a patch as audit details; of a password only that it was changed."""
    changes = patch.model_dump(mode="json", by_alias=True, exclude_unset=True)
    secret = changes.pop("password", None)
    return {"changes": changes, "password": secret is not None}


router = APIRouter()
for part in (sign_in_routes.router, me_routes.router, rows, admin_routes.router):
    router.include_router(part)
