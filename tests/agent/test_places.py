"""When a place counts as emptied."""

from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.places import Emptied, Place, Tally, deepest_first, emptied_places, place_of

HOLD = 50


def judged(
    *tallies: tuple[str, int, int], hold: int = HOLD, exchanged: Collection[str] = ()
) -> dict[str, int]:
    """Path of each state → how many are missing; a tally is `folder, known, missing`, the folder
    of a mount point as `disk:folder`."""
    places = {}
    for name, known, missing in tallies:
        disk, _, folder = name.rpartition(":")
        places[Place(disk, folder)] = Tally(known, missing)
    shown: dict[str, int] = {}
    for place, (path, _) in emptied_places(places, hold, exchanged).items():
        shown[path] = shown.get(path, 0) + places[place].missing
    return shown


@pytest.mark.parametrize(
    ("tallies", "shown"),
    [
        # A disk that is not there, or nearly.
        ([("", 12_500, 12_430)], {"": 12_430}),
        ([("2024", 6000, 6000), ("2025", 6500, 6430)], {"": 12_430}),
        # Small ones.
        ([("", 3, 3)], {"": 3}),
        ([("2024", 1, 1), ("2025", 1, 1)], {"": 2}),
        ([("", 1, 1)], {}),
        # By hand.
        ([("", 12_500, 30)], {}),
        ([("2024", 30, 30), ("2025", 12_470, 0)], {}),
        ([("", 12_500, 49)], {}),
        ([("2024", 12_000, 0), ("2025", 500, 100)], {}),
        # Below: all of a folder says more than the disk.
        ([("2024", 6000, 6000), ("2025", 6500, 0)], {"2024": 6000}),
        ([("2024", 60, 60), ("2025", 12_440, 0)], {"2024": 60}),
        ([("2024", 60, 60), ("2025", 60, 60), ("2026", 12_000, 0)], {"2024": 60, "2025": 60}),
        # A mount point below it, judged by itself.
        ([("2024", 100, 0), ("usb:", 3, 3)], {"usb": 3}),
        ([("2024", 100, 0), ("usb:norte", 2, 2), ("usb:sul", 2, 2)], {"usb": 4}),
        ([("2024", 100, 0), ("usb:norte", 2, 2), ("usb:sul", 2, 0)], {}),
    ],
)
def test_what_is_a_state(tallies: list[tuple[str, int, int]], shown: dict[str, int]) -> None:
    assert judged(*tallies) == shown


def test_another_disk_needs_no_large_number() -> None:
    swapped = [("", 4, 1)]
    assert judged(*swapped) == {}
    assert judged(*swapped, exchanged=[""]) == {"": 1}
    assert judged(("", 100, 10), exchanged=[""]) == {}
    # What is new on the other disk says nothing of what was on the one before.
    place = Place("", "")
    tallies = {place: Tally(known=112_500, missing=12_500, new=100_000)}
    assert emptied_places(tallies, HOLD, []) == {}
    assert emptied_places(tallies, HOLD, [""]) == {place: Emptied("", 112_500)}


def test_the_number_is_a_setting() -> None:
    assert judged(("", 100, 40)) == {}
    assert judged(("", 100, 40), hold=40) == {"": 40}
    assert judged(("", 100, 60), hold=1000) == {}
    assert judged(("", 100, 100), hold=1000) == {"": 100}, "nothing is left"


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["", "usb"]), st.sampled_from(["", "a", "b"])),
        st.tuples(st.integers(0, 200), st.integers(0, 200)),
    ),
    st.integers(2, 100),
    st.sets(st.sampled_from(["", "usb"])),
)
def test_only_what_misses_something_is_held(
    counts: dict[tuple[str, str], tuple[int, int]], hold: int, exchanged: set[str]
) -> None:
    tallies = {
        Place(*place): Tally(known=present + missing, missing=missing)
        for place, (present, missing) in counts.items()
    }
    held = emptied_places(tallies, hold, exchanged)
    assert all(tallies[place].missing for place in held)
    for disk in {place.disk for place in tallies}:
        of_disk = [place for place in tallies if place.disk == disk]
        missing = sum(tallies[place].missing for place in of_disk)
        known = sum(tallies[place].known for place in of_disk)
        if missing == known >= 2:
            assert {place for place in of_disk if tallies[place].missing} <= held.keys()
        if missing < hold and missing < known and disk not in exchanged:
            assert not [place for place in held if place.disk == disk]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("a.pdf", Place("", "")),
        ("2024/a.pdf", Place("", "2024")),
        ("2024/march/a.pdf", Place("", "2024")),
        ("usb/a.pdf", Place("usb", "")),
        ("usb/2024/a.pdf", Place("usb", "2024")),
        ("usb/deep/a.pdf", Place("usb/deep", "")),
        ("usb2/a.pdf", Place("", "usb2")),
    ],
)
def test_the_place_of_a_file(path: str, place: Place) -> None:
    assert place_of(path, deepest_first(["", "usb", "usb/deep"])) == place
    assert place.path == "/".join(part for part in place if part)
