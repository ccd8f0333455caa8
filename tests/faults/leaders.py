"""A cluster under load whose leader is killed again and again: what was said to be done is there, once, and nothing else.

Writers are processes of their own, as offices are. Each notes what became of every operation: done, refused, failed with
"nothing was written", or failed with "it isn't known".
"""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cluster import Cluster
from conftest import NOW, add_course, add_edition
from coursectl.errors import Refused
from coursectl.store import Act, insert, new_id, new_ids, open_store
from coursectl.store.nodes import Unanswered

SEATS = 200


@dataclass(frozen=True)
class Figures:
    """What happened: numbers of operations, seconds."""

    seconds: float
    writers: int
    leaders_killed: int
    done: int
    refused: int
    failed: int
    unknown: int
    longest_wait: float
    faults: list[str]

    def told(self) -> dict[str, object]:
        """As the report has it."""
        return asdict(self)


def run(cluster: Cluster, folder: Path, *, seconds: float, writers: int, every: float, seed: int) -> Figures:
    """Let `writers` processes write for so many seconds, killing the leader about `every` so many, and look."""
    act = Act("coordinator", NOW)
    with closing(open_store(cluster.url)) as store:
        edition = add_edition(store, act, add_course(store, act), seats=SEATS)
    until = time.time() + seconds
    jobs = [(cluster.url, edition, until, str(folder / f"writer-{n}.jsonl"), n) for n in range(writers)]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write, args=job) for job in jobs]
    for process in processes:
        process.start()
    killed = 0
    rng = random.Random(seed)
    while time.time() < until - 1:
        time.sleep(every * rng.uniform(0.5, 1))
        cluster.kill(cluster.leader())
        killed += 1
        time.sleep(rng.uniform(0.2, 1))
        cluster.start()
    for process in processes:
        process.join(120)
    cluster.start()
    notes = [json.loads(line) for job in jobs for line in Path(job[3]).read_text(encoding="utf-8").splitlines()]
    faults = [f"a writer ended with {process.exitcode}" for process in processes if process.exitcode]
    faults += compare(cluster.url, notes)
    by_end = {end: [note for note in notes if note["end"] == end] for end in ("done", "refused", "failed", "unknown")}
    return Figures(
        seconds, writers, killed, len(by_end["done"]), len(by_end["refused"]), len(by_end["failed"]), len(by_end["unknown"]),
        round(max((note["took"] for note in notes), default=0.0), 2), faults,
    )  # fmt: skip


def _write(url: str, edition: int, until: float, notebook: str, number: int) -> None:
    """One office: enroll people, a third of them with a seat, the others as nominated, until the time is over."""
    act = Act(f"office {number}", NOW)
    turn = 0
    with closing(open_store(f"{url}/?wait=15")) as store, Path(notebook).open("w", encoding="utf-8") as notes:
        while time.time() < until:
            turn += 1
            person, place = new_id(), new_id()
            status = "accepted" if turn % 3 == 0 else "nominated"
            operation = act.operation(
                "enroll",
                [
                    *insert("person", [{"id": person, "name": f"Person {person}", "name_key": f"person {person}"}]),
                    *insert("enrollment", [{"id": place, "edition_id": edition, "person_id": person, "status": status,
                                            "country": "AR", "enrolled_at": NOW}]),
                ],
            )  # fmt: skip
            began = time.monotonic()
            try:
                store.apply(operation)
                end = "done"
            except Refused:
                end = "refused"
            except Unanswered as unanswered:
                end = "failed" if unanswered.sure else "unknown"
            note = {"op": operation.id, "person": person, "place": place, "seat": status == "accepted", "end": end}
            notes.write(json.dumps(note | {"took": time.monotonic() - began}) + "\n")
            notes.flush()


@dataclass(frozen=True)
class Race:
    """Eight offices that raced for the seats of one edition: the people who were told that they have one, the waits in seconds."""

    given: list[int]
    refused: int
    unknown: int
    longest_wait: float


def race(cluster: Cluster, folder: Path, *, seats: int, racers: int = 8) -> Race:
    """Let processes take seats until the edition is full; the leader is killed when a third of them is given.

    Each racer has half as many people again as its share of the seats.
    """
    act = Act("coordinator", NOW)
    with closing(open_store(cluster.url)) as store:
        edition = add_edition(store, act, add_course(store, act), seats=seats)
    asked = -(-seats * 3 // (2 * racers))
    jobs = [(cluster.url, edition, asked, str(folder / f"racer-{n}.jsonl"), n) for n in range(racers)]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_race, args=job) for job in jobs]
    for process in processes:
        process.start()
    leader = cluster.leader()
    deadline = time.monotonic() + 120
    while sum(note["end"] == "given" for note in _notes(jobs)) < seats // 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    cluster.kill(leader)
    for process in processes:
        process.join(120)
    cluster.start()
    assert [process.exitcode for process in processes] == [0] * racers
    notes = _notes(jobs)
    ends = [note["end"] for note in notes]
    given = [note["person"] for note in notes if note["end"] == "given"]
    return Race(given, ends.count("refused"), ends.count("unknown"), round(max(note["took"] for note in notes), 2))


def _race(url: str, edition: int, asked: int, notebook: str, number: int) -> None:
    """One office: one official after the other, each with a seat or refused."""
    act = Act(f"office {number}", NOW)
    with closing(open_store(url)) as store, Path(notebook).open("w", encoding="utf-8") as notes:
        for person in new_ids(asked):
            row = {"id": new_id(), "edition_id": edition, "person_id": person, "status": "accepted", "country": "AR",
                   "enrolled_at": NOW}  # fmt: skip
            statements = [
                *insert("person", [{"id": person, "name": f"Person {person}", "name_key": f"person {person}"}]),
                *insert("enrollment", [row]),
            ]
            began = time.monotonic()
            try:
                store.apply(act.operation("enroll", statements))
                end = "given"
            except Refused as full:
                end = "refused" if full.facts["rule"] == "seats_left" else "another rule"
            except Unanswered:
                end = "unknown"
            notes.write(json.dumps({"person": person, "end": end, "took": time.monotonic() - began}) + "\n")
            notes.flush()


def _notes(jobs: list[tuple[str, int, int, str, int]]) -> list[dict[str, Any]]:
    books = [Path(job[3]) for job in jobs if Path(job[3]).exists()]
    return [
        json.loads(line)
        for book in books
        for line in book.read_text("utf-8").splitlines(keepends=True)
        if line.endswith("\n")
    ]


def compare(url: str, notes: list[dict[str, object]]) -> list[str]:
    """What the store holds against what the writers were told."""
    with closing(open_store(url)) as store:
        ops = {row["id"] for row in store.read("SELECT id FROM op", level="strong")}
        people = {row["id"] for row in store.read("SELECT id FROM person", level="strong")}
        places = {row["id"] for row in store.read("SELECT id FROM enrollment", level="strong")}
        audited = store.read(
            "SELECT op_id, count(*) AS n FROM audit WHERE tbl IN ('person', 'enrollment') GROUP BY op_id",
            level="strong",
        )
        (seats,) = store.read(
            "SELECT taken, max, (SELECT count(*) FROM enrollment WHERE status = 'accepted') AS counted FROM seat_count"
            " WHERE kind = 'edition'",
            level="strong",
        )
        (audit,) = store.read("SELECT count(*) AS n, coalesce(max(seq), 0) AS last FROM audit", level="strong")
        left = store.read("SELECT 1 FROM now_op UNION ALL SELECT 1 FROM expect", level="strong")
    changes = {row["op_id"]: row["n"] for row in audited}
    faults = []
    for note in notes:
        there = [note["op"] in ops, note["person"] in people, note["place"] in places]
        if note["end"] == "done" and there != [True, True, True]:
            faults.append(f"said to be done and isn't there: {note}")
        if note["end"] in ("failed", "refused") and there != [False, False, False]:
            faults.append(f"said not to be written and is there: {note}")
        if note["end"] == "unknown" and there not in ([True] * 3, [False] * 3):
            faults.append(f"half there: {note}")
        if note["op"] in ops and changes.get(note["op"]) != 2:
            faults.append(f"not once: {note}, {changes.get(note['op'])} changes")
    if seats["taken"] != seats["counted"] or seats["taken"] > seats["max"]:
        faults.append(f"seats: {seats}")
    if audit["n"] != audit["last"]:
        faults.append(f"audit: {audit}")
    return faults + (["something of a batch is left over"] if left else [])
