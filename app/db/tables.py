"""Every table, imported: what migrations compare and create."""

from sqlalchemy import MetaData

from app.db.base import Base
from app.domains.agents import models as _agents  # noqa: F401
from app.domains.identity import models as _identity  # noqa: F401
from app.domains.pdfs import models as _pdfs  # noqa: F401
from app.feed import models as _feed  # noqa: F401
from app.http import idempotency as _idempotency  # noqa: F401
from app.operations import leases as _leases  # noqa: F401
from app.operations import models as _operations  # noqa: F401

metadata: MetaData = Base.metadata
