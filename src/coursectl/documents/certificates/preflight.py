"""Before paper: everything that is wrong with certificates and can be seen from what they say, found at once.

What certificates share is looked at once, and what is a person's own costs microseconds each, so that a thousand sheets
aren't kept waiting. Rules that need the register or the roster are those of workflows/printing/preflight.py.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from coursectl.documents.certificates.designs import BUILT_IN
from coursectl.documents.certificates.forms import Form
from coursectl.documents.certificates.names import check_names
from coursectl.documents.certificates.page import A4, Page
from coursectl.documents.certificates.pictures import CREST_ROOM, SIGNATURE_ROOM, dots_per_inch, pixels_of
from coursectl.documents.certificates.printer import made_size
from coursectl.documents.certificates.remarks import Remark
from coursectl.documents.certificates.words import form_of_sheet
from coursectl.documents.facts import CertificateFacts, Picture, Signatory
from coursectl.documents.templates import is_built_in
from coursectl.documents.typeset import Typesetter
from coursectl.documents.wording import Voice
from coursectl.errors import N_, BadInput

T = TypeVar("T")
LEAST = 0.6  # of its usual size: what everything on a page may be shrunk to
COARSE = 150  # dots an inch: one sees the steps
FINE = 250  # dots an inch: from here on nobody does
MOST_PIXELS = 50_000_000  # of a picture: more is a mistake, or a bomb


def check_sheets(
    facts: Sequence[CertificateFacts],
    *,
    page: Page = A4,
    reverse: bool = False,
    templates: Sequence[Path] = (),
    today: date,
    at: datetime,
) -> list[Remark]:
    """All remarks on these certificates: what is about all of them first, then certificate by certificate.

    Raises BadInput and BadTemplate for words of documents that are missing or broken.
    """
    with Typesetter(templates) as typesetter:
        of_names: dict[str, list[Remark]] = {}
        for remark in (*check_names(facts, page), *_check_countries(facts)):
            of_names.setdefault(remark.serial, []).append(remark)
        shared = [
            *_check_glyphs(facts, typesetter),
            *_check_pictures(facts, typesetter),
            *_check_fields(facts),
            *_check_dates(facts, today),
            *_check_room(facts, page, reverse, templates),
            *_check_paper(facts, page, templates, at),
        ]
    shared = list(
        {(one.rule, one.serial, one.name, one.sentence()): one for one in shared}.values()
    )  # once for all languages
    own = [remark for one in facts for remark in of_names.pop(one.serial, ())]
    return [*(one for one in shared if not one.serial), *(one for one in shared if one.serial), *own]


# --- characters -------------------------------------------------------------------------------------------------------


def _check_glyphs(facts: Sequence[CertificateFacts], typesetter: Typesetter) -> Iterator[Remark]:
    """Every text that has a character which no font has: one trial for all texts that might."""
    places: dict[str, list[tuple[str, str]]] = {}
    for serial, name, text in _texts(facts):
        places.setdefault(text, []).append((serial, name))
    lacking = typesetter.lacking(places)
    for text, characters in lacking.items():
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in characters)
        for serial, name in places[text]:
            replace = f"; coursectl certificate replace {serial} --because misspelled" if serial else ""
            mend = f'coursectl person edit "{name}" --name NAME{replace}' if serial and text == name else ""
            wording = N_("no font has the characters {characters} in {text!r}; write it otherwise, or put a font into the folder fonts beside your templates")  # fmt: skip
            yield Remark("glyph", wording, {"characters": shown, "text": text}, serial, name, mend, stops=True)


def _texts(facts: Sequence[CertificateFacts]) -> Iterator[tuple[str, str, str]]:
    """Serial (empty for what several share), name and text of everything that is printed."""
    seen: set[int] = set()
    countries: set[str] = set()
    for one in (part for sheet in facts for part in (sheet, sheet.also) if part):
        yield one.serial, one.name, one.name
        if one.treatment:
            yield one.serial, one.name, one.treatment
        for title in one.sessions:
            yield one.serial, one.name, title
        if one.country_name not in countries:
            countries.add(one.country_name)
            yield "", "", one.country_name
        for shared in (one.edition, one.signatories, one.program):
            if id(shared) not in seen:
                seen.add(id(shared))
                for text in _texts_of(shared):
                    yield "", "", text


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts_of(item)
    elif is_dataclass(value) and not isinstance(value, type | Picture):
        for field in fields(value):
            yield from _texts_of(getattr(value, field.name))


# --- pictures ---------------------------------------------------------------------------------------------------------


def _check_pictures(facts: Sequence[CertificateFacts], typesetter: Typesetter) -> Iterator[Remark]:
    for crest, code in _each((one.crest, one.edition.course_code) for one in facts):
        mend = f"coursectl course edit {code} --crest FILE"
        if crest is None:
            yield Remark("crest_missing", N_("{course} has no crest"), {"course": code}, "", code, mend)
        else:
            yield from _check_picture(crest, CREST_ROOM, typesetter, mend)
    for signatories, reference in _each((one.signatories, one.edition.reference) for one in facts):
        yield from _check_signatures(signatories, reference, typesetter)


def _check_signatures(signatories: Sequence[Signatory], reference: str, typesetter: Typesetter) -> Iterator[Remark]:
    """Most offices sign by hand, so that a picture that isn't there stops nothing."""
    mend = f'coursectl edition edit {reference} --signatory "NAME | POST | ORG | | FILE"'
    by_hand = ", ".join(one.name for one in signatories if one.signature is None)
    if by_hand:
        wording = N_("there is no picture of the signature of {names}: each sheet is to be signed by hand")
        yield Remark("signature_missing", wording, {"names": by_hand}, "", reference, mend)
    for one in signatories:
        if one.signature is not None:
            yield from _check_picture(one.signature, SIGNATURE_ROOM, typesetter, mend)


def _check_picture(picture: Picture, room: tuple[float, float], typesetter: Typesetter, mend: str) -> Iterator[Remark]:
    what = picture.alt
    pixels = pixels_of(picture)
    if pixels and pixels[0] * pixels[1] > MOST_PIXELS:
        wording = N_("the picture has {width} × {height} pixels, far more than paper can show")
        yield Remark("picture", wording, {"width": pixels[0], "height": pixels[1]}, "", what, mend, stops=True)
        return
    try:
        typesetter.try_picture(picture)
    except BadInput as error:
        yield Remark("picture", N_("{reason}"), {"reason": error}, "", what, mend, stops=True)
        return
    if pixels and (dots := dots_per_inch(pixels, room)) < FINE:
        wording = N_(
            "the picture has {dots} dots an inch in its size; {fine} look well, and below {coarse} one sees steps"
        )
        facts = {"dots": dots, "fine": FINE, "coarse": COARSE}
        yield Remark("resolution", wording, facts, "", what, mend, stops=dots < COARSE)


# --- fields -----------------------------------------------------------------------------------------------------------


def _check_fields(facts: Sequence[CertificateFacts]) -> Iterator[Remark]:
    """What an edition's certificates all say."""
    for edition, _ in _each((one.edition, one.edition.reference) for one in facts):
        edit = f"coursectl edition edit {edition.reference}"
        for text, rule, wording, mend in (
            (edition.place, "empty", N_("there is no place"), f"{edit} --place PLACE"),
            (edition.course, "empty", N_("the course has no title"), f"coursectl course edit {edition.course_code} --title TITLE"),
            (edition.country_name, "doubtful", N_("there is no country where it was held"), f"{edit} --country COUNTRY"),
            (edition.organizers, "doubtful", N_("nobody is named as the organizer"), f"{edit} --organizer ORG"),
        ):  # fmt: skip
            if not text:
                yield Remark(rule, wording, {}, "", edition.reference, mend, stops=rule == "empty")
    for signatories, reference in _each((one.signatories, one.edition.reference) for one in facts):
        mend = f'coursectl edition edit {reference} --signatory "NAME | POST"'
        if not 1 <= len(signatories) <= 4:
            wording = N_("{count} people sign; it takes one to four")
            yield Remark("empty", wording, {"count": len(signatories)}, "", reference, mend, stops=True)
        for one in signatories:
            if not one.post:
                yield Remark("doubtful", N_("{name} signs without a post"), {"name": one.name}, "", one.name, mend)


def _check_countries(facts: Sequence[CertificateFacts]) -> Iterator[Remark]:
    """Who has no country or no hours, unless nobody has: then that is how the course is."""
    of_people = [one for one in facts if one.kind != "instruction"]
    if any(one.country_name for one in of_people):
        for one in of_people:
            if not one.country_name:
                yield Remark(
                    "doubtful", N_("there is no country on it"), {}, one.serial, one.name,
                    f'coursectl roster edit "{one.name.strip()}" --country COUNTRY; coursectl certificate replace {one.serial} --because misspelled',
                )  # fmt: skip
    for one in facts:
        if not one.minutes:
            yield Remark("doubtful", N_("there are no hours on it"), {}, one.serial, one.name)


def _check_dates(facts: Sequence[CertificateFacts], today: date) -> Iterator[Remark]:
    for (issued_on, end), reference in _each(
        ((one.issued_on, one.edition.end), one.edition.reference) for one in facts
    ):
        told = {"date": issued_on, "end": end, "today": today}
        if issued_on > today:
            yield Remark("date", N_("the date of issue, {date}, is in the future"), told, "", reference)
        if issued_on < end:
            yield Remark("date", N_("the date of issue, {date}, is before the end of the edition, {end}"), told, "", reference)  # fmt: skip


# --- room -------------------------------------------------------------------------------------------------------------


def _check_room(
    facts: Sequence[CertificateFacts], page: Page, reverse: bool, templates: Sequence[Path]
) -> Iterator[Remark]:
    """What has to be set so small that nobody likes to read it, form by form."""
    voices: dict[str, Voice] = {}

    def voice_of(language: str) -> Voice:
        return voices.get(language) or voices.setdefault(language, Voice(language, templates))

    for one in _of_each_form(facts):
        if not 1 <= len(one.signatories) <= 4:
            continue  # told as missing
        yield from _check_form(form_of_sheet(one, voice_of, _unread, page), one, reverse)


def _check_form(form: Form, one: CertificateFacts, reverse: bool) -> Iterator[Remark]:
    serial, name = (one.serial, one.name) if one.sessions else ("", one.edition.reference)
    if form.shrunk < LEAST:
        wording = N_("so much is on the page that all of it has to be set at about {percent} % of its size; {least} % can be read well")  # fmt: skip
        told = {"percent": f"{form.shrunk * 100:.0f}", "least": f"{LEAST * 100:.0f}"}
        yield Remark("page_full", wording, told, serial, name, stops=True)
    if reverse and form.program and form.program_size is None:
        wording = N_("the program takes more than the reverse of a sheet, in {language}")
        yield Remark("program_long", wording, {"language": form.language}, "", one.edition.reference, stops=True)


def _check_paper(
    facts: Sequence[CertificateFacts], page: Page, templates: Sequence[Path], at: datetime
) -> Iterator[Remark]:
    """Whether the template makes pages of the paper's size. Ours do; one of the office's own may never have heard of it."""
    for one in {sheet.look: sheet for sheet in facts}.values():
        template = one.look.template
        if template.split("/")[-1].partition(".")[0] in BUILT_IN and is_built_in(template, templates):
            continue
        width, height = made_size(one, page=page, templates=templates, at=at)
        if abs(width - page.width) > 1 or abs(height - page.height) > 1:
            wording = N_("the template makes pages of {width} × {height} mm, and {paper} has {wanted}")
            told = {
                "width": f"{width:.0f}", "height": f"{height:.0f}", "paper": page.paper,
                "wanted": f"{page.width:.0f} × {page.height:.0f} mm",
            }  # fmt: skip
            yield Remark("page_size", wording, told, "", template, stops=True)


def _unread(picture: Picture | None) -> str | None:
    return picture.alt if picture else None


def _of_each_form(facts: Sequence[CertificateFacts]) -> Iterator[CertificateFacts]:
    seen: set[Hashable] = set()
    for one in facts:
        second = one.also and (id(one.also.edition), one.also.sessions)
        key = (id(one.edition), one.kind, one.sessions, id(one.signatories), id(one.program), second)
        if key not in seen:
            seen.add(key)
            yield one


def _each(pairs: Iterable[tuple[T, str]]) -> list[tuple[T, str]]:
    """Every different one, in order of appearance."""
    return list(dict.fromkeys(pairs))
