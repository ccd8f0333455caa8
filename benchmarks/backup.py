"""How long a backup of a 1 GB store takes while somebody writes, and which of SQLite's two ways copies faster.

    python benchmarks/backup.py              # a store of 1 GB in a temporary folder, some three minutes
    python benchmarks/backup.py 0.1          # of 0.1 GB
    python benchmarks/backup.py 1 /mnt/disk  # on another disk

Beside each measured copy a process of its own writes one person after the other; its count, median and longest write tell
what a coordinator would feel. Exit code 1 says that `coursectl store backup` took over 30 s a GB.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from coursectl.store import Act, create_store, insert, new_id, new_ids, open_store

NOW = "2015-03-09T12:00:00.000Z"
GOAL = 30.0  # seconds for 1 GB, with everything: copy, fsync, check
ROWS = 20_000

WRITER = """
import json, statistics, sys, time
from coursectl.store import Act, insert, new_id, open_store
store, took = open_store(sys.argv[1]), []
print("writing", flush=True)
import select
while not select.select([sys.stdin], [], [], 0.005)[0]:
    began = time.perf_counter()
    row = {"id": new_id(), "name": "Ana", "name_key": "ana"}
    store.apply(Act("writer", "2015-03-09T12:00:00.000Z").operation("person add", insert("person", [row])))
    took.append(time.perf_counter() - began)
print(json.dumps({"writes": len(took), "median_ms": statistics.median(took) * 1e3, "longest_ms": max(took) * 1e3}))
"""


def build(path: Path, gigabytes: float) -> None:
    """A store with people and their enrollments, audited like any, until the file has the size."""
    create_store(path, NOW).close()
    act = Act("coordinator", NOW)
    with closing(open_store(path)) as store:
        course = new_id()
        store.apply(act.operation("course add", insert("course", [{"id": course, "code": "ICIM", "title": "{}"}])))
        number = 0
        while path.stat().st_size < gigabytes * 1e9:
            number += 1
            edition, people = new_id(), new_ids(ROWS)
            rows = [
                {"id": one, "name": f"Ana María Pérez {n}", "name_key": f"ana maria perez {n}", "email": f"{one}@dnm.example", "email_key": f"{one}@dnm.example"}
                for n, one in enumerate(people)
            ]  # fmt: skip
            places = [
                {"id": new_id(), "edition_id": edition, "person_id": one, "status": "accepted", "number": n, "country": "AR", "enrolled_at": NOW}
                for n, one in enumerate(people, 1)
            ]  # fmt: skip
            made = insert("edition", [{"id": edition, "course_id": course, "number": number, "year": 2015}])
            store.apply(act.operation("import", [*made, *insert("person", rows), *insert("enrollment", places)]))
        store.read("PRAGMA wal_checkpoint(TRUNCATE)")


def beside_a_writer(store: Path, work: Callable[[], object]) -> tuple[float, dict[str, float]]:
    """Seconds that the work took, and what the writer beside it met."""
    line = [sys.executable, "-c", WRITER, str(store)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.5)
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
        said, _none = writer.communicate("stop\n")
    return took, json.loads(said)


def vacuum_into(store: Path, copy: Path) -> None:
    """`VACUUM INTO`: rows are read and packed anew."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def backup_in_one_step(store: Path, copy: Path) -> None:
    """SQLite's backup API, all pages at once: in several steps it would begin again at each write of another process."""
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=-1)


def store_backup(store: Path, folder: Path) -> None:
    """The command itself, its start-up included."""
    subprocess.run(
        [sys.executable, "-m", "coursectl", "store", "backup", "--store", str(store), "--to", f"{folder}/"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def main() -> int:
    gigabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    place = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="backup-", dir=place) as folder:
        store = Path(folder, "coursectl.db")
        began = time.perf_counter()
        build(store, gigabytes)
        size = store.stat().st_size
        print(
            f"store: {size / 1e9:.2f} GB, built in {time.perf_counter() - began:.0f} s; SQLite {sqlite3.sqlite_version}"
        )
        took = 0.0
        for name, copy in (
            ("VACUUM INTO", vacuum_into),
            ("backup in one step", backup_in_one_step),
            ("coursectl store backup", store_backup),
        ):
            target = Path(folder, "copies" if copy is store_backup else f"{copy.__name__}.db")
            took, writer = beside_a_writer(store, lambda copy=copy, target=target: copy(store, target))  # type: ignore[misc]
            print(
                f"{name}: {took:.1f} s; beside it {writer['writes']:.0f} writes, median {writer['median_ms']:.2f} ms, longest {writer['longest_ms']:.0f} ms",
                flush=True,
            )
        backup = next(Path(folder, "copies").iterdir())
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "coursectl", "store", "restore", str(backup), "--store", str(store), "--yes"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        print(f"coursectl store restore: {time.perf_counter() - began:.1f} s, the backup of what was there included")
        return int(took > GOAL * max(size / 1e9, 0.1))


if __name__ == "__main__":
    sys.exit(main())
