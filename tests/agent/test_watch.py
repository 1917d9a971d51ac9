"""The watched folder, with real files: both modes see the same."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.pdf.extract import Extractor
from agent.pdf.inspect import index_file
from agent.watch import Changes, Pace, Watcher
from agent.watch.ignore import Ignore
from agent.watch.paths import wire_path
from tests.agent.waiting import until

COMPLETE = b"%PDF-1.4\nshort\n%%EOF\n"
PACE = Pace(settle_s=0.05, incomplete_s=0.8, poll_s=0.1, root_s=0.1, canary_wait_s=5)
LONG_AGO = 1_600_000_000 * 10**9


class Seen:
    """What the watcher reported, added up: the last word on every path."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher
        self.changed: list[str] = []
        self.gone: list[str] = []
        self.renamed: list[tuple[str, str]] = []

    async def report(self, changes: Changes) -> None:
        self.changed += changes.changed
        self.gone += changes.gone
        self.renamed += changes.renamed

    def forget(self) -> None:
        self.changed, self.gone, self.renamed = [], [], []

    @property
    def known(self) -> set[str]:
        return {path for path, _, _ in self.watcher.entries()}


@asynccontextmanager
async def watching(
    folder: Path, *, polling: bool, pace: Pace = PACE, ignore: tuple[str, ...] = ()
) -> AsyncIterator[Seen]:
    watcher = Watcher(folder, polling=polling, pace=pace, ignore=Ignore(ignore))
    seen = Seen(watcher)
    task = asyncio.create_task(watcher.run(seen.report))
    try:
        await until(watcher.decided.is_set)
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


@pytest.fixture(params=["events", "polling"])
def polling(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "polling")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one document that has been there for long."""
    root = tmp_path / "documents"
    root.mkdir()
    put(root / "old.pdf")
    return root


def put(path: Path, content: bytes = COMPLETE, *, mtime_ns: int | None = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if mtime_ns is not None:
        os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def move(source: Path, target: Path) -> None:
    source.rename(target)


def allow(path: Path, mode: int) -> None:
    path.chmod(mode)


async def test_the_first_look_knows_and_does_not_report(folder: Path, polling: bool) -> None:
    put(folder / "2026" / "march" / "UPPER.PDF")
    for ignored in ("notes.txt", "~$open.pdf", ".hidden.pdf", "copy.pdf.part", "x.pdf.tmp"):
        put(folder / ignored)

    async with watching(folder, polling=polling) as seen:
        assert sorted(seen.watcher.entries()) == [
            ("2026/march/UPPER.PDF", len(COMPLETE), LONG_AGO),
            ("old.pdf", len(COMPLETE), LONG_AGO),
        ]
        assert len(seen.watcher) == 2
        assert seen.watcher.mode == ("polling" if polling else "events")
        assert seen.watcher.folder_state == "ok"
        assert seen.changed == []


async def test_create_modify_rename_delete(folder: Path, polling: bool) -> None:
    async with watching(folder, polling=polling) as seen:
        put(folder / "new.pdf", mtime_ns=None)
        await until(lambda: seen.changed == ["new.pdf"])

        seen.forget()
        put(folder / "new.pdf", b"%PDF-1.4\nlonger than before\n%%EOF\n", mtime_ns=None)
        await until(lambda: seen.changed == ["new.pdf"])

        (folder / "new.pdf").rename(folder / "renamed.pdf")
        await until(lambda: seen.renamed == [("new.pdf", "renamed.pdf")])
        assert seen.known == {"old.pdf", "renamed.pdf"}

        (folder / "renamed.pdf").unlink()
        await until(lambda: seen.gone == ["renamed.pdf"])
        assert seen.known == {"old.pdf"}


async def test_a_file_replaced_by_rename_is_a_change(folder: Path, polling: bool) -> None:
    async with watching(folder, polling=polling) as seen:
        put(folder / "upload.tmp", b"%PDF-1.4\nthe next version\n%%EOF\n", mtime_ns=None)
        (folder / "upload.tmp").replace(folder / "old.pdf")

        await until(lambda: seen.changed == ["old.pdf"])
        assert seen.gone == []


async def test_folders_come_move_and_go(folder: Path, polling: bool, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside / "a" / "1.pdf")
    put(outside / "a" / "b" / "2.pdf")
    async with watching(folder, polling=polling) as seen:
        outside.rename(folder / "in")
        await until(lambda: sorted(seen.changed) == ["in/a/1.pdf", "in/a/b/2.pdf"])

        (folder / "in").rename(folder / "moved")
        await until(lambda: len(seen.renamed) == 2)
        assert seen.known == {"old.pdf", "moved/a/1.pdf", "moved/a/b/2.pdf"}

        # A folder that came by being moved is watched like any other.
        put(folder / "moved" / "a" / "3.pdf", mtime_ns=None)
        await until(lambda: "moved/a/3.pdf" in seen.changed)

        (folder / "moved" / "a").rename(outside)
        await until(lambda: len(seen.gone) == 3)
        assert seen.known == {"old.pdf"}

        shutil.copytree(outside, folder / "again")
        await until(lambda: seen.known == {"old.pdf", *_below(folder / "again", folder)})
        shutil.rmtree(folder / "again")
        await until(lambda: seen.known == {"old.pdf"})


def _below(folder: Path, root: Path) -> set[str]:
    return {wire_path(root, path) for path in folder.rglob("*.pdf")}


async def test_a_burst_of_500_files_is_seen_completely(folder: Path, polling: bool) -> None:
    async with watching(folder, polling=polling) as seen:
        for number in range(500):
            put(folder / f"{number % 7}" / f"{number}.pdf", mtime_ns=None)

        await until(lambda: len(seen.known) == 501)
        assert len(seen.changed) == len(set(seen.changed)) == 500


async def test_a_growing_file_is_taken_once_when_it_is_complete(
    folder: Path, polling: bool
) -> None:
    async with watching(folder, polling=polling) as seen:
        with (folder / "slow.pdf").open("wb", buffering=0) as file:
            for piece in (b"%PDF-1.4\n", b"one\n", b"two\n", b"three\n"):
                file.write(piece)
                await asyncio.sleep(0.15)
            assert seen.changed == []
            file.write(b"%%EOF\n")

        await until(lambda: seen.changed == ["slow.pdf"])
        await asyncio.sleep(0.3)
        assert seen.changed == ["slow.pdf"]


async def test_a_file_that_stays_incomplete_is_taken_later_and_again_when_it_changes(
    folder: Path, polling: bool
) -> None:
    async with watching(folder, polling=polling) as seen:
        put(folder / "cut.pdf", b"%PDF-1.4\nno end", mtime_ns=None)
        await asyncio.sleep(PACE.incomplete_s / 2)
        assert seen.changed == []
        await until(lambda: seen.changed == ["cut.pdf"])

        put(folder / "cut.pdf", mtime_ns=None)
        await until(lambda: seen.changed == ["cut.pdf", "cut.pdf"])


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        (b"or\xc3\xa7amento \xe6\x97\xa5\xe6\x9c\xac.pdf", "orçamento 日本.pdf"),
        (b"two\nlines.pdf", "two\nlines.pdf"),
        (b"x" * 251 + b".pdf", "x" * 251 + ".pdf"),
        (b"latin \xe7\xe3o.pdf", "latin \\xe7\\xe3o.pdf"),
        (b"back\\slash.pdf", "back\\slash.pdf"),
    ],
    ids=["unicode", "newline", "255 bytes", "undecodable", "backslash"],
)
async def test_odd_names(folder: Path, polling: bool, name: bytes, wire: str) -> None:
    path = folder / os.fsdecode(name)
    async with watching(folder, polling=polling) as seen:
        put(path, mtime_ns=None)
        await until(lambda: seen.changed == [wire])
        assert wire_path(folder, path) == wire
        assert seen.watcher.resolve(wire) == path
        assert wire in seen.watcher

        path.unlink()
        await until(lambda: seen.gone == [wire])
        assert seen.watcher.resolve(wire) is None


async def test_symlinks_are_not_followed(folder: Path, polling: bool, tmp_path: Path) -> None:
    put(tmp_path / "secret" / "salary.pdf")
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "link.pdf").symlink_to(tmp_path / "secret" / "salary.pdf")
    async with watching(folder, polling=polling) as seen:
        (folder / "late.pdf").symlink_to(tmp_path / "secret" / "salary.pdf")
        put(folder / "real.pdf", mtime_ns=None)

        await until(lambda: seen.changed == ["real.pdf"])
        assert seen.known == {"old.pdf", "real.pdf"}


async def test_the_folder_itself_may_be_a_symlink(
    folder: Path, polling: bool, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    async with watching(link, polling=polling) as seen:
        put(folder / "new.pdf", mtime_ns=None)
        await until(lambda: seen.changed == ["new.pdf"])


async def test_a_vanished_folder_is_a_state_and_comes_back(folder: Path, polling: bool) -> None:
    put(folder / "sub" / "other.pdf")
    elsewhere = folder.with_name("elsewhere")
    async with watching(folder, polling=polling) as seen:
        move(folder, elsewhere)
        await until(lambda: seen.watcher.folder_state == "missing")
        await asyncio.sleep(0.3)
        assert seen.gone == []
        assert seen.known == {"old.pdf", "sub/other.pdf"}
        assert "missing" in seen.watcher.why

        (elsewhere / "old.pdf").unlink()
        put(elsewhere / "new.pdf", mtime_ns=None)
        move(elsewhere, folder)
        await until(lambda: seen.gone == ["old.pdf"] and seen.changed == ["new.pdf"])
        assert seen.watcher.folder_state == "ok"
        await until(lambda: seen.watcher.mode == ("polling" if polling else "events"))

        put(folder / "sub" / "later.pdf", mtime_ns=None)
        await until(lambda: "sub/later.pdf" in seen.changed)


async def test_a_file_in_place_of_the_folder_is_no_folder(folder: Path, polling: bool) -> None:
    async with watching(folder, polling=polling) as seen:
        move(folder, folder.with_name("elsewhere"))
        put(folder, b"not a folder")
        await until(lambda: seen.watcher.folder_state == "missing")
        assert seen.gone == []


async def test_a_folder_that_is_missing_from_the_start(tmp_path: Path, polling: bool) -> None:
    async with watching(tmp_path / "later", polling=polling) as seen:
        assert seen.watcher.folder_state == "missing"
        assert not seen.watcher.scanned.is_set()

        put(tmp_path / "later" / "a.pdf")
        await until(lambda: seen.known == {"a.pdf"})
        assert seen.watcher.scanned.is_set()


async def test_what_reads_files_is_warned_before_one_is_complete(folder: Path) -> None:
    warned: list[int] = []
    watcher = Watcher(folder, pace=PACE, expect=lambda: warned.append(len(watcher)))
    seen = Seen(watcher)
    task = asyncio.create_task(watcher.run(seen.report))
    await until(watcher.decided.is_set)
    assert warned == []

    put(folder / "new.pdf", mtime_ns=None)
    await until(lambda: seen.changed == ["new.pdf"])
    assert warned[0] == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_rescan_finds_what_no_event_told(folder: Path) -> None:
    async with watching(folder, polling=False, pace=PACE) as seen:
        events = seen.watcher._events
        assert events is not None
        assert events._observer is not None
        await asyncio.to_thread(events._observer.unschedule_all)
        put(folder / "unheard.pdf", mtime_ns=None)
        (folder / "old.pdf").unlink()

        seen.watcher.rescan()
        await until(lambda: seen.changed == ["unheard.pdf"] and seen.gone == ["old.pdf"])


def test_unreadable_files_and_folders() -> None:
    """In a process of its own, without privileges: nothing is forbidden to root."""
    program = (
        "import asyncio, os, sys\n"
        "from tests.agent.test_watch import check_unreadable\n"
        # Loads what a thread needs, while the interpreter's own folder is still readable.
        "asyncio.run(asyncio.to_thread(int))\n"
        "if os.geteuid() == 0: os.setgid(65534), os.setuid(65534)\n"
        "check_unreadable(sys.argv[1])\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        command = [sys.executable, "-c", program, folder]
        root = Path(__file__).parents[2]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def check_unreadable(folder: str) -> None:
    for polling in (False, True):
        asyncio.run(_unreadable(Path(folder) / f"polling {polling}", polling=polling))


async def _unreadable(folder: Path, *, polling: bool) -> None:
    put(folder / "forbidden.pdf").chmod(0)
    put(folder / "cellar" / "kept.pdf")
    async with watching(folder, polling=polling) as seen:
        # A file that becomes readable is a change, although size and time stay.
        assert seen.known == {"forbidden.pdf", "cellar/kept.pdf"}
        (folder / "forbidden.pdf").chmod(0o600)
        await until(lambda: seen.changed == ["forbidden.pdf"])

        # What lies in a folder that cannot be read counts as unchanged; the folder itself is told.
        (folder / "cellar").chmod(0)
        seen.watcher.rescan()
        await until(lambda: seen.watcher.unreadable_folders == ["cellar"])
        await until(lambda: "cellar" in seen.changed)
        assert seen.gone == []
        assert seen.known == {"forbidden.pdf", "cellar", "cellar/kept.pdf"}
        cellar = seen.watcher.resolve("cellar")
        async with Extractor() as extractor:
            report = cellar and await index_file(folder, cellar, extractor)
        assert report
        assert (report.path, report.reason_code) == ("cellar", "folder_unreadable")
        assert ("cellar", report.size, report.mtime_ns) in set(seen.watcher.entries())
        (folder / "cellar").chmod(0o700)
        seen.watcher.rescan()
        await until(lambda: seen.gone == ["cellar"])
        assert seen.known == {"forbidden.pdf", "cellar/kept.pdf"}
        seen.forget()

        allow(folder, 0)
        await until(lambda: seen.watcher.folder_state == "unreadable")
        assert seen.gone == []
        allow(folder, 0o700)
        await until(lambda: seen.watcher.folder_state == "ok")
