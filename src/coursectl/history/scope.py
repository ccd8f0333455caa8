"""Which editions a question is about."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import editions
from coursectl.editions import EditionRef
from coursectl.store import Level, Params, Store

TRAINEE = "('accepted', 'confirmed', 'completed', 'not_completed')"
"""The statuses of trainees, for SQL."""

IN_SCOPE = """
scope AS (
  SELECT edition.id, course.code || '-' || edition.number AS reference, edition.number, edition.year, edition.course_id,
    course.code AS course
  FROM edition JOIN course ON course.id = edition.course_id
  WHERE (:course_id IS NULL OR edition.course_id = :course_id) AND (:number IS NULL OR edition.number <= :number)
)
"""
"""The editions in a scope, as a named query; its parameters are `Scope.params`."""

MERGED = """
merged (person_id, one_id) AS MATERIALIZED (SELECT id, merged_into FROM person WHERE merged_into IS NOT NULL)
"""
"""Who was merged into whom, as a named query. They are few, so to join them to all enrollments costs next to nothing; with the
view `canonical` everybody would be looked up among all people."""

COUNTED = f"""
{MERGED},
counted AS (
  SELECT edition_id, count(DISTINCT coalesce(one_id, person_id)) AS trainees,
    count(DISTINCT iif(status = 'completed', coalesce(one_id, person_id), NULL)) AS completed, count(DISTINCT country) AS countries
  FROM enrollment NOT INDEXED LEFT JOIN merged USING (person_id) WHERE status IN {TRAINEE} GROUP BY edition_id
)
"""
"""The trainees of each edition that has any, those who completed, and the countries. NOT INDEXED: one look at the whole table is
several times faster than one through the index by edition, which leads to rows all over the file."""


@dataclass(frozen=True)
class Scope:
    """The editions of one course, or of all (None), up to the edition `through` and with it, by number; None: to the last."""

    course_id: int | None = None
    course: str | None = None
    through: EditionRef | None = None

    @property
    def params(self) -> Params:
        """What IN_SCOPE asks for."""
        return {"course_id": self.course_id, "number": self.through.number if self.through else None}

    @property
    def whole(self) -> Scope:
        """The same course without an end."""
        return Scope(self.course_id, self.course)


def get_scope(
    store: Store, course: str | None = None, through: EditionRef | None = None, *, level: Level = "weak"
) -> Scope:
    """The editions up to `through`, or of the course, or of the only course, or of all. Raises NotFound for the course."""
    if through is not None:
        return Scope(through.course_id, through.course, through)
    if course is not None:
        found = editions.get_course(store, course, level=level)
        return Scope(found.id, found.code)
    courses = editions.list_courses(store, level=level)
    return Scope(courses[0].id, courses[0].code) if len(courses) == 1 else Scope()
