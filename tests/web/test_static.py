"""How the built dashboard is served."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.web.static import mount_dashboard

SCRIPT = b"console.log('hello');" * 50


def _serve(dist: Path) -> httpx.AsyncClient:
    app = FastAPI()

    @app.post("/api/things")
    async def things() -> dict[str, bool]:
        return {"made": True}

    mount_dashboard(app, dist)
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://siberius.test")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Siberius</title>")
    (tmp_path / "assets" / "index-abc123.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "index-abc123.js.gz").write_bytes(gzip.compress(SCRIPT))
    async with _serve(tmp_path) as made:
        yield made


@pytest.mark.parametrize("path", ["/", "/documents", "/documents/0189-x", "/agents?x=1"])
async def test_deep_links_are_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "<title>Siberius</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_runs_no_script_but_its_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("/documents")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_hashed_files_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/index-abc123.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    again = await client.get(
        "/assets/index-abc123.js", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [("gzip, br", "gzip"), ("identity", None), ("gzip;q=0", None), ("", None)],
)
async def test_compressed_files_are_sent_as_they_were_built(
    client: httpx.AsyncClient, accepts: str, coding: str | None
) -> None:
    answer = await client.get("/assets/index-abc123.js", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == SCRIPT


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/metrics", "/assets/index-old.js", "/../../etc/passwd.txt"]
)
async def test_what_is_not_a_screen_is_not_the_page(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_wrong_method_of_the_api_stays_405(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/things")).status_code == 405
    assert (await client.post("/api/things")).json() == {"made": True}


async def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    async with _serve(tmp_path / "missing") as client:
        answer = await client.get("/documents")
        assert answer.status_code == 503
        assert "npm run build" in answer.text
        assert (await client.post("/api/things")).status_code == 200
