"""Experts: who teaches in an edition."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursectl.editions import EditionRef
from coursectl.errors import N_, Ambiguous, NotFound, Refused
from coursectl.locale import Text, fold
from coursectl.people import DecideOffice, NewOrganization, NewPerson, PersonRef, match_organizations, match_person
from coursectl.program.planned import Planned, planned
from coursectl.store import Act, Row, Statement, Store, Value, as_json, expect_true, insert, new_id, update


class ExpertChanged(Refused):
    """Somebody changed the same expert between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_(
        "The experts of {edition} were changed by somebody else just now. Look at them, then type the command again."
    )


class ExpertTeaches(Refused):
    """An expert with sessions can't be removed."""

    rule = "expert_teaches"
    wording = N_(
        "{name} teaches in {edition}: session {sessions}. Give those to others first: coursectl session edit NUMBER --expert NAME"
    )


class NoExpert(NotFound):
    """The edition has no expert of this name."""

    wording = N_('{name} is no expert of {edition}. To add one: coursectl expert add "{name}" -e {edition}')


@dataclass(frozen=True)
class Expert:
    """A person who teaches in an edition. `sessions` and `minutes` are of the sessions that weren't cancelled."""

    id: int
    edition: str
    person: PersonRef
    honorific: str | None
    sex: str | None
    email: str | None
    country: str | None
    organization_id: int | None
    organization: Text | None
    acronym: Text | None
    post: Text
    sessions: int
    minutes: int


@dataclass(frozen=True)
class NewExpert:
    """An expert whose person and organization are in the store or come in the same batch. None or empty: not said."""

    person_id: int
    country: str | None = None
    organization_id: int | None = None
    post: Text = field(default_factory=dict)


@dataclass(frozen=True)
class ExpertDone:
    """What became of an expert: `added` or `changed` (or neither: there already), and what came into the store with them."""

    edition: str
    person: PersonRef
    country: str | None
    organization: Text | None
    post: Text
    added: bool
    changed: bool
    new_person: bool
    new_organization: bool


_EXPERTS = """
SELECT expert.id, canonical_id AS person_id, person.name, person.honorific, person.sex, person.email, expert.country, organization_id,
  organization.name AS organization, acronym, post,
  (SELECT count(*) FROM taught WHERE taught.person_id = canonical_id) AS sessions,
  (SELECT coalesce(sum(minutes), 0) FROM taught WHERE taught.person_id = canonical_id) AS minutes
FROM expert JOIN canonical ON canonical.person_id = expert.person_id JOIN person ON person.id = canonical_id
LEFT JOIN organization ON organization.id = organization_id
WHERE edition_id = :edition ORDER BY expert.id
"""
# Two records of one person may both stand in a session; it is one session all the same.
_TAUGHT = """
SELECT DISTINCT canonical_id AS person_id, session.id AS session_id, session.number, minutes
FROM session_person JOIN session ON session.id = session_id JOIN canonical ON canonical.person_id = session_person.person_id
WHERE edition_id = :edition AND role = 'expert' AND NOT cancelled
"""


def list_experts(store: Store, edition: EditionRef) -> list[Expert]:
    """The experts of an edition, in the order in which they were added."""
    found: dict[int, Expert] = {}
    for row in store.read(f"WITH taught AS ({_TAUGHT}) {_EXPERTS}", {"edition": edition.id}, level="strong"):
        found.setdefault(row["person_id"], _expert(row, edition))
    return list(found.values())


def _expert(row: Row, edition: EditionRef) -> Expert:
    texts: dict[str, Any] = {name: json.loads(row[name]) if row[name] else None for name in ("organization", "acronym")}
    rest = {name: value for name, value in row.items() if name not in ("person_id", "name", "post", *texts)}
    person = PersonRef(row["person_id"], row["name"])
    return Expert(**rest, **texts, edition=edition.reference, person=person, post=json.loads(row["post"]))


def find_among(
    people: Sequence[PersonRef], who: str, emails: Mapping[int, str | None] | None = None
) -> PersonRef | None:
    """The one of these people that a name means: the whole name, or some of its words.

    Raises Ambiguous, which tells namesakes from each other by their `emails`, or else ids.
    """
    wanted = fold(who)
    words = set(wanted.split())
    whole = [person for person in people if fold(person.name) == wanted]
    fitting = whole or [person for person in people if words and words <= set(fold(person.name).split())]
    if len(fitting) > 1:
        raise Ambiguous(name=who, choices=", ".join(_told_apart(fitting, emails or {})))
    return fitting[0] if fitting else None


def _told_apart(people: Sequence[PersonRef], emails: Mapping[int, str | None]) -> list[str]:
    names = [fold(person.name) for person in people]
    return [
        f"{person.name} ({emails.get(person.id) or person.id})" if names.count(fold(person.name)) > 1 else person.name
        for person in people
    ]


def get_expert(store: Store, edition: EditionRef, who: str) -> Expert:
    """The expert of this edition with this e-mail, id or name (or some words of it). Raises NoExpert, Ambiguous."""
    experts = list_experts(store, edition)
    wanted = who.strip().casefold()
    for expert in experts:
        if wanted and wanted in ((expert.email or "").casefold(), str(expert.person.id)):
            return expert
    emails = {expert.person.id: expert.email for expert in experts}
    person = find_among([expert.person for expert in experts], who, emails)
    if person is None:
        raise NoExpert(name=who, edition=edition.reference)
    return next(expert for expert in experts if expert.person == person)


def experts_statements(store: Store, edition: EditionRef, wanted: Sequence[NewExpert]) -> Planned:
    """What makes these people experts of the edition; what is said anew of one who is it already is changed."""
    stored = {
        row["canonical_id"]: row
        for row in store.read(
            "SELECT expert.*, canonical_id FROM expert JOIN canonical ON canonical.person_id = expert.person_id"
            " WHERE edition_id = :edition ORDER BY expert.id DESC",
            {"edition": edition.id},
            level="strong",
        )
    }
    refusal = ExpertChanged(edition=edition.reference)
    ids: dict[int, int] = {}
    rows: list[dict[str, Value]] = []
    changes: dict[int, list[Statement]] = {}
    for expert in wanted:
        columns = _columns(expert)
        if old := stored.get(expert.person_id):
            ids[expert.person_id] = old["id"]
            new = {name: value for name, value in columns.items() if value != old[name]}
            if new:
                changes[old["id"]] = update("expert", old["id"], old, new, refusal)
        elif expert.person_id not in ids:
            ids[expert.person_id] = new_id()
            blank: dict[str, Value] = {"country": None, "organization_id": None, "post": "{}"}
            rows.append(
                {"id": ids[expert.person_id], "edition_id": edition.id, "person_id": expert.person_id} | blank | columns
            )
    statements = insert("expert", rows, rule="expert_once", refusals={"expert_once": refusal})
    statements += [statement for change in changes.values() for statement in change]
    return planned((ids[one.person_id] for one in wanted), (int(row["id"] or 0) for row in rows), changes, statements)


def add_expert(
    store: Store, edition: EditionRef, person: NewPerson, act: Act, *, organization: NewOrganization | None = None,
    post: Text | None = None, office: DecideOffice | None = None,
) -> ExpertDone:  # fmt: skip
    """Make a person an expert of the edition, for `person.country`; a person or organization not known yet is made.

    Of one who is an expert already, what is said is changed; where nothing changes, nothing is written. Raises WhoIsIt
    where the person can't be told from others, WhichOrganization as `office` decides, BadInput.
    """
    matched = match_person(store, person)
    offices = match_organizations(store, [organization] if organization else [], office).settled()
    office_id = offices.ids[0] if organization else None
    wanted = NewExpert(matched.people[0].id, person.country, office_id, post or {})
    plan = experts_statements(store, edition, [wanted])
    done = ExpertDone(
        edition.reference, matched.people[0], person.country, offices.organizations[0].name if organization else None,
        post or {}, bool(plan.new), not plan.new and bool(plan.changed or matched.statements), bool(matched.new), bool(offices.new),
    )  # fmt: skip
    if done.added or done.changed:
        statements = [*matched.statements, *offices.statements, *plan.statements]
        store.apply(act.operation(f"expert add {edition.reference}", statements))
    return done


def _columns(expert: NewExpert) -> dict[str, Value]:
    said: dict[str, Value] = {"country": expert.country, "organization_id": expert.organization_id}
    if expert.post:
        said["post"] = as_json(dict(expert.post))
    return {name: value for name, value in said.items() if value is not None}


def remove_expert(store: Store, edition: EditionRef, who: str, act: Act) -> Expert:
    """Take an expert out of an edition. Raises ExpertTeaches while they have sessions, NoExpert, Ambiguous."""
    expert = get_expert(store, edition, who)
    params: dict[str, Value] = {"edition": edition.id, "person": expert.person.id}
    numbers = [
        str(row["number"])
        for row in store.read(
            f"SELECT * FROM ({_TAUGHT}) WHERE person_id = :person ORDER BY number", params, level="strong"
        )
    ]
    refusal = ExpertTeaches(name=expert.person.name, edition=edition.reference, sessions=", ".join(numbers) or "?")
    if numbers:
        raise refusal
    gone = ExpertChanged(edition=edition.reference)
    same_person = (
        "edition_id = :edition AND person_id IN (SELECT person_id FROM canonical WHERE canonical_id = :person)"
    )
    idle = f"SELECT NOT EXISTS (SELECT 1 FROM ({_TAUGHT}) WHERE person_id = :person)"
    there = f"SELECT EXISTS (SELECT 1 FROM expert WHERE {same_person})"
    statements = [
        expect_true(there, params, "unchanged_since_read", gone),
        expect_true(idle, params, "expert_teaches", refusal),
        Statement(f"DELETE FROM expert WHERE {same_person}", params),
    ]
    store.apply(act.operation(f"expert remove {edition.reference}", statements))
    return expert
