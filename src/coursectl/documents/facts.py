"""What documents are made from: plain values, already in the document's language.

No rows, no ids, no store: whoever has the data maps it to these classes, and the templates get nothing else. Dates are
`datetime.date`, times of day are "HH:MM" on the clock of the edition, durations are minutes, everything that is one of
a few words (kinds, halves, sexes, categories, roles) is the English code of it, which `templates/lang/*.po` words.
An empty string or tuple means that there is nothing to print, and the document then leaves its place out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Sex: TypeAlias = Literal["female", "male", "other", "not_stated"]
CertificateKind: TypeAlias = Literal["completion", "participation", "instruction"]
Half: TypeAlias = Literal["morning", "afternoon"]
LetterKind: TypeAlias = Literal["call", "acceptance", "regret", "reserve", "invitation"]
Role: TypeAlias = Literal["participant", "expert", "organizer"]


@dataclass(frozen=True)
class Picture:
    """A crest, a logo or a signature: the bytes of a PNG, JPEG, WebP, GIF or SVG, and the words for who can't see it."""

    media_type: str  # "image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"
    data: bytes
    alt: str


@dataclass(frozen=True)
class Party:
    """An organization in its role: `role` is organizer, host, partner or sponsor."""

    name: str
    acronym: str = ""
    role: str = "partner"
    logo: Picture | None = None  # only of whom it is on record that they agreed


@dataclass(frozen=True)
class Expert:
    """Somebody who teaches, chairs or signs for what they are: name as printed, post, organization, country."""

    name: str
    post: str = ""
    organization: str = ""
    country_name: str = ""
    treatment: str = ""  # "Dra.", "Mr.": printed before the name where the office uses it


@dataclass(frozen=True)
class EditionFacts:
    """The edition as every document's head names it. All text of a document is in `language` (BCP 47)."""

    language: str
    course: str  # the course's full title, without the ordinal
    course_code: str  # "ICIM"
    number: int
    place: str  # city, or city and venue
    country_name: str
    start: date
    end: date
    time_zone: str = ""  # IANA
    title: str = ""  # the edition's own title or motto, where it has one
    modality: str = "in_person"  # or online, hybrid
    city: str = ""  # the place without the venue, for sentences: "to be held in …"
    organizers: tuple[Party, ...] = ()
    hosts: tuple[Party, ...] = ()
    partners: tuple[Party, ...] = ()
    sponsors: tuple[Party, ...] = ()

    @property
    def reference(self) -> str:
        """`ICIM-37`"""
        return f"{self.course_code}-{self.number}"


@dataclass(frozen=True)
class TopicFacts:
    """A topic, and whether this edition is the first of the course to cover it."""

    title: str
    new: bool = False


@dataclass(frozen=True)
class ModuleFacts:
    """A module of the program, in order."""

    number: int
    title: str
    objectives: tuple[str, ...] = ()
    topics: tuple[TopicFacts, ...] = ()
    minutes: int | None = None  # contact minutes of its sessions


@dataclass(frozen=True)
class SessionFacts:
    """One slot of the program. `kind` is lecture, panel, workshop, visit, exam, ceremony or break."""

    number: int
    date: date
    start: str  # "09:00"
    end: str  # "10:30"
    kind: str
    title: str
    minutes: int
    counts: bool  # for attendance and contact hours
    module_number: int | None = None
    room: str = ""
    topics: tuple[TopicFacts, ...] = ()
    experts: tuple[Expert, ...] = ()
    chairs: tuple[Expert, ...] = ()  # authorities who open or preside: not experts
    modality: str = "in_person"  # or online, hybrid


@dataclass(frozen=True)
class SyllabusFacts:
    """The program that participants and ministries get before the edition."""

    edition: EditionFacts
    version: str  # "1.0"
    version_date: date
    contact_minutes: int
    objectives: tuple[str, ...] = ()
    methodology: str = ""
    audience: str = ""
    modules: tuple[ModuleFacts, ...] = ()
    sessions: tuple[SessionFacts, ...] = ()  # in order of date and time; the document groups them by day
    topics: tuple[TopicFacts, ...] = ()
    experts: tuple[Expert, ...] = ()
    attendance_minimum: float | None = None  # a fraction of the contact hours: 0.8
    note: str = ""


@dataclass(frozen=True)
class SheetColumn:
    """One column to sign in: a half-day (by="half-day"), or a session with its title and times (by="session")."""

    half: Half | None = None
    title: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class SheetDay:
    """One day of signatures: it begins on a page of its own."""

    date: date
    columns: tuple[SheetColumn, ...]


@dataclass(frozen=True)
class SheetRow:
    """One trainee on the sheet."""

    number: int | None  # participant number
    name: str
    country_name: str = ""
    office: str = ""


@dataclass(frozen=True)
class AttendanceSheetFacts:
    """Sheets to sign by hand, one or more pages a day."""

    edition: EditionFacts
    days: tuple[SheetDay, ...]
    rows: tuple[SheetRow, ...]
    by: Literal["half-day", "session"] = "half-day"
    blank_rows: int = 5  # for who comes without being on the list
    responsible: Expert | None = None  # signs at the end of each day
    as_of: date | None = None  # day of the list


@dataclass(frozen=True)
class RosterPerson:
    """One participant as the list prints them. `category` is official, academic, international_staff or observer."""

    number: int | None
    name: str
    country_name: str
    treatment: str = ""
    post: str = ""
    office: str = ""
    category: str = "official"
    sex: Sex | None = None
    email: str = ""  # only with consent


@dataclass(frozen=True)
class RosterFacts:
    """The participants' list. People come sorted by country, then as the office sorts; the document groups them."""

    edition: EditionFacts
    people: tuple[RosterPerson, ...]
    as_of: date


@dataclass(frozen=True)
class Signatory:
    """Who signs a certificate: with a signature picture, or by hand above the line."""

    name: str
    post: str = ""
    organization: str = ""
    on_behalf_of: str = ""  # the authority signed for, with its article: "la Dirección Nacional de Migraciones"
    signature: Picture | None = None


@dataclass(frozen=True)
class Kept:
    """The templates and words that certificates were issued with: bytes by path, `0/certificates/modern.typ.j2`.

    What begins with `0` comes before what begins with `1`. Equal `key`, a hash of all of it, is equal content.
    """

    key: str
    files: Mapping[str, bytes] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Look:
    """How a certificate looks: the path of its template, its colors (`#12305e`; empty: the design's own), and what it was
    issued with (None: it is printed with the templates of today)."""

    template: str = "certificates/classic.typ.j2"
    primary: str = ""
    accent: str = ""
    kept: Kept | None = None


@dataclass(frozen=True)
class CertificateFacts:
    """One certificate. Certificates of one edition and language should share the same `edition`, `signatories`,
    `crest` and `program` objects: what is shared is typeset once."""

    serial: str  # "ICIM-2015-0042"
    kind: CertificateKind
    edition: EditionFacts
    name: str  # as printed
    issued_on: date
    signatories: tuple[Signatory, ...]  # one to four
    treatment: str = ""
    sex: Sex | None = None  # where stated, the sentence agrees with it
    country_name: str = ""  # the one represented
    minutes: int | None = None  # contact minutes of the course, or taught (instruction)
    sessions: tuple[str, ...] = ()  # titles taught (instruction)
    crest: Picture | None = None
    program: tuple[ModuleFacts, ...] = ()  # printed on the reverse
    own_title: str = ""  # of a kind of the office's own, in the place of the built-in one
    own_sentence: str = ""  # what stands before "37.ª edición del …" in it
    duplicate_of: date | None = (
        None  # the day of the first issue, where this stands for a sheet that was lost or damaged
    )
    look: Look = Look()
    code: str = ""  # what the QR code says; "": the sheet has none
    also: CertificateFacts | None = None  # the same in a second language, for a sheet in two

    @property
    def language(self) -> str:
        """The language of the certificate: that of its edition's text."""
        return self.edition.language


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to: a person with post and organization, or an organization alone."""

    name: str = ""
    treatment: str = ""
    sex: Sex | None = None  # where stated, the letter agrees with it; else with what the treatment tells
    post: str = ""
    organization: str = ""
    country_name: str = ""
    family_name: str = ""


@dataclass(frozen=True)
class Places:
    """What a call says to a country, a group of countries or an organization: how many nominations are welcome, and how many
    places they may have at most.
    """

    name: str
    nominations: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class LetterFacts:
    """One letter of the office. What is empty or None, the letter doesn't speak of."""

    kind: LetterKind
    edition: EditionFacts
    written_on: date
    signatory: Signatory
    number: str = ""  # of the letter among its kind: "12"
    reference: str = ""  # of the office; empty: one is made of edition, kind and number
    addressee: Addressee | None = None  # None: a call to everybody
    audience: str = ""  # who is meant to be nominated
    languages: tuple[str, ...] = ()  # their names
    costs: str = ""  # what the course pays, and what not
    contact: str = ""
    places: tuple[Places, ...] = ()  # of a call; to an organization its own, then its country's
    seats: int | None = None  # of a call: the places of the edition
    nominations_by: date | None = None
    confirm_by: date | None = None
    confirmed: bool = False  # the addressee has confirmed already
    waiting: bool = False  # of a reserve: on the waiting list; else a reserve candidate of who nominates
    candidate: bool = True  # of an acceptance: was put forward, or waited; a guest or a replacement wasn't
    sessions: tuple[SessionFacts, ...] = ()  # of an invitation
    materials_by: date | None = None  # of an invitation
    crest: Picture | None = None

    @property
    def offers(self) -> bool:
        """Whether it can say how many places there are, or how many nominations are welcome."""
        return bool(self.seats or self.places)

    @property
    def language(self) -> str:
        """The language of the letter: that of its edition's text."""
        return self.edition.language


@dataclass(frozen=True)
class DirectoryFacts:
    """The participants' directory. People come sorted by country; an e-mail is here only with its owner's consent."""

    edition: EditionFacts
    people: tuple[RosterPerson, ...]
    as_of: date
    without_email: int = 0  # were never asked whether their e-mail may be here
    left_out: int = 0  # said that they don't want to be here


@dataclass(frozen=True)
class LogisticsPerson:
    """Somebody who arrives, sleeps and eats."""

    number: int | None
    name: str
    role: Role = "participant"
    treatment: str = ""
    sex: Sex | None = None
    country_name: str = ""
    office: str = ""
    phone: str = ""
    email: str = ""
    needs: str = ""  # diet and accessibility


@dataclass(frozen=True)
class LogisticsFacts:
    """The list of the office that looks after people: not for others, since it has their phones and needs."""

    edition: EditionFacts
    people: tuple[LogisticsPerson, ...]
    as_of: date


@dataclass(frozen=True)
class RegisterEntry:
    """A certificate as the register's document has it, in its language. An empty name is that of whom was erased."""

    serial: str
    name: str  # as printed
    kind: str  # a code, or the office's own
    issued_on: date
    state: str = "issued"  # or superseded, void
    state_on: date | None = None  # since when it isn't valid any more
    country_name: str = ""
    reason: str = ""  # why it was superseded or made void
    superseded_by: str = ""
    replaces: str = ""
    duplicate: bool = False
    exception: str = ""  # why it was issued although the rules didn't allow it


@dataclass(frozen=True)
class RegisterFacts:
    """The register of an edition, in the order of its numbers, to be signed for page by page."""

    edition: EditionFacts
    entries: tuple[RegisterEntry, ...]
    as_of: date


@dataclass(frozen=True)
class LabelPerson:
    """Who wears a badge or sits behind a card. `edition` is in the language of the person."""

    edition: EditionFacts
    name: str  # as printed, with the treatment
    role: Role = "participant"
    sex: Sex | None = None
    country_name: str = ""
    office: str = ""


@dataclass(frozen=True)
class LabelSheet:
    """Paper with labels: its size and that of a label in millimeters, and how many are in a row and in a column.

    They touch each other, in the middle of the paper.
    """

    paper: str  # "a4" or "us-letter"
    width: float
    height: float
    label_width: float
    label_height: float
    columns: int
    rows: int


@dataclass(frozen=True)
class LabelFacts:
    """Badges or table cards. `edition` is in the language of the file."""

    edition: EditionFacts
    people: tuple[LabelPerson, ...]
    sheet: LabelSheet
    start: int = 1  # the first label to print on: a sheet may have been used before
