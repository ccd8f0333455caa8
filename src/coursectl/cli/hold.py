"""`coursectl hold …`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import certificates
from coursectl.certificates import Hold
from coursectl.cli.command import DryRun, EditionOption, command, group
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_done, show_list
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

app = group(_("Holds: reasons not to hand a certificate out."))

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("Number, e-mail or name of the participant or expert."))]
Because = Annotated[str | None, typer.Option("--because", metavar="TEXT", help=_("Why."))]


@command(
    app,
    "add",
    _("Keep somebody's certificate back: it is issued and printed, and not handed out until the hold is lifted."),
    example="coursectl hold add 14 --because \"The library's book isn't back\" -e ICIM-37",
)
def add(name: Name, because: Because = None, edition: EditionOption = None, dry_run: DryRun = False) -> None:
    if not (because or "").strip():
        raise Usage(N_('A hold needs a reason: --because "…"'))
    ref = here().edition(edition, deciding=True)
    done = certificates.place_hold(here().store, ref, name, because or "", here().act(dry_run=dry_run))
    sentence = (
        _(
            '{edition}: the certificate of {name} is held back: {reason}. To lift it: coursectl hold lift "{name}" -e {edition}'
        )
        if done.changed
        else _("{edition}: the certificate of {name} is held back for this already; nothing was changed.")
    )
    facts = {"edition": done.edition, "name": done.holds[0].name, "reason": done.holds[0].reason}
    show_done(done, sentence.format(**facts), dry_run=dry_run and done.changed)


@command(
    app,
    "lift",
    _("Lift a hold."),
    example='coursectl hold lift 14 --because "The book is back" -e ICIM-37',
)
def lift(
    name: Name,
    of: Annotated[
        str | None, typer.Option("--of", metavar="TEXT", help=_("Of several: words of the reason of the one to lift."))
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Lift all that they have."))] = False,
    because: Because = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    act = here().act(dry_run=dry_run)
    done = certificates.lift_holds(here().store, ref, name, act, of=of, every=all_, because=because)
    sentence = ngettext(
        "{edition}: {count} hold of {name} is lifted.",
        "{edition}: {count} holds of {name} are lifted.",
        len(done.holds),
    )
    show_done(
        done, sentence.format(edition=done.edition, count=len(done.holds), name=done.holds[0].name), dry_run=dry_run
    )


@command(app, "list", _("List the holds of an edition."), example="coursectl hold list -e ICIM-37")
def list_(
    all_: Annotated[bool, typer.Option("--all", help=_("Also those that were lifted."))] = False,
    edition: EditionOption = None,
) -> None:
    ref = here().edition(edition)
    columns = (
        Column[Hold](_("No."), lambda one: one.number, right=True),
        Column[Hold](_("Name"), lambda one: one.name),
        Column[Hold](_("Reason"), lambda one: one.reason),
        Column[Hold](_("Since"), lambda one: one.placed_on),
        Column[Hold](_("Lifted on"), lambda one: one.lifted_on),
        Column[Hold](_("Why"), lambda one: one.lifted_because),
    )
    rows = certificates.list_holds(here().store, ref, lifted=all_)
    show_list(rows, columns, empty=_("No certificate of {edition} is held back.").format(edition=ref.reference))
