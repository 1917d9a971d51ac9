"""The `/client` namespace: browsers subscribe to collections and hear of changes.

Handlers join, leave and acknowledge; what is sent to the rooms is the hub's work.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import socketio
from pydantic import BaseModel, ValidationError
from socketio.exceptions import ConnectionRefusedError as RefusedError
from sqlalchemy import select

from app.db.base import to_json
from app.db.scope import SYSTEM
from app.domains.identity.access import Principal, authenticate, lacks_second_factor
from app.domains.identity.collections import readable_collections
from app.domains.identity.models import LoginSession, User
from app.domains.identity.sessions import ENDED
from app.errors import ProblemError
from app.feed.relay import Relay
from app.input import is_acceptable
from app.realtime import rooms
from app.realtime.outbox import Room, Update
from app.runtime.parts import Runtime

log = logging.getLogger(__name__)
NAMESPACE = "/client"


class _Events(BaseModel):
    """The payload of `subscribe` and `unsubscribe`."""

    events: list[str]


class Clients:
    """Who is connected to `/client` in this process."""

    def __init__(self, server: socketio.AsyncServer, runtime: Runtime, relay: Relay) -> None:
        self._server = server
        self._runtime = runtime
        self._relay = relay
        self._principals: dict[str, Principal] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        for event, handler in {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "heartbeat": self._heartbeat,
        }.items():
            server.on(event, handler, namespace=NAMESPACE)
        runtime.signals.on(ENDED, lambda data: self.end_session(UUID(data["sessionId"])))

    def __len__(self) -> int:
        return len(self._principals)

    def end_session(self, session_id: UUID) -> None:
        """Close the sockets of a session."""
        self._close(sid for sid, p in self._principals.items() if p.session_id == session_id)

    def end_user(self, user_id: UUID) -> None:
        """Close the sockets of a user; they may come back and be seen with other eyes."""
        self._close(sid for sid, p in self._principals.items() if p.user_id == user_id)

    async def close_ended(self) -> None:
        """Close the sockets whose session has ended or expired (signals say so earlier, but may be
        lost), and those of users who have yet to set up a second factor."""
        session_ids = {principal.session_id for principal in self._principals.values()}
        if not session_ids:
            return
        async with self._runtime.database.read(SYSTEM) as session:
            living = await session.scalars(
                select(LoginSession.id)
                .join(User, User.id == LoginSession.user_id)
                .where(
                    LoginSession.id.in_(session_ids),
                    LoginSession.revoked_at.is_(None),
                    LoginSession.expires_at > self._runtime.clock.now(),
                    User.disabled.is_(False),
                )
            )
            ended = session_ids.difference(living)
        for session_id in ended:
            self.end_session(session_id)
        for principal in {p.user_id: p for p in self._principals.values()}.values():
            if await lacks_second_factor(self._runtime, principal):
                self.end_user(principal.user_id)

    async def show_gap(self, sid: str) -> None:
        """Send an update without rows that does not continue what the socket was told last, so
        that its reader pulls."""
        principal = self._principals.get(sid)
        if principal is None:
            return
        head = await self._relay.head(principal.tenant_id)
        mine = self._server.rooms(sid, namespace=NAMESPACE)
        for collection in sorted(readable_collections(principal)):
            entrances = rooms.to_join(principal.tenant_id, principal.branch_ids, collection)
            if not set(entrances).intersection(mine):
                continue
            gap = Update(prev_seq=head.seq, seq=head.seq)
            room = Room(principal.tenant_id, collection, None)
            await self._server.emit("data_update", gap.to_wire(room), to=sid, namespace=NAMESPACE)

    async def _connect(self, sid: str, _environ: dict[str, Any], auth: Any = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str) or not is_acceptable(token):
            raise RefusedError("send an access token", {"code": "not_authenticated"})
        try:
            principal = await authenticate(self._runtime, token)
        except ProblemError as error:
            raise RefusedError(error.detail, {"code": error.code}) from None
        # From here on the relay follows the tenant.
        await self._relay.head(principal.tenant_id)
        self._principals[sid] = principal
        await self._enter(sid, principal, rooms.EVENTS)

    async def _disconnect(self, sid: str, _reason: str = "") -> None:
        self._principals.pop(sid, None)

    async def _subscribe(self, sid: str, data: Any = None) -> dict[str, Any]:
        principal, asked = self._principals[sid], _parse(data)
        if asked is None:
            return _BAD_EVENTS
        allowed = readable_collections(principal)
        for collection in allowed.intersection(asked):
            await self._enter(sid, principal, collection)
        # After joining: what is committed from now on is pushed.
        return {
            "cursor": await self._cursor(principal),
            "denied": [name for name in asked if name not in allowed],
        }

    async def _unsubscribe(self, sid: str, data: Any = None) -> dict[str, Any]:
        principal, asked = self._principals[sid], _parse(data)
        if asked is None:
            return _BAD_EVENTS
        for collection in asked:
            for room in rooms.to_join(principal.tenant_id, principal.branch_ids, collection):
                await self._server.leave_room(sid, room, namespace=NAMESPACE)
        return {}

    async def _heartbeat(self, sid: str, _data: Any = None) -> dict[str, Any]:
        cursor = await self._cursor(self._principals[sid])
        return {"serverTime": to_json(self._runtime.clock.now()), "cursor": cursor}

    async def _enter(self, sid: str, principal: Principal, topic: str) -> None:
        for room in rooms.to_join(principal.tenant_id, principal.branch_ids, topic):
            await self._server.enter_room(sid, room, namespace=NAMESPACE)

    async def _cursor(self, principal: Principal) -> str:
        head = await self._relay.head(principal.tenant_id)
        return str(head.cursor_for(principal.branch_ids))

    def _close(self, sids: Iterable[str]) -> None:
        for sid in list(sids):
            leaving = asyncio.create_task(self._server.disconnect(sid, namespace=NAMESPACE))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)


_BAD_EVENTS = {"error": {"code": "invalid_input", "message": "events: a list of collections"}}


def _parse(data: Any) -> list[str] | None:
    if not is_acceptable(data):
        return None
    try:
        return _Events.model_validate(data).events
    except ValidationError:
        return None
