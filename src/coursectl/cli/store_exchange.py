"""`coursectl store export` and `coursectl store copy`"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from coursectl import __version__
from coursectl.cli.command import DryRun, command
from coursectl.cli.here import here, now
from coursectl.cli.show import show_done, waiting
from coursectl.cli.store_group import app
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.store import ReadOnlyStore, exchange
from coursectl.workflows import keeping


@command(
    app,
    "export",
    _("Write all of the store as text: a JSON Lines file per table, from which coursectl import makes an equal store."),
    example="coursectl store export archive-2015",
)
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help=_("A new folder. It will hold names: keep it safe."))
    ],
    dry_run: DryRun = False,
) -> None:
    store = here().store
    with waiting(_("Writing the export")):
        done = exchange.plan_export(store, folder) if dry_run else exchange.export(store, folder, now(), __version__)
    rows = sum(done.rows.values())
    sentence = ngettext(
        "The store is written to {folder}: {tables} tables, {rows} row. To make a store of it: coursectl import {folder} --store FILE",
        "The store is written to {folder}: {tables} tables, {rows} rows. To make a store of it: coursectl import {folder} --store FILE",
        rows,
    )
    show_done(done, sentence.format(folder=folder, tables=len(done.rows), rows=rows), dry_run=dry_run)


@command(
    app,
    "copy",
    _("Copy a whole store: a file into a cluster, a cluster to a file, a file to another."),
    example="coursectl store copy coursectl.db rqlite://office@host1:4001,host2:4001,host3:4001",
)
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help=_("The store to copy: a file or a URL."))],
    target: Annotated[str, typer.Argument(metavar="TO", help=_("A new file, or the URL of a cluster that is empty."))],
    dry_run: DryRun = False,
) -> None:
    if here().options.read_only:
        raise ReadOnlyStore(store=target)
    with waiting(_("Copying")), closing(exchange.open_source(source)) as store:
        done = keeping.copy(store, target, dry_run=dry_run)
    sentence = ngettext(
        "{source} is copied to {target}: {operations} operation, {changes} changes, counted on both sides.",
        "{source} is copied to {target}: {operations} operations, {changes} changes, counted on both sides.",
        done.operations,
    )
    show_done(done, sentence.format(**done.__dict__), dry_run=dry_run)
