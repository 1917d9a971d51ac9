"""The `siberius` command."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app import version
from app.errors import ProblemError, UsageError
from app.runtime.private import keep_to_ourselves
from app.settings import Settings


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

    def command(
        name: str, run: Callable[[argparse.Namespace], None], text: str, *, among: Any = commands
    ) -> Any:
        added = among.add_parser(name, help=text, description=text)
        added.set_defaults(command=run)
        return added

    command("serve", _serve, "run the server (the settings are SIBERIUS_* variables)")
    command("demo", _demo, "try it: the embedded profile with two branch agents")
    command("migrate", _late("migrate"), "bring the database's schema up to date")
    command("openapi", _late("openapi"), "print the OpenAPI document")

    tenant = command("tenant", _late("create_tenant"), "make a company and its first administrator")
    tenant.add_argument("action", choices=["create"])
    tenant.add_argument("--name", required=True)
    tenant.add_argument("--admin-email", required=True)
    tenant.add_argument("--admin-name", default="Administrator")
    tenant.add_argument(
        "--admin-password-stdin",
        action="store_true",
        required=True,
        help="the password is read from standard input, so that it is in no shell history",
    )

    branch = command("branch", _late("create_branch"), "make a branch")
    branch.add_argument("action", choices=["create"])
    branch.add_argument("--name", required=True)
    branch.add_argument("--code", required=True)
    branch.add_argument("--city", default="")
    branch.add_argument("--tenant", help="the company's name, where there are several")

    agent = command("agent", _late("list_agents"), "the agents of the branches")
    actions = agent.add_subparsers(required=True, metavar="ACTION")

    for name, run, text in (
        ("create", "create_agent", "make one and show its token once"),
        ("invite", "invite_agent", "a new one-time code for one, made where it is missing"),
        ("block", "block_agent", "refuse one from now on; its documents stay in the list"),
    ):
        one = command(name, _late(run), text, among=actions)
        one.add_argument("--name", required=True)
        one.add_argument("--branch", required=True, help="the branch's code")
        one.add_argument("--tenant", help="the company's name, where there are several")
    every = command("list", _late("list_agents"), "those there are, and how", among=actions)
    every.add_argument("--tenant", help="the company's name, where there are several")
    every.add_argument("--json", action="store_true")

    feed = command("feed", _late("renew_feed"), "after a restored backup: clients read anew")
    feed.add_argument("action", choices=["renew"])

    blobs = command("blobs", _late("compare_blobs"), "compare documents and blobs, read-only")
    blobs.add_argument("action", choices=["check"])

    _add_operator_commands(command)

    jobs = command("jobs", _late("jobs"), "list the scheduled jobs, or run one now")
    jobs.add_argument("action", choices=["list", "run"])
    jobs.add_argument("name", nargs="?", help="the job to run")
    return parser


def _add_operator_commands(command: Callable[..., Any]) -> None:
    """What an operator's own machine does for a cluster."""
    company = command("company", _operator("company"), "make a company on a cluster, over SSH")
    company.add_argument("action", choices=["create"])
    company.add_argument("--name", help="the company's; what is not given is asked for")
    company.add_argument("--admin-email")
    company.add_argument("--admin-name")
    company.add_argument(
        "--admin-password-stdin",
        action="store_true",
        help="read the password from standard input, where nobody can be asked",
    )

    lab = command("lab", _operator("lab"), "machines on this host to deploy to and to break")
    lab.add_argument("action", choices=["up", "down", "status"])
    lab.add_argument("machines", nargs="*", help="those alone, such as core-1 (default: all)")

    drill = command("drill", _operator("drill"), "break a part while clients write: what is lost?")
    drill.add_argument("fault", help="such as leader-kill, or all; docs/drills.md lists them")
    drill.add_argument("--yes", action="store_true", help="do not ask first")
    status = command("status", _operator("status"), "how the cluster is, on one screen")
    doctor = command("doctor", _operator("doctor"), "what is wrong with it, and what to do")
    for tells in (status, doctor):
        tells.add_argument("--json", action="store_true")
    for reads in (company, drill, status, doctor):
        reads.add_argument(
            "--inventory",
            type=Path,
            default=Path("build/lab/inventory.yml"),
            help="the cluster's (default: the lab's)",
        )


def _late(name: str) -> Callable[[argparse.Namespace], None]:
    """A command of `app.commands`."""

    def run(options: argparse.Namespace) -> None:
        keep_to_ourselves()
        getattr(importlib.import_module("app.commands"), name)(options)

    return run


def _operator(name: str) -> Callable[[argparse.Namespace], None]:
    """A command of `ops`, which is part of a checkout and of no installed server."""

    def run(options: argparse.Namespace) -> None:
        try:
            commands = importlib.import_module(f"ops.{name}.cli")
            problems = importlib.import_module("ops.cluster").OperatorError
        except ModuleNotFoundError as error:
            raise UsageError(
                f"{name} needs {error.name}: run it from a checkout, after make setup"
            ) from error
        try:
            commands.run(options)
        except problems as error:
            raise UsageError(str(error)) from error

    return run


def _serve(_options: argparse.Namespace) -> None:
    from app.serving import workers

    keep_to_ourselves()
    settings = Settings()
    if settings.profile == "clustered":
        workers.run(settings)
    else:
        workers.serve_alone(settings)


def _demo(_options: argparse.Namespace) -> None:
    keep_to_ourselves()
    try:
        from app.demo import supervisor
    except ModuleNotFoundError as error:
        raise UsageError(f"the demo needs {error.name}: pip install 'siberius[demo]'") from error
    try:
        supervisor.run(Settings(demo=True))
    except supervisor.DemoError as error:
        raise UsageError(str(error)) from error


def _complain(line: str) -> None:
    print(f"siberius: {line}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
