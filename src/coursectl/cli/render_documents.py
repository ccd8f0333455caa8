"""`coursectl render syllabus`, `attendance-sheet`, `roster`, `certificates`: what an edition prints of itself."""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import AlsoIn, command
from coursectl.cli.render_group import Format, Making, app, make
from coursectl.locale import gettext as _
from coursectl.workflows import printing


@command(
    app,
    "syllabus",
    _("The program, for participants and ministries."),
    example="coursectl render syllabus -e ICIM-37 --out print --lang es",
)
def syllabus(making: Making, format: Format = "pdf") -> None:
    make("syllabus", making, format=format)


@command(
    app,
    "attendance-sheet",
    _("Sheets to sign, a page or more a day."),
    example="coursectl render attendance-sheet -e ICIM-37 --out print",
)
def attendance_sheet(
    making: Making,
    format: Format = "pdf",
    by: Annotated[
        str, typer.Option("--by", metavar="HOW", help=_("A signature a half-day, or a session."))
    ] = "half-day",
) -> None:
    make("attendance-sheet", making, format=format, by=printing.read_by(by))


@command(
    app,
    "roster",
    _("The participants' list, by country."),
    example="coursectl render roster -e ICIM-37 --out print --lang en",
)
def roster(making: Making, format: Format = "pdf") -> None:
    make("roster", making, format=format)


@command(
    app,
    "certificates",
    _("The certificates of the register: one PDF each, or one file to print."),
    example="coursectl render certificates -e ICIM-37 --out print --merged",
)
def certificates(
    making: Making,
    format: Format = "pdf",
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=_("Only completion, participation or instruction."))
    ] = None,
    merged: Annotated[bool, typer.Option("--merged", help=_("All in one file, to print."))] = False,
    reverse: Annotated[bool, typer.Option("--reverse", help=_("The program on the back of each."))] = False,
    also_in: AlsoIn = None,
) -> None:
    make("certificates", making, format=format, kind=kind, merged=merged, reverse=reverse, also_in=tuple(also_in or ()))
