"""Load on an HTTP server: kept-alive connections, each sending its next request as soon as the
last is answered. It reads only what it must, so that it measures the server and not itself."""

import asyncio
import itertools
import multiprocessing
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

KEY = b"{key}"
"""Where this stands in a request, each sending of it has another word of 16 letters."""


@dataclass(frozen=True)
class Call:
    """A kind of request, how it is sent, and the status that answers it well."""

    kind: str
    request: bytes
    status: int


@dataclass
class Measured:
    """The seconds each answer took, by kind of request; and those that were not as expected."""

    seconds: float = 0.0
    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[bytes] = field(default_factory=list)

    def add(self, other: "Measured") -> None:
        """Take in what was measured in another run."""
        self.seconds += other.seconds
        self.errors += other.errors
        for kind, latencies in other.latencies.items():
            self.latencies[kind] += latencies

    @property
    def rate(self) -> float:
        """Answers that were as expected, per second."""
        return self.answered / self.seconds

    @property
    def answered(self) -> int:
        """How many answers were as expected."""
        return sum(map(len, self.latencies.values()))

    def percentile_ms(self, percent: float, kind: str | None = None) -> float:
        """Of all answers, or of one kind."""
        chosen = self.latencies.values() if kind is None else [self.latencies[kind]]
        ordered = sorted(itertools.chain.from_iterable(chosen))
        if not ordered:
            raise RuntimeError(f"no {kind or 'request'} was answered, but: {self.errors[:3]}")
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request of HTTP/1.1."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        length = len(body.replace(KEY, bytes(16)))
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Drivers:
    """Processes that make load; use as a context."""

    def __init__(self, processes: int, connections: int) -> None:
        self._processes, self._connections = processes, connections
        self._pool = multiprocessing.get_context("spawn").Pool(processes)

    def __enter__(self) -> "Drivers":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()
        self._pool.join()

    def drive(self, port: int, deck: Sequence[Call], seconds: float) -> Measured:
        """The calls of `deck` in turn, again and again, on all connections of all processes."""
        job = (port, list(deck), self._connections, seconds)
        parts = self._pool.starmap(_drive, [job] * self._processes)
        whole = Measured()
        for part in parts:
            whole.add(part)
        whole.seconds /= len(parts)  # they ran side by side
        return whole


def _drive(port: int, deck: list[Call], connections: int, seconds: float) -> Measured:
    return asyncio.run(_hammer(port, deck, connections, seconds))


async def _hammer(port: int, deck: list[Call], connections: int, seconds: float) -> Measured:
    measured = Measured()
    # Each connection begins elsewhere in the deck: they do not march in step.
    starts = range(0, len(deck), max(1, len(deck) // connections))
    clients = [
        _Client(itertools.cycle(deck[start:] + deck[:start]), measured)
        for start in itertools.islice(itertools.cycle(starts), connections)
    ]
    loop = asyncio.get_running_loop()
    waiting = iter(clients)
    for _ in clients:
        await loop.create_connection(lambda: next(waiting), "127.0.0.1", port)
    await asyncio.sleep(0.3)
    measured.latencies.clear()
    measured.errors.clear()
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    measured.seconds = time.perf_counter() - started
    counted = Measured()
    counted.add(measured)
    # To the last answer: what the server still works on would slow down what comes next.
    await asyncio.gather(*(client.stop() for client in clients))
    return counted


class _Client(asyncio.Protocol):
    def __init__(self, calls: Iterator[Call], measured: Measured) -> None:
        self._calls = calls
        self._measured = measured
        self._stopping = False
        self._stopped = asyncio.Event()
        self._head = b""
        self._missing = 0
        self._well = True
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._stopped.is_set():
            self._measured.errors.append(f"the connection broke: {exc}".encode())
            self._stopped.set()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._well = self._head.startswith(f"HTTP/1.1 {self._call.status} ".encode())
            if not self._well:
                self._measured.errors.append(self._head[:300])
            self._missing = _content_length(self._head[:end]) - (len(self._head) - end - 4)
            self._head = b""
        if self._missing == 0:
            self._answered()

    async def stop(self) -> None:
        """Take the answer that is under way, and close."""
        self._stopping = True
        await self._stopped.wait()
        self._transport.abort()

    def _send(self) -> None:
        self._call = next(self._calls)
        self._sent_at = time.perf_counter()
        self._transport.write(self._call.request.replace(KEY, secrets.token_hex(8).encode()))

    def _answered(self) -> None:
        if self._well:
            latency = time.perf_counter() - self._sent_at
            self._measured.latencies[self._call.kind].append(latency)
        if self._stopping:
            self._stopped.set()
        else:
            self._send()


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
