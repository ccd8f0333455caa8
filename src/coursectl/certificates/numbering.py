"""The numbers of the register: which series one counts in and how it is written, both found where it is written.

Two offices that issue at once can't find the same number, and a pattern that somebody changes in the same moment is
followed: the course's pattern is read by the very statement that numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coursectl.editions import EditionRef
from coursectl.errors import CourseError
from coursectl.store import Operation, Params, Statement, Store, Value, as_json

IN_ORDER = "length(certificate.series), certificate.series, certificate.n"
"""The order of a course's register: by year, then what counts over the course, then by edition, 9 before 10."""

# A pattern with {year} counts per year, one with {edition} but no {year} per edition, and one with neither over all of the
# course. A pattern that is changed and changed back goes on where it was: numbers count in a series, not in a pattern.
_NUMBERED = """
WITH
  pattern (code, text, series, width) AS (
    SELECT code, serial_pattern,
      CASE WHEN instr(serial_pattern, '{year}') THEN CAST(:year AS TEXT)
        WHEN instr(serial_pattern, '{edition}') THEN 'edition-' || :number ELSE 'course' END,
      CASE WHEN instr(serial_pattern, '{number:')
        THEN CAST(substr(serial_pattern, instr(serial_pattern, '{number:') + length('{number:'), 2) AS INTEGER) ELSE 4 END
    FROM course WHERE id = :course_id
  ),
  last (n) AS (SELECT coalesce(max(n), 0) FROM certificate WHERE course_id = :course_id AND series = (SELECT series FROM pattern)),
  wanted (id, person_id, replaces, duplicate, provisional, n) AS (
    SELECT value ->> '$.id', value ->> '$.person_id', value ->> '$.replaces', coalesce(value ->> '$.duplicate', 0),
      coalesce(value ->> '$.provisional', 0), (SELECT n FROM last) + row_number() OVER (ORDER BY key)
    FROM json_each(:rows)
  )
SELECT wanted.id, :course_id AS course_id, :edition_id AS edition_id, person_id, :kind AS kind, :year AS year, series, n,
  replace(replace(replace(replace(replace(replace(text, '{course}', code), '{year}', :year), '{edition}', :number),
    '{number}', printf('%0*d', width, n)), '{number:' || width || '}', printf('%0*d', width, n)),
    '{number:0' || width || '}', printf('%0*d', width, n)) AS serial,
  :issued_on AS issued_on, replaces, duplicate, provisional
FROM wanted JOIN pattern ORDER BY n
"""
_COLUMNS = (
    "id, course_id, edition_id, person_id, kind, year, series, n, serial, issued_on, replaces, duplicate, provisional"
)


def numbered(edition: EditionRef, kind: str, issued_on: str, rows: Sequence[Mapping[str, Value]]) -> Params:
    """What numbers these certificates, in this order. A row has `id`, `person_id` and, where they are so, `replaces`, `duplicate`, `provisional`."""
    return {
        "course_id": edition.course_id,
        "edition_id": edition.id,
        "number": edition.number,
        "kind": kind,
        "year": int(issued_on[:4]),
        "issued_on": issued_on,
        "rows": as_json(list(rows)),
    }


def entries(wanted: Params, op_id: int, refusals: Mapping[str, CourseError]) -> Statement:
    """Their insertion into the register by the operation, with the next numbers of their series."""
    return Statement(
        f"INSERT INTO certificate ({_COLUMNS}, op_id) SELECT numbered.*, :op_id FROM ({_NUMBERED}) AS numbered",
        {**wanted, "op_id": op_id},
        rule="serial_once",
        refusals=refusals,
    )


def serials(store: Store, operation: Operation, wanted: Params) -> list[str]:
    """The numbers that the operation gave, in order; those that it would give, where it was a dry run."""
    if operation.dry_run:
        rows = store.read(_NUMBERED, wanted)
    else:
        rows = store.read(
            "SELECT serial FROM certificate WHERE op_id = :op ORDER BY n", {"op": operation.id}, level="strong"
        )
    return [row["serial"] for row in rows]
