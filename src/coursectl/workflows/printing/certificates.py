"""Certificates, printed as the register has them: from what was kept at their issue, not what people are called today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from coursectl import certificates, documents, editions, locale
from coursectl.certificates import Printable
from coursectl.documents import facts
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, Usage
from coursectl.store import Store
from coursectl.workflows.printing.orders import NothingIssued, NothingOfKindIssued, Order, Printed, Progress
from coursectl.workflows.printing.voice import Voice, sex


def print_certificates(store: Store, ref: EditionRef, order: Order, progress: Progress | None) -> Printed:
    """Print what the register says, not what people are called today."""
    if order.format != "pdf":
        raise Usage(N_("Certificates are made as pdf, not as {format}."), format=order.format)
    printables = certificates.list_for_printing(store, ref, order.kind)
    if not printables and order.kind:
        raise NothingOfKindIssued(reference=ref.reference, kind=order.kind)
    if not printables:
        raise NothingIssued(reference=ref.reference)
    printer = _Certificates(store, order.language, [_tag(words, order) for words in order.also_in])
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

    def __init__(self, store: Store, language: str | None, also_in: Sequence[str] = ()) -> None:
        self._store = store
        self._language = language
        self._also_in = also_in
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
        holder = content["holder"]
        edition, signatories, program_, crest = self._of_all(content, voice)
        return facts.CertificateFacts(
            serial=printable.serial,
            kind=content["kind"],
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
        )

    def _of_all(
        self, content: Mapping[str, Any], voice: Voice
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

    def _signatory(self, one: Mapping[str, Any], voice: Voice) -> facts.Signatory:
        treatment = locale.honorific_in(one["honorific"], voice.language)
        name = locale.with_honorific(treatment, one["name"], voice.language)
        signature = self._picture(one["signature"], name) if one["signature"] else None
        post, organization, on_behalf_of = (voice.text(one[part]) for part in ("post", "organization", "on_behalf_of"))
        return facts.Signatory(name, post, organization, on_behalf_of, signature)

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


def _edition_of(content: Mapping[str, Any], voice: Voice) -> facts.EditionFacts:
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
        country_name=_country(edition, voice),
        start=date.fromisoformat(edition["start"]),
        end=date.fromisoformat(edition["end"]),
        title=voice.text(edition["title"]),
        **parties,
    )
