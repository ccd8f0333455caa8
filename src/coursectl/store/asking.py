"""One request to a cluster and its answer: statements as JSON, rows as SQLite would give them, what failed and why."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from coursectl.errors import N_, BadInput
from coursectl.store.contract import Level, Params, Row, Statement, StoreOutOfReach
from coursectl.store.nodes import Nodes, Request

_BROKEN_RULES = ("constraint failed", "rule:")
_OUT_OF_ROOM = ("disk is full", "disk I/O error", "readonly database", "database is locked", "malformed")
_LARGEST_INTEGER = 2**63 - 1


class Failed(Exception):
    """A statement of a request failed: which one, and what SQLite says. Where it is no broken rule, it is a bug of ours."""

    def __init__(self, position: int, text: str, sql: str) -> None:
        super().__init__(f"{text} in: {sql[:400]}")
        self.position = position
        self.text = text


def query(nodes: Nodes, name: str, sql: str, params: Params, level: Level) -> list[Row]:
    """The rows that one question brings. Raises Failed, StoreOutOfReach."""
    answer = nodes.ask(Request("POST", f"/db/query?level={level}", _body([Statement(sql, params)])))
    result = answer["results"][0]
    if "error" in result:
        raise _trouble(name, 0, result["error"], sql)
    columns: list[str] = result["columns"]
    convert = [_FROM_JSON.get(kind) for kind in result["types"]]
    rows = result.get("values", [])
    if not any(convert):
        return [dict(zip(columns, row, strict=True)) for row in rows]
    return [
        {
            column: value if change is None or value is None else change(value)
            for column, change, value in zip(columns, convert, row, strict=True)
        }
        for row in rows
    ]


def execute(nodes: Nodes, name: str, statements: Sequence[Statement]) -> None:
    """Send the statements as one transaction. Raises Failed for the first that fails, StoreOutOfReach."""
    answer = nodes.ask(Request("POST", "/db/execute?transaction", _body(statements)))
    results = answer["results"]
    for position, result in enumerate(results):
        if "error" in result:
            raise _trouble(name, position, result["error"], statements[position].sql)


def _trouble(name: str, position: int, text: str, sql: str) -> Exception:
    if not any(sign in text for sign in _BROKEN_RULES) and any(sign in text for sign in _OUT_OF_ROOM):
        return StoreOutOfReach(
            N_("{store} can't read or write ({reason}). Ask who runs the cluster to look at the disks of its nodes."),
            store=name,
            reason=text,
        )
    return Failed(position, text, sql)


def _body(statements: Sequence[Statement]) -> bytes:
    for statement in statements:
        for value in statement.params.values():
            if isinstance(value, int) and not -_LARGEST_INTEGER - 1 <= value <= _LARGEST_INTEGER:
                raise BadInput(N_("A number is too large: the store keeps whole numbers up to 19 digits."))
    # A letter that isn't valid (half of a surrogate pair) is refused by encode(), as by SQLite; JSON's \\ud800 would be lost.
    asked = [
        [statement.sql, dict(statement.params)] if statement.params else [statement.sql] for statement in statements
    ]
    return json.dumps(asked, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _real(value: Any) -> Any:
    """JSON writes 1.0 as 1, and a column that is REAL may hold what SQLite couldn't convert."""
    return float(value) if isinstance(value, int) else value


def _bytes(value: Any) -> Any:
    return b64decode(value) if isinstance(value, str) else value


_FROM_JSON = {"real": _real, "blob": _bytes}
