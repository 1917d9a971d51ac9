"""The commands that work on the database. They are loaded when one of them is run: `siberius
serve` has to say where its metrics are kept before anything counts.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from app.db import migrate as schema
from app.db.base import to_json
from app.db.scope import SYSTEM, Scope
from app.db.session import ScopedAsyncSession
from app.domains.agents import credentials
from app.domains.agents.models import Agent, AgentPresence
from app.domains.identity.models import Branch, Tenant
from app.domains.identity.schemas import Email, Name
from app.domains.identity.tenants import create_tenant as new_tenant
from app.errors import UsageError
from app.feed.append import Appender, renew_feeds
from app.runtime.parts import Runtime, build
from app.settings import Settings


class _NewCompany(BaseModel):
    name: Name
    admin_email: Email
    admin_name: Name


def migrate(_options: argparse.Namespace) -> None:
    """Bring the schema up to date."""

    async def run(runtime: Runtime) -> None:
        changed = await schema.upgrade(runtime.database)
        _say("the schema was brought up to date" if changed else "the schema is up to date")

    _with_runtime(run)


def openapi(_options: argparse.Namespace) -> None:
    """Print the OpenAPI document."""
    from app.main import create_app

    # The document depends on no setting, so none need be given.
    settings = Settings(secret_key="x" * 48)
    _say(json.dumps(create_app(build(settings)).openapi(), indent=2, sort_keys=True))


def create_tenant(options: argparse.Namespace) -> None:
    """Make a company; its password comes on standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        new = _NewCompany.model_validate(vars(options))
    except ValidationError as error:
        flag = str(error.errors()[0]["loc"][0]).replace("_", "-")
        raise UsageError(f"--{flag} is no name or address that can be used") from None

    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(SYSTEM) as unit:
            tenant, admin = await new_tenant(
                unit,
                runtime,
                new.name,
                new.admin_email,
                password,
                admin_name=new.admin_name,
            )
        return [f"company {tenant.name}  id {tenant.id}  administrator {admin.email}"]

    _write(run)


def create_branch(options: argparse.Namespace) -> None:
    """Make a branch."""

    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(await _scope(runtime, options.tenant)) as unit:
            branch = Branch(name=options.name, code=options.code, city=options.city)
            unit.session.add(branch)
        return [f"branch {branch.code}  id {branch.id}"]

    _write(run)


def create_agent(options: argparse.Namespace) -> None:
    """Make an agent and show its token."""

    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(await _scope(runtime, options.tenant)) as unit:
            made = await credentials.create(
                unit,
                name=options.name,
                branch_id=await _branch(unit.session, options.branch),
                now=runtime.clock.now(),
            )
        return [
            f"agent {made.agent.name}  id {made.agent.id}",
            f"token           {made.token}",
            f"one-time code   {made.code}  (24 hours)",
            "They are shown only now. On the branch PC, one of:",
            "  siberius-agent enroll --server URL --code CODE --folder FOLDER",
            '  token = "…" in siberius-agent.toml',
        ]

    _write(run)


def invite_agent(options: argparse.Namespace) -> None:
    """Print a one-time code, and nothing else: a program reads it. A token from before is void."""

    async def run(runtime: Runtime) -> list[str]:
        now = runtime.clock.now()
        async with runtime.database.unit_of_work(await _scope(runtime, options.tenant)) as unit:
            branch_id = await _branch(unit.session, options.branch)
            if agent := await _agent(unit.session, branch_id, options.name):
                made = await credentials.issue(unit, agent, now)
            else:
                made = await credentials.create(
                    unit, name=options.name, branch_id=branch_id, now=now
                )
        return [made.code]

    _write(run)


def block_agent(options: argparse.Namespace) -> None:
    """Refuse an agent from now on."""

    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(await _scope(runtime, options.tenant)) as unit:
            branch_id = await _branch(unit.session, options.branch)
            agent = await _agent(unit.session, branch_id, options.name)
            if agent is None:
                raise UsageError(f"the branch {options.branch} has no agent {options.name}")
            was, agent.blocked = agent.blocked, True
        return ["it was blocked already" if was else "it is blocked"]

    _write(run)


def list_agents(options: argparse.Namespace) -> None:
    """Print the agents of a company, as its database knows them now."""

    async def run(runtime: Runtime) -> None:
        scope = await _scope(runtime, options.tenant)
        async with runtime.database.read(scope) as session:
            found = await session.execute(
                select(Agent, Branch.code, AgentPresence)
                .join(Branch, Branch.id == Agent.branch_id)
                .outerjoin(AgentPresence, AgentPresence.agent_id == Agent.id)
                .order_by(Branch.code, Agent.name)
            )
            agents = [
                {
                    "branch": code,
                    "name": agent.name,
                    "status": "blocked" if agent.blocked else agent.status,
                    "connected": presence is not None and presence.sid is not None,
                    "beatAt": to_json(presence.beat_at) if presence else None,
                    "version": agent.agent_version,
                    "files": agent.files,
                    "lastError": agent.last_error,
                }
                for agent, code, presence in found
            ]
        if options.json:
            _say(json.dumps(agents, indent=2))
            return
        for agent in agents:
            known = f"{agent['version'] or '':8} {agent['files']:7} documents"
            error = agent["lastError"] or ""
            _say(f"{agent['branch']:12} {agent['name']:20} {agent['status']:12} {known}  {error}")

    _with_runtime(run)


def renew_feed(_options: argparse.Namespace) -> None:
    """After a restored backup: bring the schema up to date, and make old cursors foreign."""

    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(SYSTEM) as unit:
            count = await renew_feeds(unit.session)
        return [f"{count} feeds have a new epoch: whoever has a cursor from before reads anew"]

    _write(run)


def compare_blobs(_options: argparse.Namespace) -> None:
    """Print how rows and blobs fit together; it changes nothing."""
    from app.domains.pdfs.comparing import compare

    async def run(runtime: Runtime) -> None:
        report = await compare(runtime)
        _say(json.dumps(report, indent=2))
        if report["missing"]:
            raise UsageError(f"{len(report['missing'])} cached documents have lost their bytes")

    _with_runtime(run)


def jobs(options: argparse.Namespace) -> None:
    """List the jobs, or run one."""
    from app.main import create_app

    async def run(runtime: Runtime) -> None:
        app = create_app(runtime)
        scheduler = app.state.scheduler
        if options.action == "list":
            _say("\n".join(scheduler.names))
            return
        if options.name not in scheduler.names:
            raise UsageError(f"there is no job {options.name}; there are: {scheduler.names}")
        await schema.upgrade(runtime.database)
        _say(json.dumps(dict(await scheduler.run_now(options.name)), indent=2, default=str))

    _with_runtime(run)


async def _branch(session: ScopedAsyncSession, code: str) -> UUID:
    """The branch with that code."""
    branch_id = await session.scalar(select(Branch.id).where(Branch.code == code))
    if branch_id is None:
        raise UsageError(f"there is no branch with the code {code}")
    return branch_id


async def _agent(session: ScopedAsyncSession, branch_id: UUID, name: str) -> Agent | None:
    """The agent of that branch with that name, which need not be the only one."""
    which = select(Agent).where(Agent.branch_id == branch_id, Agent.name == name)
    found = (await session.scalars(which)).all()
    if len(found) > 1:
        raise UsageError(f"the branch has {len(found)} agents {name}: give them names of their own")
    return found[0] if found else None


async def _scope(runtime: Runtime, name: str | None) -> Scope:
    """The scope of the company called `name`, or of the only one there is."""
    async with runtime.database.read(SYSTEM) as session:
        tenants = (await session.scalars(select(Tenant).order_by(Tenant.id))).all()
    named = [tenant for tenant in tenants if name in {None, tenant.name}]
    if not named:
        raise UsageError("there is no such company; make one: siberius tenant create")
    if len(named) > 1:
        names = ", ".join(tenant.name for tenant in tenants)
        raise UsageError(f"there are several companies, say which with --tenant: {names}")
    return Scope(named[0].id, "command-line")


def _write(work: Callable[[Runtime], Awaitable[list[str]]]) -> None:
    """Do `work` on an up-to-date schema; it returns after its commit, with what to print."""

    async def run(runtime: Runtime) -> None:
        runtime.database.record_with(Appender("command-line"))
        await schema.upgrade(runtime.database)
        _say("\n".join(await work(runtime)))

    _with_runtime(run)


def _with_runtime(work: Callable[[Runtime], Awaitable[None]]) -> None:
    async def run() -> None:
        runtime = build(Settings())
        try:
            await work(runtime)
        finally:
            await runtime.database.close()

    asyncio.run(run())


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is the command's output
