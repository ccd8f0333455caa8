"""Certificates as Word files, from templates that an office designs in Word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from coursectl.documents.certificates.forms import Form, ProgramPart, Signature
from coursectl.documents.certificates.printer import Rendered, check_signatories
from coursectl.documents.certificates.words import countries_of, form_of_sheet
from coursectl.documents.codes import modules_of, png_of
from coursectl.documents.facts import CertificateFacts, Picture
from coursectl.documents.word import word_file
from coursectl.documents.wording import Voice, words_of
from coursectl.locale import with_honorific


@dataclass(frozen=True)
class WordSignature:
    """One signatory in words; the signature is a picture, or none."""

    name: str
    post: str
    organization: str
    behalf: str
    signature: Picture | None
    also: WordSignature | None = (
        None  # what they are in the other language of a sheet that has two, as far as it differs
    )


@dataclass(frozen=True)
class WordSecond:
    """What a sheet in two languages says in the second one."""

    language: str
    title: str
    awarded: str
    lead: str
    course: str
    edition: str
    motto: str
    held: str
    sessions: str
    issued: str


@dataclass(frozen=True)
class WordCertificate:
    """One certificate in words, from the top."""

    language: str
    organizers: str
    crest: Picture | None
    title: str
    awarded: str
    name: str
    country: str
    lead: str
    course: str
    edition: str
    motto: str
    held: str
    sessions: str
    signatories: tuple[WordSignature, ...]
    parties: str
    issued: str
    serial_label: str
    serial: str
    program_title: str
    program: tuple[ProgramPart, ...]
    duplicate: str = ""  # the word that marks one, or nothing
    code: Picture | None = None
    second: WordSecond | None = None


def render_word_certificates(
    facts: Sequence[CertificateFacts],
    *,
    merged: bool = False,
    reverse: bool = False,
    template: Path | None = None,
    templates: Sequence[Path] = (),
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Rendered]:
    """The Word files of certificates, as they get ready: one each, "SERIAL Name", or one for all, a page break between two.

    `template` is the file to fill, None for `certificates/certificates.docx` of the folders. Without `reverse` the template
    gets no program. Raises NoWord, BadTemplate, BadInput (no signatory), Usage (merged, by a template for one).
    """
    for certificate in facts:
        check_signatories(certificate)
    voices: dict[str, Voice] = {}
    for one in facts:
        for language in (one.language, *([one.also.language] if one.also else [])):
            if language not in voices:
                voices[language] = Voice(language, templates)
    worded = [_worded(one, voices, reverse=reverse) for one in facts]
    batches = [range(len(facts))] if merged else [range(n, n + 1) for n in range(len(facts))]
    for batch in batches:
        several = [worded[n] for n in batch]
        first = several[0]
        title = f"{first.title}: {first.name} ({first.serial})" if len(several) == 1 else first.edition
        data = word_file(
            ("certificates", facts[batch[0]].kind), {"certificates": several}, templates, at=at, several=merged, title=title,
            language=first.language, file=template,
        )  # fmt: skip
        serials = tuple(one.serial for one in several)
        yield Rendered("certificates" if merged else f"{first.serial} {facts[batch[0]].name}", data, serials)
        if progress:
            progress(batch[-1] + 1, len(facts))


def _worded(facts: CertificateFacts, voices: Mapping[str, Voice], *, reverse: bool) -> WordCertificate:
    form = form_of_sheet(facts, voices.__getitem__, lambda _: None)
    signatories = tuple(
        _signature(worded, one.signature) for worded, one in zip(form.signatories, facts.signatories, strict=True)
    )
    return WordCertificate(
        language=facts.language,
        organizers=form.organizers,
        crest=facts.crest,
        title=form.title,
        awarded=form.awarded,
        name=with_honorific(facts.treatment, facts.name, facts.language),
        country=countries_of(facts),
        lead=form.lead,
        course=form.course,
        edition=form.edition,
        motto=form.motto,
        held=form.held,
        sessions=form.sessions,
        signatories=signatories,
        parties="   ·   ".join(form.parties),
        issued=form.issued,
        serial_label=form.serial_label,
        serial=facts.serial,
        program_title=form.program_title,
        program=tuple(part for column in form.program for part in column) if reverse else (),
        duplicate=form.duplicate,
        code=_code(facts, voices[facts.language]),
        second=_second(form.second) if form.second else None,
    )


def _signature(worded: Signature, picture: Picture | None) -> WordSignature:
    also = _signature(worded.also, None) if worded.also else None
    return WordSignature(worded.name, worded.post, worded.organization, worded.behalf, picture, also)


def _second(form: Form) -> WordSecond:
    return WordSecond(**{field.name: getattr(form, field.name) for field in fields(WordSecond)})


def _code(facts: CertificateFacts, say: Voice) -> Picture | None:
    if not facts.code:
        return None
    with words_of(facts.language):
        alt = say.words["certificate"]["code"].format(serial=facts.serial)
    return Picture("image/png", png_of(modules_of(facts.code)), alt)
