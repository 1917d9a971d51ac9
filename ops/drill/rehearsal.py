"""One drill from its first write to its journal: clients, fault, healing, reading back."""

import json
import shlex
import ssl
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from ops.cluster import OperatorError, secrets, state
from ops.cluster.hosts import Host, Inventory
from ops.drill import report
from ops.drill.faults import POSTGRES, Fault
from ops.drill.followers import Follower, following
from ops.drill.ledger import writing
from ops.drill.verdict import Books, judge

FOLDER: Final = Path("build/drills")
COMPANY: Final = "Siberius drill"
EMAIL: Final = "drill@siberius.example"
_WARM: Final = 30
"""Acknowledged writes before the fault, and after the cluster goes on."""
_RECOVERY_S: Final = 240
_CATCH_UP_S: Final = 20
"""So long standbys and sockets have, after the last write, to be where the leader is."""


class _Clock:
    """Says what happens, and when since the start; `marks` are the moments of the fault."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.marks: dict[str, float] = {}

    def say(self, what: str) -> None:
        print(f"» {time.monotonic() - self._began:5.1f} s  {what}", flush=True)

    def mark(self, name: str) -> datetime:
        self.marks[name] = time.monotonic()
        return datetime.now(UTC)


def rehearse(inventory: Inventory, name: str, fault: Fault) -> dict[str, Any]:
    """Do it; the journal, which is in `FOLDER` then, with the page for people beside it. Raises
    `OperatorError` where the cluster is degraded, or does not come back."""
    if reasons := state.degraded(inventory):
        raise OperatorError(f"refused: the cluster is degraded already: {'; '.join(reasons)}")
    trusted = ssl.create_default_context(cafile=str(inventory.secrets_folder / "pki" / "ca.crt"))
    token = _sign_in(inventory, secrets.read(inventory.vault)["drill"], trusted)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.acknowledged"
    file.unlink(missing_ok=True)
    clock = _Clock()
    with following(inventory.url, token, verify=trusted) as followers:
        headers = {"Authorization": f"Bearer {token}"}
        with writing(inventory.url, headers, books=file, verify=trusted) as ledger:
            _until(lambda: len(ledger.acknowledged) >= _WARM, "clients write")
            _until(lambda: all(follower.ready for follower in followers), "sockets follow")
            clock.say(f"{len(ledger.acknowledged)} writes are acknowledged; {name}: {fault.what}")
            started = clock.mark("fault")
            heal = fault.begin(inventory)
            try:
                seen = len(ledger.acknowledged)
                clock.say("done; the clients go on")
                if fault.lasts_s is None:
                    _until(lambda: len(ledger.acknowledged) >= seen + _WARM, "writes go on")
                else:
                    time.sleep(fault.lasts_s)
                clock.say("healing")
            finally:
                heal()
            healed = clock.mark("healed")
            _until(lambda: len(ledger.acknowledged) >= seen + _WARM, "writes go on")
            _until(lambda: not state.degraded(inventory), "full redundancy", pause_s=1)
            clock.mark("full redundancy")
            clock.say("full redundancy")
        clock.say("the writers stopped; reading back from every node and every socket")
        # Again: who was cut off believed for a moment what it knew from before.
        _until(lambda: not state.degraded(inventory), "full redundancy", pause_s=1)
        books = _read_back(inventory, file.read_text().split(), followers)
    journal = {"fault": name, **judge(fault, ledger, books)} | {
        "started": started.isoformat(),
        "healed": healed.isoformat(),
        "fullRedundancyAfterS": round(clock.marks["full redundancy"] - clock.marks["fault"], 1),
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(journal, indent=2) + "\n")
    (FOLDER / f"{name}.html").write_text(report.page(journal, fault.what, ledger, clock.marks))
    return journal


def _sign_in(inventory: Inventory, password: str, trusted: ssl.SSLContext) -> str:
    """An access token of the administrator of the drills' own company, which is made at the
    first drill."""
    body = {"email": EMAIL, "password": password}
    with httpx.Client(base_url=inventory.url, verify=trusted, timeout=60) as client:
        answer = client.post("/api/auth/login", json=body)
        if answer.status_code == 401:
            inventory.servers[0].run(
                "runuser -u siberius -- sh -c 'set -a; . /etc/siberius/siberius.env; exec "
                f'/opt/siberius/current/venv/bin/siberius tenant create --name "{COMPANY}" '
                f"--admin-email {EMAIL} --admin-password-stdin'",
                stdin=password + "\n",
            )
            answer = client.post("/api/auth/login", json=body)
        if not answer.is_success:
            raise OperatorError(f"the drill cannot sign in: {answer.status_code} {answer.text}")
        return str(answer.json()["accessToken"])


def _read_back(inventory: Inventory, acknowledged: list[str], followers: list[Follower]) -> Books:
    """The books, as soon as they agree, or once there was time enough for that."""
    psql = f"runuser -u postgres -- psql -h {POSTGRES} -d siberius -At"
    query = "SELECT code FROM branches JOIN tenants t ON t.id = tenant_id WHERE t.name = :'company'"

    def rows(server: Host) -> Counter[str]:
        return Counter(server.run(f"{psql} -v company={shlex.quote(COMPANY)}", stdin=query).split())

    deadline = time.monotonic() + _CATCH_UP_S
    while True:
        nodes = state.ask_all(inventory.servers, rows)
        silent = [each for each in nodes.values() if isinstance(each, OperatorError)]
        late = time.monotonic() > deadline
        if silent and late:
            raise OperatorError(f"cannot read back: {silent[0]}")
        if not silent:
            books = Books(acknowledged, nodes, [follower.codes() for follower in followers])
            if late or not (books.lost or any(books.missed)):
                return books
        time.sleep(1)


def _until(condition: Callable[[], bool], what: str, *, pause_s: float = 0.1) -> None:
    deadline = time.monotonic() + _RECOVERY_S
    while not condition():
        if time.monotonic() > deadline:
            raise OperatorError(f"not within {_RECOVERY_S} s: {what}")
        time.sleep(pause_s)
