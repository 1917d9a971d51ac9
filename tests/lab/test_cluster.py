"""From plain machines to a cluster that loses nothing: the lab, the playbooks, drills, restores.

The tests are one story and run in this order. It takes many minutes and a Docker engine, so it is
`make test-lab` and no part of `make test`. SIBERIUS_LAB=keep leaves the lab as it is at the end.
"""

import base64
import hashlib
import json
import os
import re
import ssl
import subprocess
import tarfile
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from ops.backup import watch
from ops.cluster import OperatorError, secrets, state
from ops.cluster.hosts import Host, Inventory
from ops.drill.ledger import codes
from ops.drill.rehearsal import COMPANY, EMAIL
from tests.support.branch import make_pdf

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv" / "bin"
INVENTORY = ROOT / "build" / "lab" / "inventory.yml"
GRAFANA = ROOT / "ops" / "grafana"
HAPROXY = "socat - UNIX-CONNECT:/run/haproxy/siberius.sock"


@pytest.fixture(scope="module", autouse=True)
def lab() -> Iterator[None]:
    _run(BIN / "siberius", "lab", "up")
    try:
        yield
    finally:
        if os.environ.get("SIBERIUS_LAB") != "keep":
            _run(BIN / "siberius", "lab", "down")


def test_one_command_makes_a_cluster_and_a_second_changes_nothing() -> None:
    began = time.monotonic()
    _play("deploy.yml")
    print(f"deployed after {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    changed = _changed(_play("deploy.yml"))
    print(f"the second run took {time.monotonic() - began:.0f} s")
    assert changed == []
    status = json.loads(_run(BIN / "siberius", "status", "--json"))
    assert status["degraded"] == []
    assert status["losesNothingNow"]


def test_the_first_company_is_made_from_here() -> None:
    inventory = Inventory(INVENTORY)
    asked = ["company", "create", "--name", "Início & Filhos", "--admin-name", "Zoë"]
    asked += ["--admin-email", "first@example.com", "--admin-password-stdin"]
    password = uuid.uuid4().hex
    done = subprocess.run(
        [BIN / "siberius", *asked],
        cwd=ROOT,
        input=password,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert inventory.url in done.stdout
    trusted = ssl.create_default_context(cafile=str(inventory.secrets_folder / "pki" / "ca.crt"))
    body = {"email": "first@example.com", "password": password}
    with httpx.Client(base_url=inventory.url, verify=trusted, timeout=60) as client:
        user = client.post("/api/auth/login", json=body).raise_for_status().json()["user"]
    assert (user["name"], user["tenant"]["name"]) == ("Zoë", "Início & Filhos")


def test_the_doctor_finds_no_problem_and_changes_nothing() -> None:
    before = _as_it_is()
    report = json.loads(_run(BIN / "siberius", "doctor", "--json"))
    assert report["problems"] == 0, report
    assert len(report["outages"]) == 2
    assert _as_it_is() == before


def test_nothing_answers_another_machine_in_plain() -> None:
    inventory = Inventory(INVENTORY)
    monitor = next(each for each in inventory.machines if each.name == "monitor")
    for server in inventory.servers:
        listening = [line.rpartition(":") for line in server.run(_LISTENING).split()]
        ports = {
            port for address, _, port in listening if not address.startswith(("127.", "[::1]"))
        }
        ports -= {"22", "80"}  # SSH, and where people are sent to HTTPS
        assert len(ports) >= 12
        said = monitor.run("bash -s", stdin=_KNOCK % (server.address, " ".join(ports)))
        answers = [line.split("|") for line in said.splitlines()]
        assert {port for port, _, _ in answers} == ports
        for port, verified, plain in answers:
            assert verified == "OK", (server.name, port)
            # Go's servers say in plain that they want TLS.
            assert plain in {"", "HTTP/1.0 400"} or plain[0] == "\x15", (server.name, port)


_LISTENING = "ss --no-header --listening --tcp --numeric | awk '{ print $4 }'"
_KNOCK = r"""
address=%s
knock() {
  [ $1 = 5432 ] && start="-starttls postgres"
  verified=$(openssl s_client -brief -connect $address:$1 $start -verify_ip $address \
    -CAfile /etc/siberius/pki/ca.crt </dev/null 2>&1 | sed -n 's/^Verification: //p')
  exec 3<>/dev/tcp/$address/$1
  printf 'GET / HTTP/1.0\r\n\r\n' >&3
  echo "$1|$verified|$(timeout 3 head -c 12 <&3 | tr -d '\0\r\n')"
}
for port in %s; do knock $port 2>/dev/null & done
wait
"""


@pytest.mark.parametrize("fault", ["leader-kill", "partition", "rolling-update"])
def test_nothing_acknowledged_is_lost(fault: str) -> None:
    result = _drill(fault)
    assert (result["acknowledgedLost"], result["doubled"]) == (0, 0)
    assert result["uploads"] > 0
    assert result["alerts"] is not None
    assert result["met"], result["goal"]


def test_the_checker_reports_loss_where_there_is_some() -> None:
    assert _drill("negative-control")["acknowledgedLost"] > 0


def test_an_application_that_answers_with_errors_is_taken_back(tmp_path: Path) -> None:
    servers = Inventory(INVENTORY).servers
    file = "app/http/answers.py"
    fails = (ROOT / file).read_bytes() + b"\n\nAnswers.find = None  # type: ignore\n"
    before = [server.run("readlink /opt/siberius/current") for server in servers]
    with _reading():
        release = str(_broken_release(tmp_path, file, fails))
        said = _play("application.yml", check=False, siberius_release=release)
    assert re.search(
        rf"{servers[0].name} was not ready .*: clients got [1-9]\d* answers of 5xx", said
    )
    assert "it runs the release from before again" in said
    assert [server.run("readlink /opt/siberius/current") for server in servers] == before
    assert not state.degraded(Inventory(INVENTORY))
    assert _drained(servers[1]) == []  # and it gets requests again


def test_what_haproxy_was_told_outlives_a_reload_but_no_start() -> None:
    server = Inventory(INVENTORY).servers[0]
    server.run(f"echo 'set server ready/{server.name} state drain' | {HAPROXY}")
    server.run("systemctl reload haproxy")
    assert _drained(server) == [server.name]
    server.run("systemctl restart haproxy")
    assert _drained(server) == []


def test_branches_get_their_agents_one_after_another(tmp_path: Path) -> None:
    first, second = (each for each in Inventory(INVENTORY).machines if "branch" in each.name)
    company: dict[str, Any] = {"agent_company": COMPANY}
    with _client() as client:
        for branch in (first, second):
            _write(client, branch.name)
        _play("rollout_agents.yml", **company)
        assert _changed(_play("rollout_agents.yml", **company)) == []

        document = base64.b64encode(make_pdf("Hello from the branch")).decode()
        second.run("base64 -d > /srv/pdf/hello.pdf", stdin=document)
        _until(lambda: "hello.pdf" in client.get("/api/pdfs").text)
        # What reads it, there and here, is not in the way of what the units allow.
        hello = _upload(client, "hello.pdf")
        assert hello["pages"] == 1
        client.get(f"/api/pdfs/{hello['id']}/preview").raise_for_status()

        # One that does not start: the first branch goes back, the second never had it.
        before = [branch.run("readlink /opt/siberius/current") for branch in (first, second)]
        ends = b"raise SystemExit('a release that does not work')\n"
        release = str(_broken_release(tmp_path, "agent/main.py", ends))
        said = _play("rollout_agents.yml", check=False, siberius_release=release, **company)
        assert f"{first.name} was not ready" in said
        assert "it runs the release from before again" in said
        assert f"{second.name} was not ready" not in said
        after = [branch.run("readlink /opt/siberius/current") for branch in (first, second)]
        assert after == before
        _until(lambda: [row["status"] for row in _agents(client)] == ["online", "online"])


def test_a_backup_is_proven_and_one_whose_document_is_lost_is_not() -> None:
    inventory = Inventory(INVENTORY)
    leader = state.leader(inventory)
    assert leader is not None
    began = time.monotonic()
    with _client() as client:
        digest = _upload(client, "hello.pdf")["fileHash"]
        # It waits until the log so far is in the repository.
        leader.run("runuser -u postgres -- pgbackrest --stanza=siberius check")
        _play("backup.yml", backup_prove=True)
        proof = state.last_proof(inventory)
        assert proof is not None
        assert proof.succeeded
        server = next(each for each in inventory.servers if each.name == proof.server)
        assert server != leader
        good = _proof(server)
        assert good["siberius_backup_proof_rows"] > good["siberius_backup_proof_documents"] >= 1
        assert good["siberius_backup_proof_documents_missing"] == 0

        _lose_bytes(server, digest)
        with pytest.raises(OperatorError):
            server.run("systemctl start siberius-backup-proof")
        bad = _proof(server)
        assert bad["siberius_backup_proof_success"] == 0
        assert bad["siberius_backup_proof_documents_missing"] == 1
        succeeded = "siberius_backup_proof_success_timestamp_seconds"
        assert bad[succeeded] == good[succeeded] < bad["siberius_backup_proof_timestamp_seconds"]
        # Who opens it notices the loss.
        _upload(client, "hello.pdf")
    print(f"proven, and not, within {time.monotonic() - began:.0f} s")


def test_prometheus_knows_all_that_alerts_and_dashboard_ask_for() -> None:
    asked = " ".join((GRAFANA / name).read_text() for name in ("alerts.yml", "dashboard.json"))
    pattern = r"\b(?:up|(?:siberius|haproxy|patroni|pg|etcd|minio|node|probe|alertmanager)_\w+)\b"
    # Counted only where somebody is told, and the lab tells nobody.
    expected = set(re.findall(pattern, asked)) - {"alertmanager_notifications_failed_total"}
    assert expected - set(_prometheus("label/__name__/values")) == set()
    moved = 'max_over_time(ALERTS{alertname="LeaderMoved",alertstate="firing"}[1h])'
    assert _prometheus("query", query=moved)["result"], "leader-kill and partition raise it"


def _as_it_is() -> dict[str, Any]:
    """Each machine's settings, when its parts were started, and the cluster's settings."""
    inventory = Inventory(INVENTORY)
    ask = (
        "find /etc -xdev -type f -exec sha256sum {} + | sort --key 2;"
        "systemctl show --property=Id,ActiveState,ActiveEnterTimestamp,NRestarts etcd patroni"
        " siberius-redis siberius-sentinel siberius-minio haproxy keepalived siberius nftables ssh"
    )
    found = state.ask_all(inventory.machines, lambda machine: machine.run(ask))
    return found | {"patroni": inventory.servers[0].get(8008, "/config")}


def test_the_database_goes_back_to_a_moment_and_clients_read_anew() -> None:
    with _client() as client:
        cursor = client.get("/api/branches").json()["cursor"]
        kept, gone = (uuid.uuid4().hex[:20] for _ in range(2))
        _write(client, kept)
        # To the second: a person reads it off a clock.
        time.sleep(1)
        moment = datetime.now(UTC).replace(microsecond=0)
        time.sleep(1)
        _write(client, gone)

    began = time.monotonic()
    said = _play("restore.yml", restore_to=moment.isoformat())
    print(f"restored after {time.monotonic() - began:.0f} s")

    status = json.loads(_run(BIN / "siberius", "status", "--json"))
    assert status["degraded"] == []
    assert status["losesNothingNow"]
    assert status["lastBackup"]["kind"] == "full"
    assert status["lastBackup"]["ageS"] < time.monotonic() - began
    with _client() as client:
        found = codes(client)
        assert (found[kept], found[gone]) == (1, 0)
        assert client.get("/api/branches", params={"since": cursor}).json()["mustRefetch"]
        _write(client, gone)
        assert codes(client)[gone] == 1
    assert '"missing": []' in said


def test_a_machine_goes_where_the_others_can_go_on_and_another_takes_its_place() -> None:
    inventory = Inventory(INVENTORY)
    _, second, third = inventory.servers
    second.run("systemctl stop etcd")
    said = _play("decommission.yml", check=False, host=third.name)
    assert f"{third.name} cannot go: etcd would have 2 members" in said
    assert second.name in said.partition("cannot go")[2]
    second.run("systemctl start etcd")
    _until(lambda: not state.degraded(inventory))

    # First: without a third server no other playbook runs.
    _play("decommission.yml", host="branch-2", agent_company=COMPANY)
    leader = state.leader(inventory)
    assert leader is not None
    _play("decommission.yml", host=leader.name, purge=True)
    assert leader.run("find /var/lib/minio /etc/siberius -mindepth 1") == ""
    with _client() as client:
        _write(client, "without-it")
        assert sorted(row["blocked"] for row in _agents(client)) == [False, True]
    left = next(each.name for each in inventory.servers if each != leader)
    assert f"{left} cannot go" in _play("decommission.yml", check=False, host=left)

    _play("deploy.yml")
    _until(lambda: not state.degraded(inventory))


@contextmanager
def _client() -> Iterator[httpx.Client]:
    """As the administrator of the company that the drills made."""
    inventory = Inventory(INVENTORY)
    trusted = ssl.create_default_context(cafile=str(inventory.secrets_folder / "pki" / "ca.crt"))
    body = {"email": EMAIL, "password": secrets.read(inventory.vault)["drill"]}
    with httpx.Client(base_url=inventory.url, verify=trusted, timeout=60) as client:
        token = client.post("/api/auth/login", json=body).raise_for_status().json()["accessToken"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def _drained(server: Host) -> list[str]:
    """The servers that this one's HAProxy was told to send nothing new."""
    said = server.run(f"echo 'show servers state ready' | {HAPROXY}")
    rows = [line.split() for line in said.splitlines() if " ready " in line]
    return [name for _, _, _, name, _, _, told, *_ in rows if told != "0"]


@contextmanager
def _reading() -> Iterator[None]:
    """Someone opens a list, again and again."""
    over = threading.Event()

    def read() -> None:
        with _client() as client:
            while not over.wait(0.05):
                client.get("/api/branches")

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            yield
        finally:
            over.set()
            reader.result()


def _agents(client: httpx.Client) -> list[dict[str, Any]]:
    return list(client.get("/api/agents").raise_for_status().json()["data"])


def _write(client: httpx.Client, code: str) -> None:
    client.post("/api/branches", json={"name": code, "code": code, "city": ""}).raise_for_status()


def _upload(client: httpx.Client, name: str) -> dict[str, Any]:
    """Somebody opens the document, and its branch sends it."""

    def pdf() -> dict[str, Any]:
        found = client.get("/api/pdfs", params={"q": name}).raise_for_status().json()["data"]
        return next(dict(row) for row in found if row["fileName"] == name)

    client.get(f"/api/pdfs/{pdf()['id']}/download")
    client.post("/api/pdfs/request", json={"ids": [pdf()["id"]]}).raise_for_status()
    _until(lambda: pdf()["status"] == "cached")
    return pdf()


def _proof(server: Host) -> dict[str, float]:
    """The figures of a server's last proof, which has left nothing else."""
    look = (
        "find /tmp /var/tmp -name '*proof*'; pgrep --list-full --full '[s]iberius-proof-' || true"
    )
    assert server.run(look) == ""
    return watch.told(server.run(f"cat {watch.PROOF}"))


def _lose_bytes(server: Host, digest: str) -> None:
    """The object store has the document of this hash no longer."""
    program = f"""
import asyncio
from app.runtime.parts import build
from app.settings import Settings

async def lose():
    blobs = build(Settings()).blobs
    for key in [blob.key async for blob in blobs.list()]:
        if key.endswith("/{digest}"):
            await blobs.delete(key)

asyncio.run(lose())
"""
    python = "set -a; . /etc/siberius/siberius.env; exec /opt/siberius/current/venv/bin/python -"
    server.run(f"cd /; runuser -u siberius -- sh -c '{python}'", stdin=program)


def _drill(fault: str) -> dict[str, Any]:
    journal = ROOT / "build" / "drills" / f"{fault}.json"
    journal.unlink(missing_ok=True)
    print(_run(BIN / "siberius", "drill", fault, "--yes", check=False))
    return dict(json.loads(journal.read_text()))


def _play(playbook: str, *, check: bool = True, **variables: Any) -> str:
    """What a playbook prints for who wants to see everything; none of it is a secret."""
    folder = ROOT / "ops" / "ansible"
    command = (BIN / "ansible-playbook", "--diff", "-vvv", "-i", INVENTORY, playbook)
    said = _run(*command, "--extra-vars", json.dumps(variables), cwd=folder, check=check)
    assert [name for name, secret in _all_secrets().items() if secret in said] == []
    return said


def _all_secrets() -> dict[str, str]:
    """What nobody may be shown: the vault's, its password, and a line of each machine's key."""
    inventory = Inventory(INVENTORY)
    keys = (inventory.secrets_folder / "pki").glob("*.key")
    return (
        secrets.read(inventory.vault)
        | {key.name: key.read_text().splitlines()[1] for key in keys}
        | {"vault": secrets.vault_password().decode()}
    )


def _changed(said: str) -> list[tuple[str, str]]:
    """The machines on which a playbook changed something, and how much."""
    return re.findall(r"^(\S+) .*changed=([1-9]\d*)", said, re.MULTILINE)


def _prometheus(path: str, **parameters: str) -> Any:
    """The data of an answer of the monitor's Prometheus."""
    monitor = next(each for each in Inventory(INVENTORY).machines if each.name == "monitor")
    answer = monitor.get(9090, f"/api/v1/{path}?{urlencode(parameters)}")
    return json.loads(answer)["data"]


def _broken_release(folder: Path, file: str, content: bytes) -> Path:
    """The release archive, with another content of one of our files."""
    with tarfile.open(max((ROOT / "build" / "release").glob("*-cp313.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    (wheel,) = (unpacked / "wheels").glob("siberius-*.whl")
    with zipfile.ZipFile(wheel) as good:
        files = {name: good.read(name) for name in good.namelist()}
    assert file in files
    files[file] = content
    with zipfile.ZipFile(wheel, "w") as bad:
        for name, written in files.items():
            bad.writestr(name, written)
    sums = unpacked / "SHA256SUMS"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    sums.write_text(
        re.sub(rf"\w+(?=  {re.escape(f'wheels/{wheel.name}')})", digest, sums.read_text())
    )
    archive_path = folder / f"{unpacked.name}.tar.gz"
    with tarfile.open(archive_path, "w:gz") as archive:
        archive.add(unpacked, unpacked.name)
    return archive_path


def _until(condition: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.5)


def _run(*command: str | Path, cwd: Path = ROOT, check: bool = True) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        pytest.fail(f"{command[0]} {command[1]}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return done.stdout
