"""`coursectl log`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import command, single
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_list
from coursectl.locale import gettext as _
from coursectl.store import undo
from coursectl.store.undo import LoggedOperation

app = single()


def _changes(operation: LoggedOperation) -> str:
    return ", ".join(f"{table} {count}" for table, count in operation.changes.items())


def _note(operation: LoggedOperation) -> str:
    return "" if operation.standing else _("undone")


@command(app, "log", _("What was done, by whom, when (UTC); newest first."), example="coursectl log --limit 50")
def log(limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", help=_("How many."), min=1)] = 20) -> None:
    columns = (
        Column[LoggedOperation](_("Number"), lambda operation: operation.number),
        Column[LoggedOperation](_("When"), lambda operation: operation.at[:19].replace("T", " ")),
        Column[LoggedOperation](_("Who"), lambda operation: operation.actor),
        Column[LoggedOperation](_("What"), lambda operation: operation.command),
        Column[LoggedOperation](_("Rows"), _changes),
        Column[LoggedOperation]("", _note),
    )
    show_list(undo.list_operations(here().store, limit), columns, empty=_("Nothing was done yet."))
