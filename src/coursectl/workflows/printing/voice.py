"""The language of one document, and what several documents say in it: the edition, a person's sex, when the facts are from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from coursectl import editions, locale
from coursectl.documents import facts
from coursectl.editions import Edition, Party
from coursectl.locale import Text
from coursectl.store import Store

PROGRAM_TABLES = ("session", "module", "expert", "edition_topic")
"""Where a change makes another program of an edition."""


@dataclass(frozen=True)
class Voice:
    """The language of one document, with the edition's own as fallback."""

    language: str
    fallback: Sequence[str]

    def text(self, text: Text | None) -> str:
        """In the document's language, or another that the edition has."""
        return locale.pick(text or {}, self.language, self.fallback)

    def country(self, code: str | None) -> str:
        """The country's name; empty where there is none."""
        return locale.country_name(code, self.language) if code else ""

    def organization(self, name: Text | None, acronym: Text | None) -> str:
        """`Name (ACRONYM)`, or whichever there is."""
        long, short = self.text(name), self.text(acronym)
        return f"{long} ({short})" if long and short and long != short else long or short


def edition_facts(store: Store, edition: Edition, language: str) -> facts.EditionFacts:
    """The edition as a document's head names it."""
    return edition_in(store, edition, Voice(language, edition.languages))


def edition_in(store: Store, edition: Edition, voice: Voice) -> facts.EditionFacts:
    """The same in the voice of the document."""
    course = editions.get_course(store, edition.course)
    parties = editions.list_parties(store, edition.id)
    return facts.EditionFacts(
        language=voice.language,
        course=voice.text(course.title),
        course_code=edition.course,
        number=edition.number,
        place=", ".join(part for part in (edition.venue, edition.place) if part),
        country_name=voice.country(edition.country),
        start=date.fromisoformat(edition.start or ""),
        end=date.fromisoformat(edition.end or ""),
        time_zone=edition.time_zone,
        modality=edition.modality,
        city=edition.place or "",
        title="" if edition.title == course.title else voice.text(edition.title),
        organizers=_parties(parties, "organizer", voice),
        hosts=_parties(parties, "host", voice),
        partners=_parties(parties, "partner", voice),
        sponsors=_parties(parties, "sponsor", voice),
    )


def _parties(parties: Iterable[Party], role: str, voice: Voice) -> tuple[facts.Party, ...]:
    return tuple(
        facts.Party(voice.text(party.name), voice.text(party.acronym), role) for party in parties if party.role == role
    )


def sex(word: str | None) -> facts.Sex | None:
    """The word, where documents know it."""
    known: dict[str, facts.Sex] = {"female": "female", "male": "male", "other": "other", "not_stated": "not_stated"}
    return known.get(word or "")


def instant(at: str | None, edition: Edition) -> datetime:
    """When the facts are from: their last change, or the edition's first day where nothing says."""
    if at:
        return datetime.fromisoformat(at)
    return datetime.combine(date.fromisoformat(edition.start or "1970-01-01"), time(), UTC)
