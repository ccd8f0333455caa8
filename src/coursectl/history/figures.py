"""Published figures: what somebody said, with the words, the source and the qualifier. Owns the table published_figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from coursectl import locale
from coursectl.errors import N_, Ambiguous, BadInput, NotFound, Refused, untranslated
from coursectl.history.scope import Scope
from coursectl.store import Act, Row, Statement, Store, expect_changed, insert, new_ids
from coursectl.tables import clean

MEASURES = ("participants", "participant_countries", "experts", "expert_countries", "trained_so_far")
"""What is counted. `trained_so_far` is cumulative over editions; the others are of one edition."""
QUALIFIERS = ("exact", "about", "nearly", "more_than", "at_least")
STAGES = ("announced", "attended", "certified")
INCLUDES = ("yes", "no", "unknown")

TEXTS = ("who", "words", "said_by", "publisher", "source", "note")
_PLAUSIBLE_YEARS = range(1800, 2201)
_LARGEST = 8_000_000_000  # nobody has trained more people than there are


class BadFigure(BadInput):
    """A figure that can't be kept: the clause that faults of a file also use, as a sentence."""

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        said = super().sentence(translate)
        return f"{said[:1].upper()}{said[1:]}."


class FigureKnown(Refused):
    """The same figure of the same publisher is there."""

    rule = "published_figure_once"
    wording = N_("One of these figures was added by somebody else just now. Look at them: coursectl history figures")


class FigureGone(Refused):
    """Somebody retracted it between the reading and the writing."""

    rule = "figure_there"
    wording = N_("The figure {number} was retracted by somebody else just now; nothing was changed.")


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that somebody published. `edition` is None for one about a course in a year; dates are ISO 8601."""

    id: int
    course: str
    edition: str | None
    year: int | None
    measure: str
    value: int
    qualifier: str
    who: str | None
    stage: str | None
    includes_edition: str
    words: str | None
    said_by: str | None
    publisher: str | None
    said_on: str | None
    source: str | None
    note: str | None

    @property
    def number(self) -> str:
        """The last digits of its id: what people type."""
        return str(self.id)[-6:]

    @property
    def citation(self) -> str:
        """Who said it, the publisher, when, and where: `IOM, 2015 (news note of the day after the opening)`."""
        when = self.said_on or (None if self.year is None else str(self.year))
        cited = ", ".join(filter(None, (self.said_by, self.publisher, when, self.source)))
        return f"{cited} ({self.note})" if self.note else cited


@dataclass(frozen=True)
class NewFigure:
    """A figure as somebody describes it. `year` None: the edition's; `includes_edition` None: yes, unless cumulative."""

    measure: str
    value: int
    edition_id: int | None = None
    year: int | None = None
    qualifier: str = "exact"
    who: str | None = None
    stage: str | None = None
    includes_edition: str | None = None
    words: str | None = None
    said_by: str | None = None
    publisher: str | None = None
    said_on: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class KnownEdition:
    """An edition that figures can be about: in the store, or made in the same batch."""

    id: int
    year: int | None


_FIGURES = """
SELECT figure.id, course.code AS course, course.code || '-' || edition.number AS edition, figure.year, measure, value, qualifier,
  who, stage, includes_edition, words, said_by, publisher, said_on, source, figure.note
FROM published_figure AS figure JOIN course ON course.id = figure.course_id LEFT JOIN edition ON edition.id = figure.edition_id
"""
_ORDER = """
ORDER BY course.code, coalesce(figure.year, edition.year), edition.number,
  instr('participants participant_countries experts expert_countries trained_so_far', measure), figure.id
"""


def list_figures(
    store: Store, scope: Scope | None = None, *, edition_id: int | None = None, measure: str | None = None
) -> list[PublishedFigure]:
    """The figures of a course (or all), or of one edition, or of one measure; by course, year and edition."""
    rows = store.read(
        f"{_FIGURES} WHERE (:course_id IS NULL OR figure.course_id = :course_id)"
        f" AND (:edition_id IS NULL OR figure.edition_id = :edition_id) AND (:measure IS NULL OR measure = :measure) {_ORDER}",
        {"course_id": scope.course_id if scope else None, "edition_id": edition_id, "measure": measure},
    )
    return [_figure(row) for row in rows]


def get_figure(store: Store, number: str) -> PublishedFigure:
    """The figure with this number: all digits of its id, or the last ones.

    Raises NotFound, Ambiguous where the digits end several numbers, BadInput where they are no digits.
    """
    digits = number.strip()
    if not re.fullmatch(r"[0-9]+", digits):
        raise BadInput(
            N_("{number!r} is no figure's number. See the numbers with: coursectl history figures"), number=number
        )
    rows = store.read(
        f"{_FIGURES} WHERE substr(CAST(figure.id AS TEXT), -length(:digits)) = :digits {_ORDER}",
        {"digits": digits},
        level="strong",
    )
    if not rows:
        raise NotFound(
            N_("No figure has the number {number}. See the numbers with: coursectl history figures"), number=digits
        )
    if len(rows) > 1:
        raise Ambiguous(name=digits, choices=", ".join(str(row["id"]) for row in rows))
    return _figure(rows[0])


def _figure(row: Row) -> PublishedFigure:
    return PublishedFigure(**row)


def add_figure(store: Store, scope: Scope, new: NewFigure, act: Act) -> tuple[PublishedFigure, bool]:
    """Add a figure about the edition that `scope` ends with, or about its course in `new.year`.

    Returns it as it is (or would be) in the store, and whether it is new: the same figure twice changes nothing. Raises
    BadFigure, NotFound where the scope has no single course.
    """
    if scope.course_id is None or scope.course is None:
        raise NotFound(N_("A figure belongs to a course: name the edition with -e, or the course with --course."))
    new = _tidied(_placed(store, scope, new))
    _refuse_faults(new)
    known = _known_figures(store, scope.course_id)
    if (key := _key(new)) in known:
        return get_figure(store, str(known[key])), False
    ids, statements = figures_statements(store, scope.course_id, [new])
    place = scope.through.reference if scope.through else scope.course
    store.apply(act.operation(f"history figures add {place}", statements))
    if act.dry_run:
        said = {name: value for name, value in _row(new).items() if name != "edition_id"}
        edition = scope.through.reference if scope.through else None
        return PublishedFigure(id=ids[0], course=scope.course, edition=edition, **said), True
    return get_figure(store, str(ids[0])), True


def retract_figure(store: Store, number: str, act: Act) -> PublishedFigure:
    """Take a figure out of the history; `undo` brings it back. Raises NotFound, Ambiguous, FigureGone."""
    figure = get_figure(store, number)
    statements = [
        Statement("DELETE FROM published_figure WHERE id = :id", {"id": figure.id}),
        expect_changed("figure_there", FigureGone(number=figure.number)),
    ]
    store.apply(act.operation(f"history figures retract {figure.edition or figure.course}", statements))
    return figure


def figures_statements(store: Store, course_id: int, figures: Sequence[NewFigure]) -> tuple[list[int], list[Statement]]:
    """The ids of those figures that the store doesn't have yet, and the one statement that adds them.

    The editions may be made in the same batch. Raises BadFigure.
    """
    fresh: dict[tuple[object, ...], NewFigure] = {}
    known = _known_figures(store, course_id)
    for figure in map(_tidied, figures):
        _refuse_faults(figure)
        if (key := _key(figure)) not in known:
            fresh.setdefault(key, figure)
    ids = new_ids(len(fresh))
    rows = [
        {"id": figure_id, "course_id": course_id, **_row(figure)}
        for figure_id, figure in zip(ids, fresh.values(), strict=True)
    ]
    return ids, insert(
        "published_figure", rows, rule="published_figure_once", refusals={"published_figure_once": FigureKnown()}
    )


_KEY = ("edition_id", "year", "measure", "who", "stage", "publisher", "value", "qualifier")


def _known_figures(store: Store, course_id: int) -> dict[tuple[object, ...], int]:
    """The figures of a course by what makes them the same: the columns of the index published_figure_once."""
    sql = f"SELECT id, {', '.join(_KEY)} FROM published_figure WHERE course_id = :course_id"
    rows = store.read(sql, {"course_id": course_id}, level="strong")
    return {tuple(row[name] for name in _KEY): row["id"] for row in rows}


def _key(figure: NewFigure) -> tuple[object, ...]:
    return tuple(getattr(figure, name) for name in _KEY)


def _row(figure: NewFigure) -> dict[str, Any]:
    by_default = "unknown" if figure.measure == "trained_so_far" else "yes"
    said_on = locale.parse_date(figure.said_on).isoformat() if figure.said_on else None
    return asdict(figure) | {"includes_edition": figure.includes_edition or by_default, "said_on": said_on}


def _tidied(figure: NewFigure) -> NewFigure:
    """The figure with its texts on one line each, and what is blank as not said: equal figures must be equal."""
    told: dict[str, Any] = {name: clean(getattr(figure, name) or "") or None for name in TEXTS}
    told |= {name: getattr(figure, name) or None for name in ("stage", "includes_edition", "said_on")}
    return replace(figure, qualifier=figure.qualifier or "exact", **told)


def _placed(store: Store, scope: Scope, new: NewFigure) -> NewFigure:
    """The figure with its edition, and the edition's year where none is said."""
    if scope.through is None:
        return replace(new, edition_id=None)
    place = known_editions(store, scope)[scope.through.number]
    return replace(new, edition_id=place.id, year=new.year if new.year is not None else place.year)


def known_editions(store: Store, scope: Scope) -> dict[int, KnownEdition]:
    """The editions of the scope's course by number."""
    sql = "SELECT number, id, year FROM edition WHERE course_id = :course_id"
    rows = store.read(sql, {"course_id": scope.course_id}, level="strong")
    return {row["number"]: KnownEdition(row["id"], row["year"]) for row in rows}


# What can be wrong --------------------------------------------------------------------------------------------------------

_Problem = tuple[str | None, str, dict[str, object]]


def problems(figure: NewFigure) -> Iterator[_Problem]:
    """What keeps a figure from being kept: the field, the clause that says so, and its facts."""
    if not figure.measure:
        yield "measure", N_("a figure needs a measure; use one of: {allowed}"), {"allowed": ", ".join(MEASURES)}
    if figure.value < 0:
        yield "value", N_("a figure can't be below zero: {value}"), {"value": figure.value}
    if figure.value > _LARGEST:
        yield "value", N_("nobody can have counted so many: {value}"), {"value": figure.value}
    for field, allowed in (
        ("measure", MEASURES),
        ("qualifier", QUALIFIERS),
        ("stage", STAGES),
        ("includes_edition", INCLUDES),
    ):
        said = getattr(figure, field)
        if said and said not in allowed:
            yield field, N_("{value!r} is no {field}; use one of: {allowed}"), {
                "value": said, "field": field, "allowed": ", ".join(allowed)}  # fmt: skip
    if figure.edition_id is None and figure.year is None:
        yield "year", N_("a figure about no edition needs the year that it is about"), {}
    if figure.year is not None and figure.year not in _PLAUSIBLE_YEARS:
        yield "year", N_("{value} can't be the year of a figure"), {"value": figure.year}
    if figure.said_on:
        yield from _date_problem(figure.said_on)
    if not (figure.said_by or figure.publisher or figure.source):
        yield None, N_("a figure needs a source: who said it, who published it, or where it stands (said_by, publisher or source)"), {}  # fmt: skip


def _date_problem(said_on: str) -> Iterator[_Problem]:
    try:
        locale.parse_date(said_on)
    except BadInput:
        yield "said_on", N_("{value!r} is no date; write it as year-month-day, like 2015-03-09"), {"value": said_on}


def _refuse_faults(figure: NewFigure) -> None:
    for _field, reason, facts in problems(figure):
        raise BadFigure(reason, **facts)
