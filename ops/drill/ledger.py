"""Writers that never give up a key, and the books of what clients were promised.

Each promise is on this machine's disk before the client goes on: whatever dies, the file knows
what the database and the object store must have.
"""

import os
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import httpx

from ops.cluster import OperatorError
from ops.drill.background import in_threads

PATIENCE_S: Final = 90
PAUSE_S: Final = 0.1
ANSWER: Final = httpx.Timeout(15, connect=5)
"""After so long without an answer a request is sent again, on another connection. Agents are as
patient: a machine that is cut off from its peers still takes requests, and cannot answer them."""
_AGAIN: Final = {429, 502, 503, 504}
_Answer = TypeVar("_Answer")


class Problem(NamedTuple):
    """What a client got instead of an acknowledgement, and when (`time.monotonic()`)."""

    at: float
    text: str


class NotNowError(Exception):
    """No answer, or one that asks to come again."""


class GivenUpError(OperatorError):
    """There was no acknowledgement; `problem` is the last thing that the client was told."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


@dataclass
class Ledger:
    """What was acknowledged and when, what was given up, and what was sent again.

    `acknowledged` are branches by code; `documents`, by the SHA-256 of their bytes, those whose
    upload was acknowledged, or the request for it. `file` gets a line for each of both.
    """

    acknowledged: dict[str, float] = field(default_factory=dict)
    documents: dict[str, float] = field(default_factory=dict)
    failed: dict[str, Problem] = field(default_factory=dict)
    retried: list[Problem] = field(default_factory=list)
    file: int | None = None

    def acknowledge(self, code: str) -> None:
        """A branch was promised."""
        self.acknowledged[code] = time.monotonic()
        self._keep(f"branch {code}")

    def promise(self, sha256: str, pdf_id: str) -> None:
        """The bytes of a document were."""
        self.documents[sha256] = time.monotonic()
        self._keep(f"document {sha256} {pdf_id}")

    def longest_gap(self) -> tuple[float, float]:
        """Begin and end of the longest time in which no branch was acknowledged."""
        return longest_gap(self.acknowledged.values())

    def longest_gap_s(self) -> float:
        """How long that was."""
        began, ended = self.longest_gap()
        return ended - began

    def _keep(self, line: str) -> None:
        if self.file is not None:
            os.write(self.file, f"{line}\n".encode())
            os.fsync(self.file)


class Promises(NamedTuple):
    """Codes of branches, and the id of each document by the SHA-256 of its bytes."""

    branches: list[str]
    documents: dict[str, str]


def promises(text: str) -> Promises:
    """What the file of a ledger has."""
    lines = [line.split() for line in text.splitlines()]
    branches = [key for kind, key, *_ in lines if kind == "branch"]
    return Promises(branches, {line[1]: line[2] for line in lines if line[0] == "document"})


def longest_gap(moments: Iterable[float]) -> tuple[float, float]:
    """Begin and end of the longest time without one; zeros where there are fewer than two."""
    return max(pairwise(sorted(moments)), key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))


def insist(ledger: Ledger, attempt: Callable[[], _Answer]) -> _Answer:
    """What `attempt` answers, which is made again where its fate is unknown or the server asks to
    come again. Raises `GivenUpError`."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return attempt()
        except httpx.HTTPStatusError as error:
            answer = error.response
            problem = Problem(time.monotonic(), f"{answer.status_code} {answer.text}")
            if answer.status_code not in _AGAIN:
                raise GivenUpError(problem) from error
        except (httpx.TransportError, NotNowError) as error:
            problem = Problem(time.monotonic(), repr(error))
        if problem.at > deadline:
            raise GivenUpError(problem)
        ledger.retried.append(problem)
        time.sleep(0.2)


@contextmanager
def writing(
    url: str,
    auth: httpx.Auth,
    writers: int = 3,
    *,
    books: Path | None = None,
    verify: ssl.SSLContext | bool = True,
) -> Iterator[Ledger]:
    """Make branches, each under a key of its own, until the block ends; `books` is the file that
    gets every acknowledged key."""
    file = os.open(books or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    ledger = Ledger(file=file if books else None)

    def write(stop: threading.Event) -> None:
        with httpx.Client(base_url=url, auth=auth, timeout=ANSWER, verify=verify) as client:
            while not stop.wait(PAUSE_S):
                code = uuid.uuid4().hex[:20]
                try:
                    insist(ledger, partial(_make_branch, client, code))
                except GivenUpError as error:
                    ledger.failed[code] = error.problem
                else:
                    ledger.acknowledge(code)

    try:
        with in_threads(*[write] * writers):
            yield ledger
    finally:
        os.close(file)


def _make_branch(client: httpx.Client, code: str) -> None:
    client.post(
        "/api/branches",
        json={"name": f"Branch {code}", "code": code, "city": ""},
        headers={"Idempotency-Key": code},
    ).raise_for_status()


def codes(client: httpx.Client) -> Counter[str]:
    """How often each branch is there."""
    found: Counter[str] = Counter()
    parameters: dict[str, Any] = {"limit": 1000}
    while True:
        page = client.get("/api/branches", params=parameters).raise_for_status().json()
        found.update(row["code"] for row in page["data"])
        if page["nextAfter"] is None:
            return found
        parameters["after"] = page["nextAfter"]
