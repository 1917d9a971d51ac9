"""Checks of the parts of the running cluster, as the servers see them."""

import csv
from collections.abc import Iterator
from typing import Any, Final

from ops.doctor.cluster import Cluster, Machine
from ops.doctor.findings import Finding, problem, warning

_LAG_BYTES: Final = 16 << 20
_PROMISE: Final = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply"},
}
"""With any other value, what was acknowledged may be lost."""


def etcd(cluster: Cluster) -> Iterator[Finding]:
    """etcd has its majority, one leader and no alarm"""
    healthy = [each for each in cluster.servers if "is healthy" in each.said("etcd-health")]
    majority = cluster.size // 2 + 1
    if len(healthy) < majority:
        yield problem(
            "etcd has no majority: no Postgres can become leader",
            f"{len(healthy)} of {cluster.size} members are healthy, {majority} are needed",
            "start the others: journalctl -u etcd",
        )
    for server in cluster.servers:
        if server not in healthy:
            yield problem(
                f"etcd on {server.name} is not healthy",
                server.said("etcd-health") or "no answer",
                "journalctl -u etcd",
            )
        if server.said("etcd-alarms"):
            yield problem(
                f"etcd on {server.name} raises an alarm",
                server.said("etcd-alarms"),
                "NOSPACE: etcdctl compact, defrag, alarm disarm",
            )
    leaders = {status.get("leader") for each in healthy if (status := _etcd_status(each))}
    if len(leaders) > 1:
        yield problem("etcd's members name several leaders", leaders, "journalctl -u etcd")


def patroni(cluster: Cluster) -> Iterator[Finding]:
    """one Postgres leads, the others follow it, and one of them has everything"""
    members = cluster.view.members
    leaders = [member.name for member in members if member.leads]
    if len(leaders) != 1:
        yield problem(
            "no Postgres leads" if not leaders else "several Postgres lead",
            ", ".join(f"{each.name}: {each.role} {each.state}" for each in members) or "no answer",
            "patronictl -c /etc/patroni/config.yml list; journalctl -u patroni",
        )
    for server in cluster.servers:
        seen = [member.name for member in server.members if member.leads]
        if seen != leaders:
            yield problem(
                f"the Patroni of {server.name} sees another leader",
                f"{seen or 'none'}, and {cluster.view.name} sees {leaders or 'none'}",
                "journalctl -u patroni; it may not reach etcd",
            )
    for member in members:
        if not member.leads and not member.follows:
            yield problem(
                f"the Postgres of {member.name} does not follow",
                f"{member.role} {member.state}",
                f"patronictl -c /etc/patroni/config.yml reinit siberius {member.name}",
            )
        elif (member.lag_bytes or 0) > _LAG_BYTES:
            yield warning(
                f"the Postgres of {member.name} is behind",
                f"{member.lag_bytes} bytes",
                "look at its disk and its network",
            )
    if len(timelines := {member.timeline for member in members}) > 1:
        yield problem(
            "the members are on several timelines",
            ", ".join(f"{member.name}: {member.timeline}" for member in members),
            f"one of {sorted(timelines)} is left behind: patronictl reinit siberius MEMBER",
        )
    if cluster.size > 1 and not any(
        each.role == "sync_standby" and each.follows for each in members
    ):
        yield problem(
            "no standby is synchronous: writes wait, or would be lost with the leader",
            ", ".join(f"{each.name}: {each.role}" for each in members) or "no answer",
            "bring a standby back: siberius status",
        )
    if cluster.view.json("patroni-settings").get("pause"):
        yield problem(
            "Patroni is paused: nobody takes over",
            "pause: true",
            "patronictl -c /etc/patroni/config.yml resume",
        )


def promise(cluster: Cluster) -> Iterator[Finding]:
    """Postgres is set as the promise needs it: nothing acknowledged is lost"""
    settings = cluster.view.json("patroni-settings")
    wanted = ("synchronous_mode", "synchronous_mode_strict") if cluster.size > 1 else ()
    for name in wanted:
        if settings.get(name) is not True:
            yield problem(
                f"Patroni's {name} is off",
                f"{name}: {settings.get(name)}",
                f"patronictl -c /etc/patroni/config.yml edit-config -s {name}=true",
            )
    leaders = [member.name for member in cluster.view.members if member.leads]
    for server in cluster.servers:
        rows = [(words[0], " ".join(words[1:])) for words in server.lines("postgres")]
        found = dict(rows)
        for name, good in _PROMISE.items():
            if name in found and found[name] not in good:
                yield problem(
                    f"{name} of the Postgres of {server.name} risks what was acknowledged",
                    f"{name} = {found[name]}",
                    f"patronictl -c /etc/patroni/config.yml edit-config -p {name}=on",
                )
        for name, value in rows:
            if (
                name == "overridden"
                and value.rpartition("=")[2] not in _PROMISE["synchronous_commit"]
            ):
                yield problem(
                    f"a role or database on {server.name} commits by weaker rules",
                    value,
                    "ALTER ROLE … RESET synchronous_commit, or ALTER DATABASE …",
                )
            if name == "pending_restart":
                yield warning(
                    f"a setting of the Postgres of {server.name} waits for a restart",
                    value,
                    "patronictl -c /etc/patroni/config.yml restart siberius, one member at a time",
                )
        if not rows:
            yield problem(
                f"the Postgres of {server.name} answers no question",
                "psql: no answer",
                "journalctl -u patroni",
            )
        elif wanted and server.name in leaders and not found.get("synchronous_standby_names"):
            yield problem(
                "the leader waits for no standby",
                "synchronous_standby_names is empty",
                "patronictl -c /etc/patroni/config.yml show-config: synchronous_mode",
            )


def redis(cluster: Cluster) -> Iterator[Finding]:
    """one Redis is the master, and the Sentinels can choose another"""
    masters = [each.name for each in cluster.servers if each.said("redis-role") == "master"]
    if len(masters) != 1:
        yield problem(
            "there is no Redis master" if not masters else "there are several Redis masters",
            ", ".join(f"{each.name}: {each.said('redis-role') or '-'}" for each in cluster.servers),
            "journalctl -u siberius-redis -u siberius-sentinel",
        )
    named = {each.name: each.said("redis-master") for each in cluster.servers}
    if len(set(named.values())) > 1:
        yield problem(
            "the Sentinels name several masters",
            ", ".join(f"{name}: {master or '-'}" for name, master in named.items()),
            "restart siberius-sentinel where it differs",
        )
    for server in cluster.servers:
        if cluster.size > 1 and not server.said("redis-quorum").startswith("OK"):
            yield problem(
                f"the Sentinel of {server.name} could choose no other master",
                server.said("redis-quorum") or "no answer",
                "start the other Sentinels: journalctl -u siberius-sentinel",
            )


def minio(cluster: Cluster) -> Iterator[Finding]:
    """the object store takes writes, on every node"""
    for server in cluster.servers:
        answers = [" ".join(words[1:]) for words in server.lines("minio")]
        if [answer[:3] for answer in answers] != ["200", "200"]:
            yield problem(
                f"MinIO on {server.name} is not healthy",
                "; ".join(answers) or "no answer",
                "journalctl -u siberius-minio",
            )


def haproxy(cluster: Cluster) -> Iterator[Finding]:
    """every HAProxy sees every server, and one leader"""
    wanted = {"ready": cluster.size, "postgres_primary": 1, "objects": cluster.size}
    wanted["postgres_replica"] = cluster.size - 1
    for server in cluster.servers:
        rows = _haproxy_servers(server)
        for backend, number in wanted.items():
            states = {row["svname"]: row["status"] for row in rows if row["# pxname"] == backend}
            up = sum(state.startswith("UP") for state in states.values())
            if up != number:
                yield problem(
                    f"the HAProxy of {server.name} sees {up} of {number} servers in {backend}",
                    ", ".join(f"{name}: {state}" for name, state in states.items()) or "no answer",
                    f"journalctl -u haproxy on {server.name}; is what it asks up?",
                )


def address(cluster: Cluster) -> Iterator[Finding]:
    """one server owns the shared address"""
    wanted = f" {cluster.virtual_address}/"
    owners = [each.name for each in cluster.servers if wanted in each.said("addresses")]
    if cluster.virtual_address and len(owners) != 1:
        yield problem(
            "nobody owns the shared address" if not owners else "several own the shared address",
            f"{cluster.virtual_address}: {', '.join(owners) or 'nobody'}",
            "journalctl -u keepalived; VRRP (protocol 112) must pass between the servers",
        )


def application(cluster: Cluster) -> Iterator[Finding]:
    """the application is ready, and of one release everywhere"""
    releases = {}
    for server in cluster.servers:
        status, _, body = server.said("ready").partition("\n")
        if " 200" not in status:
            yield problem(
                f"the application on {server.name} is not ready",
                body.strip() or status or "no answer",
                "journalctl -u siberius",
            )
        found = [words[0].rpartition("/")[2] for words in server.lines("releases")]
        found = [name for name in found if name != "current"]
        releases[server.name] = found[0] if found else "none"
        if len(set(found)) > 1:
            yield problem(
                f"{server.name} runs another release than it should",
                f"{found[0]} is meant to run, and runs: {', '.join(sorted(set(found[1:])))}",
                "systemctl restart siberius, one server after another",
            )
    if len(set(releases.values())) > 1:
        yield problem(
            "the servers run several releases",
            ", ".join(f"{name}: {release}" for name, release in releases.items()),
            "make deploy goes on with an update that was broken off",
        )


def _haproxy_servers(server: Machine) -> list[dict[str, str]]:
    rows = csv.DictReader(server.said("haproxy-servers").splitlines())
    return [row for row in rows if row.get("svname") not in {None, "FRONTEND", "BACKEND"}]


def _etcd_status(server: Machine) -> dict[str, Any]:
    answer = server.json("etcd-status")
    return dict(answer[0].get("Status", {})) if isinstance(answer, list) and answer else {}
