"""Hints: a batch as bytes on the bus. They may be lost, doubled and reordered."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db.base import to_json
from app.feed.append import Batch, Record

TOPIC = "feed"
_FIELDS = tuple(Record.__dataclass_fields__)


def encode(batch: Batch) -> bytes:
    """The batch as JSON."""
    records = [[to_json(getattr(record, name)) for name in _FIELDS] for record in batch.records]
    head = [str(batch.tenant_id), batch.epoch, batch.after, batch.seq]
    return json.dumps([*head, records], separators=(",", ":")).encode()


def decode(payload: bytes) -> Batch:
    """The inverse of `encode`."""
    tenant_id, epoch, after, seq, records = json.loads(payload)
    return Batch(UUID(tenant_id), epoch, after, seq, tuple(_record(raw) for raw in records))


def _record(raw: list[Any]) -> Record:
    named = dict(zip(_FIELDS, raw, strict=True))
    branch_id = named["branch_id"]
    named |= {
        "entity_id": UUID(named["entity_id"]),
        "branch_id": UUID(branch_id) if branch_id else None,
        "occurred_at": datetime.fromisoformat(named["occurred_at"]),
    }
    return Record(**named)
