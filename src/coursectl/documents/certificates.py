"""Certificates: one file each, or one file to print, a page (and its reverse) for everybody.

What certificates share (edition, sentences, signatories, crest, program) is written once in the Typst source as a
"form", and each page passes only what is its own: that, and one compiler for all, is what keeps a thousand pages near
the speed of pages without personal data.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from coursectl.documents.facts import CertificateFacts, ModuleFacts, Picture, Signatory
from coursectl.documents.templates import fill, template_file, template_path, written_by
from coursectl.documents.typeset import Typesetter
from coursectl.documents.wording import Voice, Words, words_of
from coursectl.errors import N_, BadInput

# More in one compile costs memory without end, and crashed Typst at ten thousand. The figures keep it below 350 MB.
FRONTS_A_FILE = 1000
FRONTS_WITH_REVERSE_A_FILE = 200
CROWDED = 3  # times the memory of a page that has to be measured
MOST_SIGNATORIES = 4
LARGEST = 32.0  # points of a name
LINE = 640.6  # points of the line of the name, 226 mm
# The widths of letters in Noto Serif at weight 500, in hundredths of their size. Accents add nothing.
WIDTHS = {
    letter: width
    for width, letters in (
        (24, "'"), (26, " .,’"), (31, "j-"), (33, "ilıł"), (38, "tJfI"), (46, "s"), (48, "r"), (50, "c"), (52, "z"),
        (54, "eg"), (55, "S"), (56, "0123456789"), (57, "ay"), (59, "ovøð"), (60, "kxF"), (62, "bdpqTþđPZÞ"),
        (63, "CELŁ"), (65, "huYn"), (67, "BßR"), (68, "VX"), (72, "KAU"), (75, "GDÐĐOQØ"), (77, "N"), (80, "H"),
        (86, "æw"), (91, "œ"), (96, "mÆM"), (98, "Œ"), (105, "W"),
    )
    for letter in letters
}  # fmt: skip
ROOM = 158  # millimeters between the margins of a page, less what has to stay white between its parts


@dataclass(frozen=True)
class Rendered:
    """A PDF with certificates: `name` is a file name without its extension, `serials` are those in it, in order."""

    name: str
    data: bytes
    serials: tuple[str, ...]


def render_certificates(
    facts: Sequence[CertificateFacts],
    *,
    merged: bool = False,
    reverse: bool = False,
    templates: Sequence[Path] = (),
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Rendered]:
    """The PDFs of certificates, as they get ready.

    Separate: one file each, "SERIAL Name". Merged: one file for up to 1,000, numbered files beyond that; with `reverse`
    the program is on the back of each, and there are 200 in a file. `at` is stamped on the files. `progress(done, of)` counts certificates.
    Raises, before the first file, NoGlyph and BadInput (no signatory, more than four); BadTemplate with the first.
    """
    path = template_path("certificates", "pdf", templates)
    for certificate in facts:
        _check(certificate)
    reverse = reverse and any(certificate.program for certificate in facts)  # nobody wants empty frames
    printer = _Printer(path, templates, reverse=reverse, at=at)
    return _printed(printer, facts, merged=merged, progress=progress)


def _printed(
    printer: _Printer,
    facts: Sequence[CertificateFacts],
    *,
    merged: bool,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Rendered]:
    with Typesetter(printer.templates) as typesetter:
        batches = _batches(facts, printer.fronts_a_file(typesetter, facts) if merged else 1)
        if len(batches) > 1:
            typesetter.check_glyphs(facts)
        done = 0
        for number, batch in enumerate(batches, start=1):
            if merged and number > 1:
                typesetter.forget()
            name = _merged_name(number, len(batches)) if merged else f"{batch[0].serial} {batch[0].name}"
            yield Rendered(name, printer.pdf(typesetter, batch), tuple(c.serial for c in batch))
            done += len(batch)
            if progress:
                progress(done, len(facts))


def one_certificate(facts: CertificateFacts, *, path: str, templates: Sequence[Path], at: datetime) -> bytes:
    """The PDF of one certificate, its reverse included where there is a program."""
    _check(facts)
    with Typesetter(templates) as typesetter:
        return _Printer(path, templates, reverse=bool(facts.program), at=at).pdf(typesetter, [facts])


def _check(facts: CertificateFacts) -> None:
    if not 1 <= len(facts.signatories) <= MOST_SIGNATORIES:
        raise BadInput(
            N_("Certificate {serial} of {name} has {count} signatories; it takes one to four."),
            serial=facts.serial,
            name=facts.name,
            count=len(facts.signatories),
        )


def _batches(facts: Sequence[CertificateFacts], size: int) -> list[Sequence[CertificateFacts]]:
    return [facts[first : first + size] for first in range(0, len(facts), size)]


def _merged_name(number: int, count: int) -> str:
    return "certificates" if count == 1 else f"certificates {number:0{len(str(count))}} of {count}"


@dataclass(frozen=True)
class Form:
    """What all certificates of a form share, in words."""

    language: str
    title: str
    awarded: str
    lead: str  # "por haber completado la 37.ª edición del"
    course: str
    edition: str  # "37.ª edición del Curso …"
    motto: str
    held: str
    organizers: str
    parties: tuple[str, ...]
    sessions: str
    issued: str
    serial_label: str
    signatories: tuple[Signature, ...]
    crest: str | None
    crest_alt: str
    program_title: str
    program: tuple[tuple[ProgramPart, ...], ...]  # one or two columns of modules
    program_size: float | None  # of its letters, in points; None: too much for one page
    crowded: bool  # holds so much that it may have to be set smaller


@dataclass(frozen=True)
class Signature:
    """One signatory of a form; `picture` is the name that Typst reads it by."""

    name: str
    post: str
    organization: str
    behalf: str
    picture: str | None
    picture_alt: str


@dataclass(frozen=True)
class ProgramPart:
    """One module of the reverse: its heading and its topics."""

    heading: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What is a certificate's own."""

    form: int
    name: str
    country: str
    serial: str
    size: float | None  # of the name, in points; None: it has to be measured


class _Printer:
    """Fills the template of certificates and has it typeset; remembers the forms it has worded."""

    def __init__(self, path: str, templates: Sequence[Path], *, reverse: bool, at: datetime) -> None:
        self.templates = templates
        self._path = path
        self._reverse = reverse
        self._at = at
        self._voices: dict[str, Voice] = {}
        self._forms: dict[Hashable, Form] = {}

    def fronts_a_file(self, typesetter: Typesetter, facts: Sequence[CertificateFacts]) -> int:
        """How many certificates go into one file, so that it takes no more than 350 MB to make."""
        fronts = FRONTS_WITH_REVERSE_A_FILE if self._reverse else FRONTS_A_FILE
        crowded = any(self._form(typesetter, one).crowded for one in facts)
        return fronts // CROWDED if crowded else fronts

    def pdf(self, typesetter: Typesetter, batch: Sequence[CertificateFacts]) -> bytes:
        """One PDF with the certificates of the batch."""
        forms: list[Form] = []
        places: dict[int, int] = {}  # by identity of the form: remembered ones live as long as the printer
        sheets = []
        for facts in batch:
            form = self._form(typesetter, facts)
            if id(form) not in places:
                places[id(form)] = len(forms)
                forms.append(form)
            name = f"{facts.treatment} {facts.name}".strip()
            sheets.append(Sheet(places[id(form)], name, facts.country_name, facts.serial, _name_size(name)))
        values = {
            "forms": forms,
            "sheets": sheets,
            "reverse": self._reverse,
            "title": _document_title(batch, forms),
            "author": forms[0].organizers or batch[0].edition.course_code,
            "language": forms[0].language,
        }
        source = fill("pdf", self._path, self.templates, values)
        place = partial(written_by, "pdf", self._path, self.templates, values)
        return typesetter.pdf(
            source, facts=batch, at=self._at, template=template_file(self._path, self.templates), written_by=place
        )

    def _form(self, typesetter: Typesetter, facts: CertificateFacts) -> Form:
        key = (
            facts.edition,
            facts.kind,
            facts.sex,
            facts.minutes,
            facts.sessions,
            facts.issued_on,
            facts.signatories,
            facts.crest,
            facts.program,
        )
        if key not in self._forms:
            with words_of(facts.language):
                self._forms[key] = self._worded(typesetter, facts)
        return self._forms[key]

    def _voice(self, language: str) -> Voice:
        if language not in self._voices:
            self._voices[language] = Voice(language, self.templates)
        return self._voices[language]

    def _worded(self, typesetter: Typesetter, facts: CertificateFacts) -> Form:
        edition, say = facts.edition, self._voice(facts.language)
        words = say.words["certificate"]
        kind = words[facts.kind]
        signatures = tuple(signature_of(typesetter.picture, signatory, words) for signatory in facts.signatories)
        parties = _parties(facts, say)
        lead = kind["lead"][facts.sex if facts.sex in ("female", "male") else "neutral"]
        ordinal, course = say.edition_parts(edition)
        held = _held(facts, say)
        sessions = words["sessions"].format(sessions="; ".join(facts.sessions)) if facts.sessions else ""
        columns = _columns(facts.program, words)
        return Form(
            language=facts.language,
            title=kind["title"],
            awarded=words["awarded"],
            lead=f"{lead} {ordinal}",
            course=course,
            edition=say.edition(edition),
            motto=edition.title,
            held=held,
            organizers=" · ".join(party.name for party in edition.organizers),
            parties=parties,
            sessions=sessions,
            issued=words["issued"].format(date=say.date(facts.issued_on)),
            serial_label=words["serial"],
            signatories=signatures,
            crest=typesetter.picture(facts.crest),
            crest_alt=facts.crest.alt if facts.crest else "",
            program_title=words["program"],
            program=columns,
            program_size=_program_size(columns),
            crowded=_is_crowded(facts, (kind["title"], f"{lead} {ordinal}", held, sessions), parties),
        )


def _columns(modules: Sequence[ModuleFacts], words: Words) -> tuple[tuple[ProgramPart, ...], ...]:
    """The modules in order in two columns of about the same height."""
    parts = tuple(
        ProgramPart(
            words["module"].format(number=module.number, title=module.title),
            tuple(topic.title for topic in module.topics),
        )
        for module in modules
    )
    heights = [_height(part, 11) for part in parts]
    cuts = range(1, len(parts))
    cut = min(cuts, key=lambda at: max(sum(heights[:at]), sum(heights[at:])), default=len(parts))
    return tuple(column for column in (parts[:cut], parts[cut:]) if column)


def _height(part: ProgramPart, size: float) -> float:
    """About how many points a module takes in a column of 114 mm, in letters of `size` points."""
    letters = 323 / (size * 0.6)  # in a line: Noto Sans is 0.55 em wide on average, and lines end early
    heading = math.ceil(len(part.heading) * 1.15 / letters) * 1.6
    topics = sum(math.ceil((len(topic) + 3) / letters) * 1.25 + 0.45 for topic in part.topics)
    return size * (heading + topics + 2.8)


def _program_size(columns: Sequence[Sequence[ProgramPart]]) -> float | None:
    """The largest letters that keep the columns on the reverse. Estimated: measuring on every page would be slow."""
    sizes = [half / 2 for half in range(23, 11, -1)]
    fitting = (s for s in sizes if all(sum(_height(part, s) for part in column) < 370 for column in columns))
    return next(fitting, None)


def signature_of(picture_of: Callable[[Picture | None], str | None], signatory: Signatory, words: Words) -> Signature:
    """A signatory in words. `picture_of` puts a picture where Typst reads it, and names it."""
    picture = signatory.signature
    return Signature(
        name=signatory.name,
        post=signatory.post,
        organization=signatory.organization,
        behalf=words["on_behalf_of"].format(name=signatory.on_behalf_of) if signatory.on_behalf_of else "",
        picture=picture_of(picture),
        picture_alt=picture.alt if picture else "",
    )


def _held(facts: CertificateFacts, say: Voice) -> str:
    """`celebrada en Mar del Plata, Argentina, del 9 al 20 de marzo de 2015, con una duración de 60 horas`"""
    words, edition = say.words["certificate"], facts.edition
    held: str = words["held"].format(place=say.where(edition), dates=say.dates(edition.start, edition.end))
    if facts.minutes:
        held += words[facts.kind]["hours"].format(hours=say.hours(facts.minutes))
    return held


def _parties(facts: CertificateFacts, say: Voice) -> tuple[str, ...]:
    """The lines for hosts, partners and sponsors: acronyms, since the names would fill the page."""
    words, edition = say.words["certificate"], facts.edition
    roles = (("hosts", edition.hosts), ("partners", edition.partners), ("sponsors", edition.sponsors))
    return tuple(words[role].format(names=say.short(parties)) for role, parties in roles if parties)


def _is_crowded(facts: CertificateFacts, form_lines: Sequence[str], parties: Sequence[str]) -> bool:
    """Whether the page may overflow at its usual sizes. Measuring every page to find out triples its memory."""
    return _page_height(facts, form_lines, parties) > ROOM


def _page_height(facts: CertificateFacts, form_lines: Sequence[str], parties: Sequence[str]) -> float:
    """About how many millimeters a certificate takes, rather more than less; certificates.typ.j2 has the sizes."""
    edition = facts.edition
    title, lead, held, sessions = form_lines
    return (
        (24.4 if facts.crest else 7)
        + _height_of(" · ".join(party.name for party in edition.organizers), 10.5, 100, gap=5.6)
        + _height_of(title, 27, 36, gap=11.3)  # with the line and "awarded to" below it
        + 19.5  # the name and the country
        + _height_of(lead, 12, 105, gap=4.4)
        + _height_of(edition.course, 18.5, 56)
        + _height_of(edition.title, 12, 92, gap=3.8)
        + _height_of(held, 12, 92, gap=4.6)
        + _height_of(sessions, 9.5, 120, gap=3.4)
        + _signatures_height(facts.signatories)
        + _height_of("   ·   ".join(parties), 8.5, 140, gap=2.6)
        + 2  # date and serial number
    )


def _signatures_height(signatories: Sequence[Signatory]) -> float:
    narrow = (1.0, 1.0, 0.78, 0.64)[len(signatories) - 1]  # columns get narrower from three on
    return 17.8 + max(
        _height_of(one.name, 10.5, 36 * narrow)
        + sum(
            _height_of(text, 9, 45 * narrow, gap=1.3)
            for text in (one.post, one.organization, one.on_behalf_of and f"{one.on_behalf_of} en nombre de")
        )
        for one in signatories
    )


def _height_of(text: str, size: float, letters: float, *, gap: float = 0) -> float:
    """Millimeters of a text of `size` points, so many letters to the line, and its gap; nothing for no text.

    Typst counts a line from its baseline to the height of its capitals: 0.72 of the size, and 0.55 between two lines.
    """
    lines = math.ceil(len(text) / letters)
    return size * 0.353 * (0.72 + (lines - 1) * 1.27) + gap if text else 0


def _name_size(name: str) -> float | None:
    """The size in points that lets a name fill its line, at most 32; None where Typst has to measure.

    That is for letters of which we don't know the width, and for names so long that they go over two lines. To have all
    names measured would cost a fifth of the memory.
    """
    letters = [letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter)]
    if any(letter not in WIDTHS for letter in letters):
        return None
    width = sum(WIDTHS[letter] for letter in letters) / 100
    size = LINE / max(width, 1) * 0.99
    return None if size < LARGEST / 2 else min(LARGEST, math.floor(size * 10) / 10)


def _document_title(batch: Sequence[CertificateFacts], forms: Sequence[Form]) -> str:
    if len(batch) == 1:
        return f"{forms[0].title}: {batch[0].name} ({batch[0].serial})"
    return f"{forms[0].edition}: {batch[0].serial} – {batch[-1].serial}"
