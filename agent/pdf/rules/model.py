"""The rule files in memory: labels in a trie of words, months, patterns."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

FIELDS = ("number", "customer", "event_date", "total")

_WORD = re.compile(r"[^\W_]+|[^\w\s.\-/&()'’]")
_NAMED = {"number+", "customer+"}
_SPLIT = re.compile(r"[;\n]")


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


Trie = dict[str, "Trie | list[Label]"]
_END = ""


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
    trie: Trie
    months: Mapping[str, int]
    ignored: frozenset[str]
    marker: re.Pattern[str]
    """A pattern, over folded text, of what may stand between a title and its number."""

    def words(self, folded: str) -> list[str]:
        return _WORD.findall(folded)

    def find(self, raw: str, folded: str, words: list[str]) -> list[Hit]:
        """The longest labels in a text, from left to right, without overlap.

        `words` are the words of the folded text.
        """
        spans = [match.span() for match in _WORD.finditer(folded)]
        hits: list[Hit] = []
        count, root = len(words), self.trie
        after = 0
        for index in [place for place, word in enumerate(words) if word in root]:
            if index < after:
                continue
            node: Any = root[words[index]]
            found: tuple[int, list[Label]] | None = None
            position = index + 1
            while True:
                ends = node.get(_END)
                if ends is not None:
                    if ends[-1].exact:
                        ends = [
                            label
                            for label in ends
                            if all(
                                raw[slice(*spans[index + place])] == written
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
                hits.append(Hit(spans[index][0], spans[after - 1][1], found[1]))
        return hits


@cache
def load() -> Rules:
    """All rule files as one set. Raises `ValueError` where a file says nothing sensible."""
    trie: Trie = {}
    months: dict[str, int] = {}
    ignored: set[str] = set()
    markers: set[str] = set()
    written: list[tuple[str, str, float, str]] = []
    for entry in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".yaml"):
            continue
        # The C loader is not in every build of the library.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        data = yaml.load(entry.read_bytes(), loader)  # noqa: S506  (a safe loader)
        if not isinstance(data, dict) or "language" not in data:
            raise ValueError(f"{entry.name}: a rule file needs a language")
        for number, names in data["months"].items():
            months.update({fold(name): number for name in names})
        ignored.update(word for text in phrases(data["ignored"]) for word in fold(text).split())
        markers.update(fold(text) for text in phrases(data["number"]["markers"]))
        for group, weight, text in _labels(data):
            for phrase in phrases(text):
                written.append((phrase, group, weight, data["language"]))
    kinds = {
        words: group.removeprefix("type:")
        for phrase, group, _, _ in written
        if group.startswith("type:") and (words := tuple(_WORD.findall(fold(phrase))))
    }
    _refuse_contradictions(written)
    for phrase, group, weight, language in written:
        _insert(trie, phrase, group, weight, language, kinds)
    words = "|".join(re.escape(text) for text in sorted(markers, key=len, reverse=True))
    marker = re.compile(rf"[\s:.\-(|]*(?<![a-z0-9])(?:{words})(?![a-z])[\s:.\-]*")
    return Rules(trie, months, frozenset(ignored), marker)


def phrases(text: str) -> Iterator[str]:
    """The phrases of a rule: parted by `;` or a line end, `{a|b|}` expanded.

    An alternative may be empty; spaces collapse. A group may run over several lines.
    """
    flat = re.sub(r"\{[^{}]*\}", lambda group: " ".join(group[0].split()), text)
    for phrase in _SPLIT.split(flat):
        parts = re.split(r"\{([^{}]*)\}", phrase)
        choices = [
            [choice.strip() for choice in part.split("|")] if index % 2 else [part]
            for index, part in enumerate(parts)
        ]
        for combination in itertools.product(*choices):
            expanded = " ".join("".join(combination).split())
            if expanded:
                yield expanded


def _labels(data: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    for name, weighted in data["types"].items():
        for weight, text in weighted.items():
            yield f"type:{name}", float(weight), text
    for name in FIELDS:
        rule = data[name]
        for weight, text in rule["labels"].items():
            yield f"{name}+", float(weight), text
        yield f"{name}-", 0.0, rule["never"]
        yield f"{name}@", 0.0, rule.get("inside", "")
        yield f"{name}#", 0.0, rule.get("headings", "")
    for group, key in (
        ("caption", "captions"),
        ("column", "columns"),
        ("salutation", "salutations"),
        ("subject", "subjects"),
    ):
        yield group, 0.0, data[key]


def _insert(
    trie: Trie,
    phrase: str,
    group: str,
    weight: float,
    language: str,
    kinds: Mapping[tuple[str, ...], str],
) -> None:
    folded = fold(phrase)
    # A colon ends a run of words in a document too; a label may be written with it for clarity.
    words = [match for match in _WORD.finditer(folded) if match[0] != ":"]
    if not words:
        raise ValueError(f"a label without a word: {phrase!r}")
    written = [phrase[match.start() : match.end()] for match in words]
    exact = tuple((place, word) for place, word in enumerate(written) if word != word.lower())
    node: Any = trie
    for match in words:
        node = node.setdefault(match[0], {})
    ends = node.setdefault(_END, [])
    if not any(label.group == group and label.exact == exact for label in ends):
        kind = _kind([match[0] for match in words], kinds) if group in _NAMED else ""
        label = Label(group, weight, language, exact, kind)
        # Those that need their capitals stand last, so that `find` sees it at once.
        ends.insert(len(ends) if exact else 0, label)


def _refuse_contradictions(written: list[tuple[str, str, float, str]]) -> None:
    """A phrase cannot be both a label of a field and never one."""
    groups: dict[str, set[str]] = {}
    for phrase, group, _, _ in written:
        groups.setdefault(phrase.rstrip(".:"), set()).add(group)
    both = [
        f"{phrase!r} ({name})"
        for phrase, said in groups.items()
        for name in FIELDS
        if {f"{name}+", f"{name}-"} <= said
    ]
    if both:
        raise ValueError(f"labels that are also never labels: {', '.join(sorted(both))}")


def _kind(words: list[str], kinds: Mapping[tuple[str, ...], str]) -> str:
    """The type that the longest run of the words names, or nothing."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            kind = kinds.get(tuple(words[start : start + length]), "")
            if kind in {"quote", "service_order", "assembly", "other"}:
                return kind
    return ""
