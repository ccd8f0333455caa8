"""`coursectl render directory`, `logistics`, `badges`, `table-cards`: lists of people, and what bears their names."""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import command
from coursectl.cli.render_group import Capitals, Making, Paper, People, app, make
from coursectl.locale import gettext as _


@command(
    app,
    "directory",
    _("The participants' directory, by country: e-mails only of those who agreed."),
    example="coursectl render directory -e ICIM-37 --out papers",
)
def directory(
    making: Making,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html or txt."))] = "pdf",
    capitals: Capitals = False,
) -> None:
    make("directory", making, format=format, capitals=capitals)


@command(
    app,
    "logistics",
    _("Who has to be met, lodged and fed: phones, e-mails, diet and accessibility. For the office only."),
    example="coursectl render logistics -e ICIM-37 --out papers --format xlsx",
)
def logistics(
    making: Making,
    people: People,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html, csv or xlsx."))] = "pdf",
    capitals: Capitals = False,
) -> None:
    make("logistics", making, people, format=format, capitals=capitals)


@command(
    app,
    "badges",
    _("Badges on sheets of labels: name, country, office, role."),
    example="coursectl render badges -e ICIM-37 --out papers --surname-capitals",
)
def badges(
    making: Making,
    people: People,
    paper: Paper = "a4",
    labels: Annotated[
        str | None,
        typer.Option(
            "--labels",
            metavar="SIZE",
            help=_("90x54 or 86x55 (millimeters) on a4, 4x3in on letter. Default: the first."),
        ),
    ] = None,
    start: Annotated[
        int, typer.Option("--start", metavar="N", help=_("The first label to print on, where a sheet was used before."))
    ] = 1,
    capitals: Capitals = False,
) -> None:
    make("badges", making, people, paper=paper, labels=labels, start=start, capitals=capitals)


@command(
    app,
    "table-cards",
    _("Cards to fold and stand on the table, a sheet each."),
    example="coursectl render table-cards -e ICIM-37 --out papers --role expert",
)
def table_cards(
    making: Making,
    people: People,
    paper: Paper = "a4",
    capitals: Capitals = False,
) -> None:
    make("table-cards", making, people, paper=paper, capitals=capitals)
