"""What the lab consists of."""

from dataclasses import dataclass
from typing import Final, Literal

Group = Literal["servers", "monitors", "branches"]

NETWORK: Final = "siberius-lab"
SUBNET: Final = "10.77.0.0/24"
VIRTUAL_ADDRESS: Final = "10.77.0.10"
"""Owned by one of the servers at a time; no machine is made for it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine; `memory_mib` is the most it may use."""

    name: str
    address: str
    group: Group
    memory_mib: int


MACHINES: Final = (
    Machine("core-1", "10.77.0.11", "servers", 2560),
    Machine("core-2", "10.77.0.12", "servers", 2560),
    Machine("core-3", "10.77.0.13", "servers", 2560),
    Machine("monitor", "10.77.0.20", "monitors", 2048),
    Machine("branch-1", "10.77.0.31", "branches", 768),
    Machine("branch-2", "10.77.0.32", "branches", 768),
)
"""11 GiB together at most; about a third of it is used."""
