"""The bytes of a document, and its picture."""

import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from app.domains.pdfs.downloads import UNSATISFIABLE, content_disposition, parse_range
from tests.api.conftest import Api, Company, api_settings, start
from tests.support.branch import cached, enrolled, make_pdf, sha256

QUOTE = make_pdf("quote")
NAME = 'Orçamento "São João".pdf'
SAVED_AS = "Orçamento _São João_.pdf"


@pytest.fixture
async def api(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """What is asked of the database here is covered elsewhere on both kinds."""
    async with AsyncExitStack() as stack:
        yield await start(api_settings(sqlite_url, tmp_path), stack)


@pytest.fixture
async def url(company: Company) -> str:
    """Of a cached document."""
    agent = await enrolled(company, await company.branch("SP"))
    return f"/api/pdfs/{await cached(company, agent, f'2026/{NAME}', QUOTE)}"


async def test_the_whole_document(company: Company, url: str) -> None:
    answer = await company.admin.client.get(f"{url}/download")
    assert (answer.status_code, answer.content) == (200, QUOTE)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(QUOTE))
    assert answer.headers["etag"] == f'"{sha256(QUOTE)}"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"Or_amento _S_o Jo_o_.pdf\"; filename*=UTF-8''"
        + quote(SAVED_AS, safe="")
    )
    attached = await company.admin.client.get(f"{url}/download", params={"attachment": "true"})
    assert attached.headers["content-disposition"].startswith("attachment; ")


async def test_head_answers_the_headers_alone(company: Company, url: str) -> None:
    answer = await company.admin.client.head(f"{url}/download")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(QUOTE))


@pytest.mark.parametrize(
    ("wanted", "content"),
    [
        ("bytes=0-9", QUOTE[:10]),
        ("bytes=10-", QUOTE[10:]),
        ("bytes=-7", QUOTE[-7:]),
        ("bytes=5-999999", QUOTE[5:]),
        ("bytes=-999999", QUOTE),
    ],
)
async def test_a_part(company: Company, url: str, wanted: str, content: bytes) -> None:
    answer = await company.admin.client.get(f"{url}/download", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, content)
    first = QUOTE.find(content)
    assert answer.headers["content-range"] == (
        f"bytes {first}-{first + len(content) - 1}/{len(QUOTE)}"
    )
    assert answer.headers["content-length"] == str(len(content))


@pytest.mark.parametrize("wanted", ["bytes=999999-", "bytes=-0"])
async def test_a_part_beyond_the_end(company: Company, url: str, wanted: str) -> None:
    answer = await company.admin.client.get(f"{url}/download", headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(QUOTE)}"


@pytest.mark.parametrize("wanted", ["bytes=0-1,4-5", "lines=1-2", "bytes=9-1", "bytes=-", "x"])
async def test_ranges_that_make_no_sense_are_ignored(
    company: Company, url: str, wanted: str
) -> None:
    answer = await company.admin.client.get(f"{url}/download", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, QUOTE)


async def test_conditions(company: Company, url: str) -> None:
    etag = f'"{sha256(QUOTE)}"'

    async def get(**headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await company.admin.client.get(f"{url}/download", headers=named)

    assert (await get(If_None_Match=etag)).status_code == 304
    assert (await get(If_None_Match='"other"')).status_code == 200
    assert (await get(Range="bytes=0-1", If_Range=etag)).status_code == 206
    assert (await get(Range="bytes=0-1", If_Range='"other"')).status_code == 200


async def test_only_for_who_may_see_it(api: Api, url: str) -> None:
    answer = await api.client().get(f"{url}/download")
    assert answer.status_code == 401


async def test_the_preview_is_a_picture_of_the_wished_width(company: Company, url: str) -> None:
    answer = await company.admin.client.get(f"{url}/preview", params={"width": 300})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    (width,) = struct.unpack(">I", answer.content[16:20])
    assert width == 320
    again = await company.admin.client.get(
        f"{url}/preview", params={"width": 320}, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    assert (await company.admin.client.get(f"{url}/preview?width=0")).status_code == 422
    beyond = await company.admin.client.get(f"{url}/preview?page=2")
    assert (beyond.status_code, beyond.json()["code"]) == (422, "no_such_page")
    assert beyond.json()["errors"][0]["field"] == "page"


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ("bytes=0-0", 1, (0, 1)),
        ("bytes=0-", 0, UNSATISFIABLE),
        ("bytes=-5", 0, UNSATISFIABLE),
        ("bytes=3-3", 3, UNSATISFIABLE),
        ("bytes=" + "9" * 5000 + "-", 10, UNSATISFIABLE),
        ("bytes=1-" + "9" * 5000, 10, (1, 10)),
        ("bytes=٣-", 10, None),
    ],
)
def test_ranges(header: str, size: int, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, size) == expected


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "inline; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        ("a\r\nX: y.pdf", "inline; filename=\"a__X_ y.pdf\"; filename*=UTF-8''a__X_%20y.pdf"),
        ('a"\\b', "inline; filename=\"a__b\"; filename*=UTF-8''a__b"),
        ("", "inline; filename=\"document.pdf\"; filename*=UTF-8''document.pdf"),
    ],
)
def test_names_in_headers(name: str, header: str) -> None:
    assert content_disposition(name, attachment=False) == header
