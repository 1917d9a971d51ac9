"""How long writes stop when the leader is lost: what the settings in force say, and what was seen.

Each case is a sum of waits that follow each other, each at its longest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from app.db.outage import PROBE_S
from app.settings import Settings
from ops.doctor.cluster import Cluster
from ops.doctor.findings import Finding, problem, warning

TAKE_OVER_S: Final = 2.0
"""Assumed: a standby that stands ready wins the lock and is promoted within this."""
_UNITS_S: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Outage:
    """What happens, and the seconds of each wait."""

    event: str
    waits: dict[str, float]

    @property
    def worst_s(self) -> float:
        """All waits at their longest."""
        return sum(self.waits.values())


def expected(cluster: Cluster) -> list[Outage]:
    """A killed Postgres and a lost machine; empty where the settings could not be read, or where
    nobody could take over."""
    settings, checks = cluster.view.json("patroni-settings"), _haproxy(cluster)
    if (
        cluster.size == 1
        or not checks
        or not {"ttl", "loop_wait", "retry_timeout"} <= set(settings)
    ):
        return []
    after = {
        "a standby takes over (assumed)": TAKE_OVER_S,
        "HAProxy sees it": _noticed_s(checks),
        "the application asks again": PROBE_S[1],
    }
    # A new leader of etcd gives every key its whole time again, and the time of an election.
    election_s = float(cluster.view.said("etcd-election") or 1000) / 1000
    return [
        Outage(
            "the leader's Postgres dies",
            {"Patroni looks again (loop_wait)": float(settings["loop_wait"])} | after,
        ),
        Outage(
            "the leader's machine is gone",
            {
                "etcd chooses a leader": 2 * election_s,
                "the leader's key runs out (ttl)": float(settings["ttl"]) + election_s,
                "a standby finds another etcd (retry_timeout)": float(settings["retry_timeout"]),
            }
            | after,
        ),
    ]


def outage(cluster: Cluster) -> Iterator[Finding]:
    """an outage is as short as the settings say, and shorter than clients' patience"""
    settings = cluster.view.json("patroni-settings")
    ttl, loop_s, retry_s = (settings.get(key, 0) for key in ("ttl", "loop_wait", "retry_timeout"))
    if loop_s + 2 * retry_s > ttl:
        yield problem(
            "a leader that etcd does not answer may keep its key too long",
            f"loop_wait {loop_s} + 2 * retry_timeout {retry_s} is more than ttl {ttl}",
            "patronictl -c /etc/patroni/config.yml edit-config: a longer ttl, or shorter others",
        )
    cases = expected(cluster)
    patience_s = _patience_s(cluster)
    for case in cases:
        if case.worst_s > patience_s:
            yield warning(
                f"requests may be refused before writes go on, where {case.event}",
                f"{case.worst_s:.1f} s at worst, and a request waits for {patience_s:.0f} s",
                "set SIBERIUS_FAILOVER_PATIENCE_S in siberius_settings to more, or shorten ttl",
            )
    drill = cluster.drill
    if drill and drill.lost:
        yield problem(
            "the last drill lost what was acknowledged",
            f"{drill.name} of {drill.started}: {drill.lost} writes",
            "do not go on before you know why",
        )
    if drill and cases and drill.gap_s > cases[0].worst_s:
        yield warning(
            "the last drill took longer than the settings explain",
            f"{drill.name} of {drill.started}: {drill.gap_s} s; {cases[0].worst_s:.1f} s at worst",
            "look for slow disks and a busy etcd at that time, and rehearse again",
        )


def _haproxy(cluster: Cluster) -> dict[str, str]:
    """The words of the check of `postgres_primary`, each with the word after it."""
    words = next(iter(cluster.view.lines("haproxy-checks")), [])
    return dict(pairwise(words))


def _noticed_s(checks: dict[str, str]) -> float:
    """Until HAProxy knows that the old leader is gone and the new one is there. It looks once at
    the usual pace, and then quickly until it is sure."""
    pace_s = _seconds(checks.get("inter", "2s"))
    quick_s = _seconds(checks["fastinter"]) if "fastinter" in checks else pace_s
    down_s = _seconds(checks["downinter"]) if "downinter" in checks else pace_s
    gone_s = pace_s + (int(checks.get("fall", 3)) - 1) * quick_s
    there_s = down_s + (int(checks.get("rise", 2)) - 1) * quick_s
    return max(gone_s, there_s)


def _seconds(text: str) -> float:
    """`250ms`, `1s`; a number alone is milliseconds, as HAProxy has it."""
    found = re.fullmatch(r"(\d+)(us|ms|s|m|h)?", text)
    return float(found[1]) * _UNITS_S[found[2] or "ms"] if found else 0.0


def _patience_s(cluster: Cluster) -> float:
    default: Any = Settings.model_fields["failover_patience_s"].default
    return float(cluster.view.said("patience") or default)
