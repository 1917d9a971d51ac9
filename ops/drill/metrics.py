"""The last result of each drill as metrics, which the node exporter of the monitor shows."""

import shlex
from datetime import datetime
from typing import Any, Final

from ops.cluster.hosts import Inventory

_FOLDER: Final = "/var/lib/prometheus/node-exporter"


def publish(inventory: Inventory, journal: dict[str, Any]) -> None:
    """Put them there; nothing where no exporter is. Raises `OperatorError`."""
    machine = next(iter(inventory.group("monitors")), inventory.servers[0])
    file = shlex.quote(f"{_FOLDER}/siberius_drill_{journal['fault']}.prom")
    # The exporter never sees half of it.
    put = f"cat > {file}.new && chmod 644 {file}.new && mv {file}.new {file}"
    machine.run(f"[ ! -d {_FOLDER} ] || {{ {put}; }}", stdin=text(journal))


def text(journal: dict[str, Any]) -> str:
    """A journal in Prometheus's text format."""
    values = {
        "run_timestamp_seconds": datetime.fromisoformat(journal["started"]).timestamp(),
        "met": int(journal["met"]),
        "write_gap_seconds": journal["longestWriteGapS"],
        "lost": journal["acknowledgedLost"],
        "failed_requests": journal["failedRequests"],
    }
    return "".join(
        f"# TYPE siberius_drill_{name} gauge\n"
        f'siberius_drill_{name}{{drill="{journal["fault"]}"}} {value}\n'
        for name, value in values.items()
    )
