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
