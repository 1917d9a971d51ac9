"""What the agent says about the machine it runs on."""

import os
import platform
import socket
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from agent.contract.messages import Handshake
from agent.contract.versions import CONTRACTS


@cache
def version() -> str:
    """The version of this program."""
    return metadata.version("siberius")


def system() -> str:
    """The operating system, for a person: `Linux 6.1 x86_64`."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def hostname() -> str:
    return socket.gethostname()


def handshake(token: str) -> Handshake:
    """How the agent introduces itself when it connects."""
    return Handshake(
        token=token,
        contract=CONTRACTS.oldest,
        contracts=CONTRACTS,
        version=version(),
        platform=system(),
        hostname=hostname(),
    )


def local_address(server: str) -> str:
    """The address of this machine on its way to the server; empty where there is no way.

    Resolves the server's name, so it may block. Sends nothing: connecting a datagram socket
    only asks the routing table.
    """
    parts = urlsplit(server)
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            parts.hostname, parts.port or 443, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def memory_bytes(children: Iterable[int]) -> int:
    """Resident memory of this process and these children; 0 where the system does not say."""
    return sum(_resident(pid) for pid in (os.getpid(), *children))


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
