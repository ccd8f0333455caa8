"""What a write costs inside the process, and on a cluster: the figures behind docs/survival.md and docs/shared-store.md.

    python benchmarks/store.py             # single, bulk, cluster and race
    python benchmarks/store.py bulk

`bulk` is a ratio to plain sqlite3 that inserts the same rows into the same tables with the same triggers, in turn, in one
run. `cluster` and `race` need rqlited: CONTRIBUTING.md. Measure on a quiet machine.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from people import make

from cluster import new_cluster, plain_copy
from coursectl import enrollment
from coursectl.editions import EditionRef, get_edition_ref
from coursectl.enrollment import NewEnrollment
from coursectl.errors import Refused
from coursectl.people import DUPLICATES, OFFICES, NewPerson
from coursectl.store import Act, Store, create_store, insert, new_id, new_ids, open_store

NOW = "2016-03-01T12:00:00.000Z"
ACT = Act("benchmark", NOW)


def prepare(store: Store, seats: int) -> EditionRef:
    """A course with one edition."""
    course, edition = new_id(), new_id()
    store.apply(
        ACT.operation(
            "course add",
            [
                *insert("course", [{"id": course, "code": "ICIM", "title": "{}"}]),
                *insert("edition", [{"id": edition, "course_id": course, "number": 38, "year": 2016, "seats": seats}]),
            ],
        )
    )
    return get_edition_ref(store, "ICIM-38", in_use=None)


def official(number: int) -> NewEnrollment:
    """An invented official."""
    return NewEnrollment(NewPerson(f"Nombre{number} Apellido{number}", email=f"o{number}@office.example"), country="AR")


def say(name: str, figure: float, most: float, unit: str, more: str = "") -> bool:
    """One row."""
    print(f"{name:<58} {figure:8.3f} {unit} (at most {most:g}) {more}{'' if figure <= most else ' MISSED'}", flush=True)
    return figure <= most


def single(folder: Path) -> bool:
    """One official after the other into an edition of 2,000, without the start-up of the command.

    In turn with plain sqlite3, which writes the same rows with the same triggers and reads, matches and checks nothing: how
    long the disk takes to say that it has them is in both. And in turn with what `enroll NAME` does by default, which also
    looks among all who are known for those who look like the new one.
    """
    names = ("ours", "asking", "plain")
    ours, asking, plain = (create_store(folder / f"{name}.db", NOW) for name in names)
    edition, asking_edition, plain_edition = (prepare(store, 2000) for store in (ours, asking, plain))
    plain.close()
    times: dict[str, list[float]] = {name: [] for name in names}

    def timed(name: str, write: Callable[[], object]) -> None:
        began = time.perf_counter()
        write()
        times[name].append(time.perf_counter() - began)

    look = {"near": DUPLICATES["new"], "office": OFFICES["fail"]}
    people = [NewEnrollment(one, country=one.country or one.nationality) for one in make(1200).entries[:1000]]
    with _connected(folder / "plain.db") as connection:
        for number, one in enumerate(people):
            timed("ours", lambda: enrollment.enroll_all(ours, edition, [one], ACT))  # noqa: B023 - called at once
            timed("asking", lambda: enrollment.enroll_all(asking, asking_edition, [one], ACT, **look))  # noqa: B023
            timed("plain", lambda: _write_bare(connection, plain_edition, [one], number + 1))  # noqa: B023
    ours.close()
    asking.close()
    median = {name: statistics.median(those) * 1000 for name, those in times.items()}
    reached = say(
        "single enroll in the process, median",
        median["ours"],
        0.5,
        "ms",
        f"p95 {statistics.quantiles(times['ours'], n=20)[-1] * 1000:.2f} ms, raw sqlite3 {median['plain']:.3f} ms",
    )
    print(f"{'  the same, and who looks alike is looked for':<58} {median['asking']:8.3f} ms")
    return reached


def bulk(folder: Path) -> bool:
    """10,000 enrollments: the list through the room, and the bare rows through sqlite3, each into a fresh store."""
    ours, bare = [], []
    for turn in range(5):
        for kind, times in (("bare", bare), ("ours", ours)):
            path = folder / f"{kind}{turn}.db"
            store = create_store(path, NOW)
            edition = prepare(store, 20_000)
            people = [official(number) for number in range(10_000)]
            if kind == "ours":
                began = time.perf_counter()
                enrollment.enroll_all(store, edition, people, ACT)
                times.append(time.perf_counter() - began)
            store.close()
            if kind == "bare":
                times.append(_bare(path, edition, people))
    ratio = statistics.median(ours) / statistics.median(bare)
    return say(
        "bulk enrollment of 10,000, times raw sqlite3",
        ratio,
        2.0,
        "x ",
        f"ours {statistics.median(ours):.3f} s, raw {statistics.median(bare):.3f} s",
    )


def _bare(path: Path, edition: EditionRef, people: list[NewEnrollment]) -> float:
    """How long plain sqlite3 takes for all of them."""
    with _connected(path) as connection:
        began = time.perf_counter()
        _write_bare(connection, edition, people)
        return time.perf_counter() - began


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        yield connection


def _write_bare(
    connection: sqlite3.Connection, edition: EditionRef, people: list[NewEnrollment], number: int | None = None
) -> None:
    """The same rows, triggers and durability, without reading, matching or checking anything."""
    ids = list(zip(new_ids(len(people)), new_ids(len(people)), strict=True))
    connection.execute("BEGIN IMMEDIATE")
    op = new_id()
    connection.execute(
        "INSERT INTO op (id, at, actor, command, undo) VALUES (?, ?, 'bare', 'enroll', 'replay')", (op, NOW)
    )
    connection.execute("INSERT INTO now_op VALUES (1, ?)", (op,))
    connection.executemany(
        "INSERT INTO person (id, name, email, name_key, email_key) VALUES (?, ?, ?, ?, ?)",
        [(person, one.person.name, one.person.email, one.person.name.lower(), one.person.email) for (person, _), one in zip(ids, people, strict=True)],
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO enrollment (id, edition_id, person_id, status, number, country, category, enrolled_at) VALUES (?, ?, ?, 'accepted', ?, 'AR', 'official', ?)",
        [(place, edition.id, person, number, NOW) for person, place in ids],
    )
    connection.execute("DELETE FROM now_op")
    connection.execute("COMMIT")


def cluster(folder: Path) -> bool:
    """One writer on three nodes of this machine: batches as enroll sends them, and whole enrolls with their reads."""
    nodes = new_cluster(folder / "nodes")
    (folder / "nodes").mkdir()
    create_store(folder / "empty.db", NOW).close()
    try:
        nodes.start()
        nodes.hold(plain_copy(folder / "empty.db", folder / "plain.db"))
        with closing(open_store(nodes.url)) as store:
            edition = prepare(store, 2000)
            batches, enrolls = [], []
            for number in range(300):
                rows = [{"id": new_id(), "name": f"P{number}", "name_key": f"p{number}"}]
                began = time.perf_counter()
                store.apply(ACT.operation("person add", insert("person", rows)))
                batches.append(time.perf_counter() - began)
                began = time.perf_counter()
                enrollment.enroll_all(store, edition, [official(number)], ACT)
                enrolls.append(time.perf_counter() - began)
    finally:
        nodes.stop()
    first = say("cluster of three on loopback, median write", statistics.median(batches) * 1000, 12, "ms")
    print(f"{'  the same, a whole enroll with its reads, median':<58} {statistics.median(enrolls) * 1000:8.3f} ms")
    return first


def race(folder: Path) -> bool:
    """Eight processes race for 100 seats, the leader is killed in the middle, five times over."""
    (folder / "racing").mkdir()
    nodes = new_cluster(folder / "racing")
    create_store(folder / "race.db", NOW).close()
    longest, given = [], []
    try:
        for _ in range(5):
            nodes.start()
            nodes.hold(plain_copy(folder / "race.db", folder / "race-plain.db"))
            with closing(open_store(nodes.url)) as store:
                prepare(store, 100)
            with multiprocessing.Pool(8) as pool:
                work = pool.map_async(_racer, [(nodes.url, n) for n in range(8)], chunksize=1)
                time.sleep(1.0)
                nodes.kill(nodes.leader())
                done = work.get(timeout=120)
            nodes.start()
            with closing(open_store(nodes.url)) as store:
                there = store.read("SELECT count(*) AS n FROM enrollment", level="strong")[0]["n"]
            given.append((sum(seats for seats, _ in done), there))
            longest.append(max(wait for _, wait in done))
    finally:
        nodes.stop()
    print(f"  seats reported and there, race by race: {given}")
    right = all(pair == (100, 100) for pair in given)
    return (
        say(
            "8 processes, 100 seats, leader killed: longest wait",
            max(longest),
            5,
            "s ",
            f"of {[round(one, 2) for one in longest]}",
        )
        and right
    )


def _racer(job: tuple[str, int]) -> tuple[int, float]:
    url, number = job
    seats, longest = 0, 0.0
    with closing(open_store(url)) as store:
        edition = get_edition_ref(store, "ICIM-38", in_use=None)
        for turn in range(40):
            began = time.perf_counter()
            with contextlib.suppress(Refused):
                enrollment.enroll_all(store, edition, [official(number * 1000 + turn)], ACT)
                seats += 1
            longest = max(longest, time.perf_counter() - began)
    return seats, longest


def main() -> int:
    """Measure what is asked for; 1 where a goal is missed."""
    wanted = sys.argv[1:] or ["single", "bulk", "cluster", "race"]
    results = []
    for name in wanted:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["COURSECTL_CONFIG"] = folder
            results.append(globals()[name](Path(folder)))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
