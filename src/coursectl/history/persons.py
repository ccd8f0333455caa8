"""What a person has done over all editions, and their certificates. Whoever was merged into them is them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from coursectl import attendance
from coursectl.enrollment import FURTHEST
from coursectl.history.scope import TRAINEE
from coursectl.people import Person, get_person
from coursectl.store import Params, Row, Store


@dataclass(frozen=True)
class Part:
    """What a person was in an edition: `trainee`, `enrollment` (nominated, withdrawn, …), `expert`, `signatory`, or the role in
    a session. `status` is the enrollment's, `country` the one represented there. `rate` is the share of the contact hours that
    were attended, 0 to 1; None where nothing was recorded. `places` are more than one where a merge has brought them together:
    they are one part, that of the furthest status, with the marks of all.
    """

    edition: str
    role: str
    status: str | None
    country: str | None
    rate: float | None = None
    places: int = 1


@dataclass(frozen=True)
class Held:
    """A certificate of the person, as the register has it. `issued_on` is a date, ISO 8601."""

    serial: str
    kind: str
    edition: str
    state: str
    issued_on: str


@dataclass(frozen=True)
class PersonRecord(Person):
    """A person with their editions, the first held first, and their certificates, the first issued first."""

    editions: tuple[Part, ...]
    certificates: tuple[Held, ...]


_PERSONS = "SELECT id FROM person WHERE id = :person OR merged_into = :person"
_PARTS = f"""
SELECT code || '-' || number AS edition, edition.id AS edition_id, role, status, part.country, part.enrollment_id
FROM (
  SELECT edition_id, CASE WHEN status IN {TRAINEE} THEN 'trainee' ELSE 'enrollment' END AS role, status, country, 1 AS place, id AS enrollment_id
  FROM enrollment WHERE person_id IN ({_PERSONS})
  UNION
  SELECT edition_id, 'expert', NULL, country, 2, NULL FROM expert WHERE person_id IN ({_PERSONS})
  UNION
  SELECT session.edition_id, role, NULL, NULL, 3, NULL
  FROM session_person JOIN session ON session.id = session_id
  WHERE person_id IN ({_PERSONS}) AND role <> 'expert' AND NOT cancelled
  UNION
  SELECT edition_id, 'signatory', NULL, NULL, 4, NULL FROM signatory WHERE person_id IN ({_PERSONS})
) AS part
JOIN edition ON edition.id = part.edition_id JOIN course ON course.id = course_id
ORDER BY code, number, part.place, role, status, part.country, part.enrollment_id
"""
_CERTIFICATES = f"""
SELECT serial, kind, code || '-' || number AS edition, state, issued_on
FROM certificate JOIN certificate_state ON certificate_id = certificate.id
JOIN edition ON edition.id = certificate.edition_id JOIN course ON course.id = certificate.course_id
WHERE person_id IN ({_PERSONS}) ORDER BY issued_on, length(series), series, n, serial
"""


def person_record(store: Store, who: str) -> PersonRecord:
    """The person that `who` means, with what they were where. Raises NotFound, Ambiguous."""
    person = get_person(store, who)
    own: Params = {"person": person.id}
    return PersonRecord(
        **person.__dict__,
        editions=_parts(store, own),
        certificates=tuple(Held(**row) for row in store.read(_CERTIFICATES, own)),
    )


def _parts(store: Store, own: Params) -> tuple[Part, ...]:
    rows = store.read(_PARTS, own)
    shares = attendance.shares_of(store, [row["enrollment_id"] for row in rows if row["enrollment_id"]])
    places: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["enrollment_id"]:
            places[row["edition_id"]].append(row)
    counting = {edition: min(own, key=_counts_before) for edition, own in places.items()}
    return tuple(
        _part(row, shares, len(places[row["edition_id"]]) if row["enrollment_id"] else 1)
        for row in rows
        if not row["enrollment_id"] or counting[row["edition_id"]] is row
    )


def _counts_before(row: Row) -> tuple[int, int]:
    return FURTHEST.index(row["status"]), row["enrollment_id"]


def _part(row: Row, shares: Mapping[int, attendance.Share], places: int) -> Part:
    share = shares.get(row["edition_id"]) if row["enrollment_id"] else None
    return Part(row["edition"], row["role"], row["status"], row["country"], share.rate if share else None, places)
