"""`coursectl render syllabus`, `attendance-sheet`, `roster`, `handover-list`, `ceremony-order`: what an edition prints of itself."""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import command
from coursectl.cli.render_group import Except, Format, Making, Only, app, make
from coursectl.locale import gettext as _
from coursectl.workflows import printing
from coursectl.workflows.printing import CertificateOrder


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


Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="KIND", help=_("Only completion, participation, instruction, or one of the edition's own.")
    ),
]
Sequence = Annotated[
    str, typer.Option("--order", metavar="ORDER", help=_("serial, country, name or seat (the participant's number)."))
]


@command(
    app,
    "handover-list",
    _("Who signs for which certificate, and which of them stay in the office."),
    example="coursectl render handover-list -e ICIM-37 --out print --order country",
)
def handover_list(
    making: Making, format: Format = "pdf", kind: Kind = None, order: Sequence = "serial", only: Only = None,
    leave_out: Except = None,
) -> None:  # fmt: skip
    _make_for_ceremony("handover-list", making, format, kind, order, only, leave_out)


@command(
    app,
    "ceremony-order",
    _("Authorities in order of precedence, and who is called for a certificate when."),
    example="coursectl render ceremony-order -e ICIM-37 --out print --order name",
)
def ceremony_order(
    making: Making, format: Format = "pdf", kind: Kind = None, order: Sequence = "country", only: Only = None,
    leave_out: Except = None,
) -> None:  # fmt: skip
    _make_for_ceremony("ceremony-order", making, format, kind, order, only, leave_out)


def _make_for_ceremony(
    document: str, making: Making, format: str, kind: str | None, order: str, only: list[str] | None,
    leave_out: list[str] | None,
) -> None:  # fmt: skip
    make(
        document, making, kind_of_order=CertificateOrder, format=format, kind=kind,
        sequence=printing.read_sequence(order), only=tuple(only or ()), leave_out=tuple(leave_out or ()),
    )  # fmt: skip


@command(
    app,
    "register",
    _("The register of certificates, to be signed for: every number and what became of it, with totals on each page."),
    example="coursectl render register -e ICIM-37 --out print",
)
def register(
    making: Making,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=_("pdf, html, csv or xlsx."))] = "pdf",
) -> None:
    make("register", making, format=format)
