"""`coursectl certificate check`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from coursectl import certificates
from coursectl.certificates import Checked
from coursectl.cli.command import EditionOption, command
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_list, waiting
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

_VERDICTS = {"met": N_("yes"), "open": N_("not yet"), "not_met": N_("no")}


def register(app: typer.Typer) -> None:
    """Add the command to the group of certificates."""
    command(
        app,
        "check",
        _("Explain of each person whether they get a certificate, and why."),
        example="coursectl certificate check -e ICIM-37\ncoursectl certificate check 14 --kind participation",
    )(check)


def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]…", help=_("Numbers, e-mails or names. Default: everybody.")),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="KIND", help=_("completion, participation, instruction, or one of the edition's own.")
        ),
    ] = "completion",
    edition: EditionOption = None,
) -> None:
    ref = here().edition(edition)
    with waiting(_("Looking who gets one")):
        rows = certificates.check(here().store, ref, kind, names or ())
    columns = (
        Column[Checked](_("No."), lambda one: one.number, right=True),
        Column[Checked](_("Name"), lambda one: one.name),
        Column[Checked](_("Gets it"), _verdict),
        Column[Checked](_("Why"), _why),
        Column[Checked](_("Certificate"), lambda one: one.certificate),
    )
    empty = _("Nobody holds a place in {edition} yet. Enroll somebody with: coursectl enroll NAME -e {edition}")
    show_list(rows, columns, empty=empty.format(edition=ref.reference))
    _tell_provisional(rows, ref.reference)
    for one in rows:
        if one.unfulfilled and one.verdict == "not_met":
            sentence = _('{serial} of {name} was issued provisionally, and isn\'t fulfilled. Void it: coursectl certificate void {serial} --because "…"')  # fmt: skip
            say(sentence.format(serial=one.certificate, name=one.name))


def _verdict(one: Checked) -> str:
    return _("by exception") if one.verdict != "met" and one.exception is not None else _(_VERDICTS[one.verdict])


def _why(one: Checked) -> str:
    """The line of the rule, and what stands beside it."""
    said = [one.reason]
    if one.exception is not None:
        said.append(_("exception: {reason}").format(reason=one.exception))
    said += [_("held back: {reason}").format(reason=reason) for reason in one.holds]
    return "; ".join(filter(None, said))


def _tell_provisional(rows: Sequence[Checked], edition: str) -> None:
    if not any(one.provisional for one in rows):
        return
    left = next((one.left for one in rows if one.left), ())
    sentence = ngettext(
        "Provisional: {edition} isn't closed, and {count} session has no marks yet: {numbers}.",
        "Provisional: {edition} isn't closed, and {count} sessions have no marks yet: {numbers}.",
        len(left),
    )
    if not left:
        sentence = _("Provisional: {edition} isn't closed. To settle it: coursectl edition close {edition}")
    say(sentence.format(edition=edition, count=len(left), numbers=", ".join(map(str, left))))
