"""How long personal data of editions are kept, and whose time is over. Nothing is erased by itself."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import locale
from coursectl.people import PersonRef, filed_under
from coursectl.store import Store

# All editions that a person had to do with, by the person that they are today.
_PARTS = """
parts (person_id, edition_id) AS (
  SELECT canonical_id, edition_id FROM enrollment JOIN canonical USING (person_id)
  UNION SELECT canonical_id, edition_id FROM expert JOIN canonical USING (person_id)
  UNION SELECT canonical_id, edition_id FROM signatory JOIN canonical USING (person_id)
  UNION SELECT canonical_id, session.edition_id FROM session_person JOIN canonical USING (person_id) JOIN session ON session.id = session_id
)
"""


@dataclass(frozen=True)
class Kept:
    """Until when an edition's personal data are to be kept; None: nobody has said. `people`: how many it has, erased ones aside."""

    edition: str
    retain_until: str | None
    people: int


@dataclass(frozen=True)
class Due:
    """Somebody all of whose editions' time is over: the last day of the last of them, and which they are."""

    person: PersonRef
    retain_until: str
    editions: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """The editions with their last days, and who would be erased today."""

    editions: tuple[Kept, ...]
    due: tuple[Due, ...]


def get_retention(store: Store, today: str, language: str = "en") -> Retention:
    """Until when each edition's people are kept, and whose time is over on `today` (a date, ISO 8601), by name."""
    kept = store.read(
        f"WITH {_PARTS} SELECT code || '-' || number AS edition, retain_until,"
        " (SELECT count(*) FROM parts JOIN person ON person.id = person_id AND erased_on IS NULL WHERE edition_id = edition.id) AS people"
        " FROM edition JOIN course ON course.id = course_id ORDER BY code, number"
    )
    due = store.read(
        f"WITH {_PARTS}, named AS (SELECT person_id, retain_until, code || '-' || number AS reference FROM parts"
        " JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id ORDER BY code, number)"
        " SELECT person.id, person.name, family_name, given_name, max(retain_until) AS retain_until, group_concat(reference, ',') AS editions"
        " FROM named JOIN person ON person.id = person_id WHERE erased_on IS NULL"
        # Who has a part in an edition that nobody has set a day for is kept.
        " GROUP BY person.id HAVING count(*) = count(retain_until) AND max(retain_until) < :today"
        " ORDER BY person.id",
        {"today": today},
    )
    due.sort(
        key=lambda row: (
            row["retain_until"],
            locale.sort_key(filed_under(row["name"], row["family_name"], row["given_name"]), language),
        )
    )
    return Retention(
        tuple(Kept(**row) for row in kept),
        tuple(
            Due(PersonRef(row["id"], row["name"]), row["retain_until"], tuple(sorted(row["editions"].split(","))))
            for row in due
        ),
    )
