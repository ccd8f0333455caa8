"""Adding and changing an edition with the organizations that hold it and the people who sign its certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursectl import editions, enrollment, locale, people, program
from coursectl.editions import Edition, EditionRef, NewEdition, NewSignatory, Signatory
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, BadInput
from coursectl.locale import Text
from coursectl.people import DecideOffice, NewOrganization, NewPerson, PersonRef
from coursectl.store import Act, Statement, Store

_PARTS = ("name", "post", "organization", "on_behalf_of", "signature")


@dataclass(frozen=True)
class SignatoryLine:
    """A signatory as the command line gives it: `Name | Post | Organization | on behalf of | picture of the signature`.

    Post and on behalf of may be in several languages: `es=Directora Regional; en=Regional Director`.

    Parts that aren't there (None) stay as they are for somebody who signs the edition already; empty ones are cleared.
    """

    name: str
    post: Text | None = None
    organization: str | None = None
    on_behalf_of: Text | None = None
    signature: str | None = None


@dataclass(frozen=True)
class Hands:
    """Whose hands an edition is in. Roles that `parties` doesn't name, and signatories if None, stay as they are.

    `office` decides of organizations that may be ones that are known; None: they are new. `consents` says who agreed that the
    logos of organizations, as one names them, are printed, and when.
    """

    parties: Mapping[str, Sequence[str]] = field(default_factory=dict)
    signatories: Sequence[SignatoryLine] | None = None
    office: DecideOffice | None = None
    consents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EditionDone(Edition):
    """An edition after a command, the organizations that came with it, and whether anything changed.

    `promoted` got a seat that this made, where the edition gives it to who waits; else `may_come` is how many could have one.
    `hands`: whose hands it is in then, as `list_hands` gives it, of the roles that the command names.
    """

    new_organizations: tuple[Text, ...] = ()
    changed: bool = False
    promoted: tuple[PersonRef, ...] = ()
    may_come: int = 0
    hands: Mapping[str, Sequence[str]] = field(default_factory=dict, metadata={"hidden": True})


@dataclass(frozen=True)
class _Known:
    """The organizations and people that are named, found in the store or made by the statements."""

    organizations: Mapping[str, int]
    labels: Mapping[int, str]
    people: tuple[PersonRef, ...]
    statements: tuple[Statement, ...]
    new: tuple[Text, ...]


def read_signatory(line: str, language: str) -> SignatoryLine:
    """`Helena Couto | es=Directora; en=Director | IOM` → its parts; a text that is bare is in `language`. Raises BadInput and Usage."""
    parts = [part.strip() for part in line.split("|")]
    if not parts[0] or len(parts) > len(_PARTS):
        raise BadInput(
            N_("{line!r} is no signatory. Write: 'Name | Post | Organization', and perhaps '| on behalf of whom'."),
            line=line,
        )
    said = dict(zip(_PARTS, parts, strict=False))
    texts = {
        name: locale.read_texts(locale.split_texts(said[name]), language)
        for name in ("post", "on_behalf_of")
        if name in said
    }
    return SignatoryLine(
        said["name"], texts.get("post"), said.get("organization"), texts.get("on_behalf_of"), said.get("signature")
    )


def read_consent(words: str) -> tuple[str, str]:
    """`IOM: letter of 2015-02-01` → the organization, and who agreed and when. Raises BadInput."""
    name, colon, consent = words.partition(":")
    if not colon or not name.strip():
        raise BadInput(
            N_("{words!r} doesn't say whose logo, and who agreed to it. Write: 'ORG: letter of 2015-02-01'."),
            words=words,
        )
    return name.strip(), consent.strip()


def add_edition(store: Store, reference: str, wanted: NewEdition, hands: Hands, act: Act) -> EditionDone:
    """Add the edition `ICIM-37`, or `37` where one course exists, with everything about it in one operation.

    Raises what `editions.add_edition` does, and Ambiguous, WhoIsIt, NotFound and BadInput about those who sign.
    """
    course, _number = editions.read_reference(reference)
    known = _find(store, hands)
    added = editions.add_edition(
        store, course, wanted, act, lambda edition_id: _statements(store, edition_id, reference, hands, known)
    )
    return EditionDone(**added.__dict__, new_organizations=known.new, changed=True)


def edit_edition(store: Store, ref: EditionRef, wanted: NewEdition, hands: Hands, act: Act) -> EditionDone:
    """Change what is said and leave the rest; sessions stay inside the edition's dates. New seats go to who waits, where the
    edition gives seats by itself.

    Raises what `editions.edit_edition` does, SessionLeftOut, and as `add_edition` about those who sign.
    """
    known = _find(store, hands)
    coming, by_itself = _who_may_come(store, ref, wanted)
    rules = [
        *program.dates_statements(store, ref, wanted.start, wanted.end),
        *(enrollment.promoting_statements(ref, coming) if by_itself else []),
    ]
    edition, changed = editions.edit_edition(
        store, ref, wanted, act, lambda edition_id: _statements(store, edition_id, ref.reference, hands, known), rules
    )
    return EditionDone(
        **edition.__dict__,
        new_organizations=known.new if changed else (),
        changed=changed,
        promoted=tuple(one.person for one in coming) if by_itself else (),
        may_come=0 if by_itself else len(coming),
        hands=_hands_then(store, ref, hands, known) if act.dry_run else {},
    )


def _who_may_come(store: Store, ref: EditionRef, wanted: NewEdition) -> tuple[list[Enrollment], bool]:
    """Who waits and gets room by more seats, or because the edition gives seats by itself from now on; and whether it does."""
    held = editions.get_edition(store, ref)
    seats = held.seats if wanted.seats is None else None if wanted.seats == "" else wanted.seats
    by_itself = held.auto_promote if wanted.auto_promote is None else wanted.auto_promote
    more = held.seats is not None and (seats is None or seats > held.seats)
    if held.closed_on is not None or not (more or (by_itself and not held.auto_promote)):
        return [], False
    return enrollment.list_fitting(store, ref, seats), by_itself


def list_hands(store: Store, ref: EditionRef) -> dict[str, list[str]]:
    """Whose hands an edition is in: the organizations by role, and `signatories`, each as a line."""
    parties = editions.list_parties(store, ref.id, level="strong")
    named = {
        role: [people.organization_label(one.acronym, one.name, "en") for one in parties if one.role == role]
        for role in editions.ROLES
    }
    signing = [
        _line(one.name, one.post, _office(one), one.on_behalf_of, one.signature)
        for one in editions.list_signatories(store, ref.id, level="strong")
    ]
    logos = {
        one.organization_id: _consent_line(people.organization_label(one.acronym, one.name, "en"), one.logo_consent)
        for one in parties
        if one.logo_consent
    }
    return {**named, "signatories": signing, "logo_consents": list(logos.values())}


def _consent_line(label: str, consent: str) -> str:
    return f"{label}: {consent}"


def _hands_then(store: Store, ref: EditionRef, hands: Hands, known: _Known) -> dict[str, list[str]]:
    """What `list_hands` would give of the roles that are named."""
    then = {
        role: [known.labels[known.organizations[name]] for name in names if name]
        for role, names in hands.parties.items()
    }
    if hands.consents:
        then["logo_consents"] = _consents_then(store, ref, hands, known)
    if hands.signatories is None:
        return then
    before = {one.person_id: one for one in editions.list_signatories(store, ref.id, level="strong")}
    stored = {one.organization_id: _office(one) for one in before.values() if one.organization_id}
    offices = {**stored, **known.labels}
    signing = []
    for person, line in zip(known.people, hands.signatories, strict=True):
        one, _picture = _signatory(person, line, before.get(person.id), known)
        office = offices[one.organization_id] if one.organization_id else ""
        signing.append(_line(person.name, one.post, office, one.on_behalf_of or {}, one.signature))
    return {**then, "signatories": signing}


def _consents_then(store: Store, ref: EditionRef, hands: Hands, known: _Known) -> list[str]:
    parties = editions.list_parties(store, ref.id, level="strong")
    before = {people.organization_label(one.acronym, one.name, "en"): one.logo_consent or "" for one in parties}
    said = {known.labels[known.organizations[name]]: words for name, words in hands.consents.items()}
    return [_consent_line(label, consent) for label, consent in {**before, **said}.items() if consent]


def _office(one: Signatory) -> str:
    return people.organization_label(one.acronym or {}, one.organization or {}, "en")


def _line(name: str, post: Text, office: str, behalf: Text, signature: str | None) -> str:
    parts = [name, _spelled(post), office, _spelled(behalf), signature or ""]
    return " | ".join(part for part in parts if part)


def _spelled(text: Text) -> str:
    """As it is typed: bare where it is in one language, else `en=Director; es=Directora`."""
    if len(text) < 2:
        return "".join(text.values())
    return "; ".join(f"{tag}={words}" for tag, words in sorted(text.items()))


def _find(store: Store, hands: Hands) -> _Known:
    """Everybody who is named; organizations and people that aren't known yet are made."""
    signing = hands.signatories or ()
    names = [name for parties in hands.parties.values() for name in parties if name]
    names += [line.organization for line in signing if line.organization]
    names += hands.consents
    offices = people.match_organizations(store, [NewOrganization.named(name) for name in names], hands.office).settled()
    persons, statements = _find_people(store, [line.name for line in signing])
    return _Known(
        dict(zip(names, offices.ids, strict=True)),
        {one.id: one.label for one in offices.organizations},
        persons,
        (*offices.statements, *statements),
        tuple({one.id: one.name for one in offices.organizations if one.id in offices.new}.values()),
    )


def _find_people(store: Store, names: Sequence[str]) -> tuple[tuple[PersonRef, ...], tuple[Statement, ...]]:
    """Each person, in order: by e-mail who is known, by name whoever it is."""
    known = {name: people.get_person(store, name).ref for name in names if "@" in name}
    others = [name for name in names if name not in known]
    matched = people.match_people(store, [NewPerson(name=name) for name in others])
    for fault in matched.faults:
        raise fault.error()
    found = known | dict(zip(others, matched.people, strict=True))
    persons = tuple(found[name] for name in names)
    if len({person.id for person in persons}) < len(persons):
        raise BadInput(N_("Nobody signs a certificate twice: name each signatory once."))
    return persons, matched.statements


def _statements(store: Store, edition_id: int, reference: str, hands: Hands, known: _Known) -> list[Statement]:
    """What makes these the parties and signatories, and nothing where they are."""
    wanted = {role: [known.organizations[name] for name in names if name] for role, names in hands.parties.items()}
    statements = editions.parties_statements(store, edition_id, wanted)
    consents = {
        known.organizations[name]: (words, editions.NoParty(name=name, reference=reference))
        for name, words in hands.consents.items()
    }
    statements += editions.consents_statements(store, edition_id, consents, wanted)
    if hands.signatories is not None:
        before = {one.person_id: one for one in editions.list_signatories(store, edition_id, level="strong")}
        signing = [
            _signatory(person, line, before.get(person.id), known)
            for person, line in zip(known.people, hands.signatories, strict=True)
        ]
        changes = editions.signatories_statements(store, edition_id, [one for one, _picture in signing])
        pictures = [statement for _one, picture in signing for statement in picture]
        statements += [*pictures, *changes] if changes else []
    return [*known.statements, *statements]


def _signatory(
    person: PersonRef, line: SignatoryLine, before: Signatory | None, known: _Known
) -> tuple[NewSignatory, list[Statement]]:
    """The signatory as the line says, else as before; and what keeps the picture of the signature."""
    picture = editions.read_picture(Path(line.signature)) if line.signature else None
    organization = before.organization_id if before else None
    if line.organization is not None:
        organization = known.organizations.get(line.organization)
    signature = before.signature if before and line.signature is None else None
    signatory = NewSignatory(
        person.id,
        editions.merged(before.post if before else {}, line.post or {}),
        organization,
        editions.merged(before.on_behalf_of if before else {}, line.on_behalf_of or {}),
        picture.hash if picture else signature,
    )
    return signatory, editions.picture_statements(picture) if picture else []
