"""`coursectl store …`: what the store is, its backups, the way back and the way forward.

The commands of the same group that check, copy and merge are in modules of their own; importing them adds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from coursectl import locale
from coursectl.cli import store_check, store_exchange, store_merge
from coursectl.cli.command import DryRun, command
from coursectl.cli.here import here
from coursectl.cli.show import progress, show_done, show_one, waiting
from coursectl.cli.store_group import app
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.store import backups
from coursectl.store.backups import Kept
from coursectl.store.nodes import Unanswered
from coursectl.workflows import keeping
from coursectl.workflows.keeping import BroughtUpToDate, ClusterNode, Info, LastOperation, Restored

__all__ = ["app", "store_check", "store_exchange", "store_merge"]

_ENGINES = {"sqlite": N_("a file (SQLite)"), "rqlite": N_("a cluster (rqlite)")}
_PLACES = {
    "disk": N_("this computer's disk"),
    "network": N_("a network share"),
    "cloud": N_("a synced folder"),
    "cluster": "",
}


@command(
    app,
    "info",
    _("What the store is: where, how large, of which schema, last changed and last backed up when."),
    example="coursectl store info",
)
def info() -> None:
    target = here().store_name
    if not here().options.stale:
        keeping.refuse_if_few_answer(target)
    try:
        found = keeping.get_info(here().store, here().backups_made(), url=target)
    except Unanswered as silence:
        raise keeping.told_nodes(target, silence) from silence
    show_one(
        found,
        (
            (_("Store"), found.store),
            (_("Kind"), _(_ENGINES[found.engine])),
            (_("Place"), _place(found)),
            (_("Size"), told_size(found.size)),
            (_("Schema"), _("{schema}, this program's: {program_schema}").format(**found.__dict__)),
            (_("Journal"), found.journal),
            ("SQLite", found.sqlite),
            (_("Rows"), keeping.told_counts(found.rows)),
            (_("Last operation"), _last(found.last_operation)),
            (_("Last backup"), _kept(found.backups, found.backup_folder)),
            (_("Nodes"), "\n".join(_node(node) for node in found.nodes)),
        ),
    )


@command(
    app,
    "backup",
    _("Copy the store to a checked file, while others go on writing."),
    example="coursectl store backup --keep 14",
)
def backup(
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="PATH",
            help=_(
                "A folder that is there, or a new file. Default: coursectl-backups beside the store, which is made."
            ),
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep", metavar="N", min=1, help=_("Remove older backups of this store in that folder; N are left.")
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    if keep is not None and to is not None and not backups.is_folder(to):
        raise Usage(N_("--keep needs a folder, and {to} is none. Name a folder with --to, or leave --keep out."), to=to)
    store, act = here().store, here().act(dry_run=dry_run)
    if dry_run:
        planned = keeping.plan_backup(store, act, to)
        show_done(planned, _("{store} is copied to {file}.").format(**planned.__dict__), dry_run=True)
        return
    with progress(_("Backup")) as told_of:
        done = backups.back_up(store, act.now, to=to, keep=keep, progress=told_of)
    sentence = ngettext(
        "The backup {file} is made and checked: {size}, {operations} operation. To restore it: coursectl store restore {file}",
        "The backup {file} is made and checked: {size}, {operations} operations. To restore it: coursectl store restore {file}",
        done.operations,
    )
    here().remember_backup(done.file, act.now)
    told = sentence.format(file=done.file, size=told_size(done.size), operations=done.operations)
    if done.removed:
        told += "\n" + ngettext("{count} older one was removed.", "{count} older ones were removed.", len(done.removed)).format(count=len(done.removed))  # fmt: skip
    show_done(done, told)


@command(
    app,
    "restore",
    _("Put a backup in the place of the store; what is there now is kept first."),
    example="coursectl store restore coursectl-backups/coursectl-20150309T120000Z.db",
)
def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("The backup: a file that store backup has made."))],
    dry_run: DryRun = False,
) -> None:
    options = here().options
    with progress(_("Restore")) as told_of:
        done = keeping.restore(
            here().store_name, file, here().act(dry_run=dry_run), yes=options.yes, read_only=options.read_only,
            progress=told_of,
        )  # fmt: skip
    show_done(done, _restored(done), dry_run=dry_run)


@command(
    app,
    "migrate",
    _("Bring an older store up to this program's schema; there is no way back but its backup."),
    example="coursectl store migrate",
)
def migrate(dry_run: DryRun = False) -> None:
    with waiting(_("Bringing the schema up to date")):
        done = keeping.migrate(here().store_name, here().act(dry_run=dry_run), read_only=here().options.read_only)
    show_done(done, _migrated(done), dry_run=dry_run and done.before < done.schema)


def told_size(size: int) -> str:
    """Bytes as people read them in their language: `1.2 GB`, `1,2 GB`."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{locale.format_number(size / unit, locale.tool_language(), digits=1)} {name}"
    return f"{size} B"


def _place(found: Info) -> str:
    said = _(_PLACES[found.place]) if _PLACES[found.place] else ""
    return f"{said} ({found.place_detail})" if found.place_detail else said


def _last(last: LastOperation | None) -> str:
    return f"{_when(last.at)}, {last.actor}: {last.command}" if last else _("none yet")


def _kept(kept: Sequence[Kept], folder: str) -> str:
    if not kept:
        return _("none in {folder}. Make one with: coursectl store backup").format(folder=folder)
    return "\n".join(
        f"{_when(one.at)}, {one.file} ({told_size(one.size) if one.there else _('not to be seen now')})" for one in kept
    )


def _node(node: ClusterNode) -> str:
    roles = [_("leader")] if node.leader else []
    roles += [] if node.voter else [_("reads only")]
    roles += [] if node.reachable else [_("out of reach")]
    return f"{node.node} {node.address}" + (f" ({', '.join(roles)})" if roles else "")


def _when(at: str) -> str:
    """An instant as people read it in their language: `9 March 2015, 12:00:00 UTC`; what a stranger's file has for one as it is."""
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return at
    return f"{locale.format_date(locale.parse_date(at[:10]), locale.tool_language())}, {at[11:19]} UTC"


def _restored(done: Restored) -> str:
    sentence = ngettext(
        "{store} is as {file} has it: {operations} operation, the last of {last}.",
        "{store} is as {file} has it: {operations} operations, the last of {last}.",
        done.operations,
    )
    told = sentence.format(
        store=done.store,
        file=done.file,
        operations=done.operations,
        last=_when(done.last_operation_at) if done.last_operation_at else _("never"),
    )
    if done.schema_before < done.schema:
        told += " " + _("Its schema was brought from {before} to {schema}.").format(
            before=done.schema_before, schema=done.schema
        )
    if done.kept:
        told += " " + _("What was there before is kept in {kept}.").format(kept=done.kept)
    if "://" in done.store:
        told += " " + _("Who wrote there while it was replaced should look whether it is there: coursectl log")
    if done.aside:
        told += " " + _("The damaged store is kept as {aside}.").format(aside=done.aside)
    return told


def _migrated(done: BroughtUpToDate) -> str:
    if done.before == done.schema:
        return _("{store} has this program's schema, {schema}; nothing is to be done.").format(**done.__dict__)
    told = _("{store} is brought from schema {before} to {schema}.").format(**done.__dict__)
    if done.kept:
        told += " " + _("What was there before is kept in {kept}.").format(kept=done.kept)
    return told
