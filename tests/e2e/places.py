"""A branch whose disks come and go, with a real agent and a real server.

Disks are folders that are bind-mounted, so a test of 100 files and a bench of 100,000 are the
same. After each step the server's list is compared with the disk, file by file.
"""

import asyncio
import hashlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from agent.contract.files import IndexedFile, Result
from agent.pdf.rules.version import RULES_VERSION
from app.domains.agents.credentials import identify
from app.domains.pdfs import indexing
from app.domains.pdfs.facts import Report, facts_of
from app.runtime.parts import build
from app.settings import Settings
from tests.e2e.samples import quote_pdf
from tests.e2e.stack import Branch, Stack, eventually
from tests.support.proxy import Proxy

YEARS = 10
SEEDED_AT_ONCE = 500
Seen = TypeVar("Seen")
Contents = dict[Path, bytes]
Stamps = dict[str, tuple[int, int]]
"""Path → size and modification time in ns."""


def may_mount(folder: Path) -> bool:
    """Whether this process may mount at all."""
    (source := folder / "source").mkdir()
    (point := folder / "point").mkdir()
    done = subprocess.run(["mount", "--bind", source, point], capture_output=True, check=False)
    if done.returncode == 0:
        subprocess.run(["umount", point], check=True)
    return done.returncode == 0


@dataclass
class Step:
    """What a step took: seconds, and bytes on the agent's line in both directions."""

    name: str
    seconds: float
    bytes: int


@dataclass
class Disks:
    """The folder of the branch, and the disks that may be mounted at it and below."""

    folder: Path
    stock: Path
    mounted: list[Path] = field(default_factory=list)

    def mount(self, disk: str, point: str = "") -> None:
        at = self.folder / point
        subprocess.run(["mount", "--bind", self.stock / disk, at], check=True)
        self.mounted.append(at)

    def unmount(self, point: str = "") -> None:
        at = self.folder / point
        subprocess.run(["umount", "--lazy", at], check=True)
        # What is mounted below goes with it.
        self.mounted = [one for one in self.mounted if not one.is_relative_to(at)]

    def close(self) -> None:
        while self.mounted:
            subprocess.run(["umount", "--lazy", self.mounted.pop()], check=False)


class Scene:
    """One branch with `files` documents on its main disk, and a tenth of it on each of two
    disks that are mounted below. `steps` fills while it runs."""

    client: httpx.AsyncClient

    def __init__(
        self, stack: Stack, line: Proxy, files: int, *, patience_s: float, slept_s: float
    ) -> None:
        self.stack, self.line, self.files = stack, line, files
        self.patience_s, self.slept_s = patience_s, slept_s
        self.branch = Branch(stack, "campinas", server_url=line.url)
        self.disks = Disks(self.branch.folder, stack.root / "disks")
        self.steps: list[Step] = []
        self.lost = 0
        """Locations that were missing from the list though nobody deleted their file, at most."""

    # The disk and the list

    def fill(self) -> None:
        tenth = self.files // 10
        for disk, count in {"main": self.files, "usb-1": tenth, "usb-2": tenth}.items():
            for number in range(count):
                parent = self.disks.stock / disk / f"{2016 + number % YEARS}"
                parent.mkdir(parents=True, exist_ok=True)
                _write(parent / f"{disk} {number:06}.pdf", f"{disk} {number}")
        for point in ("norte", "sul"):
            (self.disks.stock / "main" / point).mkdir()
        quote = quote_pdf("ORC-1", "Padaria Estrela Ltda.", "10/03/2026", "1.234,56")
        (self.disks.stock / "main" / "2016" / "quote.pdf").write_bytes(quote)
        self.disks.mount("main")
        self.disks.mount("usb-1", "norte")
        self.disks.mount("usb-2", "sul")

    def listed(self, branch: Branch) -> Stamps:
        database = f"file:{self.stack.root}/data/siberius.db?mode=ro"
        with sqlite3.connect(database, uri=True) as connection:
            rows = connection.execute(
                "SELECT path, size, mtime_ns FROM pdf_locations"
                " JOIN agents ON agents.id = agent_id WHERE agents.name = ?",
                (branch.name,),
            )
            return {path: (size, mtime) for path, size, mtime in rows}

    async def seed(self, branch: Branch) -> None:
        """Let the server know the folder as if the agent had sent it all."""
        settings = Settings(
            data_dir=self.stack.root / "data",
            secret_key=SecretStr(self.stack.environment["SIBERIUS_SECRET_KEY"]),
        )
        runtime = build(settings)
        identity = await identify(runtime.database, branch.token)
        files = iter(list(self._reports(branch.folder)))
        while some := [(file, facts_of(file)) for file in islice(files, SEEDED_AT_ONCE)]:
            await indexing.apply(runtime, identity, Report(some, [], []))
        await runtime.database.close()

    @staticmethod
    def _reports(folder: Path) -> Iterator[IndexedFile]:
        for path, (size, mtime_ns) in stamps(folder).items():
            yield IndexedFile(
                path=path,
                file_hash=hashlib.sha256((folder / path).read_bytes()).hexdigest(),
                size=size,
                mtime_ns=mtime_ns,
                result=Result.OK,
                pages=1,
                rules_version=RULES_VERSION,
            )

    # What people see

    async def row(self, branch: Branch) -> dict[str, Any]:
        rows = (await self.client.get("/api/agents")).json()["data"]
        return next(row for row in rows if row["name"] == branch.name)

    async def emptied(self, branch: Branch, *paths: str) -> None:
        """Wait until just these places are shown as emptied."""

        async def shown() -> bool:
            places = (await self.row(branch))["emptied"]
            return sorted(place["path"] for place in places) == sorted(paths)

        await eventually(shown, what=f"emptied: {paths}", within_s=self.patience_s)

    async def equal(self, *branches: Branch) -> None:
        """Wait until the list is what the disk has, and nothing is asked about."""

        def same() -> bool:
            return all(self.listed(branch) == stamps(branch.folder) for branch in branches)

        await eventually(
            lambda: _aside(same, rest=3),
            what="the list is what the disk has",
            within_s=self.patience_s,
        )
        for branch in branches:
            await self.emptied(branch)

    async def compared(self, branch: Branch) -> None:
        """Wait until the agent has compared its folder, and so knows which disk each file is on:
        a seeded list is what the disk has before the agent was there."""
        agent_id = (await self.row(branch))["id"]

        async def known() -> bool:
            beat = (await self.client.get(f"/api/admin/agents/{agent_id}")).json()["beat"]
            return bool(beat and beat.get("disks"))

        await eventually(known, what="the disks are known", within_s=self.patience_s)

    async def document(self, name: str) -> dict[str, Any]:
        found = await self.client.get("/api/pdfs", params={"q": name})
        rows: list[dict[str, Any]] = found.json()["data"]
        return next(row for row in rows if row["fileName"] == name)

    @asynccontextmanager
    async def step(self, name: str, *kept: Branch) -> AsyncIterator[None]:
        """Measure a step, in which no file of the branches `kept` is deleted."""
        before = {branch.code: set(self.listed(branch)) for branch in kept}

        def missing() -> int:
            return max(len(before[branch.code] - self.listed(branch).keys()) for branch in kept)

        async def watch() -> None:
            while kept:
                self.lost = max(self.lost, await _aside(missing, rest=10))
                await asyncio.sleep(0.2)

        watching = asyncio.create_task(watch())
        self.line.reset_counts()
        begun = time.monotonic()
        try:
            yield
        finally:
            watching.cancel()
        taken = time.monotonic() - begun
        if kept:
            self.lost = max(self.lost, missing())
        self.steps.append(Step(name, taken, self.line.up + self.line.down))

    # The play

    async def run(self, *, seeded: bool) -> None:
        """All steps. With `seeded` the server is not given the time to read the files."""
        branch, disks = self.branch, self.disks
        self.fill()
        if seeded:
            await self.seed(branch)
        await self.stack.start_server()
        async with self.stack.client() as client:
            self.client = client
            async with self.step("first comparison"):
                branch.agent.start()
                await self.equal(branch)
                await self.compared(branch)
            marked = [f"main {number:06}.pdf" for number in (1, 2, 3)] + ["usb-1 000001.pdf"]
            ids = [await self._mark(name) for name in marked]

            async with self.step("a disk below is unmounted", branch):
                disks.unmount("norte")
                await self.emptied(branch, "norte")
            async with self.step("and mounted again", branch):
                disks.mount("usb-1", "norte")
                await self.equal(branch)
            await self._start_without_disk()
            await self._swap()
            await self._move()
            await self._storm()
            await self._two_agents()
            await self._sleep()
            assert [await self._mark_of(pdf_id) for pdf_id in ids] == [
                (f"CORRECTED {name}", True) for name in marked
            ]

    async def _start_without_disk(self) -> None:
        branch, disks = self.branch, self.disks
        quote = await self.document("quote.pdf")
        async with self.step("started before its disks are mounted", branch):
            branch.agent.terminate()
            for point in ("norte", "sul", ""):
                disks.unmount(point)
            branch.agent.start()
            await self.emptied(branch, "", "norte", "sul")
            url = f"/api/pdfs/{quote['id']}"
            answer = await self.client.post(f"{url}/request", json={})
            assert answer.status_code == 202, answer.text

            async def waits() -> bool:
                transfer = (await self.client.get(f"{url}/status")).json()["transfer"]
                return (transfer["state"], transfer["errorCode"]) == ("queued", "place_away")

            await eventually(waits, what="the request waits", within_s=self.patience_s)
        async with self.step("and they are mounted, the request is served", branch):
            for disk, point in (("main", ""), ("usb-1", "norte"), ("usb-2", "sul")):
                disks.mount(disk, point)
            await self.equal(branch)

            async def served() -> bool:
                status = (await self.client.get(f"{url}/status")).json()
                return bool(status["status"] == "cached")

            await eventually(served, what="the request is served", within_s=self.patience_s)

    async def _swap(self) -> None:
        """Two disks of a tenth of the files change places, and change them back."""
        for name, (norte, sul) in {
            "two disks are swapped": ("usb-2", "usb-1"),
            "and swapped back": ("usb-1", "usb-2"),
        }.items():
            async with self.step(name):
                for point, disk in (("norte", norte), ("sul", sul)):
                    self.disks.unmount(point)
                    self.disks.mount(disk, point)
                await self.equal(self.branch)

    async def _move(self) -> None:
        years = sorted(self.branch.folder.glob("20*"))
        async with self.step("a fifth of the files is moved"):
            (self.branch.folder / "archive").mkdir()
            for year in years[:2]:
                year.rename(self.branch.folder / "archive" / year.name)
            await self.equal(self.branch)

    async def _storm(self) -> None:
        """As when another branch of a repository is checked out, and the first one again."""
        folder = self.branch.folder / "2025"
        async with self.step("a storm: a tenth leaves, comes, changes, and is back"):
            for _ in range(3):
                before = {path: path.read_bytes() for path in folder.iterdir()}
                other = {
                    folder / f"other {number:06}.pdf": f"%PDF-1.4\n% {number}\n%%EOF\n".encode()
                    for number in range(self.files // 50)
                }
                await asyncio.to_thread(_check_out, before, other)
                await asyncio.sleep(0.7)
                await asyncio.to_thread(_check_out, other, before)
                await asyncio.sleep(0.2)
            await self.equal(self.branch)

    async def _two_agents(self) -> None:
        other = Branch(self.stack, "santos", server_url=self.line.url)
        disks = Disks(other.folder, self.disks.stock)
        try:
            disks.mount("main")
            async with self.step("a second agent on the same share"):
                other.agent.start()
                await self.equal(self.branch, other)
            async with self.step("the share is away for both", self.branch, other):
                for each in (self.disks, disks):
                    each.unmount()
                await self._away(self.branch, other)
            async with self.step("and is back", self.branch, other):
                self.disks.mount("main")
                disks.mount("main")
                for disk, point in (("usb-1", "norte"), ("usb-2", "sul")):
                    self.disks.mount(disk, point)
                await self.equal(self.branch, other)
            other.agent.terminate()
        finally:
            disks.close()

    async def _away(self, *branches: Branch) -> None:
        async def away() -> bool:
            rows = [await self.row(branch) for branch in branches]
            return all(row["folderState"] != "ok" or row["emptied"] for row in rows)

        await eventually(away, what="the share is shown as away", within_s=self.patience_s)

    async def _sleep(self) -> None:
        """The lid is closed, the line breaks, the disk changes as nothing looks, and back."""
        branch = self.branch
        async with self.step("a laptop slept"):
            os.kill(branch.agent.pid, signal.SIGSTOP)
            self.line.freeze()
            self.line.cut()
            for number, path in enumerate(sorted(branch.folder.glob("2024/*.pdf"))[:20]):
                path.unlink()
                _write(branch.folder / "2024" / f"slept {number}.pdf", f"slept {number}")
            await asyncio.sleep(self.slept_s)
            self.line.thaw()
            os.kill(branch.agent.pid, signal.SIGCONT)
            await self.equal(branch)

    async def _mark(self, name: str) -> str:
        row = await self.document(name)
        url = f"/api/pdfs/{row['id']}"
        number = {"number": f"CORRECTED {name}"}
        assert (await self.client.patch(f"{url}/fields", json=number)).status_code == 200
        assert (await self.client.put(f"{url}/pin")).status_code == 200
        return str(row["id"])

    async def _mark_of(self, pdf_id: str) -> tuple[str, bool]:
        row = (await self.client.get(f"/api/pdfs/{pdf_id}")).json()
        return row["number"], row["pinned"]


async def _aside(look: Callable[[], Seen], *, rest: int) -> Seen:
    """Look at very many files in a thread, and rest for so many times as long: what the agent
    says goes through this process."""
    began = time.monotonic()
    seen = await asyncio.to_thread(look)
    await asyncio.sleep(rest * (time.monotonic() - began))
    return seen


def stamps(folder: Path) -> Stamps:
    """Every document in a folder and all below it."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".pdf"):
                path = Path(parent) / name
                status = path.stat()
                found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found


def _check_out(old: Contents, new: Contents) -> None:
    for path in old:
        path.unlink()
    for path, content in new.items():
        path.write_bytes(content)


def _write(path: Path, text: str) -> None:
    """As little as is read in no time: only the number of files matters here."""
    path.write_bytes(f"%PDF-1.4\n% {text}\n%%EOF\n".encode())
    os.utime(path, (1_700_000_000, 1_700_000_000))
