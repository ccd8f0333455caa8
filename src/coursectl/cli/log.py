"""`coursectl log`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl.cli.command import command, single
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_list
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.store import undo
from coursectl.store.undo import LoggedOperation

app = single()


def _changes(operation: LoggedOperation) -> str:
    """`person 1, enrollment 1: Ana Paz`"""
    rows = ", ".join(_change(table, count) for table, count in operation.changes.items())
    return f"{rows}: {_people(operation)}" if operation.people else rows


def _change(table: str, count: int) -> str:
    match table:
        case "printed":
            return ngettext("{count} sheet printed", "{count} sheets printed", count).format(count=count)
        case "exported":
            return ngettext("{count} sheet exported", "{count} sheets exported", count).format(count=count)
        case _:
            return f"{table} {count}"


def _people(operation: LoggedOperation) -> str:
    named = ", ".join(operation.people)
    return _("{names} and {more} more").format(names=named, more=operation.more) if operation.more else named


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
    shown = undo.list_operations(here().store, limit)
    show_list(shown, columns, empty=_("Nothing was done yet."))
    count = undo.count_operations(here().store) if len(shown) == limit else len(shown)
    if count > len(shown):
        say(_("{shown} of {count} operations are shown. For all: coursectl log --limit {count}").format(shown=len(shown), count=count))  # fmt: skip
