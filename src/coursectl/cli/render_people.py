"""`coursectl render directory`, `logistics`, `badges`, `table-cards`: lists of people, and what bears their names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl.cli.command import EditionOption, command
from coursectl.cli.here import here
from coursectl.cli.render_group import (
    Capitals,
    Except,
    Force,
    Only,
    Out,
    Paper,
    Roles,
    Templates,
    app,
    folders,
    print_order,
)
from coursectl.locale import gettext as _
from coursectl.workflows.printing import Order


@command(
    app,
    "directory",
    _("The participants' directory, by country: e-mails only of those who agreed."),
    example="coursectl render directory -e ICIM-37 --out papers",
)
def directory(
    out: Out = Path(),
    edition: EditionOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html or txt."))] = "pdf",
    capitals: Capitals = False,
    force: Force = False,
    templates: Templates = None,
) -> None:
    order = Order(
        "directory", out, format, here().options.lang, force=force, templates=folders(templates), capitals=capitals
    )
    print_order(edition, order)


@command(
    app,
    "logistics",
    _("Who has to be met, lodged and fed: phones, e-mails, diet and accessibility. For the office only."),
    example="coursectl render logistics -e ICIM-37 --out papers --format xlsx",
)
def logistics(
    out: Out = Path(),
    edition: EditionOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html, csv or xlsx."))] = "pdf",
    role: Roles = None,
    only: Only = None,
    leave_out: Except = None,
    capitals: Capitals = False,
    force: Force = False,
    templates: Templates = None,
) -> None:
    order = Order(
        "logistics", out, format, here().options.lang, force=force, templates=folders(templates),
        roles=tuple(role or ()), only=tuple(only or ()), leave_out=tuple(leave_out or ()), capitals=capitals,
    )  # fmt: skip
    print_order(edition, order)


@command(
    app,
    "badges",
    _("Badges on sheets of labels: name, country, office, role."),
    example="coursectl render badges -e ICIM-37 --out papers --surname-capitals",
)
def badges(
    out: Out = Path(),
    edition: EditionOption = None,
    role: Roles = None,
    only: Only = None,
    leave_out: Except = None,
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
    force: Force = False,
    templates: Templates = None,
) -> None:
    order = Order(
        "badges", out, "pdf", here().options.lang, force=force, templates=folders(templates), roles=tuple(role or ()),
        only=tuple(only or ()), leave_out=tuple(leave_out or ()), capitals=capitals, paper=paper, labels=labels, start=start,
    )  # fmt: skip
    print_order(edition, order)


@command(
    app,
    "table-cards",
    _("Cards to fold and stand on the table, a sheet each."),
    example="coursectl render table-cards -e ICIM-37 --out papers --role expert",
)
def table_cards(
    out: Out = Path(),
    edition: EditionOption = None,
    role: Roles = None,
    only: Only = None,
    leave_out: Except = None,
    paper: Paper = "a4",
    capitals: Capitals = False,
    force: Force = False,
    templates: Templates = None,
) -> None:
    order = Order(
        "table-cards", out, "pdf", here().options.lang, force=force, templates=folders(templates),
        roles=tuple(role or ()), only=tuple(only or ()), leave_out=tuple(leave_out or ()), capitals=capitals, paper=paper,
    )  # fmt: skip
    print_order(edition, order)
