"""The store that several offices share: a cluster of rqlite nodes (https://rqlite.io), which is SQLite behind Raft.

The same SQL, the same triggers, the same batches. A batch is one request with `transaction`, which the cluster applies
whole or not at all. Where an answer is lost, the same batch is sent again, to another node: `op.id` makes that harmless.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursectl.errors import N_, CourseError, Refused, leave_word
from coursectl.store import migrations, parts
from coursectl.store.address import Address
from coursectl.store.asking import Failed, execute, query
from coursectl.store.contract import (
    IS_THERE,
    Applied,
    Engine,
    Level,
    Operation,
    Params,
    ReadOnlyStore,
    Row,
    Statement,
    StoreOutOfReach,
    batch,
    broken_rule,
    number_of,
    refusal,
    told_before,
)
from coursectl.store.nodes import Nodes, Request, Unanswered

_NOT_THERE = "no such table: migration"
OLDEST_SQLITE = (3, 40, 0)
LARGEST_LOAD = 250_000_000
"""Bytes that several nodes take at once: 0.2 GB took 13 s, at 1 GB the leader lost its followers (rqlite 8.26, measured)."""
_LOOKS = 3
_CATCHES_UP_WITHIN = 5.0  # seconds for a node that goes through what it missed, or takes in another file
_NOT_YET = (
    "no such table",
    "no such column",
)  # a node that was away goes through all that was, one thing after the other
_BEHIND = N_(
    "The node of {store} that answered is far behind the others: it doesn't have the tables yet. Type the command again in a moment, or without --stale."
)
_OFFICE_GONE = N_(
    "{store} didn't answer in time ({reason}), and whether it was written isn't known. Before you type it again, look whether operation {number} is there: coursectl log"
)


@dataclass(frozen=True)
class ClusterNode:
    """One node as the cluster itself tells of it."""

    id: str
    address: str
    voter: bool
    reachable: bool
    leader: bool


class RqliteStore:
    """A cluster of rqlite nodes, version 8 or newer, started with `-fk`; others are refused when it is opened."""

    engine: Engine = "rqlite"

    def __init__(self, address: Address, *, read_only: bool = False, stale: bool = False) -> None:
        """The store that the cluster at `address` holds.

        `stale`: listings may come from any node, even one that is cut off. Raises StoreOutOfReach where no node
        answers, where the cluster holds no store yet, and where its schema isn't this program's.
        """
        self.name = _name(address)
        self._address = address
        self._read_only = read_only
        self.stale = stale
        self.written = 0
        self._nodes = Nodes(address, self.name)
        try:
            self._check_schema()
        except BaseException:
            self._nodes.close()
            raise

    @classmethod
    def create(cls, address: Address, now: str) -> RqliteStore:
        """Make the tables of a new store in an empty cluster. Raises Refused where it holds something already."""
        name = _name(address)
        with closing(Nodes(address, name)) as nodes:
            if not _is_empty(nodes, name):
                raise Refused(N_("{store} is there already; nothing was changed."), store=name)
            try:
                execute(nodes, name, [Statement(sql) for sql in _schema(now)])
            except Failed as failed:  # another office made it between the look and the write
                raise Refused(N_("{store} is there already; nothing was changed."), store=name) from failed
        return cls(address)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return self._read_only

    def read(self, sql: str, params: Params | None = None, *, level: Level = "weak") -> list[Row]:
        if self.stale and level == "weak":
            level = "none"
        deadline = time.monotonic() + _CATCHES_UP_WITHIN
        while True:
            try:
                return query(self._nodes, self.name, sql, params or {}, level)
            except Failed as failed:
                if level == "strong" or not any(sign in failed.text for sign in _NOT_YET):
                    raise
                if level == "none" and time.monotonic() >= deadline:
                    raise StoreOutOfReach(_BEHIND, store=self.name) from failed
            if level == "none":
                time.sleep(0.1)
            else:  # a leader that was just started answers before it has gone through its own log; strong waits for that
                level = "strong"

    def apply(self, operation: Operation) -> Applied:
        if self._read_only:
            raise ReadOnlyStore(store=self.name)
        if sum(parts.weigh(statement) for statement in operation.statements) <= self._address.request:
            rule = self._send(operation, batch(operation), "op_once")
            self.written += rule is None
            return Applied(operation.id, dry_run=rule == "dry_run", repeated=rule == "op_once")
        return self._apply_in_parts(operation)

    def copy_to(self, path: Path) -> None:
        from coursectl.store.connecting import make_plain

        with path.open("xb") as file:
            self._nodes.ask(Request("GET", "/db/backup?noleader" if self.stale else "/db/backup", into=file))
        make_plain(path)

    def replace_with(self, path: Path, *, first: Callable[[], object] = lambda: None) -> None:
        if self._read_only:
            raise ReadOnlyStore(store=self.name)
        first()
        load(self._address, path)

    def refuse_unless_may_load(self) -> None:
        """Raises StoreOutOfReach where the user may not put a store in the place of this one."""
        self._nodes.refuse_unless_may_load()

    def migrate(self, now: str, folder: Path = migrations.FOLDER) -> tuple[str, ...]:
        """Bring the cluster's schema up to this program's, all at once. Returns the names of the steps that it took.

        Every office needs the new program afterwards, so nobody's first command does this by itself.
        """
        from coursectl.store import schema

        has = self._has()
        steps = [step for step in migrations.load(folder) if step.number > has]
        if steps:
            triggers = self.read("SELECT name FROM sqlite_master WHERE type = 'trigger'", level="strong")
            drops = [f"DROP TRIGGER {row['name']}" for row in triggers]
            statements = [*drops, *schema.steps_sql(steps, now), *schema.trigger_sql(folder)]
            try:
                execute(self._nodes, self.name, [Statement(sql) for sql in statements])
            except Failed:
                if self._has() < steps[-1].number:
                    raise
                return ()  # another office has just done it
        return tuple(step.name for step in steps)

    def nodes(self) -> list[ClusterNode]:
        """The nodes of the cluster and which of them can be reached, as one of them sees it."""
        found: dict[str, dict[str, Any]] = {}
        for _try in range(
            _LOOKS
        ):  # a node that was started again is asked over its old connections first, which are dead
            found = self._nodes.ask(Request("GET", "/nodes?nonvoters&timeout=2s"))
            if all(node.get("reachable") for node in found.values()):
                break
        return [
            ClusterNode(name, node.get("api_addr", ""), bool(node.get("voter")), bool(node.get("reachable")), bool(node.get("leader")))
            for name, node in sorted(found.items())
        ]  # fmt: skip

    def close(self) -> None:
        self._nodes.close()

    def _has(self) -> int:
        found: int = self.read("SELECT coalesce(max(number), 0) AS n FROM migration", level="strong")[0]["n"]
        return found

    def _check_schema(self) -> None:
        try:
            rows = self.read(f"SELECT coalesce(max(number), 0) AS n, {_ABOUT_NODE} FROM migration")
        except Failed as failed:
            if failed.text != _NOT_THERE:
                raise
            raise StoreOutOfReach(
                N_(
                    "{store} holds no store yet. Make one with: coursectl init, or move one in: coursectl store copy FILE URL"
                ),
                store=self.name,
            ) from None
        _refuse_unfit(self.name, rows[0])
        self.schema: int = rows[0]["n"]
        known = migrations.newest()
        if self.schema > known:
            raise StoreOutOfReach(
                N_(
                    "{store} was written by a newer coursectl (its schema is {has}, this program knows {known}). "
                    "Install the newer version: pip install -U coursectl"
                ),
                store=self.name,
                has=self.schema,
                known=known,
            )

    def _send(self, operation: Operation, statements: Sequence[Statement], once: str) -> str | None:
        """Send a batch; the rule that ends it without being a refusal, or None when all of it went through."""
        if self.schema < migrations.newest():
            raise StoreOutOfReach(
                N_(
                    "{store} was made by an older coursectl (its schema is {has}, this program's {known}); it can be read, not written. When all offices have the new version: coursectl store migrate"
                ),
                store=self.name,
                has=self.schema,
                known=migrations.newest(),
            )
        rule = None
        try:
            try:
                execute(self._nodes, self.name, statements)
            except Failed as failed:
                rule = broken_rule(failed.text, statements[failed.position])
                if rule != "dry_run" and (failed.position or rule != once):
                    raise refusal(statements[failed.position], rule) from failed
            if rule == "op_once":
                told_before(operation, self.read(IS_THERE, {"id": operation.id}, level="strong")[0])
        except Unanswered as unanswered:
            if unanswered.sure and rule is None:
                raise
            if operation.dry_run:
                raise Unanswered(sure=True, **unanswered.facts) from unanswered
            number = number_of(operation.id)
            raise Unanswered(_OFFICE_GONE, sure=False, number=number, **unanswered.facts) from unanswered
        return rule

    def _apply_in_parts(self, operation: Operation) -> Applied:
        limit = self._address.request
        pieces = parts.cut(operation.statements, limit)
        size = sum(parts.weigh(statement) for statement in operation.statements)
        told = {"store": self.name, "parts": len(pieces), "size": f"{size / 1e6:.2g}", "limit": f"{limit / 1e6:.2g}"}
        if operation.dry_run:
            raise parts.TooLargeToTry(**told)
        if not operation.in_parts:
            raise parts.TooLarge(**told)
        for number, piece in enumerate(pieces, 1):
            opening = number == 1
            statements = (
                batch(operation, parts.first(operation, len(pieces), piece))
                if opening
                else parts.numbered(operation, number, len(pieces), piece)
            )
            try:
                self._send(operation, statements, "op_once" if opening else "op_part_once")
            except CourseError as error:
                if opening:
                    raise
                raise parts.stopped(error, operation, number - 1, len(pieces)) from error
            except BaseException as error:
                leave_word(error, parts.stopped(error, operation, number - 1, len(pieces)))
                raise
        self.written += 1
        return Applied(operation.id, parts=len(pieces))


def load(address: Address, path: Path) -> None:
    """Put the plain SQLite file at `path` in the place of all that the cluster holds.

    One node alone takes a file of any size as its beginning; several take it as one entry of their log, which a large one
    would choke. Raises StoreOutOfReach, Refused where it is too large for the nodes that there are.
    """
    with closing(Nodes(address, _name(address))) as nodes:
        alone = len(nodes.ask(Request("GET", "/nodes?nonvoters&timeout=2s"))) == 1
        size = path.stat().st_size
        if not alone and size > LARGEST_LOAD:
            raise Refused(
                N_(
                    "{store} has several nodes, which take {limit} MB at once, not {size} MB; nothing was changed. Start one node alone, copy the store into that one, then let the others join it."
                ),
                store=_name(address),
                limit=LARGEST_LOAD // 1_000_000,
                size=size // 1_000_000,
            )
        answer = nodes.ask(Request("POST", "/boot" if alone else "/db/load", path))
    for result in answer.get("results", []):
        if "error" in result:
            raise StoreOutOfReach(
                N_("{store} doesn't take the file {file}: {reason}."),
                store=_name(address),
                file=str(path),
                reason=result["error"],
            )


def is_empty(address: Address) -> bool:
    """Whether the cluster holds no tables at all. Raises StoreOutOfReach."""
    name = _name(address)
    with closing(Nodes(address, name)) as nodes:
        return _is_empty(nodes, name)


_ABOUT_NODE = "(SELECT foreign_keys FROM pragma_foreign_keys) AS foreign_keys, sqlite_version() AS sqlite"


def _is_empty(nodes: Nodes, name: str) -> bool:
    sql = f"SELECT count(*) AS n, {_ABOUT_NODE} FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
    (row,) = query(nodes, name, sql, {}, "strong")
    _refuse_unfit(name, row)
    return not row["n"]


def _refuse_unfit(name: str, row: Row) -> None:
    """Nodes that don't keep references, or have too old a SQLite, would take writes that a file refuses."""
    if not row["foreign_keys"]:
        raise StoreOutOfReach(
            N_(
                "The nodes of {store} run without -fk, so nothing there keeps references whole. Ask who runs the cluster to start every node with: rqlited -fk …"
            ),
            store=name,
        )
    if tuple(map(int, row["sqlite"].split("."))) < OLDEST_SQLITE:
        raise StoreOutOfReach(
            N_(
                "The nodes of {store} have SQLite {has}, and {needed} is needed. Ask who runs the cluster to start them with rqlite 8 or newer: rqlited -fk …"
            ),
            store=name,
            has=row["sqlite"],
            needed=".".join(map(str, OLDEST_SQLITE)),
        )


def _schema(now: str) -> list[str]:
    from coursectl.store import schema

    return [*schema.steps_sql(migrations.load(), now), *schema.trigger_sql()]


def _name(address: Address) -> str:
    scheme = "rqlites" if address.tls else "rqlite"
    user = f"{address.user}@" if address.user else ""
    return f"{scheme}://{user}{','.join(str(node) for node in address.nodes)}"
