"""Editions: one holding of a course, numbered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias

from coursectl.editions.courses import Course, get_course, merged
from coursectl.editions.looks import DEFAULT_DESIGN
from coursectl.editions.minimums import refuse_minimums_above
from coursectl.editions.wanted import COLUMNS, EMPTY, NewEdition, check, columns_of, tidy, year_of
from coursectl.errors import N_, BadInput, CourseError, NotFound, Refused, Usage
from coursectl.locale import Text
from coursectl.store import Act, Level, Row, Statement, Store, Value, as_json, expect_true, insert, new_id, update

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
        "{reference} can't have fewer seats than are taken ({taken}); {seats} was asked for. Withdraw somebody first, or give it more seats."
    )


class EditionClosed(Refused):
    """Outcomes are written: nobody can come or go any more, and what they rest on stays."""

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

    `title` is the edition's own title where it has one, else the course's. `nominations_by` is the last day of the call,
    `confirm_by` the last to confirm; `women_share` and `men_share` are target shares (0–1); `costs` says what the course
    covers, `contact` whom to ask; `auto_promote`: whether the next who waits gets a seat that falls free; `modality` is
    in_person, online or hybrid; `free_absences` is how many excused absences of each are taken out of what they are measured
    by, where the others count as absences; `design` and `colors`, by their role, are those of its certificates, the course's
    unless its own.
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
    nominations_by: str | None = None
    confirm_by: str | None = None
    women_share: float | None = None
    men_share: float | None = None
    costs: Text = field(default_factory=dict)
    contact: str | None = None
    auto_promote: bool = False
    modality: str = "in_person"
    free_absences: int | None = None
    design: str = DEFAULT_DESIGN
    colors: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> EditionRef:
        """Its reference."""
        return EditionRef(self.id, self.reference, self.course_id, self.course, self.number)


_EDITIONS = """
SELECT edition.id, course.code || '-' || edition.number AS reference, edition.number, course.code AS course, edition.course_id,
  CASE edition.title WHEN '{}' THEN course.title ELSE edition.title END AS title, edition.year, edition.place, edition.venue,
  edition.country, edition.start_date AS start, edition.end_date AS end, edition.time_zone, edition.seats, edition.waiting_list,
  edition.languages, coalesce(edition.attendance_minimum, course.attendance_minimum) AS attendance_minimum, edition.excused,
  edition.note, edition.closed_on, edition.nominations_by, edition.confirm_by, edition.women_share, edition.men_share,
  edition.costs, edition.contact, edition.auto_promote, edition.modality, edition.free_absences,
  coalesce(edition.design, course.design) AS design, json_patch(course.colors, edition.colors) AS colors
FROM edition JOIN course ON course.id = edition.course_id
"""
# What the outcomes of a closed edition and its certificates rest on.
_SETTLED = ("start_date", "end_date", "attendance_minimum", "excused", "free_absences")


def _edition(row: Row) -> Edition:
    read: dict[str, Any] = {
        "title": json.loads(row["title"]),
        "languages": tuple(json.loads(row["languages"])),
        "waiting_list": bool(row["waiting_list"]),
        "costs": json.loads(row["costs"]),
        "colors": json.loads(row["colors"]),
        "auto_promote": bool(row["auto_promote"]),
    }
    return Edition(**{**row, **read})


def list_editions(store: Store, course: str | None = None, *, level: Level = "weak") -> list[Edition]:
    """The editions of a course, or of all, by course and number."""
    rows = store.read(
        _EDITIONS + "WHERE :course IS NULL OR course.code = :course ORDER BY course.code, edition.number",
        {"course": course},
        level=level,
    )
    return [_edition(row) for row in rows]


def get_edition(store: Store, ref: EditionRef) -> Edition:
    """The edition behind a reference. Raises NotFound where it is gone."""
    rows = store.read(_EDITIONS + "WHERE edition.id = :id", {"id": ref.id}, level="strong")
    if not rows:
        raise NotFound(N_("There is no edition {reference} any more."), reference=ref.reference)
    return _edition(rows[0])


def get_edition_ref(
    store: Store, reference: str | None, in_use: str | None = None, *, level: Level = "weak"
) -> EditionRef:
    """The edition that a person means: `ICIM-37`, or `37` where one course exists or one is in use; `strong` before a write.

    Without a reference it is the one `in_use`, or the only one. Raises NotFound, BadInput for what is no reference, and
    Usage where nothing is named and several could be meant.
    """
    if reference is None and in_use is None:
        return _only_edition(store, level)
    course, number = _read_reference(store, in_use or "" if reference is None else reference, in_use, level)
    rows = store.read(
        _EDITIONS + "WHERE course.code = :course AND edition.number = :number",
        {"course": course, "number": number},
        level=level,
    )
    if rows:
        return _edition(rows[0]).ref
    get_course(store, course, level=level)  # says so, if it is the course that isn't there
    known = ", ".join(edition.reference for edition in list_editions(store, course, level=level))
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


def _read_reference(store: Store, reference: str, in_use: str | None, level: Level) -> tuple[str, int]:
    course, number = read_reference(reference)
    if course is None and in_use is not None:
        course = read_reference(in_use)[0]
    return course or get_course(store, level=level).code, number


def _only_edition(store: Store, level: Level) -> EditionRef:
    editions = list_editions(store, level=level)
    if not editions:
        raise NotFound(
            N_("The store has no edition yet. Add one with: coursectl edition add ICIM-37 --start DATE --end DATE")
        )
    if len(editions) > 1:
        raise Usage(
            N_("Which edition? Say -e {example}, or choose one for good: coursectl edition use {example}"),
            example=latest_edition(editions).reference,
        )
    return editions[0].ref


def latest_edition(editions: Sequence[Edition]) -> Edition:
    """The one that somebody who names none most likely means: the last by its days, where any have days."""
    own = [edition for edition in editions if edition.start] or editions
    return max(own, key=lambda edition: (edition.start or "", edition.year or 0, edition.number))


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

    Raises BadInput for what no edition can be. A closed edition keeps its dates and its rules of attendance.
    """
    reference = f"{course}-{wanted.number}"
    stored, columns = _planned(store, course_id, reference, wanted)
    if stored is None:
        made = new_id()
        row = {"id": made, "course_id": course_id, "number": wanted.number, **columns}
        return made, insert("edition", [row], refusals={"edition_once": EditionExists(reference=reference)})
    edition_id: int = stored["id"]
    new = {name: value for name, value in columns.items() if value != stored[name]}
    if not new:
        return edition_id, []
    ref = EditionRef(edition_id, reference, course_id, course, wanted.number)
    refusals: dict[str, CourseError] = {}
    if "seats" in new:
        refusals["seats_left"] = taken = _seats_taken(store, ref, wanted)
        seats = None if new["seats"] is None else int(new["seats"])
        if seats is not None and seats >= int(
            str(taken.facts["taken"])
        ):  # what is taken matters more, and is the store's rule
            quotas = store.read("SELECT * FROM quota WHERE edition_id = :id", {"id": edition_id}, level="strong")
            refuse_minimums_above(store, edition_id, reference, seats, quotas)
    changes = update("edition", edition_id, stored, new, EditionChanged(reference=reference), refusals)
    return edition_id, [*([open_edition_rule(ref)] if set(_SETTLED) & set(new) else []), *changes]


def _planned(store: Store, course_id: int, reference: str, wanted: NewEdition) -> tuple[Row | None, dict[str, Value]]:
    """The row as it is, if there is one, and the columns as they are wanted."""
    rows = store.read("SELECT * FROM edition WHERE course_id = :course AND number = :number",
                      {"course": course_id, "number": wanted.number}, level="strong")  # fmt: skip
    stored = rows[0] if rows else None
    columns = columns_of(tidy(wanted))
    check(wanted, {**EMPTY, **(stored or {}), **columns}, reference)
    if {"year", "start_date", "end_date"} & set(columns):
        columns["year"] = year_of({**EMPTY, **(stored or {}), **columns}, wanted, reference)
    return stored, columns


def _seats_taken(store: Store, ref: EditionRef, wanted: NewEdition) -> SeatsTaken:
    sql = "SELECT taken - extra AS taken FROM seat_count WHERE edition_id = :id AND kind = 'edition'"
    rows = store.read(sql, {"id": ref.id}, level="strong")
    return SeatsTaken(reference=ref.reference, seats=wanted.seats, taken=rows[0]["taken"] if rows else 0)


def add_edition(
    store: Store, course_code: str | None, wanted: NewEdition, act: Act, extra: Extra = _nothing
) -> Edition:
    """Add an edition; `extra` gives statements about it for the same batch. Raises EditionExists, BadInput, NotFound for the course."""
    course = get_course(store, course_code)
    reference = f"{course.code}-{wanted.number}"
    if any(edition.number == wanted.number for edition in list_editions(store, course.code, level="strong")):
        raise EditionExists(reference=reference)
    edition_id, statements = edition_statements(store, course.id, course.code, wanted)
    store.apply(act.operation(f"edition add {reference}", [*statements, *extra(edition_id)]))
    ref = EditionRef(edition_id, reference, course.id, course.code, wanted.number)
    return _described(store, ref, course, wanted) if act.dry_run else get_edition(store, ref)


def edit_edition(
    store: Store,
    ref: EditionRef,
    wanted: NewEdition,
    act: Act,
    extra: Extra = _nothing,
    rules: Sequence[Statement] = (),
) -> tuple[Edition, bool]:
    """Change what `wanted` says and leave the rest; `extra` statements go into the same batch, `rules` at its end.

    Titles are merged by language; the last one gone, the edition has the course's. Returns the edition and whether
    anything changed. Raises BadInput, SeatsTaken, EditionChanged, EditionClosed.
    """
    said = {name: text for name in _OWN_TEXTS if (text := getattr(wanted, name)) is not None}
    if said and (own := _own_texts(store, ref)):
        whole: dict[str, Any] = {name: merged(own[name], text) for name, text in said.items()}
        wanted = replace(wanted, **whole)
    _edition_id, statements = edition_statements(store, ref.course_id, ref.course, wanted)
    statements = [*statements, *extra(ref.id)]
    if statements:
        store.apply(act.operation(f"edition edit {ref.reference}", [*statements, *rules]))
    if statements and act.dry_run:
        return _described(store, ref, get_course(store, ref.course), wanted), True
    return get_edition(store, ref), bool(statements)


_OWN_TEXTS = ("title", "costs", "colors")  # which are merged by language, or by role


def _own_texts(store: Store, ref: EditionRef) -> dict[str, Text]:
    rows = store.read("SELECT title, costs, colors FROM edition WHERE id = :id", {"id": ref.id}, level="strong")
    return {name: json.loads(column) for name, column in rows[0].items()} if rows else {}


def _described(store: Store, ref: EditionRef, course: Course, wanted: NewEdition) -> Edition:
    """The edition as it would be: for a dry run."""
    stored, columns = _planned(store, course.id, ref.reference, wanted)
    row = {**EMPTY, **(stored or {}), **columns}
    if row["title"] == EMPTY["title"]:
        row["title"] = as_json(dict(course.title))
    if row["attendance_minimum"] is None:
        row["attendance_minimum"] = course.attendance_minimum
    row["design"] = row["design"] or course.design
    row["colors"] = as_json({**course.colors, **json.loads(row["colors"])})
    named = {field.name: COLUMNS.get(field.name, field.name) for field in fields(Edition)}
    return _edition({**ref.__dict__, **{name: row[column] for name, column in named.items() if column in EMPTY}})
