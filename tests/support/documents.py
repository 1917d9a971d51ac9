"""Many documents at once, for tests of how a long list behaves."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.db.database import Database
from app.db.ids import new_id
from app.db.scope import SYSTEM, Scope
from app.domains.identity.models import Branch, Tenant
from app.domains.pdfs.models import Pdf, PdfBranch
from app.feed.append import Appender

CUSTOMERS = (
    "Padaria Estrela Ltda.",
    "Construções São João",
    "Colégio Monte Belo",
    "Clube Três Marias",
    "Comércio de Móveis Ltda.",
    "Hotel Sol Nascente",
)
TYPES = (("quote", "ORC"), ("service_order", "OS"), ("assembly", "MON"))


async def fill(database_url: str, rows: int) -> None:
    """Give the only company of a fresh database two branches and so many documents.

    They do not go through the feed: they are what was there before anybody looked.
    """
    database = Database(database_url)
    async with database.write_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql("SELECT set_config('siberius.tenant', '*', true)")
        tenant_id = (await connection.execute(select(Tenant.id))).scalar_one()
        branches = [new_id(), new_id()]
        shared = {"tenant_id": tenant_id, "version": 1, "updated_at": datetime.now(UTC)}
        await connection.execute(
            insert(Branch),
            [
                {**shared, "id": id_, "name": name, "code": name.lower()}
                for id_, name in zip(branches, ("Campinas", "Curitiba"), strict=True)
            ],
        )
        for start in range(0, rows, 1000):
            numbers = range(start, min(rows, start + 1000))
            pdfs = [document(tenant_id, branches[n % len(branches)], n) for n in numbers]
            places = [
                {"pdf_id": pdf["id"], "branch_id": UUID(pdf["branch_ids"][0])} for pdf in pdfs
            ]
            await connection.execute(insert(Pdf), pdfs)
            await connection.execute(insert(PdfBranch), places)
        # A server that has run for a while has done it; nobody waits for this one to.
        await connection.exec_driver_sql("ANALYZE")
    await database.close()


async def change(database_url: str, count: int) -> None:
    """Let the feed say of the oldest so many that they have changed."""
    database = Database(database_url)
    database.record_with(Appender("test"))
    async with database.read(SYSTEM) as session:
        tenant_id = (await session.scalars(select(Tenant.id))).one()
    async with database.unit_of_work(Scope(tenant_id, "test")) as unit:
        oldest = await unit.session.scalars(select(Pdf).order_by(Pdf.id).limit(count))
        for pdf in oldest:
            pdf.title = "changed"
    await database.close()


def document(tenant_id: UUID, branch_id: UUID, number: int) -> dict[str, Any]:
    """The columns of one that its agent has reported and nobody has asked for."""
    pdf_id = new_id()
    now = datetime.now(UTC)
    kind, prefix = TYPES[number % len(TYPES)]
    customer = CUSTOMERS[number * 7 % len(CUSTOMERS)]
    return {
        "id": pdf_id,
        "tenant_id": tenant_id,
        "version": 1,
        "updated_at": now,
        "content_key": pdf_id.hex,
        "file_hash": pdf_id.hex * 2,
        "size": 80_000 + number,
        "file_name": f"{prefix}-{number:06} - {customer}pdf",
        "title": f"{prefix} {number:06}",
        "pages": 1 + number % 4,
        "status": "available_local",
        "result": "ok",
        "rules_version": "1",
        "fields": {},
        "type": kind,
        "number": f"{prefix}-{number:06}",
        "customer": customer,
        "event_date": date(2026, 1, 1) + timedelta(days=number % 700),
        "total": Decimal(f"{100 + number % 9000}.{number % 100:02}"),
        "search_text": f"{prefix} {number:06}",
        "branch_ids": [str(branch_id)],
        "agent_ids": [],
        "content_since": now,
        "created_at": now,
    }
