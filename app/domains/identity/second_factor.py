"""The second factor: codes of an authenticator app (TOTP), and recovery codes for its loss.

The app's secret is sealed with a key made of the server's, so that the database alone gives no
codes; recovery codes are stored as a keyed hash. A code is good once.
"""

import base64
import hashlib
import hmac
import logging
from uuid import UUID

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update

from app.db.database import UnitOfWork
from app.domains.identity.attempts import begin_own_code, confirm_password
from app.domains.identity.codes import grouped, new_code, typed_code
from app.domains.identity.models import RecoveryCode, SecondFactor, User
from app.domains.identity.sessions import end_sessions_of
from app.errors import ConflictError, UnprocessableError
from app.runtime.parts import Runtime

log = logging.getLogger(__name__)
RECOVERY_CODES = 10
_ISSUER = "Siberius"
_DRIFT_STEPS = 1
"""A phone's clock may be half a minute off."""
_CODE_CHARS = 10  # 50 bits


async def enrol(
    unit: UnitOfWork, runtime: Runtime, user_id: UUID, password: str
) -> tuple[User, str, str]:
    """The user, a new secret that waits for its first code, and its `otpauth:` URI.

    Raises `RateLimitedError`, `UnprocessableError` (`wrong_password`), `ConflictError`
    (`second_factor_on`).
    """
    user = await unit.session.get_one(User, user_id)
    await confirm_password(runtime, user, password)
    factor = await _factor(unit, user.id)
    if factor is not None and factor.confirmed_at is not None:
        raise ConflictError("second_factor_on", "there is a second factor already")
    if factor is None:
        factor = SecondFactor(user_id=user.id, tenant_id=user.tenant_id)
        unit.session.add(factor)
    secret = pyotp.random_base32()
    factor.secret = _seal(runtime).encrypt(secret.encode()).decode()
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=_ISSUER)
    await unit.session.flush()
    return user, secret, uri


async def confirm(
    unit: UnitOfWork, runtime: Runtime, user_id: UUID, code: str, *, keep: UUID
) -> tuple[User, list[str]]:
    """Switch it on: the app shows the right code. Sessions that came in without it end, but for
    `keep`. Raises `RateLimitedError`, `UnprocessableError` (`bad_code`), `ConflictError`
    (`second_factor_on`, `second_factor_off`)."""
    user = await unit.session.get_one(User, user_id)
    attempt = await begin_own_code(runtime, user.id)
    factor = await _factor(unit, user.id)
    if factor is None:
        raise ConflictError("second_factor_off", "begin with the password")
    if factor.confirmed_at is not None:
        raise ConflictError("second_factor_on", "there is a second factor already")
    if not _take_step(runtime, factor, code):
        raise bad_code()
    await attempt.right()
    factor.confirmed_at = runtime.clock.now()
    user.second_factor = True
    await end_sessions_of(unit, runtime, user, "second_factor_on", keep=keep)
    return user, await _new_codes(unit, runtime, user)


async def renew_codes(
    unit: UnitOfWork, runtime: Runtime, user_id: UUID, code: str
) -> tuple[User, list[str]]:
    """New recovery codes; the old ones are void. Raises `RateLimitedError`,
    `UnprocessableError` (`bad_code`)."""
    user = await unit.session.get_one(User, user_id)
    attempt = await begin_own_code(runtime, user.id)
    if not await take_code(unit, runtime, user, code):
        raise bad_code()
    await attempt.right()
    return user, await _new_codes(unit, runtime, user)


async def give_up(
    unit: UnitOfWork, runtime: Runtime, user_id: UUID, password: str, code: str
) -> User:
    """Switch it off. Raises `RateLimitedError`, `UnprocessableError` (`wrong_password`,
    `bad_code`)."""
    user = await unit.session.get_one(User, user_id)
    await confirm_password(runtime, user, password)
    attempt = await begin_own_code(runtime, user.id)
    if not await take_code(unit, runtime, user, code):
        raise bad_code()
    await attempt.right()
    await take_away(unit, user)
    return user


async def take_away(unit: UnitOfWork, user: User) -> None:
    """Forget a user's second factor and his recovery codes."""
    for model in (RecoveryCode, SecondFactor):
        await unit.session.execute(delete(model).where(model.user_id == user.id))
    user.second_factor = False
    await unit.session.flush()


async def take_code(unit: UnitOfWork, runtime: Runtime, user: User, code: str) -> bool:
    """Whether `code` is good for the user's confirmed factor; it is spent then."""
    factor = await _factor(unit, user.id)
    if factor is None or factor.confirmed_at is None:
        return False
    if _take_step(runtime, factor, code):
        return True
    spent = await unit.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _hashed(runtime, user.id, code),
            RecoveryCode.user_id == user.id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=runtime.clock.now())
    )
    return bool(spent.rowcount)  # type: ignore[attr-defined]


def bad_code() -> UnprocessableError:
    """The refusal of a code; it does not say whether it was once good."""
    return UnprocessableError("bad_code", "this code is wrong, or was used before", field="code")


async def _factor(unit: UnitOfWork, user_id: UUID) -> SecondFactor | None:
    # Locked: of two requests with the same code one finds it used.
    factor: SecondFactor | None = await unit.session.scalar(
        select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update()
    )
    return factor


def _take_step(runtime: Runtime, factor: SecondFactor, code: str) -> bool:
    try:
        totp = pyotp.TOTP(_seal(runtime).decrypt(factor.secret).decode())
    except InvalidToken:
        log.error("the second factor of user %s is of another secret key", factor.user_id)
        return False
    now = runtime.clock.now()
    typed = typed_code(code).encode()
    for drift in range(-_DRIFT_STEPS, _DRIFT_STEPS + 1):
        step = totp.timecode(now) + drift
        if step > (factor.last_step or 0) and hmac.compare_digest(
            totp.generate_otp(step).encode(), typed
        ):
            factor.last_step = step
            return True
    return False


async def _new_codes(unit: UnitOfWork, runtime: Runtime, user: User) -> list[str]:
    await unit.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [new_code(_CODE_CHARS) for _ in range(RECOVERY_CODES)]
    unit.session.add_all(
        RecoveryCode(
            code_hash=_hashed(runtime, user.id, code), user_id=user.id, tenant_id=user.tenant_id
        )
        for code in codes
    )
    await unit.session.flush()
    return [grouped(code, _CODE_CHARS // 2) for code in codes]


def _hashed(runtime: Runtime, user_id: UUID, code: str) -> str:
    # Keyed: 50 bits are few enough to try them all against a stolen database.
    key = _key(runtime, "recovery codes")
    return hmac.new(key, user_id.bytes + typed_code(code).encode(), hashlib.sha256).hexdigest()


def _seal(runtime: Runtime) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(runtime, "second factor")))


def _key(runtime: Runtime, purpose: str) -> bytes:
    return hmac.digest(runtime.settings.signing_key.encode(), purpose.encode(), "sha256")
