"""The numbered migrations, in order. They are appended, never edited: a store in the field has run them as they were."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Migration:
    """One step of the schema: plain SQL statements that both engines run alike."""

    number: int
    name: str
    statements: tuple[str, ...]


def split(script: str) -> tuple[str, ...]:
    """The statements of a script, cut where SQLite itself says that one is complete."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    return tuple(statements)


def load(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations of a folder: `0001_first.sql`, `0002_….sql`, and so on."""
    return tuple(
        Migration(int(path.stem[:4]), path.stem[5:], split(path.read_text(encoding="utf-8"))) for path in _files(folder)
    )


def newest(folder: Path = FOLDER) -> int:
    """The number of the last migration, without reading any."""
    return int(_files(folder)[-1].stem[:4])


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
