"""`coursectl render letters KIND`: what the office writes to organizations, candidates and experts."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from coursectl import locale
from coursectl.cli.command import command
from coursectl.cli.here import here
from coursectl.cli.render_group import Capitals, Except, Making, Paper, app, make
from coursectl.locale import gettext as _


@command(
    app,
    "letters",
    _("Letters: call for nominations, acceptance, regret, reserve, invitation of experts; as PDF or Word."),
    example="coursectl render letters acceptance -e ICIM-37 --out letters --word",
)
def letters(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help=_("One of: call, acceptance, regret, reserve, invitation."))
    ],
    making: Making,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="WHO",
            help=_("Number, e-mail or name of a person, name of an organization for a call. May be repeated."),
        ),
    ] = None,
    leave_out: Except = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help=_("To people of this status instead. May be repeated.")),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=_("Acceptance also to those who have confirmed."))] = False,
    one_file: Annotated[bool, typer.Option("--one-file", help=_("All in one file, to print."))] = False,
    word: Annotated[bool, typer.Option("--word", help=_("As Word files (.docx), to edit."))] = False,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html, txt or docx."))] = "pdf",
    on: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help=_("Date of the letters. Default: today."))
    ] = None,
    reference: Annotated[
        str, typer.Option("--reference", metavar="TEXT", help=_("The office's own reference, instead of ours."))
    ] = "",
    materials_by: Annotated[
        str | None,
        typer.Option("--materials-by", metavar="DATE", help=_("When experts send their materials, in an invitation.")),
    ] = None,
    paper: Paper = "a4",
    capitals: Capitals = False,
) -> None:
    make(
        "letters", making, format="docx" if word else format, kind=kind, merged=one_file, only=tuple(to or ()),
        leave_out=tuple(leave_out or ()), statuses=tuple(status or ()), again=again,
        written_on=_day(on) or _day(here().act().today), reference=reference.strip(), materials_by=_day(materials_by),
        paper=paper, capitals=capitals,
    )  # fmt: skip


def _day(words: str | None) -> date | None:
    return None if words is None else locale.parse_date(words)
