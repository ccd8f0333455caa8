"""`coursectl undo`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import DryRun, command, single
from coursectl.cli.here import here
from coursectl.cli.show import agreed, show_done, waiting
from coursectl.locale import gettext as _
from coursectl.workflows import undoing
from coursectl.workflows.undoing import ForGood

app = single()


@command(app, "undo", _("Take an operation back; without a number, your last one."), example="coursectl undo")
def undo(
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help=_("The operation's number, as the log shows it."))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    store, act, yes = here().store, here().act(dry_run=dry_run), here().options.yes
    try:
        with waiting(_("Undoing")):
            undone = undoing.undo(store, number, act, yes=yes)
    except ForGood as refused:
        if not agreed(refused.sentence(_)):
            raise
        with waiting(_("Undoing")):
            undone = undoing.undo(store, number, act, yes=True)
    told = _("Undone: {command} ({number}, {actor}, {at}). {how}").format(**{**undone.__dict__, "how": _(undone.how)})
    if undone.backup:
        told += "\n" + _("What was there before is kept in {kept}.").format(kept=undone.backup)
    show_done(undone, told.strip(), dry_run=dry_run)
