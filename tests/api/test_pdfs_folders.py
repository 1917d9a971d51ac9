"""Whatever happens in two folders, the list shows what lies in them: a row for each content."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db.scope import SYSTEM
from app.domains.pdfs.models import PdfLocation
from tests.api.conftest import Api, Company, api_settings, start
from tests.support.branch import BranchAgent, documents, enrolled, item, make_pdf, sha256

CONTENTS = [make_pdf(f"content {n}") for n in range(4)]
PATHS = ("a.pdf", "b.pdf", "c.pdf")
FOLDERS = st.integers(0, 1)
PATH = st.sampled_from(PATHS)
STEP = st.one_of(
    st.tuples(st.just("write"), FOLDERS, PATH, st.integers(0, 3)),
    st.tuples(st.sampled_from(["copy", "move", "swap"]), FOLDERS, PATH, PATH),
    st.tuples(st.sampled_from(["delete", "lock", "pin"]), FOLDERS, PATH, st.just("")),
    st.tuples(st.just("tell"), FOLDERS, st.just(""), st.just("")),
)
Step = tuple[str, int, str, int | str]


@dataclass
class Folder:
    """A folder and its agent; `files` has null for what may not be read."""

    agent: BranchAgent
    files: dict[str, bytes | None] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    told: int = 0

    def step(self, what: str, path: str, other: int | str) -> None:
        files = self.files
        if what == "write":
            assert isinstance(other, int)
            files[path] = CONTENTS[other]
        elif path not in files or other == path:
            return
        elif what == "delete":
            del files[path]
        elif what == "lock":
            files[path] = None
        elif isinstance(other, str):
            there = files.get(other)
            files[other] = files[path]
            if what == "move" or (what == "swap" and other not in self.files):
                del files[path]
            elif what == "swap" and there is not None:
                files[path] = there
            self.untold.add(other)
        self.untold.add(path)

    async def tell(self) -> None:
        """All that happened since the last time, in one message."""
        self.told += 1
        paths, self.untold = sorted(self.untold), set()
        here = [path for path in paths if path in self.files]
        await self.agent.index(
            *(item(path, self.files[path], mtimeNs=self.told) for path in here),
            gone=tuple(path for path in paths if path not in self.files),
        )


@pytest.fixture
async def sqlite_api(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """For what no database decides."""
    async with AsyncExitStack() as stack:
        yield await start(api_settings(sqlite_url, tmp_path), stack)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, max_size=25))
@example(steps=[("write", 0, "a.pdf", 0), ("copy", 0, "a.pdf", "b.pdf"), ("write", 0, "b.pdf", 1)])
@example(steps=[("write", 0, "a.pdf", 0), ("write", 0, "b.pdf", 1), ("swap", 0, "a.pdf", "b.pdf")])
async def test_the_list_shows_what_lies_in_the_folders(sqlite_api: Api, steps: list[Step]) -> None:
    company = await sqlite_api.company()
    folders = [Folder(await enrolled(company, await company.branch(code))) for code in "AB"]
    pinned = False
    for what, number, path, other in steps:
        folder = folders[number]
        if what == "tell":
            await folder.tell()
        elif what == "pin":
            rows = await documents(company)
            if rows:
                await company.admin.client.put(f"/api/pdfs/{rows[0]['id']}/pin")
                pinned = rows[0]["fileHash"] is not None or pinned
        else:
            folder.step(what, path, other)
    for folder in folders:
        await folder.tell()
    await _check(company, folders)
    if pinned:
        assert any(row["pinned"] for row in await documents(company))
    # An agent that compares everything changes nothing.
    before = await documents(company)
    for folder in folders:
        folder.untold.update(folder.files)
        folder.told -= 1
        await folder.tell()
    assert await documents(company) == before


async def _check(company: Company, folders: list[Folder]) -> None:
    rows = {row["id"]: row for row in await documents(company)}
    agents = {folder.agent.id: folder for folder in folders}
    by_row: dict[str, set[str | None]] = defaultdict(set)
    by_hash: dict[str, set[str]] = defaultdict(set)
    places = set()
    async with company.api.runtime.database.read(SYSTEM) as session:
        for location in await session.scalars(
            select(PdfLocation).where(PdfLocation.tenant_id == company.id)
        ):
            content = agents[location.agent_id].files[location.path]
            places.add((location.agent_id, location.path))
            pdf_id, found = str(location.pdf_id), sha256(content) if content else None
            assert str(location.agent_id) in rows[pdf_id]["agentIds"]
            by_row[pdf_id].add(found)
            if found:
                by_hash[found].add(pdf_id)
                assert rows[pdf_id]["fileHash"] == found
    assert places == {(one.agent.id, path) for one in folders for path in one.files}
    assert all(len(ids) == 1 for ids in by_hash.values()), "one row for one content"
    for pdf_id, row in rows.items():
        if row["agentIds"]:
            assert len(by_row[pdf_id] - {None}) <= 1
            assert (row["result"] == "ok") == (by_row[pdf_id] != {None})
        else:
            assert row["fileHash"] not in by_hash, "gone, and there"
