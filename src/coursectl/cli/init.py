"""`coursectl init`"""

from __future__ import annotations

from dataclasses import dataclass

from coursectl.cli.command import DryRun, command, single
from coursectl.cli.here import here, now, told_place
from coursectl.cli.show import say, show_done
from coursectl.locale import gettext as _
from coursectl.store import ReadOnlyStore, check_new_store, create_store

app = single()


@dataclass(frozen=True)
class Made:
    """A new store."""

    store: str


@command(
    app,
    "init",
    _("Make a new, empty store: the file that --store names, or coursectl.db here."),
    example="coursectl init",
)
def init(dry_run: DryRun = False) -> None:
    name = here().new_store_name
    if here().options.read_only:
        raise ReadOnlyStore(store=name)
    if dry_run:
        check_new_store(name, anyway=here().options.yes)
    else:
        create_store(name, now(), anyway=here().options.yes).close()
    if told := told_place(name):
        say(told)
    sentence = _("The store {store} is made. Next: coursectl course add CODE --title TITLE, or coursectl import FOLDER")
    show_done(Made(name), sentence.format(store=name), dry_run=dry_run)
