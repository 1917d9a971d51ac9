"""What a comparison makes of disks that come and go while it runs."""

from collections.abc import Collection, Iterator
from typing import cast

from agent.comparison import Comparison
from agent.contract.messages import ResyncCommand
from agent.contract.reconcile import Answer, Question, item_key
from agent.indexer import Indexer
from agent.reconciler import Entry
from tests.agent.hub import answer_question

RULES = "1"
ON_DISK: dict[str, Entry] = {path: (path, 10, 1) for path in ("usb/1.pdf", "usb/2.pdf", "3.pdf")}


class Folder:
    """Two documents on a stick below the folder, and one beside it."""

    is_away = False
    found = 0

    def __init__(self) -> None:
        self._disks = {"": "disk", "usb": "stick"}
        self.files = dict(ON_DISK)

    @property
    def disks(self) -> dict[str, str]:
        return dict(self._disks)

    def pull_the_stick_out(self) -> None:
        del self._disks["usb"], self.files["usb/1.pdf"], self.files["usb/2.pdf"]

    def entries(self) -> Iterator[Entry]:
        yield from self.files.values()

    def __contains__(self, path: object) -> bool:
        return path in self.files

    def leaves_out(self, wire: str) -> bool:
        return not wire.endswith(".pdf")

    def has_files(self, place: str, but: Collection[str]) -> bool:
        return any(
            path.startswith(place) and not any(path.startswith(one) for one in but)
            for path in self.files
        )


class Sent:
    """Takes the place of the indexer: each path is known to the server once it is fed."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.gone: list[str] = []

    async def feed(self, path: str, *, gone: bool) -> None:
        if gone:
            self.gone.append(path)
        else:
            self.known.add(path)

    async def drain(self) -> None:
        pass


async def test_a_disk_that_leaves_during_the_first_comparison_is_missed_by_the_next() -> None:
    folder, sent = Folder(), Sent()
    leaves_at = 1

    async def ask(question: Question) -> Answer:
        nonlocal leaves_at
        keys = {item_key(*ON_DISK[path], RULES): path for path in sent.known}
        answer = answer_question(keys, question)
        leaves_at -= 1
        if leaves_at == 0:
            folder.pull_the_stick_out()
        if question.twins_within_s is not None:
            answer = answer.model_copy(update={"twins": [[] for _ in answer.paths or []]})
        return answer

    async def quiet() -> None:
        pass

    comparison = Comparison(folder, RULES, ask, quiet)
    comparison.hold_files = 50
    comparison.remember(None)
    # Told by events before the agent compares for the first time.
    sent.known |= ON_DISK.keys()
    for _ in range(2):
        await comparison.run(ResyncCommand(), cast("Indexer", sent))
    assert [(place.path, place.missing) for place in comparison.emptied] == [("usb", 2)]
    assert sent.gone == []
