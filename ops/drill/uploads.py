"""Uploaders: agents of the drills' company, each with somebody who opens its documents.

One makes a document, has it listed through its agent's socket, opens it as a user does, and sends
its bytes as the agent does. The answer to that is the promise that is looked for in the end.
"""

import asyncio
import hashlib
import logging
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import httpx

from agent import api
from agent.contract.files import IndexedFile, Result
from agent.contract.messages import Handshake, IndexBatch, UploadAnswer
from agent.contract.versions import CONTRACTS
from agent.link import Link, LinkDownError, NoAckError, ServerSaysError
from ops.cluster import OperatorError
from ops.drill.background import in_threads, on_a_loop
from ops.drill.ledger import (
    ANSWER,
    PATIENCE_S,
    GivenUpError,
    Ledger,
    NotNowError,
    Problem,
    insist,
)

PAUSE_S: Final = 10
"""Between two uploads of one agent, which may make a hundred in a quarter of an hour: so a drill
may last as long as it must."""
_AGENTS: Final = 10
_NAME: Final = "siberius-drill"
_ANSWER_S: Final = 15
_RECONNECT_S: Final = 0.5
# A link that is lost is a problem in the ledger, and no line among those of the drill.
logging.getLogger("agent").addHandler(logging.NullHandler())


class Enrolled(NamedTuple):
    """An agent of the drills' own."""

    id: str
    token: str


@contextmanager
def enrolled(client: httpx.Client, agents: int = _AGENTS) -> Iterator[list[Enrolled]]:
    """So many agents, in a branch of their own, until the block ends: nobody shall wonder later why
    they are offline. Raises `OperatorError`."""
    try:
        made = _enrol(client, agents)
    except httpx.HTTPError as error:
        raise OperatorError(f"the drill cannot make agents: {error!r}") from error
    try:
        yield made
    finally:
        # Those that stay, because the cluster is away, go with the next drill.
        with suppress(httpx.HTTPError):
            _forget(client)


def _enrol(client: httpx.Client, agents: int) -> list[Enrolled]:
    _forget(client)
    code = uuid.uuid4().hex[:20]
    branch = client.post("/api/branches", json={"name": "Uploads", "code": code, "city": ""})
    body = {"name": _NAME, "branchId": branch.raise_for_status().json()["id"]}
    made = [client.post("/api/admin/agents", json=body) for _ in range(agents)]
    answers = [answer.raise_for_status().json() for answer in made]
    return [Enrolled(answer["agent"]["id"], answer["token"]) for answer in answers]


def _forget(client: httpx.Client) -> None:
    for row in client.get("/api/agents?limit=1000").raise_for_status().json()["data"]:
        if row["name"] == _NAME:
            client.delete(f"/api/admin/agents/{row['id']}").raise_for_status()


@contextmanager
def uploading(
    url: str,
    auth: httpx.Auth,
    agents: list[Enrolled],
    ledger: Ledger,
    *,
    verify: ssl.SSLContext | None = None,
) -> Iterator[None]:
    """Upload documents of these agents until the block ends; `auth` is of who opens them."""
    links = [_link(url, agent.token, verify) for agent in agents]
    with on_a_loop(*[link.run(_until_lost) for link in links]) as loop:
        common: dict[str, Any] = {"base_url": url, "timeout": ANSWER, "verify": verify or True}
        uploaders = [
            _Uploader(
                agent.id,
                partial(_index, loop, link),
                httpx.Client(auth=auth, **common),
                httpx.Client(headers={"Authorization": f"Bearer {agent.token}"}, **common),
                ledger,
                PAUSE_S * number / len(agents),
            ).run
            for number, (link, agent) in enumerate(zip(links, agents, strict=True))
        ]
        with in_threads(*uploaders):
            yield


@dataclass(frozen=True)
class _Uploader:
    """An agent, which lists documents with `index` and sends them as `machine`, and the `person`
    who opens them. It begins after `first_s`, so that there is always one on its way."""

    agent_id: str
    index: Callable[[IndexedFile], None]
    person: httpx.Client
    machine: httpx.Client
    ledger: Ledger
    first_s: float

    def run(self, stop: threading.Event) -> None:
        with self.person, self.machine:
            stop.wait(self.first_s)
            while not stop.is_set():
                content = make_pdf(uuid.uuid4().hex)
                sha256 = hashlib.sha256(content).hexdigest()
                try:
                    pdf_id = self._upload(content, sha256)
                except GivenUpError as error:
                    self.ledger.failed[sha256] = error.problem
                else:
                    self.ledger.promise(sha256, pdf_id)
                stop.wait(PAUSE_S)

    def _upload(self, content: bytes, sha256: str) -> str:
        """The id of the document. Raises `GivenUpError`."""
        file = IndexedFile(
            path=f"{sha256}.pdf",
            file_hash=sha256,
            size=len(content),
            mtime_ns=time.time_ns(),
            result=Result.OK,
            pages=1,
            rules_version="drill",
        )
        insist(self.ledger, partial(self.index, file))
        pdf_id = self._listed(sha256)
        transfer = insist(self.ledger, partial(request, self.person, pdf_id, sha256))["transfer"]
        asked = {"transferId": transfer["id"], "fileHash": sha256, "size": str(len(content))}
        insist(
            self.ledger,
            lambda: self.machine.post(
                "/api/agent/upload", params=asked, files={"file": ("file.pdf", content)}
            ).raise_for_status(),
        )
        return pdf_id

    def _listed(self, sha256: str) -> str:
        """The id of the document, as soon as the list has it."""
        deadline = time.monotonic() + PATIENCE_S
        look = partial(find, self.person, self.agent_id, sha256)
        while (row := insist(self.ledger, look)) is None:
            if time.monotonic() > deadline:
                raise GivenUpError(Problem(time.monotonic(), "what was indexed is not listed"))
            time.sleep(0.1)
        return str(row["id"])


def find(client: httpx.Client, agent_id: str, sha256: str) -> dict[str, Any] | None:
    """The row of the document with these bytes, if it is among the newest of the agent."""
    newest = client.get("/api/pdfs", params={"agentId": agent_id, "limit": 10})
    rows = newest.raise_for_status().json()["data"]
    return next((row for row in rows if row["fileHash"] == sha256), None)


def request(client: httpx.Client, pdf_id: str, key: str) -> dict[str, Any]:
    """Open a document: have its bytes brought up."""
    answer = client.post(f"/api/pdfs/{pdf_id}/request", headers={"Idempotency-Key": key})
    return dict(answer.raise_for_status().json())


def make_pdf(text: str) -> bytes:
    """A page with this text, which needs no escaping."""
    drawn = f"BT /F 24 Tf 72 720 Td ({text}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    file, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(f"{len(file):010} 00000 n \n")
        file += f"{number} 0 obj{each}endobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(places)}"
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF\n"
    return (file + table + end).encode()


def _link(url: str, token: str, verify: ssl.SSLContext | None) -> Link:
    async def take(_request: object) -> UploadAnswer:
        # It is brought up as soon as the request for it is answered.
        return UploadAnswer(accepted=True)

    hello = Handshake(
        token=token, contract=CONTRACTS.oldest, version="drill", platform="", hostname=""
    )
    return Link(
        url,
        lambda: hello,
        {"agent:upload_request": take},
        open_session=lambda: api.open_session(verify),
        delays_s=(_RECONNECT_S,),
        connect_timeout_s=_ANSWER_S,
        ack_timeout_s=_ANSWER_S,
    )


async def _until_lost() -> None:
    await asyncio.Event().wait()


def _index(loop: asyncio.AbstractEventLoop, link: Link, file: IndexedFile) -> None:
    """Have a document listed. Raises `NotNowError`."""
    deadline = time.monotonic() + _ANSWER_S
    # Without a socket nothing is sent, so nothing is sent again.
    while not link.connected and time.monotonic() < deadline:
        time.sleep(0.1)
    call = link.call("agent:pdf_indexed", IndexBatch(items=[file]))
    try:
        asyncio.run_coroutine_threadsafe(call, loop).result(2 * _ANSWER_S)
    except (TimeoutError, LinkDownError, NoAckError, ServerSaysError) as error:
        raise NotNowError(repr(error)) from error
