"""`siberius doctor`: what is wrong, and what to do; it changes nothing."""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Final

from ops.cluster import OperatorError
from ops.cluster.hosts import Inventory
from ops.doctor import machines, parts
from ops.doctor.cluster import Cluster, read
from ops.doctor.findings import Finding, problem
from ops.doctor.outage import expected, outage
from ops.drill.rehearsal import FOLDER as DRILLS

Check = Callable[[Cluster], Iterator[Finding]]

_MACHINES: Final[tuple[Check, ...]] = (
    machines.reachability,
    machines.system,
    machines.memory,
    machines.disks,
    machines.clocks,
    machines.certificates,
    machines.units,
    machines.updates,
)
_PARTS: Final[tuple[Check, ...]] = (
    parts.etcd,
    parts.patroni,
    parts.promise,
    parts.redis,
    parts.minio,
    parts.haproxy,
    parts.address,
    parts.application,
    outage,
)
_MARKS: Final = {"problem": "✗", "warning": "!"}


def run(options: argparse.Namespace) -> None:
    """Print what was found. Raises `OperatorError` where there is a problem."""
    inventory = Inventory(options.inventory)
    report = {"url": inventory.url} | examine(read(inventory, DRILLS / "leader-kill.json"))
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        _show(report)
    if report["problems"]:
        raise OperatorError(f"{report['problems']} problems")


def examine(cluster: Cluster) -> dict[str, Any]:
    """What `siberius doctor --json` says, but for where the cluster is."""
    deployed = any(server.said("etcd-health") for server in cluster.servers)
    checks = _MACHINES + (_PARTS if deployed else (_deployment,))
    results = [(check.__doc__, list(check(cluster))) for check in checks]
    severities = [finding.severity for _, found in results for finding in found]
    drill = cluster.drill
    return {
        "checks": [
            {"check": check, "findings": [asdict(finding) for finding in found]}
            for check, found in results
        ],
        "problems": severities.count("problem"),
        "warnings": severities.count("warning"),
        "outages": [
            {"event": case.event, "worstS": round(case.worst_s, 1), "waitsS": case.waits}
            for case in expected(cluster)
        ],
        "lastDrill": drill
        and {"drill": drill.name, "started": drill.started, "longestWriteGapS": drill.gap_s},
    }


def _deployment(_cluster: Cluster) -> Iterator[Finding]:
    """Siberius is deployed"""
    yield problem("nothing is deployed on the servers", "no etcd", "make deploy")


def _show(report: dict[str, Any]) -> None:
    print(report["url"])
    for result in report["checks"]:
        if not result["findings"]:
            print(f"✓ {result['check']}")
        for finding in result["findings"]:
            print(f"{_MARKS[finding['severity']]} {finding['what']}")
            print(f"    seen: {finding['evidence']}")
            print(f"    do:   {finding['fix']}")
    for case in report["outages"]:
        print(f"writes stop for at most {case['worstS']} s where {case['event']}:")
        for wait, seconds in case["waitsS"].items():
            print(f"  {seconds:5.2f} s  {wait}")
    if drill := report["lastDrill"]:
        print(f"{drill['drill']} of {drill['started'][:16]} saw {drill['longestWriteGapS']} s")
    print(f"{report['problems']} problems, {report['warnings']} warnings")
