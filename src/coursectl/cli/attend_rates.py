"""`coursectl attend rates` and `coursectl attend export`"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from coursectl import attendance, locale
from coursectl.attendance import ModuleRate, PersonRate, RateTable
from coursectl.cli.command import EditionOption, command
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

By = Annotated[
    str, typer.Option("--by", metavar="WHAT", help=_("person: a row a person, a column a module; or module: a row a module."))
]  # fmt: skip
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=_("The file to write: .xlsx, .ods, .csv, .tsv or .json")),
]
Force = Annotated[bool, typer.Option("--force", help=_("Write over a file that is there."))]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of attendance."""
    command(
        app,
        "rates",
        _("Show hours and rates by person and module, and which sessions they are measured by."),
        example="coursectl attend rates\ncoursectl attend rates --by module",
    )(rates)
    command(
        app,
        "export",
        _("Write all marks to a file for a report: a row a person, a column a session, with hours and percent."),
        example="coursectl attend export --out attendance.xlsx -e ICIM-37",
    )(export)


@dataclass(frozen=True)
class _Cell:
    """One person's attendance in one module: a line of CSV."""

    number: int | None
    name: str
    module: int | None
    minutes: int
    of_minutes: int
    rate: float | None


def rates(by: By = "person", edition: EditionOption = None) -> None:
    if by not in ("person", "module"):
        raise Usage(N_("--by takes person or module, not {word!r}."), word=by)
    ref = here().edition(edition)
    table = attendance.rate_table(here().store, ref)
    if by == "module":
        _show_modules(table)
    elif here().options.csv:
        show_list([cell for one in table.people for cell in _cells(one)], (), empty="")
    else:
        _show_people(table)
    _tell_measured(table)


def export(out: Out = None, edition: EditionOption = None, force: Force = False) -> None:
    if out is None:
        raise Usage(N_("Where to? Give --out FILE, which ends in .xlsx, .ods, .csv, .tsv or .json."))
    ref = here().edition(edition)
    done = attendance.export_marks(here().store, ref, out, language=here().language, force=force)
    sentence = _("{file}: {marks} marks of {people} people in {sessions} sessions of {edition}.")
    show_done(done, sentence.format(**done.__dict__))


def _cells(one: PersonRate) -> list[_Cell]:
    return [
        _Cell(one.number, one.name, share.module, share.minutes, share.of_minutes, share.rate) for share in one.modules
    ]


def _show_people(table: RateTable) -> None:
    columns = (
        Column[PersonRate](_("No."), lambda one: one.number, right=True),
        Column[PersonRate](_("Name"), lambda one: one.name),
        *(
            Column[PersonRate](_module(module.module), _of_module(place), right=True)
            for place, module in enumerate(table.modules)
        ),
        Column[PersonRate](_("Hours"), lambda one: _hours(one.minutes, one.of_minutes), right=True),
        Column[PersonRate](_("Attended"), lambda one: _percent(one.minutes, one.of_minutes), right=True),
        Column[PersonRate](_("Excused"), lambda one: one.excused or "", right=True),
    )
    empty = _("Nobody holds a place in {edition} yet. Enroll somebody with: coursectl enroll NAME -e {edition}")
    show_list(table.people, columns, empty=empty.format(edition=table.edition))


def _of_module(place: int) -> Callable[[PersonRate], str]:
    def shown(one: PersonRate) -> str:
        share = one.modules[place]
        return _percent(share.minutes, share.of_minutes) or "–"

    return shown


def _show_modules(table: RateTable) -> None:
    columns = (
        Column[ModuleRate](_("Module"), lambda one: _module(one.module)),
        Column[ModuleRate](_("Title"), lambda one: locale.pick(one.title, here().language)),
        Column[ModuleRate](_("Sessions"), lambda one: one.sessions),
        Column[ModuleRate](_("Without marks"), lambda one: one.without_marks),
        Column[ModuleRate](
            _("Hours"), lambda one: locale.format_hours(one.minutes_held, locale.tool_language()), right=True
        ),
        Column[ModuleRate](_("Attended"), lambda one: _percent(one.minutes, one.of_minutes), right=True),
    )
    empty = _("{edition} has no session that counts. Add them with: coursectl session add TITLE -e {edition}")
    show_list(table.modules, columns, empty=empty.format(edition=table.edition))


def _tell_measured(table: RateTable) -> None:
    """What everybody is measured by, where that isn't all of the program."""
    numbers = sorted(number for module in table.modules for number in module.without_marks)
    if numbers:
        sentence = ngettext(
            "{count} session has no marks: {numbers}; the rates leave it out.",
            "{count} sessions have no marks: {numbers}; the rates leave them out.",
            len(numbers),
        )
        say(sentence.format(count=len(numbers), numbers=", ".join(map(str, numbers))))


def _module(number: int | None) -> str:
    return _("no module") if number is None else _("Module {number}").format(number=number)


def _hours(minutes: int, of_minutes: int) -> str:
    hours, of_hours = (locale.format_hours(value, locale.tool_language()) for value in (minutes, of_minutes))
    return _("{hours} of {of_hours}").format(hours=hours, of_hours=of_hours)


def _percent(minutes: int, of_minutes: int) -> str:
    """Rounded down: who falls short by a minute doesn't read like who reached it."""
    return f"{minutes * 100 // of_minutes} %" if of_minutes else ""
