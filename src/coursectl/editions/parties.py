"""Who holds an edition with whom, and who signs its certificates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursectl.errors import N_, BadInput, Refused
from coursectl.locale import Text
from coursectl.store import Level, Row, Statement, Store, Value, as_json, expect_true, insert, new_id
from coursectl.tables import clean

ROLES = ("organizer", "host", "partner", "sponsor")


class HandsChanged(Refused):
    """Somebody changed who holds or signs the edition between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_(
        "Who holds or signs this edition was changed by somebody else just now. Look at it, then type the command again."
    )


class NoParty(BadInput):
    """Somebody agreed to the logo of an organization that has no role in the edition."""

    wording = N_(
        "{name} has no role in {reference}, so its logo isn't printed. Give it one: coursectl edition edit {reference} --partner {name!r}"
    )


@dataclass(frozen=True)
class Party:
    """An organization's role in an edition: organizer, host, partner or sponsor."""

    organization_id: int
    name: Text
    acronym: Text
    role: str
    logo: str | None = None  # the hash of a picture
    logo_consent: str | None = None  # who agreed that the logo is printed for this role, and when


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
        "SELECT organization_id, name, acronym, role, logo, logo_consent FROM edition_party JOIN organization ON organization.id = organization_id"
        " WHERE edition_id = :edition ORDER BY instr('organizer host partner sponsor', role), position",
        {"edition": edition_id},
        level=level,
    )
    return [Party(**{**row, "name": json.loads(row["name"]), "acronym": json.loads(row["acronym"])}) for row in rows]


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
    """What makes the organizations of each role that `wanted` names exactly those ids; roles not named stay as they are.

    Who keeps a role keeps the consent to print a logo for it.
    """
    stored = store.read(
        "SELECT * FROM edition_party WHERE edition_id = :edition", {"edition": edition_id}, level="strong"
    )
    statements: list[Statement] = []
    new: list[dict[str, Value]] = []
    agreed = {(row["role"], row["organization_id"]): row["logo_consent"] for row in stored}
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
                "logo_consent": agreed.get((role, organization)),
            }
            for position, organization in enumerate(dict.fromkeys(organizations), 1)
        ]
    return [*statements, *insert("edition_party", new)]


def consents_statements(
    store: Store, edition_id: int, consents: Mapping[int, tuple[str, NoParty]], wanted: Mapping[str, Sequence[int]]
) -> list[Statement]:
    """What records who agreed that the logos of organizations, by their ids, are printed; an empty text takes it back.

    It holds for every role that the organization has in the edition, once the roles are as `wanted`. Raises the NoParty that
    comes with it for one without any.
    """
    stored = store.read(
        "SELECT * FROM edition_party WHERE edition_id = :edition", {"edition": edition_id}, level="strong"
    )
    statements = []
    for organization, (words, refusal) in consents.items():
        text = clean(words) or None
        said = {row["role"]: row["logo_consent"] for row in stored if row["organization_id"] == organization}
        roles = {role for role in said if role not in wanted}
        roles |= {role for role, organizations in wanted.items() if organization in organizations}
        if not roles:
            raise refusal
        if all(role in said and said[role] == text for role in roles):
            continue
        where = {"edition": edition_id, "organization": organization}
        theirs = "edition_party WHERE edition_id = :edition AND organization_id = :organization"
        statements += [
            expect_true(f"EXISTS (SELECT 1 FROM {theirs})", where, "unchanged_since_read", HandsChanged()),
            Statement(
                "UPDATE edition_party SET logo_consent = :consent WHERE edition_id = :edition AND organization_id = :organization",
                {**where, "consent": text},
            ),
        ]
    return statements


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
