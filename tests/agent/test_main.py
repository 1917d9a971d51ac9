"""The whole agent as its own process: what a branch and its server see of it."""

import asyncio
import contextlib
import hashlib
import os
import random
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from agent.contract.files import Result
from agent.contract.messages import AgentConfig, CancelUpload, LetGo, LogsRequest, ResyncCommand
from tests.agent.hub import TOKEN, Hub
from tests.agent.waiting import until
from tests.support.proxy import Proxy

ROOT = Path(__file__).parents[2]


def pdf(text: str, ballast: int = 0) -> bytes:
    """One page; `ballast` bytes that readers skip make it large."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    extra = b"\n%" + os.urandom(ballast) + b"\n%%EOF\n" if ballast else b""
    return buffer.getvalue() + extra


class Branch:
    """A folder with PDFs and the agent that watches it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.parent / "agent.log"
        self._process: asyncio.subprocess.Process | None = None

    def write(self, name: str, text: str = "Orçamento", *, age_s: float = 0) -> bytes:
        content = pdf(f"{text} {name}")
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        when = path.stat().st_mtime - age_s
        os.utime(path, (when, when))
        return content

    async def start(self, url: str, **settings: str) -> None:
        values = {
            "server": url,
            "token": TOKEN,
            "folder": str(self.folder),
            "reconnect_s": "[0.2, 0.4]",
            "connect_timeout_s": "3",
            "upload_retry_s": "[0.2, 0.4]",
            "settle_s": "0.1",
            "log_level": "debug",
            **settings,
        }
        env = {f"SIBERIUS_AGENT_{name.upper()}": value for name, value in values.items()}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "agent.cli"),
                cwd=self.folder.parent,
                env={**os.environ, "PYTHONPATH": str(ROOT), **env},
                stderr=log,
            )

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """The exit code, and how long it took in seconds."""
        assert self._process is not None
        start = asyncio.get_running_loop().time()
        self._process.send_signal(how)
        async with asyncio.timeout(10):
            code = await self._process.wait()
        self._process = None
        return code, asyncio.get_running_loop().time() - start

    async def end(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self.log.exists():
            text = self.log.read_text()
            sys.stderr.write(text)
            assert TOKEN not in text
            assert "Traceback" not in text


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    folder = tmp_path / "pdf"
    folder.mkdir()
    subject = Branch(folder)
    yield subject
    await subject.end()


def same(hub: Hub, branch: Branch) -> Callable[[], bool]:
    """Whether the hub knows exactly what is in the folder, as it is now."""

    def stamp(path: Path) -> tuple[int, int]:
        status = path.stat()
        return status.st_size, status.st_mtime_ns

    def check() -> bool:
        here = {
            path.relative_to(branch.folder).as_posix(): stamp(path)
            for path in branch.folder.rglob("*.pdf")
        }
        return here == {path: (file.size, file.mtime_ns) for path, file in hub.files.items()}

    return check


async def test_what_is_in_the_folder_is_listed_and_followed(hub: Hub, branch: Branch) -> None:
    for number in range(25):
        branch.write(f"pasta/ção {number}.pdf")
    (branch.folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing\n%%EOF\n")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    assert hub.files["pasta/ção 0.pdf"].result is Result.OK
    assert hub.files["broken.pdf"].result is Result.DAMAGED
    assert hub.files["broken.pdf"].reason

    branch.write("new.pdf")
    await until(same(hub, branch))
    branch.write("new.pdf", "written again")
    await until(same(hub, branch))
    (branch.folder / "new.pdf").rename(branch.folder / "renamed.pdf")
    await until(same(hub, branch))
    assert hub.batches[-1].gone == ["new.pdf"]
    assert [item.path for item in hub.batches[-1].items] == ["renamed.pdf"]
    (branch.folder / "renamed.pdf").unlink()
    shutil.rmtree(branch.folder / "pasta")
    await until(same(hub, branch))


async def test_what_the_server_refuses_is_listed_by_its_name_or_said(
    hub: Hub, branch: Branch
) -> None:
    content = branch.write("facts.pdf", age_s=60)
    branch.write("never.pdf", age_s=60)
    branch.write("good.pdf", age_s=60)
    hub.reject_facts, hub.reject_paths = {"facts.pdf"}, {"never.pdf"}
    await branch.start(hub.url)
    await until(lambda: set(hub.files) == {"good.pdf", "facts.pdf"}, 20)
    listed = hub.files["facts.pdf"]
    assert (listed.reason_code, listed.result) == ("refused", Result.NO_TEXT)
    assert "not this name" in (listed.reason or "")
    assert listed.file_hash == hashlib.sha256(content).hexdigest()
    await until(lambda: [error.code for error in hub.errors] == ["file_refused"])
    assert "never.pdf cannot be listed: not this name" in hub.errors[0].message

    # It is known now, as it is: nothing is sent again.
    sent = len(hub.batches)
    hub.reject_paths = set()
    (branch.folder / "never.pdf").unlink()
    await branch.stop()
    await branch.start(hub.url)
    await until(lambda: hub.connects == 2, 20)
    branch.write("later.pdf")
    await until(lambda: "later.pdf" in hub.files, 20)
    assert [item.path for batch in hub.batches[sent:] for item in batch.items] == ["later.pdf"]


async def test_a_new_start_sends_nothing_again(hub: Hub, branch: Branch) -> None:
    for number in range(12):
        branch.write(f"{number}.pdf", age_s=60)
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    code, seconds = await branch.stop()
    assert (code, seconds < 3) == (0, True)
    hub.batches.clear()
    hub.questions.clear()

    branch.write("3.pdf", "changed while the agent was away")
    (branch.folder / "4.pdf").unlink()
    branch.write("new.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    sent = [item.path for batch in hub.batches for item in batch.items]
    assert sorted(sent) == ["3.pdf", "new.pdf"]


async def test_many_files_at_once_overflow_the_queue_and_arrive(hub: Hub, branch: Branch) -> None:
    await branch.start(hub.url)
    await until(lambda: hub.heartbeats and hub.heartbeats[-1].watch_mode == "events", 20)
    for number in range(400):
        branch.write(f"{number}.pdf")
    await until(same(hub, branch), 40)
    assert "compared again afterwards" in branch.log.read_text()


async def test_an_outage_costs_nothing_but_time(hub: Hub, branch: Branch) -> None:
    branch.write("before.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    for number in range(3):
        await hub.stop()
        branch.write(f"meanwhile {number}.pdf")
        (branch.folder / f"gone {number}.pdf").write_bytes(b"")
        await asyncio.sleep(0.5)
        (branch.folder / f"gone {number}.pdf").unlink()
        await hub.start()
        await until(same(hub, branch))


async def test_kills_at_any_moment_converge(hub: Hub, branch: Branch) -> None:
    chance = random.Random(7)
    for number in range(120):
        branch.write(f"{number}.pdf", age_s=60 * (number % 2))
    for _ in range(4):
        await branch.start(hub.url)
        await asyncio.sleep(chance.uniform(0.8, 1.6))
        await branch.stop(signal.SIGKILL)
    await branch.start(hub.url)
    await until(same(hub, branch), 30)


async def test_a_lost_acknowledgement_is_made_up_for(hub: Hub, branch: Branch) -> None:
    hub.swallow_batches = 1
    hub.batch_errors.append(("unavailable", "no leader"))
    branch.write("a.pdf")
    await branch.start(hub.url, ack_timeout_s="0.5")
    await until(same(hub, branch), 20)


async def test_an_answer_that_makes_no_sense_is_no_end(hub: Hub, branch: Branch) -> None:
    hub.nonsense = 2
    branch.write("a.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    assert "makes no sense" in branch.log.read_text()


async def test_a_folder_that_is_not_there_yet(hub: Hub, branch: Branch) -> None:
    content = branch.write("a.pdf")
    away = branch.folder.rename(branch.folder.parent / "away")
    await branch.start(hub.url)
    await until(lambda: hub.errors, 20)
    await hub.request("a.pdf", content)
    await until(lambda: len(hub.errors) == 2)
    assert [error.code for error in hub.errors] == ["folder_missing", "place_away"]
    away.rename(branch.folder)
    await until(same(hub, branch))


async def test_a_folder_that_vanishes_is_a_state(hub: Hub, branch: Branch) -> None:
    for number in range(5):
        branch.write(f"{number}.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    away = branch.folder.rename(branch.folder.parent / "away")
    await until(lambda: hub.errors)
    await until(lambda: hub.heartbeats[-1].folder_state == "missing")
    await hub.call("agent:resync_request", ResyncCommand())
    await asyncio.sleep(1)
    assert len(hub.files) == 5
    assert [error.code for error in hub.errors] == ["folder_missing"]

    away.rename(branch.folder)
    (branch.folder / "0.pdf").unlink()
    await until(lambda: hub.heartbeats[-1].folder_state == "ok")
    await until(same(hub, branch))
    assert len(hub.errors) == 1


async def test_what_a_person_says_is_really_gone_leaves_the_list(hub: Hub, branch: Branch) -> None:
    hub.config = AgentConfig(hold_files=2)
    for number in range(5):
        branch.write(f"{number}.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 60)
    for path in branch.folder.iterdir():
        path.unlink()
    await until(lambda: hub.heartbeats[-1].emptied, 60)
    (shown,) = hub.heartbeats[-1].emptied
    assert (shown.path, shown.missing, shown.known) == ("", 5, 5)

    # Of other files than were shown nobody has said so.
    batches = len(hub.batches)
    branch.write("0.pdf")
    await until(lambda: len(hub.batches) > batches, 60)
    await hub.call("agent:let_go", LetGo(path="", state=shown.state))
    await until(lambda: hub.heartbeats[-1].emptied[0].missing == 4, 60)
    assert len(hub.files) == 5

    (shown,) = hub.heartbeats[-1].emptied
    await hub.call("agent:let_go", LetGo(path="", state=shown.state))
    await until(same(hub, branch), 60)
    await until(lambda: not hub.heartbeats[-1].emptied, 60)
    assert list(hub.files) == ["0.pdf"]
    assert hub.errors == []


async def test_a_file_is_brought_up(hub: Hub, branch: Branch) -> None:
    content = branch.write("a.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    transfer = await hub.request("a.pdf", content)
    await until(lambda: hub.completed)
    assert hub.uploads == {str(transfer): content}
    assert hub.progress[-1].sent_bytes == len(content)


async def test_a_changed_file_is_indexed_instead(hub: Hub, branch: Branch) -> None:
    old = branch.write("a.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    branch.write("a.pdf", "newer")
    await hub.request("a.pdf", old)
    await until(lambda: hub.errors)
    assert hub.errors[0].code == "file_changed"
    assert hub.uploads == {}
    await until(same(hub, branch))


@pytest.mark.parametrize("path", ["../secret.pdf", "/etc/passwd", "none.pdf", "a.txt", ""])
async def test_only_listed_files_leave_the_branch(hub: Hub, branch: Branch, path: str) -> None:
    (branch.folder.parent / "secret.pdf").write_bytes(b"secret")
    (branch.folder / "a.txt").write_bytes(b"secret")
    await branch.start(hub.url)
    await until(lambda: hub.heartbeats, 20)
    await hub.request(path, b"secret")
    await until(lambda: hub.errors)
    assert hub.errors[0].code == "file_gone"
    assert hub.posts == []


async def test_an_upload_outlives_a_server_that_dies(hub: Hub, branch: Branch) -> None:
    (branch.folder / "a.pdf").write_bytes(content := pdf("a", 8_000_000))
    await branch.start(hub.url)
    await until(lambda: "a.pdf" in hub.files, 20)
    hub.hold_upload = asyncio.Event()
    await hub.request("a.pdf", content)
    await until(lambda: hub.posts)
    await hub.stop()
    hub.hold_upload = None
    await hub.start()
    await until(lambda: hub.uploads)
    assert list(hub.uploads.values()) == [content]


async def test_a_cancelled_upload_stops(hub: Hub, branch: Branch) -> None:
    (branch.folder / "a.pdf").write_bytes(content := pdf("a", 8_000_000))
    await branch.start(hub.url)
    await until(lambda: "a.pdf" in hub.files, 20)
    hub.hold_upload = asyncio.Event()
    transfer = await hub.request("a.pdf", content)
    await until(lambda: hub.posts)
    assert await hub.call("agent:cancel_upload", CancelUpload(transfer_id=transfer)) == {}
    hub.hold_upload.set()
    await asyncio.sleep(0.5)
    assert hub.uploads == {}
    assert hub.errors == []


async def test_the_server_commands(hub: Hub, branch: Branch) -> None:
    for number in range(5):
        branch.write(f"{number}.pdf")
    await branch.start(hub.url)
    await until(same(hub, branch), 20)
    count = len(hub.heartbeats)
    await hub.call("agent:config_update", AgentConfig(heartbeat_s=0.1))
    await until(lambda: len(hub.heartbeats) > count + 3)
    beat = hub.heartbeats[-1]
    assert beat.counters.files == beat.counters.indexed == 5
    assert beat.memory_bytes > 20_000_000
    assert beat.local_address == "127.0.0.1"
    assert beat.folder == str(branch.folder)

    hub.batches.clear()
    await hub.call("agent:resync_request", ResyncCommand(deep=True))
    await until(lambda: sum(len(batch.items) for batch in hub.batches) == 5)

    logs = await hub.call("agent:logs_request", LogsRequest(lines=2))
    assert len(logs["lines"]) == 2


async def test_lost_heartbeats_end_the_connection(hub: Hub, branch: Branch) -> None:
    hub.swallow_heartbeats = True
    hub.config = AgentConfig(heartbeat_s=0.1)
    await branch.start(hub.url, ack_timeout_s="0.3")
    await until(lambda: hub.connects >= 2, 20)


async def test_a_blocked_agent_waits_and_says_so(hub: Hub, branch: Branch) -> None:
    hub.refuse = ("agent_blocked", "This agent is blocked.")
    branch.write("a.pdf")
    await branch.start(hub.url)
    await until(lambda: branch.log.exists() and "blocked" in branch.log.read_text(), 20)
    hub.refuse = None
    await until(same(hub, branch))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_in_time_whatever_it_does(
    hub: Hub, proxy: Proxy, branch: Branch, how: signal.Signals
) -> None:
    for number in range(200):
        branch.write(f"{number}.pdf")
    await branch.start(proxy.url)
    await until(lambda: hub.batches, 20)
    proxy.freeze()
    code, seconds = await branch.stop(how)
    assert code == 0
    assert seconds < 3


async def test_it_stops_while_there_is_no_server(hub: Hub, branch: Branch) -> None:
    url = hub.url
    await hub.stop()
    await branch.start(url)
    await until(lambda: branch.log.exists() and "not connected" in branch.log.read_text(), 20)
    code, seconds = await branch.stop()
    assert (code, seconds < 3) == (0, True)
