"""Set reconciliation: two sides find where their sets differ, in bytes that follow the
difference and not the size.

Each file is a key of 8 bytes. Keys are grouped by their hex prefix; the digest of a group
is the XOR of its keys' hashes, so it does not depend on order. The agent sends the digest
of its root; the server answers with nothing (equal), with the digests of the 16 children
(`split`), or, where its group is small, with the keys themselves (`leaf`). The agent goes
down only where the two sides differ. Pure functions; the two sides bring their keys.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence

from agent.contract.base import WireModel

KEY_BYTES = 8
LEAF_KEYS = 32
"""A group of the server of up to this many keys is sent whole."""
MAX_TWINS = 16
_HEX = "0123456789abcdef"


def item_key(path: str, size: int, mtime_ns: int, rules_version: str) -> str:
    """The key of one file, 16 hex digits.

    It is made of what a directory scan sees, so an agent that starts anew reads no file
    that the server knows already; a new version of the rules makes every key new.
    """
    text = f"{path}\0{size}\0{mtime_ns}\0{rules_version}"
    return hashlib.blake2b(text.encode("utf-8"), digest_size=KEY_BYTES).hexdigest()


def digest(keys: Iterable[str]) -> str:
    """The digest of a set of keys in hex; the empty set has the digest of all zeros."""
    total = 0
    for key in keys:
        total ^= _hashed(key)
    return f"{total:016x}"


def pack(keys: Sequence[str]) -> str:
    """Keys or digests as base64 of their bytes, one after the other."""
    return base64.b64encode(bytes.fromhex("".join(keys))).decode()


def unpack(packed: str) -> list[str]:
    """The inverse of `pack`. Raises `ValueError` where the text is no whole number of keys."""
    raw = base64.b64decode(packed, validate=True)
    if len(raw) % KEY_BYTES:
        raise ValueError(f"{len(raw)} bytes are not a whole number of keys")
    return [raw[i : i + KEY_BYTES].hex() for i in range(0, len(raw), KEY_BYTES)]


class Question(WireModel):
    """`agent:resync`. `q` maps a prefix (0 to 16 hex digits) to the asker's digest;
    `n` asks for the paths of keys the asker does not have (packed), and with `twins_within_s`
    where else the same content was first seen within so many seconds."""

    q: dict[str, str] | None = None
    n: str | None = None
    twins_within_s: float | None = None


class Answer(WireModel):
    """Only prefixes that differ appear. `split` holds 16 packed child digests, `leaf` the
    answerer's packed keys; `paths` answers `n`, null for a key that is not there, and `twins`
    holds for each of them the asker's other paths with the same content, `MAX_TWINS` at most."""

    split: dict[str, str] | None = None
    leaf: dict[str, str] | None = None
    paths: list[str | None] | None = None
    twins: list[list[str]] | None = None


def answer_prefix(keys: Sequence[str], prefix: str, theirs: str) -> tuple[str, str] | None:
    """The answerer's word on one prefix: None (equal), `("leaf", …)` or `("split", …)`.

    `keys` are the answerer's keys that start with `prefix`.
    """
    if digest(keys) == theirs:
        return None
    if len(keys) <= LEAF_KEYS or len(prefix) == 2 * KEY_BYTES:
        return "leaf", pack(sorted(keys))
    return "split", pack(_child_digests(keys, prefix))


def next_questions(
    under: Callable[[str], Iterable[str]], prefix: str, split: str
) -> tuple[dict[str, str], set[str]]:
    """The asker's next questions below `prefix`, and keys that need none: those only we have.

    `under` gives the asker's keys that start with a prefix. Where a group differs by a single
    key of ours the two digests differ by just its hash, and the case is closed.
    """
    questions: dict[str, str] = {}
    missing: set[str] = set()
    ours = _child_digests(under(prefix), prefix)
    for hex_digit, mine, theirs in zip(_HEX, ours, unpack(split), strict=True):
        if mine == theirs:
            continue
        child = prefix + hex_digit
        difference = int(mine, 16) ^ int(theirs, 16)
        key = next((key for key in under(child) if _hashed(key) == difference), None)
        if key is None:
            questions[child] = mine
        else:
            missing.add(key)
    return questions, missing


def _child_digests(keys: Iterable[str], prefix: str) -> list[str]:
    """The digests of the 16 groups one digit below `prefix`."""
    totals = [0] * 16
    for key in keys:
        totals[int(key[len(prefix)], 16)] ^= _hashed(key)
    return [f"{total:016x}" for total in totals]


def _hashed(key: str) -> int:
    # Hashing once more keeps chosen keys from cancelling each other out.
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=KEY_BYTES).digest())
