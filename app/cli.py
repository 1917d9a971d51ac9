"""The `siberius` command."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from app import version
from app.db import migrate
from app.db.scope import SYSTEM, Scope
from app.domains.agents import credentials
from app.domains.identity.models import Branch, Tenant
from app.domains.identity.tenants import create_tenant
from app.errors import ProblemError
from app.feed.append import Appender
from app.runtime.parts import Runtime, build
from app.settings import Settings


class UsageError(Exception):
    """The command cannot do what was asked; the message says why."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; exit code 0, 1 where it failed, 2 where it was not understood."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except ValidationError as error:
        for problem in error.errors():
            where = "_".join(str(part) for part in problem["loc"])
            setting = f"SIBERIUS_{where.upper()}: " if where else ""
            _complain(setting + problem["msg"].removeprefix("Value error, "))
        sys.exit(2)
    except (UsageError, ProblemError) as error:
        _complain(str(error))
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="siberius", description="The Siberius server.")
    parser.add_argument("--version", action="version", version=f"siberius {version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], None], text: str) -> Any:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=run)
        return added

    command("serve", _serve, "run the server (the settings are SIBERIUS_* variables)")
    command("demo", _demo, "try it: the embedded profile with two branch agents")
    command("migrate", _migrate, "bring the database's schema up to date")
    command("openapi", _openapi, "print the OpenAPI document")

    tenant = command("tenant", _create_tenant, "make a company and its first administrator")
    tenant.add_argument("action", choices=["create"])
    tenant.add_argument("--name", required=True)
    tenant.add_argument("--admin-email", required=True)
    tenant.add_argument(
        "--admin-password-stdin",
        action="store_true",
        required=True,
        help="the password is read from standard input, so that it is in no shell history",
    )

    branch = command("branch", _create_branch, "make a branch")
    branch.add_argument("action", choices=["create"])
    branch.add_argument("--name", required=True)
    branch.add_argument("--code", required=True)
    branch.add_argument("--city", default="")
    branch.add_argument("--tenant", help="the company's name, where there are several")

    agent = command("agent", _create_agent, "make a branch agent and show its token once")
    agent.add_argument("action", choices=["create"])
    agent.add_argument("--name", required=True)
    agent.add_argument("--branch", required=True, help="the branch's code")
    agent.add_argument("--tenant", help="the company's name, where there are several")

    jobs = command("jobs", _jobs, "list the scheduled jobs, or run one now")
    jobs.add_argument("action", choices=["list", "run"])
    jobs.add_argument("name", nargs="?", help="the job to run")
    return parser


def _serve(_options: argparse.Namespace) -> None:
    from app.serving import workers

    settings = Settings()
    if settings.profile == "clustered":
        workers.run(settings)
    else:
        workers.serve_alone(settings)


def _demo(_options: argparse.Namespace) -> None:
    try:
        from app.demo import supervisor
    except ModuleNotFoundError as error:
        raise UsageError(f"the demo needs {error.name}: pip install 'siberius[demo]'") from error
    try:
        supervisor.run(Settings(demo=True))
    except supervisor.DemoError as error:
        raise UsageError(str(error)) from error


def _migrate(_options: argparse.Namespace) -> None:
    async def run(runtime: Runtime) -> None:
        await migrate.upgrade(runtime.database)

    _with_runtime(run)
    _say("the schema is up to date")


def _openapi(_options: argparse.Namespace) -> None:
    from app.main import create_app

    # The document depends on no setting, so none need be given.
    settings = Settings(secret_key="x" * 48)
    _say(json.dumps(create_app(build(settings)).openapi(), indent=2, sort_keys=True))


def _create_tenant(options: argparse.Namespace) -> None:
    password = sys.stdin.readline().rstrip("\n")

    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(SYSTEM) as unit:
            tenant, admin = await create_tenant(
                unit, runtime, options.name, options.admin_email, password
            )
        return [f"company {tenant.name}  id {tenant.id}  administrator {admin.email}"]

    _write(run)


def _create_branch(options: argparse.Namespace) -> None:
    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(await _scope(runtime, options.tenant)) as unit:
            branch = Branch(name=options.name, code=options.code, city=options.city)
            unit.session.add(branch)
        return [f"branch {branch.code}  id {branch.id}"]

    _write(run)


def _create_agent(options: argparse.Namespace) -> None:
    async def run(runtime: Runtime) -> list[str]:
        async with runtime.database.unit_of_work(await _scope(runtime, options.tenant)) as unit:
            branch_id = await unit.session.scalar(
                select(Branch.id).where(Branch.code == options.branch)
            )
            if branch_id is None:
                raise UsageError(f"there is no branch with the code {options.branch}")
            made = await credentials.create(
                unit, name=options.name, branch_id=branch_id, now=runtime.clock.now()
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


def _jobs(options: argparse.Namespace) -> None:
    from app.main import create_app

    async def run(runtime: Runtime) -> None:
        app = create_app(runtime)
        scheduler = app.state.scheduler
        if options.action == "list":
            _say("\n".join(scheduler.names))
            return
        if options.name not in scheduler.names:
            raise UsageError(f"there is no job {options.name}; there are: {scheduler.names}")
        await migrate.upgrade(runtime.database)
        _say(json.dumps(dict(await scheduler.run_now(options.name)), indent=2, default=str))

    _with_runtime(run)


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
        await migrate.upgrade(runtime.database)
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


def _complain(line: str) -> None:
    print(f"siberius: {line}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
