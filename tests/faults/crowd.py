"""Many processes on one store at once: each enrolls, marks, withdraws, undoes and lists, and notes what it was told.

Run as a program it is the crowd: one process that has loaded everything forks the others, and each of them runs
commands, one after another, until its time is over. What a worker was told stands in its journal, a line a command,
written after the command had ended: afterwards every line that says "done" must be true of the store.
"""

from __future__ import annotations

import io
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EDITION = "ICIM-37"
SESSIONS = range(3, 40)
SHARED = range(1, 29)  # participants that everybody marks

# A worker -------------------------------------------------------------------------------------------------------------


@dataclass
class Worker:
    """One of the crowd, with what it has done so far."""

    name: str
    rng: random.Random
    people: int = 0
    mine: dict[str, str] = field(default_factory=dict)  # e-mail → status, as told
    stack: list[dict[str, Any]] = field(default_factory=list)

    def next(self) -> tuple[dict[str, Any], list[str]]:
        """What to do now, and the command line for it."""
        here = [who for who, status in self.mine.items() if status == "accepted"]
        do = self.rng.choice(("enroll", "enroll", "mark", "mark", "shared", "withdraw", "undo", "list"))
        if do in ("mark", "withdraw") and not here:
            do = "enroll"
        session, minutes = self.rng.choice(SESSIONS), self.rng.randint(1, 30)
        match do:
            case "enroll":
                self.people += 1
                who = f"p{self.people}@{self.name}.example"
                return {"do": do, "who": who}, ["enroll", f"Person {self.people} of {self.name}", "--email", who, "--country", "AR"]  # fmt: skip
            case "mark":
                who = self.rng.choice(here)
                return {"do": do, "who": who, "session": session, "minutes": minutes}, [
                    "attend", "mark", str(session), "--late", f"{who}:{minutes}m",
                ]  # fmt: skip
            case "shared":
                return {"do": do}, ["attend", "mark", str(session), "--late", f"{self.rng.choice(SHARED)}:{minutes}m"]
            case "withdraw":
                who = self.rng.choice(here)
                return {"do": do, "who": who}, ["roster", "withdraw", who, "--because", "Stays in office"]
            case "undo":
                return {"do": do}, ["undo"]
            case _:
                return {"do": do}, ["roster", "list"]

    def told(self, line: dict[str, Any]) -> None:
        """Take in what the command answered."""
        fold(line, self.mine, {}, self.stack)


def fold(
    line: Mapping[str, Any], people: dict[str, str | None], marks: dict[tuple[str, int], int], stack: list[Any]
) -> None:
    """What a journal's line means for the people and marks that are only this worker's, and for what it can undo."""
    if not line["wrote"]:
        return
    match line["do"]:
        case "enroll":
            people[line["who"]] = "accepted"
            stack.append(("person", line["who"], None))
        case "withdraw":
            people[line["who"]] = "withdrawn"
            stack.append(("person", line["who"], "accepted"))
        case "mark":
            key = (line["who"], line["session"])
            stack.append(("mark", key, marks.get(key)))
            marks[key] = line["minutes"]
        case "shared":
            stack.append(("shared", None, None))
        case "undo":
            kind, key, before = stack.pop()
            target: dict[Any, Any] = people if kind == "person" else marks
            if before is None:
                target.pop(key, None)
            else:
                target[key] = before


def work(folder: Path, number: int, seed: int, until: float) -> None:
    """Be a worker until the time is over."""
    from coursectl.cli.app import run

    worker = Worker(f"w{number}", random.Random(seed * 1000 + number))
    with (folder / f"journal-{number}").open("w", encoding="utf-8", buffering=1) as journal:
        while time.monotonic() < until:
            line, command = worker.next()
            out, err = io.StringIO(), io.StringIO()
            began = time.monotonic()
            try:
                with redirect_stdout(out), redirect_stderr(err):
                    more = [] if command[0] == "undo" else ["-e", EDITION]
                    code = int(run([*command, *more, "--as", worker.name, "--json"]))
                wrote = code == 0 and _wrote(line["do"], json.loads(out.getvalue()))
            except BaseException:  # a bug: it is told with the others
                code, wrote = 1, False
                err.write(traceback.format_exc())
            line |= {"code": code, "wrote": wrote, "err": err.getvalue(), "seconds": time.monotonic() - began}
            worker.told(line)
            journal.write(json.dumps(line) + "\n")


def _wrote(do: str, answer: Any) -> bool:
    match do:
        case "list":
            return False
        case "mark" | "shared":
            return bool(answer["changed"])
        case _:
            return True


def main() -> None:
    """Fork the crowd, let all begin at the same moment, and wait for them."""
    folder, processes, seconds, seed = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    from warm import load_everything

    load_everything()
    os.chdir(folder)
    until = time.monotonic() + seconds + 0.5
    children = []
    for number in range(processes):
        pid = os.fork()
        if pid == 0:
            try:
                work(folder, number, seed, until)
            finally:
                os._exit(0)
        children.append(pid)
    sys.stdout.write(json.dumps(children) + "\n")
    sys.stdout.flush()
    for pid in children:
        os.waitpid(pid, 0)


# Those who look on ----------------------------------------------------------------------------------------------------------


@contextmanager
def crowd(folder: Path, processes: int, seconds: float, seed: int) -> Iterator[list[int]]:
    """A crowd at work on the store in `folder`: the ids of its processes. Leaves when the last of them has ended."""
    from trial import surroundings

    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COURSECTL", "LC_"))}
    line = [sys.executable, str(Path(__file__)), str(folder), str(processes), str(seconds), str(seed)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, text=True, env=environ | surroundings(folder) | {"LANG": "C.UTF-8"}
    ) as running:
        assert running.stdout is not None
        yield json.loads(running.stdout.readline())


def read_journals(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What each worker was told, so far; the last line may be half there where the worker was stopped."""
    journals = {}
    for path in folder.glob("journal-*"):
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        journals["w" + path.name.partition("-")[2]] = [json.loads(line) for line in lines]
    return journals


def untrue(store: Path, journals: Mapping[str, Sequence[Mapping[str, Any]]], *, running: bool = False) -> list[str]:
    """What the journals say and the store doesn't bear out. `running`: a command may be there that isn't told yet."""
    from trial import faults_of

    faults = faults_of(store)
    with closing(sqlite3.connect(store)) as connection:
        ops = dict(connection.execute("SELECT actor, count(*) FROM op GROUP BY actor"))
        statuses = dict(connection.execute("SELECT email, status FROM enrollment JOIN person ON person.id = person_id"))
        late = connection.execute(
            "SELECT email, number, minutes_late FROM attendance JOIN session ON session.id = session_id"
            " JOIN (SELECT enrollment.id, email FROM enrollment JOIN person ON person.id = person_id) AS one"
            " ON one.id = enrollment_id WHERE mark = 'late'"
        )
        marked = {(email, number): minutes for email, number, minutes in late}
    for name, lines in journals.items():
        told = sum(line["wrote"] for line in lines)
        there = ops.get(name, 0)
        if not told <= there <= told + running:
            faults.append(f"{name} was told of {told} writes, {there} are there")
        if running and there > told:
            continue  # one more than was told: its people may be one step ahead
        people: dict[str, str | None] = {}
        marks: dict[tuple[str, int], int] = {}
        stack: list[Any] = []
        for line in lines:
            fold(line, people, marks, stack)
        mine = f"@{name}.example"
        if people != {who: status for who, status in statuses.items() if who and who.endswith(mine)}:
            faults.append(f"{name}: the people aren't those it was told of")
        if marks != {key: minutes for key, minutes in marked.items() if key[0] and key[0].endswith(mine)}:
            faults.append(f"{name}: the marks aren't those it was told of")
    return faults


def misbehaved(journals: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Answers that nobody should get only because others work too: tracebacks, locks, anything but done and refused."""
    return [
        f"{name} {line['do']}: {line['code']} {line['err'][-600:]}"
        for name, lines in journals.items()
        for line in lines
        if line["code"] not in (0, 3, 4) or "locked" in line["err"]
    ]


def figures(journals: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """How much was done and refused, and how long a write took (seconds)."""
    lines = [line for told in journals.values() for line in told]
    writes = sorted(line["seconds"] for line in lines if line["wrote"])
    counts = Counter(f"{line['do']} {'done' if line['code'] == 0 else 'refused'}" for line in lines)
    return {
        "processes": len(journals),
        "commands": len(lines),
        "writes": len(writes),
        "refused": sum(line["code"] != 0 for line in lines),
        "median_write_s": round(statistics.median(writes), 4) if writes else None,
        "longest_write_s": round(writes[-1], 3) if writes else None,
        "fewest_commands_of_one": min(map(len, journals.values()), default=0),
        "by_kind": dict(sorted(counts.items())),
    }


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
    main()
