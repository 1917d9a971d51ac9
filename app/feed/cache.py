"""The cache: what a process remembers of the database for as long as the feed says it holds.

An entry carries the entity tag that its collection had before it was read, so a change that
comes up through the feed makes it old without anyone having to throw it away.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from app.db.database import Database
from app.db.scope import Scope
from app.db.session import ScopedAsyncSession
from app.feed.read import read_counter
from app.feed.relay import Relay

T = TypeVar("T")
Tag = tuple[str, int]
Count = Callable[[str, bool], None]
"""Is told the collection of every look-up, and whether it was a hit."""
_MAX_ENTRIES = 10_000


class FeedCache:
    """Cache-aside by tenant and collection. Until it follows a relay it remembers nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._relay: Relay | None = None
        self._count: Count = lambda _collection, _hit: None
        self._entries: OrderedDict[tuple[UUID, str], tuple[Tag, Any]] = OrderedDict()
        self._tenants: OrderedDict[str, UUID] = OrderedDict()

    def follow(self, relay: Relay, count: Count) -> None:
        """Remember, as far as `relay` has seen the feed."""
        self._relay, self._count = relay, count

    async def get(
        self,
        tenant_id: UUID,
        collection: str,
        load: Callable[[ScopedAsyncSession], Awaitable[T]],
        session: ScopedAsyncSession | None = None,
    ) -> T:
        """What `load` reads of the collection, or read before.

        A caller that holds a session gives it, so that it does not wait for a second one; it
        must not have changed the collection in it.
        """
        if self._relay is None:
            return await self._load(tenant_id, load, session)
        head = await self._relay.head(tenant_id)
        tag = head.epoch, head.last_change(collection)
        known = self._entries.get((tenant_id, collection))
        hit = known is not None and known[0] == tag
        self._count(collection, hit)
        if known is not None and hit:
            value: T = known[1]
            return value

        async def read(session: ScopedAsyncSession) -> T:
            counter = await read_counter(session, tenant_id)
            value = await load(session)
            # A replica may be behind what the relay has heard of: that is not kept.
            if counter.epoch == head.epoch and counter.seq >= tag[1]:
                self._keep((tenant_id, collection), (tag, value))
            return value

        return await self._load(tenant_id, read, session)

    def tenant_of(self, secret_hash: str) -> UUID | None:
        """Whose secret this was when it was last looked up; a secret never changes hands, but
        may be void by now."""
        return self._tenants.get(secret_hash)

    def remember_tenant(self, secret_hash: str, tenant_id: UUID) -> None:
        """Note what `tenant_of` answers."""
        self._tenants[secret_hash] = tenant_id
        if len(self._tenants) > _MAX_ENTRIES:
            self._tenants.popitem(last=False)

    async def _load(
        self,
        tenant_id: UUID,
        load: Callable[[ScopedAsyncSession], Awaitable[T]],
        session: ScopedAsyncSession | None,
    ) -> T:
        if session is not None:
            return await load(session)
        async with self._database.read(Scope(tenant_id, "cache")) as own:
            return await load(own)

    def _keep(self, key: tuple[UUID, str], entry: tuple[Tag, Any]) -> None:
        self._entries[key] = entry
        if len(self._entries) > _MAX_ENTRIES:
            self._entries.popitem(last=False)
