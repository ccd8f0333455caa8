"""Certificates, printed as the register has them: from what was kept at their issue, not what people are called today.

The order of things is what keeps paper, log and folder in step. Everything is checked, then all files are made in a hidden
folder, then the printing goes into the log, then the files are moved to their places. Whoever is killed before that has
printed nothing; after it, typing the command again brings the rest, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import coursectl
from coursectl import certificates, documents, editions, locale
from coursectl.certificates import Printable
from coursectl.documents import facts
from coursectl.documents.certificates import ManifestRow, calibration_page, manifest
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, NotFound, Refused, Usage
from coursectl.store import Act, Store, as_json, expect_true, new_id
from coursectl.workflows.printing.looks import Looks
from coursectl.workflows.printing.orders import NothingIssued, NothingOfKindIssued, Order, Printed, Progress
from coursectl.workflows.printing.preflight import NotFit, Preflight, check_accepted, look
from coursectl.workflows.printing.sheets import (
    CertificateOrder,
    LogOutOfReach,
    NothingChosen,
    PrintedCertificates,
    choose,
    edition_languages,
    file_of,
    from_on,
    in_sequence,
    is_free,
)
from coursectl.workflows.printing.voice import Voice, sex

_LONG_AGO = date(1970, 1, 1)
COMMAND = "render certificates"
"""What the log has for a printing, before the edition."""


def print_certificates(
    store: Store, ref: EditionRef, order: Order, progress: Progress | None, act: Act | None = None
) -> Printed:
    """Print what the register says, not what people are called today, and log it as done by `act`.

    Without an act nothing is logged. Raises NotFit with all that stands against printing, before anything is written;
    NothingIssued, NothingChosen, NotFound and Ambiguous (names), Usage, LogOutOfReach, and what making files raises.
    """
    order = _with_template(CertificateOrder.of(order))
    _check_order(store, order, act)
    job = _Job(store, ref, order)
    if order.calibrate:
        return job.calibrate()
    found = job.preflight(act.today if act else None)
    if found.stops:
        raise NotFit(found)
    if not job.sheets:
        raise NothingChosen(reference=ref.reference)
    if order.check:
        return PrintedCertificates(
            order.document, ref.reference, str(order.folder), (), len(job.sheets), found=found.found
        )
    return job.print(found, act, progress)


def _check_order(store: Store, order: CertificateOrder, act: Act | None) -> None:
    check_accepted(order.accept)
    if order.proof and order.calibrate:
        raise Usage(N_("--proof and --calibrate are two kinds of sheets. Choose one."))
    if act and store.read_only and not (order.proof or order.calibrate or order.check):
        raise LogOutOfReach(store=store.name)


class _Job:
    """The sheets of one order, in their order."""

    def __init__(self, store: Store, ref: EditionRef, order: CertificateOrder) -> None:
        self._store = store
        self._ref = ref
        self._order = order
        everybody = certificates.list_holders_of_today(store, ref, order.kind)
        if not everybody and order.kind:
            raise NothingOfKindIssued(reference=ref.reference, kind=order.kind)
        if not everybody:
            raise NothingIssued(reference=ref.reference)
        chosen = choose(everybody, order, ref)
        there = [one for one in chosen if not one.erased]
        some = None if len(there) == len(everybody) else [one.serial for one in there]
        languages = edition_languages(store, ref)
        printables = certificates.list_for_printing(store, ref, order.kind, some)
        printables = from_on(in_sequence(printables, chosen, order, languages), order, ref)
        self._since = printables[0].serial if order.since else ""
        sheets = _Certificates(store, order)
        self._looks = sheets.looks
        self._ids = {one.serial: one.id for one in printables}
        self._holders = [one for one in chosen if one.erased or one.serial in self._ids]
        self.sheets = {one.serial: sheets.gather(one) for one in printables}
        self._voice = Voice(order.language or next(iter(languages), "en"), languages)
        self._gather_in = _Certificates(store, replace(order, language=self._voice.language), self._looks).gather
        self._first = printables[0] if printables else None
        self._at = datetime.combine(
            max((one.issued_on for one in self.sheets.values()), default=_LONG_AGO), time(), UTC
        )

    def preflight(self, today: str | None) -> Preflight:
        """What is wrong, as of today (by default the day of the last issue)."""
        day = today or self._at.date().isoformat()
        return look(self._store, self._ref, self._order, self.sheets, self._holders, today=day, at=self._at)

    def calibrate(self) -> PrintedCertificates:
        """One sheet with rulers."""
        order = self._order
        first = next(iter(self.sheets.values()), None)
        if first is None:
            raise NothingChosen(reference=self._ref.reference)
        made = calibration_page(first, page=order.page, templates=order.templates, at=self._at)
        name = f"{self._ref.reference}-calibration-{order.page.paper}.pdf"
        path = documents.write_file(order.folder, name, made, force=order.force)
        return PrintedCertificates(order.document, self._ref.reference, str(order.folder), (path.name,))

    def print(self, found: Preflight, act: Act | None, progress: Progress | None) -> PrintedCertificates:
        """The files, and the log."""
        order = self._order
        made: dict[str, tuple[str, ...]] = {}  # the serial numbers in each file
        rows: list[ManifestRow] = []
        logged: list[int] = []

        def files() -> Iterator[tuple[str, bytes]]:
            for one in self._rendered(progress):
                name = file_of(one, self._ref, order)
                made[name] = one.serials
                rows.extend(self._rows(one, name, len(rows)))
                yield name, one.data
            if len(rows) > 1 and not order.proof:
                yield from self._manifest(rows)

        def log(targets: Sequence[Path]) -> None:
            serials = [serial for path in targets for serial in made.get(path.name, ())]
            if act and serials and not order.proof:
                self._log([self._ids[serial] for serial in serials], act)
                logged.extend(self._ids[serial] for serial in serials)

        paths = documents.write_files(
            order.folder, files(), force=order.force, before_moving=log, dry_run=order.dry_run
        )
        names = tuple(path.name for path in paths)
        return PrintedCertificates(
            order.document,
            self._ref.reference,
            str(order.folder),
            names[: len(made)],
            len(self.sheets),
            manifest=names[len(made) :],
            logged=len(logged),
            found=found.found,
            unkept=self._looks.unkept(list(self.sheets.values())),
            other_versions=self._looks.other_versions(),
        )

    def _rendered(self, progress: Progress | None) -> Iterator[documents.Rendered]:
        order = self._order
        if order.format == WORD:
            return documents.render_word_certificates(
                list(self.sheets.values()),
                merged=order.merged,
                reverse=order.reverse,
                template=order.template,
                templates=order.templates,
                at=self._at,
                progress=progress,
            )
        return documents.render_certificates(
            list(self.sheets.values()),
            merged=order.merged,
            by_language=order.by_language,
            reverse=order.reverse,
            page=order.page,
            proof=order.proof,
            since=self._since,
            checked=True,
            templates=order.templates,
            at=self._at,
            progress=progress,
        )

    def _rows(self, one: documents.Rendered, file: str, before: int) -> Iterator[ManifestRow]:
        pages = one.pages or (None,) * len(one.serials)
        for place, (serial, page) in enumerate(zip(one.serials, pages, strict=True), start=before + 1):
            yield ManifestRow(place, self.sheets[serial].name, serial, file, page)

    def _manifest(self, rows: Sequence[ManifestRow]) -> list[tuple[str, bytes]]:
        """The list in both forms, under a name that no other list in the folder has: people print into one folder twice."""
        order = self._order
        assert self._first is not None  # noqa: S101 - there were sheets
        edition = self._gather_in(self._first).edition
        table, pages = manifest(rows, edition, paper=order.page.paper, templates=order.templates, at=self._at)
        since = f" from {self._since}" if self._since else ""
        stem = f"{self._ref.reference}-certificates-manifest{since}"
        parts = [""] if len(pages) == 1 else [f" {n} of {len(pages)}" for n in range(1, len(pages) + 1)]
        for number in count(1):
            name = stem if number == 1 else f"{stem} {number}"
            made = [
                (f"{name}.csv", table),
                *((f"{name}{part}.pdf", page) for part, page in zip(parts, pages, strict=True)),
            ]
            made = [(documents.safe_name(file), data) for file, data in made]
            if order.force or all(is_free(order.folder, *one) for one in made):
                return made
        raise AssertionError("a name is free in the end")  # pragma: no cover - for the type checker

    def _log(self, ids: Sequence[int], act: Act) -> None:
        """Say in the log that these were printed, unless one of them isn't valid any more. Raises Refused."""
        op_id = new_id()
        made_with = {"coursectl": coursectl.__version__, "typst": version("typst")}
        live = expect_true(
            "SELECT count(*) = :wanted FROM certificate_live WHERE certificate_id IN (SELECT value FROM json_each(:ids))",
            {"wanted": len(ids), "ids": as_json(list(ids))},
            "certificate_live",
            Refused(
                N_("Somebody has just replaced or voided one of these certificates, so nothing was printed. Type the command again.")
            ),
        )  # fmt: skip
        statements = certificates.printing_statements(
            self._ref.id, ids, certificates.PRINTED, act, op_id=op_id, made_with=made_with
        )
        self._store.apply(
            act.operation(f"{COMMAND} {self._ref.reference}", [live, *statements], undo="refused", op_id=op_id)
        )


WORD = "docx"
_ENDINGS = {".docx": WORD, ".typ.j2": "pdf"}


def _with_template(order: CertificateOrder) -> CertificateOrder:
    """The order with the format that its template makes, and what lies beside that. Raises NotFound, BadInput and Usage."""
    file = order.template
    if file is None:
        if order.format not in ("pdf", WORD):
            raise Usage(N_("Certificates are made as pdf or docx, not as {format}."), format=order.format)
        return order
    form = next((form for ending, form in _ENDINGS.items() if file.name.lower().endswith(ending)), None)
    if form is None:
        raise Usage(
            N_("{file} is no template of certificates: its name ends in .docx (Word) or .typ.j2 (Typst)."), file=file
        )
    if file.is_dir():
        raise BadInput(N_("{file} is a folder, not a template. Name the file in it."), file=file)
    if not file.is_file():
        raise NotFound(N_("There is no template {file}. Make one with: coursectl template copy certificate"), file=file)
    file = file.absolute()
    beside = (file.parent, *order.templates) if form == "pdf" else order.templates
    return replace(order, template=file, format=form, templates=beside, of_today=True)


def _tag(words: str, order: Order) -> str:
    """The language that a second one is said to be. That there are words in it is told where they are read."""
    found = locale.find_language(words)
    if found is None:
        known = ", ".join(documents.list_languages(order.templates))
        raise BadInput(
            N_("There are no certificates in {language!r}. Use one of: {known}."), language=words, known=known
        )
    return found


class _Certificates:
    """Turns snapshots into facts; what certificates of one language and kind share is made once, and typeset once."""

    def __init__(self, store: Store, order: Order, looks: Looks | None = None) -> None:
        self._store = store
        self._language = order.language
        self._also_in = [_tag(words, order) for words in order.also_in]
        self.looks = looks or Looks(store, order)
        self._shared: dict[str, Any] = {}
        self._pictures: dict[str, facts.Picture] = {}

    def gather(self, printable: Printable) -> facts.CertificateFacts:
        """What one certificate says."""
        content = printable.snapshot
        language, second = self._languages(content)
        also = None if second is None else self._in(printable, second, None)
        return self._in(printable, language, also)

    def _languages(self, content: Mapping[str, Any]) -> tuple[str, str | None]:
        """The languages of a sheet: as it was issued, or as is wanted now. No sheet says the same twice."""
        first = self._language or content["language"]
        wanted = [*self._also_in, content.get("also_in"), *(content["languages"] if self._also_in else ())]
        base = first.partition("-")[0]
        others = (tag for tag in wanted if tag and tag.partition("-")[0] != base)
        return first, next(others, None)

    def _in(self, printable: Printable, language: str, also: facts.CertificateFacts | None) -> facts.CertificateFacts:
        content = printable.snapshot
        voice = Voice(language, content["languages"])
        holder, own = content["holder"], content.get("words", {})
        edition, signatories, program_, crest = self._of_all(content, voice)
        return facts.CertificateFacts(
            serial=printable.serial,
            kind=content.get("base", content["kind"]),
            edition=edition,
            name=holder["name"],
            issued_on=date.fromisoformat(content["issued_on"]),
            signatories=signatories,
            treatment=locale.honorific_in(holder["honorific"], language),
            sex=sex(holder["sex"]),
            country_name=_country(holder, voice),
            minutes=content["minutes"],
            sessions=tuple(map(voice.text, content["sessions"])),
            crest=crest,
            program=program_,
            also=also,
            own_title=voice.text(own.get("title")),
            own_sentence=voice.text(own.get("sentence")),
            duplicate_of=date.fromisoformat(content["first_issued_on"]) if content.get("duplicate") else None,
            look=self.looks.of(content),
            code=certificates.code_of(printable.serial, printable.hash),
        )

    def _of_all(
        self, content: Mapping[str, Any], voice: Voice
    ) -> tuple[facts.EditionFacts, tuple[facts.Signatory, ...], tuple[facts.ModuleFacts, ...], facts.Picture | None]:
        parts = ("languages", "edition", *_ROLES, "signatories", "program", "course")
        key = repr([voice.language, *(content[part] for part in parts)])
        if key not in self._shared:
            crest = content["course"]["crest"]
            self._shared[key] = (
                self._edition(content, voice),
                tuple(self._signatory(one, voice) for one in content["signatories"]),
                tuple(_module_of(module, voice) for module in content["program"]),
                self._picture(crest, voice.text(content["course"]["title"])) if crest else None,
            )
        found: tuple[Any, Any, Any, Any] = self._shared[key]
        return found

    def _signatory(self, one: Mapping[str, Any], voice: Voice) -> facts.Signatory:
        treatment = locale.honorific_in(one["honorific"], voice.language)
        name = locale.with_honorific(treatment, one["name"], voice.language)
        signature = self._picture(one["signature"], name) if one["signature"] else None
        post, organization, on_behalf_of = (voice.text(one[part]) for part in ("post", "organization", "on_behalf_of"))
        return facts.Signatory(name, post, organization, on_behalf_of, signature)

    def _edition(self, content: Mapping[str, Any], voice: Voice) -> facts.EditionFacts:
        edition = content["edition"]
        parties: dict[str, Any] = {role: tuple(self._party(party, voice) for party in content[role]) for role in _ROLES}
        return facts.EditionFacts(
            language=voice.language,
            course=voice.text(content["course"]["title"]),
            course_code=content["course"]["code"],
            number=edition["number"],
            place=edition["place"],
            country_name=_country(edition, voice),
            start=date.fromisoformat(edition["start"]),
            end=date.fromisoformat(edition["end"]),
            title=voice.text(edition["title"]),
            **parties,
        )

    def _party(self, party: Mapping[str, Any], voice: Voice) -> facts.Party:
        name, logo = voice.text(party["name"]), party.get("logo")
        picture = self._picture(logo, name) if logo else None
        return facts.Party(name, voice.text(party["acronym"]), logo=picture)

    def _picture(self, picture_hash: str, alt: str) -> facts.Picture:
        if picture_hash not in self._pictures:
            picture = editions.get_picture(self._store, picture_hash)
            self._pictures[picture_hash] = facts.Picture(picture.media_type, picture.data, alt)
        return self._pictures[picture_hash]


_ROLES = ("organizers", "hosts", "partners", "sponsors")


def _country(of: Mapping[str, Any], voice: Voice) -> str:
    """The country as it was called at the issue; in a language that documents learned only later, as it is called today."""
    named: str = (
        of["country_name"].get(voice.language) or of["country_name"].get(voice.language.partition("-")[0]) or ""
    )
    return named or voice.country(of["country"])


def _module_of(module: Mapping[str, Any], voice: Voice) -> facts.ModuleFacts:
    topics = tuple(facts.TopicFacts(voice.text(topic)) for topic in module["topics"])
    return facts.ModuleFacts(module["number"], voice.text(module["title"]), topics=topics)
