"""Certificates: one file each, or one file to print, a page (and its reverse) for everybody.

What certificates share (edition, sentences, signatories, crest, program) is written once in the Typst source as a
"form", and each page passes only what is its own: that, and one compiler for all, is what keeps a thousand pages near
the speed of pages without personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType

from coursectl.documents.certificates.designs import unpack
from coursectl.documents.certificates.fitting import name_size
from coursectl.documents.certificates.forms import Form, Sheet
from coursectl.documents.certificates.words import form_of
from coursectl.documents.facts import CertificateFacts, Kept, Look
from coursectl.documents.templates import Sealed, fill, template_file, written_by
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
    for certificate in facts:
        _check(certificate)
    reverse = reverse and any(certificate.program for certificate in facts)  # nobody wants empty frames
    return _printed(facts, templates, merged=merged, reverse=reverse, at=at, progress=progress)


def _printed(
    facts: Sequence[CertificateFacts],
    templates: Sequence[Path],
    *,
    merged: bool,
    reverse: bool,
    at: datetime,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Rendered]:
    with Typesetter(templates) as typesetter, _Printers(templates, reverse=reverse, at=at) as printers:
        batches = _merged_batches(facts, printers, typesetter) if merged else [[one] for one in facts]
        if len(batches) > 1:
            typesetter.check_glyphs(facts)
        done = 0
        for number, batch in enumerate(batches, start=1):
            if merged and number > 1:
                typesetter.forget()
            name = _merged_name(number, len(batches)) if merged else f"{batch[0].serial} {batch[0].name}"
            yield Rendered(name, printers.of(batch[0].look).pdf(typesetter, batch), tuple(c.serial for c in batch))
            done += len(batch)
            if progress:
                progress(done, len(facts))


def one_certificate(facts: CertificateFacts, *, templates: Sequence[Path], at: datetime) -> bytes:
    """The PDF of one certificate, its reverse included where there is a program."""
    _check(facts)
    with Typesetter(templates) as typesetter, _Printers(templates, reverse=bool(facts.program), at=at) as printers:
        return printers.of(facts.look).pdf(typesetter, [facts])


def _check(facts: CertificateFacts) -> None:
    if not 1 <= len(facts.signatories) <= MOST_SIGNATORIES:
        raise BadInput(
            N_("Certificate {serial} of {name} has {count} signatories; it takes one to four."),
            serial=facts.serial,
            name=facts.name,
            count=len(facts.signatories),
        )


def _merged_batches(
    facts: Sequence[CertificateFacts], printers: _Printers, typesetter: Typesetter
) -> list[Sequence[CertificateFacts]]:
    """What goes into a file each: certificates of one look, in their order, as many as a file may hold."""
    looks: dict[Look, list[CertificateFacts]] = {}
    for one in facts:
        looks.setdefault(one.look, []).append(one)
    return [
        batch
        for look, alike in looks.items()
        for batch in _batches(alike, printers.of(look).fronts_a_file(typesetter, alike))
    ]


def _batches(facts: Sequence[CertificateFacts], size: int) -> list[Sequence[CertificateFacts]]:
    return [facts[first : first + size] for first in range(0, len(facts), size)]


def _merged_name(number: int, count: int) -> str:
    return "certificates" if count == 1 else f"certificates {number:0{len(str(count))}} of {count}"


class _Printers:
    """A printer for each look; templates that were kept lie in a folder of their own for as long as it takes."""

    def __init__(self, templates: Sequence[Path], *, reverse: bool, at: datetime) -> None:
        import tempfile

        self._templates = templates
        self._reverse = reverse
        self._at = at
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
            self._printers[look] = _Printer(look, templates, self._templates, reverse=self._reverse, at=self._at)
        return self._printers[look]

    def _kept(self, kept: Kept) -> Sealed:
        if kept.key not in self._unpacked:
            self._unpacked[kept.key] = unpack(kept, Path(self._folder.name, str(len(self._unpacked))))
        return self._unpacked[kept.key]


class _Printer:
    """Fills the template of a look and has it typeset; remembers the forms it has worded."""

    def __init__(
        self, look: Look, templates: Sequence[Path], of_today: Sequence[Path], *, reverse: bool, at: datetime
    ) -> None:
        self.templates = templates
        self._of_today = of_today
        self._path = look.template
        self._colors = {"primary": look.primary, "accent": look.accent}
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
            sheets.append(Sheet(places[id(form)], name, facts.country_name, facts.serial, name_size(name)))
        values = {
            "forms": forms,
            "sheets": sheets,
            "reverse": self._reverse,
            "colors": self._colors,
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
                self._forms[key] = form_of(facts, self._voice(facts.language), typesetter.picture)
        return self._forms[key]

    def _voice(self, language: str) -> Voice:
        if language not in self._voices:
            # Words are kept in all languages of then; for one that came later there are none but today's.
            known = language.split("-")[0] in list_languages(self.templates)
            self._voices[language] = Voice(language, self.templates if known else self._of_today)
        return self._voices[language]


def _document_title(batch: Sequence[CertificateFacts], forms: Sequence[Form]) -> str:
    if len(batch) == 1:
        return f"{forms[0].title}: {batch[0].name} ({batch[0].serial})"
    return f"{forms[0].edition}: {batch[0].serial} – {batch[-1].serial}"
