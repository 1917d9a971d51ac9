"""What is said to the sockets of `/client`, for the OpenAPI document (its `webhooks`).

Programs take their types from there, the dashboard among them. The tests of the sockets hold
every message they hear against these shapes.
"""

from datetime import datetime
from enum import Enum
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from agent.contract.messages import Counters
from app.db.session import Operation
from app.domains.agents.models import AgentStatus
from app.http.collections import WireSchema

router = APIRouter()


class Event(WireSchema):
    """The base of what is said."""

    model_config = ConfigDict(extra="forbid")


class UpdatedRow(WireSchema):
    """A row of the collection as it is now; only its `id` where it was deleted or has left."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    operation: Operation = Field(alias="_operation")


class DataUpdate(Event):
    """Changes of one room: a collection as seen from one branch, null for the whole company."""

    type: str
    branch_id: UUID | None
    data: list[UpdatedRow]
    delta: Literal[True]
    seq: int
    prev_seq: int


class UploadShown(Event):
    """How far a document has come."""

    pdf_id: UUID
    transfer_id: UUID
    sent_bytes: int
    total_bytes: int


class PdfNamed(Event):
    """Which document it is about."""

    pdf_id: UUID


class AgentStatusChanged(Event):
    """An agent came or went."""

    agent_id: UUID
    status: AgentStatus


class AgentBeat(Event):
    """An agent lives, and what it says of itself."""

    agent_id: UUID
    memory_bytes: int
    uptime_s: float
    counters: Counters
    at: datetime


class ServerMoving(Event):
    """This process is about to stop: leave, and connect again after so long."""

    delay_ms: int


EVENTS: dict[str, type[Event]] = {
    "data_update": DataUpdate,
    "pdf:upload_progress": UploadShown,
    "pdf:ready": PdfNamed,
    "pdf:expired": PdfNamed,
    "agent:status_changed": AgentStatusChanged,
    "agent:heartbeat": AgentBeat,
    "server:moving": ServerMoving,
}


def _describe(name: str, payload: type[Event]) -> None:
    def said(body: Event) -> None: ...

    said.__annotations__["body"] = payload
    said.__doc__ = payload.__doc__
    tags: list[str | Enum] = ["socket /client"]
    router.add_api_route(name, said, methods=["POST"], name=name, status_code=204, tags=tags)


for _name, _payload in EVENTS.items():
    _describe(_name, _payload)
