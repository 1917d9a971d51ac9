"""What the server says to an agent, wherever its socket is.

A command is a signal to every process; the one that has the socket passes it on. A command
may be lost, so whatever must happen is also a row that says so.
"""

from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from agent.contract.base import WireModel
from agent.contract.messages import Logs, LogsRequest
from app.db.database import UnitOfWork
from app.errors import ConflictError
from app.runtime.signals import Signals

SIGNAL: Final = "agent"
DISCONNECT: Final = "disconnect"
"""Not an event of the contract: the socket is closed."""
LOGS_TIMEOUT_S: Final = 10.0


def send(signals: Signals, agent_id: UUID, event: str, message: WireModel) -> None:
    """Say it once, without waiting."""
    signals.send(SIGNAL, _command(agent_id, event, message))


def send_after_commit(
    unit: UnitOfWork, signals: Signals, agent_id: UUID, event: str, message: WireModel
) -> None:
    """The same, as a hint of what `unit` commits."""

    async def tell() -> None:
        send(signals, agent_id, event, message)

    unit.after_commit(tell)


def disconnect(signals: Signals, agent_id: UUID, *, but: str | None = None) -> None:
    """Close the agent's sockets, except `but`."""
    signals.send(SIGNAL, {"agentId": str(agent_id), "event": DISCONNECT, "but": but})


def disconnect_after_commit(unit: UnitOfWork, signals: Signals, agent_id: UUID) -> None:
    """The same, once `unit` is committed."""

    async def tell() -> None:
        disconnect(signals, agent_id)

    unit.after_commit(tell)


async def logs(signals: Signals, agent_id: UUID, lines: int) -> Logs:
    """The end of the agent's log. Raises `ConflictError` (`agent_offline`)."""
    command = _command(agent_id, "agent:logs_request", LogsRequest(lines=lines))
    try:
        return Logs.model_validate(await signals.ask(SIGNAL, command, LOGS_TIMEOUT_S))
    except (TimeoutError, ValidationError):
        raise offline() from None


def offline() -> ConflictError:
    """The refusal of what needs an agent that is there."""
    return ConflictError("agent_offline", "the agent is not connected, or does not answer")


def _command(agent_id: UUID, event: str, message: WireModel) -> dict[str, Any]:
    return {"agentId": str(agent_id), "event": event, "payload": message.to_wire()}
