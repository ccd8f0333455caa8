"""Marks from files: signed sheets typed off as a matrix, and lists with one mark a row. All or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl.attendance.marking import EVERY_STATUS, marks_statements, read_duration, spread
from coursectl.attendance.rates import LATE, Mark
from coursectl.attendance.slots import Slot, Timetable, read_half, read_slot
from coursectl.editions import EditionRef
from coursectl.enrollment import NUMBER, WHO, Enrollment, column, list_roster, row_finder
from coursectl.errors import N_, BadInput, BadTable, CourseError, Fault
from coursectl.locale import is_whole_number, read_word
from coursectl.program import Session
from coursectl.store import Act, Store
from coursectl.tables import Row, Table, read_table

COLUMNS = (
    *WHO,
    column("session", "Sesión|Sessão|Séance|Session number|N.º de sesión"),
    column("day", "Día|Dia|Jour|Date|Fecha|Data"),
    column("half", "Half-day|Turno|Media jornada|Meio período|Demi-journée"),
    column("mark", "Marca|Marque|Attendance|Asistencia|Presença|Présence"),
    column("minutes", "Minutos|Minutes late|minutes_late|Minutos de retraso|Minutos de atraso|Minutes de retard|Min."),
)

_TIMED = re.compile(r"(?P<word>[^\d:]+?)\s*:?\s*(?P<minutes>\d.*)")

_NO_MARK = N_(
    "no mark; write P present, A absent, E or J excused, or L with the minutes late like L10; or leave it empty"
)
_NO_MINUTES = N_("how late? write the minutes with it, like L10")
_ONLY_LATE = N_("only who was late has minutes")
_TOO_LATE = N_("{minutes} minutes late is all of the {length}; who misses all of it is absent")

Reason = tuple[str, Mapping[str, object]]
"""An untranslated wording and its facts."""


@dataclass(frozen=True)
class ImportedMarks:
    """What came of a file: how many people and marks it has, how many marks were new or changed, what columns say nothing."""

    edition: str
    people: int
    marks: int
    changed: int
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    """A mark as the file has it, before anybody knows whose it is."""

    row: Row
    column: str
    value: str
    sessions: tuple[Session, ...]
    mark: Mark


def import_marks(
    store: Store, edition: EditionRef, path: Path, act: Act, *, mapping: Mapping[str, str] | None = None
) -> ImportedMarks:
    """Read marks from a file and write them: a matrix of people by half-days, days or sessions, or a list of marks.

    Importing a file again changes nothing and leaves no operation. Raises BadTable with every fault, NotFound or BadInput
    for the file, EditionClosed.
    """
    faults: list[Fault] = []
    table = _read(path, mapping, faults)
    timetable = Timetable(store, edition)
    if "mark" in table.headers:
        entries, ignored = list(_list_entries(table, timetable, faults)), table.unknown
    else:
        entries, ignored = _matrix_entries(table, timetable, faults)
    people = _people(table, list_roster(store, edition, EVERY_STATUS, level="strong"), entries, faults)
    wanted = _wanted(entries, people, faults)
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    statements, changed = marks_statements(store, edition, wanted)
    if statements:
        store.apply(act.operation(f"attend import {edition.reference}", statements))
    return ImportedMarks(edition.reference, len({who for who, _ in wanted}), len(wanted), changed, ignored)


def read_mark(words: str, minutes: str = "") -> Mark | Reason:
    """The mark that a cell means (`P`, `falta`, `L10`, `T 10 min`), or why it means none; `minutes` from a column of its own."""
    word, timed = read_word("attendance", words), minutes
    if word is None and (match := _TIMED.fullmatch(words.strip())):
        word, timed = read_word("attendance", match["word"]), match["minutes"]
    late = read_duration(timed) if timed else 0
    if word is None or late is None:
        return _NO_MARK if word is None else _NO_MINUTES, {}
    if word != LATE:
        return (_ONLY_LATE, {}) if late else Mark(word)
    return Mark(LATE, late) if late else (_NO_MINUTES, {})


def _read(path: Path, mapping: Mapping[str, str] | None, faults: list[Fault]) -> Table:
    """The table; a matrix may name its people by nothing but their numbers, which is one header of ours only."""
    try:
        return read_table(path, COLUMNS, mapping, faults)
    except BadInput as error:
        try:
            table = read_table(path, (NUMBER,), mapping, faults)
        except BadInput:
            raise error from None
        if not any(map(read_slot, table.unknown)):
            raise
        return table


def _matrix_entries(table: Table, timetable: Timetable, faults: list[Fault]) -> tuple[list[_Entry], tuple[str, ...]]:
    """The marks of a matrix, whose columns are slots; and the columns that are none."""
    slots = {header: slot for header in table.unknown if (slot := read_slot(header))}
    if not slots:
        raise BadInput(
            N_(
                "{file} has no column of marks: headers like D1 am, D1 pm, D1 or S12, or a column {columns} with one mark a row."
            ),
            file=str(table.path),
            columns="mark",
        )
    columns = {}
    for header, slot in slots.items():
        filled = [row for row in table.rows if row.extra[header]]
        if not filled:
            continue
        found = _sessions(timetable, slot)
        if isinstance(found, tuple):
            columns[header] = found
        else:
            faults.append(_fault(filled[0], header, "", found.wording, found.facts))
    entries = [
        entry
        for row in table.rows
        for header, sessions in columns.items()
        if (entry := _entry(row, header, row.extra[header], "", sessions, faults))
    ]
    return entries, tuple(header for header in table.unknown if header not in slots)


def _list_entries(table: Table, timetable: Timetable, faults: list[Fault]) -> Iterator[_Entry]:
    """The marks of a list: each row says who, when, and what."""
    for row in table.rows:
        if not row.values["mark"]:
            continue
        column, slot = _row_slot(row)
        if slot is None:
            reason = N_(
                "no session or day; write a session's number, or a working day like 3 or 2015-03-11 with am or pm"
            )
            faults.append(_fault(row, table.headers.get(column, column), row.values[column], reason, {}))
            continue
        found = _sessions(timetable, slot)
        if not isinstance(found, tuple):
            faults.append(_fault(row, table.headers.get(column, column), "", found.wording, found.facts))
            continue
        header = table.headers["mark"]
        if entry := _entry(row, header, row.values["mark"], row.values["minutes"], found, faults):
            yield entry


def _row_slot(row: Row) -> tuple[str, Slot | None]:
    """The field that says when, and what it says."""
    session, day, half = (row.values[name] for name in ("session", "day", "half"))
    if session:
        return "session", Slot(session=int(session)) if is_whole_number(session) else read_slot(session)
    slot = Slot(day=str(int(day))) if is_whole_number(day) else read_slot(day)
    if slot is None or not half:
        return "day", slot
    known = read_half(half)
    return "half", Slot(day=slot.day, half=known) if known and slot.half in (None, known) else None


def _sessions(timetable: Timetable, slot: Slot) -> tuple[Session, ...] | CourseError:
    try:
        return timetable.sessions(slot)
    except CourseError as error:
        return error


def _entry(
    row: Row, column: str, cell: str, minutes: str, sessions: tuple[Session, ...], faults: list[Fault]
) -> _Entry | None:
    """The mark of a cell; None where it is empty, or means none, which is a fault."""
    if not cell:
        return None
    mark = read_mark(cell, minutes)
    if isinstance(mark, tuple):
        faults.append(_fault(row, column, cell, *mark))
        return None
    length = sum(session.minutes for session in sessions)
    if mark.minutes_late >= length:
        faults.append(_fault(row, column, cell, _TOO_LATE, {"minutes": mark.minutes_late, "length": length}))
        return None
    return _Entry(row, column, cell, sessions, mark)


def _people(
    table: Table, roster: Sequence[Enrollment], entries: Iterable[_Entry], faults: list[Fault]
) -> dict[int, Enrollment]:
    """Who each row with marks is about, by the row's number. A row that fits nobody, or several, is a fault."""
    find = row_finder(table, roster, N_("whose marks? a number, an e-mail or a name is missing"))
    people = {}
    for row in {entry.row.number: entry.row for entry in entries}.values():
        found = find(row)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            people[row.number] = found
    return people


def _wanted(
    entries: Iterable[_Entry], people: Mapping[int, Enrollment], faults: list[Fault]
) -> dict[tuple[int, int], Mark]:
    """The marks by enrollment and session. Two that contradict each other are a fault."""
    wanted: dict[tuple[int, int], Mark] = {}
    places: dict[tuple[int, int], _Entry] = {}
    for entry in entries:
        enrolled = people.get(entry.row.number)
        if enrolled is None:
            continue
        for session, mark in zip(entry.sessions, spread(entry.mark, entry.sessions), strict=True):
            key = (enrolled.id, session.id)
            if wanted.setdefault(key, mark) == mark:
                places.setdefault(key, entry)
                continue
            other = places[key]
            reason = N_('contradicts row {row}, "{column}", for session {session}')
            facts = {"row": other.row.number, "column": other.column, "session": session.number}
            faults.append(_fault(entry.row, entry.column, entry.value, reason, facts))
            break
    return wanted


def _fault(row: Row, column: str, value: str, reason: str, facts: Mapping[str, object]) -> Fault:
    return Fault(row.number, column, value, reason, tuple(facts.items()))
