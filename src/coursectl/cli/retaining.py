"""`coursectl edition retention`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from coursectl.cli.command import DryRun, command
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, show_text
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _


@dataclass(frozen=True)
class Retained:
    """Until when the personal data of an edition are to be kept."""

    edition: str
    retain_until: str | None
    changed: bool


def register(app: typer.Typer) -> None:
    """Add the command to the group `coursectl edition …`."""
    command(
        app,
        "retention",
        _("Until when personal data are to be kept, and whose time is over. Nothing is erased by itself."),
        example="coursectl edition retention ICIM-37 --until 2030-12-31",
    )(retention)


def retention(
    edition: Annotated[
        str | None, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37. Default: all of them."))
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help=_("The last day, like 2030-12-31; an empty text takes it away.")),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    if until is not None:
        _set(edition, until, dry_run=dry_run)
        return
    from coursectl.workflows.retention import Due, Kept, get_retention

    found = get_retention(here().store, here().act().today, here().language)
    chosen = None if edition is None else here().edition(edition).reference
    due = [one for one in found.due if chosen in (None, *one.editions)]
    if here().options.json or here().options.csv:
        show_list(due, (), empty="")
        return
    kept = [one for one in found.editions if chosen in (None, one.edition)]
    columns = (
        Column[Kept](_("Edition"), lambda one: one.edition),
        Column[Kept](_("Keep until"), lambda one: one.retain_until or _("not said")),
        Column[Kept](_("People"), lambda one: one.people, right=True),
    )
    show_list(kept, columns, empty=_("There are no editions yet. Add one with: coursectl edition add REFERENCE"))
    people = (
        Column[Due](_("Name"), lambda one: one.person.name),
        Column[Due](_("Kept until"), lambda one: one.retain_until),
        Column[Due](_("Editions"), lambda one: ", ".join(one.editions)),
        Column[Due](_("Id"), lambda one: one.person.id),
    )
    if not due:
        say(_("Nobody's time is over."))
        return
    show_text("\n" + _("Their time is over; nothing is erased by itself:"))
    show_list(due, people, empty="")
    say(_("To erase somebody: coursectl person erase ID"))


def _set(edition: str | None, until: str, *, dry_run: bool) -> None:
    from coursectl import editions

    if edition is None:
        raise Usage(N_("Say of which edition: coursectl edition retention EDITION --until DATE"))
    ref = here().edition(edition)
    changed = editions.set_retention(here().store, ref, until, here().act(dry_run=dry_run))
    day = until.strip() or None
    sentence = (
        _("{edition} is like that already; nothing was changed.")
        if not changed
        else _("Personal data of {edition} are to be kept until {day}.")
        if day
        else _("It isn't said any more until when personal data of {edition} are to be kept.")
    )
    said = sentence.format(edition=ref.reference, day=day)
    show_done(Retained(ref.reference, day, changed), said, dry_run=dry_run and changed)
