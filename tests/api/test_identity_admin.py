"""Users and branches."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.db.ids import new_id
from app.domains.identity.models import Role
from app.domains.identity.schemas import BranchRow, UserRow
from app.http.collections import CollectionPage
from tests.api.conftest import PASSWORD, Api, Person


def _code(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def _user(**more: Any) -> dict[str, Any]:
    return {
        "email": "New.Person@Acme.example ",
        "name": "New Person",
        "password": PASSWORD,
        "role": "viewer",
        **more,
    }


async def test_a_new_user_signs_in_and_is_listed(api: Api) -> None:
    company = await api.company()
    branch = await company.branch("north")
    answer = await company.admin.client.post("/api/users", json=_user(branchIds=[str(branch)]))
    assert answer.status_code == 201
    row = answer.json()
    assert row["email"] == "new.person@acme.example"
    assert "passwordHash" not in row
    person = await api.sign_in("NEW.person@acme.example")
    assert (await person.client.get("/api/me")).json()["branchIds"] == [str(branch)]
    listed = await company.admin.client.get("/api/users")
    page = CollectionPage[UserRow].model_validate(listed.json())
    assert [user.id for user in page.data] == [person.id, company.admin.id]
    assert "argon2" not in listed.text


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"email": "no address"}, 422, "email"),
        ({"email": f"{'x' * 320}@acme.example"}, 422, "email"),
        ({"password": "too short"}, 422, "password"),
        ({"password": "new.person@acme.example"}, 422, "password"),
        ({"password": "aaaaaaaaaaaaaa"}, 422, "password"),
        ({"password": "x" * 201 + "abc"}, 422, "password"),
        ({"role": "owner"}, 422, "role"),
        ({"name": "  "}, 422, "name"),
        ({"branchIds": []}, 422, "branchIds"),
        ({"branchIds": [str(UUID(int=7))]}, 422, "branchIds"),
    ],
)
async def test_a_user_that_cannot_be_is_refused_with_the_field(
    api: Api, change: dict[str, Any], status: int, field: str
) -> None:
    company = await api.company()
    answer = await company.admin.client.post("/api/users", json=_user(**change))
    _code(answer, status)
    assert answer.json()["errors"][0]["field"] == field
    assert change.get("password", "-") not in answer.text


async def test_an_address_is_taken_once_in_all_companies(api: Api) -> None:
    one, two = await api.company("One"), await api.company("Two")
    assert (await one.admin.client.post("/api/users", json=_user())).status_code == 201
    for company in (one, two):
        answer = await company.admin.client.post("/api/users", json=_user())
        assert _code(answer, 409) == "email_taken"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, set()),
        (Role.OPERATOR, set()),
        (Role.MANAGER, {"GET /api/users", "POST /api/branches"}),
        (Role.ADMIN, {"GET /api/users", "POST /api/branches", "POST /api/users", "GET /api/audit"}),
    ],
)
async def test_roles(api: Api, role: Role, may: set[str]) -> None:
    company = await api.company()
    client = (await company.person(role)).client
    answers = {
        "GET /api/users": await client.get("/api/users"),
        "POST /api/branches": await client.post("/api/branches", json={"name": "N", "code": "n"}),
        "POST /api/users": await client.post("/api/users", json=_user()),
        "GET /api/audit": await client.get("/api/audit"),
    }
    assert {name for name, answer in answers.items() if answer.is_success} == may
    refused = [answer for answer in answers.values() if not answer.is_success]
    assert {_code(answer, 403) for answer in refused} <= {"role_required"}
    assert (await client.get("/api/branches")).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"role": "operator"}, {"disabled": True}, {"password": "another long one"}, {"branchIds": 1}],
)
async def test_a_change_of_rights_takes_effect_at_once(api: Api, change: dict[str, Any]) -> None:
    company = await api.company()
    if "branchIds" in change:
        change = {"branchIds": [str(await company.branch("north"))]}
    person = await company.person(Role.VIEWER)
    replica = await api.replica()
    elsewhere = replica.client(Authorization=f"Bearer {person.tokens['accessToken']}")
    answer = await company.admin.client.patch(f"/api/users/{person.id}", json=change)
    assert answer.status_code == 200, answer.text
    assert _code(await person.client.get("/api/me"), 401) == "session_ended"
    assert _code(await elsewhere.get("/api/me"), 401) == "session_ended"
    body = {"refreshToken": person.tokens["refreshToken"]}
    assert _code(await api.client().post("/api/auth/refresh", json=body), 401) == "session_ended"


async def test_a_change_of_name_ends_nothing(api: Api) -> None:
    company = await api.company()
    person = await company.person(Role.VIEWER)
    await company.admin.client.patch(f"/api/users/{person.id}", json={"name": "Another"})
    assert (await person.client.get("/api/me")).json()["name"] == "Another"


async def test_the_last_administrator_stays(api: Api) -> None:
    company = await api.company()
    branch = await company.branch("north")
    path = f"/api/users/{company.admin.id}"
    for change in ({"role": "viewer"}, {"disabled": True}, {"branchIds": [str(branch)]}):
        answer = await company.admin.client.patch(path, json=change)
        assert _code(answer, 409) == "last_admin"
    await company.person(Role.ADMIN)
    answer = await company.admin.client.patch(path, json={"role": "viewer"})
    assert answer.status_code == 200


async def test_two_administrators_cannot_demote_each_other(api: Api) -> None:
    company = await api.company()
    other = await company.person(Role.ADMIN)
    answers = await asyncio.gather(
        company.admin.client.patch(f"/api/users/{other.id}", json={"role": "viewer"}),
        other.client.patch(f"/api/users/{company.admin.id}", json={"role": "viewer"}),
    )
    done, refused = sorted(answer.status_code for answer in answers)
    # The slower one may find his session ended before he is even asked.
    assert (done, refused) in {(200, 409), (200, 401)}
    demoted = company.admin if answers[1].status_code == 200 else other
    left = other if demoted is company.admin else company.admin
    assert (await left.client.get("/api/users")).status_code == 200


async def test_an_administrator_of_a_branch_gives_no_more_than_he_has(api: Api) -> None:
    company = await api.company()
    north, south = await company.branch("north"), await company.branch("south")
    admin = (await company.person(Role.ADMIN, branches=[north])).client
    ours = await company.person(Role.VIEWER, branches=[north])
    theirs = await company.person(Role.VIEWER, branches=[south])
    made = await admin.post("/api/users", json=_user(branchIds=[str(north)]))
    assert made.status_code == 201
    for branch_ids in (None, [str(south)], [str(north), str(south)]):
        answer = await admin.post("/api/users", json=_user(branchIds=branch_ids))
        assert _code(answer, 403) == "out_of_scope"
        answer = await admin.patch(f"/api/users/{ours.id}", json={"branchIds": branch_ids})
        assert _code(answer, 403) == "out_of_scope"
    answer = await admin.patch(f"/api/users/{company.admin.id}", json={"disabled": True})
    assert _code(answer, 403) == "out_of_scope"
    assert _code(await admin.patch(f"/api/users/{theirs.id}", json={"name": "x"}), 404)
    assert _code(await admin.get("/api/audit"), 403) == "out_of_scope"
    listed = {row["id"] for row in (await admin.get("/api/users")).json()["data"]}
    assert str(theirs.id) not in listed
    assert {str(ours.id), str(company.admin.id)} <= listed


async def test_branches(api: Api) -> None:
    company = await api.company()
    north, south = await company.branch("north"), await company.branch("south")
    client = company.admin.client
    taken = await client.post("/api/branches", json={"name": "x", "code": "north"})
    assert _code(taken, 409) == "branch_code_taken"
    taken = await client.patch(f"/api/branches/{south}", json={"code": "north"})
    assert _code(taken, 409) == "branch_code_taken"
    changed = await client.patch(f"/api/branches/{south}", json={"city": " Pelotas "})
    assert changed.json()["city"] == "Pelotas"
    person = await company.person(Role.VIEWER, branches=[north])
    assert _code(await client.delete(f"/api/branches/{north}"), 409) == "branch_in_use"
    assert (await client.delete(f"/api/branches/{south}")).status_code == 204
    assert _code(await client.delete(f"/api/branches/{south}"), 404) == "not_found"
    listed = await person.client.get("/api/branches")
    page = CollectionPage[BranchRow].model_validate(listed.json())
    assert [branch.id for branch in page.data] == [north]


async def test_a_manager_of_a_branch_keeps_to_it(api: Api) -> None:
    company = await api.company()
    north, south = await company.branch("north"), await company.branch("south")
    manager = (await company.person(Role.MANAGER, branches=[north])).client
    renamed = await manager.patch(f"/api/branches/{north}", json={"name": "Norte"})
    assert renamed.status_code == 200
    for answer in (
        await manager.patch(f"/api/branches/{south}", json={"name": "Sul"}),
        await manager.delete(f"/api/branches/{south}"),
        await manager.post("/api/branches", json={"name": "Oeste", "code": "west"}),
    ):
        assert _code(answer, 403) == "out_of_scope"
    assert _code(await manager.patch(f"/api/branches/{new_id()}", json={"name": "x"}), 404)


async def test_collections_are_incremental(api: Api) -> None:
    company = await api.company()
    client = company.admin.client
    first = await client.get("/api/branches")
    assert first.json()["data"] == []
    unchanged = await client.get("/api/branches", headers={"If-None-Match": first.headers["etag"]})
    assert unchanged.status_code == 304
    north = await company.branch("north")
    delta = await client.get(f"/api/branches?since={first.json()['cursor']}")
    assert delta.json()["isDelta"] is True
    assert [(row["id"], row["_operation"]) for row in delta.json()["data"]] == [
        (str(north), "insert")
    ]


async def test_changing_ones_own_password_ends_the_other_sessions(api: Api) -> None:
    company = await api.company()
    person = await company.person(Role.VIEWER)
    other = await api.sign_in(person.email)
    new = "a much better password"

    async def change(**body: str) -> httpx.Response:
        return await person.client.patch("/api/me", json=body)

    wrong = await change(newPassword=new, currentPassword="wrong")
    assert _code(wrong, 422) == "wrong_password"
    assert _code(await change(newPassword=new), 422) == "wrong_password"
    weak = await change(newPassword="short", currentPassword=PASSWORD)
    assert _code(weak, 422) == "weak_password"
    done = await change(newPassword=new, currentPassword=PASSWORD, name="Me")
    assert done.json()["name"] == "Me"
    assert (await person.client.get("/api/me")).status_code == 200
    assert _code(await other.client.get("/api/me"), 401) == "session_ended"
    await api.sign_in(person.email, new)


async def test_who_leaves_sight_leaves_the_delta(api: Api) -> None:
    company = await api.company()
    north, south = await company.branch("north"), await company.branch("south")
    manager: Person = await company.person(Role.MANAGER, branches=[north])
    viewer = await company.person(Role.VIEWER, branches=[north])
    cursor = (await manager.client.get("/api/users")).json()["cursor"]
    await company.admin.client.patch(f"/api/users/{viewer.id}", json={"branchIds": [str(south)]})
    delta = (await manager.client.get(f"/api/users?since={cursor}")).json()
    assert delta["data"] == [{"id": str(viewer.id), "_operation": "delete"}]
