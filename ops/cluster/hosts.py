"""The machines of an inventory, reached over SSH as Ansible reaches them."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ops.cluster import OperatorError

_GET: Final = (
    "exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET %s HTTP/1.0\\r\\n\\r\\n' '{path}' >&3 "
    "&& timeout 3 sed '1,/^\\r*$/d' <&3"
)
"""A request with nothing but bash, which every machine has."""
_GET_TLS: Final = (
    "printf 'GET %s HTTP/1.0\\r\\n\\r\\n' '{path}' | timeout 3 openssl s_client -quiet "
    "-CAfile /etc/siberius/pki/ca.crt -verify_return_error -verify_ip 127.0.0.1 "
    "-connect 127.0.0.1:{port} 2>/dev/null | sed '1,/^\\r*$/d'"
)
_TLS_PORTS: Final = frozenset({8008})
"""Of the parts that speak TLS also to their own machine."""

_SOCKETS: Final = Path.home() / ".ansible" / "cp"
"""Where Ansible keeps the sockets of the connections that it shares."""


@dataclass(frozen=True, slots=True)
class Host:
    """A machine and the variables that the inventory has for it."""

    name: str
    variables: dict[str, Any]

    @property
    def address(self) -> str:
        """Where the other machines reach it."""
        return str(self.variables.get("ansible_host", self.name))

    def run(self, command: str, *, stdin: str = "", timeout_s: float = 60) -> str:
        """The output of a shell command, as root. Raises `OperatorError` where it fails."""
        key = self.variables.get("ansible_ssh_private_key_file")
        call = [
            "ssh",
            *("-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR"),
            *("-o", "StrictHostKeyChecking=accept-new"),
            # A shared connection to a machine that was switched off is noticed, and given up.
            *("-o", "ServerAliveInterval=3"),
            *("-o", "ControlMaster=auto", "-o", "ControlPersist=60"),
            *("-o", f"ControlPath={_SOCKETS}/siberius-%C"),
            *(("-i", str(key)) if key else ()),
            *shlex.split(str(self.variables.get("ansible_ssh_common_args", ""))),
            f"{self.variables.get('ansible_user', 'root')}@{self.address}",
            command,
        ]
        try:
            done = subprocess.run(
                call, input=stdin, capture_output=True, text=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise OperatorError(f"{self.name} does not answer within {timeout_s:.0f} s") from None
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise OperatorError(f"{self.name}: {' '.join(said) or f'exit {done.returncode}'}")
        return done.stdout

    def get(self, port: int, path: str) -> str:
        """The body of what a part on this machine answers, whatever its status."""
        script = (_GET_TLS if port in _TLS_PORTS else _GET).format(port=port, path=path)
        return self.run(f"bash -c {shlex.quote(script)}", timeout_s=15)


class Inventory:
    """The inventory in a file. Raises `OperatorError` where Ansible cannot read it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if not self.path.exists():
            raise OperatorError(f"there is no inventory {path}: name one with --inventory")
        program = Path(sys.executable).with_name("ansible-inventory")
        done = subprocess.run(
            [program, "-i", self.path, "--list"], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise OperatorError(f"{path} cannot be read: {done.stderr.strip()}")
        listed = json.loads(done.stdout)
        self._variables = listed["_meta"]["hostvars"]
        self._groups = listed
        _SOCKETS.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.servers:
            raise OperatorError(f"{path} has no group `servers`")

    @property
    def servers(self) -> list[Host]:
        """The servers, in the inventory's order."""
        return self.group("servers")

    @property
    def machines(self) -> list[Host]:
        """Every machine: the servers, then the others."""
        servers = self.servers
        names = {server.name for server in servers}
        return servers + self._hosts(name for name in self._variables if name not in names)

    def group(self, name: str) -> list[Host]:
        """The machines of a group, in the inventory's order; none where there is no such group."""
        return self._hosts(self._groups.get(name, {}).get("hosts", []))

    def _hosts(self, names: Iterable[str]) -> list[Host]:
        return [Host(name, self._variables.get(name, {})) for name in names]

    @property
    def virtual_address(self) -> str:
        """The address that one server at a time owns; empty where there is none."""
        return str(self.servers[0].variables.get("siberius_virtual_address", ""))

    @property
    def url(self) -> str:
        """Where people reach the cluster."""
        domain = self.servers[0].variables.get("siberius_domain")
        return f"https://{domain or self.virtual_address or self.servers[0].address}"

    @property
    def secrets_folder(self) -> Path:
        """Where the vault and the certificates are."""
        return self.path.parent / "secrets"

    @property
    def vault(self) -> Path:
        """The file with the cluster's secrets."""
        return self.secrets_folder / "vault.yml"
