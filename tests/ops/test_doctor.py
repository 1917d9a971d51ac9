"""What the doctor makes of what the machines say. That it changes nothing is shown in the lab."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ops.doctor.cli import examine
from ops.doctor.cluster import Cluster, Drill, Machine
from ops.doctor.outage import expected

NOW = 1_800_000_000.0
MEMBERS = [
    {"name": "core-1", "role": "leader", "state": "running", "timeline": 3},
    {"name": "core-2", "role": "sync_standby", "state": "streaming", "timeline": 3, "lag": 0},
    {"name": "core-3", "role": "replica", "state": "streaming", "timeline": 3, "lag": 0},
]
SETTINGS = {
    "ttl": 20,
    "loop_wait": 5,
    "retry_timeout": 5,
    "synchronous_mode": True,
    "synchronous_mode_strict": True,
}
UNITS = "etcd patroni siberius-redis siberius-sentinel siberius-minio haproxy keepalived siberius"
HAPROXY = """# pxname,svname,scur,status
ready,core-1,0,UP
ready,core-2,0,UP
ready,core-3,0,UP
ready,BACKEND,0,UP
postgres_primary,core-1,0,UP
postgres_primary,core-2,0,DOWN
postgres_primary,core-3,0,DOWN
postgres_replica,core-1,0,DOWN
postgres_replica,core-2,0,UP
postgres_replica,core-3,0,UP
objects,core-1,0,UP
objects,core-2,0,UP
objects,core-3,0,UP
stats,FRONTEND,0,OPEN"""
WELL = {
    "clock": f"{NOW}",
    "clock-after": f"{NOW + 1}",
    "system": "debian 13",
    "memory": "4000\n2000",
    "disks": "/ 40000 20000",
    "addresses": "2: eth0    inet 192.0.2.11/24 scope global eth0",
    "certificates": f"/etc/siberius/pki/host.crt {NOW + 300 * 86400:.0f}",
    "units": "\n\n".join(
        f"Id={name}.service\nLoadState=loaded\nActiveState=active\nNRestarts=0"
        for name in UNITS.split()
    ),
    "updates": 'APT::Periodic::Unattended-Upgrade "1";\n'
    'Unattended-Upgrade::Automatic-Reboot "false";\n'
    + "\n".join(
        f'Unattended-Upgrade::Package-Blacklist:: "^{name}";'
        for name in ("postgresql", "patroni", "etcd", "redis", "haproxy", "keepalived")
    ),
    "etcd-health": "https://192.0.2.11:2379 is healthy: successfully committed proposal",
    "etcd-status": json.dumps([{"Endpoint": "https://192.0.2.11:2379", "Status": {"leader": 7}}]),
    "etcd-election": "2500",
    "patroni-members": json.dumps({"members": MEMBERS}),
    "patroni-settings": json.dumps(SETTINGS),
    "postgres": "fsync on\nfull_page_writes on\nsynchronous_commit on\n"
    "synchronous_standby_names core-2",
    "redis-role": "slave",
    "redis-master": "192.0.2.11",
    "redis-quorum": "OK 3 usable Sentinels. Quorum and failover authorization can be reached",
    "minio": "HTTP/1.0 200 OK\nHTTP/1.0 200 OK",
    "haproxy-checks": "default-server check inter 1s fastinter 250ms fall 2 rise 1",
    "haproxy-servers": HAPROXY,
    "ready": 'HTTP/1.1 200 OK\n{"status":"ready"}',
    "releases": "/opt/siberius/siberius-0.1.0-0a1b\n/opt/siberius/siberius-0.1.0-0a1b",
}


def test_a_cluster_that_is_well_has_no_findings_but_a_worst_case() -> None:
    report = examine(_cluster(patience="60"))
    assert _found(report) == []
    assert (report["problems"], report["warnings"]) == (0, 0)
    # 5 (loop_wait) + 2 (assumed) + 1.25 (a check, and a quick one) + 0.25 (the application).
    assert [case["worstS"] for case in report["outages"]] == [8.5, 36.0]
    assert len(report["checks"]) == 17


def _members(**changes: Any) -> str:
    return json.dumps({"members": [*MEMBERS[:2], MEMBERS[2] | changes]})


def _settings(**changes: Any) -> str:
    return json.dumps(SETTINGS | changes)


@pytest.mark.parametrize(
    ("section", "said", "severity", "what"),
    [
        ("system", "ubuntu 24.04", "problem", "core-3 runs another system"),
        ("memory", "1000\n500", "problem", "core-3 has too little memory"),
        ("memory", "4000\n100", "warning", "core-3 has hardly any memory left"),
        ("disks", "/ 40000 900", "problem", "core-3 is about to be full at /"),
        ("disks", "/ 40000 5000", "warning", "core-3 fills up at /"),
        ("clock-after", f"{NOW + 11}", "problem", "the clock of core-3 is off"),
        ("clock", f"{NOW - 10}", "problem", "the clock of core-3 is off"),
        (
            "certificates",
            f"host.crt {NOW + 864000}",
            "problem",
            "a certificate of core-3 ends soon",
        ),
        ("certificates", f"host.crt {NOW - 864000}", "problem", "a certificate of core-3 is over"),
        ("etcd-health", "", "problem", "etcd on core-3 is not healthy"),
        ("etcd-alarms", "alarm:NOSPACE", "problem", "etcd on core-3 raises an alarm"),
        ("patroni-members", "", "problem", "the Patroni of core-3 sees another leader"),
        ("redis-role", "master", "problem", "there are several Redis masters"),
        ("redis-master", "192.0.2.13", "problem", "the Sentinels name several masters"),
        ("redis-quorum", "NOQUORUM", "problem", "the Sentinel of core-3 could choose no other"),
        ("minio", "HTTP/1.0 200 OK\nHTTP/1.0 503 no", "problem", "MinIO on core-3 is not healthy"),
        ("ready", "HTTP/1.1 503 no\n{}", "problem", "the application on core-3 is not ready"),
        ("releases", "/opt/siberius/b\n/opt/siberius/a", "problem", "core-3 runs another release"),
        ("releases", "/opt/siberius/b", "problem", "the servers run several releases"),
        ("postgres", "fsync off", "problem", "fsync of the Postgres of core-3 risks"),
        ("postgres", "synchronous_commit local", "problem", "synchronous_commit of the Postgres"),
        ("postgres", "", "problem", "the Postgres of core-3 answers no question"),
        ("postgres", "pending_restart max_connections", "warning", "a setting of the Postgres of"),
        (
            "postgres",
            "overridden app  synchronous_commit=off",
            "problem",
            "a role or database on core-3",
        ),
    ],
)
def test_what_one_server_says_is_found(section: str, said: str, severity: str, what: str) -> None:
    report = examine(_cluster(core_3={section: said}))
    assert any(
        finding["severity"] == severity and finding["what"].startswith(what)
        for finding in _found(report)
    ), _found(report)
    assert all(finding["evidence"] and finding["fix"] for finding in _found(report))


@pytest.mark.parametrize(
    ("section", "said", "what"),
    [
        ("patroni-members", _members(state="stopped"), "the Postgres of core-3 does not follow"),
        ("patroni-members", _members(timeline=2), "the members are on several timelines"),
        ("patroni-members", _members(role="leader", state="running"), "several Postgres lead"),
        ("patroni-members", json.dumps({"members": MEMBERS[1:]}), "no Postgres leads"),
        (
            "patroni-members",
            json.dumps({"members": [MEMBERS[0], MEMBERS[2]]}),
            "no standby is synchronous",
        ),
        ("patroni-settings", _settings(pause=True), "Patroni is paused"),
        (
            "patroni-settings",
            _settings(synchronous_mode=False),
            "Patroni's synchronous_mode is off",
        ),
        ("patroni-settings", _settings(retry_timeout=10), "a leader that etcd does not answer"),
        ("haproxy-servers", HAPROXY.replace("DOWN", "UP"), "the HAProxy of core-1 sees 3 of 1"),
        ("etcd-health", "unhealthy", "etcd has no majority"),
    ],
)
def test_what_all_servers_say_is_found(section: str, said: str, what: str) -> None:
    report = examine(_cluster(everywhere={section: said}))
    assert any(
        finding["severity"] == "problem" and finding["what"].startswith(what)
        for finding in _found(report)
    ), _found(report)


@pytest.mark.parametrize(
    ("owners", "what"),
    [(set(), "nobody owns"), ({"core-1", "core-2"}, "several own"), ({"core-2"}, None)],
)
def test_one_server_owns_the_address(owners: set[str], what: str | None) -> None:
    both = f"{WELL['addresses']}\n2: eth0    inet 192.0.2.10/32 scope global eth0"
    cluster = _each(
        replace(_cluster(patience="60"), virtual_address="192.0.2.10"),
        lambda machine: {"addresses": both} if machine.name in owners else {},
    )
    found = [finding["what"] for finding in _found(examine(cluster))]
    assert found == [] if what is None else found[0].startswith(what)


def test_a_machine_that_is_silent_is_found_and_the_others_are_examined() -> None:
    well = _cluster(patience="60")
    cluster = replace(well, machines=[*well.machines[:2], Machine("core-3", error="no route")])
    assert [finding["what"] for finding in _found(examine(cluster))] == ["core-3 does not answer"]


def test_plain_machines_are_examined_before_anything_is_deployed() -> None:
    plain = {name: WELL[name] for name in ("clock", "clock-after", "system", "memory", "disks")}
    report = examine(Cluster([Machine("core-1", plain, NOW, NOW + 1)], 1))
    assert [finding["what"] for finding in _found(report)] == [
        "core-1 gets no security updates",
        "nothing is deployed on the servers",
    ]


def test_units_that_are_down_or_came_back_are_told_apart() -> None:
    down = WELL["units"].replace("ActiveState=active", "ActiveState=failed", 1)
    again = WELL["units"].replace("NRestarts=0", "NRestarts=4", 1)
    assert _severities(_cluster(core_3={"units": down}, patience="60")) == ["problem"]
    assert _severities(_cluster(core_3={"units": again}, patience="60")) == ["warning"]


def test_updates_that_restart_the_database_are_a_problem() -> None:
    for updates in (
        WELL["updates"].replace('"^patroni"', '"^nothing"'),
        WELL["updates"].replace('"false"', '"true"'),
    ):
        assert _severities(_cluster(core_3={"updates": updates}, patience="60")) == ["problem"]


def test_the_worst_case_is_compared_with_patience_and_with_the_last_drill() -> None:
    cluster = _cluster(patience="30")
    assert [finding["what"] for finding in _found(examine(cluster))] == [
        "requests may be refused before writes go on, where the leader's machine is gone"
    ]
    quick, slow, lossy = (
        replace(_cluster(patience="60"), drill=Drill("leader-kill", "2026-11-27", gap_s, lost))
        for gap_s, lost in ((3.6, 0), (12.0, 0), (3.6, 1))
    )
    assert _severities(quick) == []
    assert _severities(slow) == ["warning"]
    assert _severities(lossy) == ["problem"]
    assert examine(quick)["lastDrill"]["longestWriteGapS"] == 3.6


def test_one_server_has_nobody_to_take_over() -> None:
    assert expected(replace(_cluster(), machines=_cluster().machines[:1], size=1)) == []


def _cluster(
    *,
    core_3: dict[str, str] | None = None,
    everywhere: dict[str, str] | None = None,
    patience: str = "",
) -> Cluster:
    """Three servers that are well, but for what is given."""
    machines = []
    for name in ("core-1", "core-2", "core-3"):
        said = WELL | {"patience": patience} | (everywhere or {})
        if name == "core-1":
            said |= {"redis-role": "master"}
        if name == "core-3":
            said |= core_3 or {}
        machines.append(Machine(name, said, NOW, NOW + 1))
    return Cluster(machines, 3)


def _each(cluster: Cluster, change: Callable[[Machine], dict[str, str]]) -> Cluster:
    changed = [
        replace(machine, sections=machine.sections | change(machine))
        for machine in cluster.machines
    ]
    return replace(cluster, machines=changed)


def _found(report: dict[str, Any]) -> list[dict[str, str]]:
    return [finding for result in report["checks"] for finding in result["findings"]]


def _severities(cluster: Cluster) -> list[str]:
    return [finding["severity"] for finding in _found(examine(cluster))]
