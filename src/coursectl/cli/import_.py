"""`coursectl import …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl.cli.command import DryRun, command, single
from coursectl.cli.here import here
from coursectl.cli.show import progress, show_done, waiting
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.store import ReadOnlyStore, exchange
from coursectl.workflows import importing
from coursectl.workflows.importing import Imported

app = single()


@command(
    app,
    "import",
    _(
        "Import a folder: course.toml, and topics, experts, sessions, roster, attendance and figures as CSV; or what store export has written."
    ),
    example="coursectl import examples/icim-37",
)
def import_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("The folder; examples/icim-37 shows its form."))],
    dry_run: DryRun = False,
) -> None:
    if exchange.is_export(folder):
        _rebuild(folder, dry_run=dry_run)
        return
    importing.check_folder(folder)  # before a store is asked for, which isn't what is missing
    with progress(_("Importing")) as advance:
        imported = importing.import_folder(here().store, folder, here().act(dry_run=dry_run), advance)
    show_done(imported, _sentence(imported), dry_run=dry_run)


def _rebuild(folder: Path, *, dry_run: bool) -> None:
    """An export becomes a store: the one that --store names, or coursectl.db here."""
    target = here().new_store_name
    if here().options.read_only:
        raise ReadOnlyStore(store=target)
    with waiting(_("Importing")):
        done = exchange.rebuild(folder, target, dry_run=dry_run)
    sentence = ngettext(
        "{store} is made from {folder}: {operations} operation, {count} rows.",
        "{store} is made from {folder}: {operations} operations, {count} rows.",
        done.operations,
    )
    show_done(done, sentence.format(**done.__dict__, count=sum(done.rows.values())), dry_run=dry_run)


def _sentence(imported: Imported) -> str:
    what = ", ".join(_counted(step.what, step.count) for step in imported.steps)
    if not imported.changed:
        return _("{course} is like that already; nothing was changed ({what}).").format(
            course=imported.course, what=what
        )
    sentence = _("{course} is imported: {what}.").format(course=imported.course, what=what)
    if imported.edition is None:
        return sentence
    return sentence + " " + _("Next: coursectl edition use {edition}").format(edition=imported.edition)


def _counted(what: str, n: int) -> str:
    """`28 participants`"""
    words = {
        "editions": lambda: ngettext("{n} edition", "{n} editions", n),
        "topics": lambda: ngettext("{n} topic", "{n} topics", n),
        "experts": lambda: ngettext("{n} expert", "{n} experts", n),
        "sessions": lambda: ngettext("{n} session", "{n} sessions", n),
        "participants": lambda: ngettext("{n} participant", "{n} participants", n),
        "marks": lambda: ngettext("{n} mark", "{n} marks", n),
        "figures": lambda: ngettext("{n} published figure", "{n} published figures", n),
    }
    return words[what]().format(n=n)
