"""What is sent for a file, and the command that prints it."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.contract.files import IndexedFile, Result
from agent.pdf.extract import Extractor
from agent.pdf.inspect import index_file, inspect_files
from agent.pdf.rules.version import RULES_VERSION
from tests.agent.pdf import documents

FIELDS = {"type", "number", "customer", "eventDate", "total"}


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    async with Extractor() as running:
        yield running


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


async def index(root: Path, path: Path, extractor: Extractor) -> IndexedFile:
    indexed = await index_file(root, path, extractor)
    assert indexed is not None
    return indexed


async def test_a_file_with_everything_the_contract_wants(
    extractor: Extractor, tmp_path: Path
) -> None:
    path = put(tmp_path / "2026" / "orçamento.pdf", documents.quote_pdf(12))

    indexed = await index(tmp_path, path, extractor)

    assert indexed.path == "2026/orçamento.pdf"
    assert indexed.file_hash == hashlib.sha256(documents.quote_pdf(12)).hexdigest()
    assert indexed.size == len(documents.quote_pdf(12))
    assert indexed.mtime_ns == os.stat(path).st_mtime_ns  # noqa: PTH116
    assert (indexed.result, indexed.pages, indexed.title) == (Result.OK, 1, "Orçamento 12")
    assert indexed.rules_version == RULES_VERSION
    assert indexed.fields.customer is not None


async def test_a_file_over_the_limit_is_found_but_not_brought_up(
    extractor: Extractor, tmp_path: Path
) -> None:
    """51 MB: the quote, with a megabyte-long stream after the other in between."""
    head, tail = documents.quote_pdf(), documents.quote_pdf()[9:]
    big = put(tmp_path / "big.pdf", head + b"% padding\n" * 5_347_738 + b"\n" + tail)

    indexed = await index(tmp_path, big, extractor)

    assert (indexed.result, indexed.reason_code) == (Result.OK, "too_large")
    assert indexed.reason is not None
    assert "too large (51 MB, limit 50 MB)" in indexed.reason
    assert indexed.fields.number is not None


async def test_vanished_and_irregular_files_are_not_reported(
    extractor: Extractor, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    for name in ("nowhere.pdf", "pipe.pdf", "folder.pdf"):
        assert await index_file(tmp_path, tmp_path / name, extractor) is None


async def test_a_file_that_changes_while_it_is_read_is_not_reported(
    extractor: Extractor, tmp_path: Path
) -> None:
    path = put(tmp_path / "busy.pdf", documents.quote_pdf())
    await extractor.read(path)
    assert extractor.child_pid is not None
    os.kill(extractor.child_pid, signal.SIGSTOP)
    reading = asyncio.create_task(index_file(tmp_path, path, extractor))
    await asyncio.sleep(0.3)
    put(path, documents.quote_pdf(2) + b"\n")
    os.kill(extractor.child_pid, signal.SIGCONT)

    assert await reading is None
    assert (await index(tmp_path, path, extractor)).size == len(documents.quote_pdf(2)) + 1


@pytest.mark.parametrize("name", [b"\xe7\xe3o.pdf", b"two\nlines.pdf", b"x" * 251 + b".pdf"])
async def test_odd_names_on_the_wire(extractor: Extractor, tmp_path: Path, name: bytes) -> None:
    path = put(tmp_path / os.fsdecode(name), documents.quote_pdf())

    indexed = await index(tmp_path, path, extractor)

    assert indexed.path == name.decode("utf-8", "backslashreplace")
    assert IndexedFile.model_validate_json(indexed.model_dump_json()) == indexed


def test_inspect_prints_a_json_object_for_each_file(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    good = put(tmp_path / "good.pdf", documents.quote_pdf())
    locked = put(tmp_path / "locked.pdf", documents.locked(user_password="secret"))

    code = inspect_files([good, locked, tmp_path / "nowhere.pdf"], as_json=True)

    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert code == 1
    assert [line["path"] for line in lines] == [str(good), str(locked), f"{tmp_path}/nowhere.pdf"]
    assert [line["result"] for line in lines] == ["ok", "encrypted", "damaged"]
    assert [line["reasonCode"] for line in lines] == [None, "password", "vanished"]
    assert [line["reason"] is None for line in lines] == [True, False, False]
    for line in lines:
        assert set(line["fields"]) == FIELDS
        assert {"path", "fileHash", "size", "result", "reason", "pages"} <= set(line)
    assert set(lines[0]["fields"]["total"]) == {"value", "confidence", "page", "source", "box"}
    assert lines[0]["fields"]["total"]["value"] == "1234.56"


def test_inspect_for_people(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    good = put(tmp_path / "good.pdf", documents.quote_pdf())

    assert inspect_files([str(good)], as_json=False) == 0

    shown = capfdbinary.readouterr().out.decode()
    assert str(good) in shown
    assert "1 page" in shown
    assert "1234.56" in shown


def test_inspect_prints_while_it_works(tmp_path: Path) -> None:
    """A line is there as soon as its file is read, also into a pipe."""
    good = put(tmp_path / "good.pdf", documents.quote_pdf())
    program = (
        "import sys; from agent.pdf.inspect import inspect_files; inspect_files(sys.argv[1:], True)"
    )
    command = [sys.executable, "-c", program, *[str(good)] * 3]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert [json.loads(running.stdout.readline())["result"] for _ in range(3)] == ["ok"] * 3
    assert running.returncode == 0
