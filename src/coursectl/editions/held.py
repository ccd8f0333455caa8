"""Editions: one holding of a course, numbered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from coursectl import locale
from coursectl.editions.courses import check_share, get_course
from coursectl.errors import N_, BadInput, CourseError, NotFound, Refused, Usage
from coursectl.locale import Text
from coursectl.store import Act, Row, Statement, Store, Value, as_json, expect_true, insert, new_id, update

_REFERENCE = re.compile(r"(?:(?P<course>.+?)[-\s/]?)??(?P<number>[0-9]{1,4})")


class EditionExists(Refused):
    """The course has an edition of this number."""

    rule = "edition_once"
    wording = N_("There is an edition {reference} already. Change it with: coursectl edition edit {reference}")


class EditionChanged(Refused):
    """Somebody changed the edition between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{reference} was changed by somebody else just now. Look at it, then type the command again.")


class SeatsTaken(Refused):
    """The new number of seats is below what is taken."""

    rule = "seats_left"
    wording = N_(
        "{reference} can't have {seats} seats: more are taken. Withdraw somebody first, or give it more seats."
    )


class EditionClosed(Refused):
    """Outcomes are written: nobody can come or go any more."""

    rule = "edition_open"
    wording = N_(
        "{reference} is closed. To change it, take the closing back: coursectl log, then coursectl undo with its number."
    )


@dataclass(frozen=True)
class EditionRef:
    """An edition by the name that people use: `ICIM-37`."""

    id: int
    reference: str
    course_id: int
    course: str
    number: int


@dataclass(frozen=True)
class Edition:
    """One holding of a course. Dates are ISO 8601; `attendance_minimum` is a share (0–1), the course's unless its own.

    `title` is the edition's own title where it has one, else the course's.
    """

    id: int
    reference: str
    number: int
    course: str
    course_id: int
    title: Text
    year: int | None
    place: str | None
    venue: str | None
    country: str | None
    start: str | None
    end: str | None
    time_zone: str
    seats: int | None
    waiting_list: bool
    languages: tuple[str, ...]
    attendance_minimum: float
    excused: str
    note: str | None
    closed_on: str | None

    @property
    def ref(self) -> EditionRef:
        """Its reference."""
        return EditionRef(self.id, self.reference, self.course_id, self.course, self.number)


@dataclass(frozen=True)
class NewEdition:
    """An edition as somebody describes it. None means: not said; "" clears."""

    number: int
    title: Text | None = None
    year: int | None = None
    place: str | None = None
    venue: str | None = None
    country: str | None = None
    start: str | None = None
    end: str | None = None
    time_zone: str | None = None
    seats: int | None = None
    waiting_list: bool | None = None
    languages: tuple[str, ...] | None = None
    attendance_minimum: float | None = None
    excused: str | None = None
    note: str | None = None


_EDITIONS = """
SELECT edition.id, course.code || '-' || edition.number AS reference, edition.number, course.code AS course, edition.course_id,
  CASE edition.title WHEN '{}' THEN course.title ELSE edition.title END AS title, edition.year, edition.place, edition.venue,
  edition.country, edition.start_date AS start, edition.end_date AS end, edition.time_zone, edition.seats, edition.waiting_list,
  edition.languages, coalesce(edition.attendance_minimum, course.attendance_minimum) AS attendance_minimum, edition.excused,
  edition.note, edition.closed_on
FROM edition JOIN course ON course.id = edition.course_id
"""
_COLUMNS = {"start": "start_date", "end": "end_date"}


def _edition(row: Row) -> Edition:
    read: dict[str, Any] = {
        "title": json.loads(row["title"]),
        "languages": tuple(json.loads(row["languages"])),
        "waiting_list": bool(row["waiting_list"]),
    }
    return Edition(**{**row, **read})


def list_editions(store: Store, course: str | None = None) -> list[Edition]:
    """The editions of a course, or of all, by course and number."""
    rows = store.read(
        _EDITIONS + "WHERE :course IS NULL OR course.code = :course ORDER BY course.code, edition.number",
        {"course": course},
    )
    return [_edition(row) for row in rows]


def get_edition(store: Store, ref: EditionRef) -> Edition:
    """The edition behind a reference. Raises NotFound where it is gone."""
    rows = store.read(_EDITIONS + "WHERE edition.id = :id", {"id": ref.id}, level="strong")
    if not rows:
        raise NotFound(N_("There is no edition {reference} any more."), reference=ref.reference)
    return _edition(rows[0])


def get_edition_ref(store: Store, reference: str | None, in_use: str | None = None) -> EditionRef:
    """The edition that a person means: `ICIM-37`, or `37` where one course exists or one is in use.

    Without a reference it is the one `in_use`, or the only one. Raises NotFound, BadInput for what is no reference, and
    Usage where nothing is named and several could be meant.
    """
    if reference is None and in_use is None:
        return _only_edition(store)
    course, number = _read_reference(store, reference or in_use or "", in_use)
    rows = store.read(
        _EDITIONS + "WHERE course.code = :course AND edition.number = :number", {"course": course, "number": number}
    )
    if rows:
        return _edition(rows[0]).ref
    get_course(store, course)  # says so, if it is the course that isn't there
    known = ", ".join(edition.reference for edition in list_editions(store, course))
    if not known:
        raise NotFound(
            N_("There is no edition {course}-{number}. Add it with: coursectl edition add {course}-{number}"),
            course=course,
            number=number,
        )
    raise NotFound(
        N_("There is no edition {course}-{number}. There are: {known}."), course=course, number=number, known=known
    )


def read_reference(reference: str) -> tuple[str | None, int]:
    """`ICIM-37` → ("ICIM", 37), `37` → (None, 37). Raises BadInput."""
    match = _REFERENCE.fullmatch(reference.strip())
    if not match:
        raise BadInput(N_("{reference!r} is no edition. Write it like ICIM-37, or 37."), reference=reference)
    return match["course"], int(match["number"])


def _read_reference(store: Store, reference: str, in_use: str | None) -> tuple[str, int]:
    course, number = read_reference(reference)
    if course is None and in_use is not None:
        course = read_reference(in_use)[0]
    return course or get_course(store).code, number


def _only_edition(store: Store) -> EditionRef:
    editions = list_editions(store)
    if not editions:
        raise NotFound(
            N_("The store has no edition yet. Add one with: coursectl edition add ICIM-37 --start DATE --end DATE")
        )
    if len(editions) > 1:
        raise Usage(
            N_("Which edition? Say -e {example}, or choose one for good: coursectl edition use {example}"),
            example=editions[-1].reference,
        )
    return editions[0].ref


Extra: TypeAlias = Callable[[int], Sequence[Statement]]


def _nothing(_edition_id: int) -> Sequence[Statement]:
    return ()


def open_edition_rule(ref: EditionRef) -> Statement:
    """The edition must not be closed when the batch is applied."""
    refusal = EditionClosed(reference=ref.reference)
    return expect_true(
        "SELECT closed_on IS NULL FROM edition WHERE id = :edition_id", {"edition_id": ref.id}, "edition_open", refusal
    )


def edition_statements(store: Store, course_id: int, course: str, wanted: NewEdition) -> tuple[int, list[Statement]]:
    """The id of the edition and what brings it to what is wanted: a new row, the changes, or nothing.

    Raises BadInput for what no edition can be.
    """
    reference = f"{course}-{wanted.number}"
    rows = store.read("SELECT * FROM edition WHERE course_id = :course AND number = :number",
                      {"course": course_id, "number": wanted.number}, level="strong")  # fmt: skip
    _check(wanted, rows[0] if rows else {}, reference)
    columns = _columns(wanted)
    if not rows:
        edition_id = new_id()
        if wanted.year is None and wanted.start:
            columns["year"] = int(wanted.start[:4])
        row = {"id": edition_id, "course_id": course_id, "number": wanted.number, **columns}
        return edition_id, insert("edition", [row], refusals={"edition_once": EditionExists(reference=reference)})
    old = rows[0]
    new = {name: value for name, value in columns.items() if value != old[name]}
    if not new:
        return old["id"], []
    refusals: dict[str, CourseError] = {"seats_left": SeatsTaken(reference=reference, seats=wanted.seats)}
    return old["id"], update("edition", old["id"], old, new, EditionChanged(reference=reference), refusals)


def add_edition(
    store: Store, course_code: str | None, wanted: NewEdition, act: Act, extra: Extra = _nothing
) -> Edition:
    """Add an edition; `extra` gives statements about it for the same batch. Raises EditionExists, BadInput, NotFound for the course."""
    course = get_course(store, course_code)
    reference = f"{course.code}-{wanted.number}"
    if any(edition.number == wanted.number for edition in list_editions(store, course.code)):
        raise EditionExists(reference=reference)
    edition_id, statements = edition_statements(store, course.id, course.code, wanted)
    store.apply(act.operation(f"edition add {reference}", [*statements, *extra(edition_id)]))
    ref = EditionRef(edition_id, reference, course.id, course.code, wanted.number)
    return _described(ref, wanted, course.title, course.attendance_minimum) if act.dry_run else get_edition(store, ref)


def edit_edition(
    store: Store, ref: EditionRef, wanted: NewEdition, act: Act, extra: Extra = _nothing
) -> tuple[Edition, bool]:
    """Change what `wanted` says and leave the rest; `extra` statements go into the same batch.

    Returns the edition and whether anything changed. Raises BadInput, SeatsTaken, EditionChanged.
    """
    _edition_id, statements = edition_statements(store, ref.course_id, ref.course, wanted)
    statements = [*statements, *extra(ref.id)]
    if statements:
        store.apply(act.operation(f"edition edit {ref.reference}", statements))
    return get_edition(store, ref), bool(statements)


def _described(ref: EditionRef, wanted: NewEdition, title: Text, minimum: float) -> Edition:
    """The edition as it would be: for a dry run."""
    return Edition(
        ref.id, ref.reference, ref.number, ref.course, ref.course_id, wanted.title or title,
        wanted.year or (int(wanted.start[:4]) if wanted.start else None), wanted.place, wanted.venue, wanted.country,
        wanted.start, wanted.end, wanted.time_zone or "UTC", wanted.seats, bool(wanted.waiting_list), wanted.languages or (),
        wanted.attendance_minimum if wanted.attendance_minimum is not None else minimum, wanted.excused or "absent",
        wanted.note, None,
    )  # fmt: skip


def _columns(wanted: NewEdition) -> dict[str, Value]:
    columns: dict[str, Value] = {}
    for name, value in wanted.__dict__.items():
        if name == "number" or value is None:
            continue
        if isinstance(value, tuple):
            value = list(value)
        if isinstance(value, bool):
            value = int(value)
        stored: Value = as_json(value) if isinstance(value, dict | list) else value
        columns[_COLUMNS.get(name, name)] = None if stored == "" else stored
    if wanted.time_zone == "":
        columns["time_zone"] = "UTC"
    return columns


def _check(wanted: NewEdition, stored: Row, reference: str) -> None:
    """What no edition can be, said before the store says it less well."""
    if wanted.number < 1:
        raise BadInput(N_("An edition's number is 1 or more, not {number}."), number=wanted.number)
    start, end = (_date(said if said is not None else stored.get(column))
                  for said, column in ((wanted.start, "start_date"), (wanted.end, "end_date")))  # fmt: skip
    if start and end and end < start:
        raise BadInput(
            N_("{reference} can't end on {end}, before it starts on {start}."),
            reference=reference,
            start=start,
            end=end,
        )
    if wanted.country and not locale.is_country(wanted.country):
        raise BadInput(
            N_("No country is called {country!r}. Use its two-letter code, or its name."), country=wanted.country
        )
    if wanted.seats is not None and wanted.seats < 0:
        raise BadInput(N_("The number of seats is 0 or more, not {seats}."), seats=wanted.seats)
    if wanted.excused is not None and wanted.excused not in ("absent", "present", "exempt"):
        raise BadInput(
            N_("Excused absences count as one of: absent, present, exempt; not {value!r}."), value=wanted.excused
        )
    for tag in wanted.languages or ():
        if not locale.is_language(tag):
            raise BadInput(N_("{tag!r} is no language. Use tags like es, pt, fr, en."), tag=tag)
    check_share(wanted.attendance_minimum)
    if wanted.time_zone:
        _check_time_zone(wanted.time_zone)


def _date(words: str | None) -> date | None:
    return locale.parse_date(words) if words else None


def _check_time_zone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        pass
    except KeyError:
        pass
    else:
        return
    raise BadInput(
        N_("{name!r} is no time zone. Use a name like America/Argentina/Buenos_Aires or Europe/Paris."), name=name
    )
