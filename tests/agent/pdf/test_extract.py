"""The supervisor and its child: every file gets a result, in time, and nothing leaks."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from fpdf import FPDF

from agent.contract.files import Result
from agent.pdf import extract
from agent.pdf.extract import REASONS, Extraction, Extractor, RenderError
from agent.pdf.process import Limits
from tests.agent.pdf import documents
from tests.agent.waiting import until
from tests.support.server import is_gone


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    async with Extractor() as running:
        yield running


def _read(extractor: Extractor, path: Path, content: bytes) -> Awaitable[Extraction]:
    path.write_bytes(content)
    return extractor.read(path)


async def _stopped_child(extractor: Extractor, path: Path) -> int:
    """A child that has read `path` and goes on no more: what a hanging parse looks like."""
    await extractor.read(path)
    assert extractor.child_pid is not None
    os.kill(extractor.child_pid, signal.SIGSTOP)
    return extractor.child_pid


async def test_a_quote_is_read_with_its_fields(extractor: Extractor, tmp_path: Path) -> None:
    found = await _read(extractor, tmp_path / "q.pdf", documents.quote_pdf(7))

    assert (found.result, found.reason_code, found.reason) == (Result.OK, None, None)
    assert (found.pages, found.title) == (1, "Orçamento 7")
    assert found.fields.total is not None
    assert found.fields.total.value == "1234.56"
    assert found.fields.event_date is not None
    assert found.fields.event_date.value == "2026-01-15"


@pytest.mark.parametrize(
    ("content", "result", "code"),
    [
        (b"", Result.DAMAGED, "empty"),
        (b"PK\x03\x04 a zip archive, renamed", Result.DAMAGED, "not_pdf"),
        (documents.quote_pdf()[:500], Result.DAMAGED, "incomplete"),
        (b"%PDF-1.7\n" + b"\xff" * 3000 + b"\n%%EOF\n", Result.DAMAGED, "damaged"),
        (documents.locked(user_password="secret"), Result.ENCRYPTED, "password"),
        (documents.locked(user_password=""), Result.OK, None),
        (documents.picture_pdf(), Result.NO_TEXT, "scan"),
        (documents.text_pdf(""), Result.NO_TEXT, "blank"),
        (documents.bomb(), Result.DAMAGED, "memory"),
    ],
    ids=["empty", "zip", "cut", "noise", "locked", "unlocked", "scan", "blank", "bomb"],
)
async def test_every_kind_of_file_has_a_result_and_a_reason(
    extractor: Extractor, tmp_path: Path, content: bytes, result: Result, code: str | None
) -> None:
    found = await _read(extractor, tmp_path / "x.pdf", content)

    assert (found.result, found.reason_code) == (result, code)
    assert (found.reason is None) == (code is None)


async def test_a_file_without_an_end_still_gives_its_fields(
    extractor: Extractor, tmp_path: Path
) -> None:
    cut = documents.quote_pdf(9).removesuffix(b"%%EOF\n")

    found = await _read(extractor, tmp_path / "cut.pdf", cut)

    assert (found.result, found.reason_code) == (Result.DAMAGED, "incomplete")
    assert found.fields.number is not None


async def test_text_behind_a_textless_cover_is_found(extractor: Extractor, tmp_path: Path) -> None:
    pages = [""] * 7 + ["Cliente: Padaria Pão Quente Ltda"] + [""] * 3

    found = await _read(extractor, tmp_path / "cover.pdf", documents.text_pdf(*pages))

    assert (found.result, found.pages) == (Result.OK, 11)


async def test_what_was_typed_into_a_form_is_read(extractor: Extractor, tmp_path: Path) -> None:
    found = await _read(extractor, tmp_path / "form.pdf", documents.form_pdf("Nº 4711"))

    assert found.fields.number is not None
    assert found.fields.number.value == "4711"


async def test_what_is_no_file_is_a_result_too(extractor: Extractor, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    for name in ("nowhere.pdf", "pipe.pdf", "folder.pdf"):
        found = await extractor.read(tmp_path / name)
        assert (found.result, found.reason_code) == (Result.DAMAGED, "vanished")


@pytest.mark.parametrize(
    "name", ["orçamento ção 日本.pdf", "two\nlines.pdf", "x" * 251 + ".pdf", "\udcff\udcfe.pdf"]
)
async def test_odd_names_are_read(extractor: Extractor, tmp_path: Path, name: str) -> None:
    assert (await _read(extractor, tmp_path / name, documents.quote_pdf())).result is Result.OK


async def test_a_hanging_parse_times_out_and_the_next_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    async with Extractor(Limits(seconds=1)) as extractor:
        pid = await _stopped_child(extractor, tmp_path / "q.pdf")
        stuck, good = await asyncio.gather(
            extractor.read(tmp_path / "q.pdf"), extractor.read(tmp_path / "q.pdf")
        )

    assert (stuck.result, stuck.reason_code) == (Result.TIMEOUT, "timeout")
    assert good.result is Result.OK
    assert is_gone(pid)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGSEGV, "crash"), (signal.SIGABRT, "memory"), (signal.SIGKILL, "memory")],
)
async def test_a_dying_child_takes_only_its_file_with_it(
    extractor: Extractor, tmp_path: Path, number: int, code: str
) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    pid = await _stopped_child(extractor, tmp_path / "q.pdf")
    reads = [asyncio.ensure_future(extractor.read(tmp_path / "q.pdf")) for _ in range(2)]
    await asyncio.sleep(0.1)

    os.kill(pid, number)
    with suppress(ProcessLookupError):  # SIGKILL does not wait until it is woken up
        os.kill(pid, signal.SIGCONT)
    killed, good = await asyncio.gather(*reads)

    assert (killed.result, killed.reason_code) == (Result.DAMAGED, code)
    assert good.result is Result.OK
    assert extractor.child_pid != pid


async def test_the_child_is_bounded_and_knows_no_secret(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIBERIUS_AGENT_TOKEN", "not-for-the-parser")
    await _read(extractor, tmp_path / "q.pdf", documents.quote_pdf())
    assert extractor.child_pid is not None
    child = psutil.Process(extractor.child_pid)

    assert child.rlimit(psutil.RLIMIT_AS) == (256 << 20, 256 << 20)
    assert child.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert child.nice() > psutil.Process().nice()
    assert "not-for-the-parser" not in child.environ().values()
    assert not [each for each in child.net_connections() if each.status == "LISTEN"]


async def test_an_idle_extractor_has_no_child(tmp_path: Path) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    async with Extractor(idle_seconds=0.1) as extractor:
        await extractor.read(tmp_path / "q.pdf")
        first = extractor.child_pid
        assert first is not None
        await until(lambda: extractor.child_pid is None and is_gone(first))

        assert (await extractor.read(tmp_path / "q.pdf")).result is Result.OK


async def test_a_child_can_be_made_ready_before_there_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    async with Extractor(idle_seconds=5) as extractor:
        extractor.prepare()
        await until(lambda: extractor.child_pid is not None)
        prepared = extractor.child_pid

        assert (await extractor.read(tmp_path / "q.pdf")).result is Result.OK
        assert extractor.child_pid == prepared


async def test_a_second_child_helps_only_where_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    monkeypatch.setattr(extract, "SECOND_CHILD_AFTER", 0.2)
    async with Extractor(idle_seconds=0.5, children=2) as extractor:
        for _ in range(20):
            await extractor.read(tmp_path / "q.pdf")
        assert len(extractor.child_pids) == 1

        async def reader() -> None:
            while len(extractor.child_pids) < 2:
                assert (await extractor.read(tmp_path / "q.pdf")).result is Result.OK

        async with asyncio.timeout(30):
            await asyncio.gather(*(reader() for _ in range(4)))
        await until(lambda: not extractor.child_pids)


async def test_leaving_ends_the_child_and_those_who_wait(tmp_path: Path) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    async with Extractor() as extractor:
        pid = await _stopped_child(extractor, tmp_path / "q.pdf")
        waiting = asyncio.ensure_future(extractor.read(tmp_path / "q.pdf"))
        await asyncio.sleep(0.1)

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert is_gone(pid)


def test_the_child_dies_with_a_killed_agent(tmp_path: Path) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    program = (
        "import asyncio, os, pathlib, signal, sys\n"
        "from agent.pdf.extract import Extractor\n"
        "async def main():\n"
        "    async with Extractor() as extractor:\n"
        "        await extractor.read(pathlib.Path(sys.argv[1]))\n"
        # Stopped, it cannot see that its pipe ends: the system has to kill it.
        "        os.kill(extractor.child_pid, signal.SIGSTOP)\n"
        "        print(extractor.child_pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "q.pdf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        pid = int(agent.stdout.readline())
        agent.kill()
        agent.wait()

    deadline = time.monotonic() + 5
    while not is_gone(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_gone(pid)


async def test_many_files_at_once_each_get_their_own_answer(
    extractor: Extractor, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.pdf" for number in range(60)]
    for number, path in enumerate(paths):
        path.write_bytes(documents.text_pdf("text", title=f"title {number}"))

    found = await asyncio.gather(*map(extractor.read, paths))

    assert [each.title for each in found] == [f"title {number}" for number in range(60)]


async def test_a_folder_of_damaged_files_takes_one_child(
    extractor: Extractor, tmp_path: Path
) -> None:
    begun = time.monotonic()
    pids = set()
    for number in range(50):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(b"%PDF-1.7" + b" broken" * number + b" 1 0 obj <<" * (number % 2))
        assert (await extractor.read(path)).reason_code == "incomplete"
        pids.update(extractor.child_pids)

    assert len(pids) == 1
    assert time.monotonic() - begun < 10


async def test_the_first_page_is_drawn(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "q.pdf").write_bytes(documents.quote_pdf())
    (tmp_path / "locked.pdf").write_bytes(documents.locked(user_password="secret"))

    png = await extractor.render(tmp_path / "q.pdf", 400)

    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == pytest.approx(400, abs=1)
    with pytest.raises(RenderError) as refused:
        await extractor.render(tmp_path / "locked.pdf", 400)
    assert refused.value.code == "password"


async def test_a_later_page_is_drawn(extractor: Extractor, tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page(orientation="portrait")
    pdf.add_page(orientation="landscape")
    pdf.output(str(tmp_path / "two.pdf"))
    sizes = []
    for page in (1, 2):
        png = await extractor.render(tmp_path / "two.pdf", 400, page)
        sizes.append((int.from_bytes(png[16:20]), int.from_bytes(png[20:24])))
    (_, tall), (_, flat) = sizes
    assert tall > 400 > flat
    with pytest.raises(RenderError):
        await extractor.render(tmp_path / "two.pdf", 400, 3)


def test_reasons_are_sentences_within_the_contract() -> None:
    for code, (result, reason) in REASONS.items():
        assert result is not Result.OK
        assert len(code) <= 40
        assert reason.endswith(".")
        assert len(reason) <= 500
