"""Looking whether a store is whole: what the engine itself can say, and what the tables owe each other.

A check looks and changes nothing. It says what it has looked at, what it has found, and how that is mended.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from coursectl.errors import N_
from coursectl.store import migrations, schema, undo
from coursectl.store.contract import Params, Row, Store, number_of
from coursectl.store.local import LocalStore
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


Checks = dict[str, Callable[[], Check]]
"""What can be asked, by the name of the check."""


def done(name: str, looked_at: int, findings: Iterator[Finding] | Sequence[Finding], mend: str) -> Check:
    """The check with what it found; of many findings the first are kept, all are counted."""
    told: list[Finding] = []
    count = 0
    for finding in findings:
        count += 1
        if count <= SHOWN:
            told.append(finding)
    return Check(name, looked_at, tuple(told), count, mend if count else None)


def in_batches(store: Store, sql: str, some: int, params: Params | None = None) -> Iterator[Row]:
    """All rows of a query over `id`, `some` at a time, so that memory doesn't grow with the store.

    `sql` names `:last` and `:some`, and is in the order of `id`. In a damaged file ids may turn back: then it ends.
    """
    last = 0
    while rows := store.read(sql, {**(params or {}), "last": last, "some": some}):
        yield from rows
        if not isinstance(rows[-1]["id"], int) or rows[-1]["id"] <= last:
            return
        last = rows[-1]["id"]


def checks(store: Store) -> Checks:
    """What the store itself can be asked, in the order in which it is told; its integrity, which takes longest, aside."""
    return {
        "schema": lambda: _schema(store),
        "foreign keys": lambda: _foreign_keys(store),
        "rules": lambda: _rules(store),
        "belonging": lambda: _belonging(store),
        "batches": lambda: _batches(store),
        "parts": lambda: _parts(store),
        "audit": lambda: _audit(store),
        "log": lambda: _log(store),
        "seats": lambda: _seats(store),
        "live certificates": lambda: _live(store),
    }


def deep_checks(store: Store) -> Checks:
    """What takes long: every row against the last thing that the audit says about it."""
    return {"rows": lambda: _rows(store)}


def begin_integrity(store: Store) -> Callable[[], Check]:
    """Begin to read all of the store's file, beside the other checks; what is returned waits for the answer and gives it.

    SQLite reads each page and looks for each row in each index. A thread with a connection of its own does it: as long
    as all the rest takes, it is a gain. A cluster is asked when the answer is wanted.
    """
    if not isinstance(store, LocalStore):
        return lambda: _integrity_by_table(store)
    said: list[Check | BaseException] = []

    def look() -> None:
        try:
            with closing(LocalStore(Path(store.name), read_only=True)) as own:
                said.append(_integrity(own))
        except BaseException as error:
            said.append(error)

    thread = Thread(target=look, daemon=True)  # Ctrl-C doesn't wait for it
    thread.start()

    def answer() -> Check:
        while thread.is_alive():
            thread.join(0.2)  # without a limit, Windows wouldn't hear Ctrl-C
        if isinstance(said[0], BaseException):
            raise said[0]
        return said[0]

    return answer


def _one(store: Store, sql: str) -> int:
    (row,) = store.read(sql)
    return int(next(iter(row.values())) or 0)


def _integrity(store: Store) -> Check:
    said = [str(row["integrity_check"]) for row in store.read(f"PRAGMA integrity_check({SHOWN})")]
    return _said(store, said)


def _integrity_by_table(store: Store) -> Check:
    """Table by table: a node that is silent for long would be taken for one that hangs."""
    tables = [row["name"] for row in store.read(_TABLES)]
    said = [str(row["integrity_check"]) for name in tables for row in store.read(f"PRAGMA integrity_check('{name}')")]
    return _said(store, said)


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_litestream_*' ORDER BY name"


def _said(store: Store, said: Sequence[str]) -> Check:
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


def _rules(store: Store) -> Check:
    """Every row against the CHECKs of its table.

    Where a file is only read, SQLite doesn't even parse them, so there its integrity_check says nothing of them: with
    --read-only, on a store that can't be written, and in a cluster, whose nodes read that way.
    """
    there = {row["name"] for row in store.read(_TABLES)}
    rules = {
        table: check_rules(sql)
        for (kind, table), sql in _fresh(_schema_number(store)).items()
        if kind == "table" and table in there and "CHECK" in sql
    }
    findings = [finding for table, of_table in rules.items() for finding in _broken_rules(store, table, of_table)]
    return done("rules", sum(map(len, rules.values())), findings, REPORT)


def _broken_rules(store: Store, table: str, rules: dict[str, str]) -> Iterator[Finding]:
    columns = ", ".join(f"n{number}, id{number}" for number in range(len(rules)))
    broken = [f"FILTER (WHERE NOT ({rule}))" for rule in rules.values()]
    counted = ", ".join(f"count(*) {those}, min(rowid) {those}" for those in broken)
    some = " OR ".join(f"NOT ({rule})" for rule in rules.values())
    (row,) = store.read(f"WITH broken ({columns}) AS (SELECT {counted} FROM {table} WHERE {some}) SELECT * FROM broken")
    for number, rule in enumerate(rules):
        if count := row[f"n{number}"]:
            yield Finding(_BROKEN, {"table": table, "rule": rule, "count": count, "id": row[f"id{number}"]})


_BROKEN = N_("the rule {rule} of {table} is broken by {count}, first by {id}")
_RULE = re.compile(r"CONSTRAINT (\w+) CHECK \(")
_PIECE = re.compile(r"'(?:[^']|'')*'|[()]|[^'()]+")


def check_rules(sql: str) -> dict[str, str]:
    """The CHECKs of a CREATE TABLE by their names: each one's condition."""
    return {found[1]: _until_closed(sql[found.end() :]) for found in _RULE.finditer(sql)}


def _until_closed(rest: str) -> str:
    """What stands before the parenthesis that closes the one just opened."""
    depth = 1
    for piece in _PIECE.finditer(rest):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0:
            return rest[: piece.start()]
    raise ValueError(rest)


def _belonging(store: Store) -> Check:
    """What a row points at belongs to the same edition or course as the row: no foreign key says so."""
    findings = [
        Finding(_ELSEWHERE, {"child": child, "id": row["id"], "parent": parent})
        for child, parent, sql in _BELONGINGS
        for row in store.read(
            f"SELECT {child}.{'certificate_id' if child == 'certificate_live' else 'id'} AS id FROM {sql} LIMIT 1000"
        )
    ]
    return done("belonging", len(_BELONGINGS), findings, REPORT)


_ELSEWHERE = N_("{child} {id} and the {parent} that it points at belong to different editions, courses or people")
_BELONGINGS = (
    ("session", "module", "session JOIN module ON module.id = module_id WHERE module.edition_id <> session.edition_id"),
    (
        "edition_topic",
        "topic",
        "edition_topic JOIN edition ON edition.id = edition_id JOIN topic ON topic.id = topic_id"
        " WHERE topic.course_id <> edition.course_id",
    ),
    (
        "session_topic",
        "topic",
        "session_topic JOIN session ON session.id = session_id JOIN edition ON edition.id = edition_id"
        " JOIN topic ON topic.id = topic_id WHERE topic.course_id <> edition.course_id",
    ),
    (
        "enrollment",
        "enrollment",
        "enrollment JOIN enrollment AS left_by ON left_by.id = enrollment.replaces"
        " WHERE left_by.edition_id <> enrollment.edition_id",
    ),
    (
        "attendance",
        "session",
        "attendance JOIN enrollment ON enrollment.id = enrollment_id JOIN session ON session.id = session_id"
        " WHERE session.edition_id <> enrollment.edition_id",
    ),
    (
        "certificate",
        "edition",
        "certificate JOIN edition ON edition.id = edition_id WHERE edition.course_id <> certificate.course_id",
    ),
    (
        "certificate_live",
        "certificate",
        "certificate_live JOIN certificate ON certificate.id = certificate_id WHERE (certificate.edition_id,"
        " certificate.person_id, certificate.kind) <> (certificate_live.edition_id, certificate_live.person_id, certificate_live.kind)",
    ),
    (
        "published_figure",
        "edition",
        "published_figure JOIN edition ON edition.id = edition_id WHERE edition.course_id <> published_figure.course_id",
    ),
)


def _schema(store: Store) -> Check:
    """Tables, indexes, views and triggers as a fresh store of the same schema has them."""
    there = {(row["type"], row["name"]): row["sql"] for row in store.read(_MASTER)}
    fresh = _fresh(_schema_number(store))
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


# Litestream, which replicates a store's file, keeps its place in two tables of its own in it.
_MASTER = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND tbl_name NOT GLOB '_litestream_*' ORDER BY type, name"
_MISSING = N_("the {what} {name} is missing")
_STRANGE = N_("the {what} {name} isn't one of coursectl's")
_OTHER = N_("the {what} {name} isn't what coursectl makes")


def _schema_number(store: Store) -> int:
    return _one(store, "SELECT max(number) FROM migration")


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
        "SELECT op_id, count(*) AS there, max(parts) AS parts, command, at, min(parts) = max(parts) AND count(*) = max(parts)"
        " AS whole FROM op_part JOIN op ON op.id = op_id GROUP BY op_id ORDER BY at, op_id"
    )
    findings = (
        Finding(_UNFINISHED, {**row, "number": number_of(row["op_id"])})
        for row in rows
        if not row["whole"] and _stands(store, row) and not _is_finished(store, row, rows)
    )
    return done("parts", _one(store, "SELECT count(DISTINCT op_id) FROM op_part"), findings, _FINISH)


def _is_finished(store: Store, stopped: Row, rows: Sequence[Row]) -> bool:
    """Whether the command was typed again, with --in-parts as before, and all of that is there."""
    return any(
        row["whole"] and row["command"] == stopped["command"] and row["at"] >= stopped["at"] and _stands(store, row)
        for row in rows
        if row["op_id"] != stopped["op_id"]
    )


def _stands(store: Store, row: Row) -> bool:
    return undo.get_operation(store, str(row["op_id"])).standing


_UNFINISHED = N_("of operation {number} ({command}), {there} of {parts} parts are there")
_FINISH = N_(
    "Type the command again, with --in-parts as before: it goes on where it stopped. Or take the parts back: coursectl undo NUMBER"
)


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
    ours = {name for kind, name in _fresh(_schema_number(store)) if kind == "table"} - UNAUDITED
    findings: list[Finding] = []
    looked_at = 0
    for table in sorted(ours & {row["name"] for row in store.read(_TABLES)}):
        looked_at += _one(store, f"SELECT count(*) FROM {table}")
        findings += _rows_of(store, table)
    return done("rows", looked_at, findings, REPORT)


def _rows_of(store: Store, table: str) -> Iterator[Finding]:
    columns = [row["name"] for row in store.read(f"SELECT name FROM pragma_table_info('{table}')")]
    image = ", ".join(f"'{column}', it.{column}" for column in columns)
    last = (
        "SELECT pk, new FROM audit JOIN (SELECT max(seq) AS seq FROM audit WHERE tbl = :table GROUP BY pk) USING (seq)"
    )
    params: Params = {"table": table}
    differing = (
        f"SELECT it.id AS id, new, json_object({image}) AS now FROM {table} AS it LEFT JOIN ({last}) AS told ON told.pk = it.id"
        f" WHERE new IS NOT json_object({image}) AND it.id > :last ORDER BY it.id LIMIT :some"
    )
    for row in in_batches(store, differing, _SOME, params):
        if row["new"] is None or not _same(row):
            yield Finding(_NOT_TOLD, {"table": table, "id": row["id"]})
    for row in store.read(
        f"SELECT pk FROM ({last}) WHERE new IS NOT NULL AND pk NOT IN (SELECT id FROM {table}) LIMIT 1000", params
    ):
        yield Finding(_GONE, {"table": table, "id": row["pk"]})


_SOME = 20_000  # rows at once


def _same(row: Row) -> bool:
    """A migration may have given the table a column that older images lack."""
    try:
        now, then = json.loads(row["now"]), json.loads(row["new"])
    except ValueError:  # the audit itself was changed
        return False
    return all(now[column] == value for column, value in then.items() if column in now)


_NOT_TOLD = N_("{table} {id} isn't what the audit says that it became")
_GONE = N_("{table} {id} is gone, and the audit doesn't say so")
