"""Passwords are not guessed for long, and nobody is locked out from outside."""

from itertools import cycle, islice

import httpx
import pytest

from app.domains.identity.models import Role
from tests.api.conftest import PASSWORD, Api

WRONG = "not the password"


async def _login(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/auth/login", json={"email": email, "password": password})


def _refused(answer: httpx.Response) -> int:
    """The seconds it says to wait."""
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    return int(answer.headers["retry-after"])


def _elsewhere(api: Api, count: int, network: str = "192.0.2.") -> list[httpx.AsyncClient]:
    return [api.client(address=f"{network}{number}") for number in range(1, count + 1)]


async def test_ten_wrong_ones_of_one_address_make_the_next_one_wait(api: Api) -> None:
    person = (await api.company()).admin
    client = api.client(address="192.0.2.1")
    for _ in range(10):
        assert (await _login(client, person.email, WRONG)).status_code == 401
    assert 50 < _refused(await _login(client, person.email)) <= 60
    assert _refused(await _login(client, person.email)) <= 60, "asking does not make it longer"


@pytest.mark.parametrize("attackers", [1, 2, 10, 25])
@pytest.mark.parametrize("new_network", [False, True])
async def test_wrong_ones_from_elsewhere_do_not_lock_the_owner_out(
    api: Api, attackers: int, new_network: bool
) -> None:
    person = (await api.company()).admin
    crowd = _elsewhere(api, attackers)
    for client in islice(cycle(crowd), min(10 * attackers, 60)):
        await _login(client, person.email, WRONG)
    owner = api.client(address="198.51.100.7" if new_network else "127.0.0.1")
    assert (await _login(owner, person.email)).status_code == 200


async def test_guesses_from_many_addresses_are_bounded_and_the_owner_comes_in(api: Api) -> None:
    """A stranger more waits for a minute; the owner's own address never does."""
    person = (await api.company()).admin
    at_home = api.client()
    crowd = _elsewhere(api, 30)
    answers = [await _login(client, person.email, WRONG) for client in crowd * 5]
    tried = sum(answer.status_code == 401 for answer in answers)
    assert tried == 100
    assert all(_refused(answer) <= 60 for answer in answers[100:])
    # Nor with the right password: else the refusal would say that it was right.
    assert _refused(await _login(crowd[0], person.email)) <= 60
    for _ in range(3):
        assert (await _login(at_home, person.email)).status_code == 200
    assert (await _login(at_home, person.email, WRONG)).status_code == 401
    assert (await _login(at_home, person.email)).status_code == 200


async def test_one_address_tries_few_accounts(api: Api) -> None:
    person = (await api.company()).admin
    client = api.client(address="192.0.2.1")
    answers = [await _login(client, f"someone-{n}@nowhere.example") for n in range(51)]
    assert {answer.status_code for answer in answers[:-1]} == {401}
    _refused(answers[-1])
    _refused(await _login(client, person.email))
    assert (await _login(api.client(address="192.0.2.2"), person.email)).status_code == 200


async def test_a_colleague_at_the_same_address_locks_nobody_out(api: Api) -> None:
    company = await api.company()
    for n in range(60):
        await _login(api.client(), f"someone-{n}@nowhere.example")
    assert (await _login(api.client(), company.admin.email)).status_code == 200


async def test_one_machine_has_many_addresses_of_ipv6(api: Api) -> None:
    person = (await api.company()).admin
    network = [api.client(address=f"2001:db8:1:2::{number:x}") for number in range(1, 12)]
    answers = [await _login(client, person.email, WRONG) for client in network]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert (await _login(api.client(address="2001:db8:1:3::1"), person.email)).status_code == 200


async def test_right_ones_do_not_count(api: Api) -> None:
    person = (await api.company()).admin
    client = api.client(address="192.0.2.1")
    for _ in range(40):
        assert (await _login(client, person.email)).status_code == 200
    for _ in range(9):
        assert (await _login(client, person.email, WRONG)).status_code == 401
    assert (await _login(client, person.email)).status_code == 200
    for _ in range(10):  # and what was wrong before it is forgotten
        assert (await _login(client, person.email, WRONG)).status_code == 401


async def test_who_is_right_for_himself_gains_no_tries_for_others(api: Api) -> None:
    company = await api.company()
    own = await company.person(Role.VIEWER)
    client = api.client(address="192.0.2.1")
    answers = []
    for number in range(60):
        answers.append(await _login(client, f"someone-{number}@nowhere.example", WRONG))
        await _login(client, own.email)
    assert [answer.status_code for answer in answers] == [401] * 50 + [429] * 10


async def test_an_account_that_nobody_has_is_limited_alike(api: Api) -> None:
    person = (await api.company()).admin
    told = []
    for email, network in ((person.email, "192.0.2."), ("nobody@nowhere.example", "203.0.113.")):
        answers = [
            await _login(client, email, WRONG) for client in _elsewhere(api, 13, network) * 9
        ]
        told.append([answer.status_code for answer in answers])
    assert told[0] == told[1] == [401] * 100 + [429] * 17
