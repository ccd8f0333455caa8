"""Adding and changing an edition with the organizations that hold it and the people who sign its certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coursectl import editions, people
from coursectl.editions import Edition, EditionRef, NewEdition, NewSignatory
from coursectl.errors import N_, BadInput
from coursectl.locale import Text
from coursectl.people import NewOrganization, NewPerson
from coursectl.store import Act, Statement, Store


@dataclass(frozen=True)
class SignatoryLine:
    """A signatory as the command line gives it: `Name | Post | Organization | on behalf of`, the last two optional."""

    name: str
    post: Text
    organization: str = ""
    on_behalf_of: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Hands:
    """Whose hands an edition is in. Roles that `parties` doesn't name, and signatories if None, stay as they are."""

    parties: Mapping[str, Sequence[str]] = field(default_factory=dict)
    signatories: Sequence[SignatoryLine] | None = None


def read_signatory(line: str, language: str) -> SignatoryLine:
    """`Helena Couto | Regional Director | IOM` → its parts, texts in `language`. Raises BadInput."""
    parts = [part.strip() for part in line.split("|")]
    if not parts[0] or len(parts) > 4:
        raise BadInput(
            N_("{line!r} is no signatory. Write: 'Name | Post | Organization', and perhaps '| on behalf of whom'."),
            line=line,
        )
    name, post, organization, behalf = [*parts, "", "", ""][:4]
    return SignatoryLine(name, {language: post} if post else {}, organization, {language: behalf} if behalf else {})


def add_edition(store: Store, reference: str, wanted: NewEdition, hands: Hands, act: Act) -> Edition:
    """Add the edition `ICIM-37`, or `37` where one course exists, with everything about it in one operation."""
    course, _number = editions.read_reference(reference)
    return editions.add_edition(
        store, course, wanted, act, lambda edition_id: hands_statements(store, edition_id, hands)
    )


def edit_edition(store: Store, ref: EditionRef, wanted: NewEdition, hands: Hands, act: Act) -> tuple[Edition, bool]:
    """Change what is said and leave the rest. Returns the edition and whether anything changed."""
    return editions.edit_edition(store, ref, wanted, act, lambda edition_id: hands_statements(store, edition_id, hands))


def hands_statements(store: Store, edition_id: int, hands: Hands) -> list[Statement]:
    """What makes these the parties and signatories; organizations and people that aren't known yet come with it."""
    named = [name for names in hands.parties.values() for name in names if name]
    signing = hands.signatories or ()
    matched = people.match_organizations(
        store, [NewOrganization.named(name) for name in named + [s.organization for s in signing if s.organization]]
    )
    ids = dict(
        zip(
            named + [s.organization for s in signing if s.organization],
            (found.id for found in matched.organizations),
            strict=True,
        )
    )
    statements = [*matched.statements]
    statements += editions.parties_statements(
        store, edition_id, {role: [ids[name] for name in names if name] for role, names in hands.parties.items()}
    )
    if hands.signatories is not None:
        persons = people.match_people(store, [NewPerson(name=line.name) for line in signing])
        statements += persons.statements
        statements += editions.signatories_statements(
            store,
            edition_id,
            [
                NewSignatory(person.id, line.post, ids.get(line.organization), line.on_behalf_of)
                for person, line in zip(persons.people, signing, strict=True)
            ],
        )
    return statements
