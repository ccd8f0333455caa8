"""`coursectl certificate export`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl.cli.command import DryRun, EditionOption, command
from coursectl.cli.here import here
from coursectl.cli.show import show_done, waiting
from coursectl.locale import gettext as _
from coursectl.locale import ngettext


def add_to(app: typer.Typer) -> None:
    """Give the group its command."""
    command(
        app,
        "export",
        _("Write the register to a file with everything it says; that it was exported is recorded."),
        example="coursectl certificate export --out register.xlsx -e ICIM-37\n"
        "coursectl certificate export --out register.csv --all-editions",
    )(export)


def export(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help=_("The file: .csv, .xlsx, .ods, .tsv or .json."))
    ],
    edition: EditionOption = None,
    all_editions: Annotated[bool, typer.Option("--all-editions", help=_("The whole register."))] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Write over files that are there."))] = False,
    dry_run: DryRun = False,
) -> None:
    from coursectl.workflows import exporting

    ref = None if all_editions else here().edition(edition, deciding=True)
    with waiting(_("Writing the register")):
        done = exporting.export_register(
            here().store, out, here().act(dry_run=dry_run), ref, language=here().language, force=force
        )
    if not done.recorded:
        said = _("{file} holds just this already; nothing was written.").format(file=done.file)
    elif done.edition is None:
        said = ngettext("{file}: {count} certificate of the register.", "{file}: {count} certificates of the register.", done.certificates)  # fmt: skip
    else:
        said = ngettext("{file}: {count} certificate of {edition}.", "{file}: {count} certificates of {edition}.", done.certificates)  # fmt: skip
    told = said.format(file=done.file, count=done.certificates, edition=done.edition)
    show_done(done, told, dry_run=dry_run and done.recorded)
