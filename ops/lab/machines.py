"""The lab's machines, through the Docker engine of this host.

Everything the lab makes carries the label `siberius.lab`, and `down` removes what carries it.
"""

import shutil
import subprocess
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import docker
from docker.errors import DockerException, ImageNotFound, NotFound
from docker.types import IPAMConfig, IPAMPool

from ops.cluster import OperatorError
from ops.lab.plan import MACHINES, NETWORK, SUBNET, Machine

LABEL: Final = "siberius.lab"
IMAGE: Final = "siberius/lab:13"
_FROZEN: Final = f"{LABEL}.frozen"
BASE: Final = "siberius/debian:13"
_READY_S: Final = 60.0
_HERE: Final = Path(__file__).parent
# systemd needs its own control group and mounts; nothing here may touch the host's.
_CONTAINER: Final[dict[str, Any]] = {
    "cap_add": ["SYS_ADMIN", "NET_ADMIN", "SYS_TIME"],
    "security_opt": ["seccomp=unconfined", "apparmor=unconfined"],
    "cgroupns": "host",
    "volumes": {"/sys/fs/cgroup": {"bind": "/sys/fs/cgroup", "mode": "rw"}},
    "tmpfs": {"/run": "", "/tmp": ""},  # noqa: S108 - the machine's, not ours
    "environment": {"SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE": "1", "container": "docker"},
}
# A server makes its database's disk of a file (`database-disk`).
_OF_SERVERS: Final[dict[str, Any]] = {
    "devices": ["/dev/loop-control"],
    "device_cgroup_rules": ["b 7:* rwm"],
}


class LabError(OperatorError):
    """The lab cannot do what was asked; the message says what to do."""


class Lab:
    """The machines and the folder that says how to reach them.

    `folder` gets `id_ed25519`, the key to all machines, and `known_hosts`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.key = self.folder / "id_ed25519"
        self._images: dict[str, str] = {}
        try:
            self._docker = docker.from_env()
            self._docker.ping()
        except DockerException as error:
            raise LabError(
                f"no Docker engine answers ({error}): install docker.io and start dockerd"
            ) from error

    def up(self, names: Collection[str] = ()) -> Iterator[str]:
        """Make what is missing, start what stands still; says what it does.

        Only the machines of these names, where there are any.
        """
        machines = _named(names)
        self._make_key()
        if not self._has_image():
            yield "image"
            self._build_image()
        self._ensure_network()
        for machine in machines:
            if self._ensure(machine):
                yield machine.name
        for machine in machines:
            self._wait_for(machine)

    def down(self, names: Collection[str] = ()) -> Iterator[str]:
        """Remove the machines and their volumes, and with all of them their network.

        Only the machines of these names, where there are any.
        """
        going = {f"{NETWORK}-{machine.name}" for machine in _named(names)} if names else set()
        for container in self._docker.containers.list(all=True, filters={"label": LABEL}):
            if not going or container.name in going:
                yield str(container.name)
                container.remove(force=True, v=True)
        for network in self._docker.networks.list(filters={"label": LABEL}) if not going else ():
            network.remove()
        for image in self._docker.images.list(filters={"label": _FROZEN}) if not going else ():
            self._docker.images.remove(str(image.id), force=True)
        # Machines that are made anew have new keys.
        (self.folder / "known_hosts").unlink(missing_ok=True)

    def freeze(self, names: Collection[str]) -> None:
        """Until all goes down, this object makes these machines anew as they are now.

        What was deployed meanwhile is as it was after a start of the machine, and the database's
        disk is empty.
        """
        for machine in _named(names):
            container = self._container(machine.name)
            # It is sparse, which a layer of an image cannot be.
            container.exec_run(["rm", "-f", "/srv/database.disk"])
            image = container.commit(changes=f"LABEL {_FROZEN}={machine.name}")
            self._images[machine.name] = str(image.id)

    def states(self) -> dict[str, str]:
        """For each machine of the plan `running`, `exited`, … or `absent`."""
        return {machine.name: self._state(machine) for machine in MACHINES}

    def _container(self, name: str) -> Any:
        return self._docker.containers.get(f"{NETWORK}-{name}")

    def _state(self, machine: Machine) -> str:
        try:
            return str(self._container(machine.name).status)
        except NotFound:
            return "absent"

    def _ensure(self, machine: Machine) -> bool:
        try:
            container = self._container(machine.name)
        except NotFound:
            container = self._create(machine)
        if container.status == "running":
            return False
        container.start()
        return True

    def _create(self, machine: Machine) -> Any:
        endpoint = self._docker.api.create_endpoint_config(ipv4_address=machine.address)
        return self._docker.containers.create(
            self._images.get(machine.name, IMAGE),
            name=f"{NETWORK}-{machine.name}",
            hostname=machine.name,
            labels={LABEL: machine.group},
            network=NETWORK,
            networking_config={NETWORK: endpoint},
            mem_limit=f"{machine.memory_mib}m",
            memswap_limit=f"{machine.memory_mib}m",
            **_CONTAINER,
            **(_OF_SERVERS if machine.group == "servers" else {}),
        )

    def _ensure_network(self) -> None:
        if not self._docker.networks.list(names=[f"^{NETWORK}$"]):
            pool = IPAMPool(subnet=SUBNET)
            self._docker.networks.create(
                NETWORK, ipam=IPAMConfig(pool_configs=[pool]), labels={LABEL: "network"}
            )

    def _make_key(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.key.exists():
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(self.key)]
            subprocess.run(make, check=True)
            # Machines of an older key would not let us in.
            for _ in self.down():
                pass
            self._forget_image()

    def _has_image(self) -> bool:
        try:
            self._docker.images.get(IMAGE)
        except ImageNotFound:
            return False
        return True

    def _forget_image(self) -> None:
        if self._has_image():
            self._docker.images.remove(IMAGE, force=True)

    def _build_image(self) -> None:
        try:
            self._docker.images.get(BASE)
        except ImageNotFound:
            subprocess.run([_HERE.parent / "scripts" / "debian-base", BASE], check=True)
        context = self.folder / "image"
        shutil.copytree(_HERE / "image", context, dirs_exist_ok=True)
        (context / "authorized_keys").write_text(self.key.with_suffix(".pub").read_text())
        self._docker.images.build(path=str(context), tag=IMAGE, buildargs={"BASE": BASE}, rm=True)

    def _wait_for(self, machine: Machine) -> None:
        """Until systemd has started everything, the SSH server among it."""
        deadline = time.monotonic() + _READY_S
        container = self._container(machine.name)
        while True:
            _, output = container.exec_run(["systemctl", "is-system-running", "--wait"])
            state = output.decode(errors="replace").strip()
            if state in {"running", "degraded"}:
                return
            if time.monotonic() > deadline:
                raise LabError(f"{machine.name} does not start: systemd says {state!r}")
            time.sleep(0.5)


def _named(names: Collection[str]) -> list[Machine]:
    """The plan's machines of these names, or all. Raises `LabError` for a name that it has not."""
    planned = {machine.name: machine for machine in MACHINES}
    if unknown := set(names) - planned.keys():
        raise LabError(f"the lab has no {', '.join(sorted(unknown))}, but {', '.join(planned)}")
    return [machine for name, machine in planned.items() if name in names or not names]
