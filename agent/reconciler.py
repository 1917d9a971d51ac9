"""The agent's side of the set reconciliation: what has to be sent, found in few bytes.

The folder's keys are computed once for a run, in a thread, into 8 bytes each. The second pass
that turns keys into paths is pulled by whoever takes the work, so a hundred thousand files that
are new, or that only the server has, wait as keys and not as paths.
"""

import asyncio
import logging
from array import array
from bisect import bisect_left
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Protocol

from agent.contract.messages import ResyncCommand
from agent.contract.reconcile import (
    KEY_BYTES,
    Answer,
    Question,
    digest,
    item_key,
    next_questions,
    pack,
    unpack,
)

log = logging.getLogger(__name__)

PREFIXES_PER_QUESTION = 64
"""Bounds a message: 64 leaves of 32 keys are 24 KB."""
KEYS_PER_QUESTION = 200
PATHS_PER_PULL = 256
MAX_REJECTED = 10_000
_HEX_DIGITS = 2 * KEY_BYTES

Ask = Callable[[Question], Awaitable[Answer]]
Entry = tuple[str, int, int]
"""Wire path, size in bytes, modification time in ns."""


class Folder(Protocol):
    """What is known of the watched folder. `entries` is safe to iterate in a thread."""

    def entries(self) -> Iterable[Entry]: ...


class ProtocolError(Exception):
    """The server's answer does not belong to the question."""


class KeySet:
    """A set of keys as sorted 8-byte integers: 0.8 MB for 100,000."""

    def __init__(self, numbers: Iterable[int]) -> None:
        # Sorted in 256 parts, because sorting all at once would hold the interpreter too long.
        parts = [array("Q") for _ in range(256)]
        for number in numbers:
            parts[number >> 56].append(number)
        self._keys = array("Q")
        for part in parts:
            self._keys.extend(sorted(set(part)))

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __contains__(self, number: int) -> bool:
        index = bisect_left(self._keys, number)
        return index < len(self._keys) and self._keys[index] == number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeySet) and self._keys == other._keys

    def __hash__(self) -> int:
        return hash(self._keys.tobytes())

    def united(self, other: "KeySet") -> "KeySet":
        """The keys of both."""
        return KeySet(chain(self, other))

    def under(self, prefix: str) -> Iterator[str]:
        """The keys that start with `prefix`, in order."""
        first = int(prefix.ljust(_HEX_DIGITS, "0"), 16)
        last = int(prefix.ljust(_HEX_DIGITS, "f"), 16)
        for index in range(bisect_left(self._keys, first), len(self._keys)):
            if (number := self._keys[index]) > last:
                return
            yield f"{number:016x}"


class Reconciler:
    """Compares the folder with the server's picture of it.

    `rejected` holds the keys that the server will never take: they count as sent.
    """

    def __init__(self, folder: Folder, rules_version: str, ask: Ask) -> None:
        self._folder = folder
        self._rules_version = rules_version
        self._ask = ask
        self._rejected: set[int] = set()
        self.lost = KeySet(())

    def reject(self, path: str, size: int, mtime_ns: int) -> None:
        """Remember that the server refused this state of a file for good."""
        if len(self._rejected) < MAX_REJECTED:
            self._rejected.add(int(item_key(path, size, mtime_ns, self._rules_version), 16))

    async def run(
        self, command: ResyncCommand, held: "KeySet"
    ) -> AsyncGenerator[tuple[str, bool], None]:
        """Yield `(path, new)` for each file that has to be read and sent; a deep run sends also
        what is not new. Then `lost` holds the keys that only the server has.

        `held` are keys that were lost before: where the server still has them and the folder
        has not, they stay lost and cost nothing. Raises `ProtocolError` and whatever `ask` raises.
        """
        if command.deep:
            self._rejected.clear()
        here = await asyncio.to_thread(self._keys)
        both = await asyncio.to_thread(here.united, held) if len(held) else here
        missing, lost = array("Q"), array("Q")
        async for ours, theirs in differences(both, self._ask):
            missing.extend(ours)
            lost.extend(int(key, 16) for key in theirs)
        wanted = await asyncio.to_thread(KeySet, missing)
        self.lost = await asyncio.to_thread(
            KeySet, (*lost, *(key for key in held if key not in here and key not in wanted))
        )
        log.info(
            "compared %d files with the server: %d to send, %d it knows differently",
            len(here),
            len(wanted),
            len(self.lost),
        )
        async for key, path in self._paths(here if command.deep else wanted):
            yield path, key in wanted

    async def paths_of(
        self, keys: "KeySet", *, twins_within_s: float | None = None
    ) -> AsyncIterator[tuple[int, str | None, list[str]]]:
        """For each of the server's keys: its path, null where the server has it no more, and
        the other paths of the same content that it learned of within so many seconds."""
        numbers = iter(keys)
        while some := list(islice(numbers, KEYS_PER_QUESTION)):
            packed = pack([f"{number:016x}" for number in some])
            answer = await self._ask(Question(n=packed, twins_within_s=twins_within_s))
            paths, others = answer.paths or [], answer.twins or [[]] * len(some)
            if not len(paths) == len(others) == len(some):
                raise ProtocolError("the server's answer has another length than the question")
            for number, path, twin in zip(some, paths, others, strict=True):
                yield number, path, twin

    def _keys(self) -> KeySet:
        return KeySet(key for key, _ in self._keyed() if key not in self._rejected)

    def _keyed(self) -> Iterator[tuple[int, str]]:
        for path, size, mtime_ns in self._folder.entries():
            yield int(item_key(path, size, mtime_ns, self._rules_version), 16), path

    async def _paths(self, wanted: KeySet) -> AsyncIterator[tuple[int, str]]:
        if not len(wanted):
            return
        matches = ((key, path) for key, path in self._keyed() if key in wanted)
        while some := await asyncio.to_thread(lambda: list(islice(matches, PATHS_PER_PULL))):
            for each in some:
                yield each


async def differences(ours: KeySet, ask: Ask) -> AsyncIterator[tuple["array[int]", set[str]]]:
    """Yield `(missing, extra)` group by group: keys only we have (as integers), and keys only
    the server has.

    Depth first, so the open questions stay few however much differs. Raises `ProtocolError`.
    """
    root = await asyncio.to_thread(lambda: digest(ours.under("")))
    questions = [("", root)]
    while questions:
        asked = dict(questions[-PREFIXES_PER_QUESTION:])
        del questions[-PREFIXES_PER_QUESTION:]
        answer = await ask(Question(q=asked))
        try:
            deeper, missing, extra = await asyncio.to_thread(_digest_answer, ours, asked, answer)
        except (ValueError, IndexError) as error:
            raise ProtocolError(f"the server's answer makes no sense: {error}") from error
        questions.extend(deeper)
        if missing or extra:
            yield missing, extra


def _digest_answer(
    ours: KeySet, asked: dict[str, str], answer: Answer
) -> tuple[list[tuple[str, str]], "array[int]", set[str]]:
    """The next questions, and the keys that this answer settles. Raises `ValueError`."""
    splits, leaves = answer.split or {}, answer.leaf or {}
    if not asked.keys() >= splits.keys() | leaves.keys():
        raise ValueError("it names a prefix that was not asked")
    if any(len(prefix) >= _HEX_DIGITS for prefix in splits):
        raise ValueError("it splits a single key")
    deeper: list[tuple[str, str]] = []
    missing = array("Q")
    extra: set[str] = set()
    for prefix, split in splits.items():
        below, lost = next_questions(ours.under, prefix, split)
        deeper.extend(below.items())
        missing.extend(int(key, 16) for key in lost)
    for prefix, leaf in leaves.items():
        theirs = set(unpack(leaf))
        if not all(key.startswith(prefix) for key in theirs):
            raise ValueError("it puts a key under another prefix")
        for key in ours.under(prefix):
            if key in theirs:
                theirs.remove(key)
            else:
                missing.append(int(key, 16))
        extra |= theirs
    return deeper, missing, extra
