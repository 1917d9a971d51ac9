"""What a resync costs on the line: bytes of the TCP stream in both directions, between an agent's
link and the tests' hub, which answers as the server does, at 100,000 files."""

import asyncio
import random
import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar

from agent import api
from agent.comparison import Comparison
from agent.contract.files import DocumentType, Field, Fields, IndexedFile, Result
from agent.contract.messages import HOLD_FILES, Handshake, IndexAck, IndexBatch, ResyncCommand
from agent.contract.reconcile import Answer, Question
from agent.contract.versions import CONTRACTS
from agent.indexer import Indexer, Totals
from agent.link import Link
from agent.places import is_in
from agent.reconciler import Entry
from tests.agent.hub import TOKEN, Hub
from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.support.proxy import Proxy

FILES = sized(100_000, short=3_000)
DIFFERENCES = 10
RULES = "1"


def run() -> list[Figure]:
    """Idle, and with ten differences: a mix of new, changed and deleted files, items included."""
    idle, different = asyncio.run(_measure())
    return [
        figure(f"resync, nothing changed, {FILES:,} files", idle, "B", at_most=100),
        figure(
            f"resync, {DIFFERENCES} differences, {FILES:,} files", different, "B", at_most=15_000
        ),
    ]


async def _measure() -> tuple[int, int]:
    async with Hub() as hub, Proxy(hub.port, compression=False) as line:
        server = [_file(entry) for entry in _entries(FILES)]
        hub.know(server)
        connected: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()

        async def session() -> None:
            idle = await _resync(link, line, _entries(FILES))
            different = await _resync(link, line, _changed())
            connected.set_result((idle, different))
            await asyncio.Event().wait()

        link = Link(
            line.url,
            lambda: Handshake(
                token=TOKEN, contract=CONTRACTS.oldest, version="1", platform="", hostname=""
            ),
            {},
            open_session=api.open_session,
            delays_s=(1,),
            connect_timeout_s=10,
            ack_timeout_s=60,
        )
        running = asyncio.create_task(link.run(session))
        either: list[asyncio.Future[Any]] = [running, connected]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        if set(hub.files) != {path for path, _, _ in _changed()}:
            raise AssertionError("the resync did not bring both sides together")
        return connected.result()


async def _resync(link: Link, line: Proxy, entries: Iterable[Entry]) -> int:
    """Bytes both ways, until everything is acknowledged."""
    folder = _Folder(entries)

    async def ask(question: Question) -> Answer:
        return Answer.model_validate(await link.call("agent:resync", question))

    async def read(path: str) -> IndexedFile:
        return _file((path, *folder[path]))

    async def send(batch: IndexBatch) -> IndexAck:
        return IndexAck.model_validate(await link.call("agent:pdf_indexed", batch))

    indexer = Indexer(read, send, Totals(), rejected=lambda *_: None, overflowed=lambda: None)
    indexing = asyncio.create_task(indexer.run())
    line.reset_counts()
    comparison = Comparison(folder, RULES, ask, quiet=lambda: asyncio.sleep(0))
    comparison.hold_files = HOLD_FILES
    await comparison.run(ResyncCommand(), indexer)
    await indexer.drain()
    await asyncio.sleep(0.1)
    indexing.cancel()
    await asyncio.gather(indexing, return_exceptions=True)
    return line.up + line.down


class _Folder:
    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {path: (size, mtime) for path, size, mtime in entries}

    def __getitem__(self, path: str) -> tuple[int, int]:
        return self._entries[path]

    disks: ClassVar[dict[str, str]] = {}
    _left_out = frozenset[str]()
    is_away = False
    found = 0

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def leaves_out(self, wire: str) -> bool:
        return wire in self._left_out

    def has_files(self, place: str, but: Collection[str]) -> bool:
        return any(
            is_in(path, place) and not any(is_in(path, one) for one in but)
            for path in self._entries
        )

    def entries(self) -> Iterator[Entry]:
        for path, (size, mtime) in self._entries.items():
            yield path, size, mtime


def _entries(count: int) -> list[Entry]:
    chance = random.Random(1)
    return [
        (
            f"Orçamentos/2026/cliente-{number % 500:03d}/Orçamento {number:06d}.pdf",
            chance.randrange(20_000, 900_000),
            1_760_000_000_000_000_000 + chance.randrange(10**16),
        )
        for number in range(count)
    ]


def _changed() -> list[Entry]:
    """Four new files, three changed ones, three deleted ones."""
    entries = _entries(FILES + 4)
    changed = [(path, size + 1, mtime) for path, size, mtime in entries[1000:1003]]
    middle = FILES // 2
    return [*entries[:1000], *changed, *entries[1003:middle], *entries[middle + 3 :]]


def _file(entry: Entry) -> IndexedFile:
    """A document as the rules read it: every field found, with its evidence."""
    path, size, mtime_ns = entry
    number = path[-10:-4]

    def field(value: str, source: str) -> Field:
        return Field(value=value, confidence=0.95, page=1, source=source)

    return IndexedFile(
        path=path,
        file_hash=random.Random(path).randbytes(32).hex(),
        size=size,
        mtime_ns=mtime_ns,
        result=Result.OK,
        pages=2,
        title=f"Orçamento {number}",
        rules_version=RULES,
        fields=Fields(
            type=field(DocumentType.QUOTE, f"ORÇAMENTO Nº {number}"),
            number=field(number, f"ORÇAMENTO Nº {number}"),
            customer=field("Madeireira Três Irmãos Ltda.", "Cliente: Madeireira Três Irmãos Ltda."),
            event_date=field("2026-01-15", "Data da montagem: 15 de janeiro de 2026"),
            total=field("12345.67", "Total geral: R$ 12.345,67"),
        ),
    )


if __name__ == "__main__":
    for each in run():
        sys.stdout.write(f"{each}\n")
