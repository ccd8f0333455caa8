"""A certificate in words: the sentence that it says, where and when the edition was held, who signs, the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from coursectl.documents.certificates.fitting import height_of_part, program_size, shrunk_to
from coursectl.documents.certificates.forms import Form, Logo, ProgramPart, Signature
from coursectl.documents.certificates.page import A4, Page
from coursectl.documents.facts import CertificateFacts, ModuleFacts, Picture, Signatory
from coursectl.documents.wording import Voice, Words, words_of

PictureOf = Callable[[Picture | None], str | None]
VoiceOf = Callable[[str], Voice]


def form_of_sheet(facts: CertificateFacts, voice_of: VoiceOf, picture_of: PictureOf, page: Page = A4) -> Form:
    """The form of a sheet; of one in two languages with the other beside it, and both posts of who sign."""
    with words_of(facts.language):
        form = form_of(facts, voice_of(facts.language), picture_of, page)
    if facts.also is None:
        return form
    return _in_two_languages(form, form_of_sheet(facts.also, voice_of, picture_of, page), facts, page)


def countries_of(facts: CertificateFacts) -> str:
    """The country, in both languages of a sheet that has two, where they call it by other names."""
    names = [facts.country_name, facts.also.country_name if facts.also else ""]
    return " · ".join(dict.fromkeys(filter(None, names)))


def form_of(facts: CertificateFacts, say: Voice, picture_of: PictureOf, page: Page = A4) -> Form:
    """What the certificate shares with others of its form, on that page.

    `picture_of` puts a picture where Typst reads it, and names it.
    """
    edition = facts.edition
    words = say.words["certificate"]
    kind = words[facts.kind]
    signatures = tuple(signature_of(picture_of, signatory, words) for signatory in facts.signatories)
    parties = _parties(facts, say)
    title = facts.own_title or kind["title"]
    lead = facts.own_sentence or kind["lead"][facts.sex if facts.sex in ("female", "male") else "neutral"]
    ordinal, course = say.edition_parts(edition)
    leading = say.beside(lead, ordinal)
    held = _held(facts, say)
    sessions = words["sessions"].format(sessions=say.listed(facts.sessions)) if facts.sessions else ""
    columns = _columns(facts.program, words)
    logos = _logos(facts, picture_of)
    shrunk = shrunk_to(facts, (title, leading, held, sessions), parties, page, logos=bool(logos))
    return Form(
        language=facts.language,
        title=title,
        awarded=words["awarded"],
        lead=leading,
        course=course,
        edition=say.edition(edition),
        motto=edition.title,
        held=held,
        organizers=" · ".join(party.name for party in edition.organizers),
        parties=parties,
        sessions=sessions,
        issued=_issued(facts, say),
        duplicate=words["duplicate"] if facts.duplicate_of else "",
        serial_label=words["serial"],
        signatories=signatures,
        crest=picture_of(facts.crest),
        crest_alt=facts.crest.alt if facts.crest else "",
        program_title=words["program"],
        program=columns,
        program_size=program_size(columns, page),
        crowded=shrunk < 1,
        shrunk=shrunk,
        logos=logos,
    )


def _in_two_languages(form: Form, second: Form, facts: CertificateFacts, page: Page) -> Form:
    """One form of two: who sign are named once, with what they are in both languages where these differ."""
    signatories = tuple(map(_signature_in_two, form.signatories, second.signatories))
    first_lines, second_lines = ((one.title, one.lead, one.held, one.sessions) for one in (form, second))
    logos = bool(form.logos)
    shrunk = shrunk_to(facts, first_lines, form.parties, page, logos=logos, second_lines=second_lines)
    # All are measured: an estimate of two columns is good enough to warn, not to set them.
    return replace(form, signatories=signatories, second=second, crowded=True, shrunk=shrunk)


def _signature_in_two(one: Signature, other: Signature) -> Signature:
    """What is the same in both languages, as `Director` is, stands there once."""
    said: dict[str, Any] = {
        part: "" for part in ("post", "organization", "behalf") if getattr(one, part) == getattr(other, part)
    }
    return replace(one, also=replace(other, **said))


def _logos(facts: CertificateFacts, picture_of: PictureOf) -> tuple[Logo, ...]:
    """The logos in the order of their roles, one that has several roles once."""
    edition = facts.edition
    found: dict[str, Logo] = {}
    for party in (*edition.organizers, *edition.hosts, *edition.partners, *edition.sponsors):
        if picture := picture_of(party.logo):
            found.setdefault(picture, Logo(party.name, picture))
    return tuple(found.values())


def _columns(modules: Sequence[ModuleFacts], words: Words) -> tuple[tuple[ProgramPart, ...], ...]:
    """The modules in order in two columns of about the same height."""
    parts = tuple(
        ProgramPart(
            words["module"].format(number=module.number, title=module.title),
            tuple(topic.title for topic in module.topics),
        )
        for module in modules
    )
    heights = [height_of_part(part, 11) for part in parts]
    cuts = range(1, len(parts))
    cut = min(cuts, key=lambda at: max(sum(heights[:at]), sum(heights[at:])), default=len(parts))
    return tuple(column for column in (parts[:cut], parts[cut:]) if column)


def signature_of(picture_of: PictureOf, signatory: Signatory, words: Words) -> Signature:
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


def _issued(facts: CertificateFacts, say: Voice) -> str:
    """`Expedido el 20 de marzo de 2015`; a duplicate says when the first one was issued, and when itself."""
    words = say.words["certificate"]
    if facts.duplicate_of is None:
        said: str = words["issued"].format(date=say.date(facts.issued_on))
    else:
        said = words["issued_again"].format(first=say.date(facts.duplicate_of), date=say.date(facts.issued_on))
    return said


def _parties(facts: CertificateFacts, say: Voice) -> tuple[str, ...]:
    """The lines for hosts, partners and sponsors: acronyms, since the names would fill the page."""
    words, edition = say.words["certificate"], facts.edition
    roles = (("hosts", edition.hosts), ("partners", edition.partners), ("sponsors", edition.sponsors))
    return tuple(words[role].format(names=say.short(parties)) for role, parties in roles if parties)
