"""What documents say in one language: its words, one catalog per language (`catalogs.py`), its dates, numbers, phrases.

Adding a language is adding a file; an office's file of the same name overrides words of ours one by one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from coursectl.documents.catalogs import list_languages, read_catalog
from coursectl.documents.facts import EditionFacts, Party, RosterPerson
from coursectl.documents.templates import BadTemplate, Sealed, plain_text
from coursectl.errors import N_

__all__ = ["Voice", "Words", "list_languages", "read_words", "words_of"]

Words: TypeAlias = dict[str, Any]


def read_words(language: str, templates: Sequence[Path] = ()) -> Words:
    """The words of a language as templates use them, `words["roster"]["title"]`. Raises BadInput and BadTemplate."""
    words: Words = {}
    for key, wording in read_catalog(language, templates).items():
        *groups, name = key.split(".")
        table: Any = words
        for group in groups:
            table = table.setdefault(group, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict) or isinstance(table.get(name), dict):
            raise BadTemplate(
                N_("Words of documents, lang/{language}.po: {key} is a text and a group of texts at once."),
                language=language,
                key=key,
            )
        table[name] = wording
    return words


@contextmanager
def words_of(language: str) -> Iterator[None]:
    """Say with the words of a language file, which somebody may have written. Raises BadTemplate for what is missing there."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise BadTemplate(
            N_("Words of documents, lang/{language}.po: {reason} is missing or can't be filled in."),
            language=language,
            reason=str(error),
        ) from error


class Voice:
    """What a template says in one language: its words, dates, numbers and phrases. Passed to templates as `say`."""

    def __init__(self, language: str, templates: Sequence[Path] = ()) -> None:
        self.language = language
        self.words = read_words(language, templates)
        self._templates = templates if isinstance(templates, Sealed) else tuple(templates)

    def __reduce__(self) -> tuple[type[Voice], tuple[str, tuple[Path, ...]]]:
        """To another process it goes as the language that it is, and finds its words there anew."""
        return Voice, (self.language, self._templates)

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from the right."""
        return self.language.split("-")[0] in {"ar", "fa", "he", "ur"}

    def date(self, on: datetime.date) -> str:
        """`9 de marzo de 2015`"""
        from coursectl.locale import format_date

        return format_date(on, self.language)

    def day(self, on: datetime.date) -> str:
        """`Lunes 9 de marzo de 2015`, to stand as a heading."""
        from coursectl.locale import format_day

        written = format_day(on, self.language)
        return written[:1].upper() + written[1:]

    def dates(self, start: datetime.date, end: datetime.date) -> str:
        """`del 9 al 20 de marzo de 2015`"""
        from coursectl.locale import format_date_range

        return format_date_range(start, end, self.language)

    def hours(self, minutes: float) -> str:
        """`60 horas`"""
        from coursectl.locale import format_hours

        return self.count("hours", round(minutes) / 60, shown=format_hours(round(minutes), self.language))

    def count(self, noun: str, number: float, shown: str | None = None) -> str:
        """`28 participantes`: a noun of the catalog's `counts` with a number."""
        from coursectl.locale import counted_like

        wording: str = self.words["counts"][noun].of(counted_like(number, self.language))
        return wording.format(n=shown if shown is not None else number)

    def totals(self, people: Sequence[RosterPerson]) -> str:
        """`28 participantes · 15 países · 14 mujeres · 14 hombres`: the sexes only where everybody's is known."""
        totals = [
            self.count("participants", len(people)),
            self.count("countries", len({person.country_name for person in people})),
        ]
        if people and all(person.sex in ("female", "male") for person in people):
            for noun, sex in (("women", "female"), ("men", "male")):
                totals.append(self.count(noun, sum(person.sex == sex for person in people)))
        return " · ".join(totals)

    def percent(self, fraction: float) -> str:
        """`80 %`"""
        shown: str = self.words["percent"].format(n=f"{fraction * 100:.6g}")
        return shown

    def join(self, items: Sequence[str]) -> str:
        """`a, b y c`"""
        from coursectl.locale import join_words

        return join_words(list(items), self.language)

    def edition(self, edition: EditionFacts) -> str:
        """`37.ª edición del Curso Interamericano sobre Migraciones Internacionales`

        The language file says how a course's first word is joined ("del Curso", "de la Escuela"); other titles are
        quoted after the edition.
        """
        return self.beside(*self.edition_parts(edition))

    def beside(self, first: str, second: str) -> str:
        """Two pieces of a sentence, with a space where the language has one."""
        from coursectl.locale import side_by_side

        return side_by_side(first, second, self.language)

    @property
    def comma(self) -> str:
        """What stands between the parts of a list, its space included: `، ` in Arabic."""
        from coursectl.locale import comma

        return comma(self.language)

    def listed(self, items: Sequence[str]) -> str:
        """`a; b; c`: parts that may hold commas."""
        from coursectl.locale import semicolon

        return semicolon(self.language).join(items)

    def edition_parts(self, edition: EditionFacts) -> tuple[str, str]:
        """`37.ª edición del`, `Curso Interamericano sobre Migraciones Internacionales`: for titles on their own line."""
        words = self.words["edition"]
        joined: str = _joint(words.get("joined", {}), edition.course) or words["otherwise"]
        before, course = _before_course(joined)
        return before.format(ordinal=self.ordinal(edition.number)), course.format(course=edition.course)

    def edition_alone(self, edition: EditionFacts) -> str:
        """`37.ª edición`"""
        alone: str = self.words["edition"]["alone"].format(ordinal=self.ordinal(edition.number))
        return alone

    def ordinal(self, number: int) -> str:
        """`37.ª`, of an edition."""
        from coursectl.locale import ordinal

        return ordinal(number, self.language)

    def code(self, table: str, code: str | None) -> str:
        """The word for a code (a kind of session, a category), or the code itself where the language has none."""
        words: Mapping[str, str] = self.words[table]
        return words.get(code or "", code or "")

    def party(self, party: Party) -> str:
        """`Organización Internacional para las Migraciones (OIM)`"""
        if not party.acronym or party.acronym == party.name:
            return party.name
        return f"{party.name} ({party.acronym})"

    def short(self, parties: Sequence[Party]) -> str:
        """`ACNUR · OACNUDH · IPPDH`: acronyms where there are, names where not."""
        return " · ".join(party.acronym or party.name for party in parties)

    def where(self, edition: EditionFacts) -> str:
        """`Hotel Costa, Mar del Plata, Argentina`, the country said once."""
        return self._placed(edition.place, edition)

    def town(self, edition: EditionFacts) -> str:
        """`Mar del Plata, Argentina`, for a sentence: no preposition goes with all venues."""
        return self._placed(edition.city or edition.place, edition)

    def _placed(self, named: str, edition: EditionFacts) -> str:
        place, country = plain_text(named), plain_text(edition.country_name)
        if not country or country in place:
            return place
        if self.language.split("-")[0] == "zh":  # from the large to the small, as on an envelope
            return f"{country}{place}"
        return f"{place}{self.comma}{country}" if place else country


def _joint(joined: Mapping[str, str], course: str) -> str:
    """How the title of a course goes on after the edition: by its first word, else by how that ends, `*ый` in the catalog."""
    first = course.split(" ", 1)[0].casefold()
    endings = (f"*{first[place:]}" for place in range(1, len(first)))
    return next((joined[key] for key in (first, *endings) if key in joined), "")


def _before_course(joined: str) -> tuple[str, str]:
    """What stands before the course, and the course with what belongs to it: an article, quotation marks."""
    before, space, course = joined.rpartition(" ")
    if not space:  # a language without spaces
        at = joined.index("{course}")
        at -= joined[at - 1 : at] in ("“", "《", "「")
        before, course = joined[:at], joined[at:]
    return before, course
