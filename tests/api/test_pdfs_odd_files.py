"""Any name and any time stamp that a file system can hold is listed: from the disk to the list."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.contract.files import IndexedFile, Result
from agent.contract.reconcile import Question, digest, item_key
from agent.watch.ignore import Ignore
from agent.watch.paths import Stamp, to_wire
from agent.watch.survey import Survey
from agent.watch.table import KnownFiles
from app.domains.pdfs import reconciling
from app.domains.pdfs.facts import parse_report
from tests.api.conftest import Api
from tests.support.branch import RULES, documents, enrolled, item, make_pdf

PARTS = st.one_of(
    st.binary(min_size=1, max_size=40),
    st.text(min_size=1, max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"\\xe7", b"\xe7", b"\\x5cxe7", b"\\", "ç".encode(), b"~", b" ", b"'\n"]),
).filter(lambda part: not {0, 47} & set(part))
FOLDERS = st.lists(PARTS.filter(lambda part: part not in {b".", b".."}), max_size=3).map(b"/".join)
NANOSECONDS = st.one_of(
    st.integers(-(2**31) * 10**9, 2**34 * 10**9),
    st.sampled_from([0, -1, 2**63 - 1, 2**63, 15032385535 * 10**9]),
)


def listed_and_known(file: IndexedFile, path: bytes, known: KnownFiles) -> None:
    """The server takes the report, and means the same file by it as the agent."""
    wire = json.loads(json.dumps({"items": [file.to_wire()]}))
    report = parse_report(wire)
    assert report.rejected == []
    ((taken, _),) = report.files
    assert known.resolve(taken.path) == path
    stamp = known.get(path)
    assert stamp is not None
    key = item_key(to_wire(path), *stamp, RULES)
    assert key == item_key(taken.path, taken.size, taken.mtime_ns, taken.rules_version)


@given(st.dictionaries(st.tuples(FOLDERS, PARTS), NANOSECONDS, min_size=1, max_size=5))
def test_every_name_and_stamp_is_taken(files: dict[tuple[bytes, bytes], int]) -> None:
    known = KnownFiles()
    for (folder, name), mtime_ns in files.items():
        known.put((folder + b"/" if folder else b"") + name + b".pdf", Stamp(7, mtime_ns))
    paths = {path for path, _ in known.items()}
    assert len({to_wire(path) for path in paths}) == len(paths)
    for path, stamp in known.items():
        listed_and_known(_file(path, stamp), path, known)


@settings(max_examples=50)
@given(PARTS, NANOSECONDS)
def test_what_is_on_the_disk_is_found_as_it_is(name: bytes, mtime_ns: int) -> None:
    with TemporaryDirectory() as folder:
        root = os.fsencode(folder)
        full = root + b"/" + name + b".pdf"
        Path(os.fsdecode(full)).write_bytes(b"7 bytes")
        os.utime(full, ns=(mtime_ns, mtime_ns))
        # File systems keep what they can of a time stamp.
        stamp = Stamp.of(os.stat(full))  # noqa: PTH116 (paths are bytes)
        found = Survey(root, known := KnownFiles()).advance(60).found
    path = name + b".pdf"
    assert found == ({} if Ignore().file(path) else {path: stamp})
    for known_path, seen in found.items():
        known.put(known_path, seen)
        listed_and_known(_file(known_path, seen), known_path, known)


def _file(path: bytes, stamp: Stamp) -> IndexedFile:
    return IndexedFile(
        path=to_wire(path),
        size=stamp.size,
        mtime_ns=stamp.mtime_ns,
        result=Result.DAMAGED,
        rules_version=RULES,
    )


@pytest.mark.parametrize(
    ("mtime_ns", "shown"),
    [
        (15032385535 * 10**9, "2262-04-11T23:47:16"),
        (2**63, "2262-04-11T23:47:16"),
        (-(10**30), "1677-09-21T00:12:43"),
        (-1, "1969-12-31T23:59:59"),
        (-2_147_483_648 * 10**9, "1901-12-13T20:45:52"),
        (0, "1970-01-01T00:00:00"),
    ],
    ids=["2446", "just too far", "too long ago", "before 1970", "1901", "the epoch"],
)
async def test_a_stamp_of_any_year_is_listed_once(api: Api, mtime_ns: int, shown: str) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    file = item("orc.pdf", make_pdf("quote"), mtimeNs=mtime_ns)
    for _ in range(2):
        ack = await agent.index(file)
        assert ack.rejected == []
    (row,) = await documents(company)
    detail = await company.admin.client.get(f"/api/pdfs/{row['id']}")
    assert detail.status_code == 200
    assert detail.json()["locations"][0]["modifiedAt"].startswith(shown)

    # The agent that looks at its disk again has nothing to send.
    key = item_key("orc.pdf", file["size"], mtime_ns, RULES)
    identity = await agent.identity()
    async with api.runtime.database.read(identity.scope) as session:
        answer = await reconciling.answer(
            session, agent.id, Question(q={"": digest([key])}), api.runtime.clock.now()
        )
    assert answer.to_wire() == {}
