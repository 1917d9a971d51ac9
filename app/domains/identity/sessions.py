"""Sessions: signing in, staying in, going out.

A session is a chain of refresh tokens of which only the last is good. One that was spent
before and comes back was stolen, now or then: the session ends for both. Whoever merely lost
the answer sends the same request with the same `Idempotency-Key` and gets the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.db.database import Database, UnitOfWork
from app.db.scope import SYSTEM
from app.db.session import ScopedAsyncSession
from app.domains.identity.models import LoginSession, RefreshToken, Role, Tenant, User
from app.domains.identity.passwords import verify_and_update
from app.domains.identity.principal import Principal
from app.domains.identity.tokens import hash_secret, new_secret, sign
from app.errors import NotFoundError, UnauthenticatedError
from app.runtime.parts import Runtime

ENDED = "session:ended"
"""The signal that sockets of a session have to go: `{sessionId}`."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client gets: both tokens, and who he is."""

    access_token: str
    refresh_token: str
    lifetime: timedelta
    session: LoginSession
    user: User
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class Checked:
    """What a login found: the user of the address if there is one, whether he may come in, and
    the hash of his password to store from now on where it was made in an older way."""

    user: User | None
    welcome: bool
    new_hash: str | None


class SpentTokenError(Exception):
    """A spent refresh token came back; its session has been ended in the same unit of work."""

    def __init__(self, session: LoginSession) -> None:
        super().__init__("a spent refresh token came back")
        self.session = session


def bad_credentials() -> UnauthenticatedError:
    """The one refusal of a login: it does not say what was wrong."""
    return UnauthenticatedError("bad_credentials", "the e-mail address or the password is wrong")


async def check_credentials(runtime: Runtime, email: str, password: str) -> Checked:
    """Who it is, and whether he may come in."""
    async with runtime.database.read(SYSTEM) as session:
        user = await session.scalar(select(User).where(User.email == email))
    # Outside the transaction: hashing is slow on purpose.
    matches, new_hash = await verify_and_update(
        runtime.settings, user.password_hash if user else None, password
    )
    welcome = matches and user is not None and not user.disabled
    return Checked(user, welcome, new_hash)


async def start_session(
    unit: UnitOfWork,
    runtime: Runtime,
    user: User,
    *,
    address: str,
    user_agent: str,
    new_hash: str | None = None,
) -> Grant:
    """A new session for a user who has shown who he is; `new_hash` is `Checked.new_hash`.

    Raises `UnauthenticatedError` where he has been changed in the meantime: the lock makes
    this and a change of his rights take turns.
    """
    now = runtime.clock.now()
    checked = user.password_hash, user.second_factor
    user = await unit.session.get_one(User, user.id, with_for_update=True)
    if user.disabled or (user.password_hash, user.second_factor) != checked:
        raise bad_credentials()
    if new_hash is not None:
        user.password_hash = new_hash
    session = LoginSession(
        tenant_id=user.tenant_id,
        user_id=user.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now,
        address=address[:64],
        user_agent=user_agent[:300],
    )
    unit.session.add(session)
    await unit.session.flush()
    return await _grant(unit, runtime, session, user)


async def refresh(unit: UnitOfWork, runtime: Runtime, refresh_token: str) -> Grant:
    """Spend a refresh token for new tokens, with the user's role and branches of now.

    Raises `UnauthenticatedError` (`bad_refresh_token`, `session_ended`), and
    `SpentTokenError` after which the unit of work must be committed.
    """
    # The lock on the session makes two refreshes take turns: the second finds a spent token.
    found = (
        await unit.session.execute(
            select(RefreshToken, LoginSession)
            .join(LoginSession, LoginSession.id == RefreshToken.session_id)
            .where(RefreshToken.token_hash == hash_secret(refresh_token))
            .with_for_update()
        )
    ).one_or_none()
    if found is None:
        raise UnauthenticatedError("bad_refresh_token", "this is not a refresh token of ours")
    token, session = found
    now = runtime.clock.now()
    if session.revoked_at is not None or session.expires_at <= now:
        raise UnauthenticatedError("session_ended", "the session has ended: sign in again")
    if token.used_at is not None:
        _end(unit, runtime, session, "refresh_token_reused")
        raise SpentTokenError(session)
    user = await unit.session.get_one(User, session.user_id)
    if user.disabled:
        raise UnauthenticatedError("session_ended", "the session has ended: sign in again")
    token.used_at = now
    return await _grant(unit, runtime, session, user)


async def live_sessions(
    session: ScopedAsyncSession, runtime: Runtime, user_id: UUID
) -> Sequence[LoginSession]:
    """The sessions of a user that go on, the one seen last first."""
    return (
        await session.scalars(
            select(LoginSession)
            .where(
                LoginSession.user_id == user_id,
                LoginSession.revoked_at.is_(None),
                LoginSession.expires_at > runtime.clock.now(),
            )
            .order_by(LoginSession.last_seen_at.desc())
        )
    ).all()


async def end_session(
    unit: UnitOfWork, runtime: Runtime, session_id: UUID, reason: str
) -> LoginSession:
    """End one session; its access tokens stop working at once. Raises `NotFoundError`."""
    session = await unit.session.get(LoginSession, session_id)
    if session is None:
        raise NotFoundError("session")
    if session.revoked_at is None:
        _end(unit, runtime, session, reason)
    return session


async def end_sessions_of(
    unit: UnitOfWork, runtime: Runtime, user: User, reason: str, *, keep: UUID | None = None
) -> None:
    """End every session of a user, except `keep`."""
    live = select(LoginSession).where(
        LoginSession.user_id == user.id, LoginSession.revoked_at.is_(None)
    )
    for session in await unit.session.scalars(live):
        if session.id != keep:
            _end(unit, runtime, session, reason)


async def prune(database: Database, before: datetime) -> int:
    """Forget the sessions that expired before `before`, with their tokens; how many."""
    over = select(LoginSession.id).where(LoginSession.expires_at < before)
    async with database.unit_of_work(SYSTEM) as unit:
        await unit.session.execute(delete(RefreshToken).where(RefreshToken.session_id.in_(over)))
        gone = await unit.session.execute(
            delete(LoginSession).where(LoginSession.expires_at < before)
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _end(unit: UnitOfWork, runtime: Runtime, session: LoginSession, reason: str) -> None:
    now = runtime.clock.now()
    session.revoked_at = now
    session.revoked_reason = reason
    last_token_expires = now + timedelta(minutes=runtime.settings.access_token_minutes)
    session_id = session.id

    async def tell() -> None:
        await runtime.revocations.revoke(session_id, last_token_expires)
        runtime.signals.send(ENDED, {"sessionId": str(session_id)})

    unit.after_commit(tell)


async def _grant(unit: UnitOfWork, runtime: Runtime, session: LoginSession, user: User) -> Grant:
    now = runtime.clock.now()
    settings = runtime.settings
    session.last_seen_at = now
    session.expires_at = now + timedelta(days=settings.refresh_token_days)
    refresh_token = new_secret()
    unit.session.add(
        RefreshToken(
            tenant_id=session.tenant_id,
            token_hash=hash_secret(refresh_token),
            session_id=session.id,
            created_at=now,
        )
    )
    principal = Principal(
        user_id=user.id,
        tenant_id=user.tenant_id,
        session_id=session.id,
        role=Role(user.role),
        branch_ids=None if user.branch_ids is None else frozenset(map(UUID, user.branch_ids)),
    )
    lifetime = timedelta(minutes=settings.access_token_minutes)
    return Grant(
        access_token=sign(principal, settings.signing_key, now=now, lifetime=lifetime),
        refresh_token=refresh_token,
        lifetime=lifetime,
        session=session,
        user=user,
        tenant=await unit.session.get_one(Tenant, user.tenant_id),
    )
