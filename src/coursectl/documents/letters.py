"""Letters: the call, acceptance, regret, reserve, invitation; as PDF, page, text, or a Word file to edit.

What a letter says is worded here, once for all formats: templates only lay it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from coursectl import locale
from coursectl.documents.addressing import address
from coursectl.documents.certificates import Signature, signature_of
from coursectl.documents.facts import Addressee, LetterFacts, Picture, Places, SessionFacts
from coursectl.documents.templates import WORD, fill, template_file, template_path, written_by
from coursectl.documents.typeset import Typesetter
from coursectl.documents.word import word_file
from coursectl.documents.wording import Voice, Words, words_of

LETTERS_A_FILE = 250  # more in one compile would take more than 350 MB


@dataclass(frozen=True)
class Detail:
    """A fact that a letter gives on a line of its own, or on several."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """What a letter lists: the sessions of an invitation, the places of a call."""

    lead: str  # the sentence or title above it
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter in words, from the top."""

    language: str
    kind: str
    title: str  # of the file
    colon: str  # after a label, which French sets apart
    issuer: str
    reference: str
    date: str
    addressee: tuple[str, ...]  # lines; the first is whom it goes to
    subject: str
    salutation: str
    opening: tuple[str, ...]
    details: tuple[Detail, ...]
    table: Table | None
    ending: tuple[str, ...]
    closing: str
    signature: Signature
    crest: str | None  # the name that Typst reads it by
    crest_alt: str
    facts: LetterFacts


@dataclass(frozen=True)
class MadeLetters:
    """A file with letters: `name` is a file name without its extension."""

    name: str
    data: bytes


def render_letters(
    facts: Sequence[LetterFacts],
    *,
    one_file: bool = False,
    format: str = "pdf",
    paper: str = "a4",
    templates: Sequence[Path] = (),
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[MadeLetters]:
    """The files of letters, as they get ready: one each, or one for all (numbered ones beyond 250).

    `format` is pdf, html, txt or docx. `at` is stamped on the files. Raises, before the first file, NoGlyph, NoWord (docxtpl
    isn't installed) and BadTemplate.
    """
    with Typesetter(templates) if format == "pdf" else nullcontext() as typesetter:
        writer = _Writer(typesetter, templates, format, paper, at)
        size = LETTERS_A_FILE if one_file else 1
        batches = [facts[first : first + size] for first in range(0, len(facts), size)]
        if len(batches) > 1 and typesetter:
            typesetter.check_glyphs(facts)
        done = 0
        for number, batch in enumerate(batches, start=1):
            if number > 1 and one_file and typesetter:
                typesetter.forget()
            yield MadeLetters(_file_name(batch, number, len(batches), one_file=one_file), writer.data(batch, one_file))
            done += len(batch)
            if progress:
                progress(done, len(facts))


def _file_name(batch: Sequence[LetterFacts], number: int, count: int, *, one_file: bool) -> str:
    first = batch[0]
    name = f"{first.edition.reference}-{first.kind}"
    if one_file:
        return name if count == 1 else f"{name} {number:0{len(str(count))}} of {count}"
    whom = first.addressee
    return f"{name} {whom.name or whom.organization}" if whom else f"{name}-{first.language}"


class _Writer:
    """Words letters, and fills the template of a format with them."""

    def __init__(
        self, typesetter: Typesetter | None, templates: Sequence[Path], format: str, paper: str, at: datetime
    ) -> None:
        self._typesetter = typesetter
        self._templates = templates
        self._format = format
        self._paper = paper
        self._at = at
        self._voices: dict[str, Voice] = {}
        self._path = template_path("letters", format, templates)

    def data(self, batch: Sequence[LetterFacts], several: bool) -> bytes:
        letters = [self._worded(one) for one in batch]
        if self._format == WORD:
            return word_file(
                ("letters", batch[0].kind), {"letters": letters}, self._templates, at=self._at, several=several,
                title=_title(letters), language=letters[0].language,
            )  # fmt: skip
        say = self._voice(batch[0].language)
        values = {
            "letters": letters, "title": _title(letters), "language": letters[0].language, "paper": self._paper,
            "author": letters[0].issuer or batch[0].edition.course_code, "right_to_left": say.right_to_left,
        }  # fmt: skip
        source = fill(self._format, self._path, self._templates, values)
        if self._typesetter is None:
            return source.encode()
        return self._typesetter.pdf(
            source,
            facts=batch,
            at=self._at,
            template=template_file(self._path, self._templates),
            written_by=partial(written_by, "pdf", self._path, self._templates, values),
        )

    def _voice(self, language: str) -> Voice:
        if language not in self._voices:
            self._voices[language] = Voice(language, self._templates)
        return self._voices[language]

    def _worded(self, facts: LetterFacts) -> Letter:
        with words_of(facts.language):
            return _letter(facts, self._voice(facts.language), self._picture)

    def _picture(self, picture: Picture | None) -> str | None:
        """Where Typst reads it; letters that are no PDF have none."""
        return self._typesetter.picture(picture) if self._typesetter else None


def _title(letters: Sequence[Letter]) -> str:
    first = letters[0]
    if len(letters) > 1 or not first.addressee:
        return f"{first.title}: {first.facts.edition.reference}"
    return f"{first.title}: {first.addressee[0]}"


_Pictures = Callable[[Picture | None], str | None]


def _letter(facts: LetterFacts, say: Voice, picture: _Pictures) -> Letter:
    words, own = say.words["letters"], say.words["letters"][facts.kind]
    edition = facts.edition
    named = {
        "edition": say.edition(edition), "place": say.town(edition), "dates": say.dates(edition.start, edition.end),
    }  # fmt: skip
    whom = facts.addressee or Addressee()
    addressed = address(words, facts.language, whom.name, whom.family_name, whom.treatment, whom.sex)
    opening = own["opening" if facts.candidate or facts.kind != "acceptance" else "opening_beside"]
    opening = opening if isinstance(opening, str) else opening[addressed.form]
    crest = picture(facts.crest)
    return Letter(
        language=facts.language,
        kind=facts.kind,
        title=own["title"],
        colon=say.words["colon"],
        issuer=" · ".join(party.name for party in edition.organizers),
        reference=words["reference"].format(
            reference=facts.reference or "/".join(filter(None, (edition.reference, own["code"], facts.number)))
        ),
        date=say.date(facts.written_on),
        addressee=_address(facts, addressed.treatment),
        subject=own["subject"].format(**named),
        salutation=addressed.salutation if whom.name else words["everybody"],
        opening=(" ".join(filter(None, (opening.format(**named), _standing(facts, own)))),),
        details=tuple(_details(facts, say)),
        table=_table(facts, say),
        ending=tuple(_ending(facts, say)),
        closing=words["closing"][addressed.form],
        signature=signature_of(picture, facts.signatory, say.words["certificate"]),
        crest=crest,
        crest_alt=facts.crest.alt if facts.crest and crest else "",
        facts=facts,
    )


def _address(facts: LetterFacts, treatment: str) -> tuple[str, ...]:
    """`Dra. Ana Pérez`, with the treatment that the office knows, or the usual one; then what is known of her."""
    if facts.addressee is None:
        return ()
    one = facts.addressee
    called = locale.with_honorific(treatment, one.name, facts.language) if one.name else ""
    return tuple(filter(None, (called, one.post, one.organization, one.country_name)))


def _details(facts: LetterFacts, say: Voice) -> Iterator[Detail]:
    """What of the facts has a line of its own; a regret has none, a reserve only whom to ask."""
    words = say.words["letters"]
    edition = facts.edition
    if facts.kind in ("call", "acceptance"):
        yield Detail(words["dates"], (_capital(say.dates(edition.start, edition.end)),))
        yield Detail(words["place"], (say.where(edition),))
    if facts.kind in ("call", "acceptance") and edition.modality != "in_person":
        yield Detail(words["modality"], (say.code("modalities", edition.modality),))
    if facts.kind == "invitation" and not facts.sessions:
        yield Detail(words["modality"], (say.code("modalities", edition.modality),))
    several: list[tuple[str, str]] = []
    if facts.kind == "call":
        several += [(words["audience"], facts.audience), *_offered(facts, say)]
    if facts.kind in ("call", "acceptance"):
        several += [(words["languages"], _capital(say.join(facts.languages)))]
    if facts.kind in ("call", "acceptance", "invitation"):
        several += [(words["costs"], facts.costs)]
    if facts.kind == "call" and facts.nominations_by:
        several.append((words["deadline"], _capital(say.date(facts.nominations_by))))
    if facts.kind != "regret":
        several.append((words["contact"], facts.contact))
    for label, text in several:
        if lines := tuple(line.strip() for line in text.splitlines() if line.strip()):
            yield Detail(label, lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(facts: LetterFacts, say: Voice) -> Table | None:
    words = say.words["letters"]
    if facts.kind == "call" and facts.places and facts.addressee is None:
        return _places(facts.places, words)
    if facts.kind != "invitation" or not facts.sessions:
        return None
    own = words["invitation"]
    rows = tuple(
        (say.day(one.date), f"{one.start} – {one.end}", one.title, _modality_and_place(one, facts, say))
        for one in facts.sessions
    )
    heads = (words["date"], words["time"], words["session"], words["room"])
    zone = facts.edition.time_zone
    note = words["time_zone"].format(zone=zone.rpartition("/")[2].replace("_", " ")) if zone and zone != "UTC" else ""
    return Table(own["one_session"] if len(rows) == 1 else own["sessions"], heads, rows, note)


def _standing(facts: LetterFacts, own: Words) -> str:
    """What a reserve is: whether seats are free is another matter, since places of a country may be full before the course is."""
    if facts.kind != "reserve":
        return ""
    standing: str = own["waiting" if facts.waiting else "candidate"]
    return standing


def _offered(facts: LetterFacts, say: Voice) -> Iterator[tuple[str, str]]:
    """The places of the course and the most for the addressee; and, which is another number, the nominations that are welcome."""
    words = say.words["letters"]
    own = facts.places if facts.addressee else ()
    lines = []
    if facts.seats:
        lines.append(words["in_all"].format(places=say.count("places", facts.seats)))
    lines += [
        words["at_most"].format(name=one.name, places=say.count("places", one.most))
        for one in own
        if one.most is not None
    ]
    yield words["places"], "\n".join(lines)
    wordings = (words["welcome"], *[words["welcome_of"]] * len(own))  # of the country, which others nominate for, too
    yield (
        words["nominations"],
        "\n".join(
            wording.format(name=one.name, nominations=say.count("nominations", one.nominations))
            for wording, one in zip(wordings, own, strict=False)
            if one.nominations
        ),
    )


def _places(places: Sequence[Places], words: Words) -> Table:
    """A row for each; the columns of which anything is known."""
    columns = [(words["country"], [one.name for one in places])]
    for head, numbers in (
        (words["nominations_by"], [one.nominations for one in places]),
        (words["most_by"], [one.most for one in places]),
    ):
        if any(number is not None for number in numbers):
            columns.append((head, ["" if number is None else str(number) for number in numbers]))
    return Table(
        words["places_by"],
        tuple(head for head, _ in columns),
        tuple(zip(*(cells for _, cells in columns), strict=True)),
    )


def _modality_and_place(session: SessionFacts, facts: LetterFacts, say: Voice) -> str:
    """`Presencial · Aula 1`; who teaches online isn't told to come."""
    place = "" if session.modality == "online" else session.room or say.where(facts.edition)
    return " · ".join(filter(None, (say.code("modalities", session.modality), place)))


def _ending(facts: LetterFacts, say: Voice) -> Iterator[str]:
    own: Words = say.words["letters"][facts.kind]
    by = {"call": facts.nominations_by, "acceptance": facts.confirm_by, "reserve": facts.confirm_by}.get(facts.kind)
    if facts.kind == "invitation":
        if not facts.sessions:
            yield own["no_sessions"]
        yield _by(own, "materials_by", facts.materials_by, say)
    elif facts.confirmed:
        yield own["confirmed"]
    else:
        yield _by(own, "ending_by", by, say)


def _by(own: Mapping[str, str], wording: str, day: date | None, say: Voice) -> str:
    """The sentence with the date, or the one without."""
    return own[wording].format(date=say.date(day)) if day else own["ending"]
