"""How long `coursectl store check` takes on a store with a million enrollments, and which of its checks take how long.

    python benchmarks/store_check.py                       # a store of 1 GB in a temporary folder, some three minutes
    python benchmarks/store_check.py --enrollments 100000
    python benchmarks/store_check.py --certificates 500000 # what each prints is 10 kB: 5 GB more to hash
    python benchmarks/store_check.py --deep --keep big.db  # with the deep checks; the store is kept, and used again

All rows are audited like any other. Exit code 1 says that the check took over 10 s for a million enrollments, or found
something. Measure on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from coursectl.certificates.register import hash_of
from coursectl.people.persons import email_key, name_key
from coursectl.store import Act, Store, Value, as_json, create_store, insert, new_id, new_ids, open_store
from coursectl.workflows import checking

NOW = "2015-03-09T12:00:00.000Z"
ACT = Act("benchmark", NOW)
GOAL = 10.0  # seconds for a million enrollments
EDITION = 2_000  # enrollments in each
AGAIN = 5  # each person comes to so many editions, so a million enrollments are of 200,000 people
STATUSES = ("completed", "completed", "completed", "confirmed", "not_completed", "withdrawn", "no_show", "declined")
PROGRAM = [{"en": f"Topic {n}: theories, trends and cases", "es": f"Tema {n}: teorías, tendencias y casos"} for n in range(100)]  # fmt: skip

Rows = list[dict[str, Value]]


def build(path: Path, enrollments: int, certificates: int) -> None:
    """A store with so many enrollments over editions of 2,000, and so many certificates with what they print."""
    create_store(path, NOW).close()
    with closing(open_store(path)) as store:
        course = new_id()
        row = {"id": course, "code": "ICIM", "title": "{}"}
        store.apply(ACT.operation("course add", insert("course", [row])))
        people: list[int] = []
        for number in range(enrollments // EDITION):
            if number % AGAIN == 0:
                people = add_people(store, number)
            edition = new_id()
            made = insert("edition", [{"id": edition, "course_id": course, "number": number + 1, "year": 2015}])
            store.apply(ACT.operation("import", [*made, *insert("enrollment", places(edition, people))]))
            if certificates > number * EDITION:
                some = people[: certificates - number * EDITION]
                register(store, course, edition, some, number * EDITION + 1)
        store.read("PRAGMA wal_checkpoint(TRUNCATE)")


def add_people(store: Store, number: int) -> list[int]:
    """Officials with names and e-mails, as an import would make them."""
    ids = new_ids(EDITION)
    rows: Rows = []
    for position, one in enumerate(ids):
        name, email = f"María José Pérez Núñez {number}-{position}", f"mjp{number}.{position}@dnm.example"
        rows.append({"id": one, "name": name, "name_key": name_key(name), "email": email, "email_key": email_key(email), "nationality": "AR", "sex": "female"})  # fmt: skip
    store.apply(ACT.operation("import", insert("person", rows)))
    return ids


def places(edition: int, people: list[int]) -> Rows:
    """The enrollments of these people in the edition, in all statuses."""
    return [
        {"id": new_id(), "edition_id": edition, "person_id": person, "status": STATUSES[number % len(STATUSES)],
         "number": number, "country": "AR", "post": "Inspector", "sex": "female", "enrolled_at": NOW}
        for number, person in enumerate(people, 1)
    ]  # fmt: skip


def register(store: Store, course: int, edition: int, people: list[int], first: int) -> None:
    """A certificate for each of these people, numbered from `first`."""
    operation = new_id()
    certificates: Rows = []
    events: Rows = []
    snapshots: Rows = []
    for n, person in enumerate(people, first):
        one, salt = new_id(), f"{n:032x}"
        content = as_json({"form": 1, "holder": {"name": f"María José Pérez Núñez {n}"}, "program": PROGRAM})
        certificates.append({"id": one, "course_id": course, "edition_id": edition, "person_id": person, "kind": "completion", "year": 2015, "series": "2015", "n": n, "serial": f"ICIM-2015-{n:07}", "issued_on": NOW[:10], "op_id": operation})  # fmt: skip
        events.append({"id": new_id(), "certificate_id": one, "state": "issued", "at": NOW})
        snapshots.append({"certificate_id": one, "salt": salt, "content": content, "hash": hash_of(salt, content)})
    statements = [*insert("certificate", certificates), *insert("certificate_event", events), *insert("certificate_snapshot", snapshots)]  # fmt: skip
    store.apply(ACT.operation("certificate issue", statements, undo="inverse", op_id=operation))


def by_check(path: Path, deep: bool) -> None:
    """Which check takes how long, in this process. A thread looks at the integrity meanwhile; told is the wait for it."""
    marks: list[float] = []
    with closing(open_store(path)) as store:
        checked = checking.check_store(store, deep=deep, progress=lambda _done, _all: marks.append(time.perf_counter()))
    integrity, *others = checked.checks
    for check, began, ended in zip([*others, integrity], marks[:-1], marks[1:], strict=True):
        print(f"  {check.name:<20} {ended - began:7.2f} s  {check.looked_at:>10} looked at, {check.count} found")


def command(path: Path, deep: bool) -> tuple[float, bool]:
    """Seconds of the command, its start-up included, and whether it found the store whole."""
    line = [sys.executable, "-m", "coursectl", "store", "check", "--json", "--store", str(path)]
    began = time.perf_counter()
    done = subprocess.run([*line, *(["--deep"] if deep else [])], stdout=subprocess.PIPE, text=True, check=False)
    return time.perf_counter() - began, bool(json.loads(done.stdout)["ok"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enrollments", type=int, default=1_000_000)
    parser.add_argument("--certificates", type=int, default=20_000)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--keep", type=Path, help="the store's file, made where it isn't there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="store-check-") as folder:
        path = asked.keep or Path(folder, "coursectl.db")
        if not path.exists():
            began = time.perf_counter()
            build(path, asked.enrollments, asked.certificates)
            print(f"built in {time.perf_counter() - began:.0f} s")
        print(f"store: {path.stat().st_size / 1e9:.2f} GB")
        by_check(path, asked.deep)
        took, whole = command(path, asked.deep)
        goal = "" if asked.deep else f" (at most {GOAL:g} for a million)"
        print(f"coursectl store check{' --deep' if asked.deep else ''}: {took:.1f} s{goal}")
    return int(not whole or (took > GOAL * asked.enrollments / 1e6 and not asked.deep))


if __name__ == "__main__":
    sys.exit(main())
