"""Hints: a batch as bytes on the bus. They may be lost, doubled and reordered."""

import json
from datetime import datetime
from uuid import UUID

from app.db.base import to_json
from app.feed.append import Batch, Record

TOPIC = "feed"


def encode(batch: Batch) -> bytes:
    """The batch as JSON."""
    records = [
        [to_json(getattr(record, name)) for name in Record.__dataclass_fields__]
        for record in batch.records
    ]
    head = [str(batch.tenant_id), batch.epoch, batch.after, batch.seq]
    return json.dumps([*head, records], separators=(",", ":")).encode()


def decode(payload: bytes) -> Batch:
    """The inverse of `encode`."""
    tenant_id, epoch, after, seq, records = json.loads(payload)
    return Batch(UUID(tenant_id), epoch, after, seq, tuple(_record(*raw) for raw in records))


def _record(
    seq: int,
    prev_seq: int,
    tx: int,
    collection: str,
    entity_id: str,
    branch_id: str | None,
    op: str,
    data: dict[str, object] | None,
    changed_fields: list[str] | None,
    occurred_at: str,
) -> Record:
    return Record(
        seq,
        prev_seq,
        tx,
        collection,
        UUID(entity_id),
        UUID(branch_id) if branch_id else None,
        op,  # type: ignore[arg-type]
        data,
        changed_fields,
        datetime.fromisoformat(occurred_at),
    )
