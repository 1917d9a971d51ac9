"""The session: one tenant and branch filter on every statement, and the record of what changed.

A service cannot forget the filter, because it does not write it, and cannot forget to
publish, because the record is made from what was flushed.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria

from app.db.base import Tenanted, Tracked
from app.db.scope import Scope

Operation = Literal["insert", "update", "delete", "leave"]
_BOOKKEEPING = frozenset({"version", "updated_at"})


class BulkWriteError(Exception):
    """Bulk SQL on a tracked table would bypass the feed; change the objects instead."""


class TenantMismatchError(Exception):
    """A row of one tenant was about to be written in the scope of another."""


@dataclass(slots=True)
class Touched:
    """What one transaction did to one tracked row, over all its flushes."""

    row: Tracked
    operation: Literal["insert", "update", "delete"]
    branches_before: frozenset[UUID | None]
    changed_fields: set[str] = field(default_factory=set)


class ScopedSession(Session):
    """The synchronous heart of the asyncio session; `scope` is set when it is opened."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.touched: dict[tuple[str, UUID], Touched] = {}


class ScopedAsyncSession(AsyncSession):
    """An `AsyncSession` over a `ScopedSession`."""

    sync_session_class = ScopedSession

    @property
    def scope(self) -> Scope:
        """Whom this session acts for."""
        return self._scoped.scope

    @property
    def touched(self) -> list[Touched]:
        """The tracked rows this transaction changed, in the order of their first change."""
        return list(self._scoped.touched.values())

    @property
    def _scoped(self) -> ScopedSession:
        return cast("ScopedSession", self.sync_session)


@event.listens_for(ScopedSession, "after_begin")
def _tell_the_database(
    session: ScopedSession, _transaction: SessionTransaction, connection: Connection
) -> None:
    """Row-level security is the second wall: Postgres filters by this setting too."""
    if connection.dialect.name == "postgresql":
        tenant = session.scope.tenant_id
        connection.execute(
            text("SELECT set_config('siberius.tenant', :tenant, true)"),
            {"tenant": "*" if tenant is None else str(tenant)},
        )


@event.listens_for(ScopedSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    session = cast("ScopedSession", state.session)
    if state.is_insert or state.is_update or state.is_delete:
        _refuse_bulk_writes(state)
    scope = session.scope
    if scope.tenant_id is None or state.is_column_load or state.is_relationship_load:
        return
    tenant_id, branch_ids = scope.tenant_id, scope.branch_ids
    options: list[Any] = [
        with_loader_criteria(Tenanted, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    ]
    if branch_ids is not None:
        options += [
            with_loader_criteria(model, model.visible_in(branch_ids), include_aliases=True)
            for model in Tracked.tracked_models()
        ]
    state.statement = state.statement.options(*options)


def _refuse_bulk_writes(state: ORMExecuteState) -> None:
    table = getattr(state.statement, "table", None)
    for model in Tracked.tracked_models():
        if table is sa_inspect(model).local_table:
            raise BulkWriteError(f"bulk SQL on {model.__name__}: change its objects instead")


@event.listens_for(ScopedSession, "before_flush")
def _stamp(session: ScopedSession, _context: Any, _instances: Any) -> None:
    tenant_id = session.scope.tenant_id
    for row in session.new | session.dirty | session.deleted:
        if isinstance(row, Tenanted) and tenant_id is not None:
            if row.tenant_id is None:
                row.tenant_id = tenant_id
            elif row.tenant_id != tenant_id:
                raise TenantMismatchError(f"{type(row).__name__} belongs to another tenant")
        if isinstance(row, Tracked) and session.is_modified(row):
            row.updated_at = datetime.now(UTC)


@event.listens_for(ScopedSession, "after_flush")
def _record(session: ScopedSession, _context: Any) -> None:
    # After the flush, the ids are known and the attribute histories are still there.
    for row in session.new:
        if isinstance(row, Tracked):
            session.touched[row.__collection__, row.id] = Touched(row, "insert", frozenset())
    for row in session.dirty:
        if isinstance(row, Tracked) and session.is_modified(row):
            _touch(session, row).changed_fields.update(
                attribute.key
                for attribute in sa_inspect(row).attrs
                if attribute.history.has_changes() and attribute.key not in _BOOKKEEPING
            )
    for row in session.deleted:
        if isinstance(row, Tracked):
            touched = _touch(session, row)
            if touched.operation == "insert":
                del session.touched[row.__collection__, row.id]  # nobody ever saw it
            else:
                touched.operation = "delete"


def _touch(session: ScopedSession, row: Tracked) -> Touched:
    key = (row.__collection__, row.id)
    if key not in session.touched:
        session.touched[key] = Touched(row, "update", frozenset(row.branches_before()))
    return session.touched[key]


@event.listens_for(ScopedSession, "after_rollback")
def _forget(session: ScopedSession) -> None:
    session.touched.clear()
