"""What certificates of one kind, edition and language share, in words, and what is each sheet's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """What all certificates of a form share, in words."""

    language: str
    title: str
    awarded: str
    lead: str  # "por haber completado la 37.ª edición del"
    course: str
    edition: str  # "37.ª edición del Curso …"
    motto: str
    held: str
    organizers: str
    parties: tuple[str, ...]
    sessions: str
    issued: str
    duplicate: str  # the word that marks a duplicate, or nothing
    serial_label: str
    signatories: tuple[Signature, ...]
    crest: str | None
    crest_alt: str
    program_title: str
    program: tuple[tuple[ProgramPart, ...], ...]  # one or two columns of modules
    program_size: float | None  # of its letters, in points; None: too much for one page
    crowded: bool  # holds so much that it may have to be set smaller
    shrunk: float = 1.0  # about which part of its usual size that makes it
    logos: tuple[Logo, ...] = ()  # of the organizations that agreed to it
    second: Form | None = None  # the same in the other language of a sheet that has two


@dataclass(frozen=True)
class Logo:
    """The logo of an organization; `picture` is the name that Typst reads it by, `name` what it is called."""

    name: str
    picture: str


@dataclass(frozen=True)
class Signature:
    """One signatory of a form; `picture` is the name that Typst reads it by."""

    name: str
    post: str
    organization: str
    behalf: str
    picture: str | None
    picture_alt: str
    also: Signature | None = None  # what they are in the other language of a sheet that has two, as far as it differs


@dataclass(frozen=True)
class ProgramPart:
    """One module of the reverse: its heading and its topics."""

    heading: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What is a certificate's own."""

    form: int
    name: str
    country: str
    serial: str
    size: float | None  # of the name, in points; None: it has to be measured
    code: SheetCode | None = None


@dataclass(frozen=True)
class SheetCode:
    """The QR code of a sheet: the file that Typst reads it from, a byte a module, and how wide it is in modules, quiet zone and all.

    `lines` are what stands below it, for whom has no camera; `alt` what it is, for whom doesn't see it.
    """

    file: str
    modules: int
    alt: str
    lines: tuple[str, ...]
