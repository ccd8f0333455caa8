"""`coursectl roster export`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl import enrollment
from coursectl.cli.command import EditionOption, command
from coursectl.cli.here import here
from coursectl.cli.show import show_done
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

To = Annotated[
    Path | None,
    typer.Option(
        "--to", metavar="FILE", help=_("The list, as enroll --from reads it: .xlsx, .ods, .csv, .tsv or .json")
    ),
]
Merge = Annotated[
    Path | None,
    typer.Option(
        "--merge",
        metavar="FILE",
        help=_("A table for mail merge: salutation, names, country, dates in each one's language."),
    ),
]
Statuses = Annotated[
    list[str] | None, typer.Option("--status", metavar="STATUS", help=_("Only this status; may be repeated."))
]
Everybody = Annotated[bool, typer.Option("--all", help=_("Also who has declined or withdrawn."))]
Force = Annotated[bool, typer.Option("--force", help=_("Write over files that are there."))]


def add_to(app: typer.Typer) -> None:
    """Give the group its command."""
    command(
        app,
        "export",
        _("Write the participants' list to a file, to be read again or for letters."),
        example="coursectl roster export --to participants.xlsx -e ICIM-37\n"
        "coursectl roster export --merge letters.xlsx -e ICIM-37",
    )(export)


def export(
    edition: EditionOption = None,
    to: To = None,
    merge: Merge = None,
    status: Statuses = None,
    all_: Everybody = False,
    force: Force = False,
) -> None:
    path = to or merge
    if path is None or (to and merge):
        raise Usage(N_("Where to? Give --to FILE, or --merge FILE for letters."))
    done = enrollment.export_roster(
        here().store,
        here().edition(edition),
        path,
        enrollment.chosen_statuses(status, everybody=all_),
        language=here().language,
        address=_addressing() if merge else None,
        force=force,
    )
    sentence = ngettext("{file}: {count} person of {edition}.", "{file}: {count} people of {edition}.", done.people)
    show_done(done, sentence.format(file=done.file, count=done.people, edition=done.edition))


def _addressing() -> enrollment.Address:
    """As in letters, with the office's own words where there are templates beside the store."""
    from coursectl.cli.designs import folders
    from coursectl.documents import Addressing

    return Addressing(folders(None))
