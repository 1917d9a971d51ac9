"""Names of files that every system takes, and that stay apart there."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domains.pdfs.filenames import UniqueNames, portable

_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    kind + number for kind in ("COM", "LPT") for number in "0123456789¹²³"
}
_PIECES = st.sampled_from(
    [
        *(
            "a",
            "A",
            "ã",
            "Ã",
            "a\u0303",
            "ß",
            "ẞ",
            "ss",
            "SS",
            "i",
            "I",
            "ı",
            "İ",
            "ſ",
            "K",
            "\u212a",
        ),
        *(
            "ﬁ",
            "fi",
            "Σ",
            "ς",
            "\u0390",
            "\u1f82",
            "ǆ",
            "\u00e5",
            "\u212b",
            "漢",
            "가",
            "\U0001f468\u200d\U0001f4bb",
        ),
        *(
            ".",
            " ",
            "\u00a0",
            "..",
            ".pdf",
            ".PDF",
            ":",
            "?",
            "/",
            "\\",
            "|",
            "*",
            '"',
            "<",
            "\0",
            "\n",
        ),
        *(
            "\x7f",
            "\x85",
            "\u202e",
            "\u200b",
            "\ufeff",
            "\u2028",
            "\ufffe",
            "CON",
            "aux",
            "COM1",
            "com¹",
            "NUL",
        ),
        *("Lpt3", "clock$", " (2)", "_", "x" * 120, "é" * 130),
    ]
)
_NAMES = st.lists(_PIECES, max_size=6).map("".join) | st.text(max_size=40)


def _taken_by_windows(name: str) -> bool:
    """Microsoft, "Naming Files, Paths, and Namespaces"."""
    base = re.split(r"\.", name, maxsplit=1)[0].rstrip(" ")
    return (
        bool(name)
        and not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
        and name[-1] not in ". "
        and base.upper() not in _DEVICES
        and len(name.encode("utf-16-le")) // 2 <= 255
    )


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Orçamento 12.pdf", "Orçamento 12.pdf"),
        ("Orc\u0327amento.pdf", "Orçamento.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("aux", "_aux"),
        ("nul .pdf", "_nul .pdf"),
        ("Com1.2026.pdf", "_Com1.2026.pdf"),
        ("COM¹.pdf", "_COM¹.pdf"),
        ("lpt10.pdf", "lpt10.pdf"),
        ("contrato.pdf", "contrato.pdf"),
        ('a<b>:"|?*\\c.pdf', "a_b_______c.pdf"),
        ("a\tb\x7f.pdf", "a_b_.pdf"),
        ("nota. . ", "nota"),
        ("nota.pdf.\u00a0.", "nota.pdf"),
        (" nota.pdf", "nota.pdf"),
        ("nota\u202efdp.exe", "notafdp.exe"),
        ("", "document.pdf"),
        (" .. ", "document.pdf"),
        (".pdf", "document.pdf"),
        ("...pdf", "document.pdf"),
        ("\u200b\u202e.pdf", "document.pdf"),
        (".nota.pdf", ".nota.pdf"),
        ("\U0001f468\u200d\U0001f4bb.pdf", "\U0001f468\u200d\U0001f4bb.pdf"),
        ("a/b.pdf", "a_b.pdf"),
    ],
)
def test_a_name_is_changed_only_where_a_system_refuses_it(wish: str, name: str) -> None:
    assert portable(wish) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Orçamento João.pdf", unicodedata.normalize("NFD", "Orçamento João.pdf")),
        ("Nota.pdf", "NOTA.PDF"),
        ("straße.pdf", "STRASSE.pdf"),
        ("straße.pdf", "STRAẞE.pdf"),
        ("iptu.pdf", "ıptu.pdf"),
        ("IPTU.pdf", "İPTU.pdf"),
        ("ﬁm.pdf", "fim.pdf"),
        ("fossa.pdf", "foſſa.pdf"),
        ("a?.pdf", "a*.pdf"),
        ("a.pdf", "a.pdf . "),
        ("a.pdf", "a\u202e.pdf"),
        ("a\u200db.pdf", "ab.pdf"),
        ("_con.pdf", "CON.pdf"),
        ("é" * 200 + "1.pdf", "é" * 200 + "2.pdf"),
        ("", "."),
    ],
)
def test_names_that_are_one_file_somewhere_are_told_apart(one: str, other: str) -> None:
    names = UniqueNames()
    first, second = names.take(one), names.take(other)
    assert first == portable(one)
    assert " (2)" in second


def test_a_number_that_is_taken_is_passed_over() -> None:
    names = UniqueNames()
    given_names = [names.take(wish) for wish in ("a (2).pdf", "A.pdf", "a.pdf", "a.pdf")]
    assert given_names == ["a (2).pdf", "A.pdf", "a (3).pdf", "a (4).pdf"]


@given(st.lists(_NAMES, max_size=12))
@example(["\u0130", "i\u0307", "i"])
def test_any_names_can_be_unpacked_anywhere(wishes: list[str]) -> None:
    names = UniqueNames()
    taken = [names.take(wish) for wish in wishes]
    assert [portable(portable(wish)) for wish in wishes] == [portable(wish) for wish in wishes]
    for name in taken:
        assert _taken_by_windows(name), ascii(name)
        assert len(name.encode()) <= 255
        assert unicodedata.normalize("NFC", name) == name
    for folded in (
        lambda name: unicodedata.normalize("NFC", name).casefold(),
        lambda name: unicodedata.normalize("NFD", name).lower(),
        lambda name: unicodedata.normalize("NFC", name).upper(),
        lambda name: unicodedata.normalize("NFD", name.casefold()),
    ):
        assert len(set(map(folded, taken))) == len(taken), ascii(taken)
