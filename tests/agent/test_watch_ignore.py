"""What is left out of the watched folder, by default and by the setting."""

import asyncio
from pathlib import Path

import pytest

from agent.watch.ignore import OTHER_PROGRAMS, Ignore
from agent.watch.survey import Survey
from agent.watch.table import KnownFiles
from tests.agent.test_watch import PACE, folder, polling, put, watching
from tests.agent.waiting import until

__all__ = ["folder", "polling"]


@pytest.mark.parametrize(
    "name",
    [
        *(".Trash-1000", ".Trashes", "$RECYCLE.BIN", "$Recycle.Bin", "RECYCLER", "#recycle"),
        *("@Recycle", ".recycle", ".stversions", ".stfolder", "@eaDir", "#snapshot", "~snapshot"),
        *(".snapshot", ".snapshots", ".zfs", "System Volume Information", "lost+found"),
        *(".dropbox.cache", ".Spotlight-V100", ".AppleDouble", ".@__thumb", "found.000", ".sync"),
    ],
)
def test_folders_of_other_programs(name: str) -> None:
    rules = Ignore()
    assert rules.folder(name.encode())
    assert rules.folder(name.swapcase().encode())
    assert rules.folder(f"2026/orçamentos\n/{name}".encode())
    assert rules.folder(f"{name}/1000/files".encode())
    # Only a whole name, and only a folder.
    assert not rules.folder(f"x{name}".encode())
    assert not rules.file(name.encode() + b".pdf") or name.startswith(".")


def test_every_default_leaves_something_out() -> None:
    for pattern in OTHER_PROGRAMS:
        name = pattern.rstrip("/").removeprefix("\\").replace("[0-9]", "7").replace("*", "1")
        assert Ignore().folder(name.encode()), pattern


@pytest.mark.parametrize(
    ("own", "left_out", "kept"),
    [
        (["drafts/"], ["drafts/a.pdf", "2026/drafts/a.pdf"], ["drafts.pdf", "draft/a.pdf"]),
        (["/old/"], ["old/a.pdf"], ["new/old/a.pdf"]),
        (["*.tmp.pdf"], ["a.tmp.pdf", "x/B.TMP.PDF"], ["a.pdf"]),
        (["Orçamentos/*/2019"], ["orçamentos/x/2019/a.pdf"], ["orçamentos/2019/a.pdf"]),
        (["/*", "!/2026/"], ["a.pdf", "2025/a.pdf"], ["2026/a.pdf"]),
        (["!.*.pdf"], ["~$a.pdf"], [".a.pdf"]),
        (["!@eaDir/"], ["#recycle/a.pdf"], ["@eaDir/a.pdf"]),
        (["!\\#recycle/", "*.bak.pdf"], ["#recycle/a.bak.pdf"], ["#recycle/a.pdf"]),
        # As in git: what lies in a folder that is left out is not looked at.
        (["!@eaDir/a.pdf"], ["@eaDir/a.pdf"], []),
        (["a **b.pdf"], ["a xb.pdf"], ["b.pdf"]),
    ],
)
def test_own_patterns_come_after_the_defaults(
    own: list[str], left_out: list[str], kept: list[str], tmp_path: Path
) -> None:
    for path in [*left_out, *kept]:
        put(tmp_path / path if path.endswith(".pdf") else tmp_path / path / "x.pdf")
    survey = Survey(str(tmp_path).encode(), KnownFiles(), ignore=Ignore(own))
    found = survey.advance(60).found
    expected = {path if path.endswith(".pdf") else f"{path}/x.pdf" for path in kept}
    assert {path.decode() for path in found} == expected


def test_a_decomposed_name_is_the_same_name() -> None:
    assert Ignore(["orçamentos/"]).folder("orc\u0327amentos".encode())


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        ("", "empty"),
        ("#recycle", "comment"),
        ("Old\\Files", "parted by /"),
        ("drafts\\", "parted by /"),
        ("C:\\PDF\\old", "drive"),
        ("d:/old", "drive"),
        ("[ab.pdf", "without its ]"),
        ("[z-a].pdf", "no pattern"),
        ("!", "no pattern"),
        ("/", "no pattern"),
        ("a\tb", "control character"),
    ],
)
def test_a_pattern_that_cannot_work_is_named(pattern: str, advice: str) -> None:
    with pytest.raises(ValueError, match="'") as caught:
        Ignore(["drafts/", pattern])
    assert f"'{pattern}'" in str(caught.value)
    assert advice in str(caught.value)


async def test_what_goes_into_a_bin_is_gone_and_comes_back(folder: Path, polling: bool) -> None:
    bin_ = folder / ".Trash-1000" / "files"
    put(bin_ / "before.pdf")
    put(folder / "2026" / "a.pdf")
    async with watching(folder, polling=polling) as seen:
        assert seen.known == {"old.pdf", "2026/a.pdf"}

        (folder / "old.pdf").rename(bin_ / "old.pdf")
        await until(lambda: seen.gone == ["old.pdf"])
        (folder / "2026").rename(bin_ / "2026")
        await until(lambda: seen.gone == ["old.pdf", "2026/a.pdf"])
        # A bin that was not there before, by the folder's own new name.
        put(folder / "b.pdf")
        await until(lambda: "b.pdf" in seen.known)

        (bin_ / "2026").rename(folder / "2026")
        (bin_ / "old.pdf").rename(folder / "old.pdf")
        await until(lambda: seen.known == {"old.pdf", "2026/a.pdf", "b.pdf"})
        put(folder / "2026" / "late.pdf")
        await until(lambda: "2026/late.pdf" in seen.known)
        assert not any("Trash" in path for path in seen.changed)


async def test_a_folder_that_becomes_a_bin_and_a_folder_again(folder: Path, polling: bool) -> None:
    put(folder / "work" / "a.pdf")
    async with watching(folder, polling=polling) as seen:
        (folder / "work").rename(folder / "#recycle")
        await until(lambda: seen.gone == ["work/a.pdf"])
        put(folder / "#recycle" / "b.pdf")
        (folder / "#recycle").rename(folder / "work")
        await until(lambda: seen.known == {"old.pdf", "work/a.pdf", "work/b.pdf"})


async def test_a_folder_that_lies_in_a_bin_itself(tmp_path: Path, polling: bool) -> None:
    root = tmp_path / ".Trash-1000" / "@eaDir"
    put(root / "a.pdf")
    async with watching(root, polling=polling) as seen:
        put(root / "b.pdf")
        await until(lambda: seen.known == {"a.pdf", "b.pdf"})


async def test_names_that_only_look_temporary_are_listed(folder: Path, polling: bool) -> None:
    put(folder / ".hidden" / "in a hidden folder.pdf")
    async with watching(folder, polling=polling, ignore=("drafts/",)) as seen:
        for name in ("~tilde.pdf", "$price.pdf", "drafts/no.pdf", "drafts too/yes.pdf"):
            put(folder / name)
        expected = {"old.pdf", "~tilde.pdf", "$price.pdf", "drafts too/yes.pdf"}
        expected.add(".hidden/in a hidden folder.pdf")
        await until(lambda: seen.known == expected)


async def test_no_event_is_asked_for_where_nobody_listens(folder: Path) -> None:
    """A place in the kernel's table for each folder that counts, and for no other."""
    for name in ("a", ".Trash-1000/files/b", "@eaDir/c"):
        put(folder / name / "x.pdf")
    async with watching(folder, polling=False) as seen:
        assert seen.watcher.mode == "events"
        put(folder / "later" / "deep" / "y.pdf")
        put(folder / "#recycle" / "deep" / "y.pdf")
        await until(lambda: "later/deep/y.pdf" in seen.known)
        await asyncio.sleep(PACE.settle_s)
        assert sorted(_watched_inodes()) == sorted(
            path.stat().st_ino
            for path in (folder, folder / "a", folder / "later", folder / "later" / "deep")
        )


def _watched_inodes() -> list[int]:
    """Of every inotify watch of this process."""
    inodes = []
    for info in Path("/proc/self/fdinfo").iterdir():
        try:
            lines = info.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("inotify "):
                fields = dict(part.split(":", 1) for part in line.split()[1:4])
                inodes.append(int(fields["ino"], 16))
    return inodes
