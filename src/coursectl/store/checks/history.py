"""What the log and the audit tell, against each other and against the rows: nothing is missing, and nothing happened untold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from coursectl.errors import N_
from coursectl.store import undo
from coursectl.store.checks.findings import REPORT, Check, Finding, done, in_batches, one_number
from coursectl.store.checks.shape import fresh
from coursectl.store.contract import Params, Row, Store, number_of
from coursectl.store.schema import TABLES
from coursectl.store.triggers import UNAUDITED


def look_at_batches(store: Store) -> Check:
    """What a batch needs only while it is applied is gone."""
    rows = store.read("SELECT 'now_op' AS name FROM now_op UNION ALL SELECT 'expect' FROM expect")
    return done("batches", 2, (Finding(_LEFT_OVER, row) for row in rows), REPORT)


_LEFT_OVER = N_("{name} holds a row that every batch clears")


def look_at_parts(store: Store) -> Check:
    """Of what was sent in parts, all are there, unless it was undone."""
    if one_number(store, "SELECT count(*) FROM sqlite_master WHERE name = 'op_part'") == 0:
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
    return done("parts", one_number(store, "SELECT count(DISTINCT op_id) FROM op_part"), findings, _FINISH)


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


def look_at_audit(store: Store) -> Check:
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


def look_at_log(store: Store) -> Check:
    """The log's instants never turn back, in the order in which operations changed something."""
    rows = store.read(
        "SELECT id, at, before FROM (SELECT op.id, op.at, lag(op.at) OVER (ORDER BY first) AS before FROM"
        " (SELECT op_id, min(seq) AS first FROM audit GROUP BY op_id) JOIN op ON op.id = op_id) WHERE at < before LIMIT 1000"
    )
    findings = (Finding(_BACK, {**row, "number": number_of(row["id"])}) for row in rows)
    return done("log", one_number(store, "SELECT count(*) FROM op"), findings, REPORT)


_BACK = N_("operation {number} says {at}, and the one before it {before}")


def look_at_rows(store: Store) -> Check:
    """Every row is what the audit's last word about it says, and no row is missing."""
    ours = {name for kind, name in fresh(store) if kind == "table"} - UNAUDITED
    findings: list[Finding] = []
    looked_at = 0
    for table in sorted(ours & {row["name"] for row in store.read(TABLES)}):
        looked_at += one_number(store, f"SELECT count(*) FROM {table}")
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
