"""What may come in: one rule for every route, and no extreme value is answered with 500.

The walks follow the OpenAPI document, so a new route is tried without being listed here.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from socketio.exceptions import ConnectionRefusedError as RefusedError

from agent.contract.base import WireModel
from agent.contract.messages import (
    AgentError,
    Heartbeat,
    IndexBatch,
    UploadComplete,
    UploadProgress,
)
from agent.contract.reconcile import Question
from app.errors import UnprocessableError
from app.input import BIGGEST, MAX_DEPTH, read_json
from tests.api.conftest import Api
from tests.api.furniture import Side, furnish
from tests.support import extremes
from tests.support.branch import (
    cached,
    documents,
    enrolled,
    item,
    make_pdf,
    read_as,
    requested,
    sha256,
)

QUOTE = make_pdf("A quote")
JSON = {"Content-Type": "application/json"}
ENDS_THE_SESSION = {("post", "/api/auth/logout")}
"""It has nothing that could be extreme, and the walk goes on afterwards."""


@dataclass
class Operation:
    """One of the OpenAPI document."""

    method: str
    path: str
    query: dict[str, Any]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations(api: Api, side: Side) -> Iterator[Operation]:
    """Each with a query and a body that fit, and the ids of things that exist."""
    document = api.app.openapi()
    components = document["components"]["schemas"]
    ids = {
        "pdf_id": str(side.local_pdf_id),
        "agent_id": str(side.agent_id),
        "transfer_id": str(side.open_transfer_id),
        "user_id": str(side.user.id),
        "branch_id": str(side.branch_id),
        "session_id": str(side.session_id),
        "branchId": str(side.branch_id),
        "ids": str(side.local_pdf_id),
        "branchIds": str(side.branch_id),
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if (method, path) in ENDS_THE_SESSION:
                continue
            query = {
                parameter["name"]: extremes.fitting(parameter["schema"], components)
                for parameter in operation.get("parameters", [])
                if parameter["in"] == "query"
            }
            content = operation.get("requestBody", {}).get("content", {})
            body = None
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                body = extremes.fitting(schema, components, ids)
                body = body or {"any": ["thing", 1]}
            yield Operation(method, path.format(**ids), query, body)


@pytest.fixture
async def side(api: Api) -> Side:
    return await furnish(api, await api.company(), "walrus", admin_of_branch=False)


def _client(side: Side, operation: Operation) -> httpx.AsyncClient:
    return side.agent if operation.path.startswith("/api/agent/") else side.company.admin.client


async def _send(client: httpx.AsyncClient, operation: Operation, body: Any) -> httpx.Response:
    content = None if body is None else json.dumps(body)
    return await client.request(operation.method, operation.path, content=content, headers=JSON)


@pytest.mark.timeout(600)
async def test_no_extreme_body_is_answered_with_500(api: Api, side: Side) -> None:
    tried = 0
    for operation in operations(api, side):
        if operation.body is None or operation.path == "/api/auth/login":
            continue
        for body in extremes.with_extremes(operation.body):
            answer = await _send(_client(side, operation), operation, body)
            assert answer.status_code < 500, (str(operation), body, answer.text)
            tried += 1
    assert tried > 500


@pytest.mark.timeout(600)
async def test_no_extreme_query_is_answered_with_500(api: Api, side: Side) -> None:
    """One parameter at a time: most of them exclude each other."""
    tried = 0
    values = [str(value) for value in (*extremes.TEXTS, *extremes.NUMBERS, 10**400, "NaN", "inf")]
    for operation in operations(api, side):
        if operation.method != "get":
            continue
        for name in operation.query:
            for value in values:
                if (name, value) == ("wait", "1"):
                    continue
                url = f"{operation.path}?{quote(name)}={quote(value)}"
                answer = await _client(side, operation).get(url)
                assert answer.status_code < 500, (url, answer.text)
                tried += 1
    assert tried > 500


@pytest.mark.timeout(600)
async def test_no_database_is_given_what_it_cannot_hold(api: Api, side: Side) -> None:
    """In every part of every body, in every query and every path: 422 by the one rule."""
    for operation in operations(api, side):
        client = _client(side, operation)
        if operation.body is not None:
            for body in extremes.with_extremes(operation.body, extremes.UNACCEPTABLE):
                answer = await _send(client, operation, body)
                assert answer.status_code == 422, (str(operation), body, answer.text)
                assert answer.json()["code"] == "invalid_input"
                assert answer.json()["errors"][0]["field"]
        for url in (
            *(f"{operation.path}?{name}=a%00" for name in operation.query),
            f"{operation.path}?%00=1",
            f"{operation.path}?other=%ED%A0%80",
            f"{operation.path}%00",
            f"{operation.path}/%ED%A0%80",
        ):
            answer = await client.request(operation.method, url, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), url


async def test_headers_that_are_kept_have_no_nul(api: Api) -> None:
    company = await api.company()
    body = {"email": company.admin.email, "password": company.admin.password}
    answer = await api.client().post("/api/auth/login", json=body, headers={"User-Agent": "a\0b"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "user-agent")


async def test_the_names_of_uploaded_parts_are_text(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("A"))
    await agent.index(item("a.pdf", QUOTE))
    transfer = await requested(company, (await documents(company))[0]["id"])
    url = (
        f"/api/agent/upload?transferId={transfer['id']}&fileHash={sha256(QUOTE)}&size={len(QUOTE)}"
    )
    for name in (b'name="file"; filename="a\0.pdf"', b'name="\xed\xa0\x80"', b'name="a\0"'):
        body = b"--x\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n%PDF-\r\n--x--\r\n"
        answer = await agent.client.post(
            url, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), name


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "\xff"}',
        b'{"name": "\xed\xa0\x80"}',
        '{"name": "utf-16"}'.encode("utf-16"),
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": -Infinity}',
        b'{"name": 1e999}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b'{"name": "a", "name": "b"}',
        b'{"name": "a", "n\\u0061me": "b"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
        b'{"name": "a"',
        b"",
        b"\xef\xbb\xbf",
    ],
)
async def test_a_document_that_is_none_is_refused(api: Api, body: bytes) -> None:
    company = await api.company()
    for method, path in (("PUT", "/api/me/preferences"), ("PATCH", "/api/me")):
        for kind in ("application/json", "application/problem+json", "application/json; charset=x"):
            answer = await company.admin.client.request(
                method, path, content=body, headers={"Content-Type": kind}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), kind


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-20", "0001-01-01"])
async def test_a_far_day_is_taken_on_every_path(api: Api, day: str) -> None:
    """The last one of the calendar is what people write for "never"."""
    company = await api.company()
    agent = await enrolled(company, await company.branch("A"))
    await agent.index(item("far.pdf", QUOTE, **read_as(eventDate=day)))
    pdf_id = (await documents(company))[0]["id"]
    await cached(company, agent, "far.pdf", QUOTE)
    (row,) = await documents(company)
    assert (row["eventDate"], row["status"]) == (day, "cached")
    read = row["expiresAt"]
    fields = f"/api/pdfs/{pdf_id}/fields"
    for changed in ("2027-01-15", day):
        answer = await company.admin.client.patch(fields, json={"eventDate": changed})
        assert (answer.status_code, answer.json()["eventDate"]) == (200, changed)
    (row,) = await documents(company)
    assert row["expiresAt"] == read or day == "0001-01-01"
    assert row["expiresAt"] > row["cachedAt"]


def test_what_is_taken() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": [1, -2.5, "\xc3\xa9\xf0\x9f\x9a\x80", null, true]}') == {
        "a": [1, -2.5, "é🚀", None, True]
    }
    assert read_json(json.dumps(extremes.deep(MAX_DEPTH)).encode())
    assert read_json(str(2**63 - 1).encode()) == 2**63 - 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"a": [{"b\\u0000": 1}]}', "a.0"),
        (b'{"a": [{"b": "\\ud800"}]}', "a.0.b"),
        (b'"\\u0000"', "body"),
        (b'{"\\ud800": {"c": "\\u0000"}}', "body"),
    ],
)
def test_the_field_is_named(body: bytes, field: str) -> None:
    with pytest.raises(UnprocessableError) as refused:
        read_json(body)
    assert refused.value.errors is not None
    assert refused.value.errors[0]["field"] == field


def _files(message: Any) -> list[dict[str, Any]]:
    """Those of a batch whose time is a number."""
    items = message.get("items") if isinstance(message, dict) else None
    files = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [file for file in files if isinstance(file.get("mtimeNs"), int)]


MESSAGES: dict[str, type[WireModel]] = {
    "agent:heartbeat": Heartbeat,
    "agent:pdf_indexed": IndexBatch,
    "agent:resync": Question,
    "agent:upload_progress": UploadProgress,
    "agent:upload_complete": UploadComplete,
    "agent:error": AgentError,
}


@pytest.mark.timeout(600)
async def test_no_extreme_message_of_an_agent_is_an_error_of_ours(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("A"))
    await agent.index(item("a.pdf", QUOTE))
    transfer = await requested(company, (await documents(company))[0]["id"])
    handlers = api.app.state.hub.server.handlers["/agent"]
    assert set(MESSAGES) == set(handlers) - {"connect", "disconnect"}
    hello = {"token": agent.token, "contract": 1, "version": "1", "platform": "", "hostname": ""}
    for auth in extremes.with_extremes(hello, (*extremes.EXTREMES, *extremes.UNACCEPTABLE)):
        with contextlib.suppress(RefusedError):
            await handlers["connect"]("odd", {}, auth)
        await handlers["disconnect"]("odd")
    await handlers["connect"]("sid", {}, hello)
    ids = {"transferId": transfer["id"], "fileHash": sha256(QUOTE)}
    for event, model in MESSAGES.items():
        schema = model.model_json_schema(by_alias=True)
        message = extremes.fitting(schema, schema.get("$defs", {}), ids)
        if model is Question:
            message = {"q": {"": "0" * 16}, "n": None}
        for fields in message.get("items", []):
            fields["fields"]["eventDate"]["value"] = "2027-01-15"
            fields["fields"]["total"]["value"] = "1.00"
            fields["fields"]["type"]["value"] = "quote"
        assert "error" not in await handlers[event]("sid", message), event
        for odd in extremes.with_extremes(message):
            answer = await handlers[event]("sid", odd)
            assert answer.get("error", {}).get("code") in {None, "invalid"}, (event, odd, answer)
        for odd in extremes.with_extremes(message, extremes.UNACCEPTABLE):
            answer = await handlers[event]("sid", odd)
            if any(abs(file.get("mtimeNs", 0)) > BIGGEST for file in _files(odd)):
                continue  # a file system may say anything of time; what fits is kept
            # Of a batch what is good is taken, and each of the others named.
            refused = answer.get("error", {}).get("code") == "invalid" or answer.get("rejected")
            assert refused, (event, odd, answer)
    await handlers["disconnect"]("sid")


async def test_a_name_is_no_id_and_a_number_no_truth(api: Api) -> None:
    """What was taken for something else: found by schemathesis."""
    client = (await api.company()).admin.client
    for path in ("/api/pdfs/request", "/api/pdfs/pin", "/api/pdfs/reread", "/api/pdfs/archive"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert (await client.get("/api/pdfs/nothing")).status_code == 422
    for change in ({"secondFactorRequired": 0}, {"retentionDays": "16"}):
        answer = await client.patch("/api/admin/settings", json=change)
        assert answer.status_code == 422, change
    assert (await client.get("/api/audit?to=0.5")).status_code == 422
    assert (await client.get("/api/audit?to=2027-01-15T10:00:00Z")).status_code == 200
