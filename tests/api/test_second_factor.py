"""The second factor: switched on with the password, asked for at sign-in, good once."""

from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import select

from app.db.scope import SYSTEM
from app.domains.identity.models import RecoveryCode, Role, SecondFactor
from app.runtime.clock import ManualClock
from tests.api.conftest import PASSWORD, Api, Company, Person


@pytest.fixture
def clock(api: Api) -> ManualClock:
    """The server's clock, which the test moves."""
    clock = ManualClock(api.runtime.clock.now())
    object.__setattr__(api.runtime, "clock", clock)
    return clock


class Phone:
    """An authenticator app whose clock is the server's."""

    def __init__(self, secret: str, clock: ManualClock) -> None:
        self._totp = pyotp.TOTP(secret)
        self._clock = clock

    def code(self, drift_s: float = 0) -> str:
        """What it shows, `drift_s` from now."""
        return self._totp.at(self._clock.now() + timedelta(seconds=drift_s))

    def next_code(self) -> str:
        """Wait until it shows another."""
        self._clock.advance(timedelta(seconds=30))
        return self.code()


def _code(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


async def _enrol(person: Person, clock: ManualClock) -> tuple[Phone, list[str]]:
    answer = await person.client.post("/api/me/second-factor", json={"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["uri"].startswith("otpauth://totp/Siberius:")
    phone = Phone(answer.json()["secret"], clock)
    confirmed = await person.client.post(
        "/api/me/second-factor/confirm", json={"code": phone.code()}
    )
    assert confirmed.status_code == 200, confirmed.text
    return phone, confirmed.json()["recoveryCodes"]


async def _login(api: Api, person: Person, **more: Any) -> httpx.Response:
    body = {"email": person.email, "password": PASSWORD, **more}
    return await api.client().post("/api/auth/login", json=body)


async def test_sign_in_asks_for_the_code(api: Api, clock: ManualClock) -> None:
    company = await api.company()
    person = await company.person(Role.VIEWER)
    other = await api.sign_in(person.email)
    phone, _ = await _enrol(person, clock)
    assert (await person.client.get("/api/me")).json()["secondFactor"] is True
    assert _code(await other.client.get("/api/me"), 401) == "session_ended"
    assert _code(await _login(api, person), 401) == "second_factor_required"
    wrong = await _login(api, person, password="not the password", code=phone.next_code())
    assert _code(wrong, 401) == "bad_credentials"
    answer = await _login(api, person, code=phone.code())
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["secondFactor"] is True


async def test_a_code_is_good_once_and_for_a_moment(api: Api, clock: ManualClock) -> None:
    person = (await api.company()).admin
    phone, _ = await _enrol(person, clock)
    assert _code(await _login(api, person, code=phone.code()), 401) == "bad_code"
    assert (await _login(api, person, code=phone.next_code())).status_code == 200
    assert _code(await _login(api, person, code=phone.code()), 401) == "bad_code"
    before = phone.code(-30)
    assert _code(await _login(api, person, code=before), 401) == "bad_code"
    clock.advance(timedelta(minutes=5))
    assert _code(await _login(api, person, code=phone.code(-90)), 401) == "bad_code"
    assert (await _login(api, person, code=phone.code(-30))).status_code == 200


async def test_a_recovery_code_is_good_once(api: Api, clock: ManualClock) -> None:
    person = (await api.company()).admin
    phone, codes = await _enrol(person, clock)
    assert len(set(codes)) == 10
    typed = f" {codes[0].lower().replace('0', 'o').replace('1', 'l')} "
    assert (await _login(api, person, code=typed)).status_code == 200
    assert _code(await _login(api, person, code=codes[0]), 401) == "bad_code"
    renewed = await person.client.post(
        "/api/me/second-factor/recovery-codes", json={"code": phone.next_code()}
    )
    assert len(set(renewed.json()["recoveryCodes"]) - set(codes)) == 10
    assert _code(await _login(api, person, code=codes[1]), 401) == "bad_code"
    fresh = renewed.json()["recoveryCodes"][0]
    assert (await _login(api, person, code=fresh)).status_code == 200


async def test_codes_cannot_be_guessed_for_long(api: Api, clock: ManualClock) -> None:
    person = (await api.company()).admin
    phone, _ = await _enrol(person, clock)
    path = "/api/me/second-factor/recovery-codes"
    for _ in range(10):
        answer = await person.client.post(path, json={"code": "000000"})
        assert _code(answer, 422) == "bad_code"
    answer = await person.client.post(path, json={"code": phone.next_code()})
    assert _code(answer, 429) == "rate_limited"
    # Who has a session has no part in how often somebody else may try to sign in.
    for _ in range(10):
        assert _code(await _login(api, person, code="000000"), 401) == "bad_code"
    assert _code(await _login(api, person, code=phone.next_code()), 429) == "rate_limited"


async def test_who_knows_the_password_cannot_lock_the_owner_out_with_wrong_codes(
    api: Api, clock: ManualClock
) -> None:
    person = (await api.company()).admin
    phone, _ = await _enrol(person, clock)
    thief = [api.client(address=f"192.0.2.{number}") for number in range(4)]
    body = {"email": person.email, "password": PASSWORD, "code": "000000"}
    answers = [await thief[n % 4].post("/api/auth/login", json=body) for n in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert (await _login(api, person, code=phone.next_code())).status_code == 200
    # Right ones are not counted, however many.
    for _ in range(12):
        assert (await _login(api, person, code=phone.next_code())).status_code == 200


async def test_the_session_alone_switches_nothing(api: Api, clock: ManualClock) -> None:
    person = (await api.company()).admin
    path = "/api/me/second-factor"
    wrong = await person.client.post(path, json={"password": "wrong"})
    assert _code(wrong, 422) == "wrong_password"
    early = await person.client.post(f"{path}/confirm", json={"code": "000000"})
    assert _code(early, 409) == "second_factor_off"
    phone, codes = await _enrol(person, clock)
    again = await person.client.post(path, json={"password": PASSWORD})
    assert _code(again, 409) == "second_factor_on"
    for body, code in (
        ({"password": "wrong", "code": phone.next_code()}, "wrong_password"),
        ({"password": PASSWORD, "code": "000000"}, "bad_code"),
    ):
        assert _code(await person.client.request("DELETE", path, json=body), 422) == code
    gone = await person.client.request(
        "DELETE", path, json={"password": PASSWORD, "code": codes[3]}
    )
    assert gone.status_code == 204
    assert (await _login(api, person)).status_code == 200


async def test_passwords_cannot_be_guessed_with_a_session(api: Api) -> None:
    person = (await api.company()).admin
    answers = [
        await person.client.post("/api/me/second-factor", json={"password": f"wrong {n}"})
        for n in range(6)
    ] + [
        await person.client.patch(
            "/api/me", json={"currentPassword": f"wrong {n}", "newPassword": "a long new one"}
        )
        for n in range(5)
    ]
    assert {answer.status_code for answer in answers[:10]} == {422}
    assert _code(answers[10], 429) == "rate_limited"


async def test_an_administrator_takes_it_away(api: Api, clock: ManualClock) -> None:
    company: Company = await api.company()
    person = await company.person(Role.OPERATOR)
    await _enrol(person, clock)
    listed = (await company.admin.client.get("/api/users")).json()["data"]
    assert {row["id"]: row["secondFactor"] for row in listed}[str(person.id)] is True
    path = f"/api/users/{person.id}/second-factor"
    assert _code(await person.client.delete(path), 403) == "role_required"
    assert (await company.admin.client.delete(path)).status_code == 204
    assert _code(await person.client.get("/api/me"), 401) == "session_ended"
    assert (await _login(api, person)).status_code == 200


async def test_a_company_asks_for_it(api: Api, clock: ManualClock) -> None:
    company = await api.company()
    await company.admin.client.patch("/api/admin/settings", json={"secondFactorRequired": True})
    assert (await company.admin.client.get("/api/me")).json()["secondFactorRequired"] is True
    await _enrol(company.admin, clock)
    assert (await company.admin.client.get("/api/me")).json()["secondFactorRequired"] is False


async def test_the_database_alone_gives_no_codes(api: Api, clock: ManualClock) -> None:
    person = (await api.company()).admin
    answer = await person.client.post("/api/me/second-factor", json={"password": PASSWORD})
    secret = answer.json()["secret"]
    phone = Phone(secret, clock)
    path = "/api/me/second-factor/confirm"
    codes = (await person.client.post(path, json={"code": phone.code()})).json()["recoveryCodes"]
    async with api.runtime.database.read(SYSTEM) as session:
        factor = (await session.scalars(select(SecondFactor))).one()
        hashes = (await session.scalars(select(RecoveryCode.code_hash))).all()
    assert secret not in factor.secret
    assert len(hashes) == 10
    assert not {code.replace("-", "") for code in codes} & set(hashes)
