"""What a PDF looks like from outside: its first and its last kilobyte."""

import os
from typing import BinaryIO

EDGE_BYTES = 1024
"""Readers accept some junk before the header and behind the end; this much of it."""


def starts_like_pdf(file: BinaryIO) -> bool:
    """Whether `%PDF-` stands in the first kilobyte."""
    file.seek(0)
    return b"%PDF-" in file.read(EDGE_BYTES)


def ends_like_pdf(file: BinaryIO) -> bool:
    """Whether `%%EOF` stands in the last kilobyte: a file that is still being copied lacks it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - EDGE_BYTES))
    return b"%%EOF" in file.read(EDGE_BYTES)


def holds_objects(file: BinaryIO) -> bool:
    """Whether an object begins in the first kilobytes: without one nothing can be repaired."""
    file.seek(0)
    return b" obj" in file.read(8 * EDGE_BYTES)
