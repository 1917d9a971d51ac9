"""Users: who may make and change whom."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db.database import UnitOfWork
from app.domains.identity.attempts import confirm_password
from app.domains.identity.models import Branch, Role, User
from app.domains.identity.passwords import check_password, hash_password
from app.domains.identity.principal import Principal
from app.domains.identity.schemas import MePatch, NewUser, UserPatch
from app.domains.identity.sessions import end_sessions_of
from app.errors import ConflictError, ForbiddenError, NotFoundError, UnprocessableError
from app.runtime.parts import Runtime

_RIGHTS = frozenset({"role", "branch_ids", "disabled", "password"})
"""What a session is built on: a change of it ends the user's sessions."""


async def create_user(unit: UnitOfWork, runtime: Runtime, admin: Principal, new: NewUser) -> User:
    """Raises `UnprocessableError` (`weak_password`, `unknown_branch`), `ForbiddenError`
    (`out_of_scope`), `ConflictError` (`email_taken`)."""
    check_password(new.password, new.email, field="password")
    branch_ids = await _granted(unit, admin, new.branch_ids)
    user = User(
        tenant_id=admin.tenant_id,
        email=new.email,
        name=new.name.strip(),
        role=new.role.value,
        branch_ids=branch_ids,
        password_hash=await hash_password(runtime.settings, new.password),
    )
    unit.session.add(user)
    await _flush_email(unit)
    return user


async def change_user(
    unit: UnitOfWork, runtime: Runtime, admin: Principal, user_id: UUID, patch: UserPatch
) -> User:
    """Raises what `create_user` raises, `NotFoundError`, and `ConflictError` (`last_admin`)."""
    # Taken before the user is read: two admins who demote each other take turns.
    admins = await _lock_admins(unit)
    user = await unit.session.get(User, user_id)
    if user is None:
        raise NotFoundError("user")
    check_reach(admin, user)
    named = patch.model_fields_set
    if patch.email is not None:
        user.email = patch.email
        # Before anything is looked up, which would write it where nobody expects a refusal.
        await _flush_email(unit)
    if patch.name is not None:
        user.name = patch.name.strip()
    if patch.role is not None:
        user.role = patch.role.value
    if "branch_ids" in named:
        user.branch_ids = await _granted(unit, admin, patch.branch_ids)
    if patch.disabled is not None:
        user.disabled = patch.disabled
    if patch.password is not None:
        check_password(patch.password, user.email, field="password")
        user.password_hash = await hash_password(runtime.settings, patch.password)
    if user in admins and not any(_rules_all(other) for other in admins):
        raise ConflictError("last_admin", "the company would be left without an administrator")
    await unit.session.flush()
    if named & _RIGHTS:
        await end_sessions_of(unit, runtime, user, "rights_changed")
    return user


async def change_me(unit: UnitOfWork, runtime: Runtime, me: Principal, patch: MePatch) -> User:
    """Raises `RateLimitedError`, `UnprocessableError` (`wrong_password`, `weak_password`)."""
    user = await unit.session.get_one(User, me.user_id)
    if patch.name is not None:
        user.name = patch.name.strip()
    if patch.new_password is not None:
        current = patch.current_password or ""
        await confirm_password(runtime, user, current, field="currentPassword")
        check_password(patch.new_password, user.email, field="newPassword")
        user.password_hash = await hash_password(runtime.settings, patch.new_password)
        await unit.session.flush()
        await end_sessions_of(unit, runtime, user, "password_changed", keep=me.session_id)
    return user


def check_reach(admin: Principal, user: User) -> None:
    """Nobody changes a user who sees more than he does. Raises `ForbiddenError`."""
    theirs = None if user.branch_ids is None else frozenset(map(UUID, user.branch_ids))
    if admin.branch_ids is not None and (theirs is None or not theirs <= admin.branch_ids):
        raise ForbiddenError("out_of_scope", "this user belongs to branches that are not yours")


async def _granted(
    unit: UnitOfWork, admin: Principal, branch_ids: list[UUID] | None
) -> list[str] | None:
    """The branches as they are stored; nobody gives what he does not have."""
    if branch_ids is None:
        if admin.branch_ids is not None:
            raise ForbiddenError("out_of_scope", "you cannot give access to every branch")
        return None
    known = set(await unit.session.scalars(select(Branch.id).where(Branch.id.in_(branch_ids))))
    if known != set(branch_ids):
        raise UnprocessableError("unknown_branch", "there is no such branch", field="branchIds")
    if not all(admin.may_see(branch_id) for branch_id in known):
        raise ForbiddenError("out_of_scope", "you cannot give access to that branch")
    return sorted(map(str, known))


async def _lock_admins(unit: UnitOfWork) -> list[User]:
    """The administrators of the whole company, locked until the commit."""
    found = await unit.session.scalars(
        select(User).where(User.role == Role.ADMIN.value).order_by(User.id).with_for_update()
    )
    return [user for user in found if _rules_all(user)]


def _rules_all(user: User) -> bool:
    return user.role == Role.ADMIN.value and not user.disabled and user.branch_ids is None


async def _flush_email(unit: UnitOfWork) -> None:
    try:
        await unit.session.flush()
    except IntegrityError:
        # Addresses are unique over all companies, so a query in our scope could not tell.
        raise ConflictError("email_taken", "this e-mail address cannot be used") from None
