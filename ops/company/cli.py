"""`siberius company create`: the first company of a cluster, asked for step by step."""

import argparse
import getpass
import sys
from collections.abc import Callable

from ops.cluster import OperatorError
from ops.cluster.hosts import Inventory
from ops.company.making import make_company

_NAME = "Administrator"
_FLAGS = {"name": "--name", "admin_email": "--admin-email"}


def run(options: argparse.Namespace) -> None:
    """Make it, and say where to sign in. Raises `OperatorError`."""
    inventory = Inventory(options.inventory)
    asks = sys.stdin.isatty() and not options.admin_password_stdin
    if not asks:
        _nothing_is_missing(options)
    try:
        name = options.name or _ask("Company")
        email = options.admin_email or _ask("Administrator's e-mail", _looks_like_an_address)
        admin_name = options.admin_name or (
            _ask("Administrator's name") if asks else "Administrator"
        )
        password = _ask_for_password() if asks else sys.stdin.readline().rstrip("\r\n")
    except (EOFError, KeyboardInterrupt):
        raise OperatorError("nothing was done") from None
    if not password:
        raise OperatorError("standard input has no password")
    said = make_company(inventory, name=name, email=email, password=password, admin_name=admin_name)
    print(said)
    print(f"Sign in at {inventory.url} as {email.strip().lower()}.")
    print(f"Its certificate is of {inventory.secrets_folder}/pki/ca.crt, where you set no other.")


def _nothing_is_missing(options: argparse.Namespace) -> None:
    """Without a terminal nobody can be asked."""
    missing = [flag for name, flag in _FLAGS.items() if not getattr(options, name)]
    if not options.admin_password_stdin:
        missing.append("--admin-password-stdin, and the password on standard input")
    if missing:
        raise OperatorError(f"there is no terminal to ask on; give {', '.join(missing)}")


def _ask(what: str, is_good: Callable[[str], bool] = bool) -> str:
    """A line of the terminal, asked for until there is one."""
    while not is_good(answer := input(f"{what}: ").strip()):
        print("  please once more")
    return answer


def _looks_like_an_address(text: str) -> bool:
    before, _, after = text.partition("@")
    return bool(before and after) and " " not in text


def _ask_for_password() -> str:
    """Hidden, and twice: nobody sees what was typed."""
    while True:
        password = getpass.getpass("Password, at least 10 characters: ")
        if len(password) < 10:
            print("  that is shorter")
        elif getpass.getpass("Once more: ") == password:
            return password
        else:
            print("  they are not the same")
