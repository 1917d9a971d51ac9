"""Which mode is chosen, and what people are told about it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.watch import Pace, Watcher, events, watcher
from agent.watch.disks import Disk
from agent.watch.events import CANARY_NAME, full_table, network_share
from tests.agent.test_watch import PACE, put, watching
from tests.agent.waiting import until

MOUNTS = rb"""/dev/vda / ext4 rw,relatime 0 0
//server/docs /mnt/docs cifs rw,vers=3.1.1 0 0
server:/export /srv/nfs\040share nfs4 rw 0 0
/dev/sdb1 /srv/nfs\040share/local ext4 rw 0 0
sshfs#host: /mnt/ssh fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/branch", None),
        ("/mnt/docs", "cifs"),
        ("/mnt/docs/2026/march", "cifs"),
        ("/mnt/docs2", None),
        ("/srv/nfs share/a", "nfs4"),
        ("/srv/nfs share/local/a", None),
        ("/mnt/ssh", "fuse.sshfs"),
    ],
)
def test_network_shares_are_recognised(tmp_path: Path, folder: str, kind: str | None) -> None:
    (tmp_path / "mounts").write_bytes(MOUNTS)

    assert network_share(folder.encode(), tmp_path / "mounts") == kind


async def test_a_local_folder_is_watched_by_events(tmp_path: Path) -> None:
    async with watching(tmp_path, polling=False) as seen:
        assert seen.watcher.mode == "events"
        assert "seen at once" in seen.watcher.why
        assert not (tmp_path / os.fsdecode(CANARY_NAME)).exists()
        assert (len(seen.watcher), seen.changed) == (0, [])


async def test_a_network_share_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "network_share", lambda root: "cifs")
    async with watching(tmp_path, polling=False) as seen:
        assert seen.watcher.mode == "polling"
        assert "network share (cifs)" in seen.watcher.why
        put(tmp_path / "new.pdf", mtime_ns=None)
        await until(lambda: seen.changed == ["new.pdf"])


async def test_a_canary_without_an_event_means_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a share that nobody recognised does: the write succeeds and the system is silent.
    monkeypatch.setattr(watcher, "touch_canary", lambda root: None)
    pace = Pace(settle_s=0.05, poll_s=0.1, root_s=0.1, canary_wait_s=0.2)
    async with watching(tmp_path, polling=False, pace=pace) as seen:
        await until(lambda: seen.watcher.mode == "polling")
        assert "caused no event" in seen.watcher.why
        put(tmp_path / "new.pdf", mtime_ns=None)
        await until(lambda: seen.changed == ["new.pdf"])


async def test_events_that_break_off_are_replaced_by_polling(tmp_path: Path) -> None:
    async with watching(tmp_path, polling=False) as seen:
        source = seen.watcher._events
        assert source is not None
        await asyncio.to_thread(source.stop)
        await until(lambda: seen.watcher.mode == "polling")

        put(tmp_path / "new.pdf", mtime_ns=None)
        await until(lambda: seen.changed == ["new.pdf"])


async def test_polling_takes_a_bounded_share_of_the_time(tmp_path: Path) -> None:
    for number in range(3000):
        put(tmp_path / f"{number % 50}" / f"{number}.pdf")
    pace = Pace(poll_s=0.001, root_s=10)
    looking = Watcher(tmp_path, polling=True, pace=pace)
    task = asyncio.create_task(looking.run(_ignore))
    await until(looking.decided.is_set)

    looking._plan_poll(0.5)

    loop_time = asyncio.get_running_loop().time()
    assert looking._due["survey"] - loop_time == pytest.approx(4.5, abs=0.5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_disk_is_named_with_its_files_and_never_beside_those_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        put(tmp_path / f"usb/{number}/a.pdf")
    put(tmp_path / "b.pdf")
    disks = {b"": Disk((1, 1, 1), "disk"), b"usb": Disk((2, 1, 2), "stick")}
    monkeypatch.setattr("agent.watch.watcher.look_at_disks", lambda _: dict(disks))
    # As on a disk that takes long: between two folders others get a word in.
    monkeypatch.setattr("agent.watch.watcher._SLICE_S", 0)
    async with watching(tmp_path, polling=True) as seen:
        await until(seen.watcher.scanned.is_set)
        assert seen.watcher.disks == {"": "disk", "usb": "stick"}
        (tmp_path / "usb").rename(tmp_path.parent / "pulled out")
        del disks[b"usb"]
        while "usb" in seen.watcher.disks:
            await asyncio.sleep(0)
        assert seen.known == {"b.pdf"}


async def _ignore(changes: object) -> None:
    """Nobody listens."""


def in_namespace(setup: str, function: str, *arguments: str) -> None:
    """Run a function of this module where `setup` (a shell command) may limit the system."""
    program = f"import sys; from tests.agent import test_watch_modes as it; it.{function}"
    program += "(*sys.argv[1:])"
    shell = f'{setup} && exec "$@"'
    python = [sys.executable, "-c", program, *arguments]
    command = ["unshare", "-U", "-r", "-m", "sh", "-c", shell, "sh", *python]
    probe = subprocess.run(["unshare", "-U", "-r", "-m", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this system allows no user namespaces, which the limit would be set in")
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("limit", "allowed"), [("watches", 3), ("watches", 0), ("instances", 0)])
def test_a_full_inotify_table_means_polling(tmp_path: Path, limit: str, allowed: int) -> None:
    """The system's own limit, set low in a namespace of its own."""
    for number in range(5):
        put(tmp_path / f"{number}" / "a.pdf")

    in_namespace(
        f"echo {allowed} > /proc/sys/user/max_inotify_{limit}",
        "expect_polling",
        str(tmp_path),
        f"fs.inotify.max_user_{limit}",
    )


def expect_polling(folder: str, message: str) -> None:
    async def check() -> None:
        async with watching(Path(folder), polling=False) as seen:
            assert seen.watcher.mode == "polling", seen.watcher.mode
            assert message in seen.watcher.why, seen.watcher.why
            assert full_table(os.fsencode(folder)) in {None, seen.watcher.why.partition(": ")[2]}
            put(Path(folder) / "4" / "new.pdf", mtime_ns=None)
            await until(lambda: seen.changed == ["4/new.pdf"])

    asyncio.run(check())


def test_a_read_only_folder_is_watched_and_said_to_be_untested(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    in_namespace(
        f"mount -t tmpfs none '{tmp_path}/docs' && mount -o remount,ro '{tmp_path}/docs'",
        "expect_untested",
        f"{tmp_path}/docs",
    )


def expect_untested(folder: str) -> None:
    async def check() -> None:
        async with watching(Path(folder), polling=False, pace=PACE) as seen:
            assert seen.watcher.mode == "events"
            assert "could not be tested" in seen.watcher.why
            assert "Read-only file system" in seen.watcher.why

    asyncio.run(check())


@pytest.mark.parametrize("polling", ["", "polling"])
def test_an_unmounted_folder_is_missing_not_emptied(tmp_path: Path, polling: str) -> None:
    (tmp_path / "docs").mkdir()
    in_namespace(f"mount -t tmpfs none '{tmp_path}/docs'", "unmount", f"{tmp_path}/docs", polling)


def unmount(folder: str, polling: str) -> None:
    async def check() -> None:
        put(Path(folder) / "a.pdf")
        async with watching(Path(folder), polling=bool(polling)) as seen:
            await asyncio.to_thread(subprocess.run, ["umount", folder], check=True)
            await until(lambda: seen.watcher.folder_state == "missing")
            await asyncio.sleep(0.5)
            assert (seen.watcher.folder_state, seen.gone) == ("missing", [])
            assert seen.known == {"a.pdf"}

            mount = ["mount", "-t", "tmpfs", "none", folder]
            await asyncio.to_thread(subprocess.run, mount, check=True)
            put(Path(folder) / "b.pdf", mtime_ns=None)
            await until(lambda: seen.gone == ["a.pdf"] and seen.changed == ["b.pdf"])
            assert seen.watcher.folder_state == "ok"

    asyncio.run(check())
