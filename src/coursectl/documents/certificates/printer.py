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

from coursectl import locale
from coursectl.documents.certificates.fitting import name_size
from coursectl.documents.certificates.forms import Form, Sheet
from coursectl.documents.certificates.words import form_of, in_two_languages
from coursectl.documents.facts import CertificateFacts
from coursectl.documents.templates import fill, template_file, template_path, written_by
from coursectl.documents.typeset import Typesetter
from coursectl.documents.wording import Voice, words_of
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
            name = locale.with_honorific(facts.treatment, facts.name, facts.language)
            sheets.append(Sheet(places[id(form)], name, _countries(facts), facts.serial, name_size(name)))
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
            facts.also and facts.also.edition,
        )
        if key not in self._forms:
            self._forms[key] = self._worded(typesetter, facts)
        return self._forms[key]

    def _worded(self, typesetter: Typesetter, facts: CertificateFacts) -> Form:
        """The form in words; one in two languages has the other beside it, and both posts of who sign."""
        with words_of(facts.language):
            form = form_of(facts, self._voice(facts.language), typesetter.picture)
        return form if facts.also is None else in_two_languages(form, self._worded(typesetter, facts.also))

    def _voice(self, language: str) -> Voice:
        if language not in self._voices:
            self._voices[language] = Voice(language, self.templates)
        return self._voices[language]


def _countries(facts: CertificateFacts) -> str:
    """The country, in both languages of a sheet that has two, where they call it by other names."""
    names = [facts.country_name, facts.also.country_name if facts.also else ""]
    return " · ".join(dict.fromkeys(filter(None, names)))


def _document_title(batch: Sequence[CertificateFacts], forms: Sequence[Form]) -> str:
    if len(batch) == 1:
        return f"{forms[0].title}: {batch[0].name} ({batch[0].serial})"
    return f"{forms[0].edition}: {batch[0].serial} – {batch[-1].serial}"
