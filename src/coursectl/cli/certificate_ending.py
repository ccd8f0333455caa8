"""`coursectl certificate void` and `replace`: how a certificate ends."""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import certificates
from coursectl.certificates import Replaced, Voided
from coursectl.cli.command import DryRun, command
from coursectl.cli.designs import folders
from coursectl.cli.here import here
from coursectl.cli.show import show_done
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

Serial = Annotated[str, typer.Argument(metavar="SERIAL", help=_("The number on the certificate."))]


def add_to(app: typer.Typer) -> None:
    """Give the group its commands."""
    command(
        app,
        "void",
        _("Make certificates void, with the reason; their rows and numbers stay in the register."),
        example='coursectl certificate void ICIM-2015-0001 --because "Issued by mistake"',
    )(void)
    command(
        app,
        "replace",
        _("Issue a new certificate in the place of one that is misspelled, lost or damaged."),
        example="coursectl certificate replace ICIM-2015-0001 --because misspelled\n"
        'coursectl certificate replace ICIM-2015-0001 --because lost --reason "Left in a taxi"',
    )(replace)


def void(
    serials: Annotated[
        list[str],
        typer.Argument(metavar="SERIAL…", help=_("The numbers on the certificates; several are void at once.")),
    ],
    because: Annotated[str, typer.Option("--because", metavar="REASON", help=_("The reason, kept in the register."))],
    dry_run: DryRun = False,
) -> None:
    done = certificates.void(here().store, serials, because, here().act(dry_run=dry_run))
    show_done(done, _voided_sentence(done), dry_run=dry_run)


def replace(
    serial: Serial,
    because: Annotated[
        str, typer.Option("--because", metavar="WHY", help=_("One of: misspelled, lost, damaged, other."))
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="REASON", help=_("More about it, kept in the register."))
    ] = None,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help=_("Take place, dates, hours, program and who signs from the edition as it is today, too.")
        ),
    ] = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("Date of issue, like 2015-03-20. Default: today."))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from coursectl.workflows import issuing

    done = issuing.replace(
        here().store, serial, here().act(dry_run=dry_run), because=because, reason=reason, renew=renew, on=on,
        language=here().options.lang, templates=folders(None),
    )  # fmt: skip
    show_done(done, _replaced_sentence(done), dry_run=dry_run)


def _voided_sentence(done: Voided) -> str:
    sentence = ngettext("{editions}: {serials} is void: {reason}.", "{editions}: {serials} are void: {reason}.", len(done.serials))  # fmt: skip
    return sentence.format(
        editions=", ".join(done.editions), serials=", ".join(done.serials), reason=done.reason.rstrip(".")
    )


def _replaced_sentence(done: Replaced) -> str:
    facts = done.__dict__
    if done.duplicate:
        said = _("{edition}: {serial}, a duplicate, takes the place of {replaces} ({name}).")
    else:
        said = _("{edition}: {serial} takes the place of {replaces} ({name}).")
    printing = _("Print it with: coursectl render certificates -e {edition} --out DIR")
    return f"{said} {printing}".format(**facts)
