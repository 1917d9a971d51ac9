"""A company whose documents change while browsers look at them, each over a line of its own."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from uuid import UUID

from playwright.async_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from app.db.database import Database
from app.db.scope import Scope
from app.domains.identity.models import Branch, Tenant
from app.domains.pdfs.models import Pdf, PdfBranch
from app.feed.append import Appender
from tests.browser.conftest import sign_in
from tests.e2e.stack import Stack, eventually
from tests.support.documents import document, fill
from tests.support.proxy import Proxy

START_ROWS = 12
MOST_ROWS = 30
# All rows and the column of branches are on screen: the list draws only what is.
TALL: ViewportSize = {"width": 1440, "height": 2400}

Shown = list[tuple[str, str]]


class Writer:
    """Changes documents as another process of the server would: rows and feed in one commit."""

    def __init__(self, stack: Stack) -> None:
        self.url = f"sqlite+aiosqlite:///{stack.root}/data/siberius.db"
        self._database = Database(self.url)
        self._database.record_with(Appender("live test"))
        self._random = random.Random(7)
        self._made = 0
        self._tenant_id: UUID | None = None
        self._branches: list[UUID] = []

    async def __aenter__(self) -> "Writer":
        async with self._database.write_engine.begin() as connection:
            self._tenant_id = (await connection.execute(select(Tenant.id))).scalar_one()
            is_new = (await connection.execute(select(Branch.id))).first() is None
        if is_new:
            await fill(self.url, START_ROWS)
        async with self._database.write_engine.begin() as connection:
            self._branches = list((await connection.execute(select(Branch.id))).scalars())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._database.close()

    async def write(self, times: int, pause_s: float = 0.0) -> None:
        for _ in range(times):
            await self._write_one()
            await asyncio.sleep(pause_s)

    async def truth(self) -> Shown:
        """File name and status of every document, newest first, straight from the database."""
        async with self._database.write_engine.begin() as connection:
            asked = select(Pdf.file_name, Pdf.status).order_by(Pdf.id.desc())
            return [(name, status) for name, status in await connection.execute(asked)]

    async def _write_one(self) -> None:
        assert self._tenant_id is not None
        async with self._database.unit_of_work(Scope(self._tenant_id, "live test")) as unit:
            session = unit.session
            pdfs = list((await session.execute(select(Pdf))).scalars())
            luck = self._random.random()
            if len(pdfs) < MOST_ROWS and luck < 0.5:
                self._made += 1
                branch_id = self._random.choice(self._branches)
                row = Pdf(**document(self._tenant_id, branch_id, self._made))
                session.add(row)
                await session.flush()
                session.add(PdfBranch(pdf_id=row.id, branch_id=branch_id))
            elif luck < 0.85:
                row = self._random.choice(pdfs)
                row.file_name = (
                    f"{row.file_name.partition(' ')[0]} {datetime.now(UTC):%H%M%S%f}.pdf"
                )
                row.status = self._random.choice(["available_local", "expired"])
            else:
                await session.delete(self._random.choice(pdfs))


class Watcher:
    """A browser that looks at the list, and the line it does so over."""

    def __init__(self, page: Page, line: Proxy) -> None:
        self.page = page
        self.line = line

    async def shown(self) -> Shown:
        rows = await self.page.get_by_test_id("documents-row").evaluate_all(
            "(rows) => rows.map((row) => [row.getAttribute('aria-rowindex'),"
            " row.dataset.fileName, row.dataset.status])"
        )
        in_order = sorted(rows, key=lambda row: int(row[0]))
        return [(name, status) for _, name, status in in_order]

    async def shows(self, writer: Writer, within_s: float = 60) -> None:
        """Wait until every row that is shown equals the database's, and none is missing."""

        async def equal() -> bool:
            return await self.shown() == await writer.truth()

        await eventually(equal, what="the rows equal the database", within_s=within_s)

    async def is_(self, connection: str) -> None:
        await expect(self.page.get_by_test_id("connection-state")).to_have_attribute(
            "data-state", connection, timeout=60_000
        )


Prepare = Callable[[Page], Awaitable[None]]


@asynccontextmanager
async def watching(
    browser: Browser, stack: Stack, prepare: Prepare | None = None
) -> AsyncIterator[Watcher]:
    """A browser of its own, signed in; `prepare` gets the page before it is opened."""
    async with Proxy(stack.port) as line:
        context = await browser.new_context(base_url=line.url, viewport=TALL, locale="en-GB")
        page = await context.new_page()
        if prepare is not None:
            await prepare(page)
        await sign_in(page)
        yield Watcher(page, line)
        await context.close()
