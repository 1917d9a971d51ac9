"""Two sides find where they differ, whatever the sets, in few bytes."""

import asyncio
from collections.abc import Coroutine, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.contract.messages import ResyncCommand
from agent.contract.reconcile import LEAF_KEYS, Answer, Question, item_key
from agent.reconciler import Entry, KeySet, ProtocolError, Reconciler, differences
from tests.agent.hub import answer_question

# Few leading digits, so that hypothesis also finds deep trees and groups larger than a leaf.
crowded = st.integers(0, 600).map(lambda number: f"ab00000000000{number:03x}")
anywhere = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")
key_sets = st.sets(crowded | anywhere, max_size=3 * LEAF_KEYS)


def compact(keys: Iterable[str]) -> KeySet:
    return KeySet(int(key, 16) for key in keys)


async def compare(ours: Iterable[str], theirs: Iterable[str]) -> tuple[set[str], set[str], int]:
    there = dict.fromkeys(theirs, "path")
    messages = 0

    async def ask(question: Question) -> Answer:
        nonlocal messages
        messages += 1
        return answer_question(there, question)

    missing: set[str] = set()
    extra: set[str] = set()
    async for lost, found in differences(compact(ours), ask):
        missing |= {f"{number:016x}" for number in lost}
        extra |= found
    return missing, extra, messages


@given(common=key_sets, ours=key_sets, theirs=key_sets)
async def test_any_two_sets_converge(common: set[str], ours: set[str], theirs: set[str]) -> None:
    here, there = common | ours, common | theirs
    missing, extra, _ = await compare(here, there)
    assert missing == here - there
    assert extra == there - here


@given(key_sets)
async def test_equal_sets_cost_one_message(keys: set[str]) -> None:
    assert await compare(keys, keys) == (set(), set(), 1)


@given(key_sets, st.text("0123456789abcdef", max_size=16))
def test_the_compact_set_is_a_set(keys: set[str], prefix: str) -> None:
    small = compact(keys)
    assert len(small) == len(keys)
    assert list(small.under(prefix)) == sorted(k for k in keys if k.startswith(prefix))
    assert all(int(key, 16) in small for key in keys)
    assert 2**64 - 1 not in compact(keys - {"ffffffffffffffff"})


@pytest.mark.parametrize(
    "answer",
    [
        Answer(leaf={"7": ""}),
        Answer(split={"": "AAAA"}),
        Answer(leaf={"": "no base64"}),
    ],
)
async def test_an_answer_that_makes_no_sense_is_an_error(answer: Answer) -> None:
    async def ask(_: Question) -> Answer:
        return answer

    with pytest.raises(ProtocolError):
        [group async for group in differences(KeySet([170]), ask)]


class MemoryFolder:
    """Entries as the watcher has them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {path: (size, mtime) for path, size, mtime in entries}

    def entries(self) -> Iterable[Entry]:
        return [(path, size, mtime) for path, (size, mtime) in self._entries.items()]


def reconciler(here: list[Entry], there: list[Entry]) -> Reconciler:
    keys = {item_key(*entry, "1"): entry[0] for entry in there}

    async def ask(question: Question) -> Answer:
        return answer_question(keys, question)

    return Reconciler(MemoryFolder(here), "1", ask)


async def work(
    subject: Reconciler, *, deep: bool = False, held: Iterable[int] = ()
) -> tuple[set[str], set[str]]:
    """The paths to send, and those that only the server has."""
    run = subject.run(ResyncCommand(deep=deep), KeySet(held))
    sent = {path async for path, _ in run}
    lost = {path async for _, path, _ in subject.paths_of(subject.lost) if path is not None}
    return sent, lost


def entries(count: int) -> list[Entry]:
    return [(f"pasta/orçamento {number}.pdf", number, number) for number in range(count)]


async def test_new_changed_and_gone_files_are_found() -> None:
    same = entries(500)
    here = [*same, ("new.pdf", 1, 1), ("changed.pdf", 2, 2)]
    there = [*same, ("changed.pdf", 1, 1), ("gone.pdf", 1, 1)]
    sent, lost = await work(reconciler(here, there))
    assert sent == {"new.pdf", "changed.pdf"}
    # The server has the changed one under its old key until it is sent.
    assert lost == {"gone.pdf", "changed.pdf"}


async def test_a_deep_run_reads_everything_again() -> None:
    same = entries(100)
    sent, lost = await work(reconciler(same, same), deep=True)
    assert (len(sent), lost) == (100, set())


async def test_what_the_server_refuses_is_not_sent_again() -> None:
    here = entries(10)
    subject = reconciler(here, here[1:])
    assert await work(subject) == ({here[0][0]}, set())
    subject.reject(*here[0])
    assert await work(subject) == (set(), set())
    sent, _ = await work(subject, deep=True)
    assert len(sent) == 10


async def test_an_emptied_folder_is_found_in_full() -> None:
    assert await work(reconciler([], entries(5000))) == (
        set(),
        {path for path, *_ in entries(5000)},
    )


async def test_what_is_held_costs_nothing_and_is_told_again() -> None:
    there = entries(5000)
    here = there[3000:]
    subject = reconciler(here, there)
    await work(subject)
    held = subject.lost
    questions: list[Question] = []
    ask = subject._ask

    async def counting(question: Question) -> Answer:
        questions.append(question)
        return await ask(question)

    subject._ask = counting
    assert [step async for step in subject.run(ResyncCommand(), held)] == []
    assert (subject.lost, len(questions)) == (held, 1)


async def test_what_is_held_is_forgotten_where_either_side_has_changed() -> None:
    there = entries(100)
    subject = reconciler(there[50:], there)
    await work(subject)
    held = subject.lost
    assert len(held) == 50
    # 40 are back; of the ten others the server has forgotten five.
    _, lost = await work(reconciler(there[10:], there[5:]), held=held)
    assert lost == {path for path, *_ in there[5:10]}


async def test_a_large_folder_does_not_block_the_loop() -> None:
    here = [*entries(100_000), ("new.pdf", 1, 1)]
    subject = reconciler(here, [])
    best = 1.0
    for _ in range(3):  # the machine may be busy with something else for a moment
        best = min(best, await longest_pause(work(subject)))
        if best < 0.1:
            break
    assert best < 0.1


async def longest_pause(work: Coroutine[None, None, object]) -> float:
    """The longest time the loop did not run while `work` ran, in seconds."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work)
    longest, last = 0.0, loop.time()
    while not task.done():
        await asyncio.sleep(0.001)
        longest, last = max(longest, loop.time() - last), loop.time()
    await task
    return longest
