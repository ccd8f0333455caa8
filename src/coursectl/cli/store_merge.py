"""`coursectl store merge`"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer

from coursectl.cli.command import DryRun, command
from coursectl.cli.here import here
from coursectl.cli.show import show_done, shown, waiting
from coursectl.cli.store_group import app
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.workflows import merging
from coursectl.workflows.merging import Difference, Merged
from coursectl.workflows.merging.labels import column_word, word

_LISTED = 40


@command(
    app,
    "merge",
    _(
        "Bring another office's store into this one: what is new comes in, what differs is listed and stays as it is here."
    ),
    example="coursectl store merge office-2.db",
)
def merge(
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help=_("The other store, a file or a URL. It isn't changed."))
    ],
    dry_run: DryRun = False,
) -> None:
    store = here().store
    with waiting(_("Merging")):
        done = merging.merge(store, other, here().act(dry_run=dry_run))
    show_done(done, "\n".join(_lines(done)), dry_run=dry_run)


def _lines(done: Merged) -> Iterable[str]:
    if not done.changed:
        yield _("{store} has all of {other} already; nothing was changed.").format(store=done.store, other=done.other)
    else:
        yield _("{other} is merged into {store}:").format(other=done.other, store=done.store)
        yield from _counts(done)
    if done.certificates:
        yield ngettext(
            "{count} certificate came with it, as it was issued.",
            "{count} certificates came with it, as they were issued.",
            done.certificates,
        ).format(count=done.certificates)
    yield from _listed(_("Came in, people:"), list(done.people))
    yield from _listed(_("Came in, organizations:"), list(done.organizations))
    yield from _listed(_("Was blank here, and is filled in:"), [_difference(one) for one in done.filled])
    yield from _listed(
        _("Differs, and stays as it is here (here / there):"), [_difference(one) for one in done.conflicts]
    )
    yield from _listed(
        _("Was added, and is possibly somebody who was here:"), [f"{one.added} / {one.here}" for one in done.possible]
    )
    yield from _listed(
        _("Has another participant number here, since the number was taken:"),
        [f"{one.what}: {one.theirs} → {one.ours}" for one in done.renumbered],
    )
    if done.backup:
        yield _("What was there before is kept in {kept}.").format(kept=done.backup)
    if done.operation and done.undoable:
        yield _("To take it back: coursectl undo {number}").format(number=done.operation)
    elif done.operation:
        yield _(
            "It can't be undone, since the register of certificates has changed with it. To have back what was there before: coursectl store restore {kept}"
        ).format(kept=done.backup)
    for edition in done.to_close:
        yield _(
            "{edition} has certificates of completion and isn't closed here. Next: coursectl edition close {edition}"
        ).format(edition=edition)


def _counts(done: Merged) -> Iterable[str]:
    """How many of what: brought, filled in, differing, and beside these the same in both. Each is counted once."""
    filled, conflicts = (Counter(table for table, _what in {(one.table, one.what) for one in ones}) for ones in (done.filled, done.conflicts))  # fmt: skip
    for table in dict.fromkeys((*done.brought, *filled, *conflicts)):
        new, same = done.brought.get(table, 0), done.same.get(table, 0)
        parts = (
            (new, ngettext("{count} new", "{count} new", new)),
            (filled[table], ngettext("{count} filled in", "{count} filled in", filled[table])),
            (conflicts[table], ngettext("{count} differing", "{count} differing", conflicts[table])),
            (same, ngettext("{count} the same", "{count} the same", same)),
        )
        yield f"- {word(table)}: " + ", ".join(said.format(count=count) for count, said in parts if count)


def _listed(title: str, lines: list[str]) -> Iterable[str]:
    if lines:
        yield title
        yield from (f"- {line}" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield _("- and {count} more: see --json").format(count=len(lines) - _LISTED)


def _difference(one: Difference) -> str:
    return f"{one.what}, {column_word(one.column)}: {shown(one.ours) or '–'} / {shown(one.theirs)}"
