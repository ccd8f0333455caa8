"""What is ordered and what was printed, and why something can't be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from coursectl.editions import EditionLacks
from coursectl.errors import N_, Refused, Usage

DOCUMENTS = (
    "syllabus",
    "attendance-sheet",
    "roster",
    "certificates",
    "letters",
    "directory",
    "logistics",
    "badges",
    "table-cards",
    "register",
    "handover-list",
    "ceremony-order",
)

Progress = Callable[[int, int], None]
By: TypeAlias = Literal["half-day", "session"]


@dataclass(frozen=True)
class Order:
    """What is to be printed, and how. `language` is a BCP 47 tag, or None for that of each person or of the edition."""

    document: str
    folder: Path
    format: str = "pdf"
    language: str | None = None
    kind: str | None = None
    merged: bool = False
    reverse: bool = False
    by: By = "half-day"
    force: bool = False
    templates: tuple[Path, ...] = ()
    template: Path | None = None  # a file for this document alone
    only: tuple[str, ...] = ()  # people or organizations, as one names them; none: all
    leave_out: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    again: bool = False  # letters of acceptance also to who has confirmed
    written_on: date | None = None
    reference: str = ""
    materials_by: date | None = None
    capitals: bool = False  # surnames in capitals
    also_in: tuple[str, ...] = ()  # second languages of certificates in two, in order
    paper: str = "a4"
    labels: str | None = None
    start: int = 1  # the first label of a sheet to print on
    design: str | None = None  # of certificates, to try it
    of_today: bool = False  # certificates with the templates of today, whatever they were issued with


@dataclass(frozen=True)
class Printed:
    """The files that were written, in the order in which they were made."""

    document: str
    edition: str
    folder: str
    files: tuple[str, ...]
    certificates: int = 0


@dataclass(frozen=True)
class OtherVersion:
    """Something that certificates were issued with in one version and are printed with in another; None: it wasn't or isn't there."""

    what: str
    then: str | None
    now: str | None


@dataclass(frozen=True)
class PrintedPeople(Printed):
    """A document with people's names. `unsplit`: whose surname should be in capitals and isn't known."""

    unsplit: tuple[str, ...] = ()


@dataclass(frozen=True)
class Borrowed:
    """A text that letters have in another language than theirs.

    `what` it is and `of` which sessions or people, the language that is `wanted`, the one that it is `printed` in, and the
    `command` that adds it (of several, the first).
    """

    what: str
    of: tuple[str, ...]
    wanted: str
    printed: str
    command: str


@dataclass(frozen=True)
class Late:
    """A day that is over when a letter is dated: which, and the option or command that says another one."""

    what: str
    day: str
    command: str


@dataclass(frozen=True)
class PrintedLetters(PrintedPeople):
    """Letters that were written; `lacking` names what they usually say, and the edition doesn't know.

    `borrowed`: what they have in another language. `late`: days that they speak of and that are over.
    `unasked` have declined, and the store doesn't know whether they or the course said no: they get no letter of regret.
    """

    kind: str = ""
    letters: int = 0
    lacking: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    borrowed: tuple[Borrowed, ...] = ()
    late: tuple[Late, ...] = ()


class NotReady(EditionLacks):
    """The edition lacks what every letter says. The sentence names all of it, and the command that adds it."""

    rule = "letter_complete"
    wording = N_(
        "{reference} lacks what its letters say: {missing}. Add it with: coursectl edition edit {reference} {options}"
    )


class NoDates(Refused):
    """Every document names the days."""

    rule = "edition_dated"
    wording = N_(
        "{reference} has no dates yet. Give it some: coursectl edition edit {reference} --start DATE --end DATE"
    )


class NothingIssued(Refused):
    """There is no certificate to print."""

    rule = "certificates_issued"
    wording = N_(
        "{reference} has no certificates to print. Issue them with: coursectl certificate issue -e {reference}"
    )


class NothingOfKindIssued(NothingIssued):
    """There is no certificate of the kind that is wanted."""

    wording = N_(
        "{reference} has no {kind} certificates to print. "
        "Issue them with: coursectl certificate issue -e {reference} --kind {kind}"
    )


def read_by(words: str) -> By:
    """What a column of an attendance sheet is signed for. Raises Usage."""
    known: dict[str, By] = {"half-day": "half-day", "session": "session"}
    if words not in known:
        raise Usage(N_("A sheet is signed by half-day or by session, not by {by!r}."), by=words)
    return known[words]
