"""The rules in memory: labels in a graph of words, and how they are found in a text."""

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[^\W_]+|[^\w\s.\-/&()'’]")
_PARTS = re.compile(f"({WORD.pattern})")


def _folded(code: int) -> str:
    """One character without case and accent; always one, so that offsets hold."""
    char = chr(code)
    base = unicodedata.normalize("NFKD", char)[0].lower()
    return base if len(base) == 1 else char


_FOLD = {code: _folded(code) for code in [*range(0x41, 0x5B), *range(0xAA, 0x250)]}
_FOLD.update({ord("°"): "o", ord("№"): "#", ord("–"): "-", ord("—"): "-", ord("\u2212"): "-"})


def fold(text: str) -> str:
    """Lower case without accents, character by character: `Nº` becomes `no`."""
    return text.lower() if text.isascii() else text.translate(_FOLD)


class Words:
    """The words of a folded text. Word `i` is `[offsets[2 * i], offsets[2 * i + 1])`."""

    def __init__(self, folded: str) -> None:
        # Splitting and summing up lengths stays in C; a match object a word would not.
        parts = _PARTS.split(folded)
        self.words = parts[1::2]
        self.offsets = list(itertools.accumulate(map(len, parts)))


@dataclass(frozen=True, slots=True)
class Label:
    """What a phrase says. `group` is e.g. `total+`, `total-`, `type:quote` or `caption`."""

    group: str
    weight: float
    language: str
    exact: tuple[tuple[int, str], ...]
    """Words with capitals in the rules, by their place: they match only as written."""
    kind: str = ""
    """The document type the phrase names: `work order no.` speaks of a service order."""


Node = dict[str, "Node | list[Label]"]
"""What may follow a word: a trie in which equal branches are one, so it must not be changed."""
MAX_HITS = 1000
"""Labels of one page that are looked at; a full page has a hundred."""
END = ""
"""The key of a node's labels: no word is empty."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found in a text: `[start, end)` in its string."""

    start: int
    end: int
    labels: Sequence[Label]

    def label(self, *groups: str) -> Label | None:
        """Its first label that belongs to one of the groups."""
        for label in self.labels:
            if label.group in groups:
                return label
        return None


@dataclass(frozen=True)
class Rules:
    labels: Node
    months: Mapping[str, int]
    ignored: frozenset[str]
    marker: re.Pattern[str]
    """A pattern, over folded text, of what may stand between a title and its number."""

    def find(self, raw: str, text: Words) -> list[Hit]:
        """The longest labels in a text, from left to right, without overlap.

        `raw` is the text as printed, for labels with capitals.
        """
        words, offsets = text.words, text.offsets
        hits: list[Hit] = []
        count, root = len(words), self.labels
        after = 0
        for index in [place for place, word in enumerate(words) if word in root]:
            if index < after:
                continue
            node: Any = root[words[index]]
            found: tuple[int, list[Label]] | None = None
            position = index + 1
            while True:
                ends = node.get(END)
                if ends is not None:
                    if ends[-1].exact:
                        ends = [
                            label
                            for label in ends
                            if all(
                                raw[offsets[2 * (index + place)] : offsets[2 * (index + place) + 1]]
                                == written
                                for place, written in label.exact
                            )
                        ]
                    if ends:
                        found = position, ends
                if position >= count:
                    break
                node = node.get(words[position])
                if node is None:
                    break
                position += 1
            if found:
                after = found[0]
                if len(hits) == MAX_HITS:
                    break
                hits.append(Hit(offsets[2 * index], offsets[2 * after - 1], found[1]))
        return hits
