"""The faults. Each is done to one machine or more, and healed by what it returns."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops.cluster import OperatorError, state
from ops.cluster.hosts import Host, Inventory

Heal = Callable[[], object]

POSTGRES: Final = "/var/lib/postgresql/siberius"
DATA: Final = f"{POSTGRES}/data"
PATRONI: Final = "patronictl -c /etc/patroni/config.yml"
_TABLE: Final = "inet siberius_drill"
_SAFETY_S: Final = 180
"""A wall falls and a full disk is emptied by itself after so long, should this program die."""
_NOT_LATER: Final = "systemctl stop siberius-drill.timer 2>/dev/null || true"
_SMALL: Final = 16 * 2**30
"""Bytes of the largest filesystem that is filled."""
_STEADY_S: Final = 10
"""So long a part is away whose absence need not stop anything."""

_UNCOPIED_S: Final = 4
"""So long the negative control lets clients write to a leader whom nobody follows."""


_PSQL: Final = "runuser -u postgres -- psql -h /var/lib/postgresql/siberius -At"
_FOLLOWERS: Final = """
    select string_agg(host(client_addr) || ' . ' || client_port, ', ')
    from pg_stat_replication where client_addr is not null
"""


class NotHereError(OperatorError):
    """This cluster has not what the drill needs; nothing was done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`begin` does it and says how to heal, which happens after `lasts_s`, or without that when
    writes go on, or with `of_branch` when the branch was seen to be away. `goal_s` is the longest
    write gap that is meant to be seen; `fails_none` whether no request with a key may fail."""

    what: str
    begin: Callable[[Inventory], Heal]
    goal_s: float | None = None
    lasts_s: float | None = None
    fails_none: bool = False
    must_lose: bool = False
    of_branch: bool = False


def _leader(inventory: Inventory) -> Host:
    found = state.leader(inventory)
    if found is None:
        raise OperatorError("no Postgres leads: there is nothing to rehearse")
    return found


def _nothing() -> None:
    pass


def _kill_leader(inventory: Inventory) -> Heal:
    _leader(inventory).run(f"kill -KILL $(head -1 {DATA}/postmaster.pid)")
    return _nothing


def _freeze_leader(inventory: Inventory) -> Heal:
    leader = _leader(inventory)
    leader.run("pkill -STOP -u postgres -x postgres")
    return lambda: leader.run("pkill -CONT -u postgres -x postgres || true")


def _partition(inventory: Inventory) -> Heal:
    leader = _leader(inventory)
    others = ", ".join(each.address for each in inventory.servers if each.name != leader.name)
    return _wall(leader, leaving=f"ip daddr {{ {others} }}", coming=f"ip saddr {{ {others} }}")


def _wall(host: Host, *, leaving: str, coming: str = "") -> Heal:
    """Drop what leaves `host`, or comes, and matches."""
    take_down = f"nft delete table {_TABLE}"
    host.run(
        f"{_later(take_down)} && nft -f -",
        stdin=f"""
            table {_TABLE} {{
              chain out {{ type filter hook output priority -10; {leaving} drop; }}
              chain in {{ type filter hook input priority -10; {coming and f"{coming} drop;"} }}
            }}
        """,
    )
    return lambda: host.run(f"{take_down}; {_NOT_LATER}")


def _later(command: str) -> str:
    """Have it done also where this program dies before it heals."""
    timer = f"--unit siberius-drill --on-active={_SAFETY_S}"
    return f"systemd-run --quiet --collect {timer} {command}"


def _stop(host: Host, *units: str) -> Heal:
    """SIGKILL, and kept from coming back until it is healed."""
    names = " ".join(units)
    host.run(f"systemctl kill --signal KILL {names}; systemctl stop {names}")
    return lambda: host.run(f"systemctl reset-failed {names}; systemctl start {names}")


def _stop_all(hosts: Sequence[Host], unit: str) -> Heal:
    with ExitStack() as heals:
        for host in hosts:
            heals.callback(_stop(host, unit))
        # Where one could not be stopped, the others are started again.
        return heals.pop_all().close


def _switch_off(inventory: Inventory) -> Heal:
    leader = _leader(inventory)
    off, on = (leader.variables.get(name) for name in ("power_off", "power_on"))
    if not (off and on):
        raise NotHereError(
            f"{leader.name}: the inventory has no commands `power_off` and `power_on` for it, "
            "which this machine runs to cut the power of that one and to bring it back"
        )
    _here(off)
    return lambda: _here(on)


def _here(command: str) -> None:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OperatorError(f"{command}: {done.stderr.strip() or f'exit {done.returncode}'}")


def _fill_disk(inventory: Inventory) -> Heal:
    leader = _leader(inventory)
    said = leader.run(f"df --block-size=1 --output=size,avail,target {POSTGRES} | tail -1")
    room = room_to_fill(leader.name, said)
    plug = f"{POSTGRES}/siberius-drill.full"
    leader.run(f"{_later(f'rm -f {plug}')} && fallocate --length {room} {plug}")
    return lambda: leader.run(f"rm -f {plug}; {_NOT_LATER}")


def room_to_fill(name: str, said: str) -> int:
    """The free bytes of a filesystem, as `df` said them. Raises `NotHereError` where it is the
    system's or a large one: others live on it, such as the hosts of containers."""
    size, free, target = said.split(maxsplit=2)
    if target.strip() == "/" or int(size) > _SMALL:
        raise NotHereError(
            f"{name}: the data of Postgres is on {target.strip()} ({int(size) / 2**30:.0f} GiB), "
            f"and only a filesystem of its own of at most {_SMALL // 2**30} GiB is filled"
        )
    return int(free)


def _stop_redis_master(inventory: Inventory) -> Heal:
    master = state.redis_master(inventory)
    if master is None:
        raise OperatorError("no Sentinel names a Redis master")
    return _stop(master, "siberius-redis")


def _owner(inventory: Inventory) -> Host:
    owner = state.address_owner(inventory)
    if owner is None:
        raise OperatorError("no server owns the virtual address")
    return owner


def _stop_haproxy(inventory: Inventory) -> Heal:
    return _stop(_owner(inventory), "haproxy")


def _retire_owner(inventory: Inventory) -> Heal:
    # In good order: a keepalived that is killed leaves the address behind, on a machine that lives.
    owner = _owner(inventory)
    owner.run("systemctl stop keepalived haproxy")
    return lambda: owner.run("systemctl start haproxy keepalived")


def _stop_etcd(inventory: Inventory) -> Heal:
    return _stop(_leader(inventory), "etcd")


def _stop_etcd_majority(inventory: Inventory) -> Heal:
    leader, servers = _leader(inventory), inventory.servers
    others = [server for server in servers if server.name != leader.name]
    return _stop_all(others[: len(servers) // 2 + 1], "etcd")


def _stop_minio(inventory: Inventory) -> Heal:
    return _stop(inventory.servers[-1], "siberius-minio")


def branch_machine(inventory: Inventory) -> Host:
    """The first machine of a branch whose agent runs. Raises `NotHereError`."""
    for branch in inventory.group("branches"):
        # One may be off at night.
        with suppress(OperatorError):
            branch.run("systemctl --quiet is-active siberius-agent")
            return branch
    raise NotHereError("no machine of the group `branches` runs an agent: rollout_agents.yml")


def _cut_off_branch(inventory: Inventory) -> Heal:
    addresses = [server.address for server in inventory.servers]
    there = ", ".join(filter(None, [*addresses, inventory.virtual_address]))
    branch = branch_machine(inventory)
    return _wall(branch, leaving=f"ip daddr {{ {there} }}", coming=f"ip saddr {{ {there} }}")


def _leave_one_api(inventory: Inventory) -> Heal:
    return _stop_all(inventory.servers[1:], "siberius")


def _switch_over(inventory: Inventory) -> Heal:
    return _play(inventory, "switchover.yml")


def _update(inventory: Inventory) -> Heal:
    return _play(inventory, "update.yml", "--extra-vars", '{"siberius_restart": true}')


def _play(inventory: Inventory, *arguments: str) -> Heal:
    program = Path(sys.executable).with_name("ansible-playbook")
    folder = Path(__file__).parents[1] / "ansible"
    command: list[str | Path] = [program, "-i", inventory.path, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OperatorError(f"{arguments[0]} failed:\n{done.stdout[-2000:]}")
    return _nothing


def _lose_on_purpose(inventory: Inventory) -> Heal:
    """Asynchronous replication that is held up, then the leader's death: writes must get lost.

    The connections of the followers alone are cut: applications on their machines still write.
    """
    leader = _leader(inventory)

    def synchronous(yes: str) -> str:
        settings = f"-s synchronous_mode={yes} -s synchronous_mode_strict={yes}"
        return f"{PATRONI} edit-config --force --quiet {settings}"

    # What was done is undone, also where the next one cannot be done.
    with ExitStack() as heals:
        leader.run(synchronous("false"))
        heals.callback(leader.run, synchronous("true"))
        leader.run(
            f"for i in $(seq 60); do {_PSQL} -c 'show synchronous_standby_names' | grep -q . "
            "|| exit 0; sleep 0.5; done; exit 1"
        )
        followers = leader.run(_PSQL, stdin=_FOLLOWERS)
        heals.callback(_wall(leader, leaving=f"ip daddr . tcp dport {{ {followers.strip()} }}"))
        time.sleep(_UNCOPIED_S)
        # With its Patroni: it has what the others lack, and would be chosen again.
        start = _stop(leader, "patroni")
        healing = heals.pop_all()

    def heal() -> None:
        healing.close()
        start()

    return heal


FAULTS: Final = {
    "leader-kill": Fault("the leader's Postgres gets SIGKILL", _kill_leader, 5, fails_none=True),
    "leader-freeze": Fault("the leader's Postgres gets SIGSTOP", _freeze_leader),
    "host-off": Fault("the leader's machine is switched off", _switch_off, 25),
    "partition": Fault("the leader's machine is cut off from the other servers", _partition),
    "etcd-member": Fault("the etcd beside the leader is gone", _stop_etcd, lasts_s=_STEADY_S),
    # Longer than a leader's key lasts: without the failsafe mode the leader would resign.
    "etcd-quorum": Fault("a majority of etcd is gone", _stop_etcd_majority, 5, lasts_s=30),
    "redis-master": Fault("the Redis master is gone", _stop_redis_master, fails_none=True),
    "haproxy": Fault("the HAProxy that people use is gone", _stop_haproxy, fails_none=True),
    "vip-owner": Fault("the address moves", _retire_owner, fails_none=True),
    "minio-node": Fault("a node of the object store is gone", _stop_minio, lasts_s=_STEADY_S),
    "api-all-but-one": Fault("one application is left", _leave_one_api, lasts_s=_STEADY_S),
    "disk-full": Fault("the disk of the leader's data is full", _fill_disk, lasts_s=30),
    "switchover": Fault("the leader hands over", _switch_over, 3),
    "branch-offline": Fault(
        "a branch is cut off from the servers",
        _cut_off_branch,
        5,
        fails_none=True,
        of_branch=True,
    ),
    "rolling-update": Fault("every part restarts, server by server", _update, fails_none=True),
    "negative-control": Fault(
        "asynchronous, held up, then killed: the checker must report loss",
        _lose_on_purpose,
        must_lose=True,
    ),
}
