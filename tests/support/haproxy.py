"""HAProxy with the configuration that servers run."""

import shutil
from typing import Any

import urllib3

from ops.scripts.render import render
from tests.support.server import Server, free_port


class HaproxyServer(Server):
    """In front of the replicas at `api_ports`; `variables` are the template's."""

    name = "haproxy"

    def __init__(self, api_ports: list[int], **variables: Any) -> None:
        super().__init__()
        self.stats_port = free_port()
        self.config = self.folder / "haproxy.cfg"
        self.config.write_text(
            render(
                "haproxy/haproxy.cfg.j2",
                {
                    "api": [
                        {"name": f"api-{number}", "address": f"127.0.0.1:{port}"}
                        for number, port in enumerate(api_ports, start=1)
                    ],
                    "http_bind": f"127.0.0.1:{self.port}",
                    "stats_bind": f"127.0.0.1:{self.stats_port}",
                    "max_connections": 4000,
                    **variables,
                },
            )
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [program(), "-db", "-f", str(self.config)]

    def ping(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.stats_port}/metrics"
            return urllib3.request("GET", url, timeout=2, retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def ready_replicas(self) -> set[str]:
        """The replicas that get requests, by name."""
        return self.up("ready")

    def up(self, part: str) -> set[str]:
        """The servers of a backend that it holds for well, by name."""
        url = f"http://127.0.0.1:{self.stats_port}/;csv"
        lines = urllib3.request("GET", url, timeout=2).data.decode().splitlines()
        rows = [line.split(",") for line in lines[1:]]
        status = lines[0].split(",").index("status")
        return {row[1] for row in rows if row[0] == part and row[status] == "UP"} - {"BACKEND"}


def program() -> str:
    """HAProxy's path; Debian keeps it out of most users' PATH."""
    found = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        raise RuntimeError("HAProxy is missing: install the Debian package haproxy")
    return found
