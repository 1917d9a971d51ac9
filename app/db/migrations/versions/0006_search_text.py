"""A search finds days and totals in the forms in which people see them.

Revision ID: 0006
"""

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from app.domains.pdfs.search_text import search_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # Row-level security binds the tables' owner as well.
        op.execute("SELECT set_config('siberius.tenant', '*', true)")
    pdfs = sa.table(
        "pdfs",
        sa.column("id", sa.Uuid()),
        *(sa.column(name, sa.Text()) for name in ("file_name", "title", "number", "customer")),
        sa.column("event_date", sa.Date()),
        sa.column("total", sa.Numeric(18, 2, asdecimal=True)),
        sa.column("search_text", sa.Text()),
    )
    renew = pdfs.update().where(pdfs.c.id == sa.bindparam("row_id"))
    renew = renew.values(search_text=sa.bindparam("renewed"))
    page = sa.select(pdfs).order_by(pdfs.c.id).limit(BATCH)
    rows = connection.execute(page).all()
    while rows:
        connection.execute(renew, [{"row_id": row.id, "renewed": _text_of(row)} for row in rows])
        rows = connection.execute(page.where(pdfs.c.id > rows[-1].id)).all()


def _text_of(row: sa.Row[tuple[object, ...]]) -> str:
    words = (row.file_name, row.title, row.number, row.customer)
    total = None if row.total is None else Decimal(row.total)
    return search_text(*words, day=row.event_date, total=total)
