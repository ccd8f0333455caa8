"""Certificates: one file each, or one file to print, a page (and its reverse) for everybody.

What certificates share (edition, sentences, signatories, crest, program) is written once in the Typst source as a
"form", and each page passes only what is its own: that, and one compiler for all, is what keeps a thousand pages near
the speed of pages without personal data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from types import TracebackType

from coursectl import locale
from coursectl.documents.apart import are_foreign
from coursectl.documents.certificates.designs import unpack
from coursectl.documents.certificates.fitting import name_size
from coursectl.documents.certificates.forms import Form, Sheet, SheetCode
from coursectl.documents.certificates.page import A4, Page
from coursectl.documents.certificates.words import countries_of, form_of_sheet
from coursectl.documents.codes import lines_of
from coursectl.documents.facts import CertificateFacts, Kept, Look
from coursectl.documents.templates import BadTemplate, Sealed, fill, template_file, written_by
from coursectl.documents.typeset import Typesetter
from coursectl.documents.wording import Voice, list_languages, words_of
from coursectl.errors import N_, BadInput

# More in one compile costs memory without end, and crashed Typst at ten thousand. The figures keep it below 350 MB.
FRONTS_A_FILE = 1000
FRONTS_WITH_REVERSE_A_FILE = 200
CROWDED = 3  # times the memory of a page that has to be measured
MOST_SIGNATORIES = 4


@dataclass(frozen=True)
class Rendered:
    """A PDF with certificates: `name` is a file name without its extension, `serials` are those in it, in order.

    `pages` are those that they are on, their reverse not counted; none where a program takes nobody knows how many.
    """

    name: str
    data: bytes
    serials: tuple[str, ...]
    pages: tuple[int | None, ...] = ()


def render_certificates(
    facts: Sequence[CertificateFacts],
    *,
    merged: bool = False,
    by_language: bool = False,
    reverse: bool = False,
    page: Page = A4,
    proof: bool = False,
    since: str = "",
    checked: bool = False,
    templates: Sequence[Path] = (),
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Rendered]:
    """The PDFs of certificates, as they get ready, in the order of `facts`.

    Separate: one file each, "SERIAL Name". Merged: one file for up to 1,000, numbered files beyond that; with `reverse`
    the program is on the back of each, and there are 200 in a file. `by_language`: merged, a file for each run of one
    language. `proof`: with a word across that says so. `since` is said in the name of the first merged file, which begins
    there. `checked`: all glyphs are known to be there. `at` is stamped on the files. `progress(done, of)` counts certificates.
    Raises, before the first file, NoGlyph and BadInput (no signatory, more than four); BadTemplate with the first.
    """
    for certificate in facts:
        check_signatories(certificate)
    reverse = reverse and any(certificate.program for certificate in facts)  # nobody wants empty frames
    way = _Way(merged=merged or by_language, by_language=by_language, since=since, checked=checked)
    make = _Make(reverse, at, page, proof)
    return _printed(facts, templates, make, way, progress)


@dataclass(frozen=True)
class _Make:
    """How all sheets of an order are made: with the program behind or not, of which day, on which page, as proofs or not."""

    reverse: bool
    at: datetime
    page: Page = A4
    proof: bool = False


@dataclass(frozen=True)
class _Way:
    """How sheets go into files."""

    merged: bool
    by_language: bool
    since: str
    checked: bool


def _printed(
    facts: Sequence[CertificateFacts],
    templates: Sequence[Path],
    make: _Make,
    way: _Way,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Rendered]:
    with _Printers(templates, make) as printers, printers.typesetter(facts) as typesetter:
        batches = _batches(facts, way, printers, typesetter)
        if len(batches) > 1 and not way.checked:
            typesetter.check_glyphs(facts)
        done = 0
        for number, (name, batch) in enumerate(batches, start=1):
            if way.merged and number > 1:
                typesetter.forget()
            printer = printers.of(batch[0].look)
            data = printer.pdf(typesetter, batch)
            pages = printer.pages_of(typesetter, batch)
            yield Rendered(name + (" (proof)" if make.proof else ""), data, tuple(c.serial for c in batch), pages)
            done += len(batch)
            if progress:
                progress(done, len(facts))


def calibration_page(facts: CertificateFacts, *, page: Page, templates: Sequence[Path], at: datetime) -> bytes:
    """One sheet with rulers, which shows where a printer puts what: the certificate, with no name and number that anyone has."""
    check_signatories(facts)
    say = Voice(facts.language, templates)
    with words_of(facts.language):
        words = say.words["certificate"]["calibration"]
        nobody = replace(facts, name=words["name"], treatment="", serial=_DIGIT.sub("0", facts.serial))
        lines = (words["title"], words["note"])
    make = _Make(reverse=False, at=at, page=replace(page, calibration=lines))
    with _Printers(templates, make) as printers, printers.typesetter([facts]) as typesetter:
        return printers.of(facts.look).pdf(typesetter, [nobody])


def made_size(facts: CertificateFacts, *, page: Page, templates: Sequence[Path], at: datetime) -> tuple[float, float]:
    """Width and height in millimeters of the sheets that the template makes. Raises BadTemplate."""
    check_signatories(facts)
    make = _Make(reverse=False, at=at, page=page)
    with _Printers(templates, make) as printers, printers.typesetter([facts]) as typesetter:
        return printers.of(facts.look).size(typesetter, facts)


_DIGIT = re.compile(r"[0-9]")


def one_certificate(facts: CertificateFacts, *, templates: Sequence[Path], at: datetime) -> bytes:
    """The PDF of one certificate, its reverse included where there is a program."""
    check_signatories(facts)
    make = _Make(reverse=bool(facts.program), at=at)
    with _Printers(templates, make) as printers, printers.typesetter([facts]) as typesetter:
        return printers.of(facts.look).pdf(typesetter, [facts])


def check_signatories(facts: CertificateFacts) -> None:
    """Raise BadInput for a certificate that nobody signs, or more than four."""
    if not 1 <= len(facts.signatories) <= MOST_SIGNATORIES:
        raise BadInput(
            N_("Certificate {serial} of {name} has {count} signatories; it takes one to four."),
            serial=facts.serial,
            name=facts.name,
            count=len(facts.signatories),
        )


def _batches(
    facts: Sequence[CertificateFacts], way: _Way, printers: _Printers, typesetter: Typesetter
) -> list[tuple[str, Sequence[CertificateFacts]]]:
    """The names of the files, and what goes into each: merged, certificates of one look, in their order."""
    if not way.merged:
        return [(f"{one.serial} {one.name}", [one]) for one in facts]
    named: list[tuple[str, Sequence[CertificateFacts]]] = []
    for group in _groups(facts) if way.by_language else [facts] if facts else []:
        name = f"certificates-{group[0].language}" if way.by_language else "certificates"
        if way.since and not named:
            name += f" from {way.since}"
        parts = [part for alike in _looks(group) for part in _parts(alike, printers, typesetter)]
        named += [(_merged_name(name, number, len(parts)), part) for number, part in enumerate(parts, start=1)]
    return named


def _looks(facts: Sequence[CertificateFacts]) -> list[list[CertificateFacts]]:
    """Those that look alike together: a template makes a file."""
    looks: dict[Look, list[CertificateFacts]] = {}
    for one in facts:
        looks.setdefault(one.look, []).append(one)
    return list(looks.values())


def _parts(
    alike: Sequence[CertificateFacts], printers: _Printers, typesetter: Typesetter
) -> list[Sequence[CertificateFacts]]:
    size = printers.of(alike[0].look).fronts_a_file(typesetter, alike)
    return [alike[first : first + size] for first in range(0, len(alike), size)]


def _groups(facts: Sequence[CertificateFacts]) -> list[Sequence[CertificateFacts]]:
    """The runs of one language."""
    return [list(group) for _language, group in groupby(facts, key=lambda one: one.language)]


def _merged_name(name: str, number: int, count: int) -> str:
    return name if count == 1 else f"{name} {number:0{len(str(count))}} of {count}"


class _Printers:
    """A printer for each look; templates that were kept lie in a folder of their own for as long as it takes."""

    def __init__(self, templates: Sequence[Path], make: _Make) -> None:
        import tempfile

        self._templates = templates
        self._make = make
        self._printers: dict[Look, _Printer] = {}
        self._unpacked: dict[str, Sealed] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="coursectl-")

    def __enter__(self) -> _Printers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def of(self, look: Look) -> _Printer:
        """The printer of certificates that look so."""
        if look not in self._printers:
            templates = self._kept(look.kept) if look.kept else self._templates
            self._printers[look] = _Printer(look, templates, self._templates, self._make)
        return self._printers[look]

    def typesetter(self, facts: Sequence[CertificateFacts]) -> Typesetter:
        """What sets these: in a process of its own where a template of theirs, of today or kept, isn't one of ours."""
        foreign = any(are_foreign(self.of(look).templates) for look in {one.look for one in facts})
        return Typesetter(self._templates, guarded=foreign)

    def _kept(self, kept: Kept) -> Sealed:
        if kept.key not in self._unpacked:
            self._unpacked[kept.key] = unpack(kept, Path(self._folder.name, str(len(self._unpacked))))
        return self._unpacked[kept.key]


class _Printer:
    """Fills the template of a look and has it typeset; remembers the forms it has worded."""

    def __init__(self, look: Look, templates: Sequence[Path], of_today: Sequence[Path], make: _Make) -> None:
        self.templates = templates
        self._of_today = of_today
        self._path = look.template
        self._colors = {"primary": look.primary, "accent": look.accent}
        self._reverse = make.reverse
        self._at = make.at
        self._page = make.page
        self._proof = make.proof
        self._voices: dict[str, Voice] = {}
        self._forms: dict[Hashable, Form] = {}

    def fronts_a_file(self, typesetter: Typesetter, facts: Sequence[CertificateFacts]) -> int:
        """How many certificates go into one file, so that it takes no more than 350 MB to make."""
        fronts = FRONTS_WITH_REVERSE_A_FILE if self._reverse else FRONTS_A_FILE
        with self._kept_at_the_issue():
            crowded = any(self._form(typesetter, one).crowded for one in facts)
        return fronts // CROWDED if crowded else fronts

    def pages_of(self, typesetter: Typesetter, batch: Sequence[CertificateFacts]) -> tuple[int | None, ...]:
        """On which page of its file each certificate is: behind every front there is one reverse, unless it is too long."""
        step = 2 if self._reverse else 1
        pages: list[int | None] = []
        known = True
        for number, facts in enumerate(batch):
            pages.append(1 + number * step if known else None)
            form = self._form(typesetter, facts)
            known = known and not (self._reverse and form.program and form.program_size is None)
        return tuple(pages)

    def pdf(self, typesetter: Typesetter, batch: Sequence[CertificateFacts]) -> bytes:
        """One PDF with the certificates of the batch."""
        with self._kept_at_the_issue():
            values = self._values(typesetter, batch)
            source = fill("pdf", self._path, self.templates, values)
            place = partial(written_by, "pdf", self._path, self.templates, values)
            return typesetter.pdf(
                source, facts=batch, at=self._at, template=template_file(self._path, self.templates), written_by=place
            )

    def size(self, typesetter: Typesetter, facts: CertificateFacts) -> tuple[float, float]:
        """Width and height of the sheet in millimeters."""
        with self._kept_at_the_issue():
            values = self._values(typesetter, [facts])
            source = fill("pdf", self._path, self.templates, values)
            place = partial(written_by, "pdf", self._path, self.templates, values)
            return typesetter.size(source, template=template_file(self._path, self.templates), written_by=place)

    @contextmanager
    def _kept_at_the_issue(self) -> Iterator[None]:
        """Say of a kept template that it is one: nobody can correct the file, which is gone by then. Raises BadTemplate."""
        try:
            yield
        except BadTemplate as error:
            if not isinstance(self.templates, Sealed):
                raise
            raise BadTemplate(
                N_(
                    "The templates that these certificates were issued with and that were kept can't print them: {reason} "
                    "To print them with the templates of today, give --templates-of-today."
                ),
                reason=_below(self.templates, error),
            ) from error

    def _values(self, typesetter: Typesetter, batch: Sequence[CertificateFacts]) -> dict[str, object]:
        """What the template gets for the certificates of the batch."""
        forms: list[Form] = []
        places: dict[int, int] = {}  # by identity of the form: remembered ones live as long as the printer
        sheets = []
        for facts in batch:
            form = self._form(typesetter, facts)
            if id(form) not in places:
                places[id(form)] = len(forms)
                forms.append(form)
            name = locale.with_honorific(facts.treatment, facts.name, facts.language)
            size = name_size(name, self._page)
            code = self._code(typesetter, facts)
            sheets.append(Sheet(places[id(form)], name, countries_of(facts), facts.serial, size, code))
        return {
            "forms": forms,
            "sheets": sheets,
            "reverse": self._reverse,
            "colors": self._colors,
            "page": self._page_in(forms[0].language) if self._proof else self._page,
            "title": _document_title(batch, forms),
            "author": forms[0].organizers or batch[0].edition.course_code,
            "language": forms[0].language,
        }

    def _form(self, typesetter: Typesetter, facts: CertificateFacts) -> Form:
        key = _shared_facts(facts)
        if key not in self._forms:
            self._forms[key] = form_of_sheet(facts, self._voice, typesetter.picture, self._page)
        return self._forms[key]

    def _code(self, typesetter: Typesetter, facts: CertificateFacts) -> SheetCode | None:
        if not facts.code:
            return None
        file, modules = typesetter.code(facts.code)
        with words_of(facts.language):
            alt = self._voice(facts.language).words["certificate"]["code"].format(serial=facts.serial)
        return SheetCode(file, modules, alt, lines_of(facts.code))

    def _page_in(self, language: str) -> Page:
        """The page with the word that says that it is none to hand out."""
        with words_of(language):
            return replace(self._page, proof=self._voice(language).words["certificate"]["proof"])

    def _voice(self, language: str) -> Voice:
        if language not in self._voices:
            # Words are kept in all languages of then; for one that came later there are none but today's.
            known = language.split("-")[0] in list_languages(self.templates)
            self._voices[language] = Voice(language, self.templates if known else self._of_today)
        return self._voices[language]


def _shared_facts(facts: CertificateFacts) -> Hashable:
    """What makes its form: certificates that have the same of it share one."""
    return (
        facts.edition,
        facts.kind,
        facts.own_title,
        facts.own_sentence,
        facts.sex,
        facts.minutes,
        facts.sessions,
        facts.issued_on,
        facts.duplicate_of,
        facts.signatories,
        facts.crest,
        facts.program,
        facts.also and _shared_facts(facts.also),
    )


def _below(folders: Sequence[Path], error: BadTemplate) -> BadTemplate:
    """The error with the path of its template as it was kept."""

    def inside(value: object) -> object:
        for folder in folders:
            value = value.replace(f"{folder}/", "") if isinstance(value, str) else value
        return value

    return BadTemplate(error.args[0], **{name: inside(value) for name, value in error.facts.items()})


def _document_title(batch: Sequence[CertificateFacts], forms: Sequence[Form]) -> str:
    if len(batch) == 1:
        return f"{forms[0].title}: {batch[0].name} ({batch[0].serial})"
    return f"{forms[0].edition}: {batch[0].serial} – {batch[-1].serial}"
