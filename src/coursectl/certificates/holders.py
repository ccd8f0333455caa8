"""Whose the certificates of an edition are today: for choosing sheets, for their order, and for what has changed since."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import enrollment, people, program
from coursectl.certificates.eligibility import Holder, list_eligible
from coursectl.certificates.kinds import KINDS, NobodyEligible
from coursectl.certificates.register import list_holders
from coursectl.certificates.rules import get_rule, known_kind
from coursectl.editions import Edition, EditionRef
from coursectl.store import Store


@dataclass(frozen=True)
class HolderOfToday:
    """A certificate that is valid, and its person as they are known now.

    `number` and `status` are those of their place in the edition, None where they have none; `teaches`: they are an expert
    of it. An erased person has no name.
    """

    id: int
    serial: str
    kind: str
    person_id: int
    name: str
    email: str
    filed_under: str
    erased: bool
    number: int | None
    status: str | None
    teaches: bool

    @property
    def belongs(self) -> bool:
        """Whether they are still in the edition as what the certificate says they were."""
        takes_part = self.status in enrollment.TRAINEE
        if self.kind not in KINDS:  # of the office's own: it may be for either
            return takes_part or self.teaches
        return self.teaches if self.kind == "instruction" else takes_part


_HOLDERS = """
WITH place AS (
  SELECT canonical_id, number, status FROM enrollment JOIN canonical USING (person_id) WHERE edition_id = :edition
), teacher AS (
  SELECT DISTINCT canonical_id FROM expert JOIN canonical USING (person_id) WHERE edition_id = :edition
)
SELECT certificate.id, certificate.serial, certificate.kind, person.id AS person_id, person.name,
  coalesce(person.email, '') AS email, family_name, given_name, erased_on IS NOT NULL AS erased,
  place.number, place.status, teacher.canonical_id IS NOT NULL AS teaches
FROM certificate_live AS live
JOIN certificate ON certificate.id = live.certificate_id
JOIN canonical ON canonical.person_id = live.person_id
JOIN person ON person.id = canonical.canonical_id
LEFT JOIN place ON place.canonical_id = person.id
LEFT JOIN teacher ON teacher.canonical_id = person.id
WHERE live.edition_id = :edition AND (:kind IS NULL OR live.kind = :kind)
ORDER BY certificate.year, certificate.n
"""


def list_holders_of_today(store: Store, edition: EditionRef, kind: str | None = None) -> list[HolderOfToday]:
    """Everybody who holds a valid certificate of the edition, in the order of the register. Raises Usage.

    Who has two places in the edition, since two records turned out to be one person, is told by the one that counts.
    """
    rows = store.read(_HOLDERS, {"edition": edition.id, "kind": kind and known_kind(store, kind)}, level="strong")
    found: dict[int, HolderOfToday] = {}
    for row in rows:
        filed = people.filed_under(row["name"], row.pop("family_name"), row.pop("given_name"))
        one = HolderOfToday(
            **row | {"filed_under": filed, "erased": bool(row["erased"]), "teaches": bool(row["teaches"])}
        )
        if one.id not in found or one.status in enrollment.TRAINEE:
            found[one.id] = one
    return list(found.values())


def list_without(store: Store, edition: Edition, kind: str) -> list[Holder]:
    """Who may have a certificate of this kind and has none that is valid."""
    try:
        rule = get_rule(store, edition.ref, kind)
        eligible = list_eligible(store, edition, program.list_sessions(store, edition.ref), rule).holders
    except NobodyEligible:
        return []
    have = list_holders(store, edition.ref, kind)
    if rule.base == "participation":  # who has completed has taken part, and a better sheet to show for it
        have |= list_holders(store, edition.ref, "completion")
    return [one for one in eligible if one.person_id not in have]
