"""Passwords, codes and addresses as people and their keyboards type them."""

import unicodedata
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.db.scope import SYSTEM
from app.db.session import ScopedAsyncSession
from app.domains.identity.codes import typed_code
from app.domains.identity.models import User
from app.domains.identity.passwords import verify_password
from app.runtime.clock import ManualClock
from tests.api.conftest import PASSWORD, Api, Company
from tests.support.branch import enrolled

COMPOSED = unicodedata.normalize("NFC", "Ação é coração")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
PASTED = COMPOSED.replace(" ", "\u00a0")


async def _login(api: Api, email: str, password: str, **more: Any) -> Any:
    body = {"email": email, "password": password, **more}
    return await api.client().post("/api/auth/login", json=body)


async def _new_user(company: Company, password: str) -> str:
    email = f"joão-{uuid4().hex[:8]}@acme.example"
    answer = await company.admin.client.post(
        "/api/users", json={"email": email, "name": "João", "password": password, "role": "viewer"}
    )
    assert answer.status_code == 201, answer.text
    return email


async def _user(session: ScopedAsyncSession, email: str) -> User:
    return (await session.scalars(select(User).where(User.email == email))).one()


@pytest.mark.parametrize("stored", [COMPOSED, DECOMPOSED, PASTED])
async def test_a_password_is_the_same_from_every_keyboard(api: Api, stored: str) -> None:
    company = await api.company()
    email = await _new_user(company, stored)
    for typed in (COMPOSED, DECOMPOSED, PASTED):
        answer = await _login(api, email, typed)
        assert answer.status_code == 200, ascii(typed)
    for wrong in ("Acao e coracao", COMPOSED.upper(), COMPOSED + "\u0301"):
        assert (await _login(api, email, wrong)).status_code == 401, ascii(wrong)


@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
async def test_a_change_of_a_password_takes_the_current_one_in_any_form(
    api: Api, typed: str
) -> None:
    company = await api.company()
    client = company.admin.client
    for current, new in ((PASSWORD, COMPOSED), (typed, DECOMPOSED), (typed, PASSWORD)):
        body = {"currentPassword": current, "newPassword": new}
        answer = await client.patch("/api/me", json=body)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
async def test_a_hash_of_what_was_typed_is_good_and_is_renewed(api: Api, typed: str) -> None:
    company = await api.company()
    email = await _new_user(company, COMPOSED)
    older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(DECOMPOSED)
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        (await _user(unit.session, email)).password_hash = older
    assert (await _login(api, email, typed)).status_code == 200
    async with api.runtime.database.read(SYSTEM) as session:
        user = await _user(session, email)
    assert user.password_hash != older
    hasher = PasswordHasher()
    assert hasher.verify(user.password_hash, COMPOSED)
    assert (await _login(api, email, COMPOSED)).status_code == 200
    async with api.runtime.database.read(SYSTEM) as session:
        assert (await _user(session, email)).password_hash == user.password_hash, "once is enough"


async def test_nobody_has_no_password_in_any_form(api: Api) -> None:
    for typed in (COMPOSED, DECOMPOSED):
        assert not await verify_password(api.runtime.settings, None, typed)


@pytest.mark.parametrize("repeated", ["ã" * 3 + "é" * 7, "a\u0303" * 9 + "b"])
async def test_how_good_a_password_is_does_not_depend_on_its_form(api: Api, repeated: str) -> None:
    company = await api.company()
    body = {"email": "x@acme.example", "name": "X", "password": repeated, "role": "viewer"}
    answer = await company.admin.client.post("/api/users", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "weak_password")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("123 456", "123456"),
        ("123\u00a0456", "123456"),
        ("123\u2009456\u202f", "123456"),
        ("123-456", "123456"),
        ("123–456", "123456"),
        ("123·456", "123456"),
        ("１２３４５６", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("१२३४५६", "123456"),
        ("\u200b123456\ufeff\n", "123456"),
        ("abcde-fghjk", "ABCDEFGHJK"),
        ("abcde—fghjk", "ABCDEFGHJK"),
        ("abcde − fghjk", "ABCDEFGHJK"),
        ("abcde\u2011fghjk", "ABCDEFGHJK"),
        ("a b c d e\tfghjk", "ABCDEFGHJK"),
        ("ａｂｃＤＥ-fghjk", "ABCDEFGHJK"),
        ("oO0iIl1L", "00011111"),
        ("", ""),
    ],
)
def test_a_code_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert typed_code(typed) == meant


async def test_second_factor_codes_are_taken_as_they_are_typed(api: Api) -> None:
    clock = ManualClock(api.runtime.clock.now())
    object.__setattr__(api.runtime, "clock", clock)
    company = await api.company()
    me = company.admin
    enrolment = await me.client.post("/api/me/second-factor", json={"password": PASSWORD})
    totp = pyotp.TOTP(enrolment.json()["secret"])

    def shown() -> str:
        clock.advance(timedelta(seconds=30))
        return totp.at(clock.now())

    code = shown()
    confirmed = await me.client.post(
        "/api/me/second-factor/confirm", json={"code": f"{code[:3]}\u00a0{code[3:]}"}
    )
    assert confirmed.status_code == 200, confirmed.text
    code = shown()
    arabic = "".join(chr(0x660 + int(digit)) for digit in code)
    for typed in (arabic, f"{shown()[:3]}–{totp.at(clock.now())[3:]}"):
        answer = await _login(api, me.email, PASSWORD, code=typed)
        assert answer.status_code == 200, answer.text
    first, second, *_ = confirmed.json()["recoveryCodes"]
    for typed in (first.replace("-", "—").lower(), " ".join(second.replace("-", "–"))):
        answer = await _login(api, me.email, PASSWORD, code=typed)
        assert answer.status_code == 200, answer.text
    again = await _login(api, me.email, PASSWORD, code=first)
    assert (again.status_code, again.json()["code"]) == (401, "bad_code")


@pytest.mark.parametrize("dash", ["–", "—", "\u2011", "\u00a0-\u00a0", " "])
async def test_enrolment_codes_are_taken_as_they_are_pasted(api: Api, dash: str) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    body = {"enrolmentCode": agent.code.replace("-", dash).lower(), "hostname": "pc-1"}
    answer = await api.client().post("/api/agent/auth", json=body)
    assert answer.status_code == 200, answer.text


async def test_an_address_is_the_same_from_every_keyboard(api: Api) -> None:
    company = await api.company()
    email = await _new_user(company, COMPOSED)
    for typed in (
        unicodedata.normalize("NFD", email),
        email.upper(),
        f"\u00a0{email}\u2009",
        f"\ufeff{email}\u200b ",
    ):
        answer = await _login(api, typed, COMPOSED)
        assert answer.status_code == 200, ascii(typed)
        assert answer.json()["user"]["email"] == email
    taken = {"name": "J", "password": COMPOSED, "role": "viewer"}
    again = await company.admin.client.post(
        "/api/users", json={**taken, "email": unicodedata.normalize("NFD", email)}
    )
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")


async def test_an_address_that_grows_too_long_is_refused(api: Api) -> None:
    company = await api.company()
    body = {"name": "J", "password": COMPOSED, "role": "viewer", "email": "İ" * 300 + "@a.b"}
    answer = await company.admin.client.post("/api/users", json=body)
    assert answer.status_code == 422, answer.text
