"""What letters and lists need and the rooms don't show: what was agreed with people, what an edition asks of them.

Reads only. These columns came with nominations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from coursectl.locale import Text
from coursectl.store import Store


@dataclass(frozen=True)
class Terms:
    """What an edition asks of who nominates and who comes, and what it pays."""

    nominations_by: date | None
    confirm_by: date | None
    costs: Text
    contact: str


@dataclass(frozen=True)
class Offered:
    """What the call says to one of whom it is asked: the `nominations` that are welcome, the `most` places that they may have.

    `country` is a code; else it is a group of countries, with its code, or an organization, with its `name`.
    """

    nominations: int | None
    most: int | None
    country: str | None = None
    organization_id: int | None = None
    name: Text = field(default_factory=dict)
    group: str | None = None


@dataclass(frozen=True)
class Agreed:
    """Of an enrollment: whether its person may be in the directory (None: never asked), is in reserve, and needs what."""

    publish: bool | None
    reserve: bool
    needs: str


@dataclass(frozen=True)
class Particulars:
    """Of a person: what a name is made of, and how they are addressed."""

    given_name: str | None
    family_name: str | None
    sex: str | None
    language: str | None
    phone: str | None
    email: str | None


def read_terms(store: Store, edition_id: int) -> Terms:
    """What the edition asks for and pays."""
    (row,) = store.read(
        "SELECT nominations_by, confirm_by, costs, contact FROM edition WHERE id = :edition", {"edition": edition_id}
    )
    return Terms(
        _day(row["nominations_by"]), _day(row["confirm_by"]), json.loads(row["costs"]), row["contact"] or ""
    )  # fmt: skip


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


def read_offered(store: Store, edition_id: int) -> list[Offered]:
    """What the call says of nominations and places, to whom."""
    rows = store.read(
        "SELECT quota.country, quota.target, maximum, organization_id, coalesce(country_group.title, organization.name, '{}') AS name,"
        " country_group.code AS group_code"
        " FROM quota LEFT JOIN country_group ON country_group.id = group_id"
        " LEFT JOIN organization ON organization.id = organization_id"
        " WHERE quota.edition_id = :edition AND (target > 0 OR maximum > 0) ORDER BY quota.id",
        {"edition": edition_id},
    )
    return [
        Offered(
            row["target"], row["maximum"], row["country"], row["organization_id"], json.loads(row["name"]),
            row["group_code"],
        )
        for row in rows
    ]  # fmt: skip


# Who said no of each who has declined: the course said it to who had only been put forward or waited, who had been accepted
# said it themselves. The log knows the last such step that stands. An undo is none, and what was undone isn't either.
_DECLINED = """
SELECT enrollment.id, (
  SELECT old ->> '$.status' FROM audit JOIN op ON op.id = op_id
  WHERE tbl = 'enrollment' AND pk = enrollment.id AND new ->> '$.status' = 'declined' AND old ->> '$.status' <> 'declined'
    AND op.undoes IS NULL AND NOT EXISTS (
      SELECT 1 FROM op AS undone WHERE undone.undoes = op.id
        AND NOT EXISTS (SELECT 1 FROM op AS redone WHERE redone.undoes = undone.id))
  ORDER BY seq DESC LIMIT 1) AS before
FROM enrollment WHERE edition_id = :edition AND status = 'declined'
"""


def read_declined_from(store: Store, edition_id: int) -> dict[int, str | None]:
    """For everybody who is declined: the status that they had before; None where the store doesn't know it, as of a list."""
    return {row["id"]: row["before"] for row in store.read(_DECLINED, {"edition": edition_id})}


# Guests and who came for somebody else have no candidacy to accept, unless they had been put forward or had waited.
_NEVER_NOMINATED = """
SELECT id FROM enrollment WHERE edition_id = :edition AND (over_quota IS NOT NULL OR replaces IS NOT NULL) AND NOT EXISTS (
  SELECT 1 FROM audit WHERE tbl = 'enrollment' AND pk = enrollment.id AND new ->> '$.status' IN ('nominated', 'waitlisted'))
"""


def read_never_nominated(store: Store, edition_id: int) -> frozenset[int]:
    """The enrollments of who was taken in beside the nominations."""
    return frozenset(row["id"] for row in store.read(_NEVER_NOMINATED, {"edition": edition_id}))


def read_agreed(store: Store, edition_id: int) -> dict[int, Agreed]:
    """What was agreed with everybody who is in the edition, by enrollment."""
    rows = store.read("SELECT id, publish, reserve, needs FROM enrollment WHERE edition_id = :edition", {"edition": edition_id})  # fmt: skip
    return {
        row["id"]: Agreed(
            None if row["publish"] is None else bool(row["publish"]), bool(row["reserve"]), row["needs"] or ""
        )
        for row in rows
    }


_WHO_TEACH_OR_SIGN = """
SELECT person_id FROM expert WHERE edition_id = :edition
UNION SELECT person_id FROM signatory WHERE edition_id = :edition
UNION SELECT person_id FROM session_person JOIN session ON session.id = session_id WHERE edition_id = :edition
"""


def read_others(store: Store, edition_id: int) -> Mapping[int, Particulars]:
    """The particulars of who teach, preside or sign, by the person who stands for them after a merge."""
    rows = store.read(
        "SELECT DISTINCT person.id, given_name, family_name, sex, language, phone, email"
        f" FROM ({_WHO_TEACH_OR_SIGN}) AS one JOIN canonical ON canonical.person_id = one.person_id"
        " JOIN person ON person.id = canonical_id",
        {"edition": edition_id},
    )
    return {row.pop("id"): Particulars(**row) for row in rows}


def canonical_ids(store: Store, edition_id: int) -> Mapping[int, int]:
    """For who teach, preside or sign: the record of today by the one that is named there."""
    rows = store.read(
        "SELECT one.person_id, canonical_id"
        f" FROM ({_WHO_TEACH_OR_SIGN}) AS one JOIN canonical ON canonical.person_id = one.person_id",
        {"edition": edition_id},
    )
    return {row["person_id"]: row["canonical_id"] for row in rows}
