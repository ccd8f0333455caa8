"""`coursectl store check`"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from coursectl.cli.command import command
from coursectl.cli.here import here, told_place
from coursectl.cli.show import progress, say, show_one
from coursectl.cli.store_group import app
from coursectl.errors import N_, ExitCode, told
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.store.checks import Check, Finding
from coursectl.store.trouble import DamagedStore
from coursectl.workflows import checking
from coursectl.workflows.checking import Checked

_NAMES = {
    "integrity": N_("the file: pages"),
    "foreign keys": N_("references"),
    "schema": N_("tables, indexes, triggers"),
    "rules": N_("rules of the tables"),
    "belonging": N_("rules of belonging together"),
    "batches": N_("left over from batches"),
    "parts": N_("operations in parts"),
    "audit": N_("audited changes"),
    "log": N_("operations"),
    "seats": N_("counters of seats"),
    "live certificates": N_("live certificates"),
    "merges": N_("merged people"),
    "register": N_("the register: certificates"),
    "events": N_("events of certificates"),
    "snapshots": N_("printed certificates against their hashes"),
    "sources": N_("templates that certificates were made with"),
    "pictures": N_("pictures against their hashes"),
    "rows": N_("rows against the audit"),
    "keys": N_("people against their keys"),
}


@command(
    app,
    "check",
    _("Look whether the store is whole; exit code 5 where something is wrong, with how to mend it."),
    example="coursectl store check",
)
def check(
    deep: Annotated[
        bool, typer.Option("--deep", help=_("Compare every row with the audit and every key with its name, too."))
    ] = False,
) -> None:
    notes = [_sentence(note) for note in checking.look_beside(here().store_name)]
    with progress(_("Check")) as told_of:
        found = _checked(deep, told_of)
    if place := told_place(found.store):
        say(place)
    show_one(
        _plain(found, notes),
        [(_("Store"), found.store), *(line for one in found.checks for line in _lines(one, found))],
    )
    for note in notes:
        say(note)
    if not found.ok:
        raise typer.Exit(ExitCode.BAD_INPUT)
    say(_("Nothing is wrong."))


def _checked(deep: bool, told_of: Any) -> Checked:
    try:
        return checking.check_store(here().store, deep=deep, progress=told_of)
    except DamagedStore as damage:
        return checking.check_damaged(here().store_name, damage)


def _lines(check: Check, found: Checked) -> list[tuple[str, object]]:
    label = _(_NAMES[check.name])
    if not check.count:
        return [(label, _("{looked_at}, in order").format(looked_at=check.looked_at))]
    wrong = ngettext("{count} thing is wrong:", "{count} things are wrong:", check.count).format(count=check.count)
    lines = [wrong, *(f"- {_sentence(finding)}" for finding in check.findings)]
    if check.count > len(check.findings):
        lines.append(_("- and {count} more").format(count=check.count - len(check.findings)))
    return [(label, "\n".join([*lines, _mend(check, found)]))]


def _mend(check: Check, found: Checked) -> str:
    return _(check.mend).format(restore=found.restore) if check.mend else ""


def _sentence(finding: Finding) -> str:
    return _(finding.wording).format(**told(finding.facts, _))


def _plain(found: Checked, notes: list[str]) -> dict[str, object]:
    """The answer with its sentences."""
    return {
        "store": found.store,
        "ok": found.ok,
        "checks": [
            {
                "name": check.name,
                "looked_at": check.looked_at,
                "count": check.count,
                "findings": [_sentence(finding) for finding in check.findings],
                "mend": _mend(check, found) or None,
            }
            for check in found.checks
        ],
        "notes": notes,
    }
