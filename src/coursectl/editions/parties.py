"""Who holds an edition with whom, and who signs its certificates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursectl.errors import N_, BadInput, Refused
from coursectl.locale import Text
from coursectl.store import Level, Row, Statement, Store, Value, as_json, expect_true, insert, new_id

ROLES = ("organizer", "host", "partner", "sponsor")


class HandsChanged(Refused):
    """Somebody changed who holds or signs the edition between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_(
        "Who holds or signs this edition was changed by somebody else just now. Look at it, then type the command again."
    )


@dataclass(frozen=True)
class Party:
    """An organization's role in an edition: organizer, host, partner or sponsor."""

    organization_id: int
    name: Text
    acronym: Text
    role: str


@dataclass(frozen=True)
class Signatory:
    """Who signs an edition's certificates, in order from the left. `signature` is the hash of a picture."""

    person_id: int
    name: str
    honorific: str | None
    post: Text
    organization: Text | None
    acronym: Text | None
    on_behalf_of: Text
    signature: str | None
    position: int
    organization_id: int | None


@dataclass(frozen=True)
class NewSignatory:
    """A signatory whose person and organization are known to the store, or come in the same batch."""

    person_id: int
    post: Text
    organization_id: int | None = None
    on_behalf_of: Text | None = None
    signature: str | None = None


def list_parties(store: Store, edition_id: int, *, level: Level = "weak") -> list[Party]:
    """The parties: organizers first, then hosts, partners, sponsors, each in the order in which they were named."""
    rows = store.read(
        "SELECT organization_id, name, acronym, role FROM edition_party JOIN organization ON organization.id = organization_id"
        " WHERE edition_id = :edition ORDER BY instr('organizer host partner sponsor', role), position",
        {"edition": edition_id},
        level=level,
    )
    return [
        Party(row["organization_id"], json.loads(row["name"]), json.loads(row["acronym"]), row["role"]) for row in rows
    ]


def list_signatories(store: Store, edition_id: int, *, level: Level = "weak") -> list[Signatory]:
    """The signatories, in order."""
    rows = store.read(
        "SELECT signatory.person_id, person.name, honorific, post, organization.name AS organization, acronym, on_behalf_of, signature, position, organization_id"
        " FROM signatory JOIN canonical ON canonical.person_id = signatory.person_id JOIN person ON person.id = canonical_id LEFT JOIN organization ON organization.id = organization_id"
        " WHERE edition_id = :edition ORDER BY position",
        {"edition": edition_id},
        level=level,
    )
    return [_signatory(row) for row in rows]


def _signatory(row: Row) -> Signatory:
    texts = {
        name: json.loads(row[name]) if row[name] else None
        for name in ("organization", "acronym", "post", "on_behalf_of")
    }
    return Signatory(**{**row, **texts})


def parties_statements(store: Store, edition_id: int, wanted: Mapping[str, Sequence[int]]) -> list[Statement]:
    """What makes the organizations of each role that `wanted` names exactly those ids; roles not named stay as they are."""
    stored = store.read(
        "SELECT * FROM edition_party WHERE edition_id = :edition", {"edition": edition_id}, level="strong"
    )
    statements: list[Statement] = []
    new: list[dict[str, Value]] = []
    for role, organizations in wanted.items():
        if role not in ROLES:
            raise BadInput(N_("{role!r} is no role. Use one of: {known}."), role=role, known=", ".join(ROLES))
        before = [
            row["organization_id"] for row in sorted(stored, key=lambda row: row["position"]) if row["role"] == role
        ]
        if before == list(dict.fromkeys(organizations)):
            continue
        of_role: dict[str, Value] = {"edition": edition_id, "role": role}
        statements += [
            _unchanged(
                "SELECT organization_id AS one FROM edition_party WHERE edition_id = :edition AND role = :role", of_role, before
            ),
            Statement("DELETE FROM edition_party WHERE edition_id = :edition AND role = :role", of_role),
        ]  # fmt: skip
        new += [
            {
                "id": new_id(),
                "edition_id": edition_id,
                "organization_id": organization,
                "role": role,
                "position": position,
            }
            for position, organization in enumerate(dict.fromkeys(organizations), 1)
        ]
    return [*statements, *insert("edition_party", new)]


def signatories_statements(store: Store, edition_id: int, wanted: Sequence[NewSignatory]) -> list[Statement]:
    """What makes these the signatories, in this order. Raises BadInput for more than four."""
    if len(wanted) > 4:
        raise BadInput(N_("A certificate has one to four signatories, not {count}."), count=len(wanted))
    rows: list[dict[str, Value]] = [
        {
            "edition_id": edition_id, "person_id": one.person_id, "position": position, "post": as_json(one.post),
            "organization_id": one.organization_id, "on_behalf_of": as_json(one.on_behalf_of or {}), "signature": one.signature,
        }
        for position, one in enumerate(wanted, 1)
    ]  # fmt: skip
    stored = store.read(
        "SELECT * FROM signatory WHERE edition_id = :edition ORDER BY position", {"edition": edition_id}, level="strong"
    )
    if [{name: row[name] for name in new} for row, new in zip(stored, rows, strict=False)] == rows and len(
        stored
    ) == len(rows):
        return []
    of_edition: dict[str, Value] = {"edition": edition_id}
    return [
        _unchanged(
            "SELECT id AS one FROM signatory WHERE edition_id = :edition", of_edition, [row["id"] for row in stored]
        ),
        Statement("DELETE FROM signatory WHERE edition_id = :edition", of_edition),
        *insert("signatory", [{"id": new_id(), **row} for row in rows]),
    ]


def _unchanged(rows: str, params: Mapping[str, Value], read: Sequence[int]) -> Statement:
    """The query `rows` must give exactly what was read, when the batch is applied."""
    return expect_true(
        f"SELECT coalesce((SELECT json_group_array(one) FROM (SELECT one FROM ({rows}) ORDER BY one)), '[]') = :read",
        {**params, "read": as_json(sorted(read))},
        "unchanged_since_read",
        HandsChanged(),
    )
