"""The fixed words of documents: one file per language, `templates/lang/es.toml`, and what is said with them.

Adding a language is adding a file; a user's file of the same name overrides words of ours one by one.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import Formatter
from typing import Any, TypeAlias

from coursectl.documents.facts import EditionFacts, Party, RosterPerson
from coursectl.documents.templates import BadTemplate, plain_text, template_folders
from coursectl.errors import N_, BadInput

Words: TypeAlias = dict[str, Any]


def read_words(language: str, templates: Sequence[Path] = ()) -> Words:
    """The words of a language (BCP 47), those of `es` for `es-AR`. Raises BadInput (no such language) and BadTemplate."""
    files = _language_files(language, templates)
    if not files:
        raise BadInput(
            N_(
                "There are no words for documents in {language!r}. There are: {languages}. Add a file lang/{language}.toml."
            ),
            language=language,
            languages=", ".join(list_languages(templates)),
        )
    words: Words = {}
    for file in reversed(files):
        words = _overlaid(words, _read(file), file)
    return words


def _language_files(language: str, templates: Sequence[Path]) -> list[Path]:
    """The files of the language, most telling first: the nearest tag, then the order of folders."""
    known = set(list_languages(templates))
    tags = [tag for tag in (language, language.split("-")[0]) if tag in known]
    folders = template_folders(templates)
    places = [folder / "lang" / f"{tag}.toml" for tag in dict.fromkeys(tags) for folder in folders]
    return [place for place in places if place.is_file()]


def list_languages(templates: Sequence[Path] = ()) -> list[str]:
    """The languages that there are words of documents in."""
    return sorted({file.stem for folder in template_folders(templates) for file in folder.glob("lang/*.toml")})


def _read(file: Path) -> Words:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # ValueError: no TOML, no UTF-8, a number of too many digits
        raise BadTemplate(N_("Words of documents, {file}: {reason}."), file=file, reason=str(error)) from error


def _overlaid(below: Words, above: Words, file: Path) -> Words:
    """The words with those of `file` above them. Raises BadTemplate where these are of another make."""
    merged = dict(below)
    for key, value in above.items():
        old: Any = merged.get(key, value)
        if type(old) is not type(value) or (isinstance(old, str) and not _fields(value) <= _fields(old)):
            raise BadTemplate(
                N_(
                    "Words of documents, {file}: {key} must be of the same kind, with the same fields, as the product's."
                ),
                file=file,
                key=key,
            )
        merged[key] = _overlaid(old, value, file) if isinstance(old, dict) else value
    return merged


def _fields(wording: str) -> set[object]:
    """What a wording leaves open, `{n}`; a brace that isn't closed is a field that no other wording has."""
    try:
        return {part[1:] for part in Formatter().parse(wording) if part[1] is not None}
    except ValueError:
        return {wording}


@contextmanager
def words_of(language: str) -> Iterator[None]:
    """Say with the words of a language file, which somebody may have written. Raises BadTemplate for what is missing there."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise BadTemplate(
            N_("Words of documents, lang/{language}.toml: {reason} is missing or can't be filled in."),
            language=language,
            reason=str(error),
        ) from error


class Voice:
    """What a template says in one language: its words, dates, numbers and phrases. Passed to templates as `say`."""

    def __init__(self, language: str, templates: Sequence[Path] = ()) -> None:
        self.language = language
        self.words = read_words(language, templates)
        self._templates = tuple(templates)

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

        return self.count("hours", 1 if minutes == 60 else 0, shown=format_hours(round(minutes), self.language))

    def count(self, noun: str, number: int, shown: str | None = None) -> str:
        """`28 participantes`: a noun of the language file's `counts` with a number."""
        forms = self.words["counts"][noun]
        wording: str = forms["one" if number == 1 else "other"]
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
        return " ".join(self.edition_parts(edition))

    def edition_parts(self, edition: EditionFacts) -> tuple[str, str]:
        """`37.ª edición del`, `Curso Interamericano sobre Migraciones Internacionales`: for titles on their own line."""
        words = self.words["edition"]
        first = edition.course.split(" ", 1)[0].casefold()
        joined: str = words["joined"].get(first, words["otherwise"])
        before, _, course = joined.rpartition(" ")
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
        return f"{place}, {country}" if place else country
