"""The entry of the `siberius` command, also where only the agent is installed."""

import sys


def main() -> None:
    """Run the command, or say which part of the installation is missing."""
    try:
        from app import cli
    except ModuleNotFoundError as error:
        sys.exit(f"siberius: {error.name} is missing; install the server: 'siberius[server]'")
    cli.main()


if __name__ == "__main__":
    main()
