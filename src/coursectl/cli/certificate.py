"""`coursectl certificate …`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import certificates
from coursectl.certificates import Certificate, CertificateEntry, CertificateEvent, CertificatePrinting, Issued
from coursectl.cli import (
    certificate_check,
    certificate_ending,
    certificate_export,
    certificate_rules,
    certificate_verify,
)
from coursectl.cli.certificate_group import app
from coursectl.cli.certificate_rules import kind_word
from coursectl.cli.command import AlsoIn, DryRun, EditionOption, command
from coursectl.cli.designs import Templates, folders
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, show_one, waiting
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

__all__ = ["app", "certificate_verify"]

KIND = _("completion, participation, instruction, or one of the edition's own.")
STATE = _("One of: issued, superseded, void.")
_STATES = {"issued": N_("issued"), "superseded": N_("superseded"), "void": N_("void")}


@command(
    app,
    "issue",
    _("Issue certificates: to all who may have one and have none yet, or to some of them."),
    example="coursectl certificate issue -e ICIM-37 --kind participation --except 12",
)
def issue(
    edition: EditionOption = None,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=KIND)] = "completion",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help=_("Number, e-mail or name of one who gets it. May be repeated.")),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--except", metavar="NAME", help=_("Number, e-mail or name of one to leave out. May be repeated.")
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("Date of issue, like 2015-03-20. Default: today."))
    ] = None,
    provisional: Annotated[
        bool,
        typer.Option(
            "--provisional", help=_("Before the edition is closed: to all who have what is asked for, or still can.")
        ),
    ] = False,
    templates: Templates = None,
    also_in: AlsoIn = None,
    dry_run: DryRun = False,
) -> None:
    from coursectl.workflows import issuing

    ref = here().edition(edition, deciding=True)
    with waiting(_("Issuing the certificates")):
        done = issuing.issue(
            here().store, ref, here().act(dry_run=dry_run), kind=kind, only=only or (),
            leave_out=leave_out or (), on=on, language=here().options.lang, also_in=also_in or (),
            provisional=provisional, templates=folders(templates),
        )  # fmt: skip
    _warn(done)
    show_done(done, _issued_sentence(done), dry_run=dry_run and done.issued > 0)


@command(
    app, "list", _("List the register of an edition."), example="coursectl certificate list -e ICIM-37 --state issued"
)
def list_(
    edition: EditionOption = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help=KIND)] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help=STATE)] = None,
    all_editions: Annotated[bool, typer.Option("--all-editions", help=_("The whole register."))] = False,
) -> None:
    ref = None if all_editions else here().edition(edition)
    columns = (
        Column[Certificate](_("Serial"), lambda one: one.serial),
        Column[Certificate](_("Kind"), lambda one: kind_word(one.kind)),
        Column[Certificate](_("Name"), _name),
        Column[Certificate](_("Country"), lambda one: one.country),
        Column[Certificate](_("Edition"), lambda one: one.edition),
        Column[Certificate](_("State"), lambda one: _(_STATES[one.state])),
        Column[Certificate](_("Issued on"), lambda one: one.issued_on),
        Column[Certificate](_("Replaced by"), lambda one: one.superseded_by),
    )
    rows = certificates.list_certificates(here().store, ref, kind=kind, state=state)
    show_list(rows, columns, empty=_("No such certificates. Issue them with: coursectl certificate issue -e EDITION"))


@command(
    app,
    "show",
    _("Show everything the register knows of a certificate."),
    example="coursectl certificate show ICIM-2015-0001",
)
def show(serial: Annotated[str, typer.Argument(metavar="SERIAL", help=_("The number on the certificate."))]) -> None:
    entry = certificates.get_certificate(here().store, serial)
    untouched = None if entry.intact is None else _("yes") if entry.intact else _("NO: it isn't what was issued")
    show_one(
        entry,
        (
            (_("Serial"), entry.serial),
            (_("Kind"), kind_word(entry.kind)),
            (_("Name"), _(entry.name) if entry.snapshot is None else entry.name),
            (_("Country"), entry.country),
            (_("Edition"), entry.edition),
            (_("Language"), entry.language),
            (_("State"), _(_STATES[entry.state])),
            (_("Issued on"), entry.issued_on),
            (_("Replaces"), _replaces(entry)),
            (_("Replaced by"), entry.superseded_by),
            (_("History"), "\n".join(map(_event_line, entry.events))),
            (_("Printings"), "\n".join(map(_printing_line, entry.printings))),
            (_("Hash"), entry.hash),
            (_("Untouched"), untouched),
        ),
    )


def _name(one: Certificate) -> str:
    return _(one.name) if one.name == certificates.ERASED else one.name


def _issued_sentence(done: Issued) -> str:
    facts = {**done.__dict__, "kind": kind_word(done.kind)}
    if not done.issued:
        wording = _("{edition}: everybody has their {kind} certificate already ({already}); nothing was issued.")
        return wording.format(**facts)
    wording = ngettext(
        "{edition}: {issued} {kind} certificate issued, {first}.",
        "{edition}: {issued} {kind} certificates issued, {first} to {last}.",
        done.issued,
    )
    if done.already:
        wording += " " + ngettext("{already} had one already.", "{already} had theirs already.", done.already)
    printing = _("Print them with: coursectl render certificates -e {edition} --out DIR")
    if done.provisional:
        printing += "\n" + _(
            "They are provisional: before handing them out, look with: coursectl certificate check -e {edition} --kind {code}"
        )
        facts["code"] = done.kind
    return f"{wording} {printing}".format(**facts)


def _warn(done: Issued) -> None:
    if done.early:
        warning = _("Warning: {issued_on} is before the end of the edition ({ends}).")
        say(warning.format(issued_on=done.issued_on, ends=done.ends))
    if done.without_sessions:
        warning = _(
            "Warning: no sessions and hours are on the certificates of {names}: they teach no session of {edition}."
        )
        say(warning.format(names=", ".join(done.without_sessions), edition=done.edition))


def _event_line(event: CertificateEvent) -> str:
    """`void 2015-03-20 12:00, coordinator: lost`"""
    parts = [_(_STATES[event.state]), event.at[:16].replace("T", " ")]
    line = " ".join(parts) + (f", {event.actor}" if event.actor else "")
    if event.superseded_by:
        line += " → " + event.superseded_by
    return f"{line}: {reason_in_words(event.reason)}" if event.reason else line


def reason_in_words(reason: str) -> str:
    """`lost: left in a taxi`, with what of it is the program's own in the reader's language."""
    word, colon, more = reason.partition(": ")
    known = word in _BECAUSE or reason == certificates.UNDO_REASON
    return f"{_(word)}{colon}{more}" if known else reason


_BECAUSE = {"misspelled": N_("misspelled"), "lost": N_("lost"), "damaged": N_("damaged")}


def _replaces(entry: CertificateEntry) -> str | None:
    if entry.replaces and entry.duplicate:
        return _("{serial} (as its duplicate)").format(serial=entry.replaces)
    return entry.replaces


def _printing_line(printing: CertificatePrinting) -> str:
    """`printed 2015-03-20 12:00, coordinator`"""
    return f"{_(_PRINTINGS[printing.what])} {printing.at[:16].replace('T', ' ')}, {printing.actor}"


_PRINTINGS = {"printed": N_("printed"), "exported": N_("exported")}

certificate_ending.add_to(app)
certificate_export.add_to(app)
certificate_check.register(app)
certificate_rules.register(app)
