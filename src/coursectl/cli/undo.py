"""`coursectl undo`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import DryRun, command, single
from coursectl.cli.here import here
from coursectl.cli.show import show_done, waiting
from coursectl.locale import gettext as _
from coursectl.workflows import undoing

app = single()


@command(app, "undo", _("Take an operation back; without a number, your last one."), example="coursectl undo")
def undo(
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help=_("The operation's number, as the log shows it."))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    store = here().store
    with waiting(_("Undoing")):
        undone = undoing.undo(store, number, here().act(dry_run=dry_run))
    sentence = _("Undone: {command} ({number}, {actor}, {at}). {how}")
    show_done(undone, sentence.format(**{**undone.__dict__, "how": _(undone.how)}).strip(), dry_run=dry_run)
