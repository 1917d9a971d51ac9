"""Uploads: streamed, in order, never as another file, over a network that fails."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from agent import api
from agent.contract.base import WireModel
from agent.contract.messages import AgentConfig, AgentError, UploadComplete, UploadProgress
from agent.upload import BLOCK, Uploader, UploadSettings
from tests.agent.hub import TOKEN, Hub, free_port, upload_request
from tests.agent.waiting import until


class Office:
    """A folder and what the uploader says about it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.errors: list[AgentError] = []
        self.completed: list[UploadComplete] = []
        self.progress: list[UploadProgress] = []
        self.changed: list[str] = []

    async def locate(self, path: str) -> Path | None:
        return None if path == "unknown.pdf" else self.root / path

    async def report(self, event: str, message: WireModel) -> None:
        if isinstance(message, AgentError):
            assert event == "agent:error"
            self.errors.append(message)
        else:
            assert event == "agent:upload_complete"
            assert isinstance(message, UploadComplete)
            self.completed.append(message)

    async def note_progress(self, progress: UploadProgress) -> None:
        self.progress.append(progress)

    async def note_changed(self, path: str) -> None:
        self.changed.append(path)

    def write(self, name: str, size: int = 300_000) -> bytes:
        content = os.urandom(size)
        (self.root / name).write_bytes(content)
        return content

    @property
    def codes(self) -> list[str]:
        return [error.code for error in self.errors]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def make_uploader(
    office: Office,
    url: str,
    *,
    stall_s: float = 5,
    report: Callable[[str, WireModel], Awaitable[None]] | None = None,
) -> Uploader:
    return Uploader(
        UploadSettings(server=url, token=TOKEN, retry_s=(0.05, 0.1), stall_s=stall_s),
        locate=office.locate,
        open_session=api.open_session,
        report=report or office.report,
        progress=office.note_progress,
        changed=office.note_changed,
    )


@pytest.fixture
async def uploader(office: Office, hub: Hub) -> AsyncIterator[Uploader]:
    subject = make_uploader(office, hub.url)
    yield subject
    await subject.close()


async def test_a_file_arrives_whole(uploader: Uploader, office: Office, hub: Hub) -> None:
    content = office.write("orçamento.pdf", 3 * BLOCK + 7)
    transfer = uuid.uuid4()
    answer = await uploader.request(upload_request(transfer, "orçamento.pdf", content))
    assert answer.accepted
    await until(lambda: office.completed)
    assert hub.uploads == {str(transfer): content}
    assert office.completed[0].transfer_id == transfer
    assert office.progress[-1].sent_bytes == office.progress[-1].total_bytes == len(content)
    assert uploader.totals.done == 1


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
async def test_every_size_arrives(uploader: Uploader, office: Office, hub: Hub, size: int) -> None:
    content = office.write("a.pdf", size)
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.completed)
    assert list(hub.uploads.values()) == [content]


async def test_progress_is_told_now_and_then(uploader: Uploader, office: Office) -> None:
    content = office.write("a.pdf", 200 * BLOCK)
    start = asyncio.get_running_loop().time()
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.completed)
    seconds = asyncio.get_running_loop().time() - start
    assert len(office.progress) <= 2 + 4 * seconds
    sent = [progress.sent_bytes for progress in office.progress]
    assert sent == sorted(sent)


async def test_the_same_transfer_is_sent_once(uploader: Uploader, office: Office, hub: Hub) -> None:
    content = office.write("a.pdf")
    request = upload_request(uuid.uuid4(), "a.pdf", content)
    for _ in range(3):
        assert (await uploader.request(request)).accepted
    await until(lambda: office.completed)
    assert (await uploader.request(request)).accepted
    assert len(hub.posts) == 1
    assert len(office.completed) == 2


@pytest.mark.parametrize("running", [True, False])
async def test_another_content_of_the_same_transfer_replaces_it(
    uploader: Uploader, office: Office, hub: Hub, running: bool
) -> None:
    """The document has a new version: the server asks for it under the transfer that is open."""
    hub.hold_upload = asyncio.Event()
    if not running:
        for number in range(3):
            before = office.write(f"{number}.pdf")
            await uploader.request(upload_request(uuid.uuid4(), f"{number}.pdf", before))
    transfer, old = uuid.uuid4(), office.write("a.pdf", 100 * BLOCK)
    await uploader.request(upload_request(transfer, "a.pdf", old))
    await until(lambda: len(hub.posts) == (1 if running else 3))
    new = office.write("a.pdf", 3 * BLOCK)
    assert (await uploader.request(upload_request(transfer, "a.pdf", new))).accepted
    hub.hold_upload.set()
    await until(lambda: len(office.completed) == (1 if running else 4))
    assert hub.uploads[str(transfer)] == new
    assert [one.file_hash for one in office.completed if one.transfer_id == transfer] == [
        upload_request(transfer, "a.pdf", new).file_hash
    ]
    assert office.errors == []


async def test_a_transfer_that_was_done_is_sent_anew_with_another_content(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    transfer = uuid.uuid4()

    async def arrives(content: bytes) -> None:
        await uploader.request(upload_request(transfer, "a.pdf", content))
        await until(lambda: hub.uploads.get(str(transfer)) == content)

    for size in (BLOCK, 2 * BLOCK):
        await arrives(office.write("a.pdf", size))
    await until(lambda: len(office.completed) == 2)


async def test_three_at_once(uploader: Uploader, office: Office, hub: Hub) -> None:
    hub.hold_upload = asyncio.Event()
    for number in range(6):
        content = office.write(f"{number}.pdf")
        await uploader.request(upload_request(uuid.uuid4(), f"{number}.pdf", content))
    await until(lambda: len(hub.posts) == 3)
    await asyncio.sleep(0.1)
    assert len(hub.posts) == 3
    hub.hold_upload.set()
    await until(lambda: len(office.completed) == 6)


async def test_the_urgent_first_and_then_in_order(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    uploader.configure(AgentConfig(max_uploads=1))
    requests = []
    for number in range(4):
        content = office.write(f"{number}.pdf")
        request = upload_request(uuid.uuid4(), f"{number}.pdf", content)
        requests.append(request.model_copy(update={"priority": 9 if number == 3 else 0}))
        await uploader.request(requests[-1])
    await until(lambda: len(office.completed) == 4)
    expected = [requests[number].transfer_id for number in (0, 3, 1, 2)]
    assert [post["transferId"] for post in hub.posts] == [str(transfer) for transfer in expected]


async def test_the_server_may_allow_fewer_at_once(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    uploader.configure(AgentConfig(max_uploads=1))
    hub.hold_upload = asyncio.Event()
    for number in range(2):
        content = office.write(f"{number}.pdf")
        await uploader.request(upload_request(uuid.uuid4(), f"{number}.pdf", content))
    await until(lambda: hub.posts)
    await asyncio.sleep(0.1)
    assert len(hub.posts) == 1
    uploader.configure(AgentConfig(max_uploads=2))
    await until(lambda: len(hub.posts) == 2)
    hub.hold_upload.set()
    await until(lambda: len(office.completed) == 2)


async def test_a_broken_connection_is_tried_again(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    hub.cut_uploads = 2
    content = office.write("a.pdf", 40 * BLOCK)
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.completed)
    assert len(hub.posts) == 3
    assert list(hub.uploads.values()) == [content]


async def test_after_three_tries_it_has_failed(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    hub.cut_uploads = 3
    content = office.write("a.pdf", 40 * BLOCK)
    request = upload_request(uuid.uuid4(), "a.pdf", content)
    await uploader.request(request)
    await until(lambda: office.errors)
    assert office.codes == ["upload_failed"]
    assert office.errors[0].transfer_id == request.transfer_id
    assert len(hub.posts) == 3
    # The server may ask again, and then it is a new transfer of old name.
    await uploader.request(request)
    await until(lambda: office.completed)


async def test_it_is_asked_again_while_it_tells_of_its_failure(office: Office, hub: Hub) -> None:
    told = asyncio.Event()

    async def report(event: str, message: WireModel) -> None:
        await office.report(event, message)
        if isinstance(message, AgentError):
            await told.wait()

    uploader = make_uploader(office, hub.url, report=report)
    hub.cut_uploads = 3
    request = upload_request(uuid.uuid4(), "a.pdf", office.write("a.pdf", 40 * BLOCK))
    await uploader.request(request)
    await until(lambda: office.errors)
    await uploader.request(request)
    await uploader.request(request)
    told.set()
    await until(lambda: office.completed)
    assert len(hub.posts) == 4
    await uploader.close()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_in_trouble_is_asked_again(
    uploader: Uploader, office: Office, hub: Hub, status: int
) -> None:
    hub.upload_problems.extend([(status, "later", {})] * 2)
    content = office.write("a.pdf")
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.completed)
    assert len(hub.posts) == 3


async def test_the_server_says_when_to_come_again(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    hub.upload_problems.append((503, "failover", {"Retry-After": "1"}))
    content = office.write("a.pdf")
    start = asyncio.get_running_loop().time()
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.completed)
    assert asyncio.get_running_loop().time() - start >= 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "transfer_not_found"), (409, "transfer_closed"), (413, "too_large"), (422, "not_a_pdf")],
)
async def test_a_refusal_is_final_and_costs_no_body(
    uploader: Uploader, office: Office, hub: Hub, status: int, code: str
) -> None:
    hub.upload_problems.append((status, code, {}))
    content = office.write("a.pdf", 80 * BLOCK)
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.errors)
    assert office.codes == [code]
    assert len(hub.posts) == 1
    assert office.progress == []


@pytest.mark.parametrize("how", ["longer", "shorter", "same size", "last byte"])
async def test_a_changed_file_is_indexed_and_not_sent(
    uploader: Uploader, office: Office, hub: Hub, how: str
) -> None:
    content = office.write("a.pdf", 3 * BLOCK)
    request = upload_request(uuid.uuid4(), "a.pdf", content)
    match how:
        case "longer":
            office.write("a.pdf", 4 * BLOCK)
        case "shorter":
            office.write("a.pdf", 2 * BLOCK)
        case "same size":
            office.write("a.pdf", 3 * BLOCK)
        case "last byte":
            (office.root / "a.pdf").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    await uploader.request(request)
    await until(lambda: office.errors)
    assert office.codes == ["file_changed"]
    assert office.changed == ["a.pdf"]
    assert hub.uploads == {}


async def test_a_file_that_changes_while_it_is_sent_is_not_completed(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    hub.hold_upload = asyncio.Event()
    content = office.write("a.pdf", 200 * BLOCK)
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: hub.posts)
    await asyncio.sleep(0.1)
    with (office.root / "a.pdf").open("r+b") as file:
        file.seek(-10, os.SEEK_END)
        file.write(b"otherwise!")
    hub.hold_upload.set()
    await until(lambda: office.errors)
    assert office.codes == ["file_changed"]
    assert hub.uploads == {}


@pytest.mark.parametrize("path", ["unknown.pdf", "deleted.pdf", "folder.pdf"])
async def test_a_file_that_is_gone(uploader: Uploader, office: Office, hub: Hub, path: str) -> None:
    (office.root / "folder.pdf").mkdir()
    await uploader.request(upload_request(uuid.uuid4(), path, b"x"))
    await until(lambda: office.errors)
    assert office.codes == ["file_gone"]
    assert hub.posts == []


async def test_a_file_too_large_is_refused_in_the_answer(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    request = upload_request(uuid.uuid4(), "a.pdf", b"x")
    answer = await uploader.request(request.model_copy(update={"size": 51 * 1024 * 1024}))
    assert not answer.accepted
    assert answer.code == "too_large"
    assert answer.message
    assert "50 MB" in answer.message


@pytest.mark.parametrize("running", [True, False])
async def test_a_cancelled_transfer_stops(
    uploader: Uploader, office: Office, hub: Hub, running: bool
) -> None:
    hub.hold_upload = asyncio.Event()
    if not running:
        uploader.configure(AgentConfig(max_uploads=1))
        first = office.write("first.pdf", 100 * BLOCK)
        await uploader.request(upload_request(uuid.uuid4(), "first.pdf", first))
    content = office.write("a.pdf", 100 * BLOCK)
    request = upload_request(uuid.uuid4(), "a.pdf", content)
    await uploader.request(request)
    await until(lambda: hub.posts)
    uploader.cancel(request.transfer_id)
    uploader.cancel(uuid.uuid4())
    hub.hold_upload.set()
    if not running:
        await until(lambda: office.completed)
    await asyncio.sleep(0.2)
    assert str(request.transfer_id) not in hub.uploads
    assert office.errors == []
    assert len(office.completed) == (0 if running else 1)


async def test_a_stalled_upload_is_tried_again(office: Office, hub: Hub) -> None:
    uploader = make_uploader(office, hub.url, stall_s=0.3)
    hub.hold_upload = asyncio.Event()
    content = office.write("a.pdf", 200 * BLOCK)
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: len(hub.posts) == 2)
    hub.hold_upload.set()
    await until(lambda: office.completed)
    await uploader.close()


async def test_a_server_that_is_not_there(office: Office) -> None:
    uploader = make_uploader(office, f"http://127.0.0.1:{free_port()}")
    content = office.write("a.pdf")
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: office.errors)
    assert office.codes == ["upload_failed"]
    assert "cannot be reached" in office.errors[0].message
    await uploader.close()


async def test_a_restarted_server_gets_the_file(
    uploader: Uploader, office: Office, hub: Hub
) -> None:
    hub.hold_upload = asyncio.Event()
    content = office.write("a.pdf", 100 * BLOCK)
    await uploader.request(upload_request(uuid.uuid4(), "a.pdf", content))
    await until(lambda: hub.posts)
    await hub.stop()
    hub.hold_upload = None
    await hub.start()
    await until(lambda: office.completed)
    assert list(hub.uploads.values()) == [content]
