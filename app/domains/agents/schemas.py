"""Agents on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool, StringConstraints

from app.http.collections import WireSchema

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class EmptiedRow(WireSchema):
    """A place of which `missing` of the `known` files are not there any more; `path` is below
    the watched folder, `state` stands for exactly these files. `confirmed`: they are really
    gone, says a person, and leave the list as soon as the agent hears of it."""

    path: str
    missing: int
    known: int
    state: str
    confirmed: bool


class AgentRow(WireSchema):
    """A row of the collection `agents`; see docs/contract.md."""

    id: UUID
    version: int
    updated_at: datetime
    branch_id: UUID
    name: str
    status: str
    blocked: bool
    agent_version: str | None
    platform: str | None
    hostname: str | None
    local_address: str | None
    watch_mode: str | None
    folder: str | None
    folder_state: str | None
    emptied: list[EmptiedRow]
    clock_skew_s: float | None
    files: int
    last_error: str | None
    last_seen_at: datetime | None
    created_at: datetime


class AgentDetail(AgentRow):
    """With its newest heartbeat, as it was sent; null before the first one."""

    connected: bool
    beat: dict[str, Any] | None
    beat_at: datetime | None


class AgentCreate(WireSchema):
    """A new agent of a branch."""

    name: Name
    branch_id: UUID


class AgentPatch(WireSchema):
    """What may be changed."""

    name: Name


class CredentialsAnswer(WireSchema):
    """Token and code are shown here and never again."""

    agent: AgentRow
    token: str
    enrolment_code: str
    enrolment_expires_at: datetime


class BlockRequest(WireSchema):
    """Block, or let in again."""

    blocked: StrictBool


class ReallyGoneRequest(WireSchema):
    """A place as the row's `emptied` shows it."""

    path: Annotated[str, Field(max_length=4096)]
    state: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class ResyncRequest(WireSchema):
    """`deep` reads every file again."""

    deep: StrictBool = False


class LogsAnswer(WireSchema):
    """The last lines of the agent's log, oldest first."""

    lines: list[str]


class AgentStatusAnswer(WireSchema):
    """What the server knows of the agent that asks, and what it waits for."""

    agent: AgentRow
    transfers: Annotated[list[dict[str, Any]], Field(description="open ones, as in `transfers`")]
