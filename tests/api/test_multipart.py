"""What a body may have beside the file: little, however it is cut."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.conftest import Api
from tests.support.branch import documents, enrolled, item, make_pdf, requested, sha256

QUOTE = make_pdf("quote")
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
NOTE = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
WHOLE = FILE + QUOTE + b"\r\n"
END = b"--x--\r\n"
KIB = 1024


async def _upload(api: Api, body: bytes | AsyncIterator[bytes]) -> httpx.Response:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item("quote.pdf", QUOTE))
    transfer = await requested(company, (await documents(company))[0]["id"])
    return await agent.client.post(
        "/api/agent/upload",
        params={
            "transferId": transfer["id"],
            "fileHash": sha256(QUOTE),
            "size": len(QUOTE),
        },
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        content=body,
    )


@pytest.mark.parametrize(
    "body",
    [
        NOTE + b"x" * 100 * KIB + b"\r\n" + WHOLE + END,
        WHOLE + NOTE + b"x" * 100 * KIB + b"\r\n" + END,
        WHOLE + FILE + b"x" * 100 * KIB + b"\r\n" + END,
        (NOTE + b"x\r\n") * 17 + WHOLE + END,
        (NOTE + b"x\r\n") * 20_000 + WHOLE + END,
        b"--x\r\n" + b"A: b\r\n" * 100 + b"\r\nx\r\n" + WHOLE + END,
        b"--x\r\nA: " + b"b" * 20 * KIB + b"\r\n\r\nx\r\n" + WHOLE + END,
        b"--x\r\n" + b"A" * 20 * KIB + b": b\r\n\r\nx\r\n" + WHOLE + END,
        WHOLE + END + b"x" * 100 * KIB,
        b"\r\n" * 50 * KIB + WHOLE + END,
    ],
    ids=[
        "a part before the file",
        "a part after it",
        "a second file",
        "17 parts",
        "20,000 parts",
        "100 headers",
        "a long header",
        "a long name",
        "what follows the end",
        "what comes before the start",
    ],
)
async def test_what_comes_beside_the_file_is_bounded(api: Api, body: bytes) -> None:
    answer = await _upload(api, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_multipart")


async def test_a_body_without_end_is_left(api: Api) -> None:
    """Nothing says how long it is: it is read no further than it may be."""
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield WHOLE + NOTE
        while sent < 400:
            sent += 1
            yield b"x" * 64 * KIB

    answer = await _upload(api, body())
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_multipart")
    assert sent < 20


async def test_a_few_small_parts_beside_the_file_do_no_harm(api: Api) -> None:
    body = NOTE + b"for Monday\r\n" + WHOLE + NOTE + b"\r\n" + END
    assert (await _upload(api, body)).status_code == 200
