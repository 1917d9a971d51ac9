"""Bytes per second up and down through one replica, against the same bytes straight to its MinIO.

Both ways in turns, from one process of clients, so that noise hits both alike. An upload is the
whole way of a document: received, hashed, parsed, stored, committed.
"""

import asyncio
import io
import multiprocessing
import secrets
import statistics
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aiohttp
import urllib3
from fpdf import FPDF
from minio import Minio
from prometheus_client.parser import text_string_to_metric_families

from app.domains.agents.credentials import identify
from app.domains.pdfs import indexing
from app.domains.pdfs.facts import parse_report
from app.main import create_app
from app.runtime.parts import build
from app.settings import Settings
from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.cluster.ledger import sign_in
from tests.support.branch import item, sha256
from tests.support.haproxy import HaproxyServer
from tests.support.minio import MinioServer
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.replica import ReplicaServer

MEGABYTES = sized(8, short=2)
"""Of one document: a scan of some pages."""
AT_ONCE = 4
EACH = sized(2, short=1)
"""Documents that one client sends, or reads, in a round."""
ROUNDS = sized(3, short=1)
GOAL = 0.7
BUCKET = "straight"


@dataclass(frozen=True)
class Sides:
    """Where the clients go, and as whom."""

    api: str
    proxy: str
    user: str
    agent: str
    minio: str
    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Document:
    """One that the server waits for."""

    pdf_id: str
    transfer_id: str
    file_hash: str
    content: bytes


def run() -> list[Figure]:
    """The middle of the rounds."""
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer())
        redis = stack.enter_context(RedisServer())
        minio = stack.enter_context(MinioServer())
        settings: dict[str, Any] = {
            "workers": 2,
            "secret_key": "only for the bench, but long enough",
            "database_url": postgres.create_database(),
            "redis_url": redis.url,
            "s3_endpoint": minio.url,
            "s3_access_key": minio.access_key,
            "s3_secret_key": minio.secret_key,
            "password_memory_kib": 1024,
            "upload_limit_per_15_minutes": 100_000,
        }
        replica = ReplicaServer(**settings)
        replica.make_company()
        stack.enter_context(replica)
        proxy = stack.enter_context(HaproxyServer([replica.port]))
        sides, documents = asyncio.run(_prepare(settings, replica.url, proxy.url, minio))
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, context) as clients:
            rates = clients.submit(measure, sides, documents).result()
        figures = [_cache_hits(replica)]
    for way in ("upload", "download"):
        straight = statistics.median(rates[way, "minio"])
        figures.append(figure(f"{way}, straight to MinIO", straight, "MB/s"))
        for side, name in (("api", "a replica"), ("proxy", "HAProxy and a replica")):
            rate = statistics.median(rates[way, side])
            figures.append(figure(f"{way} through {name}", rate, "MB/s"))
            goal = GOAL if side == "api" else None
            figures.append(
                figure(f"{way} through {name}: of MinIO's", rate / straight, "", at_least=goal)
            )
    return figures


def _cache_hits(replica: ReplicaServer) -> Figure:
    """Of what uploads and downloads look up of the company: who the agent is, its settings."""
    text = urllib3.request("GET", replica.url + "/metrics").data.decode()
    reads = Counter[str]()
    for family in text_string_to_metric_families(text):
        if family.name == "siberius_cache_reads":
            for sample in family.samples:
                reads[sample.labels["outcome"]] += int(sample.value)
    return figure("cache hits", 100 * reads["hit"] / reads.total(), "%", at_least=80)


async def _prepare(
    settings: dict[str, Any], api: str, proxy: str, minio: MinioServer
) -> tuple[Sides, list[Document]]:
    """A branch whose agent has reported documents, each of them asked for."""
    user = await sign_in(api)
    contents = [_scan() for _ in range(2 * ROUNDS * AT_ONCE * EACH)]
    async with AsyncExitStack() as stack:
        headers = {"Authorization": f"Bearer {user}"}
        http = await stack.enter_async_context(aiohttp.ClientSession(api, headers=headers))

        async def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
            async with http.request(method, path, json=body) as answer:
                assert answer.status < 300, await answer.text()
                return await answer.json()

        branch = await call("POST", "/api/branches", {"name": "One", "code": "1"})
        made = await call("POST", "/api/admin/agents", {"name": "PC", "branchId": branch["id"]})
        runtime = build(Settings(profile="clustered", **settings))
        app = create_app(runtime)
        await stack.enter_async_context(app.router.lifespan_context(app))
        identity = await identify(runtime.database, made["token"])
        items = [item(f"{number}.pdf", content) for number, content in enumerate(contents)]
        for batch in (items[start : start + 10] for start in range(0, len(items), 10)):
            await indexing.apply(runtime, identity, parse_report({"items": batch, "gone": []}))
        rows = (await call("GET", "/api/pdfs?limit=1000"))["data"]
        ids = {row["fileHash"]: row["id"] for row in rows}
        documents = []
        for content in contents:
            file_hash = sha256(content)
            pdf_id = ids[file_hash]
            asked = await call("POST", f"/api/pdfs/{pdf_id}/request", {})
            documents.append(Document(pdf_id, asked["transfer"]["id"], file_hash, content))
    sides = Sides(
        *(api, proxy, user, made["token"]), *(minio.endpoint, minio.access_key, minio.secret_key)
    )
    return sides, documents


def _scan() -> bytes:
    """A PDF that weighs as much as a scan does."""
    pdf = FPDF()
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(text="Orçamento")
    pdf.embed_file(
        bytes=secrets.token_bytes(MEGABYTES * 1_000_000), basename="scan", compress=False
    )
    return bytes(pdf.output())


def measure(sides: Sides, documents: list[Document]) -> dict[tuple[str, str], list[float]]:
    """MB/s of each round, by way and side; in a process of its own."""
    rates: dict[tuple[str, str], list[float]] = {}
    clients = _Clients(sides)
    half = len(documents) // 2
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for start in range(0, half, AT_ONCE * EACH):
            direct = documents[start : start + AT_ONCE * EACH]
            proxied = documents[half + start : half + start + AT_ONCE * EACH]
            for way, side, work, of in (
                ("upload", "minio", clients.put_straight, direct),
                ("upload", "api", partial(clients.put, sides.api), direct),
                ("upload", "proxy", partial(clients.put, sides.proxy), proxied),
                ("download", "minio", clients.get_straight, direct),
                ("download", "api", partial(clients.get, sides.api), direct),
                ("download", "proxy", partial(clients.get, sides.proxy), proxied),
            ):
                started = time.perf_counter()
                list(threads.map(work, of))
                seconds = time.perf_counter() - started
                size = sum(len(document.content) for document in of) / 1_000_000
                rates.setdefault((way, side), []).append(size / seconds)
    return rates


class _Clients:
    """An agent, a browser, and a program that speaks S3."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._http = urllib3.PoolManager(maxsize=AT_ONCE, retries=False, timeout=60)
        self._store = Minio(
            sides.minio,
            access_key=sides.access_key,
            secret_key=sides.secret_key,
            secure=False,
            region="us-east-1",
            http_client=urllib3.PoolManager(maxsize=AT_ONCE),
        )
        self._store.make_bucket(BUCKET)

    def put_straight(self, document: Document) -> None:
        content = io.BytesIO(document.content)
        self._store.put_object(BUCKET, document.pdf_id, content, len(document.content))

    def get_straight(self, document: Document) -> None:
        answer = self._store.get_object(BUCKET, document.pdf_id)
        assert _drain(answer) == len(document.content)
        answer.release_conn()

    def put(self, url: str, document: Document) -> None:
        answer = self._http.request(
            "POST",
            f"{url}/api/agent/upload?transferId={document.transfer_id}"
            f"&fileHash={document.file_hash}&size={len(document.content)}",
            fields={"file": ("scan.pdf", document.content)},
            headers={"Authorization": f"Bearer {self._sides.agent}"},
        )
        assert answer.status == 200, answer.data

    def get(self, url: str, document: Document) -> None:
        answer = self._http.request(
            "GET",
            f"{url}/api/pdfs/{document.pdf_id}/download",
            headers={"Authorization": f"Bearer {self._sides.user}"},
            preload_content=False,
        )
        assert _drain(answer) == len(document.content)
        answer.release_conn()


def _drain(answer: urllib3.BaseHTTPResponse) -> int:
    return sum(len(block) for block in answer.stream(256 * 1024))
