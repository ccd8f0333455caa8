"""The manifest of an export: its schema, its tables with their columns, counts and hashes, and where their numbers go on.

One that comes from elsewhere is taken only where its tables and columns are those that a store of its schema has.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursectl.errors import N_, BadInput
from coursectl.store import migrations
from coursectl.store.exchange.files import own, private
from coursectl.store.exchange.tables import columns_of, empty
from coursectl.store.schema import TABLES
from coursectl.store.trouble import written_by_newer

FORMAT = "coursectl-export"
VERSION = 1
MANIFEST = "manifest.json"

_TELLING = ("op", "audit", "migration")  # tables that nobody's folder of a course has files of
_LARGEST = 1_000_000  # bytes; a real one has some ten thousand
_LARGEST_SEQUENCE = 2**62  # what is above it leaves SQLite no numbers to go on with


@dataclass(frozen=True)
class Table:
    """A table as the manifest has it."""

    name: str
    rows: int
    sha256: str
    columns: dict[str, str]

    @property
    def file(self) -> str:
        """Its name in the export's folder."""
        return f"{self.name}.jsonl"


@dataclass(frozen=True)
class Manifest:
    """What belongs to an export. `sequences` are the last numbers that were given, by table."""

    schema: int
    tables: tuple[Table, ...]
    sequences: dict[str, int]


def is_export(folder: Path) -> bool:
    """Whether the folder says of itself that it is an export, or holds what an export without its manifest does.

    A manifest that is there and can't be read counts as an export's: whoever reads it says why.
    """
    try:
        with own(folder / MANIFEST) as file:
            if FORMAT.encode() in file.read(_LARGEST):
                return True
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError:
        return True
    return all((folder / f"{name}.jsonl").is_file() for name in _TELLING)


def write_manifest(folder: Path, manifest: Manifest, now: str, program: str) -> None:
    """Write it into the folder; `now` and `program` are for whoever reads it later."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "schema": manifest.schema,
        "made_at": now,
        "program": program,
        "tables": [
            {"name": one.name, "file": one.file, "rows": one.rows, "sha256": one.sha256, "columns": one.columns}
            for one in manifest.tables
        ],
        "sequences": manifest.sequences,
    }
    with private(folder / MANIFEST) as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The folder's manifest. Raises NotFound, BadInput for another file, StoreOutOfReach for that of a newer program."""
    path = folder / MANIFEST
    try:
        with own(path) as file:
            read = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        raise BadInput(_WITHOUT, folder=str(folder), path=str(path)) from None
    except OSError as error:
        raise BadInput(_UNREADABLE, folder=str(folder), path=str(path), reason=error.strerror or "") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(_NO_MANIFEST, path=str(path)) from error
    try:
        return _compared(read, path)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadInput(_NO_MANIFEST, path=str(path)) from error


_WITHOUT = N_(
    "{folder} looks like an export, but its manifest {path} is missing. Copy the whole folder again, or make the export again: coursectl store export"
)
_UNREADABLE = N_(
    "{folder} looks like an export, but its manifest {path} can't be read: {reason}. Copy the whole folder again, or make the export again: coursectl store export"
)
_NO_MANIFEST = N_(
    "{path} isn't the manifest of an export, or was changed. Make the export again: coursectl store export"
)


def _compared(read: Any, path: Path) -> Manifest:
    """The manifest, where it says what a store of its schema has. Raises ValueError and its like, StoreOutOfReach."""
    if read["format"] != FORMAT or type(read["schema"]) is not int:
        raise ValueError
    if read["version"] != VERSION or read["schema"] > migrations.newest():
        raise written_by_newer(str(path), read["schema"], migrations.newest())
    tables = tuple(
        Table(str(one["name"]), int(one["rows"]), str(one["sha256"]), dict(one["columns"])) for one in read["tables"]
    )
    sequences = {str(name): int(seq) for name, seq in read["sequences"].items()}
    files = [one["file"] for one in read["tables"]]
    with closing(empty(":memory:", read["schema"])) as connection:
        ours = {name: columns_of(connection, name) for (name,) in connection.execute(TABLES).fetchall()}
    if {table.name: table.columns for table in tables} != ours or len(tables) != len(ours):
        raise ValueError
    if files != [table.file for table in tables] or not set(sequences) <= {"audit"}:
        raise ValueError
    if not all(0 <= seq < _LARGEST_SEQUENCE for seq in sequences.values()):
        raise ValueError
    return Manifest(read["schema"], tables, sequences)
