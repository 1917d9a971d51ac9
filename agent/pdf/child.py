"""The process that parses: `python -m agent.pdf.child`, started only by `extract.py`.

Whatever a hostile file does, it does here: under limits, without the agent's secrets, and in
a process that the supervisor may kill at any moment. Requests come on stdin and answers go to
stdout, in the same order, each a frame: 4 bytes of length, big endian, and a JSON object.

    {"limits": {"memory": bytes, "cpu": s}}      → {"ready": true}
    {"path": "…"}                                → {"code", "complete", "pages", "title", "fields"}
    {"path": "…", "width": pixels}               → {"code", "png": base64}

`code` is null or a reason code of `extract.REASONS`; an unexpected error adds its `detail`.
An answer may carry `"last": true`: this process has grown and ends itself.
"""

import ctypes
import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

GROWN_BYTES = 40 * 1024 * 1024
"""A process that after a file holds this much more than before the first gives it back by
ending. What a second opinion loads (see `reading`) stays below it."""

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve requests until stdin ends."""
    requests, answers = _take_pipes()
    hello = _receive(requests)
    if hello is None:
        return
    _limit_process(hello["limits"]["memory"])
    # Loaded before the first file, whose time this must not cost, and in this order: what is
    # forked first is small.
    from agent.pdf.rules import loading

    loading.load(apart=True)
    from agent.pdf.reading import answer

    # The rules are for good: the collector need not look through them again and again.
    gc.freeze()
    limit = _resident_bytes() + GROWN_BYTES
    _send(answers, {"ready": True})
    while (request := _receive(requests)) is not None:
        _limit_cpu(hello["limits"]["cpu"])
        found = answer(request)
        if _resident_bytes() > limit:
            found["last"] = True
        _send(answers, found)
        if "last" in found:
            return


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes; stdout is then stderr, so that nothing printed can break the frames."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _limit_process(memory: int) -> None:
    """Memory, cores and priority. Windows knows none of these: there the time limit holds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource

    # Address space, not RLIMIT_DATA: it bounds mapped files too, and pdfium reserves no more
    # than it uses. Where an allocation fails pdfium aborts, which the supervisor understands.
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(5)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_cpu(seconds: float) -> None:
    """CPU time for the next file: it ends this process even where the supervisor is gone."""
    if sys.platform == "win32":
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, resource.RLIM_INFINITY))


def _resident_bytes() -> int:
    try:
        with Path("/proc/self/statm").open("rb") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _receive(stream: BinaryIO) -> dict[str, Any] | None:
    header = stream.read(4)
    if len(header) < 4:
        return None
    request: dict[str, Any] = json.loads(stream.read(int.from_bytes(header)))
    return request


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    stream.write(len(body).to_bytes(4) + body)
    stream.flush()


if __name__ == "__main__":
    main()
