"""From the rule files to `Rules`; a file that contradicts itself is refused."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from agent.pdf.rules.model import END, WORD, Label, Rules, Trie, fold

FIELDS = ("number", "customer", "event_date", "total")

_NAMED = {"number+", "customer+"}
_SPLIT = re.compile(r"[;\n]")
_GROUP = re.compile(r"\{([^{}]*)\}")
_Kinds = Mapping[tuple[str, ...], str]


class _Phrase(NamedTuple):
    text: str
    group: str
    weight: float
    language: str


@cache
def load() -> Rules:
    """All rule files as one set. Raises `ValueError` where a file says nothing sensible."""
    contents = {
        entry.name: entry.read_bytes()
        for entry in sorted(files(__package__).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    }
    return compile_rules(contents)


def compile_rules(contents: Mapping[str, bytes]) -> Rules:
    """The rules of several files, by their names. Raises `ValueError`."""
    months: dict[str, int] = {}
    ignored: set[str] = set()
    markers: set[str] = set()
    written: list[_Phrase] = []
    # The C loader is not in every build of the library.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for name, content in contents.items():
        try:
            data = yaml.load(content, loader)  # noqa: S506  (a safe loader)
            for number, names in data["months"].items():
                months.update({fold(month): number for month in names})
            ignored.update(word for text in phrases(data["ignored"]) for word in fold(text).split())
            markers.update(fold(text) for text in phrases(data["number"]["markers"]))
            written.extend(_labels(data))
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{name}: {error!r}") from error
    _refuse_contradictions(written)
    kinds = {
        words: phrase.group.removeprefix("type:")
        for phrase in written
        if phrase.group.startswith("type:") and (words := tuple(WORD.findall(fold(phrase.text))))
    }
    trie: Trie = {}
    for phrase in written:
        _insert(trie, phrase, kinds)
    alternatives = "|".join(re.escape(text) for text in sorted(markers, key=len, reverse=True))
    marker = re.compile(rf"[\s:.\-()|]*(?<![a-z0-9])(?:{alternatives})(?![a-z])[\s:.\-]*")
    return Rules(trie, months, frozenset(ignored), marker)


def phrases(text: str) -> Iterator[str]:
    """The phrases of a rule: parted by `;` or a line end, `{a|b|}` expanded.

    An alternative may be empty; spaces collapse. A group may run over several lines.
    """
    flat = _GROUP.sub(lambda group: " ".join(group[0].split()), text)
    for phrase in _SPLIT.split(flat):
        choices = [
            [choice.strip() for choice in part.split("|")] if index % 2 else [part]
            for index, part in enumerate(_GROUP.split(phrase))
        ]
        for combination in itertools.product(*choices):
            expanded = " ".join("".join(combination).split())
            if expanded:
                yield expanded


def _labels(data: Mapping[str, Any]) -> Iterator[_Phrase]:
    def group(name: str, weight: float, text: str) -> Iterator[_Phrase]:
        return (_Phrase(phrase, name, weight, data["language"]) for phrase in phrases(text))

    for kind, weighted in data["types"].items():
        for weight, text in weighted.items():
            yield from group(f"type:{kind}", float(weight), text)
    for field in FIELDS:
        rule = data[field]
        for weight, text in rule["labels"].items():
            yield from group(f"{field}+", float(weight), text)
        yield from group(f"{field}-", 0.0, rule["never"])
        yield from group(f"{field}@", 0.0, rule.get("inside", ""))
        yield from group(f"{field}#", 0.0, rule.get("headings", ""))
    yield from group("caption", 0.0, data["captions"])
    yield from group("column", 0.0, data["columns"])
    yield from group("salutation", 0.0, data["salutations"])
    yield from group("subject", 0.0, data["subjects"])


def _refuse_contradictions(written: Sequence[_Phrase]) -> None:
    """A phrase cannot be both a label of a field and never one."""
    groups: dict[str, set[str]] = {}
    for phrase in written:
        groups.setdefault(phrase.text, set()).add(phrase.group)
    both = [
        f"{text!r} ({field})"
        for text, said in groups.items()
        for field in FIELDS
        if {f"{field}+", f"{field}-"} <= said
    ]
    if both:
        raise ValueError(f"labels that are also never labels: {', '.join(sorted(both))}")


def _insert(trie: Trie, phrase: _Phrase, kinds: _Kinds) -> None:
    # A colon ends a run of words in a document too; a label may be written with it for clarity.
    words = [match for match in WORD.finditer(fold(phrase.text)) if match[0] != ":"]
    if not words:
        raise ValueError(f"a label without a word: {phrase.text!r}")
    written = [phrase.text[match.start() : match.end()] for match in words]
    exact = tuple((place, word) for place, word in enumerate(written) if word != word.lower())
    node: Any = trie
    for match in words:
        node = node.setdefault(match[0], {})
    ends: list[Label] = node.setdefault(END, [])
    if any(label.group == phrase.group and label.exact == exact for label in ends):
        return
    kind = _kind([match[0] for match in words], kinds) if phrase.group in _NAMED else ""
    label = Label(phrase.group, phrase.weight, phrase.language, exact, kind)
    # Those that need their capitals stand last, so that `find` sees at once if there are any.
    ends.insert(len(ends) if exact else 0, label)


def _kind(words: list[str], kinds: _Kinds) -> str:
    """The document type that the longest run of the words names, or nothing."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            kind = kinds.get(tuple(words[start : start + length]), "mention")
            if kind != "mention":
                return kind
    return ""
