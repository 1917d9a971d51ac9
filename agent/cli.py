"""`siberius-agent`: the command line.

Exit codes: 0 done, 1 something checked or asked for failed, 2 the configuration is wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import DEFAULT_FILES, load
from agent.config_file import ConfigError

if TYPE_CHECKING:
    from agent.config import Settings

COMMANDS = ("run", "check", "inspect", "enroll")
_SETTING_FLAGS = ("server", "token", "folder", "ca_file", "watch", "log_level", "log_json")


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point; `arguments` are those of the process by default."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(_with_command(given))
    try:
        return int(options.function(options))
    except ConfigError as error:
        print("The configuration cannot be used:", file=sys.stderr)  # noqa: T201
        for line in str(error).splitlines():
            print(f"  {line}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return 130


def _with_command(arguments: list[str]) -> list[str]:
    """`run` where no command is named."""
    first = arguments[0] if arguments else ""
    if first in COMMANDS or first in {"-h", "--help", "--version"}:
        return arguments
    return ["run", *arguments]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="siberius-agent",
        description="Makes the PDFs of a folder findable on a Siberius server.",
        epilog="Without a command it runs the agent. Settings come from flags, then from "
        "SIBERIUS_AGENT_… in the environment, then from the configuration file.",
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run the agent until it is stopped (the default)")
    run.set_defaults(function=_run)
    check = commands.add_parser("check", help="test configuration, folder, server and token")
    check.set_defaults(function=_check)
    for command in (run, check):
        _add_settings(command)

    inspect = commands.add_parser("inspect", help="print what would be sent for each file")
    inspect.add_argument("files", nargs="+", metavar="FILE")
    inspect.add_argument("--json", action="store_true", help="one JSON object a line")
    inspect.set_defaults(function=_inspect)

    enroll = commands.add_parser("enroll", help="exchange a one-time code for a token")
    enroll.add_argument("--server", required=True, metavar="URL")
    enroll.add_argument("--code", required=True, help="the code shown when the agent was made")
    enroll.add_argument("--folder", required=True, type=Path, metavar="PATH")
    enroll.add_argument("--ca-file", type=Path, metavar="FILE")
    enroll.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_FILES[0],
        metavar="FILE",
        help="the configuration file to write (default: %(default)s)",
    )
    enroll.set_defaults(function=_enroll)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """The settings people give by hand; the others live in file and environment."""
    files = " or ".join(str(path) for path in DEFAULT_FILES)
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"default: {files}")
    parser.add_argument("--server", metavar="URL")
    parser.add_argument(
        "--token", help="better in the file: other users of this machine see a flag"
    )
    parser.add_argument("--folder", metavar="PATH")
    parser.add_argument("--ca-file", metavar="FILE")
    parser.add_argument("--watch", choices=("auto", "polling"))
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"))
    parser.add_argument("--log-json", action="store_true", default=None)


def _settings(options: argparse.Namespace) -> "Settings":
    given = {name: getattr(options, name) for name in _SETTING_FLAGS}
    return load(options.config, {name: value for name, value in given.items() if value is not None})


def _run(options: argparse.Namespace) -> int:
    settings = _settings(options)
    _hide_redis()
    from agent.main import run

    return run(settings)


def _check(options: argparse.Namespace) -> int:
    from agent.check import check

    return check(_settings(options), options.config)


def _inspect(options: argparse.Namespace) -> int:
    from agent.pdf.inspect import inspect_files

    return inspect_files(options.files, options.json)


def _enroll(options: argparse.Namespace) -> int:
    from agent.enrol import enrol

    return enrol(options.server, options.code, options.folder, options.config, options.ca_file)


def _hide_redis() -> None:
    """Where the server is installed too, the socket library would import its Redis client:
    22 MB that no agent uses. This process is the agent only, so nothing else misses it."""
    sys.modules.setdefault("redis", None)  # type: ignore[arg-type]
    sys.modules.setdefault("valkey", None)  # type: ignore[arg-type]


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from agent.host import version

        sys.stdout.write(f"siberius-agent {version()}\n")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
