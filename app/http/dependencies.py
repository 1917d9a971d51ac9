"""What routes are given of the process they run in."""

from ipaddress import ip_address, ip_network
from typing import Annotated, cast

from fastapi import Depends, Request

from app.feed.relay import Relay
from app.runtime.parts import Runtime

_IPV6_PREFIX = 64


def _runtime(request: Request) -> Runtime:
    return cast("Runtime", request.app.state.runtime)


def _relay(request: Request) -> Relay:
    return cast("Relay", request.app.state.relay)


RuntimeDep = Annotated[Runtime, Depends(_runtime)]
RelayDep = Annotated[Relay, Depends(_relay)]


def network_of(address: str) -> str:
    """Whom limits take for one caller: the address, and of IPv6 its network, in which one machine
    has as many addresses as it likes."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_network((known, _IPV6_PREFIX), strict=False))


def client_address(request: Request) -> str:
    """The caller's address; behind a trusted proxy uvicorn has put the real one here."""
    return request.client.host if request.client else "unknown"
