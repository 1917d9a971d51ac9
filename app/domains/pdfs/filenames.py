"""Names of files as Windows, macOS and Linux take them, and that stay apart on each of them.

A name comes from the disk of a branch, whose system may allow what another one refuses.
"""

import re
import unicodedata

_STEM_BYTES = 200
"""File systems take names of 255 bytes or 255 UTF-16 units, and a number may be added."""
_SUFFIX_BYTES = 20
_FORBIDDEN = frozenset('<>:"/\\|?*')
_UNSEEN = frozenset({"Cc", "Cn", "Cs", "Zl", "Zp"})
"""Controls, what Unicode does not know (a Mac refuses it), half characters, line ends."""
_JOINERS = "\u200c\u200d"
"""Of all invisible characters these are part of how a word or an emoji is written."""
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE
)
"""Windows opens the device, whatever follows the first point."""
_END = re.compile(r"[\s.]+\Z")


def portable(name: str) -> str:
    """`name`, changed where some system would refuse it or show it as another one; what is too
    long loses the end of its stem. Never empty."""
    clean = "".join(map(_clean, unicodedata.normalize("NFC", name)))
    # Windows drops spaces and points at the end, some programs spaces at the beginning.
    clean = _END.sub("", unicodedata.normalize("NFC", clean).lstrip())
    stem, point, suffix = clean.rpartition(".")
    if not point or len(suffix.encode()) > _SUFFIX_BYTES:
        stem, point, suffix = clean, "", ""
    ending = point + suffix
    stem = shortened(stem, _STEM_BYTES)
    if not ending:
        stem = _END.sub("", stem)
    if not stem.strip(". "):
        # A name of nothing but an ending would be a hidden file.
        stem, ending = "document", ending or ".pdf"
    named = stem + ending
    return f"_{named}" if _DEVICE.match(named) else named


def shortened(text: str, size: int) -> str:
    """The text, or as many of its first characters as have `size` bytes."""
    return text.encode()[:size].decode(errors="ignore")


class UniqueNames:
    """Portable names of which no two are the same file on any system."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wish: str) -> str:
        """`wish` as a portable name, or `wish (2)`, … where that one is taken."""
        first = portable(wish)
        stem, point, suffix = first.rpartition(".")
        if not point:
            stem, suffix = first, ""
        name, count = first, 1
        while _alike(name) in self._taken:
            count += 1
            name = f"{stem} ({count}){point}{suffix}"
        self._taken.add(_alike(name))
        return name


def _clean(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return char if char in _JOINERS else ""
    return "_" if char in _FORBIDDEN or category in _UNSEEN else char


def _alike(name: str) -> str:
    """Equal for names that are one file somewhere. Windows compares capitals, a Mac also composed
    and decomposed letters; each has tables of its own, so this takes more as equal than either."""
    seen = "".join(char for char in name if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFC", seen).casefold()
    # ß and ẞ, ı and I, ſ and s meet in one of the cases only; a Turkish İ keeps its dot in both.
    capitals = unicodedata.normalize("NFKD", folded).upper().replace("I\u0307", "I")
    return capitals.casefold()
