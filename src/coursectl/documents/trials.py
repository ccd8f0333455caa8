"""The worst data there is, which a template is tried with: names that are too long, all scripts, nothing where something may be missing.

All people and offices here are invented.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias, get_args

from coursectl.documents.facts import (
    Addressee,
    AttendanceSheetFacts,
    CertificateFacts,
    CertificateKind,
    DirectoryFacts,
    EditionFacts,
    Expert,
    LabelFacts,
    LabelPerson,
    LabelSheet,
    LetterFacts,
    LetterKind,
    LogisticsFacts,
    LogisticsPerson,
    ModuleFacts,
    Party,
    Picture,
    Places,
    Role,
    RosterFacts,
    RosterPerson,
    SessionFacts,
    Sex,
    SheetColumn,
    SheetDay,
    SheetRow,
    Signatory,
    SyllabusFacts,
    TopicFacts,
)
from coursectl.errors import N_

TrialFacts: TypeAlias = (
    SyllabusFacts | AttendanceSheetFacts | RosterFacts | DirectoryFacts | LogisticsFacts | LabelFacts
    | tuple[CertificateFacts, ...] | tuple[LetterFacts, ...]
)  # fmt: skip

LONG = ("María de los Ángeles Guadalupe Fernández-Villaseñor " * 4)[:199].rstrip() + "z"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RARE = "Žydrūnas Ğöktürk Ŵyn Þórðardóttir Nguyễn Thị Phượng Čeněk Łukasz Ñandú"
CYRILLIC = "Олександра Їжакевич-Щербаківська"
ARABIC = "محمد عبد الرحمن الأنصاري"
HAN = "歐陽明慧"
SEXES: tuple[Sex | None, ...] = (*get_args(Sex), None)
WORDS = "Dirección General de Asuntos Consulares, Migraciones y Cooperación Internacional del Ministerio"


@dataclass(frozen=True)
class Trial:
    """One try: what is tried (an untranslated wording), with which facts, and what must be true of what comes out.

    `pages` is how many pages a PDF has, None where that is the template's matter; `said` is what must be readable in it.
    """

    data: str
    facts: TrialFacts
    pages: int | None = None
    said: tuple[str, ...] = ()
    reverse: bool = False


def list_names(*, han: bool) -> list[str]:
    """Names to try; Chinese ones only where a font has them."""
    return ["Ana Pérez", LONG, WORD, RARE, CYRILLIC, ARABIC, *([HAN] if han else [])]


def trials_of(document: str, language: str, *, han: bool = False) -> Iterator[Trial]:
    """What the document is tried with in the language. Documents that aren't ours aren't tried at all."""
    names = list_names(han=han)
    match document:
        case "certificates":
            yield from _certificates(language, names)
        case "letters":
            yield from _letters(language, names)
        case "syllabus":
            yield from _syllabus(language, names)
        case "attendance-sheet":
            yield from _sheets(language, names)
        case "roster" | "directory" | "logistics":
            yield from _lists(document, language, names)
        case "badges" | "table-cards":
            yield from _labels(document, language, names)


def can_be_tried(document: str) -> bool:
    """Whether there is data for the document."""
    return next(trials_of(document, "en"), None) is not None


def _edition(language: str, *, bare: bool = False, long: bool = False) -> EditionFacts:
    start = date(2015, 3, 9)
    plain = EditionFacts(
        language, "Curso Interamericano sobre Migraciones Internacionales", "ICIM", 37, "Mar del Plata", "Argentina",
        start, start + timedelta(days=11),
    )  # fmt: skip
    if bare:
        return replace(plain, place="", country_name="", end=start)
    times = 3 if long else 1
    roles = ("organizer", "host", "partner", "sponsor")
    lists: dict[str, Any] = {f"{role}s": tuple(Party(WORDS, f"ACR{n}", role) for n in range(times)) for role in roles}
    return replace(
        plain, title="Gobernanza, desarrollo y derechos humanos de las personas migrantes en las Américas",
        time_zone="America/Argentina/Buenos_Aires", modality="hybrid", city="Mar del Plata",
        place="Hotel Provincial, Salón de las Américas, Mar del Plata" if long else plain.place, **lists,
    )  # fmt: skip


def _picture(alt: str) -> Picture:
    """A small PNG, as signatures are."""
    rows = b"\0" + bytes((18, 48, 94, 255))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return Picture("image/png", b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts), alt)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _signatories(count: int, *, long: bool = False) -> tuple[Signatory, ...]:
    names = ("Martín Aráoz", "Lucía Ferrante", "Graciela Montenegro de Arizmendi", "Hélène Duquesne")[:count]
    if not long:
        return tuple(Signatory(name) for name in names)
    return tuple(
        Signatory(name, "Directora General de Asuntos Internacionales", WORDS, "la Organización", _picture(name))
        for name in names
    )


def _modules(count: int) -> tuple[ModuleFacts, ...]:
    topics = tuple(TopicFacts(f"Migración, ambiente y cambio climático: marco y casos {n}", n == 1) for n in (1, 2, 3))
    return tuple(
        ModuleFacts(n, "Derechos humanos de las personas migrantes", ("Reconocer los instrumentos.",), topics, 600)
        for n in range(1, count + 1)
    )


def _serials(certificates: Sequence[CertificateFacts]) -> tuple[CertificateFacts, ...]:
    return tuple(replace(one, serial=f"ICIM-2015-{n:04}") for n, one in enumerate(certificates, start=1))


def _certificates(language: str, names: Sequence[str]) -> Iterator[Trial]:
    full = CertificateFacts(
        "", "completion", _edition(language), "Ana Pérez", date(2015, 3, 20), _signatories(2), sex="female",
        country_name="Argentina", minutes=3600, crest=_picture("Escudo"), treatment="",
    )  # fmt: skip
    kinds = get_args(CertificateKind)
    agreeing = [replace(full, kind=kind, sex=sex) for kind in kinds for sex in SEXES]
    yield _of_certificates(N_("every kind and sex"), agreeing)
    for name in names:
        yield _of_certificates(_named(name), [replace(full, name=name)])
    for count in (1, 2, 3, 4):
        signed = replace(full, signatories=_signatories(count, long=True))
        yield _of_certificates(_SIGNED[count - 1], [signed])
    bare = CertificateFacts(
        "", "participation", _edition(language, bare=True), "Ana Pérez", full.issued_on, _signatories(1)
    )
    yield _of_certificates(N_("nothing that may be missing, no crest"), [bare])
    most = replace(
        full, edition=_edition(language, long=True), kind="instruction", treatment="Prof. Dra.", name=LONG[:90],
        signatories=_signatories(4, long=True), sessions=tuple(f"Sesión {n}: {WORDS}" for n in (1, 2, 3)),
    )  # fmt: skip
    yield _of_certificates(N_("everything that there can be"), [most])
    yield _of_certificates(N_("a program of 12 modules"), [replace(full, program=_modules(12))] * 2, reverse=True)


_SIGNED = (N_("1 signatory"), N_("2 signatories"), N_("3 signatories"), N_("4 signatories"))


def _of_certificates(data: str, certificates: Sequence[CertificateFacts], *, reverse: bool = False) -> Trial:
    numbered = _serials(certificates)
    said = tuple(text for one in numbered for text in (one.name, one.serial))
    return Trial(data, numbered, len(numbered) * (2 if reverse else 1), said, reverse)


def _named(name: str) -> str:
    return {
        LONG: N_("a name of 200 letters"), WORD: N_("a name of one word of 80 letters"), RARE: N_("rare accents"),
        CYRILLIC: N_("a Cyrillic name"), ARABIC: N_("an Arabic name"), HAN: N_("a Chinese name"),
    }.get(name, N_("a usual name"))  # fmt: skip


def _letters(language: str, names: Sequence[str]) -> Iterator[Trial]:
    edition = _edition(language)
    kinds: tuple[LetterKind, ...] = get_args(LetterKind)
    signatory = _signatories(1, long=True)[0]
    whole = LetterFacts(
        "acceptance", edition, date(2015, 1, 20), signatory, number="12", audience=WORDS, languages=("español", "inglés"),
        addressee=Addressee("Ana Pérez", "Dra.", "female", "Jefa de Admisión", WORDS, "Argentina", "Pérez"),
        costs=f"{WORDS}.\n{WORDS}.", contact="curso@dnm.example", nominations_by=date(2014, 12, 15),
        confirm_by=date(2015, 2, 10), materials_by=date(2015, 2, 25), sessions=_sessions(2, names), crest=_picture("Escudo"),
        seats=30, places=(Places("Argentina", 4, 3), Places("Bolivia", 2)),
    )  # fmt: skip
    for kind in kinds:
        yield Trial(_LETTERS[kind], (replace(whole, kind=kind),), None, ("Ana Pérez",))
        bare = LetterFacts(kind, _edition(language, bare=True), date(2015, 1, 20), Signatory("Martín Aráoz"))
        yield Trial(N_("nothing that may be missing, no crest"), (bare,), None, ("Martín Aráoz",))
    for name in names:
        addressed = replace(whole, addressee=Addressee(name, organization=WORDS))
        yield Trial(_named(name), (addressed,), None, (name,))
    yield Trial(N_("a call to everybody"), (replace(whole, kind="call", addressee=None),))


_LETTERS = {
    "call": N_("a call"), "acceptance": N_("an acceptance"), "regret": N_("a regret"), "reserve": N_("a reserve"),
    "invitation": N_("an invitation"),
}  # fmt: skip


def _sessions(days: int, names: Sequence[str]) -> tuple[SessionFacts, ...]:
    kinds = ("lecture", "panel", "workshop", "visit", "exam", "ceremony", "break")
    experts = tuple(Expert(name, WORDS, WORDS, "Argentina", "Dra.") for name in names)
    return tuple(
        SessionFacts(
            day * 7 + n + 1, date(2015, 3, 9) + timedelta(days=day), f"{9 + n:02}:00", f"{10 + n:02}:00", kind, f"{WORDS} {n}", 60,
            counts=kind not in ("break", "ceremony"), module_number=1, room="Aula 2", topics=_modules(1)[0].topics,
            experts=experts if kind == "panel" else experts[:1], chairs=experts[:2] if kind == "ceremony" else (),
            modality=("in_person", "online", "hybrid")[n % 3],
        )
        for day in range(days)
        for n, kind in enumerate(kinds)
    )  # fmt: skip


def _syllabus(language: str, names: Sequence[str]) -> Iterator[Trial]:
    day = date(2015, 2, 27)
    bare = SyllabusFacts(_edition(language, bare=True), "1", day, 0)
    yield Trial(N_("nothing that may be missing, no crest"), bare)
    whole = SyllabusFacts(
        _edition(language, long=True), "1.2", day, 3600, (WORDS, WORDS), f"{WORDS}\n{WORDS}", WORDS, _modules(12),
        _sessions(3, names), _modules(2)[0].topics, tuple(Expert(name, WORDS, WORDS, "Argentina") for name in names), 0.8, WORDS,
    )  # fmt: skip
    yield Trial(N_("everything that there can be"), whole, None, tuple(names))


def _sheets(language: str, names: Sequence[str]) -> Iterator[Trial]:
    days = (date(2015, 3, 9), date(2015, 3, 10))
    rows = tuple(SheetRow(n, name, "Argentina", WORDS) for n, name in enumerate(names, start=1))
    halves = (SheetColumn("morning", start="09:00", end="12:30"), SheetColumn("afternoon", start="14:00", end="17:00"))
    by_session = tuple(SheetColumn(title=WORDS, start=f"{n}:00", end=f"{n}:45") for n in (10, 11, 14, 15))
    whole = AttendanceSheetFacts(
        _edition(language, long=True), tuple(SheetDay(day, halves) for day in days), rows, as_of=days[0],
        responsible=Expert("Verónica Saldías", WORDS, WORDS, "Argentina", "Lic."),
    )  # fmt: skip
    yield Trial(N_("names of all kinds"), whole, None, tuple(names))
    sessions = tuple(SheetDay(day, by_session) for day in days)
    yield Trial(N_("a column for each session"), replace(whole, days=sessions, by="session"), None, tuple(names))
    bare = AttendanceSheetFacts(
        _edition(language, bare=True), (SheetDay(days[0], halves),), (SheetRow(None, "Ana Pérez"),)
    )
    yield Trial(N_("nothing that may be missing, no crest"), bare, None, ("Ana Pérez",))


def _lists(document: str, language: str, names: Sequence[str]) -> Iterator[Trial]:
    edition, day = _edition(language, long=True), date(2015, 3, 8)
    bare = _edition(language, bare=True)
    categories = ("official", "academic", "international_staff", "observer")
    people = tuple(
        RosterPerson(n, name, f"País {n % 3}", "Dra.", WORDS, WORDS, categories[n % 4], SEXES[n % 5], f"{WORD.lower()}{n}@oficina.example")
        for n, name in enumerate(names, start=1)
    )  # fmt: skip
    nobody = RosterPerson(None, "Ana Pérez", "")
    stays = tuple(
        LogisticsPerson(n, one.name, get_args(Role)[n % 3], "Dra.", SEXES[n % 5], "Argentina", WORDS, "+54 11 5555 0100", one.email, WORDS)
        for n, one in enumerate(people)
    )  # fmt: skip
    whole: dict[str, TrialFacts] = {
        "roster": RosterFacts(edition, people, day),
        "directory": DirectoryFacts(edition, people, day, 3, 1),
        "logistics": LogisticsFacts(edition, stays, day),
    }
    least: dict[str, TrialFacts] = {
        "roster": RosterFacts(bare, (nobody,), day),
        "directory": DirectoryFacts(bare, (nobody,), day),
        "logistics": LogisticsFacts(bare, (LogisticsPerson(None, "Ana Pérez"),), day),
    }
    yield Trial(N_("names of all kinds"), whole[document], None, tuple(names))
    yield Trial(N_("nothing that may be missing, no crest"), least[document], None, ("Ana Pérez",))


def _labels(document: str, language: str, names: Sequence[str]) -> Iterator[Trial]:
    a4 = (210.0, 297.0)
    sheet = LabelSheet("a4", *a4, 90, 54, 2, 5) if document == "badges" else LabelSheet("a4", *a4, *a4, 1, 1)
    edition, bare = _edition(language, long=True), _edition(language, bare=True)
    people = tuple(
        LabelPerson(edition, name, get_args(Role)[n % 3], SEXES[n % 5], "Argentina", WORDS) for n, name in enumerate(names)
    )  # fmt: skip
    pages = -(-len(people) // (sheet.columns * sheet.rows))
    yield Trial(N_("names of all kinds"), LabelFacts(edition, people, sheet), pages, tuple(names))
    alone = LabelFacts(bare, (LabelPerson(bare, "Ana Pérez"),), sheet)
    yield Trial(N_("nothing that may be missing, no crest"), alone, 1, ("Ana Pérez",))
