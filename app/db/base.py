"""The model base, and what makes a table tracked."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic.alias_generators import to_camel
from sqlalchemy import ColumnElement, ForeignKey, MetaData, or_
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.db.ids import new_id
from app.db.types import UtcDateTime


class Base(DeclarativeBase):
    """All tables. The naming convention gives constraints the names migrations refer to."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {datetime: UtcDateTime()}


class Tenanted:
    """A row of one tenant. The session adds the tenant filter to every statement by itself."""

    @declared_attr
    @classmethod
    def tenant_id(cls) -> Mapped[UUID]:
        # No index of its own: a planner without statistics would take it and sort the rest.
        # What is listed by tenant has an index on (tenant_id, id).
        return mapped_column(ForeignKey("tenants.id"))


class Tracked(Tenanted):
    """A row that clients see: every insert, update and delete of it goes into the feed.

    A subclass names its `__collection__` and the columns `__wire__` shows; it may override
    `branches`, `branches_before` and `visible_in` together where a row is seen from more than
    one branch, and `__readers__` where not every role reads the collection.
    """

    __collection__: ClassVar[str]
    __wire__: ClassVar[tuple[str, ...]]
    __readers__: ClassVar[str] = "viewer"
    """The least role that reads the collection."""
    __company_wide__: ClassVar[bool] = False
    """Only who sees every branch reads it."""
    __beside_feed__: ClassVar[bool] = False
    """Whether its pages show newer values than the feed tells."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))

    @declared_attr
    @classmethod
    def branch_id(cls) -> Mapped[UUID | None]:
        """The branch that sees the row; null means the whole company."""
        # active_history: the old branch must be known even where the row was expired.
        return mapped_column(ForeignKey("branches.id"), index=True, active_history=True)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        # The version column is also the optimistic lock: a lost update raises StaleDataError.
        return {"version_id_col": cls.version}

    def wire(self) -> dict[str, Any]:
        """The row as clients see it, in lists, in the feed and on sockets alike."""
        return {name: to_json(getattr(self, attribute)) for name, attribute in self.wire_names()}

    @classmethod
    @cache
    def wire_names(cls) -> tuple[tuple[str, str], ...]:
        """The columns that clients see, each by its name on the wire and its own."""
        shown = ("id", "version", "updated_at", *cls.__wire__)
        return tuple((to_camel(name), name) for name in shown)

    def branches(self) -> tuple[UUID | None, ...]:
        """The branches the row is seen from now."""
        return (self.branch_id,)

    def branches_before(self) -> tuple[UUID | None, ...]:
        """The branches the row was seen from before this transaction changed it."""
        removed = sa_inspect(self).attrs.branch_id.history.deleted
        return (removed[0],) if removed else self.branches()

    @classmethod
    def visible_in(cls, branch_ids: Collection[UUID]) -> ColumnElement[bool]:
        """The condition under which a reader of these branches sees a row."""
        return or_(cls.branch_id.is_(None), cls.branch_id.in_(branch_ids))

    @classmethod
    def tracked_models(cls) -> list[type[Self]]:
        """Every tracked model, for the session's filter and its guard."""
        return list(cls.__subclasses__())


def to_json(value: Any) -> Any:
    """A column value as JSON: times RFC 3339 in UTC, ids and decimals as strings."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
