"""`coursectl course …`"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from coursectl import editions
from coursectl.cli.changes import show_edited
from coursectl.cli.command import DryRun, command, group, read_number, read_share, read_texts
from coursectl.cli.designs import Color, colors_line, known_design
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_done, show_list, show_one
from coursectl.editions import Course, NewCourse
from coursectl.locale import gettext as _

app = group(_("Courses: what is held again and again."))

Code = Annotated[str, typer.Argument(metavar="CODE", help=_("Short name of the course, like ICIM."))]
Title = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="TEXT", help=_("Title; once a language: --title es=… --title en=…")),
]
Objectives = Annotated[
    list[str] | None, typer.Option("--objectives", metavar="TEXT", help=_("Objectives, as --title."))
]
Methodology = Annotated[
    list[str] | None, typer.Option("--methodology", metavar="TEXT", help=_("Methodology, as --title."))
]
Audience = Annotated[
    list[str] | None, typer.Option("--audience", metavar="TEXT", help=_("Whom it is for, as --title."))
]
FirstYear = Annotated[str | None, typer.Option("--first-year", metavar="YEAR", help=_("Year of the first edition."))]
Serial = Annotated[
    str | None,
    typer.Option(
        "--serial", metavar="PATTERN", help=_("Pattern of certificates' numbers. Default: {course}-{year}-{number}")
    ),
]
Attendance = Annotated[
    str | None,
    typer.Option(
        "--attendance", metavar="PERCENT", help=_("Contact hours that completion needs, in percent. Default: 80")
    ),
]
SerialNow = Annotated[
    str | None,
    typer.Option(
        "--serial", metavar="PATTERN", help=_("Pattern of certificates' numbers; an empty text: as in a new course.")
    ),
]
AttendanceNow = Annotated[
    str | None,
    typer.Option(
        "--attendance", metavar="PERCENT", help=_("Contact hours that completion needs, in percent; an empty text: 80.")
    ),
]
Crest = Annotated[
    str | None, typer.Option("--crest", metavar="FILE", help=_("Picture for certificates: SVG, PNG or JPEG."))
]


Design = Annotated[
    str | None,
    typer.Option(
        "--design", metavar="NAME", help=_("Design of certificates: classic, modern, plain, or one of your templates.")
    ),
]


@command(
    app,
    "add",
    _("Add a course."),
    example='coursectl course add ICIM --title "Inter-American Course on International Migration"',
)
def add(
    code: Code,
    title: Title = None,
    objectives: Objectives = None,
    methodology: Methodology = None,
    audience: Audience = None,
    first_year: FirstYear = None,
    serial: Serial = None,
    attendance: Attendance = None,
    crest: Crest = None,
    design: Design = None,
    color: Color = None,
    dry_run: DryRun = False,
) -> None:
    wanted = _wanted(code, title, objectives, methodology, audience, first_year, serial, attendance)
    wanted = replace(wanted, design=known_design(design), colors=editions.read_colors(color))
    picture = Path(crest) if crest else None
    course = editions.add_course(here().store, wanted, here().act(dry_run=dry_run), crest=picture)
    show_done(course, _("Course {code} is added.").format(code=course.code), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of a course, and leave the rest; an empty text clears."),
    example='coursectl course edit ICIM --title es="Curso Interamericano"',
)
def edit(
    code: Code,
    title: Title = None,
    objectives: Objectives = None,
    methodology: Methodology = None,
    audience: Audience = None,
    first_year: FirstYear = None,
    serial: SerialNow = None,
    attendance: AttendanceNow = None,
    crest: Crest = None,
    design: Design = None,
    color: Color = None,
    dry_run: DryRun = False,
) -> None:
    wanted = _wanted(code, title, objectives, methodology, audience, first_year, serial, attendance, crest)
    wanted = replace(wanted, design=known_design(design), colors=editions.read_colors(color))
    picture = Path(crest) if crest else None
    course, changed = editions.edit_course(here().store, wanted, here().act(dry_run=dry_run), crest=picture)
    sentence = (
        _("Course {code} is changed.") if changed else _("Course {code} is like that already; nothing was changed.")
    )
    show_edited(
        course, sentence.format(code=course.code), lambda: editions.get_course(here().store, code), changed=changed, dry_run=dry_run
    )  # fmt: skip


@command(app, "list", _("List the courses."), example="coursectl course list")
def list_() -> None:
    columns = (
        Column[Course](_("Code"), lambda course: course.code),
        Column[Course](_("Title"), lambda course: course.title),
        Column[Course](_("Since"), lambda course: course.first_year, right=True),
        Column[Course](_("Editions"), lambda course: course.editions, right=True),
    )
    show_list(
        editions.list_courses(here().store),
        columns,
        empty=_("No course yet. Add one with: coursectl course add CODE --title TITLE"),
    )


@command(app, "show", _("Show a course."), example="coursectl course show ICIM")
def show(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help=_("The course. Default: the only one."))] = None,
) -> None:
    course = editions.get_course(here().store, code)
    show_one(
        course,
        (
            (_("Code"), course.code),
            (_("Title"), course.title),
            (_("Objectives"), course.objectives),
            (_("Methodology"), course.methodology),
            (_("For"), course.audience),
            (_("Since"), course.first_year),
            (_("Serial numbers"), course.serial_pattern),
            (_("Attendance needed"), f"{course.attendance_minimum * 100:g} %"),
            (_("Crest"), _("yes") if course.crest else _("none")),
            (_("Design"), course.design),
            (_("Colors"), colors_line(course.colors)),
            (_("Editions"), course.editions),
        ),
    )


def _wanted(
    code: str,
    title: list[str] | None,
    objectives: list[str] | None,
    methodology: list[str] | None,
    audience: list[str] | None,
    first_year: str | None,
    serial: str | None,
    attendance: str | None,
    crest: str | None = None,
) -> NewCourse:
    language = here().language
    return NewCourse(
        code=code,
        title=read_texts(title, language),
        objectives=read_texts(objectives, language),
        methodology=read_texts(methodology, language),
        audience=read_texts(audience, language),
        first_year=read_number(first_year, "--first-year"),
        serial_pattern=serial,
        attendance_minimum=read_share(attendance, "--attendance"),
        crest="" if crest == "" else None,
    )
