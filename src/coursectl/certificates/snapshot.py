"""What a certificate prints, as plain JSON, taken at the moment of issue.

A later change of a name, a date or a signatory changes no certificate: it is printed from here, in the holder's language
or, where somebody needs it, in another; texts are in all languages that they had. Canonical JSON (keys in
order, no spaces, letters as they are, UTF-8) makes equal facts equal bytes, so the hash can be checked anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from coursectl import editions, locale, program
from coursectl.certificates.eligibility import Holder
from coursectl.certificates.kinds import KINDS, NotPrintable
from coursectl.certificates.rules import Rule
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
        """The language of whom no other is known of: the edition's first that certificates speak, else the tool's."""
        return next(filter(None, map(spoken, self.edition.languages)), locale.tool_language())

    def language_of(self, holder: Holder, wanted: str | None) -> str:
        """The language of a holder's certificate: the one that is wanted for all, else theirs, else the edition's."""
        return wanted or spoken(holder.language) or self.language

    def second_of(self, first: str, also: Sequence[str]) -> str | None:
        """The other language of a sheet in two: the first of `also`, then of the edition's, that isn't the holder's own."""
        base = first.partition("-")[0]
        others = filter(None, map(spoken, (*also, *self.edition.languages))) if also else ()
        return next((tag for tag in others if tag.partition("-")[0] != base), None)


@cache
def spoken(language: str | None) -> str | None:
    """The language's tag, if certificates are written in it; a name of the language will do."""
    tag = locale.find_language(language) if language else None
    return tag if tag and tag.partition("-")[0] in locale.DOCUMENT_LANGUAGES else None


def read_matter(store: Store, ref: EditionRef) -> Matter:
    """What the edition's certificates print. Raises NotPrintable where something is missing that all of them need."""
    edition = editions.get_edition(store, ref)
    matter = Matter(
        editions.get_course(store, ref.course),
        edition,
        tuple(editions.list_parties(store, ref.id, level="strong")),
        tuple(editions.list_signatories(store, ref.id, level="strong")),
        tuple(program.list_sessions(store, ref)),
        tuple(program.list_modules(store, ref)),
        {topic.code: topic.title for topic in program.list_topics(store, ref.course_id, level="strong")},
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
    """Makes the snapshots of one issue; what all of them share is encoded once."""

    def __init__(self, matter: Matter, rule: Rule, issued_on: str, made_with: str | None = None) -> None:
        shared = _shared_facts(matter, rule.kind, issued_on) | _own_words(rule) | {"made_with": made_with}
        self._shared = {name: as_json(value) for name, value in shared.items()}

    def content(self, holder: Holder, language: str, also: str | None = None) -> str:
        """The canonical JSON of what the holder's certificate prints; `also` is the second language of a sheet in two."""
        own = _own_facts(holder, language) | ({"also_in": also} if also else {})
        encoded = self._shared | {name: as_json(value) for name, value in own.items()}
        return "{" + ",".join(f'"{name}":{encoded[name]}' for name in sorted(encoded)) + "}"


def _own_facts(holder: Holder, language: str) -> dict[str, Any]:
    """What is the holder's own: the person as printed, the language, and of an expert the sessions and their minutes."""
    return {
        "holder": holder_facts(holder),
        "language": language,
        "minutes": holder.minutes or None,
        "sessions": [dict(title) for title in holder.sessions],
    }


def holder_facts(holder: Holder) -> dict[str, Any]:
    """Who the holder is, as printed, and the country with its names of today."""
    return {
        "name": holder.name,
        "honorific": holder.honorific,
        "sex": holder.sex,
        "country": holder.country,
        "country_name": _country_name(holder.country),
    }


def _shared_facts(matter: Matter, kind: str, issued_on: str) -> dict[str, Any]:
    course, edition = matter.course, matter.edition
    return {
        "form": FORM,
        "template": TEMPLATE,
        "design": edition.design,
        "colors": dict(edition.colors),
        "kind": kind,
        "languages": list(edition.languages),  # which text to take where one isn't in the language of the sheet
        "issued_on": issued_on,
        "course": {"code": course.code, "title": dict(course.title), "crest": course.crest},
        "edition": {
            "reference": edition.reference,
            "number": edition.number,
            # An edition without a title of its own has the course's, which is printed already.
            "title": None if edition.title == course.title else dict(edition.title),
            "place": edition.place,
            "country": edition.country,
            "country_name": _country_name(edition.country),
            "start": edition.start,
            "end": edition.end,
        },
        **{f"{role}s": _parties(matter.parties, role) for role in editions.ROLES},
        "signatories": [_signatory(one) for one in matter.signatories],
        "program": _program(matter),
    }  # fmt: skip


def _own_words(rule: Rule) -> dict[str, Any]:
    """What a kind of the office's own is like one of the three, and what it says in the place of their words."""
    base = {} if rule.kind in KINDS else {"base": rule.base}
    words = {"title": dict(rule.title), "sentence": dict(rule.sentence)}
    return base | ({"words": words} if rule.title or rule.sentence else {})


@cache
def _country_name(country: str | None) -> dict[str, str]:
    """The country's names as they are today: a country that is renamed later keeps its name on what was issued."""
    return (
        {language: locale.country_name(country, language) for language in locale.DOCUMENT_LANGUAGES} if country else {}
    )


def _parties(parties: Sequence[Party], role: str) -> list[dict[str, Any]]:
    """The organizations in a role; the logo only of whom it is on record that they agreed."""
    return [
        {
            "name": dict(party.name),
            "acronym": dict(party.acronym),
            "logo": party.logo if party.logo_consent else None,
        }
        for party in parties
        if party.role == role
    ]


def _signatory(signatory: Signatory) -> dict[str, Any]:
    return {
        "name": signatory.name,
        "honorific": signatory.honorific,
        "post": dict(signatory.post),
        "organization": dict(signatory.organization or {}),
        "on_behalf_of": dict(signatory.on_behalf_of),
        "signature": signatory.signature,
    }


def _program(matter: Matter) -> list[dict[str, Any]]:
    """The modules for the reverse, each with the topics of its sessions in the order in which they are held."""
    codes: dict[int | None, dict[str, None]] = {}
    for session in matter.sessions:
        codes.setdefault(session.module, {}).update(dict.fromkeys(session.topics))
    return [
        {
            "number": module.number,
            "title": dict(module.title),
            "topics": [dict(matter.topics[code]) for code in codes.get(module.number, ())],
        }
        for module in matter.modules
    ]
