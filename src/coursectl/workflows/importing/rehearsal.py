"""What is wrong in all files of a folder, without what is wrong in one only because of another.

A file with faults is tried again without its bad rows, so that the files after it can be looked at; what they say of rows
that were left out is no fault of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from coursectl import enrollment, locale
from coursectl.attendance import sheets, slots
from coursectl.errors import BadTable, CourseError, Fault
from coursectl.program import session_file
from coursectl.tables import Column, Table, read_table, write_csv_file
from coursectl.workflows.importing.lists import EXPERT_COLUMNS, TOPIC_COLUMNS

_COURSE = "course.toml"
_COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "topics.csv": TOPIC_COLUMNS,
    "experts.csv": EXPERT_COLUMNS,
    "sessions.csv": session_file.COLUMNS,
    "roster.csv": enrollment.COLUMNS,
}
# What names a row of these files elsewhere, and the column of sessions.csv that does.
_NAMED_BY = {"topics.csv": ("code", "topics"), "experts.csv": ("name", "experts")}


def without_bad_rows(path: Path, error: CourseError, scratch: Path) -> Path | None:
    """A file like `path` without the rows that `error` is about; None where that can't be made, or serves nothing."""
    if not isinstance(error, BadTable) or path.name not in _COLUMNS:
        return None
    table = read_table(path, _COLUMNS[path.name], faults=[])
    bad = {fault.row for fault in error.faults}
    rows = [list(table.cells(row).values()) for row in table.rows if row.number not in bad]
    rest = scratch / path.name
    write_csv_file(rest, [*table.headers.values(), *table.unknown], rows)
    return rest


class Found:
    """The errors of a rehearsal, by file and in its order."""

    def __init__(self) -> None:
        self.errors: list[CourseError] = []
        self._lost: dict[str, frozenset[str] | None] = {}

    def add(self, path: Path, error: CourseError) -> None:
        """Note what is wrong with a file, unless it is another's fault."""
        own = self._own(path, error)
        if own is not None and own.args not in [other.args for other in self.errors]:
            self.errors.append(own)
        self._lost[path.name] = _lost_names(path, error)

    def _own(self, path: Path, error: CourseError) -> CourseError | None:
        if path.name == "attendance.csv" and self._lost.keys() & {_COURSE, "sessions.csv", "roster.csv"}:
            return _table_error(path, [*_torn(error), *unread_marks(path)]) if isinstance(error, BadTable) else error
        if path.name == "sessions.csv" and isinstance(error, BadTable):
            fields = {
                header: name for name, header in read_table(path, session_file.COLUMNS, faults=[]).headers.items()
            }
            return _table_error(path, [one for one in error.faults if not self._caused(one, fields)])
        return error

    def _caused(self, fault: Fault, fields: Mapping[str, str]) -> bool:
        """Whether a fault of the program only says that a row of another file was left out."""
        field = fields.get(fault.column or "", "")
        if field in ("chairs", "module", "day") and _COURSE in self._lost:
            return True
        words = set(locale.fold(fault.value).split())
        for file, (_name, by) in _NAMED_BY.items():
            if field == by and file in self._lost:
                lost = self._lost[file]
                return lost is None or any(words <= set(one.split()) for one in lost)
        return False


def _lost_names(path: Path, error: CourseError) -> frozenset[str] | None:
    """What the bad rows of a file are called; None where it is lost as a whole."""
    if not isinstance(error, BadTable) or path.name not in _NAMED_BY:
        return None
    bad = {fault.row for fault in error.faults}
    table = read_table(path, _COLUMNS[path.name], faults=[])
    name = _NAMED_BY[path.name][0]
    return frozenset(locale.fold(row.values[name]) for row in table.rows if row.number in bad)


def _torn(error: BadTable) -> Iterator[Fault]:
    return (fault for fault in error.faults if fault.column is None and fault.value)


def _table_error(path: Path, faults: list[Fault]) -> BadTable | None:
    return BadTable(path.name, sorted(faults, key=lambda one: one.row or 0)) if faults else None


def unread_marks(path: Path) -> Iterator[Fault]:
    """The cells of an attendance sheet that are no marks, whoever and whatever they are about."""
    table = read_table(path, sheets.COLUMNS, faults=[])
    for row in table.rows:
        for header, words, minutes in _marks(table)(row.values, row.extra):
            mark = sheets.read_mark(words, minutes) if words else None
            if isinstance(mark, tuple):
                yield Fault(row.number, header, words, mark[0], tuple(mark[1].items()))


_Cells = Iterator[tuple[str, str, str]]


def _marks(table: Table) -> Callable[[Mapping[str, str], Mapping[str, str]], _Cells]:
    def in_list(values: Mapping[str, str], _extra: Mapping[str, str]) -> _Cells:
        yield table.headers["mark"], values["mark"], values["minutes"]

    def in_matrix(_values: Mapping[str, str], extra: Mapping[str, str]) -> _Cells:
        yield from ((header, words, "") for header, words in extra.items() if slots.read_slot(header))

    return in_list if "mark" in table.headers else in_matrix
