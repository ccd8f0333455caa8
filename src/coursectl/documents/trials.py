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

from coursectl.documents.ceremony import (
    Call,
    CeremonyFacts,
    CeremonySession,
    HandoverFacts,
    HandoverRow,
    Withheld,
)
from coursectl.documents.certificates import ManifestRow, Page
from coursectl.documents.certificates.page import A4
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
    RegisterEntry,
    RegisterFacts,
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


@dataclass(frozen=True)
class ManifestFacts:
    """What the list of printed sheets is made from."""

    rows: tuple[ManifestRow, ...]
    edition: EditionFacts
    paper: str


TrialFacts: TypeAlias = (
    SyllabusFacts | AttendanceSheetFacts | RosterFacts | DirectoryFacts | LogisticsFacts | LabelFacts
    | RegisterFacts | HandoverFacts | CeremonyFacts
    | tuple[CertificateFacts, ...] | tuple[LetterFacts, ...] | ManifestFacts
)  # fmt: skip

LONG = ("María de los Ángeles Guadalupe Fernández-Villaseñor " * 4)[:199].rstrip() + "z"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RARE = "Žydrūnas Ğöktürk Ŵyn Þórðardóttir Nguyễn Thị Phượng Čeněk Łukasz Ñandú"
CYRILLIC = "Олександра Їжакевич-Щербаківська"
ARABIC = "محمد عبد الرحمن الأنصاري"
HAN = "歐陽明慧"
SEXES: tuple[Sex | None, ...] = (*get_args(Sex), None)
OWN_TITLE = "Certificado de asistencia parcial y de acompañamiento técnico"
OWN_SENTENCE = "por haber acompañado, en nombre de su institución, las sesiones de la segunda semana de la"
OTHER_COURSE = "Inter-American Course on International Migration"
CODE = "https://certificates.example/v/ICIM:"
KEYS = ("K7QM2XWZ4VNHTB9DRJ6S", "P3FYC8GK5TQWXM2HZ7BN")  # no letter twice in a row: how the text of a PDF is read
WORDS = "Dirección General de Asuntos Consulares, Migraciones y Cooperación Internacional del Ministerio"


@dataclass(frozen=True)
class Trial:
    """One try: what is tried (an untranslated wording), with which facts, and what must be true of what comes out.

    `pages` is how many pages a PDF has, None where that is the template's matter; `said` is what must be readable in it,
    `said_on_paper` what only a PDF has; `page` is the paper of certificates.
    """

    data: str
    facts: TrialFacts
    pages: int | None = None
    said: tuple[str, ...] = ()
    reverse: bool = False
    page: Page = A4
    said_on_paper: tuple[str, ...] = ()


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
        case "register":
            yield from _registers(language, names)
        case "handover-list":
            yield from _handovers(language, names)
        case "ceremony-order":
            yield from _ceremonies(language, names)


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


def _picture(alt: str, width: int = 1, height: int = 1) -> Picture:
    """A small PNG, as signatures are; of these words, and no others, the color is its own."""
    rows = (b"\0" + bytes((*zlib.crc32(alt.encode()).to_bytes(4, "big")[:3], 255)) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
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
    yield from _special(full, most)
    yield from _papers(full)


def _special(full: CertificateFacts, most: CertificateFacts) -> Iterator[Trial]:
    """What not every office has: codes, duplicates, kinds of its own, two languages, logos."""
    coded = [replace(one, code=CODE + key) for one, key in ((full, KEYS[0]), (most, KEYS[1]))]
    checked = _of_certificates(N_("a code on the sheet"), coded)
    yield replace(checked, said_on_paper=KEYS)
    again = date(2016, 11, 30)
    yield _of_certificates(
        N_("a duplicate"), [replace(one, duplicate_of=one.issued_on, issued_on=again) for one in (full, most)]
    )
    own = replace(full, kind="participation", own_title=OWN_TITLE, own_sentence=OWN_SENTENCE)
    of_kind = _of_certificates(N_("a kind of the office's own"), [own])
    yield replace(of_kind, said=(*of_kind.said, OWN_TITLE, OWN_SENTENCE))
    second = [_also(one, tag) for one in (full, own, most) for tag in ("en", "ar") if tag != full.language]
    in_two = _of_certificates(N_("two languages on one sheet"), second)
    yield replace(in_two, said=(*in_two.said, OTHER_COURSE))
    yield _of_certificates(N_("eight logos"), [replace(one, edition=_with_logos(one.edition)) for one in (full, most)])
    all_of_it = replace(
        _also(replace(most, edition=_with_logos(most.edition)), "en" if full.language != "en" else "fr"),
        duplicate_of=full.issued_on, issued_on=again, code=CODE + KEYS[0],
    )  # fmt: skip
    yield _of_certificates(N_("all of that at once"), [all_of_it])


def _papers(full: CertificateFacts) -> Iterator[Trial]:
    """Other paper than A4, printers that are off, paper with a crest on it, rulers."""
    pair = [replace(full, name=LONG), replace(full, signatories=_signatories(4, long=True), code=CODE + KEYS[0])]
    on_letter = _of_certificates(N_("Letter paper"), [*pair, replace(full, program=_modules(12))])
    yield replace(on_letter, page=Page("letter"))
    stock = _of_certificates(N_("paper with frame and crest, a printer that is off, a proof"), pair)
    yield replace(stock, page=Page(offset_x=4, offset_y=-4, blank=True, proof="Prueba"))
    ruled = _of_certificates(N_("a calibration page"), pair[:1])
    yield replace(ruled, page=Page(calibration=(WORDS, WORDS)))


def _also(one: CertificateFacts, tag: str) -> CertificateFacts:
    """The sheet with the same in a second language below."""
    edition = replace(one.edition, language=tag, course=OTHER_COURSE)
    return replace(one, also=replace(one, edition=edition))


def _with_logos(edition: EditionFacts) -> EditionFacts:
    """Two of each role, wide, high and square ones."""
    sizes = ((40, 10), (10, 30), (20, 20), (90, 10))
    roles = ("organizer", "host", "partner", "sponsor")
    lists: dict[str, Any] = {
        f"{role}s": tuple(
            Party(WORDS, f"{role.upper()}{n}", role, _picture(f"{role} {n}", *sizes[(n + place) % 4])) for n in (1, 2)
        )
        for place, role in enumerate(roles)
    }
    return replace(edition, **lists)


def manifest_trials(language: str, *, han: bool) -> Iterator[Trial]:
    """What the list of printed sheets is tried with: all in one file, each in one of its own, without pages."""
    names = list_names(han=han)
    together = tuple(
        ManifestRow(n, name, f"ICIM-2015-{n:04}", "certificates.pdf", n) for n, name in enumerate(names, 1)
    )
    apart = tuple(replace(one, file=f"{one.serial} {one.name}.pdf", page=None) for one in together)
    for data, rows, paper in ((N_("one file for all"), together, "a4"), (N_("a file for each"), apart, "letter")):
        said = (*names, *(one.serial for one in rows))
        yield Trial(data, ManifestFacts(rows, _edition(language, long=True), paper), None, said)


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


def _registers(language: str, names: Sequence[str]) -> Iterator[Trial]:
    edition, day = _edition(language, long=True), date(2015, 3, 27)
    plain = tuple(
        RegisterEntry(f"ICIM-2015-{n:04}", name, _KINDS[n % 4], day, country_name="Argentina")
        for n, name in enumerate(names, start=1)
    )
    ended = (
        RegisterEntry("ICIM-2015-0101", "Ana Pérez", "completion", day, "superseded", day, "Argentina", "misspelled", "ICIM-2015-0102"),
        RegisterEntry("ICIM-2015-0102", LONG, "completion", day, "void", day, "Argentina", f"{WORDS}. " * 4, replaces="ICIM-2015-0101"),
        RegisterEntry("ICIM-2015-0103", "", OWN_TITLE, day, exception=f"{WORDS}. " * 4, replaces="ICIM-2015-0102", duplicate=True),
    )  # fmt: skip
    whole = RegisterFacts(
        edition, (*plain, *ended, *(replace(plain[0], serial=f"ICIM-2015-{n}") for n in range(200, 240))), day
    )
    serials = tuple(one.serial for one in whole.entries)
    yield Trial(N_("names of all kinds"), whole, None, (*names, *serials))
    bare = _edition(language, bare=True)
    least = RegisterFacts(bare, (RegisterEntry("1", "Ana Pérez", "completion", day),), day)
    yield Trial(N_("nothing that may be missing, no crest"), least, None, ("Ana Pérez",))
    yield Trial(N_("nobody"), RegisterFacts(bare, (), day))


_KINDS = ("completion", "participation", "instruction", OWN_TITLE)


def _withheld(names: Sequence[str]) -> tuple[Withheld, ...]:
    return tuple(Withheld(f"ICIM-2015-{n:04}", name, "Argentina", WORDS) for n, name in enumerate(names, start=501))


def _handovers(language: str, names: Sequence[str]) -> Iterator[Trial]:
    day = date(2015, 3, 20)
    rows = tuple(
        HandoverRow(f"ICIM-2015-{n:04}", name, "Argentina", _KINDS[n % 4])
        for n, name in enumerate([*names] * 6, start=1)
    )
    whole = HandoverFacts(_edition(language, long=True), rows, _withheld(names), day)
    yield Trial(N_("names of all kinds"), whole, None, (*names, *(one.serial for one in rows)))
    bare = _edition(language, bare=True)
    alone = (HandoverRow("1", "Ana Pérez", "", "completion"),)
    yield Trial(N_("nothing that may be missing, no crest"), HandoverFacts(bare, alone, (), day), None, ("Ana Pérez",))
    yield Trial(N_("nobody"), HandoverFacts(bare, (), (), day))


def _ceremonies(language: str, names: Sequence[str]) -> Iterator[Trial]:
    day = date(2015, 3, 20)
    authorities = tuple(Expert(name, WORDS, WORDS, "Argentina", "Dra.") for name in names)
    sessions = (
        CeremonySession(WORDS, day, "18:00", "19:30", WORDS, authorities),
        CeremonySession("Clausura", day, "20:00", "21:00", "", ()),
    )
    calls = tuple(
        Call(n, name, f"Said {name}", "Argentina", n if n % 2 else None, f"ICIM-2015-{n:04}", _KINDS[n % 4])
        for n, name in enumerate([*names] * 6, start=1)
    )
    whole = CeremonyFacts(_edition(language, long=True), sessions, calls, _withheld(names), day)
    yield Trial(N_("names of all kinds"), whole, None, tuple(names))
    bare = _edition(language, bare=True)
    alone = (Call(1, "Ana Pérez", "", "", None, "1", "completion"),)
    yield Trial(
        N_("nothing that may be missing, no crest"), CeremonyFacts(bare, (), alone, (), day), None, ("Ana Pérez",)
    )
    yield Trial(N_("nobody"), CeremonyFacts(bare, (), (), (), day))
