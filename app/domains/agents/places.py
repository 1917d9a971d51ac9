"""Places that were emptied: what an agent says of them, and a person's word that it is so.

The agent judges (`agent/places.py`) and reports nothing of such a place as gone. That somebody
confirmed it is kept in the row, and the agent is told with every heartbeat that still shows
exactly what was confirmed: a command may be lost.
"""

from uuid import UUID

from agent.contract.messages import EmptiedPlace, Heartbeat, LetGo
from app.db.database import UnitOfWork
from app.domains.agents import commands
from app.domains.agents.models import Agent
from app.errors import ConflictError
from app.runtime.signals import Signals


def take_places(unit: UnitOfWork, signals: Signals, agent: Agent, heartbeat: Heartbeat) -> bool:
    """Show what a heartbeat says of the agent's places; whether some of it is there again."""
    before = {(place["path"], place["state"]): place for place in agent.emptied}
    was_away = agent.folder_state not in {None, "ok"}
    missed = sum(place["missing"] for place in agent.emptied)
    emptied = []
    for place in heartbeat.emptied:
        known = before.get((place.path, place.state))
        confirmed = known is not None and known["confirmed"]
        emptied.append({**place.to_wire(), "confirmed": confirmed})
        if confirmed:
            _tell(unit, signals, agent.id, place)
    if agent.emptied != emptied:
        agent.emptied = emptied
    if heartbeat.folder_state != "ok":
        return False
    return was_away or sum(place.missing for place in heartbeat.emptied) < missed


def confirm_gone(
    unit: UnitOfWork, signals: Signals, agent: Agent, *, path: str, state: str
) -> EmptiedPlace:
    """A person says that what is missing from a place is really gone; the agent reports it then,
    now or when it is back. Raises `ConflictError` (`place_changed`) where something else is
    missing there than was shown."""
    shown = [(place["path"], place["state"]) for place in agent.emptied]
    if (path, state) not in shown:
        raise ConflictError(
            "place_changed", "what is missing there has changed since: look at it again"
        )
    agent.emptied = [
        {**place, "confirmed": place["confirmed"] or (path, state) == known}
        for place, known in zip(agent.emptied, shown, strict=True)
    ]
    place = EmptiedPlace.model_validate(agent.emptied[shown.index((path, state))])
    _tell(unit, signals, agent.id, place)
    return place


def may_be_away(agent: Agent, path: str) -> bool:
    """Whether a file of the agent may be one that is not there at the moment."""
    if agent.folder_state not in {None, "ok"}:
        return True
    places = [place["path"] for place in agent.emptied]
    return any(not place or path.startswith(place + "/") for place in places)


def _tell(unit: UnitOfWork, signals: Signals, agent_id: UUID, place: EmptiedPlace) -> None:
    message = LetGo(path=place.path, state=place.state)
    commands.send_after_commit(unit, signals, agent_id, "agent:let_go", message)
