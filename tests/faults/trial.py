"""Commands that are killed, and stores that are looked at afterwards.

A trial copies a prepared store, starts a command on it, kills the command at a random moment, and then asks: is the
store whole, is the operation there whole or not at all, is what said "done" there, and does typing it again do no harm?
"""

from __future__ import annotations

import json
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from warm import PAGE, STAMPS

from coursectl.store.triggers import SEATED, UNAUDITED

EXAMPLE = Path(__file__).parents[2] / "examples" / "icim-37"
STORE = "coursectl.db"
JOURNALS = ("-wal", "-shm", "-journal")
TABLES_OF_THE_MOMENT = ("now_op", "expect")

# Looking at a store ---------------------------------------------------------------------------------------------------


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables of the store, SQLite's own left out."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in found)


def faults_of(path: Path) -> list[str]:
    """Everything that is wrong with the store at `path`; empty where it is whole."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            if (said := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
                return [f"integrity: {said[:3]}"]
            return [f"{name}: {fault}" for name, check in CHECKS.items() for fault in check(connection)]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [f"unreadable: {error}"]


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[object]:
    yield from connection.execute("PRAGMA foreign_key_check")


def _left_in_the_moment(connection: sqlite3.Connection) -> Iterator[object]:
    for table in TABLES_OF_THE_MOMENT:
        yield from connection.execute(f"SELECT '{table}', * FROM {table}")


def _seats(connection: sqlite3.Connection) -> Iterator[object]:
    held = ", ".join(f"'{status}'" for status in SEATED)
    yield from connection.execute(
        "SELECT * FROM (SELECT edition_id, taken, max, (SELECT count(*) FROM enrollment AS one"
        f" WHERE one.edition_id = seat_count.edition_id AND one.status IN ({held})) AS counted FROM seat_count"
        " WHERE kind = 'edition') WHERE taken <> counted OR taken > coalesce(max, taken)"
    )
    yield from connection.execute("SELECT id FROM edition WHERE id NOT IN (SELECT edition_id FROM seat_count)")


def _audit_sequence(connection: sqlite3.Connection) -> Iterator[object]:
    count, first, last = connection.execute("SELECT count(*), min(seq), max(seq) FROM audit").fetchone()
    if count and (first, last) != (1, count):
        yield f"{count} changes are numbered {first} to {last}"
    for (seq,) in connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'"):
        if seq != (last or 0):
            yield f"the next number follows {seq}, the last one is {last}"


def _order_of_time(connection: sqlite3.Connection) -> Iterator[object]:
    """The log never turns back: the audit's order is that of op.at."""
    instants = [at for (at,) in connection.execute("SELECT op.at FROM audit JOIN op ON op.id = op_id ORDER BY seq")]
    if instants != sorted(instants):
        yield "the audit's order isn't that of the log"


def _register(connection: sqlite3.Connection) -> Iterator[object]:
    yield from connection.execute(
        "SELECT course_id, series, count(*), max(n) FROM certificate GROUP BY course_id, series HAVING count(*) <> max(n)"
    )
    yield from connection.execute(
        "SELECT 'without its event', id FROM certificate WHERE id NOT IN (SELECT certificate_id FROM certificate_event)"
    )
    yield from connection.execute(
        "SELECT 'without its snapshot', id FROM certificate WHERE id NOT IN (SELECT certificate_id FROM certificate_snapshot)"
    )
    live = "SELECT certificate_id FROM certificate_live"
    issued = "SELECT certificate_id FROM certificate_state WHERE state = 'issued'"
    yield from connection.execute(f"SELECT * FROM ({live} EXCEPT {issued})")
    yield from connection.execute(f"SELECT * FROM ({issued} EXCEPT {live})")


def _audit_against_rows(connection: sqlite3.Connection) -> Iterator[object]:
    """What the audit says a row has become is what the row is."""
    told: dict[tuple[str, int], str | None] = {}
    for table, pk, new in connection.execute("SELECT tbl, pk, new FROM audit ORDER BY seq"):
        told[table, pk] = new
    for table in set(tables(connection)) - UNAUDITED:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        image = ", ".join(f"'{column}', {column}" for column in columns)
        rows = dict(connection.execute(f"SELECT id, json_object({image}) FROM {table}"))
        expected = {pk: new for (name, pk), new in told.items() if name == table and new is not None}
        if set(rows) != set(expected):
            yield f"{table}: {len(rows)} rows, {len(expected)} by the audit"
        for pk in set(rows) & set(expected):
            now, then = json.loads(rows[pk]), json.loads(expected[pk])
            if any(now[column] != then[column] for column in now.keys() & then.keys()):
                yield f"{table} {pk} isn't what the audit says"


def _parts(connection: sqlite3.Connection) -> Iterator[object]:
    """An operation of a store that is a file is never in parts."""
    if "op_part" in tables(connection):
        yield from connection.execute("SELECT * FROM op_part")


CHECKS: Mapping[str, Callable[[sqlite3.Connection], Iterator[object]]] = {
    "foreign keys": _foreign_keys,
    "left over": _left_in_the_moment,
    "seats": _seats,
    "audit sequence": _audit_sequence,
    "order of time": _order_of_time,
    "register": _register,
    "audit": _audit_against_rows,
    "parts": _parts,
}

_ID = re.compile(r"\b[0-9]{17,19}\b")
_INSTANT = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z?")
_OWN_TO_A_RUN = ("salt", "hash")

State = dict[str, list[tuple[object, ...]]]


def state_of(path: Path) -> State | None:
    """All rows of all tables, ids as their place in their table, instants and salts aside; None where there is no store.

    Two undisturbed runs of one command on copies of one store leave equal states.
    """
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        names = {
            pk: f"{table} {place}"
            for table in tables(connection)
            if any(row[1] == "id" for row in connection.execute(f"PRAGMA table_info({table})"))
            for place, (pk,) in enumerate(connection.execute(f"SELECT id FROM {table} ORDER BY id"))
        }
        return {table: _plain_rows(connection, table, names) for table in [*tables(connection), "sqlite_sequence"]}


def _plain_rows(connection: sqlite3.Connection, table: str, names: Mapping[int, str]) -> list[tuple[object, ...]]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")
    masked = {place for place, column in enumerate(cursor.description) if column[0] in _OWN_TO_A_RUN}
    return [
        tuple("…" if place in masked else _plain(value, names) for place, value in enumerate(row)) for row in cursor
    ]


def _plain(value: object, names: Mapping[int, str]) -> object:
    if isinstance(value, int):
        return names.get(value, value)
    if not isinstance(value, str):
        return value
    return _INSTANT.sub("<instant>", _ID.sub(lambda found: names.get(int(found[0]), "<id>"), value))


def copy_store(source: Path, target: Path, endings: Sequence[str] = ("", *JOURNALS)) -> None:
    """Copy the file and what lies beside it, as it lies there."""
    for ending in endings:
        beside = source.with_name(source.name + ending)
        if beside.exists():
            shutil.copyfile(beside, target.with_name(target.name + ending))


def harm(path: Path, statements: Sequence[str]) -> None:
    """Do to a store what no command does, its triggers out of the way."""
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# Running commands -------------------------------------------------------------------------------------------------------


def surroundings(folder: Path) -> dict[str, str]:
    """A command's own configuration, in English."""
    return {"COURSECTL_CONFIG": str(folder / "config"), "COURSECTL_LANG": "en", "COLUMNS": "200"}


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (negative: the signal), what it said, and its stamps (0.0: it never got there)."""

    code: int
    out: str
    err: str
    stamps: Mapping[str, float]

    @property
    def phase(self) -> str:
        """How far it had come: before, in, or after the write, or done."""
        at = self.stamps
        if at["finished"]:
            return "done"
        if not at["writing"]:
            return "before"
        return "after" if at["committed"] > at["begun"] else "in"

    def lasted(self, since: str, until: str) -> float:
        """Seconds between two stamps; none where it didn't come to one of them."""
        both = self.stamps[since] and self.stamps[until]
        return max(self.stamps[until] - self.stamps[since], 0.0) if both else 0.0


@dataclass(frozen=True)
class Aim:
    """When to kill: so many seconds after a stamp."""

    stamp: str
    seconds: float


class Launcher:
    """Starts commands by forking a process that has everything loaded, and kills them where it is told to."""

    def __init__(self) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("COURSECTL", "LC_"))}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environ | {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
        )  # fmt: skip
        self._expect("ready")

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate(timeout=60)

    def run(self, folder: Path, arguments: Sequence[str], aim: Aim | None = None, *,
            told: Path | None = None) -> Ended:  # fmt: skip
        """Run a command in `folder`; with an aim, kill it there unless it was faster. `told`: where its answer is kept."""
        beside = told or folder.with_name(folder.name + ".told")
        beside.mkdir(exist_ok=True)
        stamps = beside / "stamps"
        stamps.write_bytes(bytes(PAGE.size))
        job = {"folder": str(folder), "arguments": list(arguments), "environ": surroundings(beside),
               "out": str(beside / "out"), "err": str(beside / "err"), "stamps": str(stamps)}  # fmt: skip
        pid = int(self._ask(json.dumps(job)))
        if aim is not None:
            self._kill(pid, stamps, aim)
        self._expect("ended")
        code = int(self._ask("reap"))
        told = [(beside / name).read_text(errors="replace") for name in ("out", "err")]
        return Ended(code, *told, _read_stamps(stamps.read_bytes()))

    def _kill(self, pid: int, stamps: Path, aim: Aim) -> None:
        """The number is the command's until it is reaped, so nobody else is hit."""
        with stamps.open("rb", buffering=0) as page:
            while True:
                seen = _read_stamps(os.pread(page.fileno(), PAGE.size, 0))
                now = time.monotonic()
                if seen["finished"] or (seen[aim.stamp] and now >= seen[aim.stamp] + aim.seconds):
                    break
        os.kill(pid, signal.SIGKILL)

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def _expect(self, word: str) -> None:
        assert self._process.stdout is not None
        if (said := self._process.stdout.readline().strip()) != word:
            raise RuntimeError(f"the launcher said {said!r} instead of {word!r}")


def _read_stamps(page: bytes) -> dict[str, float]:
    return dict(zip(STAMPS, PAGE.unpack(page), strict=True))


# Kinds of writes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of write: its command line, and the prepared store that it is typed on.

    `again` is the exit code where it was done before: 0 for what is repeated without harm, 4 where that is refused.
    `steps`: it is several operations, each of them whole; typed again it goes on. `makes`: it
    leaves the store as it is, and makes this beside it. `grows`: it makes the store
    itself under another name, and gives it its own when it is finished. `needs`: the subcommand without which this program can't be asked for it.
    """

    name: str
    on: str
    arguments: tuple[str, ...]
    again: int = 0
    steps: bool = False
    makes: str = ""
    grows: bool = False
    needs: tuple[str, ...] = ()


KINDS = (
    Kind("init", "nothing", ("init",), again=4, grows=True),
    Kind("course add", "empty", ("course", "add", "RMC", "--title", "Regional course"), again=4),
    Kind("edition add", "example", ("edition", "add", "ICIM-60", "--start", "2026-03-09", "--end", "2026-03-20", "--seats", "30"), again=4),
    Kind("edition edit", "example", ("edition", "edit", "ICIM-37", "--seats", "77")),
    Kind("org add", "example", ("org", "add", "es=Instituto del Litoral", "--acronym", "IL", "--country", "AR"), again=4),
    Kind("topic add", "example", ("topic", "add", "Climate", "--code", "climate", "-e", "ICIM-37")),
    Kind("session add", "example", ("session", "add", "One more", "--day", "2", "--start", "20:00", "--end", "21:00", "-e", "ICIM-37"), again=4),
    Kind("session import", "next", ("session", "import", "program.csv", "-e", "ICIM-61")),
    Kind("expert add", "example", ("expert", "add", "Valeria Montenegro", "--country", "AR", "--org", "IOM", "-e", "ICIM-37")),
    Kind("enroll one", "roomy", ("enroll", "Zoe Zárate", "-e", "ICIM-37", "--country", "UY", "--email", "zoe@x.example")),
    Kind("enroll --from", "roomy", ("enroll", "--from", "list.csv", "-e", "ICIM-37")),
    Kind("roster withdraw", "example", ("roster", "withdraw", "7", "--because", "Stays in office", "-e", "ICIM-37")),
    Kind("roster confirm", "example", ("roster", "confirm", "7", "8", "9", "-e", "ICIM-37")),
    Kind("roster replace", "example", ("roster", "replace", "5", "Luis Gómez", "--email", "luis@x.example", "-e", "ICIM-37"), again=4),
    Kind("roster nominate", "example", ("roster", "nominate", "Zoe Zárate", "Ciro Paz", "--by", "Cancillería", "--country", "UY", "-e", "ICIM-37")),
    Kind("roster waitlist", "example", ("roster", "waitlist", "7", "8", "-e", "ICIM-37")),
    Kind("roster decline", "example", ("roster", "decline", "--all", "--country", "AR", "-e", "ICIM-37"), again=4),
    Kind("roster edit", "example", ("roster", "edit", "7", "--country", "UY", "--post", "Jefa", "-e", "ICIM-37")),
    Kind("edition quota", "example", ("edition", "quota", "ICIM-37", "--country", "AR", "--max", "9")),
    Kind("edition group", "example", ("edition", "group", "ICIM-37", "SOUTH", "AR", "CL", "UY")),
    Kind("edition copy", "example", ("edition", "copy", "ICIM-37", "ICIM-70", "--start", "2026-03-09"), again=4),
    Kind("person merge", "example", ("person", "merge", "mdangelo@dnm-ar.example", "jiturralde@mrec-ar.example", "--keep", "first"), again=4),
    Kind("person apart", "example", ("person", "apart", "mdangelo@dnm-ar.example", "jiturralde@mrec-ar.example")),
    Kind("edition retention", "example", ("edition", "retention", "ICIM-37", "--until", "2030-12-31")),
    Kind("person erase", "example", ("person", "erase", "mdangelo@dnm-ar.example", "--yes"), again=3),
    Kind("person edit", "example", ("person", "edit", "mdangelo@dnm-ar.example", "--phone", "+54 11 5555", "--note", "Vegetarian")),
    Kind("attend mark", "example", ("attend", "mark", "--day", "3", "--all", "excused", "--replace", "-e", "ICIM-37")),
    Kind("attend import", "unmarked", ("attend", "import", "attendance.csv", "-e", "ICIM-37")),
    Kind("assess add", "example", ("assess", "add", "FINAL", "--kind", "exam", "--pass-mark", "60", "--required", "-e", "ICIM-37"), again=4),
    Kind("assess import", "assessed", ("assess", "import", "results.csv", "--code", "FINAL", "-e", "ICIM-37")),
    Kind("hold add", "example", ("hold", "add", "7", "--because", "Book", "-e", "ICIM-37")),
    Kind("certificate rule", "example", ("certificate", "rule", "completion", "--minimum", "75", "-e", "ICIM-37")),
    Kind("certificate grant", "example", ("certificate", "grant", "2", "--because", "Illness", "-e", "ICIM-37")),
    Kind("edition close", "example", ("edition", "close", "ICIM-37", "--apply", "--yes")),
    Kind("certificate issue", "closed", ("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-20")),
    Kind("certificate void", "issued", ("certificate", "void", "ICIM-2015-0003", "ICIM-2015-0005", "--because", "Issued by mistake"), again=4),
    Kind("certificate replace", "issued", ("certificate", "replace", "ICIM-2015-0003", "--because", "lost", "--on", "2015-04-01"), again=4),
    Kind("certificate export", "issued", ("certificate", "export", "--out", "register.csv", "-e", "ICIM-37")),
    Kind("history figures add", "example", ("history", "figures", "add", "-e", "ICIM-37", "--measure", "trained_so_far", "--value", "801", "--qualifier", "more_than", "--publisher", "IOM")),
    Kind("import", "empty", ("import", "icim-37"), steps=True),
    Kind("undo of one", "marked", ("undo", "{attend mark}"), again=4),
    Kind("undo of a list", "listed", ("undo", "{enroll}"), again=4),
    Kind("store backup", "example", ("store", "backup", "--keep", "3"), makes="coursectl-backups/*.db", needs=("store", "backup")),
    Kind("store export", "example", ("store", "export", "archive"), again=4, makes="archive", needs=("store", "export")),
    Kind("store copy", "example", ("store", "copy", "coursectl.db", "copied.db"), again=4, makes="copied.db", needs=("store", "copy")),
    Kind("store merge", "two offices", ("store", "merge", "other.db", "--yes"), needs=("store", "merge")),
    Kind("import of all", "exported", ("import", "archive"), again=4, grows=True, needs=("store", "export")),
    Kind("store restore", "backed up", ("store", "restore", "old.db", "--yes"), needs=("store", "restore")),
    Kind("undo of issuing", "issued", ("undo", "{certificate issue}", "--yes"), again=4),
)  # fmt: skip


def list_of_officials(count: int) -> str:
    """A list to enroll, as a spreadsheet writes it."""
    countries = ("AR", "BO", "BR", "CL", "CO", "CR", "EC", "PE", "PY", "UY")
    rows = [f"Person {n:04},{countries[n % 10]},p{n:04}@x.example,Oficina de Migraciones" for n in range(count)]
    return "\n".join(["name,country,email,organization", *rows]) + "\n"


def results() -> str:
    """What the participants of the example scored."""
    return "number,score\n" + "".join(f"{number},{60 + number} %\n" for number in range(1, 29))


def program() -> str:
    """A program of 80 sessions, as a spreadsheet writes it."""
    rows = [
        f"{day},{hour:02}:00,{hour:02}:45,Session {day}.{hour},Room A" for day in range(1, 11) for hour in range(9, 17)
    ]
    return "\n".join(["day,start,end,title,room", *rows]) + "\n"


@dataclass
class Prepared:
    """Stores to try things on, each made by the commands themselves; `facts` are the numbers of their operations."""

    folder: Path
    facts: dict[str, dict[str, str]] = field(default_factory=dict)

    STEPS: ClassVar[Mapping[str, tuple[str, Sequence[Sequence[str]]]]] = {
        "empty": ("nothing", [["init"]]),
        "example": ("empty", [["import", "icim-37"]]),
        "next": ("example", [["edition", "add", "ICIM-61", "--start", "2015-03-09", "--end", "2015-03-21"]]),
        "roomy": ("example", [["edition", "edit", "ICIM-37", "--seats", "1000"]]),
        "crowded": ("example", [["edition", "edit", "ICIM-37", "--seats", "88", "--no-waiting-list"]]),
        "unmarked": ("empty", [["import", "icim-37-unmarked"]]),
        "closed": ("example", [["edition", "close", "ICIM-37", "--apply", "--yes"]]),
        "issued": ("closed", [["certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-20"]]),
        "marked": ("example", [["attend", "mark", "--day", "3", "--all", "excused", "--replace", "-e", "ICIM-37"]]),
        "assessed": ("example", [["assess", "add", "FINAL", "--kind", "exam", "-e", "ICIM-37"]]),
        "backed up": ("example", [["store", "backup", "--to", "old.db"], ["person", "add", "Ana Pérez"]]),
        "two offices": ("roomy", [["person", "add", "Ana Pérez"]]),
        "exported": ("example", [["store", "export", "archive"]]),
        "listed": ("roomy", [["enroll", "--from", "list.csv", "-e", "ICIM-37"]]),
    }  # fmt: skip

    @classmethod
    def make(cls, folder: Path, launcher: Launcher) -> Prepared:
        """Make them all."""
        prepared = cls(folder)
        nothing = folder / "nothing"
        nothing.mkdir(parents=True)
        shutil.copytree(EXAMPLE, nothing / "icim-37")
        unmarked = shutil.ignore_patterns("attendance.csv", "figures.csv")
        shutil.copytree(EXAMPLE, nothing / "icim-37-unmarked", ignore=unmarked)
        shutil.copy(EXAMPLE / "attendance.csv", nothing)
        (nothing / "program.csv").write_text(program(), encoding="utf-8")
        (nothing / "results.csv").write_text(results(), encoding="utf-8")
        (nothing / "list.csv").write_text(list_of_officials(400), encoding="utf-8")
        for name, (base, commands) in cls.STEPS.items():
            prepared._take(name, base, commands, launcher)
        copy_store(folder / "listed" / STORE, folder / "two offices" / "other.db")
        for ending in ("", *JOURNALS):
            (folder / "exported" / f"{STORE}{ending}").unlink(missing_ok=True)  # only the text of it
        return prepared

    def _take(self, name: str, base: str, commands: Sequence[Sequence[str]], launcher: Launcher) -> None:
        shutil.copytree(self.folder / base, self.folder / name)
        for command in commands:
            ended = launcher.run(self.folder / name, ["--as", "preparer", *command])
            if ended.code:
                raise RuntimeError(f"{command} ended with {ended.code}: {ended.err}{ended.out}")
        with closing(sqlite3.connect(self.folder / name / STORE)) as connection:
            self.facts[name] = {
                command: str(number) for number, command in connection.execute("SELECT id, command FROM op")
            }

    def copy(self, name: str, target: Path) -> None:
        """A fresh copy to do harm to."""
        shutil.copytree(self.folder / name, target)

    def arguments(self, kind: Kind) -> list[str]:
        """The command line of the kind, with the numbers that its store has."""
        numbers = self.facts.get(kind.on, {})
        return [
            next((numbers[op] for op in sorted(numbers) if op.startswith(word[1:-1])), word)
            if word[:1] == "{"
            else word
            for word in kind.arguments
        ]


# Kills ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """What an undisturbed run of a kind does: the states before and after it, and how long its parts take (seconds)."""

    before: State | None
    after: State | None
    until_write: float
    write: float
    commit: float
    rest: float

    def aim(self, rng: random.Random) -> Aim:
        """A random moment: half of them in the write, a quarter about the commit, the others anywhere in the command."""
        moments = ("writing", "writing", "committing" if self.commit else "writing", "started")
        match rng.choice(moments if self.write else ("started",)):
            case "writing":
                return Aim("writing", rng.random() * self.write * 1.1)
            case "committing":
                return Aim("committing", rng.random() * self.commit * 2)
            case _:
                return Aim("started", rng.random() * (self.until_write + self.write + self.rest) * 1.05)


@dataclass(frozen=True)
class Kill:
    """One trial: what was killed, how far it had come, what was found, and everything that was wrong."""

    kind: str
    phase: str
    found: str
    faults: tuple[str, ...]


@dataclass
class Killing:
    """A series of kills with a seeded choice of kinds and moments."""

    launcher: Launcher
    prepared: Prepared
    folder: Path
    rng: random.Random
    measured: int = 3
    asked: float = 1.0  # in how many of the trials the program's own check is asked, too
    checked: bool | None = None  # whether it has one; None: not known yet
    references: dict[str, Reference] = field(default_factory=dict)
    _count: int = 0

    def reference(self, kind: Kind) -> Reference:
        """The kind undisturbed, and typed a second time on the same store, which must do no harm."""
        if kind.name not in self.references:
            self.references[kind.name] = self._measure(kind)
        return self.references[kind.name]

    def _measure(self, kind: Kind) -> Reference:
        runs = []
        for _ in range(self.measured):
            with self._trial(kind) as folder:
                before = state_of(folder / STORE)
                ended = self.launcher.run(folder, self.prepared.arguments(kind))
                after = state_of(folder / STORE)
                runs.append((ended, before, after))
                problems = [*_undisturbed(kind, ended, before, after), *faults_of(folder / STORE)]
                again = self.launcher.run(folder, self.prepared.arguments(kind))
                if again.code != kind.again:
                    problems.append(f"typed twice it ends with {again.code}: {again.err or again.out}")
                if state_of(folder / STORE) != after:
                    problems.append("typed twice it changes something")
                if problems:
                    raise RuntimeError(f"{kind.name}, undisturbed: {problems}")
        ended, before, after = runs[-1]
        if any(run[2] != after for run in runs):
            raise RuntimeError(f"{kind.name}: undisturbed runs differ: {difference(runs[0][2], after)}")
        if not ended.stamps["writing"]:  # it grows under another name
            return Reference(before, after, 0.0, 0.0, 0.0, ended.lasted("started", "finished"))
        written = "committed" if ended.stamps["committed"] else "finished"
        return Reference(before, after, ended.lasted("started", "writing"), ended.lasted("writing", written),
                         ended.lasted("committing", "committed"), ended.lasted(written, "finished"))  # fmt: skip

    def kill(self, kind: Kind) -> Kill:
        """One kill at a random moment."""
        reference = self.reference(kind)
        aim = reference.aim(self.rng)
        without_shm = self.rng.random() < 0.5
        with self._trial(kind) as folder:
            arguments = self.prepared.arguments(kind)
            ended = self.launcher.run(folder, arguments, aim)
            found, faults = self._look(kind, reference, folder, ended, without_shm)
            if kind.makes and any(folder.glob(kind.makes)):
                found = "after"
            again = self.launcher.run(folder, arguments)
            faults += self.typed_again(kind, reference, folder, again, found)
            return Kill(kind.name, ended.phase, found, tuple(faults))

    def _look(self, kind: Kind, reference: Reference, folder: Path, ended: Ended, without_shm: bool) -> tuple[str, list[str]]:  # fmt: skip
        """Look at a copy, so that the next command too meets what the killed one has left."""
        seen = folder.with_name(folder.name + ".seen")
        seen.mkdir()
        copy_store(folder / STORE, seen / STORE, ("", "-wal", "-journal") if without_shm else ("", *JOURNALS))
        others = [path for path in folder.rglob("*.db") if path.name != STORE and path.parent.suffix != ".part"]
        faults = [f"{path.name}: {fault}" for path in others for fault in faults_of(path)]
        try:
            if (seen / STORE).exists():
                faults += faults_of(seen / STORE)
            state = state_of(seen / STORE)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return "unreadable", [*faults, f"unreadable: {error}"]
        found = found_as(kind, reference, state)
        if found == "half":
            faults.append(f"half-written: {difference(reference.before, state)}")
        committed = ended.phase == "after" and not kind.steps and not kind.grows
        said_done = bool(ended.stamps["finished"] or ended.out or committed)
        there = found == "after"
        if kind.makes:
            there = any(folder.glob(kind.makes))
            faults += [f"{path.name} isn't what the store was" for path in others if state_of(path) != reference.before]
        if said_done and not there:
            faults.append(f"it had said {ended.out!r} ({ended.phase}, {ended.code}), and it isn't there")
        if ended.code not in (0, -signal.SIGKILL):
            faults.append(f"it ended with {ended.code}: {ended.err}")
        return found, faults

    def typed_again(self, kind: Kind, reference: Reference, folder: Path, again: Ended, found: str) -> list[str]:
        """What is wrong after the command was typed again on what was found."""
        faults = [f"afterwards {fault}" for fault in faults_of(folder / STORE)]
        if again.code != (kind.again if found == "after" else 0):
            faults.append(f"typed again it ends with {again.code}: {again.err or again.out}")
        elif state_of(folder / STORE) != reference.after:
            faults.append("typed again it leaves something else")
        return [*faults, *self._checked_by_itself(folder)]

    def _checked_by_itself(self, folder: Path) -> list[str]:
        """What the program's own check says of the store, where the program has one."""
        told = self.folder / "check.told"
        if self.checked is None:
            self.checked = self.launcher.run(folder, ["store", "check", "--help"], told=told).code == 0
        if not self.checked or self.rng.random() >= self.asked:
            return []
        ended = self.launcher.run(folder, ["store", "check"], told=told)
        return [f"store check ends with {ended.code}: {ended.out}{ended.err}"] if ended.code else []

    @contextmanager
    def _trial(self, kind: Kind) -> Iterator[Path]:
        self._count += 1
        folder = self.folder / f"trial-{self._count}"
        self.prepared.copy(kind.on, folder)
        try:
            yield folder
        finally:
            for path in self.folder.glob(f"{folder.name}*"):
                shutil.rmtree(path)


def found_as(kind: Kind, reference: Reference, state: State | None) -> str:
    """What the store is found as: the state before, after, between two operations of the command, or half of something."""
    if state == reference.before:
        return "before"
    if state == reference.after:
        return "after"
    return "between" if kind.steps and _is_between(reference, state) else "half"


def _is_between(reference: Reference, state: State | None) -> bool:
    """Whether the state is that after one of the command's operations: nothing of the next one is there."""
    if state is None or reference.after is None:
        return False
    ops = state["op"]
    there = {op[0] for op in ops}
    changes = [change for change in reference.after["audit"] if change[1] in there]
    return ops == reference.after["op"][: len(ops)] and state["audit"] == changes


def _undisturbed(kind: Kind, ended: Ended, before: State | None, after: State | None) -> list[str]:
    problems = []
    if ended.code:
        problems.append(f"ended with {ended.code}: {ended.err or ended.out} {ended.stamps}")
    if (before == after) != bool(kind.makes):
        problems.append("changed nothing")
    return problems


def difference(one: State | None, other: State | None) -> str:
    """The tables that differ, with their first different rows: short enough to be read in a report."""
    if one is None or other is None:
        return "one of them isn't there"
    told = []
    for table in sorted(one.keys() | other.keys()):
        here, there = one.get(table, []), other.get(table, [])
        if here != there:
            rows = [pair for pair in zip(here, there, strict=False) if pair[0] != pair[1]][:1]
            told.append(f"{table} ({len(here)} → {len(there)} rows) {rows}")
    return "; ".join(told)[:2000]


def kinds_that_exist(launcher: Launcher, folder: Path) -> list[Kind]:
    """The kinds of writes that this program has."""
    known: dict[tuple[str, ...], bool] = {}
    for needs in {kind.needs for kind in KINDS if kind.needs}:
        known[needs] = launcher.run(folder, [*needs, "--help"]).code == 0
    return [kind for kind in KINDS if known.get(kind.needs, True)]


def tally(kills: Sequence[Kill]) -> dict[str, Any]:
    """The figures of a series: how many, where they hit, what was found, by kind."""
    by_kind: dict[str, Counter[str]] = {}
    for kill in kills:
        count = by_kind.setdefault(kill.kind, Counter())
        count["kills"] += kill.phase != "done"
        count[f"{kill.phase} the write" if kill.phase != "done" else "ended before the kill"] += 1
        count[f"found as {kill.found}"] += 1
        count["faults"] += bool(kill.faults)
    total: Counter[str] = Counter()
    for count in by_kind.values():
        total.update(count)
    return {"total": dict(total), "by_kind": {name: dict(by_kind[name]) for name in sorted(by_kind)}}
