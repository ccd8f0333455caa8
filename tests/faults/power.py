"""Power cuts and copies made in the middle of a write: which of them hold all that was told as done.

What can be promised, and is tried here: the files of one instant, a log with a torn end, and what a disk holds after a
power cut, where everything before the last fsync of a file is there and anything after it may be there or not.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import crowd
import trial

from coursectl.store import Act, insert, new_id, open_store

# Copies of one instant ----------------------------------------------------------------------------------------------------


def stop(processes: Sequence[int]) -> None:
    """Stop them where they are, and wait until they stand. Who has finished stands too."""
    _signal(processes, signal.SIGSTOP)
    for pid in processes:
        while _letter(pid) not in "TZX":
            time.sleep(0.0005)


def go_on(processes: Sequence[int]) -> None:
    """Let them go on."""
    _signal(processes, signal.SIGCONT)


def _signal(processes: Sequence[int], number: signal.Signals) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _letter(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def at_one_instant(folder: Path, copies: Path, processes: Sequence[int], rng: random.Random) -> list[str]:
    """Stop all, copy the files (with or without -shm), let them go on, and look: every "done" must be in the copy."""
    copies.mkdir()
    try:
        stop(processes)
        try:
            journals = crowd.read_journals(folder)
            endings = ("", "-wal", "-shm") if rng.random() < 0.5 else ("", "-wal")
            trial.copy_store(folder / trial.STORE, copies / trial.STORE, endings)
        finally:
            go_on(processes)
        return crowd.untrue(copies / trial.STORE, journals, running=True)
    finally:
        shutil.rmtree(copies)


# Copies made carelessly -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copied:
    """A copy that a program made while others wrote: how, whether the log was started anew meanwhile, what is wrong."""

    order: str
    log_restarted: bool
    faults: tuple[str, ...]


def _salts(store: Path) -> bytes:
    """What names the log: SQLite changes it when it begins the log anew."""
    try:
        with store.with_name(store.name + "-wal").open("rb") as log:
            return log.read(32)[16:24]
    except FileNotFoundError:
        return b""


def _copy_slowly(source: Path, target: Path, rng: random.Random) -> None:
    """In chunks, with pauses: as a copying program does it on a busy disk."""
    if not source.exists():
        return
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(65536):
            write.write(chunk)
            time.sleep(rng.random() * 0.002)


def carelessly(store: Path, copies: Path, order: str, rng: random.Random) -> Copied:
    """Copy the files one after the other while everybody goes on writing."""
    copies.mkdir()
    try:
        target = copies / trial.STORE
        before = _salts(store)
        endings = {"main first": ("", "-wal"), "log first": ("-wal", ""), "main only": ("",)}[order]
        for ending in endings:
            _copy_slowly(store.with_name(store.name + ending), target.with_name(target.name + ending), rng)
        restarted = not before or _salts(store) != before
        return Copied(order, restarted, tuple(trial.faults_of(target)))
    finally:
        shutil.rmtree(copies)


def is_promised(copy: Copied) -> bool:
    """The file first, then its log, and the log was not begun anew in between: that copy is whole."""
    return copy.order == "main first" and not copy.log_restarted


def tally_copies(copies: Sequence[Copied]) -> dict[str, Any]:
    """By what was copied first and whether the log was begun anew: how many, and how many of them are whole."""
    counts: dict[str, Counter[str]] = {}
    for copy in copies:
        count = counts.setdefault(f"{copy.order}, log {'restarted' if copy.log_restarted else 'kept'}", Counter())
        count["copies"] += 1
        count["whole"] += not copy.faults
    return {name: dict(count) for name, count in sorted(counts.items())}


# Torn logs ------------------------------------------------------------------------------------------------------------------


def with_commits(store: Path, commits: int) -> tuple[bytes, bytes, list[int]]:
    """Write to the store without a checkpoint: the file's bytes, the log's, and the log's length after each commit."""
    log = store.with_name(store.name + "-wal")
    lengths = []
    with closing(open_store(store)) as opened:
        for n in range(commits):
            act = Act("writer", f"2030-01-01T00:00:{n:02}.000Z")
            person = {"id": new_id(), "name": f"Person {n}", "name_key": f"person {n}", "note": "x" * 700}
            opened.apply(act.operation("person add", insert("person", [person])))
            lengths.append(log.stat().st_size)
        return store.read_bytes(), log.read_bytes(), lengths


def torn_log(main: bytes, log: bytes, lengths: Sequence[int], folder: Path, rng: random.Random) -> list[str]:
    """Cut the log anywhere, or let noise stand in its last part: the store is that of the last whole commit."""
    folder.mkdir()
    try:
        store = folder / trial.STORE
        place = rng.randrange(len(log))
        noise = rng.randbytes(len(log) - place) if rng.random() < 0.5 else b""
        store.write_bytes(main)
        store.with_name(store.name + "-wal").write_bytes(log[:place] + noise)
        expected = sum(length <= place for length in lengths)
        faults = trial.faults_of(store)
        with closing(sqlite3.connect(store)) as connection:
            (there,) = connection.execute("SELECT count(*) FROM op WHERE actor = 'writer'").fetchone()
        if there != expected:
            faults.append(f"cut at {place} there are {there} commits instead of {expected}")
        return faults
    finally:
        shutil.rmtree(folder)


# Power cuts -----------------------------------------------------------------------------------------------------------------

_CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename,link,linkat,close,dup2"
_LINE = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+)")
_SECTOR = 512
_WRITER = """
import sys
sys.path[:0] = [sys.argv[2]]
from coursectl.store import Act, create_store, insert, new_id, open_store
create_store(sys.argv[1], "2030-01-01T00:00:00.000Z").close()
sys.stdout.write("done 0\\n"); sys.stdout.flush()
store = None
for n in range(int(sys.argv[3])):
    if n % 10 == 0:  # now and then all leave: the log goes into the file, and away
        store and store.close()
        store = open_store(sys.argv[1])
    if n % 7 == 6:
        store.read("PRAGMA wal_checkpoint(RESTART)")
    person = {"id": new_id(), "name": f"Person {n}", "name_key": "x", "note": "y" * 3000}
    store.apply(Act("writer", f"2030-01-01T00:{n:02}:00.000Z").operation("person add", insert("person", [person])))
    sys.stdout.write(f"done {n + 1}\\n"); sys.stdout.flush()
store.close()
"""


@dataclass(frozen=True)
class Call:
    """One call to the operating system that matters for what is on the disk."""

    what: str  # write, truncate, sync, create, unlink, link, rename, done
    path: str
    offset: int = 0
    data: bytes = b""
    other: str = ""


def record(folder: Path, writes: int) -> list[Call]:
    """Write to a new store and note every call. Raises FileNotFoundError where there is no strace."""
    log = folder / "calls"
    store = folder / trial.STORE
    line = ["strace", "-f", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}", "-o", str(log),
            sys.executable, "-c", _WRITER, str(store), str(Path(__file__).parents[2] / "src"), str(writes)]  # fmt: skip
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    calls = list(_calls(log.read_text(), folder))
    for path in folder.iterdir():
        path.unlink()
    return calls


def _text(quoted: str) -> bytes:
    return bytes.fromhex(quoted.strip().strip('"').replace("\\x", ""))


def _calls(log: str, folder: Path) -> Iterator[Call]:
    """The calls that touch the folder, and what was said as done."""
    opened: dict[int, str] = {1: "stdout"}
    places: Counter[int] = Counter()
    for line in log.splitlines():
        if not (found := _LINE.match(line)) or int(found[3]) < 0:
            continue
        call, arguments, result = found[1], found[2].split(", "), int(found[3])
        if call == "openat":
            path = _text(arguments[1]).decode()
            opened.pop(result, None)
            if Path(path).parent == folder or Path(path) == folder:
                opened[result], places[result] = path, 0
                if "O_CREAT" in arguments[2]:
                    yield Call("create", path)
            continue
        if call in ("unlink", "rename", "link", "linkat"):
            names = [_text(argument).decode() for argument in arguments if argument.startswith('"')]
            if Path(names[0]).parent == folder:
                yield Call(call.removesuffix("at"), names[0], other=names[1] if len(names) > 1 else "")
            continue
        number = int(arguments[0])
        if call == "close":
            opened.pop(number, None)
        if number not in opened:
            continue
        path = opened[number]
        match call:
            case "write" if number == 1:
                yield Call("done", "", int(_text(arguments[1]).split()[1]))
            case "write":
                data = _text(arguments[1])
                yield Call("write", path, places[number], data)
                places[number] += len(data)
            case "pwrite64":
                yield Call("write", path, int(arguments[3]), _text(arguments[1]))
            case "ftruncate":
                yield Call("truncate", path, int(arguments[1]))
            case "fsync" | "fdatasync":
                yield Call("sync", path)


@dataclass
class _File:
    """What the disk surely holds of a file, and what was only told to the operating system."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def after_the_cut(self, rng: random.Random) -> bytes:
        """Of what was not synced, any sectors are there and any are not."""
        content = bytearray(self.durable)
        share = rng.choice((0.0, 0.3, 0.7, 1.0))
        for call in self.pending:
            if call.what == "truncate":
                if rng.random() < share:
                    _resize(content, call.offset)
                continue
            for start in range(0, len(call.data), _SECTOR):
                if rng.random() < share:
                    _put(content, call.offset + start, call.data[start : start + _SECTOR])
        return bytes(content)

    def sync(self) -> None:
        for call in self.pending:
            if call.what == "truncate":
                _resize(self.durable, call.offset)
            else:
                _put(self.durable, call.offset, call.data)
        self.pending.clear()


def _resize(content: bytearray, length: int) -> None:
    del content[length:]
    content.extend(bytes(length - len(content)))


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset + len(data):
        _resize(content, offset + len(data))
    content[offset : offset + len(data)] = data


def after_a_power_cut(calls: Sequence[Call], moment: int, folder: Path, rng: random.Random) -> list[str]:
    """Build what the disk may hold when the power fails before call number `moment`, and look at the store there.

    Names are changed in order; those since the last sync may be on the disk up to any one of them.
    """
    files: dict[str, _File] = {}  # by name, as the operating system has them
    changes: list[Callable[[dict[str, _File]], object]] = []
    on_disk: dict[str, _File] = {}
    done = -1
    for call in calls[:moment]:
        match call.what:
            case "done":
                done = call.offset
            case "sync":
                if call.path in files:
                    files[call.path].sync()
                for change in changes:
                    change(on_disk)
                changes.clear()
            case "write" | "truncate":
                files[call.path].pending.append(call)
            case _:
                if (change := _renaming(call, files)) is not None:
                    change(files)
                    changes.append(change)
    for change in changes[: rng.randint(0, len(changes))]:
        change(on_disk)
    folder.mkdir()
    try:
        for name, file in on_disk.items():
            (folder / Path(name).name).write_bytes(file.after_the_cut(rng))
        return _told_at_the_cut(folder / trial.STORE, done)
    finally:
        shutil.rmtree(folder)


def _renaming(call: Call, files: dict[str, _File]) -> Callable[[dict[str, _File]], object] | None:
    if call.what == "create":
        if call.path in files:
            return None
        new = _File()
        return lambda names: names.__setitem__(call.path, new)
    if call.what == "unlink":
        return lambda names: names.pop(call.path, None)
    if call.what == "rename":
        moved = files[call.path]
        return lambda names: (names.pop(call.path, None), names.__setitem__(call.other, moved))
    linked = files[call.path]
    return lambda names: names.__setitem__(call.other, linked)


def _told_at_the_cut(store: Path, done: int) -> list[str]:
    if not store.exists():
        return [] if done < 0 else [f"{done} writes were told as done, and there is no store"]
    if faults := trial.faults_of(store):
        return faults
    with closing(sqlite3.connect(store)) as connection:
        (there,) = connection.execute("SELECT count(*) FROM op WHERE actor = 'writer'").fetchone()
    return [] if there in (done, done + 1) or (done < 0 and there == 0) else [f"{done} told as done, {there} are there"]
