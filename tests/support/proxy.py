"""A TCP proxy that counts bytes, can be slow, and can go silent as a broken line does."""

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass
class _Tripwire:
    word: bytes
    after: bytes
    deliver: bool
    armed: set[int] = field(default_factory=set)

    def trips(self, source: asyncio.StreamReader, data: bytes) -> bool:
        if self.after in data:
            self.armed.add(id(source))
        return id(source) in self.armed and self.word in data


class Proxy:
    """Forwards to a port on loopback. `up` and `down` count bytes from and to the client.

    `bytes_per_second` slows each direction of each connection.
    With `compression=False` the server does not get to see that the client offers it.
    """

    def __init__(
        self,
        target_port: int,
        *,
        bytes_per_second: float | None = None,
        compression: bool = True,
    ) -> None:
        self._target = target_port
        self._bytes_per_second = bytes_per_second
        self._compression = compression
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._tripwire: _Tripwire | None = None
        self.up = 0
        self.down = 0
        self.connections = 0
        """All that were ever made."""

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self) -> None:
        """Pass nothing on any more; connections stay open."""
        self._open.clear()

    def thaw(self) -> None:
        self._open.set()

    def lead_to(self, port: int) -> None:
        """Lead new connections elsewhere; those that are open stay where they are."""
        self._target = port

    def cut(self) -> None:
        """Break every open connection."""
        for task in self._tasks:
            task.cancel()

    def cut_at(self, word: bytes, *, deliver: bool, after: bytes = b"") -> None:
        """Break the connection on which the client says `word` next, having said `after` since
        this call. It happens once. With `deliver` the server hears it, and only its answer is
        lost."""
        self._tripwire = _Tripwire(word, after, deliver)

    def reset_counts(self) -> None:
        self.up = self.down = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", self._target)
                try:
                    async with asyncio.TaskGroup() as both:
                        both.create_task(self._pump(reader, back, "up"))
                        both.create_task(self._pump(there, writer, "down"))
                finally:
                    back.close()
        except* (OSError, asyncio.CancelledError):
            pass  # a line has no opinion on how it ends
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, direction: str
    ) -> None:
        while data := await source.read(64 * 1024):
            await self._open.wait()
            setattr(self, direction, getattr(self, direction) + len(data))
            wire = self._tripwire
            if wire is not None and direction == "up" and wire.trips(source, data):
                self._tripwire = None
                if wire.deliver:
                    self.freeze()  # the answer must not slip through
                    sink.write(data)
                    await sink.drain()
                    await asyncio.sleep(0.2)  # the server acts on it; nobody could tell when
                    asyncio.get_running_loop().call_later(0.1, self.thaw)
                raise ConnectionResetError
            if not self._compression:
                data = data.replace(b"Sec-WebSocket-Extensions:", b"X-Unused:")
            sink.write(data)
            await sink.drain()
            if self._bytes_per_second is not None:
                await asyncio.sleep(len(data) / self._bytes_per_second)
        sink.close()
