"""What a certificate prints, as plain JSON in the holder's language, taken at the moment of issue.

A later change of a name, a date or a signatory changes no certificate: it is printed from here. Canonical JSON (keys in
order, no spaces, letters as they are, UTF-8) makes equal facts equal bytes, so the hash can be checked anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursectl import editions, locale, program
from coursectl.certificates.eligibility import Holder
from coursectl.certificates.kinds import NotPrintable
from coursectl.editions import Course, Edition, EditionRef, Party, Signatory
from coursectl.errors import N_
from coursectl.locale import Text
from coursectl.program import Module, Session
from coursectl.store import Store, as_json

FORM = 1
"""The shape of snapshots: readers of old ones tell by it what to expect."""

TEMPLATE = "certificates"


@dataclass(frozen=True)
class Matter:
    """Everything about an edition that its certificates print, in all its languages, read once."""

    course: Course
    edition: Edition
    parties: tuple[Party, ...]
    signatories: tuple[Signatory, ...]
    sessions: tuple[Session, ...]
    modules: tuple[Module, ...]
    topics: Mapping[str, Text]  # title by code

    @property
    def language(self) -> str:
        """The language of whom no other is known of: the edition's first that certificates speak, else English."""
        return next(filter(None, map(spoken, self.edition.languages)), "en")

    def language_of(self, holder: Holder, wanted: str | None) -> str:
        """The language of a holder's certificate: the one that is wanted for all, else theirs, else the edition's."""
        return wanted or spoken(holder.language) or self.language


def spoken(language: str | None) -> str | None:
    """The language's tag, if certificates are written in it; a name of the language will do."""
    tag = locale.find_language(language) if language else None
    return tag if tag and tag.partition("-")[0] in locale.LANGUAGES else None


def read_matter(store: Store, ref: EditionRef) -> Matter:
    """What the edition's certificates print. Raises NotPrintable where something is missing that all of them need."""
    edition = editions.get_edition(store, ref)
    matter = Matter(
        editions.get_course(store, ref.course),
        edition,
        tuple(editions.list_parties(store, ref.id)),
        tuple(editions.list_signatories(store, ref.id)),
        tuple(program.list_sessions(store, ref)),
        tuple(program.list_modules(store, ref)),
        {topic.code: topic.title for topic in program.list_topics(store, ref.course_id)},
    )
    _check_complete(matter)
    return matter


def _check_complete(matter: Matter) -> None:
    edition = matter.edition
    needed = (
        (edition.place, N_("the place"), "--place PLACE"),
        (edition.start, N_("the first day"), "--start DATE"),
        (edition.end, N_("the last day"), "--end DATE"),
        (matter.signatories, N_("who signs"), '--signatory "NAME | POST"'),
    )
    missing = [(name, option) for value, name, option in needed if not value]
    if missing:
        raise NotPrintable(edition.reference, [name for name, _ in missing], [option for _, option in missing])


class Snapshots:
    """Makes the snapshots of one issue; what certificates of one language share is worded and encoded once."""

    def __init__(self, matter: Matter, kind: str, issued_on: str) -> None:
        self._matter = matter
        self._kind = kind
        self._issued_on = issued_on
        self._shared: dict[str, dict[str, str]] = {}

    def content(self, holder: Holder, language: str) -> str:
        """The canonical JSON of what the holder's certificate prints."""
        if language not in self._shared:
            shared = _shared_facts(self._matter, self._kind, self._issued_on, language)
            self._shared[language] = {name: as_json(value) for name, value in shared.items()}
        own = _own_facts(self._matter, holder, language)
        encoded = self._shared[language] | {name: as_json(value) for name, value in own.items()}
        return "{" + ",".join(f'"{name}":{encoded[name]}' for name in sorted(encoded)) + "}"


def _own_facts(matter: Matter, holder: Holder, language: str) -> dict[str, Any]:
    """What is the holder's own: the person as printed, and of an expert the sessions and their minutes."""
    fallback = matter.edition.languages
    return {
        "holder": {
            "name": holder.name,
            "honorific": holder.honorific,
            "sex": holder.sex,
            "country": holder.country,
            "country_name": _country_name(holder.country, language),
        },
        "minutes": holder.minutes or None,
        "sessions": [locale.pick(title, language, fallback) for title in holder.sessions],
    }


def _shared_facts(matter: Matter, kind: str, issued_on: str, language: str) -> dict[str, Any]:
    course, edition = matter.course, matter.edition
    fallback = edition.languages
    title = locale.pick(course.title, language, fallback)
    return {
        "form": FORM,
        "template": TEMPLATE,
        "kind": kind,
        "language": language,
        "issued_on": issued_on,
        "course": {"code": course.code, "title": title, "crest": course.crest},
        "edition": {
            "reference": edition.reference,
            "number": edition.number,
            # An edition without a title of its own has the course's, which is printed already.
            "title": None if edition.title == course.title else locale.pick(edition.title, language, fallback),
            "place": edition.place,
            "country": edition.country,
            "country_name": _country_name(edition.country, language),
            "start": edition.start,
            "end": edition.end,
        },
        **{f"{role}s": _parties(matter.parties, role, language, fallback) for role in editions.ROLES},
        "signatories": [_signatory(one, language, fallback) for one in matter.signatories],
        "program": _program(matter, language),
    }  # fmt: skip


def _country_name(country: str | None, language: str) -> str | None:
    return locale.country_name(country, language) if country else None


def _parties(parties: Sequence[Party], role: str, language: str, fallback: Sequence[str]) -> list[dict[str, str]]:
    return [
        {
            "name": locale.pick(party.name, language, fallback),
            "acronym": locale.pick(party.acronym, language, fallback),
        }
        for party in parties
        if party.role == role
    ]


def _signatory(signatory: Signatory, language: str, fallback: Sequence[str]) -> dict[str, Any]:
    return {
        "name": signatory.name,
        "honorific": signatory.honorific,
        "post": locale.pick(signatory.post, language, fallback),
        "organization": locale.pick(signatory.organization or {}, language, fallback),
        "on_behalf_of": locale.pick(signatory.on_behalf_of, language, fallback),
        "signature": signatory.signature,
    }


def _program(matter: Matter, language: str) -> list[dict[str, Any]]:
    """The modules for the reverse, each with the topics of its sessions in the order in which they are held."""
    fallback = matter.edition.languages
    codes: dict[int | None, dict[str, None]] = {}
    for session in matter.sessions:
        codes.setdefault(session.module, {}).update(dict.fromkeys(session.topics))
    return [
        {
            "number": module.number,
            "title": locale.pick(module.title, language, fallback),
            "topics": [locale.pick(matter.topics[code], language, fallback) for code in codes.get(module.number, ())],
        }
        for module in matter.modules
    ]
