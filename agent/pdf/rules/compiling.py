"""From the rule files to `Rules`; a file that contradicts itself is refused."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from sys import intern
from typing import Any

import yaml

from agent.pdf.rules.model import END, WORD, Label, Node, Rules, fold

FIELDS = ("number", "customer", "event_date", "total")

_NAMED = {"number+", "customer+"}
_SPLIT = re.compile(r"[;\n]")
_GROUP = re.compile(r"\{([^{}]*)\}")
_Words = tuple[str, ...]
_Kinds = dict[_Words, str]
_Entry = tuple[_Words, Label]
_Shape = tuple[tuple[str, object], ...]
"""What a node holds: its labels, and its words with the identity of what follows."""


def compile_rules(contents: Mapping[str, bytes]) -> Rules:
    """The rules of several files, by their names. Raises `ValueError`."""
    months: dict[str, int] = {}
    ignored: set[str] = set()
    markers: set[str] = set()
    kinds: _Kinds = {}
    entries: list[_Entry] = []
    parsed: dict[str, Any] = {}
    # The C loader is not in every build of the library.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for name, content in contents.items():
        with _blaming(name):
            data = parsed[name] = yaml.load(content, loader)  # noqa: S506  (a safe loader)
            for number, names in data["months"].items():
                months.update({fold(month): number for month in names})
            ignored.update(word for text in phrases(data["ignored"]) for word in fold(text).split())
            markers.update(fold(text) for text in phrases(data["number"]["markers"]))
            for kind, weighted in data["types"].items():
                for phrase in phrases(";".join(weighted.values())):
                    kinds[tuple(WORD.findall(fold(phrase)))] = kind
    for name, data in parsed.items():
        with _blaming(name):
            entries.extend(_entries(data, kinds))
    entries.sort(key=_words)
    _refuse_contradictions(entries)
    alternatives = "|".join(re.escape(text) for text in sorted(markers, key=len, reverse=True))
    marker = re.compile(rf"[\s:.\-()|]*(?<![a-z0-9])(?:{alternatives})(?![a-z])[\s:.\-]*")
    return Rules(_node(entries, 0, {}), months, frozenset(ignored), marker)


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


@contextmanager
def _blaming(name: str) -> Iterator[None]:
    try:
        yield
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name}: {error!r}") from error


def _entries(data: Mapping[str, Any], kinds: _Kinds) -> Iterator[_Entry]:
    known: dict[Label, Label] = {}
    for group, weight, text in _groups(data):
        for phrase in phrases(text):
            words, exact = _split(phrase)
            kind = _kind(words, kinds) if group in _NAMED else ""
            label = Label(group, weight, data["language"], exact, kind)
            # 20,000 phrases share 150 labels.
            yield words, known.setdefault(label, label)


def _groups(data: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    """Group, weight and phrases of everything a rule file calls a label."""
    for kind, weighted in data["types"].items():
        for weight, text in weighted.items():
            yield f"type:{kind}", float(weight), text
    for field in FIELDS:
        rule = data[field]
        for weight, text in rule["labels"].items():
            yield f"{field}+", float(weight), text
        yield f"{field}-", 0.0, rule["never"]
        yield f"{field}@", 0.0, rule.get("inside", "")
        yield f"{field}#", 0.0, rule.get("headings", "")
    for group in ("caption", "column", "salutation", "subject"):
        yield group, 0.0, data[f"{group}s"]


def _split(phrase: str) -> tuple[_Words, tuple[tuple[int, str], ...]]:
    """The folded words of a phrase, and those that have capitals, as `Label.exact` has them."""
    # A colon ends a run of words in a document too; a label may be written with it for clarity.
    words = [match for match in WORD.finditer(fold(phrase)) if match[0] != ":"]
    if not words:
        raise ValueError(f"a label without a word: {phrase!r}")
    written = [phrase[match.start() : match.end()] for match in words]
    exact = tuple((place, word) for place, word in enumerate(written) if word != word.lower())
    return tuple(intern(match[0]) for match in words), exact


def _words(entry: _Entry) -> _Words:
    return entry[0]


def _refuse_contradictions(entries: Sequence[_Entry]) -> None:
    """A phrase cannot be both a label of a field and never one."""
    both = []
    for words, same in itertools.groupby(entries, _words):
        said = {(label.group, label.exact) for _, label in same}
        both += [
            f"{' '.join(words)!r} ({group[:-1]})"
            for group, exact in said
            if group[-1] == "+" and (f"{group[:-1]}-", exact) in said
        ]
    if both:
        raise ValueError(f"labels that are also never labels: {', '.join(sorted(both))}")


def _node(entries: Sequence[_Entry], depth: int, known: dict[_Shape, Node]) -> Node:
    """The node of sorted phrases that have their first `depth` words in common.

    A node equal to one made before is that one: the phrases are products of alternatives, so
    of 20,000 nodes 1,000 remain, and 12 MB of a parsing process.
    """
    node: Node = {}
    shape: list[tuple[str, object]] = []
    ends: list[Label] = []
    longer = itertools.dropwhile(lambda entry: len(entry[0]) == depth, entries)
    for _, label in itertools.takewhile(lambda entry: len(entry[0]) == depth, entries):
        if not any(other.group == label.group and other.exact == label.exact for other in ends):
            # Those that need their capitals stand last: `find` sees at once if there are any.
            ends.insert(len(ends) if label.exact else 0, label)
    if ends:
        node[END] = ends
        shape.append((END, tuple(ends)))
    for word, group in itertools.groupby(longer, lambda entry: entry[0][depth]):
        node[word] = below = _node(list(group), depth + 1, known)
        # `known` keeps the node, so that its identity is not used again.
        shape.append((word, id(below)))
    return known.setdefault(tuple(shape), node)


def _kind(words: _Words, kinds: _Kinds) -> str:
    """The document type that the longest run of the words names, or nothing."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            kind = kinds.get(words[start : start + length], "mention")
            if kind != "mention":
                return kind
    return ""
