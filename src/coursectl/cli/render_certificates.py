"""`coursectl render certificates`: everything is checked before the first sheet, and every printing is in the log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from coursectl.cli.command import AlsoIn, DryRun, command
from coursectl.cli.designs import folders
from coursectl.cli.here import here
from coursectl.cli.options import Options
from coursectl.cli.render_group import Format, Making, Paper, app, sentence
from coursectl.cli.show import Column, progress, say, show_done, show_list
from coursectl.documents.certificates import Page
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.workflows import printing
from coursectl.workflows.printing import CertificateOrder, Found, NotFit, PrintedCertificates

_SAID = 5  # remarks that don't stop are said in so many lines; --check shows the rest


@dataclass(frozen=True)
class Choice(Options):
    """Which certificates, in which order, in how many files."""

    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=_("Only completion, participation or instruction."))
    ] = None
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help=_("Serial, number, e-mail or name of one to print. May be repeated.")),
    ] = None  # fmt: skip
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--except", metavar="NAME", help=_("Serial, number, e-mail or name of one to leave out. May be repeated.")
        ),
    ] = None
    merged: Annotated[bool, typer.Option("--merged", help=_("All in one file, to print."))] = False
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHAT", help=_("language: a merged file for each language."))
    ] = None
    order: Annotated[
        str, typer.Option("--order", metavar="ORDER", help=_("serial, country, name or seat (the participant's number)."))
    ] = "serial"  # fmt: skip
    since: Annotated[
        str, typer.Option("--from", metavar="SERIAL", help=_("Go on from this certificate, after a jam, in the same order."))
    ] = ""  # fmt: skip


@dataclass(frozen=True)
class Sheets(Options):
    """What the paper is, and where on it the printer puts things."""

    reverse: Annotated[bool, typer.Option("--reverse", help=_("The program on the back of each."))] = False
    paper: Paper = "a4"
    offset_x: Annotated[
        str, typer.Option("--offset-x", metavar="MM", help=_("Millimeters to the right; to the left with a minus."))
    ] = "0"
    offset_y: Annotated[str, typer.Option("--offset-y", metavar="MM", help=_("Millimeters down; up with a minus."))] = (
        "0"
    )
    blank: Annotated[
        bool, typer.Option("--blank", help=_("Without frame and crest, for paper that has them already."))
    ] = False
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help=_("One sheet with rulers, to measure what the printer does."))
    ] = False
    proof: Annotated[
        bool, typer.Option("--proof", help=_("With a word across each that says so; proofs aren't in the log."))
    ] = False

    design: Annotated[
        str | None,
        typer.Option("--design", metavar="NAME", help=_("Another design than that of their issue, to try it.")),
    ] = None
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help=_("Your own design: a Word file (.docx), or a template of Typst (.typ.j2)."),
        ),
    ] = None
    templates_of_today: Annotated[
        bool,
        typer.Option(
            "--templates-of-today",
            help=_("Not the templates and words of their issue, which are kept, but those of today."),
        ),
    ] = False

    def page(self) -> Page:
        """The page as documents have it. Raises Usage."""
        return Page(
            printing.read_paper(self.paper),
            printing.read_offset(self.offset_x, "--offset-x"),
            printing.read_offset(self.offset_y, "--offset-y"),
            self.blank,
        )


@dataclass(frozen=True)
class Remarked:
    """A line of the list, as it is shown: `command` mends it, `stops` tells whether it keeps everything from being printed."""

    rule: str
    serial: str
    name: str
    what: str
    command: str
    stops: bool
    accepted: bool


@command(
    app,
    "certificates",
    _("The certificates of the register, checked first: one PDF or Word file each, or one file to print."),
    example="coursectl render certificates -e ICIM-37 --out print --merged --order country",
)
def certificates(
    making: Making,
    choice: Choice,
    sheets: Sheets,
    format: Format = "pdf",
    check: Annotated[bool, typer.Option("--check", help=_("Only the list of what is wrong; nothing is printed."))] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="NAME:RULE",
            help=_("Go on in spite of this: a serial, number, e-mail or name, or all, and the rule. May be repeated."),
        ),
    ] = None,
    also_in: AlsoIn = None,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    order = CertificateOrder(
        "certificates", making.out, format=format, language=here().options.lang, kind=choice.kind, merged=choice.merged,
        reverse=sheets.reverse, force=making.force, templates=folders(making.templates), only=tuple(choice.only or ()),
        leave_out=tuple(choice.leave_out or ()), page=sheets.page(), by_language=printing.read_groups(choice.by),
        sequence=printing.read_sequence(choice.order), since=choice.since, accept=tuple(accept or ()), proof=sheets.proof,
        calibrate=sheets.calibrate, check=check, dry_run=dry_run, design=sheets.design, template=sheets.template,
        also_in=tuple(also_in or ()),
        of_today=sheets.templates_of_today or making.templates is not None,
    )  # fmt: skip
    ref = here().edition(making.edition, deciding=True)
    try:
        with progress(_("Printing")) as advance:
            printed = printing.print_document(here().store, ref, order, advance, here().act(dry_run=dry_run))
    except NotFit as stopped:
        _show_list(stopped.preflight.found)
        raise
    assert isinstance(printed, PrintedCertificates)  # noqa: S101 - what an order of certificates gives
    if check:
        _show_list(printed.found)
    else:
        _tell(printed.found, ref.reference)
        _tell_versions(printed)
        show_done(_answer(printed), _sentence(printed), dry_run=dry_run)


def _tell_versions(printed: PrintedCertificates) -> None:
    """What certificates are made with that they weren't issued with."""
    if printed.unkept:
        told = ngettext(
            "{count} certificate of {edition} was issued before templates were kept, and is printed with those of today.",
            "{count} certificates of {edition} were issued before templates were kept, and are printed with those of today.",
            printed.unkept,
        )
        say(told.format(count=printed.unkept, edition=printed.edition))
    if printed.other_versions:
        then, now = (
            ", ".join(
                f"{one.what} {getattr(one, when)[:12] if getattr(one, when) else _('none')}"
                for one in printed.other_versions
            )
            for when in ("then", "now")
        )
        told = _(
            "{edition} was issued with: {then}. This is: {now}. The sheets say the same; their bytes, or where lines break, may differ."
        )
        say(told.format(edition=printed.edition, then=then, now=now))


def _remarked(one: Found) -> Remarked:
    remark = one.remark
    return Remarked(remark.rule, remark.serial, remark.name, remark.sentence(_), remark.mend, one.stops, one.accepted)


def _show_list(found: tuple[Found, ...]) -> None:
    columns = (
        Column[Remarked](_("Stops"), lambda one: one.stops),
        Column[Remarked](_("Rule"), lambda one: one.rule),
        Column[Remarked](_("Serial"), lambda one: one.serial),
        Column[Remarked](_("Name"), lambda one: one.name),
        Column[Remarked](_("What is wrong"), lambda one: one.what),
        Column[Remarked](_("Mend it with"), lambda one: _("accepted") if one.accepted else one.command),
    )
    show_list([_remarked(one) for one in found], columns, empty=_("Nothing is wrong with what is to be printed."))


def _tell(found: tuple[Found, ...], reference: str) -> None:
    """What was found and stops nothing, in a few lines."""
    lines = [_line(_remarked(one)) for one in found]
    for line in lines[:_SAID]:
        say(line)
    if more := len(lines) - _SAID if len(lines) > _SAID else 0:
        told = ngettext(
            "{count} more is told by: coursectl render certificates -e {edition} --check",
            "{count} more are told by: coursectl render certificates -e {edition} --check",
            more,
        )
        say(told.format(count=more, edition=reference))


def _line(one: Remarked) -> str:
    whose = " ".join(part for part in (one.serial, one.name) if part)
    told = _("Accepted: {whose}: {what}.") if one.accepted else _("Warning: {whose}: {what}.")
    return told.format(whose=whose, what=one.what)


def _answer(printed: PrintedCertificates) -> dict[str, Any]:
    fields = {name: value for name, value in vars(printed).items() if name != "found"}
    return {**fields, "found": [asdict(_remarked(one)) for one in printed.found]}


def _sentence(printed: PrintedCertificates) -> str:
    told = sentence(printed)
    if not printed.manifest:
        return told
    listed = _("They are listed in order in {file}.")
    return f"{told}\n{listed.format(file=printed.manifest[-1])}"
