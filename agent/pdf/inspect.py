"""From a path to what the agent sends for it; and `siberius-agent inspect`, which prints that."""

import asyncio
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from agent.contract.files import Field, Fields, IndexedFile, Result, possession
from agent.contract.messages import AgentConfig
from agent.pdf.extract import IN_FLIGHT, REASONS, Extraction, Extractor
from agent.pdf.rules.version import RULES_VERSION
from agent.watch.paths import UNSEEN, Stamp, to_wire, wire_path
from agent.watch.survey import unseen

MAX_UPLOAD_BYTES = AgentConfig().max_upload_bytes
_CHUNK_BYTES = 256 * 1024


async def index_file(
    root: Path,
    path: Path,
    extractor: Extractor,
    *,
    max_upload_bytes: int = MAX_UPLOAD_BYTES,
    possession_key: str | None = None,
) -> IndexedFile | None:
    """Hash and read one file below `root`, both at the same time.

    With the company's key it is proven that the bytes are here. None where the file vanished
    or changed meanwhile: the watcher reports it again. A folder that cannot be entered is a file
    that cannot be read.
    """
    if kind := await asyncio.to_thread(unseen, os.fsencode(path)):
        code = "folder_unreadable" if kind == "folder" else "unreadable"
        return _indexed(root, path, UNSEEN, None, Extraction.of(code))
    (before, file_hash, proof), extraction = await asyncio.gather(
        asyncio.to_thread(_hash, path, possession_key), extractor.read(path)
    )
    if before is None or await asyncio.to_thread(_look, path) != before:
        return None
    if file_hash is None:
        extraction = Extraction.of("unreadable")
    elif extraction.result is Result.OK and before.size > max_upload_bytes:
        extraction = replace(
            extraction,
            reason_code="too_large",
            reason=f"The file can be found, but is too large ({_megabytes(before.size)}, "
            f"limit {_megabytes(max_upload_bytes)}) to be brought up.",
        )
    seen = before if file_hash else before.unreadable()
    indexed = _indexed(root, path, seen, file_hash, extraction)
    return indexed.model_copy(update={"possession": proof})


def _indexed(
    root: Path, path: Path, seen: Stamp, file_hash: str | None, extraction: Extraction
) -> IndexedFile:
    return IndexedFile(
        path=wire_path(root, path),
        file_hash=file_hash,
        size=seen.size,
        mtime_ns=seen.mtime_ns,
        result=extraction.result,
        reason_code=extraction.reason_code,
        reason=extraction.reason,
        pages=extraction.pages,
        title=extraction.title,
        rules_version=RULES_VERSION,
        fields=extraction.fields,
    )


def inspect_files(paths: Iterable[str | Path], as_json: bool) -> int:
    """Print what would be sent for each file, one JSON object a line or a block for people.

    The exit code: 1 where a path is no file, else 0.
    """
    return asyncio.run(_inspect([Path(path) for path in paths], as_json))


async def _inspect(paths: list[Path], as_json: bool) -> int:
    missing = False
    async with Extractor() as extractor:
        # A window of files at work, printed in the order asked for.
        window: list[asyncio.Task[IndexedFile | None]] = []
        for position, path in enumerate(paths):
            while len(window) < min(len(paths), position + IN_FLIGHT + 1):
                following = paths[len(window)].absolute()
                work = index_file(following.parent, following, extractor)
                window.append(asyncio.create_task(work))
            indexed = await window[position]
            missing |= indexed is None
            report = _report(path, indexed)
            text = json.dumps(report, ensure_ascii=False) if as_json else _block(report, indexed)
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
            sys.stdout.flush()
    return int(missing)


def _report(path: Path, indexed: IndexedFile | None) -> dict[str, object]:
    """The JSON object of one file, every key present."""
    if indexed is None:
        code = "changing" if path.is_file() else "vanished"
        result, reason = REASONS[code]
        report: dict[str, object] = {"fileHash": None, "size": None, "pages": None, "title": None}
        report |= {"result": result.value, "reasonCode": code, "reason": reason}
        fields = Fields()
    else:
        report = indexed.model_dump(
            mode="json", by_alias=True, exclude={"path", "possession", "fields"}
        )
        fields = indexed.fields
    shown = to_wire(os.fsencode(path))
    return {"path": shown, **report, "fields": fields.model_dump(mode="json", by_alias=True)}


def _block(report: dict[str, object], indexed: IndexedFile | None) -> str:
    lines = [str(report["path"])]
    facts = [str(report["result"])]
    if indexed:
        facts.append(_megabytes(indexed.size))
        if indexed.pages is not None:
            facts.append(f"{indexed.pages} page" + "s" * (indexed.pages != 1))
        if indexed.file_hash:
            facts.append(f"sha256 {indexed.file_hash[:12]}…")
    lines.append("  " + ", ".join(facts))
    if report["reason"]:
        lines.append(f"  {report['reason']}")
    fields = indexed.fields if indexed else Fields()
    for name in Fields.model_fields:
        found: Field | None = getattr(fields, name)
        if found:
            lines.append(
                f"  {name.replace('_', ' '):<12}{found.value:<32} "
                f"{found.confidence:4.0%}  page {found.page}: {found.source!r}"
            )
    return "\n".join(lines) + "\n"


def _hash(path: Path, key: str | None) -> tuple[Stamp | None, str | None, str | None]:
    """The file as it stood before, its SHA-256 in hex, and with a key the proof of possession;
    null where it may not be read."""
    before = _look(path)
    if before is None:
        return None, None, None
    digest = hashlib.sha256()
    proof = possession(key) if key else None
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                if proof is not None:
                    proof.update(chunk)
    except OSError:
        return before, None, None
    return before, digest.hexdigest(), proof.hexdigest() if proof is not None else None


def _look(path: Path) -> Stamp | None:
    """The stamp of a regular file; null where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp.of(status) if stat.S_ISREG(status.st_mode) else None


def _megabytes(size: int) -> str:
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} kB"
    return f"{size / 1024 / 1024:.0f} MB"
