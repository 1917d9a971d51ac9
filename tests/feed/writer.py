"""A writer process that is there to be killed: `python -m tests.feed.writer URL TENANT LEDGER`.

It commits agents for ever and writes the id of each into its ledger once the commit is
acknowledged, with fsync, so that the ledger never says more than what was acknowledged.
"""

import asyncio
import contextlib
import os
import random
import sys
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from app.db import tables  # noqa: F401 - every table, for the foreign keys
from app.db.database import Database
from app.db.scope import Scope
from app.domains.agents.models import Agent
from app.domains.identity.models import Branch
from app.feed.append import Appender
from tests.feed.world import an_agent


async def write(url: str, tenant_id: UUID, ledger: int) -> None:
    database = Database(url)
    database.record_with(Appender(f"writer-{os.getpid()}"))
    scope = Scope(tenant_id, "writer")
    async with database.read(scope) as session:
        branches = (await session.scalars(select(Branch.id))).all()

    async def commit_for_ever() -> None:
        while True:
            async with database.unit_of_work(scope) as unit:
                agent = an_agent(random.choice([*branches, None]))
                unit.session.add(agent)
                if random.random() < 0.3:
                    others = await unit.session.scalars(select(Agent).limit(3))
                    for other in others:
                        other.files += 1
                agent_id = agent.id
            os.write(ledger, f"{agent_id}\n".encode())
            os.fsync(ledger)
            # SQLite's lock is not a queue: without a pause one process could starve another.
            await asyncio.sleep(random.uniform(0, 0.02))

    async def until_killed() -> None:
        while True:
            # Another writer was quicker: nothing was acknowledged.
            with contextlib.suppress(DBAPIError, StaleDataError):
                await commit_for_ever()

    await asyncio.gather(until_killed(), until_killed())


if __name__ == "__main__":
    file = os.open(sys.argv[3], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    asyncio.run(write(sys.argv[1], UUID(sys.argv[2]), file))
