"""What a server tells of its backups, and who of them has the work of a proof."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops.backup import watch

INFO = json.dumps(
    [
        {
            "backup": [
                {"label": label, "type": kind, "timestamp": {"stop": stop}, "info": {"size": 32}}
                for label, kind, stop in (
                    ("20261122-020000F", "full", 100),
                    ("20261122-020000F_20261123-020000I", "incr", 200),
                    ("20261122-020000F_20261124-020000I", "incr", 300),
                )
            ]
        }
    ]
)


def members(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"Member": name, "Role": role, "State": state} for name, role, state in rows]


@pytest.mark.parametrize(
    ("found", "who"),
    [
        (
            members(
                ("core-1", "Leader", "running"),
                ("core-2", "Sync Standby", "streaming"),
                ("core-3", "Replica", "streaming"),
            ),
            "core-3",
        ),
        (
            members(
                ("core-1", "Leader", "running"),
                ("core-2", "Sync Standby", "streaming"),
                ("core-3", "Replica", "starting"),
            ),
            "core-2",
        ),
        (
            members(
                ("core-3", "Replica", "streaming"),
                ("core-2", "Replica", "streaming"),
                ("core-1", "Leader", "running"),
            ),
            "core-2",
        ),
        (members(("core-1", "Leader", "running")), "core-1"),
        (members(("core-1", "Replica", "stopped")), None),
        ([], None),
    ],
)
def test_who_follows_has_the_work_before_who_leads(
    found: list[dict[str, Any]], who: str | None
) -> None:
    assert watch.chosen(found) == who


def test_the_ages_are_those_of_the_newest_of_each_kind_and_of_the_oldest() -> None:
    assert watch.ages(watch.backups(INFO)) == {
        'siberius_backup_timestamp_seconds{kind="full"}': 100,
        'siberius_backup_timestamp_seconds{kind="incr"}': 300,
        "siberius_backup_oldest_timestamp_seconds": 100,
    }


@pytest.mark.parametrize(
    ("info", "why"),
    [
        ('[{"backup": []}]', "there is no backup"),
        ("[]", r"pgbackrest says of its backups: \[\]"),
        ("ERROR: [103]", "ERROR"),
    ],
)
def test_no_backup_is_no_figure(info: str, why: str) -> None:
    with pytest.raises(watch.ProofError, match=why):
        watch.ages(watch.backups(info))


def test_a_disk_without_room_is_refused_before_it_is_filled() -> None:
    gib = 2**30
    watch.need_room(10 * gib, free=16 * gib, total=100 * gib)
    with pytest.raises(watch.ProofError, match=r"/var/tmp has 15.9 GiB free .* needs 16.0"):
        watch.need_room(10 * gib, free=16 * gib - 2**26, total=100 * gib)


def test_what_is_told_is_read_again_as_it_was(tmp_path: Path) -> None:
    figures = {
        'siberius_backup_timestamp_seconds{kind="full"}': 1795800852.0,
        'siberius_backup_timestamp_seconds{kind="incr"}': 1795800999.0,
        "siberius_backup_proof_lag_seconds": 31.25,
    }
    file = tmp_path / "siberius-backup.prom"
    file.write_text("what was\n")
    watch.tell(file, figures)
    assert watch.told(file.read_text()) == figures
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644
    assert file.read_text().count("# TYPE siberius_backup_timestamp_seconds gauge") == 1


def test_a_failure_keeps_the_time_of_the_last_success() -> None:
    succeeded = "siberius_backup_proof_success_timestamp_seconds"
    ended = "siberius_backup_proof_timestamp_seconds"
    first = watch.with_times({"siberius_backup_proof_success": 1}, {}, now=100)
    assert (first[succeeded], first[ended]) == (100, 100)
    second = watch.with_times({"siberius_backup_proof_success": 0}, first, now=200)
    assert (second[succeeded], second[ended]) == (100, 200)
    never = watch.with_times({"siberius_backup_proof_success": 0}, {}, now=300)
    assert succeeded not in never
