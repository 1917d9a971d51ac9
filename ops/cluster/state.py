"""What the running cluster says of itself: who leads, who follows, who owns the address."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from ops.backup import watch
from ops.cluster import OperatorError, secrets
from ops.cluster.hosts import Host, Inventory

# keepalived is on servers that share an address.
_DOWN: Final = r"""
for unit in etcd patroni siberius-redis siberius-sentinel siberius-minio \
  haproxy keepalived siberius; do
  [ "$(systemctl show --property=LoadState --value $unit)" != loaded ] ||
    systemctl --quiet is-active $unit || echo $unit
done
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A Postgres as Patroni sees it; `lag_bytes` is none for the leader and for the unknown."""

    name: str
    role: str
    state: str
    timeline: int
    lag_bytes: int | None

    @property
    def leads(self) -> bool:
        """Whether it takes writes."""
        return self.role == "leader" and self.state == "running"

    @property
    def follows(self) -> bool:
        """Whether it takes what the leader writes as it is written."""
        return self.role in {"replica", "sync_standby"} and self.state == "streaming"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup; `kind` is full, diff or incr."""

    label: str
    kind: str
    age_s: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The last time that `server` restored the newest backup to look at it."""

    server: str
    succeeded: bool
    age_s: int


def members(inventory: Inventory) -> list[Member]:
    """The members, as the first server that answers sees them; none where nobody answers."""
    for server in inventory.servers:
        try:
            return _seen_by(server)
        except OperatorError:
            continue
    return []


def members_in(answer: str) -> list[Member]:
    """The members in what Patroni answers to `/cluster`. Raises `ValueError` where it is none."""
    return [_member(row) for row in json.loads(answer).get("members", [])]


def leader(inventory: Inventory) -> Host | None:
    """The server whose Postgres leads."""
    names = [member.name for member in members(inventory) if member.leads]
    return next((server for server in inventory.servers if [server.name] == names), None)


def address_owner(inventory: Inventory) -> Host | None:
    """The server that has the virtual address now."""
    wanted = f" {inventory.virtual_address}/"
    found = ask_all(inventory.servers, lambda server: wanted in server.run("ip -o -4 addr"))
    return next((server for server in inventory.servers if found[server.name] is True), None)


def redis_master(inventory: Inventory) -> Host | None:
    """The server whose Redis is the master, as a Sentinel sees it."""
    password = secrets.read(inventory.vault)["redis"]
    ask = (
        "REDISCLI_AUTH=$(cat) redis-cli --tls --cacert /etc/siberius/pki/ca.crt -p 26379 "
        "sentinel get-master-addr-by-name siberius"
    )
    for server in inventory.servers:
        try:
            answer = server.run(ask, stdin=password).split()
        except OperatorError:
            continue
        return next((each for each in inventory.servers if each.address in answer), None)
    return None


def last_backup(inventory: Inventory) -> Backup | None:
    """The newest backup, as the first server that reaches the repository sees it."""
    ask = "runuser -u postgres -- pgbackrest --stanza=siberius --output=json info"
    for server in inventory.servers:
        try:
            found = json.loads(server.run(ask))[0]["backup"]
        except (OperatorError, ValueError, LookupError):
            continue
        if not found:
            return None
        newest = found[-1]
        age_s = int(time.time()) - int(newest["timestamp"]["stop"])
        return Backup(str(newest["label"]), str(newest["type"]), age_s)
    return None


def last_proof(inventory: Inventory) -> Proof | None:
    """The newest of all servers' proofs that backups can be restored; none where there is none."""

    def ask(server: Host) -> dict[str, float]:
        return watch.told(server.run(f"cat {watch.PROOF} 2>/dev/null || true"))

    proofs = [
        (figures["siberius_backup_proof_timestamp_seconds"], name, figures)
        for name, figures in ask_all(inventory.servers, ask).items()
        if not isinstance(figures, OperatorError) and figures
    ]
    if not proofs:
        return None
    ended, name, figures = max(proofs, key=lambda proof: proof[0])
    succeeded = figures["siberius_backup_proof_success"] == 1
    return Proof(name, succeeded, int(time.time() - ended))


def degraded(inventory: Inventory) -> list[str]:
    """What is missing from full redundancy, in words; empty where nothing is.

    Every server is asked: one that was cut off goes on believing what it knew before.
    """
    servers = inventory.servers
    reasons = []
    for seen in ask_all(servers, _seen_by).values():
        found = [str(seen)] if isinstance(seen, OperatorError) else _incomplete(seen, len(servers))
        reasons += [reason for reason in found if reason not in reasons]
    for name, answer in ask_all(servers, _missing).items():
        if isinstance(answer, OperatorError):
            reasons += [reason for reason in [str(answer)] if reason not in reasons]
        else:
            reasons += [f"{name}: {what}" for what in answer]
    return reasons


def _seen_by(server: Host) -> list[Member]:
    try:
        return members_in(server.get(8008, "/cluster"))
    except ValueError:
        raise OperatorError(f"{server.name}: Patroni does not answer") from None


def _incomplete(members: list[Member], servers: int) -> list[str]:
    """What a cluster of these members lacks of so many servers."""
    reasons = []
    if not any(member.leads for member in members):
        reasons.append("no Postgres leads")
    following = sum(member.follows for member in members)
    if following < servers - 1:
        reasons.append(f"{following} of {servers - 1} standbys follow the leader")
    if servers > 1 and not any(
        member.role == "sync_standby" and member.follows for member in members
    ):
        reasons.append("no standby is synchronous")
    return reasons


def _missing(server: Host) -> list[str]:
    found = [f"{unit} is down" for unit in server.run(_DOWN).split()]
    if not found and '"ready"' not in server.get(8000, "/health/ready"):
        found.append("the application is not ready")
    return found


def ask_all(servers: list[Host], question: Any) -> dict[str, Any]:
    """The answer of each server to `question(server)`; the error where it has none."""

    def ask(server: Host) -> Any:
        try:
            return question(server)
        except OperatorError as error:
            return error

    with ThreadPoolExecutor(len(servers)) as pool:
        return dict(zip([server.name for server in servers], pool.map(ask, servers), strict=True))


def _member(row: dict[str, Any]) -> Member:
    lag = row.get("lag")
    return Member(
        name=str(row["name"]),
        role=str(row["role"]),
        state=str(row["state"]),
        timeline=int(row.get("timeline", 0)),
        lag_bytes=lag if isinstance(lag, int) else None,
    )
