"""`coursectl render …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl.cli.command import EditionOption, command, group
from coursectl.cli.here import here
from coursectl.cli.show import progress, show_done
from coursectl.locale import gettext as _
from coursectl.workflows import printing
from coursectl.workflows.printing import Order, Printed

app = group(_("Documents: syllabus, attendance sheets, participants' list, certificates."))

Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help=_("Folder to write to; it is made if it isn't there."))
]
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html, txt or md, where the document has it."))
]
Force = Annotated[bool, typer.Option("--force", help=_("Write over files that are there."))]
Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates", metavar="DIR", help=_("Your own templates, before those beside the store and the built-in ones.")
    ),
]


@command(
    app,
    "syllabus",
    _("The program, for participants and ministries."),
    example="coursectl render syllabus -e ICIM-37 --out print --lang es",
)
def syllabus(
    out: Out = Path(),
    edition: EditionOption = None,
    format: Format = "pdf",
    force: Force = False,
    templates: Templates = None,
) -> None:
    _print(edition, Order("syllabus", out, format, here().options.lang, force=force, templates=_folders(templates)))


@command(
    app,
    "attendance-sheet",
    _("Sheets to sign, a page or more a day."),
    example="coursectl render attendance-sheet -e ICIM-37 --out print",
)
def attendance_sheet(
    out: Out = Path(),
    edition: EditionOption = None,
    format: Format = "pdf",
    by: Annotated[
        str, typer.Option("--by", metavar="HOW", help=_("A signature a half-day, or a session."))
    ] = "half-day",
    force: Force = False,
    templates: Templates = None,
) -> None:
    order = Order(
        "attendance-sheet",
        out,
        format,
        here().options.lang,
        by=printing.read_by(by),
        force=force,
        templates=_folders(templates),
    )
    _print(edition, order)


@command(
    app,
    "roster",
    _("The participants' list, by country."),
    example="coursectl render roster -e ICIM-37 --out print --lang en",
)
def roster(
    out: Out = Path(),
    edition: EditionOption = None,
    format: Format = "pdf",
    force: Force = False,
    templates: Templates = None,
) -> None:
    _print(edition, Order("roster", out, format, here().options.lang, force=force, templates=_folders(templates)))


@command(
    app,
    "certificates",
    _("The certificates of the register: one PDF each, or one file to print."),
    example="coursectl render certificates -e ICIM-37 --out print --merged",
)
def certificates(
    out: Out = Path(),
    edition: EditionOption = None,
    format: Format = "pdf",
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=_("Only completion, participation or instruction."))
    ] = None,
    merged: Annotated[bool, typer.Option("--merged", help=_("All in one file, to print."))] = False,
    reverse: Annotated[bool, typer.Option("--reverse", help=_("The program on the back of each."))] = False,
    force: Force = False,
    templates: Templates = None,
) -> None:
    order = Order(
        "certificates",
        out,
        format,
        here().options.lang,
        kind,
        merged,
        reverse,
        force=force,
        templates=_folders(templates),
    )
    _print(edition, order)


def _print(edition: str | None, order: Order) -> None:
    ref = here().edition(edition)
    with progress(_("Printing")) as advance:
        printed = printing.print_document(here().store, ref, order, advance)
    show_done(printed, _sentence(printed))


def _sentence(printed: Printed) -> str:
    folder = Path(printed.folder)
    if len(printed.files) == 1:
        return _("{edition}: {file}").format(edition=printed.edition, file=folder / printed.files[0])
    return _("{edition}: {count} files in {folder}").format(
        edition=printed.edition, count=len(printed.files), folder=folder
    )


def _folders(given: Path | None) -> tuple[Path, ...]:
    """The user's templates: what --templates names, then `templates` beside the store."""
    beside = Path(here().store_name).parent / "templates"
    return tuple(folder for folder in (given, beside) if folder is not None and (folder is given or folder.is_dir()))
