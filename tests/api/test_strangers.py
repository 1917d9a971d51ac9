"""What anybody can make the server say: about its paths, its methods, its limits and itself."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.types import Message

from app.domains.identity.models import Role
from app.settings import Settings
from tests.api.conftest import Api, api_settings

EVIL = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return api_settings(
        sqlite_url,
        tmp_path,
        agent_auth_limit_per_minute=1,
        agent_limit_per_minute=2,
        login_limit_per_minute=1,
        upload_limit_per_15_minutes=1,
    )


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/oauth2-redirect", "/redoc"])
async def test_no_page_of_ours_runs_a_script_of_others(api: Api, path: str) -> None:
    answer = await api.client().get(path)
    assert answer.status_code == 404
    assert "<script" not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/api/pdfs/", "/api/branches/", "/api/auth/login/", "/health/", "//evil.example/"]
)
async def test_nobody_is_sent_to_a_host_that_the_caller_named(
    api: Api, method: str, path: str
) -> None:
    answer = await api.client(**EVIL).request(method, path)
    assert "location" not in answer.headers
    assert "evil.example" not in answer.text


async def test_no_answer_names_the_host_of_the_caller(api: Api) -> None:
    person = (await api.company()).admin
    paths = {str(route.path_format) for route in iter_route_contexts(api.app.routes)}
    for path in sorted(paths):
        for method in ("GET", "POST", "PUT"):
            answer = await person.client.request(method, path, headers=EVIL)
            told = answer.text + str(answer.headers)
            assert "evil.example" not in told, (method, path)


async def test_an_answer_from_memory_is_found_by_its_path_alone(api: Api) -> None:
    """`Host` is the caller's own: `x/api/branches?` would make another path of it."""
    company = await api.company()
    await company.branch("SP")
    client = company.admin.client
    cursor = (await client.get("/api/agents")).json()["cursor"]
    lie = {"Host": "siberius.example/api/agents?"}
    await client.get("/api/branches", headers=lie, params={"since": cursor})
    truth = (await client.get("/api/branches")).json()
    assert (await client.get("/api/branches", headers=lie)).json()["data"] == truth["data"]
    assert (await client.get("/api/agents", params={"since": cursor})).json()["data"] == []
    assert (await client.get("/api/agents")).json()["data"] == []


async def test_every_path_says_all_that_may_be_done_with_it(api: Api) -> None:
    """405 names the methods of all routes of the path, and of no other."""
    client = api.client()
    methods: dict[str, set[str]] = {}
    for route in iter_route_contexts(api.app.routes):
        methods.setdefault(str(route.path_format), set()).update(route.methods or ())
    assert len(methods) > 40
    for path, allowed in methods.items():
        answer = await client.request("BREW", path)
        assert answer.status_code == 405, path
        assert answer.json()["code"] == "method_not_allowed"
        told = set(answer.headers["allow"].split(", "))
        assert told == allowed, path


def _limited(answer: httpx.Response, name: str, quota: int) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    wait = int(answer.headers["Retry-After"])
    assert wait >= 1
    standing = re.fullmatch(rf'"{name}";r=0;t=(\d+)', answer.headers["RateLimit"])
    assert standing is not None, answer.headers["RateLimit"]
    assert abs(int(standing[1]) - wait) <= 1
    policies = answer.headers["RateLimit-Policy"].split(", ")
    assert policies[0].startswith('"address";q=60000;w=60')
    assert any(policy.startswith(f'"{name}";q={quota};w=') for policy in policies)


async def test_every_refusal_names_its_limit(api: Api) -> None:
    company = await api.company()
    branch_id = await company.branch("SP")
    made = (
        await company.admin.client.post(
            "/api/admin/agents", json={"name": "PC", "branchId": str(branch_id)}
        )
    ).json()
    wrong = api.client(Authorization="Bearer wrong")
    assert (await wrong.get("/api/agent/status")).status_code == 401
    _limited(await wrong.get("/api/agent/status"), "agent-auth", 1)

    agent = api.client(Authorization=f"Bearer {made['token']}")
    upload = f"/api/agent/upload?transferId={branch_id}&fileHash={'0' * 64}&size=1"
    assert (await agent.post(upload)).status_code == 404
    _limited(await agent.post(upload), "upload", 1)
    _limited(await agent.get("/api/agent/status"), "agent", 2)

    viewer = await company.person(Role.VIEWER)
    proof = {"currentPassword": "not the password", "newPassword": "another horse battery"}
    assert (await viewer.client.patch("/api/me", json=proof)).status_code == 422
    _limited(await viewer.client.patch("/api/me", json=proof), "password", 1)
    login = {"email": viewer.email, "password": "not the password"}
    assert (await api.client().post("/api/auth/login", json=login)).status_code == 401
    _limited(await api.client().post("/api/auth/login", json=login), "login", 1)


async def test_a_body_that_is_broken_off_is_no_fault_of_ours(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever likes could fill the log with tracebacks, and call somebody out of bed."""
    begun: Message = {"type": "http.request", "body": b'{"e', "more_body": True}
    heard = iter([begun])
    told: list[Message] = []

    async def receive() -> Message:
        return next(heard, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        told.append(message)

    request = {
        "type": "http",
        "method": "POST",
        "path": "/api/auth/login",
        "raw_path": b"/api/auth/login",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"200")],
        "client": ("203.0.113.9", 1),
    }
    await api.app(request, receive, send)
    assert told[0]["status"] == 400
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
