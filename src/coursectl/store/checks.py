"""Looking whether a store is whole: what the engine itself can say, and what the tables owe each other.

A check looks and changes nothing. It says what it has looked at, what it has found, and how that is mended.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from coursectl.errors import N_
from coursectl.store import migrations, schema
from coursectl.store.contract import Row, Store, number_of
from coursectl.store.triggers import SEATED, UNAUDITED

SHOWN = 20
"""How many findings of one check are told; the others are counted."""

RESTORE = N_("The file itself is damaged. Don't write to it; put the last good backup in its place: {restore}")
REPORT = N_("Don't mend it by hand: make a backup, and restore one that is whole ({restore}), or report it with both.")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `wording` says it, untranslated, with `facts`."""

    wording: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """What a check was about. `looked_at` counts what was looked at; `count` counts the findings, of which some are told.

    `mend` says, untranslated, what to do.
    """

    name: str
    looked_at: int
    findings: tuple[Finding, ...] = ()
    count: int = 0
    mend: str | None = None


Found = tuple[int, Iterator[Finding]]


def done(name: str, looked_at: int, findings: Iterator[Finding] | Sequence[Finding], mend: str) -> Check:
    """The check with what it found; of many findings the first are kept, all are counted."""
    told: list[Finding] = []
    count = 0
    for finding in findings:
        count += 1
        if count <= SHOWN:
            told.append(finding)
    return Check(name, looked_at, tuple(told), count, mend if count else None)


def checks(store: Store) -> list[Callable[[], Check]]:
    """What the store itself can be asked, in the order in which it is told."""
    return [
        lambda: _integrity(store),
        lambda: _foreign_keys(store),
        lambda: _schema(store),
        lambda: _batches(store),
        lambda: _parts(store),
        lambda: _audit(store),
        lambda: _log(store),
        lambda: _seats(store),
        lambda: _live(store),
    ]


def deep_checks(store: Store) -> list[Callable[[], Check]]:
    """What takes long: every row against the last thing that the audit says about it."""
    return [lambda: _rows(store)]


def _one(store: Store, sql: str) -> int:
    (row,) = store.read(sql)
    return int(next(iter(row.values())) or 0)


def _integrity(store: Store) -> Check:
    said = [str(row["integrity_check"]) for row in store.read(f"PRAGMA integrity_check({SHOWN})")]
    pages = _one(store, "SELECT page_count FROM pragma_page_count")
    findings = [Finding("{said}", {"said": line}) for line in said if line != "ok"]
    return done("integrity", pages, findings, RESTORE)


def _foreign_keys(store: Store) -> Check:
    rows = store.read(
        'SELECT "table" AS child, rowid AS id, parent FROM pragma_foreign_key_check LIMIT 1000'  # more are no more telling
    )
    keys = _one(
        store,
        "SELECT count(*) FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) WHERE t.type = 'table'",
    )
    return done("foreign keys", keys, (Finding(_POINTS_NOWHERE, row) for row in rows), REPORT)


_POINTS_NOWHERE = N_("{child} {id} points at a row of {parent} that isn't there")


def _schema(store: Store) -> Check:
    """Tables, indexes, views and triggers as a fresh store of the same schema has them."""
    number = _one(store, "SELECT max(number) FROM migration")
    there = {(row["type"], row["name"]): row["sql"] for row in store.read(_MASTER)}
    fresh = _fresh(number)
    findings = [
        *(Finding(_MISSING, {"what": kind, "name": name}) for kind, name in fresh if (kind, name) not in there),
        *(Finding(_STRANGE, {"what": kind, "name": name}) for kind, name in there if (kind, name) not in fresh),
        *(
            Finding(_OTHER, {"what": kind, "name": name})
            for (kind, name), sql in there.items()
            if (kind, name) in fresh and fresh[kind, name] != sql
        ),
    ]
    return done("schema", len(there), findings, REPORT)


_MASTER = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
_MISSING = N_("the {what} {name} is missing")
_STRANGE = N_("the {what} {name} isn't one of coursectl's")
_OTHER = N_("the {what} {name} isn't what coursectl makes")


def _fresh(number: int) -> dict[tuple[str, str], str]:
    steps = [step for step in migrations.load() if step.number <= number]
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.migrate(connection, "", steps)
        return {(kind, name): sql for kind, name, sql in connection.execute(_MASTER)}


def _batches(store: Store) -> Check:
    rows = store.read("SELECT 'now_op' AS name FROM now_op UNION ALL SELECT 'expect' FROM expect")
    return done("batches", 2, (Finding(_LEFT_OVER, row) for row in rows), REPORT)


_LEFT_OVER = N_("{name} holds a row that every batch clears")


def _parts(store: Store) -> Check:
    if _one(store, "SELECT count(*) FROM sqlite_master WHERE name = 'op_part'") == 0:
        return Check("parts", 0)
    rows = store.read(
        "SELECT op_id, count(*) AS there, max(parts) AS parts, command FROM op_part JOIN op ON op.id = op_id"
        " GROUP BY op_id HAVING count(*) <> max(parts) OR min(parts) <> max(parts)"
    )
    findings = (Finding(_UNFINISHED, {**row, "number": number_of(row["op_id"])}) for row in rows)
    return done("parts", _one(store, "SELECT count(DISTINCT op_id) FROM op_part"), findings, _FINISH)


_UNFINISHED = N_("of operation {number} ({command}), {there} of {parts} parts are there")
_FINISH = N_("Type the command again, which goes on where it stopped, or take the parts back: coursectl undo NUMBER")


def _audit(store: Store) -> Check:
    """Changes are numbered from 1 without a gap; what SQLite will number next follows the last."""
    (row,) = store.read(
        "SELECT count(*) AS n, coalesce(min(seq), 1) AS low, coalesce(max(seq), 0) AS high,"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) AS next FROM audit"
    )
    findings = []
    if row["low"] != 1 or row["high"] != row["n"]:
        findings.append(Finding(_GAP, row))
    if row["next"] != row["high"]:
        findings.append(Finding(_NEXT, row))
    return done("audit", row["n"], findings, REPORT)


_GAP = N_("{n} changes are numbered {low} to {high}: some are missing")
_NEXT = N_("the next change would follow number {next}, the last one is {high}")


def _log(store: Store) -> Check:
    """The log's instants never turn back, in the order in which operations changed something."""
    rows = store.read(
        "SELECT id, at, before FROM (SELECT op.id, op.at, lag(op.at) OVER (ORDER BY first) AS before FROM"
        " (SELECT op_id, min(seq) AS first FROM audit GROUP BY op_id) JOIN op ON op.id = op_id) WHERE at < before LIMIT 1000"
    )
    findings = (Finding(_BACK, {**row, "number": number_of(row["id"])}) for row in rows)
    return done("log", _one(store, "SELECT count(*) FROM op"), findings, REPORT)


_BACK = N_("operation {number} says {at}, and the one before it {before}")


def _seats(store: Store) -> Check:
    """The counters of seats against the enrollments that hold one, and their limits against the editions."""
    held = ", ".join(f"'{status}'" for status in SEATED)
    rows = store.read(
        "SELECT edition.id, code || '-' || edition.number AS edition, taken, max, seats, coalesce(counted, 0) AS counted"
        " FROM edition JOIN course ON course.id = course_id"
        " LEFT JOIN seat_count ON seat_count.edition_id = edition.id AND kind = 'edition' LEFT JOIN"
        f" (SELECT edition_id, count(*) AS counted FROM enrollment WHERE status IN ({held}) GROUP BY edition_id) AS held"
        " ON held.edition_id = edition.id"
        " WHERE taken IS NOT coalesce(counted, 0) OR max IS NOT seats OR taken > max"
    )
    return done("seats", _one(store, "SELECT count(*) FROM edition"), (Finding(_SEATS, row) for row in rows), REPORT)


_SEATS = N_("{edition} counts {taken} seats taken of {max}; {counted} enrollments hold one, and it has {seats}")


def _live(store: Store) -> Check:
    """The certificates that count as live are those whose last event is their issue."""
    issued = "SELECT certificate_id FROM certificate_state WHERE state = 'issued'"
    live = "SELECT certificate_id FROM certificate_live"
    rows = store.read(
        f"SELECT serial, certificate.id FROM certificate WHERE id IN ({issued} EXCEPT {live})"
        f" UNION ALL SELECT serial, certificate_id FROM ({live} EXCEPT {issued}) LEFT JOIN certificate ON id = certificate_id"
    )
    return done("live certificates", _one(store, f"SELECT count(*) FROM ({live})"), (Finding(_LIVE, row) for row in rows), REPORT)  # fmt: skip


_LIVE = N_("the list of live certificates and the events of {serial} don't agree")


def _rows(store: Store) -> Check:
    """Every row is what the audit's last word about it says, and no row is missing."""
    tables = [row["name"] for row in store.read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")]  # fmt: skip
    audited = [table for table in tables if table not in UNAUDITED]
    findings: list[Finding] = []
    looked_at = 0
    for table in audited:
        looked_at += _one(store, f"SELECT count(*) FROM {table}")
        findings += _rows_of(store, table)
    return done("rows", looked_at, findings, REPORT)


def _rows_of(store: Store, table: str) -> Iterator[Finding]:
    columns = [row["name"] for row in store.read(f"SELECT name FROM pragma_table_info('{table}')")]
    image = ", ".join(f"'{column}', it.{column}" for column in columns)
    last = (
        "SELECT pk, new FROM audit JOIN (SELECT max(seq) AS seq FROM audit WHERE tbl = :table GROUP BY pk) USING (seq)"
    )
    params = {"table": table}
    for row in store.read(
        f"SELECT it.id, new, json_object({image}) AS now FROM {table} AS it LEFT JOIN ({last}) AS told ON told.pk = it.id"
        f" WHERE new IS NOT json_object({image}) LIMIT 1000",
        params,
    ):
        if row["new"] is None or not _same(row):
            yield Finding(_NOT_TOLD, {"table": table, "id": row["id"]})
    for row in store.read(
        f"SELECT pk FROM ({last}) WHERE new IS NOT NULL AND pk NOT IN (SELECT id FROM {table}) LIMIT 1000", params
    ):
        yield Finding(_GONE, {"table": table, "id": row["pk"]})


def _same(row: Row) -> bool:
    """A migration may have given the table a column that older images lack."""
    now, then = json.loads(row["now"]), json.loads(row["new"])
    return all(now[column] == value for column, value in then.items() if column in now)


_NOT_TOLD = N_("{table} {id} isn't what the audit says that it became")
_GONE = N_("{table} {id} is gone, and the audit doesn't say so")


def notes(path: Path) -> list[Finding]:
    """What lies beside a store's file and ought to be known: a log that a crash has left, another computer's copy."""
    beside = [other.name for other in path.parent.iterdir() if other.name.startswith(path.stem) and other != path]
    journals = {f"{path.name}{ending}" for ending in ("-wal", "-shm", "-journal")}
    copies = [name for name in beside if name.endswith(path.suffix) and name not in journals]
    found = [Finding(_JOURNAL, {"file": name}) for name in sorted(beside) if name in journals - {f"{path.name}-shm"}]
    return found + [
        Finding(_COPY, {"file": name}) for name in sorted(copies) if _looks_like_conflict(name[len(path.stem) :])
    ]


_JOURNAL = N_(
    "{file} is there: somebody has the store open, or a program was stopped; the next command takes over what it holds. Never delete it, and never copy the store without it."
)
_COPY = N_(
    "{file} looks like a copy that a syncing program made of a conflict: two computers wrote. Look into it: coursectl log --store {file}"
)


def _looks_like_conflict(rest: str) -> bool:
    """`coursectl (Ana's conflicted copy 2015-03-09).db`, `coursectl-LAPTOP.db`, `coursectl.sync-conflict-….db`."""
    return rest.startswith((" (", "-", ".sync-conflict", "_conflict")) and not rest.startswith(("-before", "-2"))
