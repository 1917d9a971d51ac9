"""Checks of each machine by itself."""

from collections.abc import Iterator
from typing import Final

from ops.doctor.cluster import Cluster
from ops.doctor.findings import Finding, problem, warning

SYSTEM: Final = "debian 13"
LEAST_MEMORY_MB: Final = 1900
MOST_SKEW_S: Final = 2
_NEVER_UNATTENDED: Final = ("postgresql", "patroni", "etcd", "redis", "haproxy", "keepalived")


def reachability(cluster: Cluster) -> Iterator[Finding]:
    """every machine answers"""
    for machine in cluster.machines:
        if machine.error:
            yield problem(
                f"{machine.name} does not answer",
                machine.error,
                "start it, or correct its address and your SSH key in the inventory",
            )


def system(cluster: Cluster) -> Iterator[Finding]:
    """it runs a system that the playbooks know"""
    for machine in cluster.answering:
        if machine.said("system") != SYSTEM:
            yield problem(
                f"{machine.name} runs another system",
                machine.said("system"),
                f"install {SYSTEM.title()}: updates by playbook are refused until then",
            )


def memory(cluster: Cluster) -> Iterator[Finding]:
    """the memory is enough"""
    for machine in cluster.answering:
        total, available = (int(words[0]) for words in machine.lines("memory"))
        evidence = f"{total} MB, {available} MB of it available"
        if machine in cluster.servers and total < LEAST_MEMORY_MB:
            yield problem(
                f"{machine.name} has too little memory", evidence, f"give it {LEAST_MEMORY_MB} MB"
            )
        elif available < total / 20:
            yield warning(
                f"{machine.name} has hardly any memory left",
                evidence,
                "find who uses it: top -o RES",
            )


def disks(cluster: Cluster) -> Iterator[Finding]:
    """the disks have room"""
    for machine in cluster.answering:
        for where, size, left in machine.lines("disks"):
            evidence = f"{left} of {size} MB left"
            if int(left) < min(int(size) / 20, 2000):
                yield problem(
                    f"{machine.name} is about to be full at {where}",
                    evidence,
                    "make room: a full disk stops Postgres",
                )
            elif int(left) < int(size) / 7:
                yield warning(f"{machine.name} fills up at {where}", evidence, "add space in time")


def clocks(cluster: Cluster) -> Iterator[Finding]:
    """the clocks agree with this machine's"""
    for machine in cluster.answering:
        first, last = float(machine.said("clock")), float(machine.said("clock-after"))
        # A clock that agrees shows times between our two looks at ours.
        skew = max(machine.asked_at - first, last - machine.answered_at)
        if skew >= MOST_SKEW_S:
            yield problem(
                f"the clock of {machine.name} is off",
                f"{skew:.1f} s from this machine's, at least",
                "chronyc makestep, or timedatectl set-ntp true",
            )


def certificates(cluster: Cluster) -> Iterator[Finding]:
    """no certificate ends soon"""
    for machine in cluster.answering:
        for file, ends in machine.lines("certificates"):
            days = (float(ends) - machine.answered_at) / 86400
            if days < 30:
                kind = problem if days < 14 else warning
                yield kind(
                    f"a certificate of {machine.name} ends soon" if days > 0 else
                    f"a certificate of {machine.name} is over",
                    f"{file}: {days:.0f} days left",
                    "make deploy makes its own anew; bring one of another authority yourself",
                )  # fmt: skip


def units(cluster: Cluster) -> Iterator[Finding]:
    """what should run runs, and none came back by itself"""
    for machine in cluster.answering:
        for block in machine.said("units").split("\n\n"):
            unit = dict(line.split("=", 1) for line in block.splitlines())
            if unit.get("LoadState") != "loaded":
                continue
            name = unit["Id"].removesuffix(".service")
            if unit["ActiveState"] != "active":
                yield problem(
                    f"{name} is down on {machine.name}",
                    unit["ActiveState"],
                    f"journalctl -u {name}; systemctl start {name}",
                )
            elif int(unit.get("NRestarts", 0)):
                yield warning(
                    f"{name} on {machine.name} ended and was started again by systemd",
                    f"{unit['NRestarts']} times since it was last started by hand",
                    f"journalctl -u {name} says why; systemctl reset-failed {name} forgets it",
                )


def updates(cluster: Cluster) -> Iterator[Finding]:
    """security updates come, and restart nothing by surprise"""
    for machine in cluster.answering:
        said = machine.said("updates")
        unattended = 'Unattended-Upgrade "1"' in said
        if not unattended:
            yield warning(
                f"{machine.name} gets no security updates", "APT::Periodic is off", "make deploy"
            )
        if 'Automatic-Reboot "true"' in said:
            yield problem(
                f"{machine.name} restarts by itself after updates",
                'Unattended-Upgrade::Automatic-Reboot "true"',
                "set it to false: restart one server after another yourself",
            )
        unheld = [name for name in _NEVER_UNATTENDED if f'"^{name}"' not in said]
        if machine in cluster.servers and unattended and unheld:
            yield problem(
                f"updates may restart what keeps data on {machine.name}",
                f"not held: {', '.join(unheld)}",
                "make deploy writes /etc/apt/apt.conf.d/60siberius",
            )
        if "needrestart install ok installed" in said:
            yield warning(
                f"needrestart on {machine.name} may restart services after updates",
                "the package is installed",
                "apt-get remove needrestart, or set $nrconf{restart} = 'l'",
            )
        if "reboot-required" in said:
            yield warning(
                f"{machine.name} waits for a restart",
                "/run/reboot-required",
                "restart it at a quiet time, one server after another",
            )
