"""`coursectl attend …`"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from coursectl import attendance
from coursectl.attendance import Mark, Marked, NamedMark, OtherMark, Rate, ShownMark, Slot
from coursectl.cli import attend_rates
from coursectl.cli.command import DryRun, EditionOption, command, group, read_mapping
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, waiting
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

app = group(_("Attendance: mark it, show it, import it."))

SessionArgument = Annotated[
    int | None, typer.Argument(metavar="SESSION", help=_("The session's number; or say --day."), min=1)
]
SessionOption = Annotated[
    int | None, typer.Option("--session", metavar="N", help=_("The marks in one session."), min=1)
]
DayOption = Annotated[
    str | None, typer.Option("--day", metavar="DAY", help=_("A working day: its number, or a date like 2015-03-11."))
]
Am = Annotated[bool, typer.Option("--am", help=_("Only the morning of --day."))]
Pm = Annotated[bool, typer.Option("--pm", help=_("Only the afternoon of --day."))]
Everybody = Annotated[
    str | None,
    typer.Option("--all", metavar="MARK", help=_("Everybody not named otherwise: present, absent or excused.")),
]
Over = Annotated[
    bool, typer.Option("--replace", help=_("--all also writes over marks that are there already; else they stay."))
]
Whom = "WHO,…"
PresentOption = Annotated[
    list[str] | None,
    typer.Option("--present", metavar=Whom, help=_("Who was there: numbers, e-mails or names, with commas.")),
]
AbsentOption = Annotated[list[str] | None, typer.Option("--absent", metavar=Whom, help=_("Who wasn't there."))]
LateOption = Annotated[
    list[str] | None, typer.Option("--late", metavar="WHO:MIN,…", help=_("Who was late, by how much: 3:10m,8:25m."))
]
ExcusedOption = Annotated[
    list[str] | None, typer.Option("--excused", metavar=Whom, help=_("Who was away with an excuse."))
]


@command(
    app,
    "mark",
    _("Mark who was there. In a session, or in all sessions of a day or half-day."),
    example="coursectl attend mark 12 --all present --absent 7,12 --late 3:10m\n"
    "coursectl attend mark --day 3 --am --all present",
)
def mark(
    session: SessionArgument = None,
    day: DayOption = None,
    am: Am = False,
    pm: Pm = False,
    everybody: Everybody = None,
    over: Over = False,
    present: PresentOption = None,
    absent: AbsentOption = None,
    late: LateOption = None,
    excused: ExcusedOption = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    slot = _slot(session, day, am, pm)
    if slot is None:
        raise Usage(N_("Say what to mark: a session's number, or --day 3 with --am or --pm."))
    named = [*_named("present", present), *_named("absent", absent), *_named("excused", excused), *_late(late)]
    word = None if everybody is None else _mark_for_all(everybody)
    if over and word is None:
        raise Usage(N_("--replace goes with --all: who is named has the mark that is said anyway."))
    act, ref = here().act(dry_run=dry_run), here().edition(edition, deciding=True)
    done = attendance.mark(here().store, ref, slot, named, act, everybody=word, over=over)
    show_done(done, _marked_sentence(done), dry_run=dry_run and done.changed > 0)


@command(
    app,
    "show",
    _("Show who attended how much. With --session or --day: the marks there."),
    example="coursectl attend show\ncoursectl attend show --day 3 --am",
)
def show(
    session: SessionOption = None,
    day: DayOption = None,
    am: Am = False,
    pm: Pm = False,
    edition: EditionOption = None,
) -> None:
    ref = here().edition(edition)
    slot = _slot(session, day, am, pm)
    if slot is None:
        _show_rates(attendance.list_rates(here().store, ref), ref.reference)
    else:
        _show_marks(attendance.list_marks(here().store, ref, slot), ref.reference)


@command(
    app,
    "import",
    _("Import marks from a file. A table of people by half-days, days or sessions, or a list with one mark a row."),
    example="coursectl attend import attendance.csv",
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV, TSV, XLSX, ODS or JSON."))],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADER=FIELD", help=_("Which column is which: number, name, email, session, day …")
        ),
    ] = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    act = here().act(dry_run=dry_run)
    ref = here().edition(edition, deciding=True)
    with waiting(_("Reading the marks")):
        done = attendance.import_marks(here().store, ref, file, act, mapping=read_mapping(mapping))
    if done.ignored:
        say(_("Not read: {columns}.").format(columns=", ".join(f'"{header}"' for header in done.ignored)))
    sentence = (
        _("{edition}: {marks} marks of {people} people; {changed} are new or changed.")
        if done.changed
        else _("{edition}: {marks} marks of {people} people, all there already; nothing was changed.")
    )
    said = sentence.format(edition=done.edition, marks=done.marks, people=done.people, changed=done.changed)
    show_done(done, said, dry_run=dry_run and done.changed > 0)


def _slot(session: int | None, day: str | None, am: bool, pm: bool) -> Slot | None:
    if session is not None and day is not None:
        raise Usage(N_("Say a session or --day, not both."))
    if day is None:
        if am or pm:
            raise Usage(N_("--am and --pm go with --day."))
        return None if session is None else Slot(session=session)
    return Slot(day=day.strip(), half=None if am == pm else "am" if am else "pm")


def _named(word: str, lists: list[str] | None) -> list[NamedMark]:
    return [NamedMark(who, Mark(word)) for who in _split(lists)]


def _late(lists: list[str] | None) -> list[NamedMark]:
    return [attendance.read_late(words) for words in _split(lists)]


def _split(lists: list[str] | None) -> Iterator[str]:
    return (word.strip() for one in lists or () for word in one.split(",") if word.strip())


def _mark_for_all(word: str) -> str:
    from coursectl.locale import read_word

    code = read_word("attendance", word)
    if code is None or code == "late":
        raise Usage(N_("--all takes present, absent or excused, not {word!r}."), word=word)
    return code


def _marked_sentence(done: Marked) -> str:
    numbers = ", ".join(map(str, done.sessions))
    where = ngettext("{edition}, session {numbers}", "{edition}, sessions {numbers}", len(done.sessions))
    what = _("{present} present, {late} late, {excused} excused, {absent} absent")
    said = _("{where}: {what}.") if done.changed else _("{where}: {what} already; nothing was changed.")
    counts = what.format(present=done.present, late=done.late, excused=done.excused, absent=done.absent)
    lines = [said.format(where=where.format(edition=done.edition, numbers=numbers), what=counts)]
    if done.changes:
        count = len(done.changes)
        lines.append(ngettext("{count} mark changes: {marks}.", "{count} marks change: {marks}.", count).format(count=count, marks=_others(done.changes)))  # fmt: skip
    if done.kept:
        count = len(done.kept)
        wording = ngettext(
            "{count} mark was there and stays: {marks}. To write over it, add --replace.",
            "{count} marks were there and stay: {marks}. To write over them, add --replace.",
            count,
        )
        lines.append(wording.format(count=count, marks=_others(done.kept)))
    if done.erased:
        wording = ngettext(
            "{count} person who was erased is left out.", "{count} people who were erased are left out.", done.erased
        )
        lines.append(wording.format(count=done.erased))
    return "\n".join(lines)


def _others(marks: Sequence[OtherMark]) -> str:
    """`Ana Pérez, session 3: late 10 min -> present`, one after the other."""
    told = [
        _("{name}, session {session}: {was} -> {said}").format(
            name=one.name,
            session=one.session,
            was=_word(one.was, one.was_minutes_late),
            said=_word(one.said, one.said_minutes_late),
        )
        for one in marks[:_MANY]
    ]
    more = len(marks) - len(told)
    listed = "; ".join(told)
    return (
        ngettext("{names} and {count} more", "{names} and {count} more", more).format(names=listed, count=more)
        if more
        else listed
    )


_MANY = 20  # marks in a sentence


def _show_rates(rates: Sequence[Rate], edition: str) -> None:
    columns = (
        Column[Rate](_("No."), lambda rate: rate.number, right=True),
        Column[Rate](_("Name"), lambda rate: rate.name),
        Column[Rate](_("Hours"), _hours, right=True),
        Column[Rate](_("Attended"), _percent, right=True),
        Column[Rate](_("Excused"), lambda rate: rate.excused or "", right=True),
        Column[Rate](_("No mark"), lambda rate: rate.unmarked or "", right=True),
    )
    empty = _("Nobody holds a place in {edition} yet. Enroll somebody with: coursectl enroll NAME -e {edition}")
    show_list(rates, columns, empty=empty.format(edition=edition))
    if rates and not any(rate.of_minutes or rate.excused for rate in rates):
        say(_("No attendance was recorded yet. Mark it with: coursectl attend mark SESSION --all present"))


def _hours(rate: Rate) -> str:
    from coursectl.locale import format_hours, tool_language

    hours, of_hours = (format_hours(minutes, tool_language()) for minutes in (rate.minutes, rate.of_minutes))
    return _("{hours} of {of_hours}").format(hours=hours, of_hours=of_hours)


def _percent(rate: Rate) -> str:
    """Rounded down: who falls short by a minute doesn't read like who reached it."""
    return f"{rate.minutes * 100 // rate.of_minutes} %" if rate.of_minutes else ""


def _show_marks(marks: Sequence[ShownMark], edition: str) -> None:
    """On a terminal one line a person, with a column a session; in JSON and CSV one mark a row, which `import` reads."""
    empty = _("Nobody holds a place in {edition} yet. Enroll somebody with: coursectl enroll NAME -e {edition}")
    options = here().options
    if options.json or options.csv:
        show_list(marks, (), empty="")
        return
    people: dict[tuple[int | None, str], dict[int, ShownMark]] = {}
    for one in marks:
        people.setdefault((one.number, one.name), {})[one.session] = one
    show_list(
        [list(own.values()) for own in people.values()], _mark_columns(marks), empty=empty.format(edition=edition)
    )


def _mark_columns(marks: Sequence[ShownMark]) -> list[Column[list[ShownMark]]]:
    sessions = list(dict.fromkeys(one.session for one in marks))
    return [
        Column(_("No."), lambda own: own[0].number, right=True),
        Column(_("Name"), lambda own: own[0].name),
        *(Column(f"S{number}", _cell(place)) for place, number in enumerate(sessions)),
    ]


def _cell(place: int) -> Callable[[list[ShownMark]], str]:
    return lambda own: _mark_word(own[place])


def _mark_word(one: ShownMark) -> str:
    return _word(one.mark, one.minutes_late) if one.mark else "–"


def _word(mark: str, minutes_late: int | None) -> str:
    words = {"present": _("present"), "late": _("late {minutes} min"), "excused": _("excused"), "absent": _("absent")}
    return words[mark].format(minutes=minutes_late)


attend_rates.register(app)
