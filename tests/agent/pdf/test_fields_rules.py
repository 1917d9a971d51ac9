"""The rule files: what may be written in them, and what is refused."""

import subprocess
import sys
from importlib.resources import files

import pytest

from agent.contract.files import DocumentType
from agent.pdf.rules.compiling import compile_rules, phrases
from agent.pdf.rules.loading import load
from agent.pdf.rules.model import END, Words, fold
from agent.pdf.rules.titles import KINDS


def found(text: str) -> list[tuple[str, set[str]]]:
    hits = load().find(text, Words(fold(text)))
    return [(text[hit.start : hit.end], {label.group for label in hit.labels}) for hit in hits]


def test_groups_expand_and_spaces_collapse() -> None:
    assert list(phrases("data {do|da} {evento|}; x\ny{s|}")) == [
        "data do evento", "data do", "data da evento", "data da", "x", "ys", "y",
    ]  # fmt: skip


def test_a_group_may_run_over_lines() -> None:
    assert list(phrases("valor {total|\n    final}")) == ["valor total", "valor final"]


def test_the_longest_label_wins() -> None:
    assert found("Valor total geral: 12") == [("Valor total geral", {"total+"})]
    assert found("Assinatura do cliente")[0][1] == {"customer-"}


def test_case_accents_and_points_do_not_matter() -> None:
    for text in ("DATA DO EVENTO", "data do evento", "Data  do\nevento"):
        assert {"event_date+"} <= found(text)[0][1]
    assert "type:service_order" in found("O.S. 12")[0][1]


def test_a_label_with_capitals_matches_only_as_written() -> None:
    assert "type:service_order" in found("OS 4512")[0][1]
    assert not any("type:service_order" in groups for _, groups in found("os equipamentos"))


def test_a_colon_or_a_comma_ends_a_label() -> None:
    assert ("Valor total geral", {"total+"}) not in found("Valor: total geral")


def test_both_languages_say_the_same_things() -> None:
    package = files("agent.pdf.rules")
    pt, en = (package.joinpath(f"{name}.yaml").read_text("utf-8") for name in ("pt", "en"))

    def keys(text: str) -> list[str]:
        return [line.split(":")[0] for line in text.splitlines() if line and line[0].isalpha()]

    assert keys(pt) == keys(en)


def test_a_phrase_cannot_mean_both() -> None:
    package = files("agent.pdf.rules")
    text = package.joinpath("en.yaml").read_text("utf-8")
    wrong = text.replace("    grand total|", "    {grand total|", 1)
    wrong = wrong.replace("\ntotal:\n", "\ntotal:\n", 1)
    marker = "  never: |\n"
    at = wrong.rindex(marker) + len(marker)
    wrong = wrong[:at] + "    grand total\n" + wrong[at:]
    with pytest.raises(ValueError, match=r"'grand total' \(total\)"):
        compile_rules({"en.yaml": wrong.encode()})


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b"language: en", b"a: [", b"months: 3"])
def test_a_file_that_is_no_rule_file_is_named(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"broken\.yaml"):
        compile_rules({"broken.yaml": content})


def test_the_types_are_those_of_the_contract() -> None:
    assert set(KINDS) == set(DocumentType)


def test_equal_branches_of_the_labels_are_one() -> None:
    nodes: set[int] = set()

    def phrases_below(node: object) -> int:
        if not isinstance(node, dict):
            return 1
        nodes.add(id(node))
        return sum(phrases_below(below) for below in node.values())

    assert END not in load().labels
    assert phrases_below(load().labels) > 10_000
    assert len(nodes) < 2_000


def test_reading_does_without_what_only_the_agent_needs() -> None:
    program = (
        "import sys\n"
        "from agent.pdf.rules import loading\n"
        "rules = loading.load(apart=True)\n"
        "import agent.pdf.reading\n"
        "print(loading.load() is rules and len(rules.labels), *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    count, *modules = done.stdout.split()
    assert int(count) == len(load().labels)
    loaded = set(modules)
    assert "agent.pdf.rules.loading" in loaded
    assert loaded.isdisjoint({"agent.contract", "pydantic", "hashlib", "asyncio", "pypdf", "yaml"})
