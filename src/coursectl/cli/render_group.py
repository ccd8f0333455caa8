"""The group `coursectl render …`, which each module of its commands adds to, and what all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from coursectl import locale
from coursectl.cli.command import EditionOption, group
from coursectl.cli.designs import Templates, folders
from coursectl.cli.here import here
from coursectl.cli.options import Options
from coursectl.cli.show import progress, say, show_done
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.workflows import printing
from coursectl.workflows.printing import Order, Printed, PrintedLetters, PrintedPeople

app = group(_("Documents: syllabus, sheets, lists, certificates, letters, badges."))

Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help=_("Folder to write to; it is made if it isn't there."))
]
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html, txt or md, where the document has it."))
]
Force = Annotated[bool, typer.Option("--force", help=_("Write over files that are there."))]

Paper = Annotated[str, typer.Option("--paper", metavar="PAPER", help=_("a4 or letter."))]
Capitals = Annotated[
    bool,
    typer.Option("--surname-capitals", help=_("Surnames in capitals, where it is known which part of a name it is.")),
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help=_("Only participant, expert or organizer. May be repeated.")),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="NAME", help=_("Number, e-mail or name of one who gets it. May be repeated.")),
]
Except = Annotated[
    list[str] | None,
    typer.Option("--except", metavar="NAME", help=_("Number, e-mail or name of one to leave out. May be repeated.")),
]


@dataclass(frozen=True)
class Making(Options):
    """Of which edition a document is made, from which templates, and where it is written."""

    out: Out = Path()
    edition: EditionOption = None
    force: Force = False
    templates: Templates = None


@dataclass(frozen=True)
class People(Options):
    """Who is on a list, a badge or a card."""

    role: Roles = None
    only: Only = None
    leave_out: Except = None


def make(
    document: str, making: Making, people: People | None = None, kind_of_order: type[Order] = Order, **more: Any
) -> None:
    """Have a document made, and say which files were written. `more` is what else an order of that kind says."""
    if people:
        more |= {
            name: tuple(value or ())
            for name, value in (("roles", people.role), ("only", people.only), ("leave_out", people.leave_out))
        }
    order = kind_of_order(
        document,
        making.out,
        language=here().options.lang,
        force=making.force,
        templates=folders(making.templates),
        **more,
    )
    ref = here().edition(making.edition)
    with progress(_("Printing")) as advance:
        printed = printing.print_document(here().store, ref, order, advance)
    if isinstance(printed, PrintedPeople) and printed.unsplit:
        told = _(
            'Nobody has said which part of these names is the surname, so it isn\'t in capitals: {names}. Say it with: coursectl person edit "{first}" --family SURNAME'
        )
        say(told.format(names=_few(printed.unsplit), first=printed.unsplit[0]))
    if isinstance(printed, PrintedLetters):
        tell(printed, order.written_on)
    show_done(printed, sentence(printed))


def tell(printed: PrintedLetters, written_on: date | None) -> None:
    """What is missing in letters or other than one would think."""
    edition = printed.edition
    if printed.lacking:
        told = _("{edition} doesn't know this, so the letters don't say it: {lacking}.")
        say(told.format(edition=edition, lacking=", ".join(map(_, printed.lacking))))
    for one in printed.borrowed:
        wanted, has = (locale.language_name(tag, locale.tool_language()) for tag in (one.wanted, one.printed))
        what = f"{_(one.what)} ({_few(one.of)})" if one.of else _(one.what)
        told = _(
            "{edition} doesn't have this in {wanted}, so letters have it in {printed}: {what}. Add it with: {command}"
        )
        say(told.format(edition=edition, wanted=wanted, printed=has, what=what, command=one.command))
    for late in printed.late:
        told = _(
            "The letters are dated {date}, and this is over by then: {what} ({day}). Say another day with: {command}"
        )
        say(told.format(date=written_on, what=_(late.what), day=late.day, command=late.command))
    if printed.unasked:
        told = _(
            "{edition} doesn't know who said no, the course or they, so no letter goes to: {names}. Name them with --to."
        )
        say(told.format(edition=edition, names=", ".join(printed.unasked)))


def _few(names: Sequence[str]) -> str:
    """`3, 4, 7 … (12)`: the first ones, and how many there are."""
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} … {len(names)}"


def sentence(printed: Printed) -> str:
    """The file that was written, or how many and where."""
    folder = Path(printed.folder)
    if len(printed.files) == 1:
        return _("{edition}: {file}").format(edition=printed.edition, file=folder / printed.files[0])
    count = len(printed.files)
    sentence = ngettext("{edition}: {count} file in {folder}", "{edition}: {count} files in {folder}", count)
    return sentence.format(edition=printed.edition, count=count, folder=folder)
