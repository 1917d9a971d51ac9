"""Writers that never give up a key, and the books of what they were promised.

Each acknowledged key is on this machine's disk before the next write: whatever dies, the file
knows what the database must have.
"""

import os
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx

PATIENCE_S: Final = 90
PAUSE_S: Final = 0.1
_ANSWER: Final = httpx.Timeout(15, connect=5)
"""After so long without an answer a write is sent again, on another connection. Agents are as
patient: a machine that is cut off from its peers still takes requests, and cannot answer them."""


class Problem(NamedTuple):
    """What a client got instead of an acknowledgement, and when (`time.monotonic()`)."""

    at: float
    text: str


@dataclass
class Ledger:
    """What was acknowledged and when, what was given up, and what was sent again."""

    acknowledged: dict[str, float] = field(default_factory=dict)
    failed: dict[str, Problem] = field(default_factory=dict)
    retried: list[Problem] = field(default_factory=list)

    def longest_gap(self) -> tuple[float, float]:
        """Begin and end of the longest time in which nothing was acknowledged."""
        moments = sorted(self.acknowledged.values())
        return max(pairwise(moments), key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))

    def longest_gap_s(self) -> float:
        """How long that was."""
        began, ended = self.longest_gap()
        return ended - began


@contextmanager
def writing(
    url: str,
    headers: dict[str, str],
    writers: int = 3,
    *,
    books: Path | None = None,
    verify: ssl.SSLContext | bool = True,
) -> Iterator[Ledger]:
    """Make branches, each under a key of its own, until the block ends; `books` is the file that
    gets every acknowledged key."""
    ledger = Ledger()
    stop = threading.Event()
    file = os.open(books or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write() -> None:
        with httpx.Client(base_url=url, headers=headers, timeout=_ANSWER, verify=verify) as client:
            while not stop.is_set():
                code = uuid.uuid4().hex[:20]
                problem = _until_acknowledged(client, code, ledger)
                if problem is None:
                    ledger.acknowledged[code] = time.monotonic()
                    os.write(file, f"{code}\n".encode())
                    if books:
                        os.fsync(file)
                else:
                    ledger.failed[code] = problem
                stop.wait(PAUSE_S)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    try:
        yield ledger
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        os.close(file)


def _until_acknowledged(client: httpx.Client, code: str, ledger: Ledger) -> Problem | None:
    """Send one write, again with the same key where its fate is unknown; the last problem."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = client.post(
                "/api/branches",
                json={"name": f"Branch {code}", "code": code, "city": ""},
                headers={"Idempotency-Key": code},
            )
        except httpx.TransportError as error:
            problem = Problem(time.monotonic(), repr(error))
        else:
            if answer.is_success:
                return None
            problem = Problem(time.monotonic(), f"{answer.status_code} {answer.text}")
            if answer.status_code not in {429, 502, 503, 504}:
                return problem
        if problem.at > deadline:
            return problem
        ledger.retried.append(problem)
        time.sleep(0.2)


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
