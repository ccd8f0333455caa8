"""A program taken over from an earlier edition, on other days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coursectl.editions import EditionRef
from coursectl.store import Row, Statement, Store, insert, new_id

_SATURDAY = 5


@dataclass(frozen=True)
class CopiedProgram:
    """What a copied program has, and what writes it. `days` are the dates of its sessions, one each."""

    modules: int
    topics: int
    days: tuple[str, ...]
    statements: tuple[Statement, ...]

    @property
    def on_weekends(self) -> int:
        """How many sessions fall on a Saturday or Sunday."""
        return sum(date.fromisoformat(day).weekday() >= _SATURDAY for day in self.days)


def copy_program(store: Store, source: EditionRef, edition_id: int, later: timedelta) -> CopiedProgram:
    """The modules, topics and sessions of an edition for another one that has none yet, each session so much `later`.

    Cancelled sessions stay behind, and so does who taught: experts are invited anew.
    """
    modules = _rows(store, "SELECT * FROM module WHERE edition_id = :edition ORDER BY number", source)
    covered = _rows(store, "SELECT * FROM edition_topic WHERE edition_id = :edition ORDER BY id", source)
    sessions = _rows(
        store, "SELECT * FROM session WHERE edition_id = :edition AND cancelled = 0 ORDER BY number", source
    )
    of_sessions = _rows(
        store,
        "SELECT session_topic.* FROM session_topic JOIN session ON session.id = session_id"
        " WHERE edition_id = :edition AND cancelled = 0 ORDER BY session_topic.id",
        source,
    )
    new_modules = {row["id"]: new_id() for row in modules}
    new_sessions = {row["id"]: new_id() for row in sessions}
    days = [(date.fromisoformat(row["date"]) + later).isoformat() for row in sessions]
    statements = [
        *insert("module", [row | {"id": new_modules[row["id"]], "edition_id": edition_id} for row in modules]),
        *insert("edition_topic", [row | {"id": new_id(), "edition_id": edition_id} for row in covered]),
        *insert("session", [_session(row, edition_id, new_modules, new_sessions, day) for row, day in zip(sessions, days, strict=True)]),
        *insert("session_topic", [row | {"id": new_id(), "session_id": new_sessions[row["session_id"]]} for row in of_sessions]),
    ]  # fmt: skip
    topics = {row["topic_id"] for row in (*covered, *of_sessions)}
    return CopiedProgram(len(modules), len(topics), tuple(days), tuple(statements))


def _rows(store: Store, sql: str, source: EditionRef) -> Sequence[Row]:
    return store.read(sql, {"edition": source.id}, level="strong")


def _session(row: Row, edition_id: int, modules: dict[int, int], sessions: dict[int, int], day: str) -> Row:
    kept = {name: value for name, value in row.items() if name != "minutes"}  # which the store works out
    return kept | {
        "id": sessions[row["id"]],
        "edition_id": edition_id,
        "module_id": modules.get(row["module_id"]),
        "date": day,
    }
