"""The marks of an edition as a file for the office: a row a person, a column a session, hours and rate at the end.

It is the form that `attend import` reads, so nothing is lost on the way; the last columns are for the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl import enrollment, locale, tables
from coursectl.attendance.rates import LATE, Book, Mark, open_book
from coursectl.editions import EditionRef
from coursectl.store import Store

_LETTERS = {"present": "P", "absent": "A", "excused": "E"}

HEADINGS: Mapping[str, tuple[str, str, str, str]] = {
    "number": ("No.", "N.º", "N.º", "N°"),
    "name": ("Full name", "Nombre completo", "Nome completo", "Nom complet"),
    "country": ("Country", "País", "País", "Pays"),
    "status": ("Status", "Estado de la inscripción", "Situação", "Statut"),
    "hours": ("Hours", "Horas", "Horas", "Heures"),
    "of_hours": ("Of hours", "De horas", "De horas", "Sur heures"),
    "percent": ("Attended %", "Asistió %", "Presença %", "Présence %"),
    "excused": ("Excused", "Justificadas", "Justificadas", "Excusées"),
}
"""The columns beside those of sessions (S1, S2, …), in English, Spanish, Portuguese and French."""


@dataclass(frozen=True)
class ExportedMarks:
    """The file that was written: how many people and sessions it has, and how many marks."""

    file: str
    edition: str
    people: int
    sessions: int
    marks: int


def export_marks(
    store: Store, edition: EditionRef, path: Path, *, language: str = "en", force: bool = False
) -> ExportedMarks:
    """Write the marks of everybody who holds a place or was marked, by all sessions that count and are held.

    The format is that of the name's ending. Hours are rounded down to a tenth, percent to a whole one. Raises Refused where
    the file is there and it isn't `force`, BadInput for another ending or where it can't be written, NotFound for the folder.
    """
    tables.refuse_to_replace(path, force=force)
    book = open_book(store, edition)
    roster = enrollment.list_roster(store, edition, enrollment.HAD_A_PLACE, language=language)
    people = [one for one in enrollment.each_once(roster) if one.status != "withdrawn" or book.of(one)]
    sessions = [f"S{session.number}" for session in book.sessions]
    names = ["number", "name", "country", "status", *sessions, "hours", "of_hours", "percent", "excused"]
    place = locale.LANGUAGES.index(language) if language in locale.LANGUAGES else 0
    headers = [HEADINGS[name][place] if name in HEADINGS else name for name in names]
    rows = [_row(book, one, language) for one in people]
    tables.write_table(path, edition.reference, headers, rows, names)
    marks = sum(len(book.of(one)) for one in people)
    return ExportedMarks(str(path), edition.reference, len(people), len(sessions), marks)


def _row(book: Book, one: enrollment.Enrollment, language: str) -> Sequence[object]:
    own, share = book.of(one), book.share(one)
    country = locale.country_name(one.country, language) if one.country else ""
    status = locale.translated(one.status, language if language in locale.LANGUAGES else "en")
    return [
        one.number,
        one.name,
        country,
        status,
        *(_letter(own.get(session.id)) for session in book.sessions),
        share.minutes * 10 // 60 / 10,
        share.of_minutes * 10 // 60 / 10,
        share.minutes * 100 // share.of_minutes if share.of_minutes else None,
        share.excused,
    ]


def _letter(mark: Mark | None) -> str:
    if mark is None:
        return ""
    return f"L{mark.minutes_late}" if mark.word == LATE else _LETTERS[mark.word]
