"""Making a company on a cluster: what the server's own command does, reached over SSH."""

import shlex
from typing import Final

from ops.cluster import OperatorError
from ops.cluster.hosts import Host, Inventory

PROGRAM: Final = "/opt/siberius/current/venv/bin/siberius"
_AS_THE_SERVER: Final = (
    "runuser -u siberius -- sh -c 'set -a; . /etc/siberius/siberius.env; exec "
    f'{PROGRAM} "$@"\' siberius'
)


def make_company(
    inventory: Inventory, *, name: str, email: str, password: str, admin_name: str
) -> str:
    """Make a company with its first administrator; what the server says of it.

    The password goes through SSH's standard input, so that no list of processes shows it. Raises
    `OperatorError` where no server can do it, or with the reason why it refuses.
    """
    arguments = ["tenant", "create", f"--name={name}", f"--admin-email={email}"]
    arguments += [f"--admin-name={admin_name}", "--admin-password-stdin"]
    server = _server_with_the_application(inventory)
    return server.run(f"{_AS_THE_SERVER} {shlex.join(arguments)}", stdin=f"{password}\n").strip()


def _server_with_the_application(inventory: Inventory) -> Host:
    """The first server that answers and has it: another may be down."""
    reasons = []
    for server in inventory.servers:
        try:
            if server.run(f"test -x {PROGRAM} && echo yes || true").strip() == "yes":
                return server
            reasons.append(f"{server.name} has no application yet: make deploy")
        except OperatorError as error:
            reasons.append(str(error))
    raise OperatorError("; ".join(reasons))
