"""`coursectl enroll --from FILE`: a whole list, tried, looked at, or enrolled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from coursectl import enrollment
from coursectl.cli.enrolled import answer, called_alike, few, new_organizations, seats, taking_back, tell_of_deadline
from coursectl.cli.here import here
from coursectl.cli.options import Options
from coursectl.cli.otherwise import MANY, differences, few_of, filled, in_words
from coursectl.cli.show import say, show_one, show_text, waiting
from coursectl.enrollment import FileEnrolled, Preview
from coursectl.errors import N_, NotFound, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext, tool_language

Sheet = Annotated[
    str | None,
    typer.Option("--sheet", metavar="NAME", help=_("Which sheet of a workbook. Default: the first with headers")),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEADER=FIELD",
        help=_('What a column means: --map "Apellidos=family_name"; "-" leaves it out. Kept for the next such list.'),
    ),
]
PreviewOption = Annotated[
    bool, typer.Option("--preview", help=_("Show what each column means and the first rows; write nothing."))
]
Update = Annotated[
    bool, typer.Option("--update", help=_("Write what the list says otherwise of people who are in already."))
]
SkipBad = Annotated[
    bool,
    typer.Option("--skip-bad", help=_("Enroll the good rows, and put the bad ones with their reasons in a file.")),
]
BadRows = Annotated[
    Path | None,
    typer.Option("--bad-rows", metavar="FILE", help=_("That file. Default: roster-bad.csv beside roster.xlsx")),
]


@dataclass(frozen=True)
class Asked:
    """What is asked of a list: how it is to be read, and what is to be done with it."""

    path: Path
    edition: str | None
    reading: Mapping[str, Any]
    doing: Mapping[str, Any]


@dataclass(frozen=True)
class OfList(Options):
    """What can be said of a list, and of nobody who is named on the command line."""

    sheet: Sheet = None
    map_: Map = None
    preview: PreviewOption = False
    update: Update = False
    skip_bad: SkipBad = False
    bad_rows: BadRows = None

    def refuse_without_list(self) -> None:
        """Raise Usage for the first of them that was given."""
        if self.preview or self.update:
            raise Usage(N_("--preview and --update are for a list: give it with --from FILE."))
        if self.sheet:
            raise Usage(N_("--sheet is for a list: give it with --from FILE."))
        if self.map_ or self.skip_bad or self.bad_rows:
            raise Usage(N_("--map, --skip-bad and --bad-rows are for a list: give it with --from FILE."))

    def asked(self, path: Path, edition: str | None, given: Mapping[str, str]) -> Asked:
        """The same for a file; `given` are the options that are everybody's in it. Raises Usage, BadValue."""
        if self.bad_rows and not self.skip_bad:
            raise Usage(N_("--bad-rows says where bad rows go; add --skip-bad to enroll the others."))
        mapping = dict(map(read_pair, self.map_ or []))
        reading = {"mapping": mapping, "sheet": self.sheet, "defaults": enrollment.of_everybody(given)}
        doing = {"skip_bad": self.skip_bad, "bad_rows": self.bad_rows, "update": self.update}
        return Asked(path, edition, reading, doing)


def enroll_list(asked: Asked, *, dry_run: bool, **how: Any) -> None:
    """Enroll everybody in a list, and say what became of it."""
    ref, act = here().edition(asked.edition, deciding=True), here().act(dry_run=dry_run)
    how = {**how, **asked.reading, **asked.doing}
    with waiting(_("Enrolling the list")):
        done = enrollment.enroll_file(here().store, ref, asked.path, act, translate=_, **how)
    for line in (*_how_read(done), *_left_out(done)):
        say(line)
    for header in done.ignored_columns:
        say(_('The column "{header}" isn\'t known and was ignored.').format(header=header))
    tell_of_deadline(ref, act.today, done.enrolled)
    changed = bool(done.enrolled or done.waitlisted or done.skipped or done.changed)
    answer(done, account(done), changed=changed, dry_run=dry_run)


def account(done: FileEnrolled) -> str:
    """What became of a file, in a few lines."""
    fresh = (*done.enrolled, *done.waitlisted)
    lines = _came(done)
    if done.waitlisted:
        names = few([one.person.name for one in done.waitlisted])
        lines.append(_("On the waiting list: {names}.").format(names=names))
    if done.unchanged:
        lines.append(
            ngettext(
                "{count} was in it already: unchanged.", "{count} were in it already: unchanged.", len(done.unchanged)
            ).format(count=len(done.unchanged))
        )
    if done.kept:
        lines.append(
            ngettext(
                "{count} was in it already and stays so, though the list says otherwise.",
                "{count} were in it already and stay so, though the list says otherwise.",
                len(done.kept),
            ).format(count=len(done.kept))
        )
    if done.not_taken_back:
        names = few([one.person.name for one in done.not_taken_back])
        lines.append(_("Not taken back, they have withdrawn or declined: {names}.").format(names=names))
        lines.append(taking_back(done.not_taken_back))
    lines += new_organizations(done)
    lines += few_of(filled((*fresh, *done.before)))
    lines += [*differences(done), *called_alike(fresh)]
    if done.skipped_file:
        lines.append(
            ngettext(
                "{count} bad row is in {file}, with its reasons.",
                "{count} bad rows are in {file}, with their reasons.",
                done.skipped,
            ).format(count=done.skipped, file=done.skipped_file)
        )
    return "\n".join(lines)


def _came(done: FileEnrolled) -> list[str]:
    """How many were enrolled, and how many only nominated."""
    nominated = sum(one.status == "nominated" for one in done.enrolled)
    facts = {"edition": done.edition, "file": done.file, "seats": seats(done.seats_left)}
    lines = []
    if nominated:
        lines.append(
            ngettext(
                "{edition}: {count} person of {file} is nominated{seats}.",
                "{edition}: {count} people of {file} are nominated{seats}.",
                nominated,
            ).format(count=nominated, **facts)
        )
    enrolled = len(done.enrolled) - nominated
    if enrolled or not nominated:
        lines.append(
            ngettext(
                "{edition}: {count} person of {file} is enrolled{seats}.",
                "{edition}: {count} people of {file} are enrolled{seats}.",
                enrolled,
            ).format(count=enrolled, **facts)
        )
    return lines


def show_preview(asked: Asked) -> None:
    """Show how a list is read."""
    here_ = here()
    read = enrollment.preview_file(here_.store, asked.path, _age_day(asked), _, **asked.reading)
    if here_.options.json:
        show_one(read, ())
        return
    show_text(
        ngettext(
            "{file}: the headers are in row {header_row}, {count} row below them.",
            "{file}: the headers are in row {header_row}, {count} rows below them.",
            read.rows,
        ).format(file=read.file, header_row=read.header_row, count=read.rows)
    )
    for line in _how_read(read):
        show_text(line)
    for column in read.columns:
        unread = _("not read: {why}").format(why=column.why)
        show_text(f'  "{column.header}" → {_meaning(column.field) if column.field else unread}')
    for line in _left_out(read):
        show_text(line)
    if read.defaults:
        show_text(_("Where the list says nothing: {values}").format(values=_in_words(read.defaults)))
    for row in read.first:
        show_text(_("Row {row}: {values}").format(row=row.row, values=_in_words(row.values)))
    for fault in read.faults[:MANY]:
        show_text(f"  {fault}")
    if len(read.faults) > MANY:
        show_text(_("  … and {count} more.").format(count=len(read.faults) - MANY))
    show_text(
        _("Who is known, organizations, countries, seats and quotas are looked at by --dry-run, not by --preview.")
    )


def _meaning(field: str) -> str:
    """`surnames (family_name)`: the word for a field, and its name as --map takes it, where that is another."""
    word = enrollment.field_word(field, tool_language())
    return field if word == field else f"{word} ({field})"


def _in_words(values: Mapping[str, str]) -> str:
    """Values with the words for their fields: `full name Ana Pérez; country AR; status accepted`."""
    said = {field: in_words(value) if field in _CODED else value for field, value in values.items()}
    return "; ".join(f"{enrollment.field_word(field, tool_language())} {value}" for field, value in said.items())


_CODED = frozenset(("sex", "category", "status", "reserve", "publish"))


def _age_day(asked: Asked) -> str:
    """The day on which ages are looked at; a preview needs no edition."""
    today = here().act().today
    try:
        return enrollment.age_day(here().store, here().edition(asked.edition), today)
    except (NotFound, Usage):
        if asked.edition:
            raise
        return today


def _how_read(read: FileEnrolled | Preview) -> list[str]:
    """The lines about what was said of the columns before, and about the sheets that aren't read."""
    lines = []
    if read.remembered:
        pairs = ", ".join(f"{header}={field}" for header, field in read.remembered.items())
        told = _("The columns of {file} are read as you said before: {pairs}")
        lines.append(told.format(file=read.file, pairs=pairs))
    if read.other_sheets:
        told = _('Only the sheet "{sheet}" is read; {file} has others: {others}. To read one of them: --sheet NAME')
        others = ", ".join(f'"{name}"' for name in read.other_sheets)
        lines.append(told.format(sheet=read.sheet, file=read.file, others=others))
    return lines


def _left_out(read: FileEnrolled | Preview) -> list[str]:
    """The lines about the rows under the list that are nobody."""
    counts = _("Row {row} only counts the others and isn't read.")
    other = _('Row {row}, "{text}", is under the list and isn\'t read.')
    return [(counts if note.counts else other).format(row=note.row, text=note.text) for note in read.left_out]


def read_pair(words: str) -> tuple[str, str]:
    """`Apellidos=family_name` of a --map. Raises Usage."""
    header, equals, field = words.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise Usage(N_('--map {words!r} can\'t be read; write it like --map "Apellidos=family_name".'), words=words)
    return header.strip(), field.strip()
