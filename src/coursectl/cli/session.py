"""`coursectl session …`"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from coursectl import editions, locale, people, program
from coursectl.cli.changes import show_edited
from coursectl.cli.command import DryRun, EditionOption, command, group, read_texts
from coursectl.cli.here import here
from coursectl.cli.modality import MODALITIES
from coursectl.cli.show import Column, show_done, show_list, show_one, waiting
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput
from coursectl.locale import gettext as _
from coursectl.people import PersonRef
from coursectl.program import Frame, NewChair, NewSession, Session, SessionChange

app = group(_("Sessions: the program, slot by slot."))

Number = Annotated[int, typer.Argument(metavar="SESSION", help=_("Number of the session, as `session list` shows it."))]
Day = Annotated[
    str | None,
    typer.Option("--day", metavar="DAY", help=_("Date like 2015-03-09, or 3 for the third day from Monday to Friday.")),
]
Start = Annotated[str | None, typer.Option("--start", metavar="TIME", help=_("When it starts, like 9:00."))]
End = Annotated[str | None, typer.Option("--end", metavar="TIME", help=_("When it ends, on the same day."))]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=_("lecture, panel, workshop, visit, exam, ceremony or break.")),
]
Module = Annotated[
    str | None, typer.Option("--module", metavar="NUMBER", help=_("Number of the module it belongs to."))
]
Room = Annotated[str | None, typer.Option("--room", metavar="ROOM", help=_("Where it takes place."))]
Topics = Annotated[
    list[str] | None, typer.Option("--topic", metavar="CODE", help=_("What it is about; may be repeated."))
]
Experts = Annotated[list[str] | None, typer.Option("--expert", metavar="NAME", help=_("Who teaches; may be repeated."))]
Chairs = Annotated[
    list[str] | None, typer.Option("--chair", metavar="NAME", help=_("Who opens or chairs it; may be repeated."))
]
Modality = Annotated[
    str | None,
    typer.Option(
        "--modality",
        metavar="MODALITY",
        help=_("in_person, online or hybrid, or a word for it; an empty text: as the edition."),
    ),
]
Counts = Annotated[
    bool | None,
    typer.Option(
        "--count/--no-count", help=_("Whether it counts for attendance. Default: ceremonies and breaks don't.")
    ),
]
CountsNow = Annotated[bool | None, typer.Option("--count/--no-count", help=_("Whether it counts for attendance."))]
ClashOk = Annotated[bool, typer.Option("--clash-ok", help=_("Allow a room or an expert in two sessions at once."))]
MoreTitles = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="TEXT", help=_("Title; once a language: --title es=… --title en=…")),
]


@command(
    app,
    "add",
    _("Add a session; its number is the next of the edition."),
    example='coursectl session add "Human rights of migrants" --day 3 --start 9:00 --end 10:30 --room "Room A" -e ICIM-37',
)
def add(
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("What it is called."))],
    day: Annotated[
        str,
        typer.Option(
            "--day", metavar="DAY", help=_("Date like 2015-03-09, or 3 for the third day from Monday to Friday.")
        ),
    ],
    start: Annotated[str, typer.Option("--start", metavar="TIME", help=_("When it starts, like 9:00."))],
    end: Annotated[str, typer.Option("--end", metavar="TIME", help=_("When it ends, on the same day."))],
    kind: Kind = None,
    module: Module = None,
    room: Room = None,
    topic: Topics = None,
    expert: Experts = None,
    chair: Chairs = None,
    counts: Counts = None,
    modality: Modality = None,
    titles: MoreTitles = None,
    clash_ok: ClashOk = False,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    frame = program.get_frame(here().store, ref)
    said = _change(
        frame, day, start, end, [title, *(titles or [])], kind, module, room, topic, expert, chair, counts, modality
    )
    wanted = NewSession(**{name: value for name, value in said.__dict__.items() if value is not None})
    done = program.add_session(here().store, ref, wanted, here().act(dry_run=dry_run), clash_ok=clash_ok, frame=frame)
    show_done(done, _told(_("{edition}: session {number} is added, {date} {start}–{end}."), done), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of a session, and leave the rest; an empty text clears."),
    example='coursectl session edit 12 --room "Room B" --start 9:30 -e ICIM-37',
)
def edit(
    number: Number,
    title: MoreTitles = None,
    day: Day = None,
    start: Start = None,
    end: End = None,
    kind: Kind = None,
    module: Module = None,
    room: Room = None,
    topic: Topics = None,
    expert: Experts = None,
    chair: Chairs = None,
    counts: CountsNow = None,
    modality: Modality = None,
    clash_ok: ClashOk = False,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    frame = program.get_frame(here().store, ref)
    change = _change(frame, day, start, end, title, kind, module, room, topic, expert, chair, counts, modality)
    done, changed = program.edit_session(
        here().store, ref, number, change, here().act(dry_run=dry_run), clash_ok=clash_ok, frame=frame
    )
    sentence = (
        _("{edition}: session {number} is changed.")
        if changed
        else _("{edition}: session {number} is like that already; nothing was changed.")
    )
    before = partial(program.get_session, here().store, ref, number)
    show_edited(done, _told(sentence, done), before, changed=changed, dry_run=dry_run)


@command(
    app,
    "cancel",
    _("Cancel a session: it and its marks stop counting, its room and experts are free."),
    example='coursectl session cancel 12 --because "The expert is ill" -e ICIM-37',
)
def cancel(
    number: Number,
    because: Annotated[str, typer.Option("--because", metavar="REASON", help=_("Why, in a few words."))],
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    done = program.cancel_session(here().store, ref, number, here().act(dry_run=dry_run), reason=because)
    show_done(done, _told(_("{edition}: session {number} is cancelled."), done), dry_run=dry_run)


@command(
    app,
    "import",
    _("Import a program from a file (CSV, TSV, XLSX, ODS): all of its sessions or, with one fault, none."),
    example="coursectl session import sessions.csv -e ICIM-37",
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("One row a session: day, start, end, title, …"))],
    clash_ok: ClashOk = False,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    frame = program.get_frame(here().store, ref)
    with waiting(_("Reading the sessions")):
        read = program.read_sessions(file, frame, _chair, language=here().language, clash_ok=clash_ok)
        done = program.add_sessions(
            here().store, ref, read.sessions, here().act(dry_run=dry_run), clash_ok=clash_ok, frame=frame
        )
    sentence = (
        _("{edition}: sessions added: {added}; there already: {there}.")
        if done.added
        else _("{edition}: all {there} sessions are there already; nothing was changed.")
    )
    show_done(
        done,
        sentence.format(edition=done.edition, added=len(done.added), there=done.there),
        dry_run=dry_run and bool(done.added),
    )


@command(
    app,
    "list",
    _("List the program by day and time; cancelled sessions are marked."),
    example="coursectl session list -e ICIM-37 --day 3",
)
def list_(
    edition: EditionOption = None,
    day: Annotated[
        str | None, typer.Option("--day", metavar="DAY", help=_("Only this day: its date, or its number in this list."))
    ] = None,
) -> None:
    ref = here().edition(edition)
    sessions = program.list_sessions(here().store, ref, cancelled=True)
    days = {one.date: one.number for one in program.working_days(sessions)}
    columns = (
        Column[Session](_("Day"), lambda session: days.get(session.date), right=True),
        Column[Session](_("Date"), lambda session: session.date),
        Column[Session](_("Time"), lambda session: f"{session.start}–{session.end}"),
        Column[Session](_("No."), lambda session: session.number, right=True),
        Column[Session](_("Kind"), lambda session: _(_KINDS[session.kind])),
        Column[Session](_("Title"), lambda session: session.title),
        Column[Session](_("Room"), lambda session: session.room),
        Column[Session](_("Experts"), lambda session: [expert.name for expert in session.experts]),
        Column[Session](_("Counts"), lambda session: _state(session)),
        Column[Session](_("Modality"), lambda session: _(MODALITIES[session.modality])),
    )
    shown = sessions if day is None else program.sessions_of_day(sessions, day)
    empty = _(
        "{edition} has no session yet. Add one with: coursectl session add TITLE --day 1 --start 9:00 --end 10:30"
    )
    no_day = _("{edition} has no session on that day.")
    show_list(shown, columns, empty=(no_day if sessions else empty).format(edition=ref.reference))


@command(app, "show", _("Show a session."), example="coursectl session show 12 -e ICIM-37")
def show(number: Number, edition: EditionOption = None) -> None:
    session = program.get_session(here().store, here().edition(edition), number)
    show_one(
        session,
        (
            (_("Edition"), session.edition),
            (_("No."), session.number),
            (_("Title"), "\n".join(f"{language}: {text}" for language, text in session.title.items())),
            (_("Date"), session.date),
            (_("Time"), f"{session.start}–{session.end}"),
            (_("Minutes"), session.minutes),
            (_("Kind"), _(_KINDS[session.kind])),
            (_("Counts"), _state(session)),
            (_("Reason"), session.cancel_reason),
            (_("Module"), session.module),
            (_("Room"), session.room),
            (_("Modality"), _(MODALITIES[session.modality])),
            (_("Topics"), session.topics),
            (_("Experts"), [expert.name for expert in session.experts]),
            (_("Chairs"), [chair.name for chair in session.chairs]),
        ),
    )


# What the kinds are called: words for the catalogs, translated where they are shown.
_KINDS = {
    "lecture": N_("lecture"),
    "panel": N_("panel"),
    "workshop": N_("workshop"),
    "visit": N_("visit"),
    "exam": N_("exam"),
    "ceremony": N_("ceremony"),
    "break": N_("break"),
}


def _state(session: Session) -> str:
    if session.cancelled:
        return _("cancelled")
    return _("yes") if session.counts else _("no")


def _told(sentence: str, session: Session) -> str:
    return sentence.format(
        edition=session.edition, number=session.number, date=session.date, start=session.start, end=session.end
    )


def _change(
    frame: Frame,
    day: str | None,
    start: str | None,
    end: str | None,
    titles: Sequence[str] | None,
    kind: str | None,
    module: str | None,
    room: str | None,
    topics: Sequence[str] | None,
    experts: Sequence[str] | None,
    chairs: Sequence[str] | None,
    counts: bool | None,
    modality: str | None,
) -> SessionChange:
    """What the options say, each read for what it means."""
    return SessionChange(
        date=None if day is None else program.read_day(day, frame.start, frame.end, frame.edition.reference),
        start=None if start is None else locale.parse_time(start),
        end=None if end is None else locale.parse_time(end),
        title=read_texts(titles, here().language),
        kind=None if kind is None else program.read_kind(kind),
        counts=counts,
        module=None if module is None else _module(module),
        room=room,
        topics=None if topics is None else tuple(filter(None, topics)),
        experts=None if experts is None else tuple(_expert(frame.edition, who) for who in experts if who),
        chairs=None if chairs is None else tuple(_chair(who) for who in chairs if who),
        modality=editions.read_modality(modality) if modality else modality,
    )


def _module(words: str) -> int:
    if words and not locale.is_whole_number(words):
        raise BadInput(N_("A module goes by its number, not {value!r}."), value=words)
    return int(words or 0)


def _expert(edition: EditionRef, who: str) -> PersonRef:
    return program.get_expert(here().store, edition, who).person


def _chair(who: str) -> NewChair:
    return NewChair(people.get_person(here().store, who).ref)
