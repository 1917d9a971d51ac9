"""What changed is read and sent in batches; the newest word on a path wins."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from agent import indexer as module
from agent.contract.files import IndexedFile, Result
from agent.contract.messages import IndexAck, IndexBatch, Rejected
from agent.indexer import Indexer, Totals
from agent.link import LinkDownError, NoAckError, ServerSaysError


class Peer:
    """Reads and takes what the indexer gives it, when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[IndexBatch] = []
        self.refused: list[str] = []
        self.answers: list[IndexAck | Exception] = []
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.may_ack = asyncio.Event()
        self.may_ack.set()
        self.absent: set[str] = set()
        self.totals = Totals()
        self.overflows = 0

    def indexer(self) -> Indexer:
        return Indexer(
            self.read,
            self.send,
            self.totals,
            rejected=lambda file, _: self.refused.append(file.path),
            overflowed=self._overflowed,
        )

    def _overflowed(self) -> None:
        self.overflows += 1

    async def read(self, path: str) -> IndexedFile | None:
        await self.may_read.wait()
        if path in self.absent:
            return None
        return IndexedFile(path=path, size=1, mtime_ns=1, result=Result.OK, rules_version="1")

    async def send(self, batch: IndexBatch) -> IndexAck:
        self.batches.append(batch)
        await self.may_ack.wait()
        answer = self.answers.pop(0) if self.answers else IndexAck(accepted=len(batch.items))
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def items(self) -> list[str]:
        return [item.path for batch in self.batches for item in batch.items]

    @property
    def gone(self) -> list[str]:
        return [path for batch in self.batches for path in batch.gone]


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.fixture
async def indexer(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Indexer]:
    monkeypatch.setattr(module, "RETRY_S", (0.01,))
    subject = peer.indexer()
    task = asyncio.create_task(subject.run())
    yield subject
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def settled(indexer: Indexer) -> None:
    async with asyncio.timeout(5):
        await indexer.drain()


async def test_a_single_file_leaves_at_once(indexer: Indexer, peer: Peer) -> None:
    start = asyncio.get_running_loop().time()
    await indexer.changed("a.pdf")
    await settled(indexer)
    assert peer.items == ["a.pdf"]
    assert asyncio.get_running_loop().time() - start < module.LINGER_S


async def test_many_files_leave_in_full_batches(indexer: Indexer, peer: Peer) -> None:
    for number in range(95):
        await indexer.changed(f"{number}.pdf")
    await settled(indexer)
    assert sorted(peer.items) == sorted(f"{number}.pdf" for number in range(95))
    assert [len(batch.items) for batch in peer.batches[:-1]] == [10] * 9


async def test_one_batch_is_on_its_way_at_a_time(indexer: Indexer, peer: Peer) -> None:
    peer.may_ack.clear()
    for number in range(50):
        await indexer.changed(f"{number}.pdf")
    await asyncio.sleep(0.1)
    assert len(peer.batches) == 1
    peer.may_ack.set()
    await settled(indexer)
    assert len(peer.items) == 50


async def test_a_full_queue_forgets_and_says_so(indexer: Indexer, peer: Peer) -> None:
    peer.may_read.clear()
    for number in range(200):
        await indexer.changed(f"{number}.pdf")
    assert peer.overflows
    assert indexer.queued <= module.CAPACITY + module.READERS
    peer.may_read.set()
    await settled(indexer)
    assert "0.pdf" in peer.items
    assert "199.pdf" not in peer.items


async def test_a_file_written_again_and_again_is_queued_once(indexer: Indexer, peer: Peer) -> None:
    peer.may_read.clear()
    for _ in range(500):
        await indexer.changed("a.pdf")
    assert not peer.overflows
    peer.may_read.set()
    await settled(indexer)
    assert len(peer.items) <= 2


async def test_a_rename_is_one_batch(indexer: Indexer, peer: Peer) -> None:
    peer.may_read.clear()
    await indexer.renamed("old.pdf", "new.pdf")
    await asyncio.sleep(2 * module.LINGER_S)
    assert peer.batches == []
    peer.may_read.set()
    await settled(indexer)
    assert [(batch.gone, [i.path for i in batch.items]) for batch in peer.batches] == [
        (["old.pdf"], ["new.pdf"])
    ]


async def test_a_chain_of_renames_leaves_only_the_last(indexer: Indexer, peer: Peer) -> None:
    peer.may_read.clear()
    await indexer.renamed("a.pdf", "b.pdf")
    await indexer.renamed("b.pdf", "c.pdf")
    peer.may_read.set()
    await settled(indexer)
    assert peer.items == ["c.pdf"]
    assert set(peer.gone) == {"a.pdf", "b.pdf"}


@pytest.mark.parametrize("phase", ["queued", "reading", "read"])
async def test_a_file_deleted_on_its_way_ends_as_gone(
    indexer: Indexer, peer: Peer, phase: str
) -> None:
    peer.may_read.clear()
    if phase == "read":
        peer.may_ack.clear()
        peer.may_read.set()
        await indexer.changed("first.pdf")
        await asyncio.sleep(0.05)
    for name in ("x.pdf", "y.pdf", "a.pdf") if phase == "queued" else ("a.pdf",):
        await indexer.changed(name)
    await asyncio.sleep(0.05)
    await indexer.removed("a.pdf")
    peer.may_read.set()
    peer.may_ack.set()
    await settled(indexer)
    assert "a.pdf" not in peer.items
    assert peer.gone == ["a.pdf"]


async def test_a_file_that_comes_back_is_not_gone(indexer: Indexer, peer: Peer) -> None:
    peer.may_ack.clear()
    await indexer.changed("first.pdf")
    await asyncio.sleep(0.05)
    await indexer.removed("a.pdf")
    await indexer.changed("a.pdf")
    peer.may_ack.set()
    await settled(indexer)
    assert "a.pdf" in peer.items
    assert peer.gone == []


async def test_a_file_written_while_it_was_read_is_read_again(indexer: Indexer, peer: Peer) -> None:
    peer.may_read.clear()
    await indexer.changed("a.pdf")
    await asyncio.sleep(0.02)
    await indexer.changed("a.pdf")
    peer.may_read.set()
    await settled(indexer)
    assert peer.items == ["a.pdf"]


async def test_a_vanished_file_is_nothing(indexer: Indexer, peer: Peer) -> None:
    peer.absent = {"a.pdf"}
    await indexer.changed("a.pdf")
    await settled(indexer)
    assert peer.batches == []


@pytest.mark.parametrize("error", [NoAckError("late"), ServerSaysError("unavailable", "later")])
async def test_a_batch_that_was_not_taken_is_sent_again(
    indexer: Indexer, peer: Peer, error: Exception
) -> None:
    peer.answers = [error, error]
    await indexer.changed("a.pdf")
    await settled(indexer)
    assert peer.items == ["a.pdf"] * 3
    assert peer.totals.indexed == 1


async def test_a_file_the_server_cannot_take_does_not_hold_up_the_others(
    indexer: Indexer, peer: Peer
) -> None:
    peer.may_read.clear()
    for name in ("good.pdf", "bad.pdf"):
        await indexer.changed(name)
    invalid = ServerSaysError("invalid", "no")
    # The batch, the good one, the bad one, and the bad one without what was read from it.
    peer.answers = [invalid, IndexAck(accepted=1), invalid, invalid]
    peer.may_read.set()
    await settled(indexer)
    assert len(peer.refused) == 1
    assert (peer.totals.indexed, peer.totals.failed) == (1, 1)


async def test_a_refused_file_is_said_again_by_its_name_only(indexer: Indexer, peer: Peer) -> None:
    refusal = Rejected(path="a.pdf", code="no", message="total is no number")
    peer.answers = [IndexAck(accepted=0, rejected=[refusal])]
    await indexer.changed("a.pdf")
    await settled(indexer)
    first, second = (batch.items[0] for batch in peer.batches)
    assert first.reason_code is None
    assert (second.reason_code, second.result) == ("refused", Result.DAMAGED)
    assert "total is no number" in (second.reason or "")
    assert (second.size, second.mtime_ns) == (first.size, first.mtime_ns)
    assert not peer.refused
    assert (peer.totals.indexed, peer.totals.failed) == (1, 0)


async def test_what_is_refused_in_any_form_is_told_to_the_caller(
    indexer: Indexer, peer: Peer
) -> None:
    refusal = Rejected(path="a.pdf", code="no", message="no")
    peer.answers = [IndexAck(accepted=0, rejected=[refusal])] * 2
    await indexer.changed("a.pdf")
    await settled(indexer)
    assert peer.refused == ["a.pdf"]
    assert peer.totals.failed == 1


async def test_a_lost_link_ends_the_indexer(peer: Peer) -> None:
    peer.answers = [LinkDownError()]
    subject = peer.indexer()
    await subject.changed("a.pdf")
    with pytest.raises(ExceptionGroup) as caught:
        await subject.run()
    assert caught.value.subgroup(LinkDownError)


async def test_a_backlog_waits_for_its_taker_and_lets_changes_pass(
    indexer: Indexer, peer: Peer
) -> None:
    peer.may_ack.clear()

    async def feed() -> None:
        for number in range(500):
            await indexer.feed(f"backlog {number}.pdf", gone=False)

    feeding = asyncio.create_task(feed())
    await asyncio.sleep(0.1)
    assert indexer.queued < 100
    await indexer.changed("now.pdf")
    peer.may_ack.set()
    async with asyncio.timeout(10):
        await feeding
    await settled(indexer)
    assert len(peer.items) == 501
    assert peer.items.index("now.pdf") < 60


async def test_what_is_gone_leaves_with_the_first_files(indexer: Indexer, peer: Peer) -> None:
    await indexer.feed("old.pdf", gone=True)
    await indexer.feed("new.pdf", gone=False)
    await settled(indexer)
    assert [(batch.gone, len(batch.items)) for batch in peer.batches] == [(["old.pdf"], 1)]
