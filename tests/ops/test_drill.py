"""A drill's books, its verdict and its page; and its clients against a server that dies."""

import hashlib
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from ops.cluster import OperatorError
from ops.cluster.hosts import Inventory
from ops.doctor.cluster import Drill, last_drill
from ops.drill import alerts, metrics, rehearsal, report
from ops.drill.access import Bearer, renewed
from ops.drill.cli import table
from ops.drill.faults import FAULTS, Fault, NotHereError, branch_machine, room_to_fill
from ops.drill.followers import following
from ops.drill.ledger import Ledger, Problem, codes, promises, writing
from ops.drill.uploads import enrolled, uploading
from ops.drill.verdict import Books, judge
from ops.lab import inventory
from tests.support.replica import ADMIN, PASSWORD, ReplicaServer
from tests.support.server import wait_until

GIB = 2**30
QUIET = Fault("nothing happens", lambda _inventory: lambda: None, 3, fails_none=True)


def a_ledger(*moments: float) -> Ledger:
    return Ledger(acknowledged={str(number): at for number, at in enumerate(moments)})


def books(ledger: Ledger, **changes: Any) -> Books:
    """Books that agree, but for the changes."""
    there = Counter(list(ledger.acknowledged))
    agreeing = {
        "acknowledged": list(ledger.acknowledged),
        "nodes": {"core-1": there, "core-2": there},
        "views": [there, there],
        "promised": ["d"],
        "stored": {"core-1": {"d"}, "core-2": {"d"}},
        "served": {"d"},
    }
    return Books(**agreeing | changes)


def test_books_that_agree_meet_the_goal() -> None:
    ledger = a_ledger(10, 10.1, 13, 13.2)
    judged = judge(QUIET, ledger, books(ledger))
    assert judged["met"]
    assert judged["longestWriteGapS"] == 2.9
    assert judged["missedChanges"] == [0, 0]


@pytest.mark.parametrize(
    ("changes", "fact", "value"),
    [
        ({"nodes": {"core-1": Counter("01"), "core-2": Counter("0")}}, "acknowledgedLost", 1),
        ({"nodes": {"core-1": Counter("01"), "core-2": Counter("011")}}, "doubled", 1),
        ({"stored": {"core-1": {"d"}, "core-2": set()}}, "uploadsLost", 1),
        ({"served": set()}, "uploadsLost", 1),
        ({"served": set()}, "acknowledgedLost", 1),
        ({"views": [Counter("01"), Counter("0")]}, "missedChanges", [0, 1]),
        ({"views": [Counter("012"), Counter("01")]}, "missedChanges", [1, 0]),
    ],
)
def test_what_does_not_agree_misses_the_goal(
    changes: dict[str, Any], fact: str, value: object
) -> None:
    ledger = a_ledger(10, 10.1)
    judged = judge(QUIET, ledger, books(ledger, **changes))
    assert (judged[fact], judged["met"]) == (value, False)


def test_a_long_gap_and_a_failed_request_miss_the_goal() -> None:
    slow = a_ledger(10, 13.2)
    assert not judge(QUIET, slow, books(slow))["met"]
    failing = a_ledger(10, 10.1)
    failing.failed["2"] = Problem(10.2, "500 <no>")
    judged = judge(QUIET, failing, books(failing))
    assert (judged["met"], judged["problems"]) == (False, ["500 <no>"])


def test_the_negative_control_is_met_by_loss_alone() -> None:
    ledger = a_ledger(10, 10.1)
    control = FAULTS["negative-control"]
    assert not judge(control, ledger, books(ledger))["met"]
    assert judge(control, ledger, books(ledger, nodes={"core-1": Counter("0")}))["met"]


@pytest.fixture
def drilled() -> tuple[dict[str, Any], Ledger]:
    ledger = a_ledger(100, 100.01, 100.5, 104.5, 105)
    ledger.retried.append(Problem(101.5, "503"))
    ledger.failed["x"] = Problem(102.5, "500 <b>no</b>")
    ledger.documents["d"] = 103.5
    journal = {"fault": "leader-kill", **judge(QUIET, ledger, books(ledger))}
    journal |= {"started": "2026-11-27T10:00:00+00:00", "healed": "later"}
    return journal | {"fullRedundancyAfterS": 9.5, "alerts": None}, ledger


def test_the_page_shows_what_happened_and_needs_nothing_else(
    drilled: tuple[dict[str, Any], Ledger],
) -> None:
    journal, ledger = drilled
    marks = {"fault": 100.5, "healed": 106.0, "full redundancy": 110.0}
    page = report.page(journal, "the leader dies", ledger, marks)
    assert not re.search(r"<script|href|src=|url\(|@import", page)
    assert "500 &lt;b&gt;no&lt;/b&gt;" in page
    assert "1 × 503" in page
    tree = ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    assert [each.text for each in tree.iter("h1")] == ["Drill leader-kill: "]
    told = " ".join(tree.itertext())
    for fact in ("missed", "fault +0.0 s", "writes again +4.0 s", "full redundancy +9.5 s"):
        assert fact in told
    assert "nobody watches" in told


def test_the_page_says_which_alert_fired_and_what_was_seen_of_a_branch(
    drilled: tuple[dict[str, Any], Ledger],
) -> None:
    journal, ledger = drilled
    labels = {"instance": "core-1"}
    journal["alerts"] = [{"alert": "PartDown", "labels": labels, "afterS": 12, "untilS": None}]
    journal["branch"] = {"name": "branch-1", "shownOfflineAfterS": 41.0, "offlineAfterS": None}
    journal["branch"] |= {"backAfterS": 20.0, "listedAfterS": 21.0, "servedAfterS": 22.0}
    page = report.page(journal, "the leader dies", ledger, {"fault": 100.5})
    tree = ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    rows = {row[0].text: row[1].text for row in tree.iter("tr")}
    assert rows["alerts, since the fault"] == "PartDown (core-1) after 12 s, to the end"
    assert rows["its agent offline after the fault, s"] == "never"


def test_the_picture_is_to_scale(drilled: tuple[dict[str, Any], Ledger]) -> None:
    marks = {"fault": 100.5, "full redundancy": 110.0}
    tree = ElementTree.fromstring(report.timeline(drilled[1], marks))
    second = 860 / 10
    gap = next(each for each in tree.iter("rect"))
    assert float(gap.attrib["x"]) == pytest.approx(80 + 0.5 * second)
    assert float(gap.attrib["width"]) == pytest.approx(4 * second)
    paths = {each.attrib["class"]: each.attrib["d"] for each in tree.iter("path")}
    bars = [float(height) for height in re.findall(r"v-([\d.]+)h", paths["writes"])]
    assert bars == pytest.approx([140, 70, 70, 70])
    assert paths["again"].startswith(f"M{80 + 1.5 * second}")
    assert paths["failed"].startswith(f"M{80 + 2.5 * second}")
    assert paths["upload"].startswith(f"M{80 + 3.5 * second}")


def test_the_table_has_a_line_for_each_drill(drilled: tuple[dict[str, Any], Ledger]) -> None:
    lines = table([drilled[0]]).splitlines()
    assert lines[0].split()[:2] == ["drill", "goal"]
    facts = ["leader-kill", "MISSED", "0", "0", "0", "4.0", "1", "1", "1", "9.5"]
    assert lines[1].split() == facts


def test_an_alert_has_a_row_for_each_time_it_fired() -> None:
    metric = {"__name__": "ALERTS", "alertname": "PartDown", "alertstate": "firing"}
    metric |= {"severity": "warning", "instance": "core-1", "job": "etcd"}
    series: list[dict[str, Any]] = [
        {"metric": metric, "values": [[at, "1"] for at in (1010, 1015, 1040, 1045, 1050)]},
        {"metric": {"alertname": "LeaderMoved"}, "values": [[1000, "1"], [1005, "1"]]},
    ]
    rows = alerts.times(series, 1000, 1052)
    labels = {"instance": "core-1", "job": "etcd"}
    assert rows == [
        {"alert": "PartDown", "labels": labels, "afterS": 10, "untilS": 20},
        {"alert": "PartDown", "labels": labels, "afterS": 40, "untilS": None},
        {"alert": "LeaderMoved", "labels": {}, "afterS": 0, "untilS": 10},
    ]
    assert alerts.said(rows) == (
        "PartDown (core-1, etcd) after 10 s, until 20 s; "
        "PartDown (core-1, etcd) after 40 s, to the end; LeaderMoved before already, until 10 s"
    )
    assert (alerts.said([]), alerts.said(None)) == ("none", "nobody watches")


def test_the_metrics_say_what_the_journal_says(drilled: tuple[dict[str, Any], Ledger]) -> None:
    lines = metrics.text(drilled[0]).splitlines()
    said = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert said == {
        'siberius_drill_run_timestamp_seconds{drill="leader-kill"}': "1795773600.0",
        'siberius_drill_met{drill="leader-kill"}': "0",
        'siberius_drill_write_gap_seconds{drill="leader-kill"}': "4.0",
        'siberius_drill_lost{drill="leader-kill"}': "0",
        'siberius_drill_failed_requests{drill="leader-kill"}': "1",
    }


def test_the_doctor_reads_the_journal(
    drilled: tuple[dict[str, Any], Ledger], tmp_path: Path
) -> None:
    journal = tmp_path / "leader-kill.json"
    assert last_drill(journal) is None
    journal.write_text(json.dumps(drilled[0] | {"acknowledgedLost": 2}))
    assert last_drill(journal) == Drill("leader-kill", drilled[0]["started"], 4.0, 2)


def test_a_long_drill_signs_in_again_also_where_the_cluster_was_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ops.drill.access.RENEW_S", 0.01)
    monkeypatch.setattr("ops.drill.access._AGAIN_S", 0.01)
    answers: Iterator[Any] = iter(["one", OperatorError("503"), httpx.ReadTimeout(""), "two"])

    def sign_in() -> str:
        answer = next(answers, "three")
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    def shown() -> str:
        request = httpx.Request("GET", "http://siberius.example")
        return next(bearer.auth_flow(request)).headers["Authorization"]

    with renewed(sign_in) as bearer:
        wait_until(lambda: shown() == "Bearer three", 10)


def test_who_is_interrupted_heals_first() -> None:
    done = []

    def begin(_inventory: Inventory) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        done.append("broken")
        return lambda: done.append("healed")

    ledger: Any = Ledger()
    inventory: Any = None
    course = rehearsal.Course(inventory, Fault("", begin, lasts_s=60), ledger, None)
    with pytest.raises(KeyboardInterrupt):
        course.break_and_heal()
    assert done == ["broken", "healed"]


def test_only_a_small_filesystem_of_its_own_is_filled() -> None:
    assert room_to_fill("core-1", f"{8 * GIB} {5 * GIB} /var/lib/postgresql\n") == 5 * GIB
    for size, target in ((8 * GIB, "/"), (500 * GIB, "/var/lib/postgresql")):
        with pytest.raises(NotHereError, match=f"core-1: the data of Postgres is on {target} "):
            room_to_fill("core-1", f"{size} {5 * GIB} {target}\n")


def test_the_branch_that_is_cut_off_is_the_first_whose_agent_runs() -> None:
    @dataclass
    class Machine:
        name: str
        runs: bool

        def run(self, _command: str) -> str:
            if not self.runs:
                raise OperatorError(f"{self.name}: exit 3")
            return ""

    @dataclass
    class Machines:
        branches: list[Machine]

        def group(self, _name: str) -> list[Machine]:
            return self.branches

    machines: Any = Machines([Machine("branch-1", False), Machine("branch-2", True)])
    assert branch_machine(machines).name == "branch-2"
    machines.branches.pop()
    with pytest.raises(NotHereError, match="no machine of the group `branches` runs an agent"):
        branch_machine(machines)


def test_the_lab_can_switch_its_machines_off(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    inventory.write(path, tmp_path / "id_ed25519")
    variables = Inventory(path).servers[0].variables
    assert variables["power_off"] == "docker kill siberius-lab-core-1"
    assert variables["power_on"] == "docker start siberius-lab-core-1"


@pytest.fixture
def replica(postgres_database: str) -> Iterator[ReplicaServer]:
    server = ReplicaServer(
        database_url=postgres_database,
        secret_key="only for tests, but long enough to be taken",
        password_memory_kib=1024,
        workers=1,
    )
    server.make_company()
    with server:
        yield server


def sign_in(replica: ReplicaServer) -> Bearer:
    login = {"email": ADMIN, "password": PASSWORD}
    answer = httpx.post(f"{replica.url}/api/auth/login", json=login, timeout=30)
    return Bearer(answer.raise_for_status().json()["accessToken"])


def test_what_was_uploaded_is_served_after_its_server_died(
    replica: ReplicaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.drill.uploads.PAUSE_S", 0.1)
    bearer, file = sign_in(replica), tmp_path / "books"
    with httpx.Client(base_url=replica.url, auth=bearer, timeout=30) as person:
        with (
            enrolled(person, 2) as agents,
            writing(replica.url, bearer, 1, books=file) as ledger,
            uploading(replica.url, bearer, agents, ledger),
        ):
            wait_until(lambda: len(ledger.documents) > 3, 60)
            replica.kill()
            replica.start()
            seen = len(ledger.documents)
            wait_until(lambda: len(ledger.documents) > seen + 3, 60)
        assert ledger.failed == {}
        promised = promises(file.read_text())
        assert promised.branches == list(ledger.acknowledged)
        assert list(promised.documents) == list(ledger.documents)
        for sha256, pdf_id in promised.documents.items():
            answer = person.get(f"/api/pdfs/{pdf_id}/download").raise_for_status()
            assert hashlib.sha256(answer.content).hexdigest() == sha256
        assert person.get("/api/agents").json()["data"] == []


def test_sockets_show_what_is_there_after_their_server_died(replica: ReplicaServer) -> None:
    bearer = sign_in(replica)
    with following(replica.url, bearer, 2) as followers:
        with writing(replica.url, bearer) as ledger:
            wait_until(lambda: len(ledger.acknowledged) > 10, 60)
            wait_until(lambda: all(follower.ready for follower in followers), 60)
            replica.kill()
            replica.start()
            seen = len(ledger.acknowledged)
            wait_until(lambda: len(ledger.acknowledged) > seen + 10, 60)
        with httpx.Client(base_url=replica.url, auth=bearer, timeout=30) as client:
            there = codes(client)
        assert ledger.failed == {}
        assert set(ledger.acknowledged) <= set(there)
        wait_until(lambda: [follower.codes() for follower in followers] == [there, there], 60)
