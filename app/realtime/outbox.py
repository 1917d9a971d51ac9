"""The outbox: changes wait here for a moment and leave as one message for each room.

A room is a collection as seen from one branch. What is coalesced still chains: a message
carries the `prev_seq` of its first change and the `seq` of its last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.feed.append import Batch, Record


@dataclass(frozen=True, slots=True)
class Room:
    """`branch_id` null is the whole company."""

    tenant_id: UUID
    collection: str
    branch_id: UUID | None


@dataclass(slots=True)
class Update:
    """The payload of one `data_update`, in the making: the last state of every row."""

    prev_seq: int
    seq: int
    rows: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def to_wire(self, room: Room) -> dict[str, Any]:
        """The payload."""
        return {
            "type": room.collection,
            "branchId": str(room.branch_id) if room.branch_id else None,
            "data": list(self.rows.values()),
            "delta": True,
            "seq": self.seq,
            "prevSeq": self.prev_seq,
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a row, told to whoever sees it from one of the branches."""

    tenant_id: UUID
    branch_ids: tuple[UUID | None, ...]
    event: str
    payload: dict[str, Any]


class Outbox:
    """Collects batches of the feed, for all tenants."""

    def __init__(self) -> None:
        self._updates: dict[Room, Update] = {}
        self._moments: dict[tuple[UUID, str, UUID], tuple[dict[str, Any], set[UUID | None]]] = {}

    def add(self, batch: Batch) -> None:
        """Take in a batch that continues the tenant's last one."""
        for record in batch.records:
            self._add(Room(batch.tenant_id, record.collection, record.branch_id), record)
            happened = _what_happened(record)
            if happened is not None:
                event, payload = happened
                key = (batch.tenant_id, event, record.entity_id)
                _, branch_ids = self._moments.setdefault(key, (payload, set()))
                self._moments[key] = (payload, branch_ids | {record.branch_id})

    def take_updates(self) -> Iterator[tuple[Room, Update]]:
        """Empty the box of its updates, the rooms in the order of their first change."""
        updates, self._updates = self._updates, {}
        yield from updates.items()

    def take_moments(self) -> Iterator[Moment]:
        """Empty the box of what happened."""
        moments, self._moments = self._moments, {}
        for (tenant_id, event, _), (payload, branch_ids) in moments.items():
            yield Moment(tenant_id, tuple(branch_ids), event, payload)

    def _add(self, room: Room, record: Record) -> None:
        update = self._updates.get(room)
        if update is None or record.prev_seq > update.seq:
            # The first, or after a gap: the reader will see the gap and pull what is dropped.
            update = self._updates[room] = Update(record.prev_seq, record.seq)
        known = update.rows.pop(record.entity_id, None)
        row = row_of(record)
        if known is not None and known["_operation"] == "insert" and record.op == "update":
            row["_operation"] = "insert"
        update.rows[record.entity_id] = row
        update.seq = record.seq


def row_of(record: Record) -> dict[str, Any]:
    """The row of a change as clients get it; what is gone or has left has only its `id`."""
    shown = record.data if record.data is not None else {"id": str(record.entity_id)}
    return {**shown, "_operation": record.op}


_PDF_EVENTS = {"cached": "pdf:ready", "expired": "pdf:expired"}


def _what_happened(record: Record) -> tuple[str, dict[str, Any]] | None:
    """The event that a change of status amounts to. It follows from the row, so that whoever
    changes the status cannot forget it."""
    if record.data is None or "status" not in (record.changed_fields or ()):
        return None
    status = record.data["status"]
    if record.collection == "pdfs" and status in _PDF_EVENTS:
        return _PDF_EVENTS[status], {"pdfId": str(record.entity_id)}
    if record.collection == "agents":
        return "agent:status_changed", {"agentId": str(record.entity_id), "status": status}
    return None
