"""The session: one tenant and branch filter on every statement, and the record of what changed.

A service cannot forget the filter, because it does not write it, and cannot forget to
publish, because the record is made from what was flushed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn, cast
from uuid import UUID

from sqlalchemy import ClauseElement, Table, event, text
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql import visitors

from app.db.base import Base, Tenanted, Tracked
from app.db.guard import GUARDED, flushing
from app.db.scope import Scope

Operation = Literal["insert", "update", "delete", "leave"]
_BOOKKEEPING = frozenset({"version", "updated_at"})


class UnscopedReadError(Exception):
    """A Core statement reads a tenant's table; only ORM statements are filtered."""


class TenantMismatchError(Exception):
    """A row of one tenant was about to be written in the scope of another."""


@dataclass(slots=True)
class Touched:
    """What one transaction did to one tracked row, over all its flushes."""

    row: Tracked
    operation: Literal["insert", "update", "delete"]
    branches_before: frozenset[UUID | None]
    changed_fields: set[str] = field(default_factory=set)


_TouchedRows = dict[tuple[str, UUID], Touched]


class ScopedSession(Session):
    """The synchronous heart of the asyncio session; `scope` is set when it is opened."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.touched: _TouchedRows = {}
        self.touched_before: dict[SessionTransaction, _TouchedRows] = {}
        """For each savepoint, what was touched when it was set."""

    def flush(self, objects: Any = None) -> None:
        """Write the changed objects; only here may tracked tables be written."""
        token = flushing.set(True)
        try:
            super().flush(objects)
        finally:
            flushing.reset(token)

    def touched_rows(self) -> list[Touched]:
        """The tracked rows this transaction changed, in the order of their first change."""
        return list(self.touched.values())


class ScopedAsyncSession(AsyncSession):
    """An `AsyncSession` over a `ScopedSession`. It is committed by its unit of work."""

    sync_session_class = ScopedSession

    @property
    def scope(self) -> Scope:
        """Whom this session acts for."""
        return cast("ScopedSession", self.sync_session).scope

    async def commit(self) -> NoReturn:
        """Refused: a commit that is not the unit of work's would leave the feed behind."""
        raise RuntimeError("only the unit of work commits")


@event.listens_for(ScopedSession, "after_begin")
def _begin(
    session: ScopedSession, _transaction: SessionTransaction, connection: Connection
) -> None:
    connection.execution_options(**GUARDED)
    if connection.dialect.name == "postgresql":
        # Row-level security is the second wall: Postgres filters by this setting too.
        tenant = session.scope.tenant_id
        connection.execute(
            text("SELECT set_config('siberius.tenant', :tenant, true)"),
            {"tenant": "*" if tenant is None else str(tenant)},
        )


@event.listens_for(ScopedSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    scope = cast("ScopedSession", state.session).scope
    if scope.tenant_id is None or state.is_column_load:
        return
    if not state.is_orm_statement:
        _refuse_unscoped_reads(state)
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


def _refuse_unscoped_reads(state: ORMExecuteState) -> None:
    if state.is_select:
        tables = {
            part
            for part in visitors.iterate(cast("ClauseElement", state.statement))
            if isinstance(part, Table)
        }
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Tenanted) and mapper.local_table in tables:
                raise UnscopedReadError(f"select {mapper.class_.__name__}, not its table")


@event.listens_for(ScopedSession, "before_flush")
def _stamp(session: ScopedSession, _context: Any, _instances: Any) -> None:
    tenant_id = session.scope.tenant_id
    for row in _rows(session.new | session.dirty | session.deleted):
        if tenant_id is not None:
            owner: UUID | None = row.tenant_id
            if owner is None:
                row.tenant_id = tenant_id
            elif owner != tenant_id:
                raise TenantMismatchError(f"{type(row).__name__} belongs to another tenant")
        if isinstance(row, Tracked) and session.is_modified(row):
            row.updated_at = datetime.now(UTC)


def _rows(objects: Iterable[object]) -> list[Tenanted]:
    return [row for row in objects if isinstance(row, Tenanted)]


@event.listens_for(ScopedSession, "after_flush")
def _record(session: ScopedSession, _context: Any) -> None:
    # After the flush, the ids are known and the attribute histories are still there.
    for row in session.new:
        if isinstance(row, Tracked):
            _insert(session, row)
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


def _insert(session: ScopedSession, row: Tracked) -> None:
    key = (row.__collection__, row.id)
    deleted = session.touched.get(key)
    if deleted is None:
        session.touched[key] = Touched(row, "insert", frozenset())
    else:
        # Deleted and made again under the same id: for its readers it changed.
        columns = {attribute.key for attribute in sa_inspect(row).mapper.column_attrs}
        session.touched[key] = replace(
            deleted, row=row, operation="update", changed_fields=columns - _BOOKKEEPING
        )


def _touch(session: ScopedSession, row: Tracked) -> Touched:
    key = (row.__collection__, row.id)
    if key not in session.touched:
        session.touched[key] = Touched(row, "update", frozenset(row.branches_before()))
    return session.touched[key]


@event.listens_for(ScopedSession, "after_transaction_create")
def _remember(session: ScopedSession, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.touched_before[transaction] = {
            key: replace(touched, changed_fields=set(touched.changed_fields))
            for key, touched in session.touched.items()
        }


@event.listens_for(ScopedSession, "after_soft_rollback")
def _forget(session: ScopedSession, previous: SessionTransaction) -> None:
    if previous.nested:
        session.touched = session.touched_before.pop(previous)
    elif previous.parent is None:
        session.touched.clear()
