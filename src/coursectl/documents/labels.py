"""Badges and table cards: what stands on each, in its person's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl.documents.facts import LabelFacts, LabelPerson
from coursectl.documents.wording import Voice, words_of


@dataclass(frozen=True)
class Label:
    """One badge or card in words."""

    language: str
    name: str
    country: str
    office: str
    role: str
    kind: str  # participant, expert, organizer: what colors go by
    course: str  # "37.ª edición del Curso …"
    issuer: str  # acronyms of the organizers


def labels_of(facts: LabelFacts, templates: Sequence[Path]) -> list[Label]:
    """What stands on the badges or cards of the facts. Raises BadInput (no such language) and BadTemplate."""
    voices: dict[str, Voice] = {}
    labels = []
    for person in facts.people:
        language = person.edition.language
        if language not in voices:
            voices[language] = Voice(language, templates)
        labels.append(_label(person, voices[language]))
    return labels


def _label(person: LabelPerson, say: Voice) -> Label:
    edition = person.edition
    sex = person.sex if person.sex in ("female", "male") else "neutral"
    with words_of(edition.language):
        return Label(
            language=edition.language,
            name=person.name,
            country=person.country_name,
            office=person.office,
            role=say.words["role"][person.role][sex],
            kind=person.role,
            course=say.edition(edition),
            issuer=say.short(edition.organizers),
        )
