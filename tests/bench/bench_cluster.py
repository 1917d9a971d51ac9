"""The API of 1, 2 and 3 replicas behind HAProxy, on Postgres with a standby that serves reads,
Redis with Sentinel, and MinIO; against a bare Starlette route behind the same HAProxy, and against
TLS between HAProxy and the replica, as servers have it.

The mix is a day of an office: its screens ask again and again whether there is news, and mostly
there is none. What is written is not what the pages and deltas show, so after the first of each
they come from memory, as they do where many screens ask for the same. A replica has one worker,
so that each is one process more; load, proxy, replicas and stores share the cores of this
machine, so what a second replica adds is what they leave.
"""

import asyncio
import contextlib
import hashlib
import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import urllib3
from pydantic import SecretStr
from sqlalchemy import select

from app.db.database import Database
from app.db.scope import SYSTEM, Scope
from app.domains.pdfs.models import Pdf, PdfStatus
from app.feed.append import Appender
from app.runtime.blobs import S3Blobs, blob_key
from app.settings import Settings
from ops.cluster.pki import Authority
from tests.bench.bare import BareServer
from tests.bench.figures import Figure, figure
from tests.bench.load import KEY, Call, Drivers, Measured, request
from tests.bench.size import sized
from tests.cluster.stack import Cluster
from tests.support.documents import change, fill
from tests.support.haproxy import HaproxyServer
from tests.support.replica import ADMIN, PASSWORD, ReplicaServer
from tests.support.server import free_port, wait_until

MIX = {"304": 75, "delta": 10, "page": 5, "write": 5, "download": 5}
"""Of a hundred requests."""
ROWS, CHANGED = sized(10_000, short=500), 20
DOCUMENT_BYTES = 100_000
PROCESSES, CONNECTIONS = sized(2, short=1), 8
SECONDS = sized(5.0, short=1.0)
ROUNDS = sized(3, short=1)
REPLICAS = sized((1, 2, 3), short=(1, 2))
BARE, ENCRYPTED = 0, -1
POLLS = sized(120, short=12)
NEWS_EVERY = 6
"""A screen that asks every 5 s for ten minutes, while each half minute a document changes."""


def run() -> list[Figure]:
    """In turns, so that noise hits all alike."""
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster(max(REPLICAS), workers=1, standby_reads=True))
        document = asyncio.run(_furnish(cluster))
        screen = _Screen.signed_in(cluster.url)
        deck = _deck(cluster, screen, document)
        bare = stack.enter_context(BareServer())
        ports = [replica.port for replica in cluster.replicas]
        sides = {count: (_before(stack, ports[:count]), deck) for count in REPLICAS}
        sides[ENCRYPTED] = (_before_over_tls(stack, ports[0]), deck)
        sides[BARE] = (_before(stack, [bare.port]), [Call("bare", request("GET", "/", {}), 200)])
        measured = {side: Measured() for side in sides}
        with Drivers(PROCESSES, CONNECTIONS) as drivers:
            for _ in range(ROUNDS):
                for side, (port, calls) in sides.items():
                    measured[side].add(drivers.drive(port, calls, SECONDS))
        return [*_speed(measured), _memory(cluster.replicas), _traffic(screen, document)]


async def _furnish(cluster: Cluster) -> UUID:
    """Documents, some of which changed; the newest is in the store. Its id."""
    await fill(cluster.database_url, ROWS)
    await change(cluster.database_url, CHANGED)
    database = Database(cluster.database_url)
    database.record_with(Appender("bench"))
    async with database.read(SYSTEM) as session:
        newest = (await session.scalars(select(Pdf).order_by(Pdf.id.desc()).limit(1))).one()
    content = random.Random(5).randbytes(DOCUMENT_BYTES)
    file_hash = hashlib.sha256(content).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        store = S3Blobs.from_settings(
            Settings(
                data_dir=Path(folder),
                secret_key=SecretStr("only for the bench, but long enough"),
                s3_endpoint=cluster.minio.url,
                s3_access_key=SecretStr(cluster.minio.access_key),
                s3_secret_key=SecretStr(cluster.minio.secret_key),
            )
        )
        (Path(folder) / "document").write_bytes(content)
        await store.put(blob_key(newest.tenant_id, file_hash), Path(folder) / "document")
    async with database.unit_of_work(Scope(newest.tenant_id, "bench")) as unit:
        pdf = await unit.session.get_one(Pdf, newest.id)
        pdf.status, pdf.file_hash, pdf.size = PdfStatus.CACHED, file_hash, len(content)
    await database.close()
    return newest.id


def _before(stack: contextlib.ExitStack, ports: list[int]) -> int:
    """The port of a proxy in front of these servers, that gives requests to each of them."""
    proxy = stack.enter_context(HaproxyServer(ports))
    wait_until(lambda: len(proxy.ready_replicas()) == len(ports))
    return proxy.port


def _before_over_tls(stack: contextlib.ExitStack, port: int) -> int:
    """The same before one server, to which it comes through a HAProxy that speaks TLS."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    Authority(folder, b"bench").ensure("api-1", ["api-1"])
    pem = folder / "both.pem"
    pem.write_text("".join((folder / f"api-1.{kind}").read_text() for kind in ("crt", "key")))
    inner = free_port()
    own = {
        "bind": f"127.0.0.1:{inner}",
        "certificate": str(pem),
        "address": f"127.0.0.1:{port}",
    }
    proxy = stack.enter_context(HaproxyServer([inner], ca=str(folder / "ca.crt"), own_api=own))
    wait_until(lambda: proxy.ready_replicas() == {"api-1"})
    return proxy.port


@dataclass
class _Screen:
    """The list of documents on somebody's screen. `bytes` is what went over the line for it,
    both ways, headers included."""

    url: str
    headers: dict[str, str]
    bytes: int = 0

    @classmethod
    def signed_in(cls, url: str) -> "_Screen":
        body = {"email": ADMIN, "password": PASSWORD}
        login = urllib3.request("POST", f"{url}/api/auth/login", json=body).json()
        return cls(url, {"Authorization": f"Bearer {login['accessToken']}"})

    def ask(self, path: str, method: str = "GET", **headers: str) -> Any:
        """The answer's body; none where nothing is new."""
        sent = {**self.headers, **headers}
        answer = urllib3.request(method, self.url + path, headers=sent)
        assert answer.status in {200, 304}, answer.data
        self.bytes += len(request(method, path, sent)) + len(answer.data)
        self.bytes += sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items())
        return json.loads(answer.data) if answer.data else None


def _deck(cluster: Cluster, screen: _Screen, document: UUID) -> list[Call]:
    """The mix, shuffled. It begins where the replicas have heard of all that was changed."""
    page: dict[str, Any] = {}

    def all_is_known() -> bool:
        # Asked for anew each time: whoever has not yet heard of all gives out an older tag.
        page.update(screen.ask("/api/pdfs"))
        tag = {"If-None-Match": page["etag"]}
        screens = (_Screen(replica.url, screen.headers) for replica in cluster.replicas)
        return all(each.ask("/api/pdfs", **tag) is None for each in screens)

    wait_until(all_is_known)
    epoch, _, seq = page["cursor"].rpartition("-")
    own = screen.headers
    body = json.dumps({"name": KEY.decode(), "code": KEY.decode()}).encode()
    calls = [
        Call("304", request("GET", "/api/pdfs", {**own, "If-None-Match": page["etag"]}), 304),
        Call("delta", request("GET", f"/api/pdfs?since={epoch}-{int(seq) - CHANGED}", own), 200),
        Call("page", request("GET", "/api/pdfs?limit=100", own), 200),
        Call(
            "write",
            request("POST", "/api/branches", {**own, "Idempotency-Key": KEY.decode()}, body),
            201,
        ),
        Call("download", request("GET", f"/api/pdfs/{document}/download", own), 200),
    ]
    deck = [call for call in calls for _ in range(MIX[call.kind])]
    random.Random(5).shuffle(deck)
    return deck


def _speed(measured: dict[int, Measured]) -> list[Figure]:
    asked = sum(run_.answered + len(run_.errors) for run_ in measured.values())
    errors = sum(len(run_.errors) for run_ in measured.values())
    bare, encrypted = measured.pop(BARE), measured.pop(ENCRYPTED)
    ratio = encrypted.rate / measured[1].rate
    figures = [figure("the mix of 1 replica over TLS against plain", ratio, "ratio")]
    for count, run_ in measured.items():
        name = f"{count} replica{'s' if count > 1 else ''} behind HAProxy"
        figures.append(figure(f"{name}, the mix", run_.rate, "requests/s", at_least=1000))
        for percent in (50, 95, 99):
            goal = 500 if percent == 95 else None
            value = run_.percentile_ms(percent)
            figures.append(figure(f"{name}, p{percent}", value, "ms", below=goal))
    most = measured[max(measured)]
    for kind in MIX:
        name = f"{max(measured)} replicas behind HAProxy, {kind}, p95"
        figures.append(figure(name, most.percentile_ms(95, kind), "ms", below=500))
    figures.append(
        figure("answers that were errors", 100 * errors / asked, "%", below=1, none_is_fine=True)
    )
    figures.append(figure("a bare Starlette route behind HAProxy", bare.rate, "requests/s"))
    for count, run_ in measured.items():
        name = f"the mix of {count} against a bare route"
        figures.append(figure(name, run_.rate / bare.rate, "ratio"))
    for count, run_ in list(measured.items())[1:]:
        name = f"the mix of {count} replicas against 1"
        figures.append(figure(name, run_.rate / measured[1].rate, "ratio"))
    return figures


def _memory(replicas: list[ReplicaServer]) -> Figure:
    largest = max(
        sum(process.memory_full_info().pss for process in _family(replica)) for replica in replicas
    )
    return figure("memory of a replica of one worker", largest / 2**20, "MB", below=512)


def _family(replica: ReplicaServer) -> list[psutil.Process]:
    own = psutil.Process(replica.pid)
    return [own, *own.children(recursive=True)]


def _traffic(screen: _Screen, document: UUID) -> Figure:
    """A screen that keeps itself up to date, against one that reads its page again."""
    ours, plain, other = (_Screen(screen.url, screen.headers) for _ in range(3))
    page = ours.ask("/api/pdfs?limit=100")
    plain.ask("/api/pdfs?limit=100")
    for poll in range(POLLS):
        if poll % NEWS_EVERY == 0:
            pinned = poll % (2 * NEWS_EVERY) == 0
            other.ask(f"/api/pdfs/{document}/pin", "PUT" if pinned else "DELETE")
        news = ours.ask(f"/api/pdfs?since={page['cursor']}", **{"If-None-Match": page["etag"]})
        page = news or page
        plain.ask("/api/pdfs?limit=100")
    assert ours.bytes < plain.bytes
    saved = 100 * (1 - ours.bytes / plain.bytes)
    return figure("bytes that delta and 304 save a polling screen", saved, "%", at_least=90)
