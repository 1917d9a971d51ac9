"""`siberius status`: the cluster on one screen, read from its own parts; it changes nothing."""

import argparse
import json
from datetime import timedelta
from typing import Any

from ops.cluster import OperatorError, state
from ops.cluster.hosts import Host, Inventory

_ASK = """
crt=/etc/siberius/pki/host.crt
echo release $(readlink /opt/siberius/current | sed 's|.*/siberius-||')
echo certificate $(date +%F -d "$(openssl x509 -enddate -noout -in $crt | cut -d= -f2)")
echo disk $(df --output=pcent / /var/lib/postgresql /var/lib/minio | sort -n | tail -1)
"""

_LINE = "{:10} {:13} {:10} {:>4} {:>8}  {:15} {:11} {:>4}  {}"


def run(options: argparse.Namespace) -> None:
    """Print it. Raises `OperatorError` where the cluster is not fully redundant."""
    inventory = Inventory(options.inventory)
    report = gather(inventory)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        _show(report)
    if report["degraded"]:
        raise OperatorError("the cluster is degraded")


def gather(inventory: Inventory) -> dict[str, Any]:
    """What `siberius status --json` says."""
    members = {member.name: member for member in state.members(inventory)}
    owner = state.address_owner(inventory) if inventory.virtual_address else None
    master = state.redis_master(inventory)
    answers = state.ask_all(inventory.servers, _facts)
    backup = state.last_backup(inventory)
    proof = state.last_proof(inventory)
    servers = []
    for server in inventory.servers:
        member, facts = members.get(server.name), answers[server.name]
        row: dict[str, Any] = {"name": server.name, "address": server.address}
        if member:
            row |= {"postgres": member.role, "state": member.state, "timeline": member.timeline}
            row |= {"lagBytes": member.lag_bytes}
        row |= {"ownsAddress": server == owner, "redisMaster": server == master}
        row |= {"error": str(facts)} if isinstance(facts, OperatorError) else facts
        servers.append(row)
    return {
        "url": inventory.url,
        "servers": servers,
        # An acknowledged write is on two machines, and one that leads could be lost without loss.
        "losesNothingNow": any(
            member.role == "sync_standby" and member.follows for member in members.values()
        ),
        "lastBackup": backup and {"label": backup.label, "kind": backup.kind, "ageS": backup.age_s},
        "lastProof": proof
        and {"server": proof.server, "succeeded": proof.succeeded, "ageS": proof.age_s},
        "degraded": state.degraded(inventory),
    }


def _facts(server: Host) -> dict[str, Any]:
    pairs = (line.partition(" ") for line in server.run(_ASK).splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _show(report: dict[str, Any]) -> None:
    print(report["url"])
    names = ("server", "postgres", "state", "line", "lag", "release", "until", "disk", "has")
    print(_LINE.format(*names))
    for row in report["servers"]:
        has = "address " * row["ownsAddress"] + "redis-master" * row["redisMaster"]
        lag = row.get("lagBytes")
        known = [row.get(name, "?") for name in ("name", "postgres", "state", "timeline")]
        rest = [row.get(name, "?") for name in ("release", "certificate", "disk")]
        print(_LINE.format(*known, "" if lag is None else lag, *rest, has))
    backup = report["lastBackup"]
    age = backup and timedelta(seconds=backup["ageS"])
    print(f"last backup: {backup['kind']}, {age} ago" if backup else "last backup: NONE is known")
    proof = report["lastProof"]
    result = proof and ("it can be restored" if proof["succeeded"] else "✗ FAILED")
    when = proof and f"{timedelta(seconds=proof['ageS'])} ago on {proof['server']}"
    print(
        f"last proof of a backup: {result}, {when}" if proof else "last proof of a backup: NONE yet"
    )
    for reason in report["degraded"]:
        print(f"✗ {reason}")
    print(f"losing the leader now loses nothing: {'yes' if report['losesNothingNow'] else 'NO'}")
