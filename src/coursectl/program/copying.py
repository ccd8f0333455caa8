"""A program taken over from an earlier edition, on other days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coursectl.editions import EditionRef
from coursectl.store import Row, Statement, Store, insert, new_id

_SATURDAY = 5


@dataclass(frozen=True)
class Weekend:
    """A session on a Saturday or Sunday: its number and its date."""

    number: int
    date: str


@dataclass(frozen=True)
class CopiedProgram:
    """What a copied program has, and what writes it. `days` are the dates of its sessions by number, `counting` how many count.

    `kept`: whether the edition had modules or topics already.
    """

    modules: int
    topics: int
    days: Mapping[int, str]
    counting: int
    statements: tuple[Statement, ...]
    kept: tuple[str, ...] = ()

    @property
    def on_weekends(self) -> tuple[Weekend, ...]:
        """The sessions that fall on a Saturday or Sunday, by number."""
        return tuple(
            Weekend(number, day) for number, day in self.days.items() if date.fromisoformat(day).weekday() >= _SATURDAY
        )


def copy_program(store: Store, source: EditionRef, edition_id: int, later: timedelta) -> CopiedProgram:
    """The modules, topics and sessions of an edition for another one that has no session yet, each session so much `later`.

    Cancelled sessions stay behind, and so does who taught: experts are invited anew. Modules and topics that the other one has
    stay as they are; a session goes into its module of the same number.
    """
    of_source = _rows(store, _MODULES, source.id)
    of_sessions = _rows(
        store,
        "SELECT session_topic.* FROM session_topic JOIN session ON session.id = session_id"
        " WHERE edition_id = :edition AND cancelled = 0 ORDER BY session_topic.id",
        source.id,
    )
    sessions = _rows(
        store, "SELECT * FROM session WHERE edition_id = :edition AND cancelled = 0 ORDER BY number", source.id
    )
    there = {row["number"]: row["id"] for row in _rows(store, _MODULES, edition_id)}
    covered_there = {row["topic_id"] for row in _rows(store, _TOPICS, edition_id)}
    modules = [row for row in of_source if row["number"] not in there]
    covered = [row for row in _rows(store, _TOPICS, source.id) if row["topic_id"] not in covered_there]
    new_modules = {row["id"]: there.get(row["number"]) or new_id() for row in of_source}
    new_sessions = {row["id"]: new_id() for row in sessions}
    days = [(date.fromisoformat(row["date"]) + later).isoformat() for row in sessions]
    statements = [
        *insert("module", [row | {"id": new_modules[row["id"]], "edition_id": edition_id} for row in modules]),
        *insert("edition_topic", [row | {"id": new_id(), "edition_id": edition_id} for row in covered]),
        *insert("session", [_session(row, edition_id, new_modules, new_sessions, day) for row, day in zip(sessions, days, strict=True)]),
        *insert("session_topic", [row | {"id": new_id(), "session_id": new_sessions[row["session_id"]]} for row in of_sessions]),
    ]  # fmt: skip
    topics = {row["topic_id"] for row in (*covered, *of_sessions)}
    counting = sum(bool(row["counts"]) for row in sessions)
    kept = [name for name, had in (("modules", there), ("topics", covered_there)) if had]
    return CopiedProgram(
        len(modules),
        len(topics),
        {row["number"]: day for row, day in zip(sessions, days, strict=True)},
        counting,
        tuple(statements),
        tuple(kept),
    )


_MODULES = "SELECT * FROM module WHERE edition_id = :edition ORDER BY number"
_TOPICS = "SELECT * FROM edition_topic WHERE edition_id = :edition ORDER BY id"


def _rows(store: Store, sql: str, edition_id: int) -> Sequence[Row]:
    return store.read(sql, {"edition": edition_id}, level="strong")


def _session(row: Row, edition_id: int, modules: dict[int, int], sessions: dict[int, int], day: str) -> Row:
    kept = {name: value for name, value in row.items() if name != "minutes"}  # which the store works out
    return kept | {
        "id": sessions[row["id"]],
        "edition_id": edition_id,
        "module_id": modules.get(row["module_id"]),
        "date": day,
    }
