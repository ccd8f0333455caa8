"""The register as a table: everything that it says of each certificate, in the order of the numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from coursectl.certificates.numbering import IN_ORDER
from coursectl.certificates.register import ERASED
from coursectl.editions import EditionRef
from coursectl.store import Store


@dataclass(frozen=True)
class RegisterLine:
    """All that the register says of a certificate. `name` is as printed; of whom was erased it is ERASED.

    `state_at` is the instant (UTC) since when it is in its state, `reason` why it is void or superseded. `exception` is why it
    was issued although the rules didn't allow it. `hash` is that of what it prints.
    """

    serial: str
    kind: str
    name: str
    country: str | None
    edition: str
    language: str | None
    issued_on: str
    state: str
    state_at: str
    reason: str | None
    superseded_by: str | None
    replaces: str | None
    duplicate: bool
    provisional: bool
    exception: str | None
    hash: str | None
    id: int = field(metadata={"hidden": True})

    @property
    def erased(self) -> bool:
        """Whether the register must not name its holder any more."""
        return self.name == ERASED


_LINES = """
SELECT certificate.serial, certificate.kind, snapshot.content ->> '$.holder.name' AS name,
  snapshot.content ->> '$.holder.country' AS country, course.code || '-' || edition.number AS edition,
  snapshot.content ->> '$.language' AS language, certificate.issued_on, state.state, state.at AS state_at, state.reason,
  successor.serial AS superseded_by, original.serial AS replaces, certificate.duplicate, certificate.provisional,
  (SELECT granted.reason FROM certificate_exception AS granted JOIN canonical AS named ON named.person_id = granted.person_id
    WHERE granted.edition_id = certificate.edition_id AND granted.kind = certificate.kind
      AND named.canonical_id = holder.canonical_id LIMIT 1) AS exception,
  snapshot.hash, certificate.id
FROM certificate
JOIN certificate_state AS state ON state.certificate_id = certificate.id
JOIN edition ON edition.id = certificate.edition_id
JOIN course ON course.id = certificate.course_id
JOIN canonical AS holder ON holder.person_id = certificate.person_id
LEFT JOIN certificate_snapshot AS snapshot ON snapshot.certificate_id = certificate.id
LEFT JOIN certificate AS successor ON successor.id = state.superseded_by
LEFT JOIN certificate AS original ON original.id = certificate.replaces
WHERE :edition IS NULL OR certificate.edition_id = :edition
"""


def list_lines(store: Store, edition: EditionRef | None = None) -> list[RegisterLine]:
    """The register of an edition, or of all, course by course."""
    rows = store.read(
        f"{_LINES} ORDER BY course.code, {IN_ORDER}", {"edition": edition.id if edition else None}, level="strong"
    )
    return [
        RegisterLine(**row | {"name": row["name"] or ERASED, **{name: bool(row[name]) for name in ("duplicate", "provisional")}})
        for row in rows
    ]  # fmt: skip
