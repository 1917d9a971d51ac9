"""The compact table against a dict."""

from hypothesis import given
from hypothesis import strategies as st

from agent.contract.files import MAX_PATH_CHARS
from agent.watch.ignore import Ignore
from agent.watch.paths import Stamp, from_wire, is_document, to_wire
from agent.watch.table import KnownFiles

PARTS = st.binary(min_size=1, max_size=12).filter(lambda part: not {0, 47} & set(part))
PATHS = st.lists(
    st.sampled_from([b"a", b"b", b"A.pdf", b"\xff", b"1,2"]) | PARTS, min_size=1, max_size=3
)
STAMPS = st.builds(Stamp, st.integers(0, 2**62), st.integers(-(2**62), 2**62))
STEPS = st.lists(st.tuples(PATHS.map(b"/".join), st.none() | STAMPS), max_size=150)


@given(STEPS)
def test_it_is_a_mapping(steps: list[tuple[bytes, Stamp | None]]) -> None:
    table, model = KnownFiles(), dict[bytes, Stamp]()
    for path, stamp in steps:
        if stamp is None:
            table.remove(path)
            model.pop(path, None)
        else:
            table.put(path, stamp)
            model[path] = stamp

    assert dict(table.items()) == model
    assert len(table) == len(model)
    assert {path: table.get(path) for path, _ in steps} == {
        path: model.get(path) for path, _ in steps
    }
    folders = {path.rpartition(b"/")[0] for path in model}
    assert set(table.folders_below(b"")) == folders
    for folder in folders:
        prefix = folder + b"/" if folder else b""
        names = {prefix + name for name, _ in table.names(folder)}
        assert names == {path for path in model if path.rpartition(b"/")[0] == folder}


def test_a_large_folder_keeps_its_files_findable() -> None:
    table = KnownFiles()
    for number in range(5000):
        table.put(b"all/%d.pdf" % number, Stamp(number, -number))
    for number in range(0, 5000, 2):
        table.remove(b"all/%d.pdf" % number)

    assert len(table) == 2500
    assert table.get(b"all/4999.pdf") == Stamp(4999, -4999)
    assert table.get(b"all/4998.pdf") is None


def test_wire_paths_lead_back() -> None:
    table = KnownFiles()
    for path in (b"plain.pdf", "ção.pdf".encode(), b"\xe7\xe3o.pdf", b"a\\xe7.pdf"):
        table.put(path, Stamp(1, 1))
        assert table.resolve(to_wire(path)) == path

    table.remove(b"\xe7\xe3o.pdf")
    assert table.resolve("\\xe7\\xe3o.pdf") is None
    assert table.resolve("../plain.pdf") is None


def test_which_names_count() -> None:
    assert all(map(is_document, (b"a.pdf", b"A.PDF", b" .Pdf", b"\xff.pdf")))
    assert not any(map(is_document, (b"a.pdf.part", b"pdf", b"a.docx")))
    assert all(map(Ignore().file, (b"~$a.pdf", b".a.pdf", b"._a.PDF", b"folder/.a.pdf")))
    assert not any(map(Ignore().file, (b"~a.pdf", b"$a.pdf", b".folder/a.pdf", b"a.b.pdf")))


ODD = st.sampled_from([b"\\", b"\\x", b"x", b"e7", b"5c", b"\xe7", "ç".encode(), b"/", b"a", b"\n"])


@given(st.lists(st.lists(ODD, min_size=1, max_size=9).map(b"".join), min_size=2, max_size=2))
def test_no_two_paths_have_the_same_name_on_the_wire(paths: list[bytes]) -> None:
    first, second = paths
    assert (to_wire(first) == to_wire(second)) == (first == second)
    assert from_wire(to_wire(first)) == first
    to_wire(first).encode()


def test_a_path_that_is_too_long_is_shortened_in_its_middle_and_leads_back() -> None:
    table = KnownFiles()
    long = b"/".join([b"\xe7" * 200] * 8)
    for name in (b"/a.pdf", b"/b.pdf"):
        table.put(long + name, Stamp(1, 1))
    wires = [to_wire(long + name) for name in (b"/a.pdf", b"/b.pdf")]
    assert [table.resolve(wire) for wire in wires] == [long + b"/a.pdf", long + b"/b.pdf"]
    assert all(len(wire) <= MAX_PATH_CHARS for wire in wires)
    assert all(wire.endswith(name) for wire, name in zip(wires, ("/a.pdf", "/b.pdf"), strict=True))
    table.remove(long + b"/a.pdf")
    assert table.resolve(wires[0]) is None
