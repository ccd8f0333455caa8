"""A program in a file: its rows, read and checked into sessions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from coursectl.editions import read_modality
from coursectl.errors import N_, BadInput, BadTable, CourseError, Fault
from coursectl.locale import DOCUMENT_LANGUAGES, Text, fold, is_whole_number, parse_time, read_word
from coursectl.people import PersonRef
from coursectl.program.experts import NoExpert, find_among
from coursectl.program.fitting import Frame, NewChair, NewSession, NoKind, Problem, find_same, problems
from coursectl.program.sessions import KINDS, read_day
from coursectl.tables import Column, Row, Table, read_table

T = TypeVar("T")

FindChair = Callable[[str], NewChair]
"""Who a cell of chairs means. Raises a CourseError whose wording becomes the fault."""

_TITLES = {
    "en": ("title (en)", "english title", "title in english", "título en inglés", "título em inglês", "titre en anglais"),
    "es": ("título (es)", "spanish title", "title in spanish", "título en español", "título em espanhol", "titre en espagnol"),
    "pt": ("título (pt)", "portuguese title", "title in portuguese", "título en portugués", "título em português", "titre en portugais"),
    "fr": ("título (fr)", "french title", "title in french", "título en francés", "título em francês", "titre en français"),
    "ar": ("título (ar)", "arabic title", "title in arabic", "título en árabe", "título em árabe", "titre en arabe", "العنوان بالعربية"),
    "zh": ("título (zh)", "chinese title", "title in chinese", "título en chino", "título em chinês", "titre en chinois", "中文标题"),
    "ru": ("título (ru)", "russian title", "title in russian", "título en ruso", "título em russo", "titre en russe", "название на русском"),
}  # fmt: skip
COLUMNS = (
    Column("day", ("date", "fecha", "día", "data", "dia", "jour", "jornada"), required=True),
    Column("start", ("from", "begins", "start time", "inicio", "hora de inicio", "comienzo", "desde", "início", "hora de início",
                     "das", "début", "heure de début"), required=True),
    Column("end", ("to", "ends", "until", "end time", "fin", "hora de fin", "finalización", "hasta", "fim", "hora de fim", "término",
                   "até", "heure de fin"), required=True),
    Column("kind", ("type", "tipo", "genre")),
    Column("modality", ("mode", "modalidad", "modalidade", "modalité")),
    Column("module", ("módulo", "unidad", "unidade")),
    Column("counts", ("counts for attendance", "cuenta", "cuenta asistencia", "computa", "conta", "conta presença", "compte")),
    Column("title", ("session", "activity", "título", "sesión", "actividad", "sessão", "atividade", "titre", "séance", "activité")),
    *(Column(f"title_{language}", headers) for language, headers in _TITLES.items()),
    Column("room", ("place", "sala", "salón", "aula", "lugar", "local", "salle", "lieu")),
    Column("topics", ("topic", "temas", "tema", "tópicos", "thèmes", "thème", "sujets")),
    Column("experts", ("expert", "faculty", "lecturers", "speakers", "teachers", "expertos", "especialistas", "docentes",
                       "disertantes", "ponentes", "expositores", "profesores", "professores", "palestrantes", "intervenants")),
    Column("chairs", ("chair", "chaired by", "authorities", "preside", "presidencia", "autoridades", "presidência", "présidence",
                      "autorités")),
)  # fmt: skip


@dataclass(frozen=True)
class SessionFile:
    """The sessions of a file, each with the row it stands in."""

    table: Table
    rows: tuple[Row, ...]
    sessions: tuple[NewSession, ...]


def read_sessions(
    path: Path, frame: Frame, find_chair: FindChair, *, language: str, clash_ok: bool = False
) -> SessionFile:
    """The sessions of a file, which all fit `frame`; the column `title` is in `language`.

    Experts are those of the frame, by name; chairs are whom `find_chair` says. Raises BadTable with all faults by row and
    column, NotFound or BadInput where the file can't be read.
    """
    faults: list[Fault] = []
    table = read_table(path, COLUMNS, faults=faults)
    reader = _Reader(table, frame, find_chair, language)
    read = [(row, session) for row in table.rows if (session := reader.session(row))]
    rows, sessions = [row for row, _ in read], [session for _, session in read]
    faults += [*reader.faults, *_misfits(table, frame, rows, sessions, clash_ok=clash_ok)]
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    return SessionFile(table, tuple(rows), tuple(sessions))


class _Reader:
    """Reads the rows of one table; what can't be read is in `faults`."""

    def __init__(self, table: Table, frame: Frame, find_chair: FindChair, language: str) -> None:
        self.faults: list[Fault] = []
        self._table = table
        self._frame = frame
        self._find_chair = find_chair
        self._language = language

    def session(self, row: Row) -> NewSession | None:
        """The session of a row, or None where one of its cells can't be read."""
        before = len(self.faults)
        kind = _kind_as_modality(row)
        session = NewSession(
            date=self._cell(row, "day", self._day) or "",
            start=self._cell(row, "start", parse_time) or "",
            end=self._cell(row, "end", parse_time) or "",
            title=self._title(row),
            kind=kind or self._cell(row, "kind", _kind) or "",
            counts=self._cell(row, "counts", _counts),
            module=self._cell(row, "module", _module),
            room=row.values["room"] or None,
            topics=tuple(re.split(r"[\s;,]+", row.values["topics"])) if row.values["topics"] else (),
            experts=self._people(row, "experts", self._expert),
            chairs=self._people(row, "chairs", self._find_chair),
            modality=None if kind else self._cell(row, "modality", _modality),
        )
        if len(self.faults) == before:
            return session
        self.faults += self._beside(row, session, {fault.column for fault in self.faults[before:]})
        return None

    def _beside(self, row: Row, session: NewSession, unread: set[str | None]) -> list[Fault]:
        """What is wrong with the other cells of a row that can't be read: one look at the file tells all."""
        found = [_problem_fault(self._table, row, one) for one in problems(self._frame, [session], clash_ok=True)]
        return [fault for fault in found if fault.column not in unread]

    def _cell(self, row: Row, name: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(row.values[name])
        except CourseError as error:
            self.faults.append(_fault(self._table, row, name, row.values[name], error))
            return None

    def _people(self, row: Row, name: str, find: Callable[[str], T]) -> tuple[T, ...]:
        found: list[T] = []
        for who in (part.strip() for part in row.values[name].split(";")):
            try:
                found += [find(who)] if who else []
            except CourseError as error:
                self.faults.append(_fault(self._table, row, name, who, error))
        return tuple(found)

    def _day(self, words: str) -> str:
        return read_day(words, self._frame.start, self._frame.end, self._frame.edition.reference)

    def _expert(self, who: str) -> PersonRef:
        return get_expert_of(self._frame, who)

    def _title(self, row: Row) -> Text:
        titles = {language: row.values[f"title_{language}"] for language in DOCUMENT_LANGUAGES}
        if row.values["title"]:
            titles.setdefault(self._language, "")
            titles[self._language] = titles[self._language] or row.values["title"]
        return {language: text for language, text in titles.items() if text}


def get_expert_of(frame: Frame, who: str) -> PersonRef:
    """The expert of the frame whom a name means. Raises NoExpert, Ambiguous."""
    found = find_among(frame.experts, who)
    if found is None:
        raise NoExpert(name=who, edition=frame.edition.reference)
    return found


def read_kind(words: str) -> str:
    """The kind of session that a word means in en, es, pt or fr. Raises NoKind."""
    kind = read_word("session_kind", words)
    if kind is None:
        raise NoKind(kind=words, known=", ".join(KINDS))
    return kind


def _kind(words: str) -> str:
    return read_kind(words) if words else "lecture"


def _kind_as_modality(row: Row) -> str | None:
    """The kind that a column `modalidad` names, as programs do that have no other column for it: `taller`, `panel`."""
    return None if row.values["kind"] else read_word("session_kind", row.values["modality"])


def _modality(words: str) -> str | None:
    return read_modality(words) if words else None


def _counts(words: str) -> bool | None:
    if not words:
        return None
    answer = read_word("yes_no", words)
    if answer is None:
        raise BadInput(N_("say yes or no, or nothing for what its kind does"))
    return answer == "yes"


def _module(words: str) -> int | None:
    if words and not is_whole_number(words):
        raise BadInput(N_("a module goes by its number"))
    return int(words) if words else None


def _misfits(
    table: Table, frame: Frame, rows: Sequence[Row], sessions: Sequence[NewSession], *, clash_ok: bool
) -> list[Fault]:
    """What keeps the sessions that aren't there yet out of the program, and rows that say the same as one above."""
    fresh = [index for index, session in enumerate(sessions) if find_same(frame.sessions, session) is None]
    faults: list[Fault] = []
    first: dict[tuple[str, str, str], Row] = {}
    unique: list[int] = []
    for index in fresh:
        session = sessions[index]
        titles = [fold(text) for text in session.title.values()]
        twin = next((first[key] for title in titles if (key := (session.date, session.start, title)) in first), None)
        if twin:
            faults.append(table.fault(rows[index], "start", N_("row {other} has the same session"), other=twin.number))
            continue
        unique.append(index)
        first |= {(session.date, session.start, title): rows[index] for title in titles}
    found = problems(frame, [sessions[index] for index in unique], clash_ok=clash_ok)
    return faults + [_problem_fault(table, rows[unique[problem.index]], problem) for problem in found]


def _problem_fault(table: Table, row: Row, problem: Problem) -> Fault:
    return _fault(table, row, problem.field, problem.value, problem.error)


def _fault(table: Table, row: Row, name: str, value: str, error: CourseError) -> Fault:
    wording = error.args[0] or error.wording
    return Fault(row.number, table.headers.get(name, name), value, wording, tuple(error.facts.items()))
