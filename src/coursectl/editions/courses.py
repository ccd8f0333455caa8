"""Courses: what is held again and again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from coursectl.editions.looks import DEFAULT_DESIGN, check_design, tidy_colors
from coursectl.editions.pictures import picture_statements, read_picture
from coursectl.errors import N_, BadInput, NotFound, Refused
from coursectl.locale import Text
from coursectl.store import Act, Level, Row, Statement, Store, Value, as_json, insert, new_id, update
from coursectl.tables import clean

SERIAL_FIELDS = ("{course}", "{year}", "{edition}")
_SERIAL_NUMBER = re.compile(r"\{number(?::0?[1-9])?\}")  # {number:03} has three digits at least, {number} four
_RUN_TOGETHER = re.compile(r"\{edition\}[0-9]*\{number|\{number[^}]*\}[0-9]*\{edition\}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


class CourseExists(Refused):
    """The code is taken."""

    rule = "course_once"
    wording = N_("There is a course {code} already. Change it with: coursectl course edit {code}")


class CourseChanged(Refused):
    """Somebody changed the course between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{code} was changed by somebody else just now. Look at it, then type the command again.")


@dataclass(frozen=True)
class Course:
    """A course. `attendance_minimum` is the share of contact hours (0–1) that completion needs; an edition may differ.

    `design` and `colors`, by their role, are those of its certificates.
    """

    id: int
    code: str
    title: Text
    objectives: Text
    methodology: Text
    audience: Text
    first_year: int | None
    serial_pattern: str
    attendance_minimum: float
    crest: str | None
    editions: int
    design: str = DEFAULT_DESIGN
    colors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewCourse:
    """A course as somebody describes it. None means: not said; "" brings back what a new course has."""

    code: str
    title: Text | None = None
    objectives: Text | None = None
    methodology: Text | None = None
    audience: Text | None = None
    first_year: int | Literal[""] | None = None
    serial_pattern: str | None = None
    attendance_minimum: float | Literal[""] | None = None
    crest: str | None = None  # hash of a picture in the store
    design: str | None = None
    colors: Mapping[str, str] | None = None  # by role; "" takes one away


_TEXTS = ("title", "objectives", "methodology", "audience", "colors")  # colors are kept and merged as texts are
_EMPTY: dict[str, Any] = {
    "title": "{}",
    "objectives": "{}",
    "methodology": "{}",
    "audience": "{}",
    "first_year": None,
    "serial_pattern": "{course}-{year}-{number}",
    "attendance_minimum": 0.8,
    "crest": None,
    "design": DEFAULT_DESIGN,
    "colors": "{}",
}
_COURSES = (
    "SELECT id, code, title, objectives, methodology, audience, first_year, serial_pattern, attendance_minimum, crest, design, colors,"
    " (SELECT count(*) FROM edition WHERE course_id = course.id) AS editions FROM course"
)


def _course(row: Row) -> Course:
    return Course(**{**row, **{name: json.loads(row[name]) for name in _TEXTS}})


def list_courses(store: Store, *, level: Level = "weak") -> list[Course]:
    """All courses, by code."""
    return [_course(row) for row in store.read(_COURSES + " ORDER BY code", level=level)]


def find_course(store: Store, code: str, *, level: Level = "strong") -> Course | None:
    """The course with this code, in whatever case it is typed."""
    rows = store.read(_COURSES + " WHERE code = :code", {"code": code}, level=level)
    return _course(rows[0]) if rows else None


def get_course(store: Store, code: str | None = None, *, level: Level = "strong") -> Course:
    """The course with this code; without one, the only course; `weak` for listings. Raises NotFound."""
    if code is not None:
        if found := find_course(store, code, level=level):
            return found
        known = ", ".join(course.code for course in list_courses(store, level=level))
        if not known:
            raise NotFound(
                N_("There is no course {code}: the store has none yet. Add it with: coursectl course add"), code=code
            )
        raise NotFound(N_("There is no course {code}. There are: {known}."), code=code, known=known)
    courses = list_courses(store, level=level)
    if not courses:
        raise NotFound(N_("The store has no course yet. Add one with: coursectl course add CODE --title TITLE"))
    if len(courses) > 1:
        raise NotFound(N_("There are several courses ({known}). Say which."), known=", ".join(c.code for c in courses))
    return courses[0]


def course_statements(store: Store, wanted: NewCourse) -> tuple[int, list[Statement]]:
    """The id of the course and what brings it to what is wanted: a new row, the changes, or nothing.

    Raises BadInput for what no course can be.
    """
    _check(wanted)
    if wanted.colors is not None:
        wanted = replace(wanted, colors=tidy_colors(wanted.colors))
    existing = find_course(store, wanted.code)
    if existing is None:
        if not wanted.title:
            raise BadInput(N_("A course needs a title: --title TITLE"))
        course_id = new_id()
        row = {"id": course_id, "code": wanted.code, **_columns(wanted)}
        return course_id, insert("course", [row], refusals={"course_once": CourseExists(code=wanted.code)})
    old = _stored(existing)
    new = {name: value for name, value in _columns(wanted).items() if value != old[name]}
    return existing.id, update("course", existing.id, old, new, CourseChanged(code=existing.code)) if new else []


def add_course(store: Store, wanted: NewCourse, act: Act, crest: Path | None = None) -> Course:
    """Add a course, with the picture in the file `crest`. Raises CourseExists, BadInput."""
    if find_course(store, wanted.code):
        raise CourseExists(code=wanted.code)
    wanted, pictures = _with_crest(wanted, crest)
    course_id, statements = course_statements(store, wanted)
    store.apply(act.operation(f"course add {wanted.code}", [*pictures, *statements]))
    return _described(course_id, wanted, _EMPTY, 0) if act.dry_run else get_course(store, wanted.code)


def edit_course(store: Store, wanted: NewCourse, act: Act, crest: Path | None = None) -> tuple[Course, bool]:
    """Change what `wanted` says of the course and leave the rest. Returns the course and whether anything changed.

    Texts are merged by language: a new Spanish title leaves the English one. Raises NotFound, BadInput.
    """
    existing = get_course(store, wanted.code)
    wanted, pictures = _with_crest(wanted, crest)
    texts = {name: getattr(wanted, name) for name in _TEXTS}
    whole = {name: merged(getattr(existing, name), text) for name, text in texts.items() if text is not None}
    wanted = NewCourse(**{**wanted.__dict__, **whole, "code": existing.code})
    course_id, statements = course_statements(store, wanted)
    if not statements:
        return existing, False
    store.apply(act.operation(f"course edit {existing.code}", [*pictures, *statements]))
    if act.dry_run:
        return _described(course_id, wanted, _stored(existing), existing.editions), True
    return get_course(store, existing.code), True


def _with_crest(wanted: NewCourse, crest: Path | None) -> tuple[NewCourse, list[Statement]]:
    if crest is None:
        return wanted, []
    picture = read_picture(crest)
    return replace(wanted, crest=picture.hash), picture_statements(picture)


def merged(old: Text, new: Text) -> Text:
    """The texts of both, the new ones first; an empty one takes its language away."""
    return said_in({**old, **new})


def said_in(text: Text) -> dict[str, str]:
    """The text in the languages in which it says something, without what nobody sees."""
    cleaned = {language: clean(words) for language, words in text.items()}
    return {language: words for language, words in cleaned.items() if words}


def _described(course_id: int, wanted: NewCourse, row: Mapping[str, Any], editions: int) -> Course:
    """The course as it would be: for a dry run."""
    columns = {name: value for name, value in {**row, **_columns(wanted)}.items() if name in _EMPTY}
    return _course({"id": course_id, "code": wanted.code, **columns, "editions": editions})


def _columns(wanted: NewCourse) -> dict[str, Value]:
    said: Mapping[str, Any] = {
        name: value for name, value in wanted.__dict__.items() if value is not None and name != "code"
    }
    return {
        name: as_json(said_in(value)) if name in _TEXTS else _EMPTY[name] if value == "" else value
        for name, value in said.items()
    }


def _stored(course: Course) -> dict[str, Value]:
    return {name: as_json(value) if name in _TEXTS else value for name, value in course.__dict__.items()}


def _check(wanted: NewCourse) -> None:
    if not _CODE.fullmatch(wanted.code):
        raise BadInput(
            N_(
                "{code!r} can't be a course's code: a letter first, then letters, digits, - or _, 32 at most, like ICIM."
            ),
            code=wanted.code,
        )
    if wanted.title is not None and not said_in(wanted.title):
        raise BadInput(N_("A course needs a title: --title TITLE"))
    if wanted.serial_pattern:
        _check_pattern(wanted.serial_pattern)
    check_design(wanted.design)
    check_year(wanted.first_year)
    check_share(wanted.attendance_minimum)


def check_year(year: int | Literal[""] | None) -> None:
    """Raise BadInput where no course was, or will be planned, in such a year."""
    if isinstance(year, int) and not 1850 <= year <= 2200:
        raise BadInput(N_("{year} can't be the year of a course."), year=year)


def check_share(share: float | Literal[""] | None) -> None:
    """Raise BadInput where a share isn't between 0 and 1."""
    if isinstance(share, int | float) and not 0 <= share <= 1:
        raise BadInput(
            N_("An attendance minimum is a percentage from 0 to 100, not {value}."), value=f"{share * 100:g}"
        )


def _check_pattern(pattern: str) -> None:
    rest, numbers = _SERIAL_NUMBER.subn("", pattern)
    for name in SERIAL_FIELDS:
        rest = rest.replace(name, "")
    if numbers != 1 or not re.fullmatch(r"[A-Za-z0-9/._ -]*", rest):
        raise BadInput(
            N_(
                "{pattern!r} can't be a pattern of serial numbers: it needs {{number}} once, or {{number:03}} for three digits, may have {{course}}, {{year}} and {{edition}}, and otherwise letters, digits and / . _ -"
            ),
            pattern=pattern,
        )
    if _RUN_TOGETHER.search(pattern):  # 1 and 11 would be 11 and 1
        raise BadInput(
            N_(
                "{pattern!r} can't be a pattern of serial numbers: put something between {{edition}} and {{number}}, or numbers of two editions read alike."
            ),
            pattern=pattern,
        )
