"""The compiled rules of this process."""

import os
import pickle
from pathlib import Path

from agent.pdf.rules.model import Rules

_loaded: list[Rules] = []


def load(*, apart: bool = False) -> Rules:
    """All rule files as one set, compiled once. Raises `ValueError` where one is nonsense.

    `apart` compiles in a fork, which takes along what compiling leaves behind: 4 MB of YAML
    library and half-used heap. Only for a process of one thread; Windows knows no fork.
    """
    if not _loaded:
        _loaded.append(_compile_apart() if apart and hasattr(os, "fork") else _compile())
    return _loaded[0]


def _compile() -> Rules:
    from agent.pdf.rules.compiling import compile_rules

    paths = sorted(Path(__file__).parent.glob("*.yaml"))
    return compile_rules({path.name: path.read_bytes() for path in paths})


def _compile_apart() -> Rules:
    receiving, sending = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            with os.fdopen(sending, "wb") as stream:
                stream.write(pickle.dumps(_compile()))
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as stream:
        data = stream.read()
    os.waitpid(pid, 0)
    # Where it failed, doing it here says why.
    rules: Rules = pickle.loads(data) if data else _compile()  # noqa: S301  (our own bytes)
    return rules
