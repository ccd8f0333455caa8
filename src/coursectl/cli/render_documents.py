"""`coursectl render syllabus`, `attendance-sheet`, `roster`, `certificates`: what an edition prints of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl.cli.command import EditionOption, command
from coursectl.cli.here import here
from coursectl.cli.render_group import Force, Format, Out, Templates, app, folders, print_order
from coursectl.locale import gettext as _
from coursectl.workflows import printing
from coursectl.workflows.printing import Order


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
    print_order(edition, Order("syllabus", out, format, here().options.lang, force=force, templates=folders(templates)))


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
        templates=folders(templates),
    )
    print_order(edition, order)


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
    print_order(edition, Order("roster", out, format, here().options.lang, force=force, templates=folders(templates)))


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
        templates=folders(templates),
    )
    print_order(edition, order)
