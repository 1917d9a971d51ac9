"""The names of Socket.IO rooms.

Whoever sees the whole company stands in one room of the tenant (`*`); others in the room of
each of their branches and in that of the rows without one (`-`).
"""

from collections.abc import Collection, Iterable
from uuid import UUID

EVENTS = "@"
"""In place of a collection: everyone who is connected, subscribed or not."""


def to_join(tenant_id: UUID, branch_ids: Collection[UUID] | None, topic: str) -> list[str]:
    """The rooms of a reader of these branches (null: all)."""
    if branch_ids is None:
        return [_name(tenant_id, topic, "*")]
    return [_name(tenant_id, topic, "-"), *(_name(tenant_id, topic, str(b)) for b in branch_ids)]


def to_reach(tenant_id: UUID, branch_ids: Iterable[UUID | None], topic: str) -> list[str]:
    """The rooms of everyone who sees one of these branches."""
    seen_from = (str(branch_id) if branch_id else "-" for branch_id in branch_ids)
    return [_name(tenant_id, topic, "*"), *(_name(tenant_id, topic, b) for b in seen_from)]


def _name(tenant_id: UUID, topic: str, branch: str) -> str:
    return f"{tenant_id}/{topic}/{branch}"
