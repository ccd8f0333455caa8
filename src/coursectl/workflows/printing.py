"""From the store to files: gather the facts of a document, in its language, and have it made.

Documents get plain values; this is where rows become them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal, TypeAlias

from coursectl import certificates, documents, editions, enrollment, locale, program
from coursectl.certificates import Printable
from coursectl.documents import facts
from coursectl.editions import Edition, EditionRef, Party
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, NotFound, Refused, Usage
from coursectl.locale import Text
from coursectl.program import Expert, Session
from coursectl.store import Store
from coursectl.store.undo import get_changes

DOCUMENTS = ("syllabus", "attendance-sheet", "roster", "certificates")
_SESSIONS = ("session",)  # their changes number the versions of a syllabus
_PROGRAM_TABLES = ("session", "module", "expert", "edition_topic")
ROWS_A_PAGE = 17  # of an attendance sheet
BLANK_ROWS = 5
_ROSTER_TABLES = ("enrollment",)

Progress = Callable[[int, int], None]


By: TypeAlias = Literal["half-day", "session"]


def read_by(words: str) -> By:
    """What a column of an attendance sheet is signed for. Raises Usage."""
    known: dict[str, By] = {"half-day": "half-day", "session": "session"}
    if words not in known:
        raise Usage(N_("A sheet is signed by half-day or by session, not by {by!r}."), by=words)
    return known[words]


@dataclass(frozen=True)
class Order:
    """What is to be printed, and how. `language` is a BCP 47 tag, or None for that of each person or of the edition."""

    document: str
    folder: Path
    format: str = "pdf"
    language: str | None = None
    kind: str | None = None
    merged: bool = False
    reverse: bool = False
    by: By = "half-day"
    force: bool = False
    templates: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Printed:
    """The files that were written, in the order in which they were made."""

    document: str
    edition: str
    folder: str
    files: tuple[str, ...]
    certificates: int = 0


class NoDates(Refused):
    """Every document names the days."""

    rule = "edition_dated"
    wording = N_(
        "{reference} has no dates yet. Give it some: coursectl edition edit {reference} --start DATE --end DATE"
    )


class NothingIssued(Refused):
    """There is no certificate to print."""

    rule = "certificates_issued"
    wording = N_(
        "{reference} has no certificates to print. Issue them with: coursectl certificate issue -e {reference}"
    )


class NothingOfKindIssued(NothingIssued):
    """There is no certificate of the kind that is wanted."""

    wording = N_(
        "{reference} has no {kind} certificates to print. "
        "Issue them with: coursectl certificate issue -e {reference} --kind {kind}"
    )


def print_document(store: Store, ref: EditionRef, order: Order, progress: Progress | None = None) -> Printed:
    """Make a document of an edition and write it into the order's folder.

    Raises Usage for a document or form that there isn't, Refused where facts are missing or a file is in the way, and
    whatever a template or a name that no font can show has to say.
    """
    if order.document not in DOCUMENTS:
        raise Usage(
            N_("There is no document {name!r}. There are: {known}."), name=order.document, known=", ".join(DOCUMENTS)
        )
    for folder in order.templates:
        if not folder.is_dir():
            raise NotFound(N_("There is no folder {folder} to take templates from."), folder=folder)
    if order.document == "certificates":
        return _print_certificates(store, ref, order, progress)
    edition = editions.get_edition(store, ref)
    if edition.start is None or edition.end is None:
        raise NoDates(reference=ref.reference)
    language = order.language or next(iter(edition.languages), locale.tool_language())
    gathered, at = _GATHER[order.document](store, edition, _Voice(language, edition.languages), order)
    data = documents.render(order.document, gathered, format=order.format, templates=order.templates, at=at)
    name = f"{ref.reference}-{order.document}-{language}.{order.format}"
    path = documents.write_file(order.folder, name, data, force=order.force)
    return Printed(order.document, ref.reference, str(order.folder), (path.name,))


@dataclass(frozen=True)
class _Voice:
    """The language of one document, with the edition's own as fallback."""

    language: str
    fallback: Sequence[str]

    def text(self, text: Text | None) -> str:
        return locale.pick(text or {}, self.language, self.fallback)

    def country(self, code: str | None) -> str:
        return locale.country_name(code, self.language) if code else ""

    def organization(self, name: Text | None, acronym: Text | None) -> str:
        """`Name (ACRONYM)`, or whichever there is."""
        long, short = self.text(name), self.text(acronym)
        return f"{long} ({short})" if long and short and long != short else long or short


def edition_facts(store: Store, edition: Edition, language: str) -> facts.EditionFacts:
    """The edition as a document's head names it."""
    return _edition_facts(store, edition, _Voice(language, edition.languages))


def _edition_facts(store: Store, edition: Edition, voice: _Voice) -> facts.EditionFacts:
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
        title="" if edition.title == course.title else voice.text(edition.title),
        organizers=_parties(parties, "organizer", voice),
        hosts=_parties(parties, "host", voice),
        partners=_parties(parties, "partner", voice),
        sponsors=_parties(parties, "sponsor", voice),
    )


def _parties(parties: Iterable[Party], role: str, voice: _Voice) -> tuple[facts.Party, ...]:
    return tuple(
        facts.Party(voice.text(party.name), voice.text(party.acronym), role) for party in parties if party.role == role
    )


# The syllabus ---------------------------------------------------------------------------------------------------------


def _syllabus(store: Store, edition: Edition, voice: _Voice, _order: Order) -> tuple[facts.SyllabusFacts, datetime]:
    course = editions.get_course(store, edition.course)
    sessions = program.list_sessions(store, edition.ref)
    experts = {expert.person.id: _expert(expert, voice) for expert in program.list_experts(store, edition.ref)}
    topics = {
        topic.code: facts.TopicFacts(voice.text(topic.title), topic.new)
        for topic in program.list_edition_topics(store, edition.ref)
    }
    at = _instant(get_changes(store, edition.id, _PROGRAM_TABLES).last_at, edition)
    gathered = facts.SyllabusFacts(
        edition=_edition_facts(store, edition, voice),
        version=str(get_changes(store, edition.id, _SESSIONS).operations or 1),
        version_date=at.date(),
        contact_minutes=program.contact_minutes(sessions),
        objectives=_paragraphs(voice.text(course.objectives)),
        methodology=voice.text(course.methodology),
        audience=voice.text(course.audience),
        modules=tuple(_modules(store, edition, sessions, topics, voice)),
        sessions=tuple(_session(session, experts, topics, voice) for session in sessions),
        topics=tuple(topics.values()),
        experts=tuple(experts.values()),
        attendance_minimum=edition.attendance_minimum,
    )
    return gathered, at


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _expert(expert: Expert, voice: _Voice) -> facts.Expert:
    return facts.Expert(
        name=expert.person.name,
        post=voice.text(expert.post),
        organization=voice.organization(expert.organization, expert.acronym),
        country_name=voice.country(expert.country),
        treatment=expert.honorific or "",
    )


def _modules(
    store: Store, edition: Edition, sessions: Sequence[Session], topics: Mapping[str, facts.TopicFacts], voice: _Voice
) -> Iterable[facts.ModuleFacts]:
    for module in program.list_modules(store, edition.ref):
        own = [session for session in sessions if session.module == module.number]
        codes = dict.fromkeys(code for session in own for code in session.topics)
        yield facts.ModuleFacts(
            number=module.number,
            title=voice.text(module.title),
            objectives=_paragraphs(voice.text(module.objectives)),
            topics=tuple(topics[code] for code in codes),
            minutes=program.contact_minutes(own),
        )


def _session(
    session: Session, experts: Mapping[int, facts.Expert], topics: Mapping[str, facts.TopicFacts], voice: _Voice
) -> facts.SessionFacts:
    return facts.SessionFacts(
        number=session.number,
        date=date.fromisoformat(session.date),
        start=session.start,
        end=session.end,
        kind=session.kind,
        title=voice.text(session.title),
        minutes=session.minutes,
        counts=session.counts,
        module_number=session.module,
        room=session.room or "",
        topics=tuple(topics[code] for code in session.topics),
        experts=tuple(experts.get(person.id, facts.Expert(person.name)) for person in session.experts),
        chairs=tuple(
            facts.Expert(
                name=chair.name,
                post=voice.text(chair.post),
                organization=voice.organization(chair.organization, chair.acronym),
                treatment=chair.honorific or "",
            )
            for chair in session.chairs
        ),
    )


# Lists of people ------------------------------------------------------------------------------------------------------


def _attendance_sheet(
    store: Store, edition: Edition, voice: _Voice, order: Order
) -> tuple[facts.AttendanceSheetFacts, datetime]:
    sessions = [session for session in program.list_sessions(store, edition.ref) if session.counts]
    if not sessions:
        raise Refused(
            N_(
                "{reference} has no session to sign for. Enter the program: coursectl session import FILE -e {reference}"
            ),
            reference=edition.reference,
        )
    at = _instant(get_changes(store, edition.id, _ROSTER_TABLES + _PROGRAM_TABLES).last_at, edition)
    rows = tuple(
        facts.SheetRow(one.number, one.name, voice.country(one.country), _office(one, voice))
        for one in enrollment.list_trainees(store, edition.ref, language=voice.language)
    )
    days = tuple(
        facts.SheetDay(date.fromisoformat(day), _columns([one for one in sessions if one.date == day], order.by, voice))
        for day in dict.fromkeys(session.date for session in sessions)
    )
    gathered = facts.AttendanceSheetFacts(
        edition=_edition_facts(store, edition, voice),
        days=days,
        rows=rows,
        by=order.by,
        blank_rows=_blank_rows(len(rows)),
        as_of=at.date(),
    )
    return gathered, at


def _blank_rows(people: int) -> int:
    """Rows for who comes without being on the list: five, or two to four where those still fill the last page."""
    room = -people % ROWS_A_PAGE
    if not people:
        return ROWS_A_PAGE
    return min(BLANK_ROWS, room) if room > 1 else BLANK_ROWS


def _columns(sessions: Sequence[Session], by: str, voice: _Voice) -> tuple[facts.SheetColumn, ...]:
    if by == "session":
        return tuple(facts.SheetColumn(None, voice.text(one.title), one.start, one.end) for one in sessions)
    halves: dict[facts.Half, list[Session]] = {}
    for session in sessions:
        halves.setdefault("morning" if program.half_day(session) == "am" else "afternoon", []).append(session)
    return tuple(facts.SheetColumn(half, "", own[0].start, own[-1].end) for half, own in halves.items())


def _roster(store: Store, edition: Edition, voice: _Voice, _order: Order) -> tuple[facts.RosterFacts, datetime]:
    at = _instant(get_changes(store, edition.id, _ROSTER_TABLES).last_at, edition)
    people = [
        facts.RosterPerson(
            number=one.number,
            name=one.name,
            country_name=voice.country(one.country),
            treatment=one.honorific or "",
            post=one.post or "",
            office=_office(one, voice),
            category=one.category,
            sex=_sex(one.sex),
        )
        for one in enrollment.list_trainees(store, edition.ref, language=voice.language)
    ]
    people.sort(key=lambda one: (locale.sort_key(one.country_name, voice.language), one.number or 0))
    return facts.RosterFacts(_edition_facts(store, edition, voice), tuple(people), at.date()), at


def _office(one: Enrollment, voice: _Voice) -> str:
    return voice.organization(one.organization_name, one.organization_acronym)


def _sex(word: str | None) -> facts.Sex | None:
    known: dict[str, facts.Sex] = {"female": "female", "male": "male", "other": "other", "not_stated": "not_stated"}
    return known.get(word or "")


# Certificates ---------------------------------------------------------------------------------------------------------


def _print_certificates(store: Store, ref: EditionRef, order: Order, progress: Progress | None) -> Printed:
    """Print what the register says, not what people are called today."""
    if order.format != "pdf":
        raise Usage(N_("Certificates are made as pdf, not as {format}."), format=order.format)
    printables = certificates.list_for_printing(store, ref, order.kind)
    if not printables and order.kind:
        raise NothingOfKindIssued(reference=ref.reference, kind=order.kind)
    if not printables:
        raise NothingIssued(reference=ref.reference)
    printer = _Certificates(store, order.language)
    gathered = [printer.gather(printable) for printable in printables]
    at = datetime.combine(max(one.issued_on for one in gathered), time(), UTC)
    made = documents.render_certificates(
        gathered, merged=order.merged, reverse=order.reverse, templates=order.templates, at=at, progress=progress
    )
    before = f"{ref.reference}-" if order.merged else ""
    paths = documents.write_files(
        order.folder, ((f"{before}{one.name}.pdf", one.data) for one in made), force=order.force
    )
    return Printed(order.document, ref.reference, str(order.folder), tuple(path.name for path in paths), len(gathered))


class _Certificates:
    """Turns snapshots into facts; what certificates of one language and kind share is made once, and typeset once."""

    def __init__(self, store: Store, language: str | None) -> None:
        self._store = store
        self._language = language
        self._shared: dict[str, Any] = {}
        self._pictures: dict[str, facts.Picture] = {}

    def gather(self, printable: Printable) -> facts.CertificateFacts:
        content = printable.snapshot
        voice = _Voice(self._language or content["language"], content["languages"])
        holder = content["holder"]
        edition, signatories, program_, crest = self._of_all(content, voice)
        return facts.CertificateFacts(
            serial=printable.serial,
            kind=content["kind"],
            edition=edition,
            name=holder["name"],
            issued_on=date.fromisoformat(content["issued_on"]),
            signatories=signatories,
            treatment=holder["honorific"] or "",
            sex=_sex(holder["sex"]),
            country_name=voice.text(holder["country_name"]),
            minutes=content["minutes"],
            sessions=tuple(map(voice.text, content["sessions"])),
            crest=crest,
            program=program_,
        )

    def _of_all(
        self, content: Mapping[str, Any], voice: _Voice
    ) -> tuple[facts.EditionFacts, tuple[facts.Signatory, ...], tuple[facts.ModuleFacts, ...], facts.Picture | None]:
        parts = ("languages", "edition", *_ROLES, "signatories", "program", "course")
        key = repr([voice.language, *(content[part] for part in parts)])
        if key not in self._shared:
            crest = content["course"]["crest"]
            self._shared[key] = (
                _edition_of(content, voice),
                tuple(self._signatory(one, voice) for one in content["signatories"]),
                tuple(_module_of(module, voice) for module in content["program"]),
                self._picture(crest, voice.text(content["course"]["title"])) if crest else None,
            )
        found: tuple[Any, Any, Any, Any] = self._shared[key]
        return found

    def _signatory(self, one: Mapping[str, Any], voice: _Voice) -> facts.Signatory:
        name = " ".join(part for part in (one["honorific"], one["name"]) if part)
        signature = self._picture(one["signature"], name) if one["signature"] else None
        post, organization, on_behalf_of = (voice.text(one[part]) for part in ("post", "organization", "on_behalf_of"))
        return facts.Signatory(name, post, organization, on_behalf_of, signature)

    def _picture(self, picture_hash: str, alt: str) -> facts.Picture:
        if picture_hash not in self._pictures:
            picture = editions.get_picture(self._store, picture_hash)
            self._pictures[picture_hash] = facts.Picture(picture.media_type, picture.data, alt)
        return self._pictures[picture_hash]


_ROLES = ("organizers", "hosts", "partners", "sponsors")


def _module_of(module: Mapping[str, Any], voice: _Voice) -> facts.ModuleFacts:
    topics = tuple(facts.TopicFacts(voice.text(topic)) for topic in module["topics"])
    return facts.ModuleFacts(module["number"], voice.text(module["title"]), topics=topics)


def _edition_of(content: Mapping[str, Any], voice: _Voice) -> facts.EditionFacts:
    edition = content["edition"]
    parties: dict[str, Any] = {
        role: tuple(
            facts.Party(**{part: voice.text(texts) for part, texts in party.items()}) for party in content[role]
        )
        for role in _ROLES
    }
    return facts.EditionFacts(
        language=voice.language,
        course=voice.text(content["course"]["title"]),
        course_code=content["course"]["code"],
        number=edition["number"],
        place=edition["place"],
        country_name=voice.text(edition["country_name"]),
        start=date.fromisoformat(edition["start"]),
        end=date.fromisoformat(edition["end"]),
        title=voice.text(edition["title"]),
        **parties,
    )


def _instant(at: str | None, edition: Edition) -> datetime:
    """When the facts are from: their last change, or the edition's first day where nothing says."""
    if at:
        return datetime.fromisoformat(at)
    return datetime.combine(date.fromisoformat(edition.start or "1970-01-01"), time(), UTC)


_Gathering = Callable[[Store, Edition, _Voice, Order], tuple[Any, datetime]]
_GATHER: dict[str, _Gathering] = {"syllabus": _syllabus, "attendance-sheet": _attendance_sheet, "roster": _roster}
