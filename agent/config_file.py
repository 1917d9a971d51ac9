"""The configuration file as people save it; and plain words where it cannot be read.

Editors put marks before the text, paths come with backslashes and quotes from a letter. What is
said names the file and the line and what to write instead, and never shows a value that may be a
secret: only lines of settings that are known to be none.
"""

import codecs
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before those of UTF-16, with which the first of them begins.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""What Windows writes before a text, and the encoding it stands for."""
_SAVE = "save it as UTF-8 (Notepad: Save as, Encoding: UTF-8)"
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ASSIGNMENT = re.compile(r"\s*(?P<key>[\w-]+)\s*=\s*(?P<value>.*?)\s*$")
_IN_DOUBLE_QUOTES = re.compile(r'"(?P<text>.*?)"?\s*(?:#.*)?$')
_LETTER_QUOTES = re.compile("[\u2018-\u201f\u00ab\u00bb\u00b4`]")
_NO_SPACES = re.compile("[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]")

_NO_SPACE = "it holds a space that is none (of a web page?); write that space anew"


class ConfigError(Exception):
    """The settings cannot be used; the message is for the person who wrote them."""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The values of a file, and where in it they stand."""

    path: Path
    text: str
    values: dict[str, Any]

    def place(self, key: str) -> str:
        """The file and, where the key can be found in it, its line: `agent.toml, line 3`."""
        numbers = _lines_of(self.text, key)
        return f"{self.path}, line {numbers[0]}" if numbers else str(self.path)


def read_config_file(path: Path, shown: Collection[str]) -> ConfigFile:
    """Read a file; `shown` are the settings whose lines a message may quote.

    Raises `ConfigError`.
    """
    try:
        text = _decoded(path, path.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_explained(path, text, str(error), shown)) from None
    for key, value in values.items():
        if any(_has_control_character(each) for each in _texts(value)):
            number = _lines_of(text, key)[0] if _lines_of(text, key) else 1
            line = text.splitlines()[number - 1]
            raise ConfigError(
                f"{path}, line {number}: {_quoted(line, shown)}\n{_backslash(line, shown)}"
                if "\\" in line
                else f"{path}, line {number}: {key} has a tab or another control character in it"
            )
    return ConfigFile(path, text, values)


def _decoded(path: Path, content: bytes) -> str:
    """The text, with one kind of line end. Raises `ConfigError`."""
    mark, encoding = next(
        ((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = content.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}, line {number}: this is not a UTF-8 text; {_SAVE}") from None
    if "\0" in text:
        raise ConfigError(f"{path} is not a UTF-8 text; {_SAVE}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _explained(path: Path, text: str, error: str, shown: Collection[str]) -> str:
    """What is wrong with the line that the parser stumbled over."""
    position = _POSITION.search(error)
    lines = text.splitlines() or [""]
    number = int(position[1]) if position and position[1] else len(lines)
    line = lines[min(number, len(lines)) - 1]
    said = error.removesuffix(position[0]) if position else error
    quoted = _quoted(line, shown)
    return (
        f"{path}, line {number} is not valid TOML{': ' if quoted else ''}{quoted}\n"
        f"{_advice(text, line, said, shown)}"
    )


def _advice(text: str, line: str, said: str, shown: Collection[str]) -> str:
    """What to write instead; the parser's own words where nothing better is known."""
    assignment = _ASSIGNMENT.match(line)
    if assignment is None:
        return _advice_on_no_assignment(line, said)
    key, value = assignment["key"], assignment["value"]
    places = " and ".join(str(number) for number in _lines_of(text, key))
    example = value if key in shown and "'" not in value else "…"
    known = (
        (
            said.startswith("Cannot overwrite"),
            f"{key} is set more than once (lines {places}); take out all but one",
        ),
        ('"' in value and "\\" in value, _backslash(line, shown)),
        (
            _LETTER_QUOTES.search(value),
            "the quotes are those of a letter; write straight ones: \"…\" or '…'",
        ),
        (_NO_SPACES.search(line), _NO_SPACE),
        (not value or value.startswith("#"), f"it has no value; write {key} = '…'"),
        (value.startswith(("'", '"')), _advice_on_quotes(key, value, said, shown)),
        (value.lower() in {"true", "false"}, f"write {key} = {value.lower()}"),
        (said == "Invalid value", f"a text stands in quotes; write {key} = '{example}'"),
    )
    return next((advice for holds, advice in known if holds), said)


def _advice_on_no_assignment(line: str, said: str) -> str:
    if found := re.match(r"\s*([\w-]+)\s*:", line):
        return f"write {found[1]} = …, with = in between"
    if _NO_SPACES.search(line):
        return _NO_SPACE
    if not line.strip():
        return said
    return f"{said}; a line is: setting = value"


def _advice_on_quotes(key: str, value: str, said: str, shown: Collection[str]) -> str:
    quote, inner = value[:1], value[1:]
    if quote in inner:
        return f"{said}; after the closing {quote} nothing may follow but a comment"
    if key in shown:
        return f"the {quote} at its end is missing; write {key} = {quote}{inner}{quote}"
    return f"the {quote} at its end is missing"


def _backslash(line: str, shown: Collection[str]) -> str:
    """The two ways to write a path of Windows."""
    rule = "in double quotes a backslash begins a special character; write"
    assignment = _ASSIGNMENT.match(line)
    text = _IN_DOUBLE_QUOTES.match(assignment["value"]) if assignment else None
    if assignment is None or text is None or assignment["key"] not in shown:
        return f"{rule} '…' instead of \"…\", or every backslash twice"
    key, path = assignment["key"], text["text"]
    doubled = path.replace("\\", "\\\\")
    return f"{rule}\n  {key} = '{path}'\nor\n  {key} = \"{doubled}\""


def _quoted(line: str, shown: Collection[str]) -> str:
    """The line where nothing in it can be a secret, else as much of it as that."""
    assignment = _ASSIGNMENT.match(line)
    if assignment is None:
        return ""
    return line.strip() if assignment["key"] in shown else f"{assignment['key']} = …"


def _lines_of(text: str, key: str) -> list[int]:
    """The numbers of the lines that set a key, from 1."""
    begins = re.compile(rf"\s*(?:\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    return [number for number, line in enumerate(text.splitlines(), 1) if begins.match(line)]


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _has_control_character(text: str) -> bool:
    return any(ord(char) < 32 or ord(char) == 127 for char in text)
