#!/usr/bin/python3
"""What the backups are worth, as figures of this machine for Prometheus: on a server, as root.

`siberius-backup age` tells how old they are. `siberius-backup proof NAME` restores the newest to
a folder that is thrown away, replays the log to its end, and looks whether the application could
go on with it. Every server's timer calls it; the one that has the work does it. It needs nothing
but Debian's Python.
"""

import json
import os
import pwd
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from shutil import chown, disk_usage
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn

FIGURES: Final = Path("/var/lib/prometheus/node-exporter")
"""Where Debian's node exporter looks."""
AGES: Final = FIGURES / "siberius-backup.prom"
PROOF: Final = FIGURES / "siberius-backup-proof.prom"
"""The figures of this server's last proof."""
# Its unit has one of its own, which goes with it whatever ends it.
_SCRATCH: Final = Path("/var/tmp")  # noqa: S108
_LIVE: Final = "/var/lib/postgresql/siberius"
_PROGRAMS: Final = "/usr/lib/postgresql/17/bin"
_PGBACKREST: Final = ("pgbackrest", "--stanza=siberius")
_LOG_BYTES: Final = 2**30
"""Room for the log that is replayed."""
_MOST_BEHIND_S: Final = 3600
"""The leader hands its log over every minute: one that ends earlier has a gap."""
_PRESENCE: Final = ("Replica", "Sync Standby", "Leader")
"""As Patroni calls them: who has the work is the first that there is, so that no write waits."""

_SETTINGS: Final = """
listen_addresses = ''
unix_socket_directories = '{folder}'
hba_file = '{folder}/hba'
ident_file = '/dev/null'
# Nobody gets in before the log is at its end, so nothing of the leader's sizes is needed.
hot_standby = off
archive_mode = off
max_connections = 20
max_wal_senders = 0
shared_buffers = 64MB
max_wal_size = 256MB
autovacuum = off
# It is thrown away.
fsync = off
full_page_writes = off
"""
_HBA: Final = """
local all postgres peer
local siberius siberius peer
"""
_BEHIND: Final = """
SELECT extract(epoch FROM now() - coalesce(pg_last_xact_replay_timestamp(), to_timestamp(:stop)))
"""
_COUNT: Final = r"""
SELECT format('SELECT count(*) FROM %s', oid::regclass) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \gexec
"""
# The application's own settings, but no way to the living database or its users.
_SIBERIUS: Final = """set -a; . /etc/siberius/siberius.env
unset SIBERIUS_READ_DATABASE_URL SIBERIUS_REDIS_URL
SIBERIUS_DATABASE_URL="postgresql+psycopg://siberius@/siberius?host=$0"
exec /opt/siberius/current/venv/bin/siberius "$@"
"""

_HELP: Final = {
    "siberius_backup_timestamp_seconds": "When the newest backup of each kind was complete.",
    "siberius_backup_oldest_timestamp_seconds": "When the oldest backup was complete.",
    "siberius_backup_proof_timestamp_seconds": "When the last proof ended.",
    "siberius_backup_proof_success": "1 where the last proof was one, 0 where it failed.",
    "siberius_backup_proof_success_timestamp_seconds": "When the last one that succeeded ended.",
    "siberius_backup_proof_restore_seconds": "Until the database answered, its log replayed.",
    "siberius_backup_proof_bytes": "Size of the database that came back.",
    "siberius_backup_proof_lag_seconds": "How long before that its newest transaction was.",
    "siberius_backup_proof_rows": "Rows in it.",
    "siberius_backup_proof_documents": "Documents in it that count as uploaded.",
    "siberius_backup_proof_documents_missing": "Of those, how many have no bytes in the store.",
}


class ProofError(Exception):
    """The backup is none, or could not be looked at; the message says why."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup; `kind` is full, diff or incr, `stop` in seconds since 1970."""

    label: str
    kind: str
    stop: int
    size: int


def main(arguments: list[str]) -> None:
    """Do what is asked. The exit code is 1 where it fails."""
    try:
        match arguments:
            case ["age"]:
                tell(AGES, ages(backups(_info())))
            case ["proof", name]:
                _prove_if_chosen(name)
            case _:
                raise ProofError("siberius-backup age, or siberius-backup proof NAME")
    except ProofError as error:
        sys.exit(f"siberius-backup: {error}")


def chosen(members: list[dict[str, Any]]) -> str | None:
    """Who of Patroni's members has the work: every server comes to the same answer."""
    well = [member for member in members if member["State"] in {"running", "streaming"}]
    ranked = sorted(
        (_PRESENCE.index(member["Role"]), str(member["Member"]))
        for member in well
        if member["Role"] in _PRESENCE
    )
    return ranked[0][1] if ranked else None


def backups(info: str) -> list[Backup]:
    """Those that are complete, the oldest first, from pgBackRest's JSON."""
    try:
        return [
            Backup(
                label=str(each["label"]),
                kind=str(each["type"]),
                stop=int(each["timestamp"]["stop"]),
                size=int(each["info"]["size"]),
            )
            for each in json.loads(info)[0]["backup"]
        ]
    except (ValueError, LookupError) as error:
        raise ProofError(f"pgbackrest says of its backups: {info.strip()}") from error


def ages(found: list[Backup]) -> dict[str, float]:
    """The figures of `siberius-backup age`. Raises `ProofError` where there is no backup."""
    if not found:
        raise ProofError("there is no backup")
    newest = {backup.kind: backup.stop for backup in found}
    figures: dict[str, float] = {
        f'siberius_backup_timestamp_seconds{{kind="{kind}"}}': stop for kind, stop in newest.items()
    }
    return figures | {"siberius_backup_oldest_timestamp_seconds": found[0].stop}


def need_room(size: int, free: int, total: int) -> None:
    """Raise `ProofError` where a database of `size` bytes would fill the disk."""
    # Less than a twentieth is what people are woken up for.
    need = size + _LOG_BYTES + total // 20
    if need > free:
        raise ProofError(
            f"{_SCRATCH} has {free / 2**30:.1f} GiB free and the proof needs {need / 2**30:.1f}: "
            f"make room, or mount a larger disk there"
        )


def tell(file: Path, figures: dict[str, float]) -> None:
    """Put the figures where the node exporter finds them, all at once."""
    lines, seen = [], set()
    for key, value in figures.items():
        metric = key.partition("{")[0]
        if metric not in seen:
            lines += [f"# HELP {metric} {_HELP[metric]}", f"# TYPE {metric} gauge"]
        seen.add(metric)
        lines.append(f"{key} {value:.15g}")
    new = file.with_suffix(".new")
    new.write_text("\n".join(lines) + "\n")
    new.chmod(0o644)
    new.replace(file)


def told(text: str) -> dict[str, float]:
    """The figures in a file that `tell` wrote."""
    return {
        key: float(value)
        for key, value in re.findall(r"^([^#\s]\S*) (\S+)$", text, flags=re.MULTILINE)
    }


def with_times(figures: dict[str, float], before: dict[str, float], now: float) -> dict[str, float]:
    """With the time now, and that of the last success, which a failure does not take away."""
    succeeded = "siberius_backup_proof_success_timestamp_seconds"
    figures = figures | {"siberius_backup_proof_timestamp_seconds": now}
    if figures["siberius_backup_proof_success"]:
        return figures | {succeeded: now}
    return figures | ({succeeded: before[succeeded]} if succeeded in before else {})


def _info() -> str:
    return _run(*_PGBACKREST, "--output=json", "info")


def _prove_if_chosen(name: str) -> None:
    members = json.loads(_run("patronictl", "-c", "/etc/patroni/config.yml", "list", "-f", "json"))
    who = chosen(members)
    if who != name:
        print(f"{who} has the work" if who else "nobody follows or leads: no proof now")
        return
    signal.signal(signal.SIGTERM, _stopped)
    figures: dict[str, float] = {"siberius_backup_proof_success": 0}
    try:
        _prove(figures)
        figures["siberius_backup_proof_success"] = 1
    finally:
        before = told(PROOF.read_text()) if PROOF.exists() else {}
        tell(PROOF, with_times(figures, before, time.time()))


def _prove(figures: dict[str, float]) -> None:
    """Do it, and add to `figures` what is known as soon as it is."""
    found = backups(_info())
    tell(AGES, ages(found))
    newest = found[-1]
    disk = disk_usage(_SCRATCH)
    need_room(newest.size, disk.free, disk.total)
    with TemporaryDirectory(prefix="siberius-proof-", dir=_SCRATCH) as made:
        folder = Path(made)
        data = folder / "data"
        data.mkdir(mode=0o700)
        for owned in (folder, data):
            chown(owned, "postgres", "postgres")
        # The application's user comes to the socket in it, and no further.
        folder.chmod(0o711)
        try:
            _restore(newest, folder, figures)
            _look(folder, figures)
        finally:
            server = (f"{_PROGRAMS}/pg_ctl", "--pgdata", str(data))
            _run(*server, "stop", "--mode=immediate", may_fail=True)
    print(
        "the backup {} came back in {:.0f} s, as it was {:.0f} s before: {:.0f} rows, "
        "{:.0f} documents with their bytes".format(
            newest.label,
            *(
                figures[f"siberius_backup_proof_{each}"]
                for each in ("restore_seconds", "lag_seconds", "rows", "documents")
            ),
        )
    )


def _restore(backup: Backup, folder: Path, figures: dict[str, float]) -> None:
    """A Postgres that answers in `folder`, with all that the log has."""
    began = time.monotonic()
    data = str(folder / "data")
    target = (f"--pg1-path={data}", f"--set={backup.label}", "--archive-mode=off")
    _run(*_PGBACKREST, *target, "restore")
    (folder / "settings").write_text(_SETTINGS.format(folder=folder))
    (folder / "hba").write_text(_HBA)
    server = (f"{_PROGRAMS}/pg_ctl", "--pgdata", data)
    log = folder / "data" / "proof.log"
    options = f"-c config_file={folder}/settings"
    try:
        _run(*server, "start", f"--log={log}", f"--options={options}", "--timeout=3600")
        while not _run(*_psql(folder), "-c", "SELECT 'ready'", may_fail=True):
            _run(*server, "status")
            time.sleep(0.5)
    except ProofError as error:
        said = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
        raise ProofError("\n".join([str(error), *said])) from error
    figures["siberius_backup_proof_restore_seconds"] = time.monotonic() - began
    figures["siberius_backup_proof_bytes"] = backup.size
    behind = _run(*_psql(folder), f"--set=stop={backup.stop}", stdin=_BEHIND)
    figures["siberius_backup_proof_lag_seconds"] = float(behind)


def _look(folder: Path, figures: dict[str, float]) -> None:
    """Raise `ProofError` where the application could not go on with it."""
    # Reads every page and follows every index.
    database = ("-h", str(folder), "--database=siberius")
    _run(f"{_PROGRAMS}/pg_amcheck", *database, "--install-missing", "--heapallindexed")
    counts = _run(*_psql(folder, "siberius"), stdin=_COUNT).split()
    figures["siberius_backup_proof_rows"] = sum(int(count) for count in counts)
    # As a restore does: the schema is one that this release knows, and is brought up to its own.
    siberius = ("sh", "-c", _SIBERIUS, str(folder))
    _run(*siberius, "feed", "renew", user="siberius")
    said = _run(*siberius, "blobs", "check", user="siberius", may_fail=True)
    try:
        report = json.loads(said)
    except ValueError as error:
        raise ProofError(f"documents and blobs cannot be compared: {said}") from error
    missing = _still_claimed([row["pdfId"] for row in report["missing"]])
    figures["siberius_backup_proof_documents"] = report["documents"]
    figures["siberius_backup_proof_documents_missing"] = missing
    if missing:
        raise ProofError(f"{missing} documents have no bytes: siberius blobs check names them")
    behind = figures["siberius_backup_proof_lag_seconds"]
    if behind > _MOST_BEHIND_S:
        raise ProofError(f"what came back ends {behind / 3600:.1f} hours ago: the log has a gap")


def _still_claimed(documents: list[str]) -> int:
    """How many of them the living database has as well: the others have expired since."""
    ids = ",".join(documents)
    ask = f"SELECT count(*) FROM pdfs WHERE status = 'cached' AND id = ANY('{{{ids}}}')"  # noqa: S608
    return int(_run(*_psql(Path(_LIVE), "siberius"), stdin=ask))


def _psql(folder: Path, database: str = "postgres") -> tuple[str, ...]:
    quiet = ("--no-psqlrc", "-At", "--set=ON_ERROR_STOP=1")
    return ("psql", *quiet, "-h", str(folder), "-d", database)


def _run(*command: str, user: str = "postgres", stdin: str = "", may_fail: bool = False) -> str:
    """What it says on standard output. Raises `ProofError` where it fails and may not."""
    account = pwd.getpwnam(user)
    done = subprocess.run(
        command,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=os.getgrouplist(user, account.pw_gid),
        env={"PATH": os.environ["PATH"], "HOME": account.pw_dir, "LANG": "C.UTF-8"},
        cwd="/",
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and not may_fail:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-5:]
        raise ProofError("\n".join([f"{command[0]} failed:", *said]))
    return done.stdout


def _stopped(_signal: int, _frame: object) -> NoReturn:
    raise ProofError("it was stopped before its end")


if __name__ == "__main__":
    main(sys.argv[1:])
