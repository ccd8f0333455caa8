"""`coursectl history …`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import history
from coursectl.cli.command import DryRun, EditionOption, Group, command, group
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, show_one
from coursectl.errors import N_, Usage
from coursectl.history import CountryRow, EditionRow, Headcount, NewFigure, PublishedFigure, Scope, TopicRow
from coursectl.locale import gettext as _

app = group(_("Totals, countries, topics over all editions; each number says where it comes from."))
figures = typer.Typer(cls=Group, rich_markup_mode=None, add_completion=False)

CourseOption = Annotated[
    str | None,
    typer.Option(
        "--course", metavar="CODE", help=_("The course, like ICIM. Default: that of the edition, or the only one.")
    ),
]
LastOption = Annotated[
    str | None,
    typer.Option("--edition", "-e", metavar="EDITION", help=_("Up to and with this edition, like ICIM-37. Default: the one in use, or all.")),
]  # fmt: skip
ThroughOption = Annotated[
    str | None,
    typer.Option("--through", metavar="EDITION", help=_("The same as --edition: up to and with this edition.")),
]
AboutOption = Annotated[
    str | None, typer.Option("--edition", "-e", metavar="EDITION", help=_("The figures about this edition alone."))
]
UpToOption = Annotated[
    str | None,
    typer.Option(
        "--edition", "-e", metavar="EDITION", help=_("Up to and with this edition, like ICIM-37. Default: all.")
    ),
]


@command(
    app,
    "totals",
    _("How many were trained, says who: what was published, what records name. Never added up."),
    example="coursectl history totals -e ICIM-37",
)
def totals(course: CourseOption = None, edition: LastOption = None, through: ThroughOption = None) -> None:
    found = history.totals(here().store, _scope(course, edition, through))
    trained = found.trained
    show_one(
        found,
        (
            (_("Course"), found.course),
            (_("Through"), found.through),
            (_("Trained, as published"), history.qualified(trained.value, trained.qualifier) if trained else None),
            (_("Said by"), trained.source if trained else None),
            (_("Named in records"), found.named),
            (_("Participations"), found.participations),
            (_("Countries"), found.countries),
            (_("Experts"), found.experts),
            (_("Contact hours"), found.contact_hours),
            (_("Certificates"), found.certificates),
            (_("Headcounts"), "\n".join(map(_headcount, found.headcounts))),
            (_("Their sum"), found.headcount or None),
            (_("Editions"), found.editions),
            (_("Nothing known of"), ", ".join(found.unknown)),
            (_("In a sentence"), found.sentence),
        ),
    )


@command(
    app,
    "editions",
    _("The editions and their figures, from records or as published."),
    example="coursectl history editions",
)
def editions(course: CourseOption = None, edition: UpToOption = None, through: ThroughOption = None) -> None:
    columns = (
        Column[EditionRow](_("Edition"), lambda row: row.reference),
        Column[EditionRow](_("Year"), lambda row: row.year, right=True),
        Column[EditionRow](_("Place"), lambda row: row.place),
        Column[EditionRow](_("Start"), lambda row: row.start),
        Column[EditionRow](_("End"), lambda row: row.end),
        Column[EditionRow](_("Participants"), _participants, right=True),
        Column[EditionRow](_("Source"), lambda row: _(_SOURCES[row.source])),
        Column[EditionRow](_("Completed"), lambda row: row.completed, right=True),
        Column[EditionRow](_("Countries"), lambda row: row.countries or row.published_countries, right=True),
        Column[EditionRow](_("Experts"), lambda row: row.experts or row.published_experts, right=True),
        Column[EditionRow](_("Published"), _published, right=True),
    )
    rows = history.list_editions(here().store, _scope(course, edition, through, in_use=False))
    show_list(rows, columns, empty=_("No edition yet. Add one with: coursectl edition add ICIM-37"))


@command(
    app,
    "countries",
    _("The countries of those who completed: unique people and participations."),
    example="coursectl history countries --through ICIM-37",
)
def countries(
    course: CourseOption = None,
    edition: LastOption = None,
    through: ThroughOption = None,
    edition_only: Annotated[bool, typer.Option("--edition-only", help=_("Only that edition, none before it."))] = False,
) -> None:
    scope = _scope(course, edition, through)
    if edition_only and scope.through is None:
        raise Usage(N_("--edition-only needs an edition: name it with -e, or use one: coursectl edition use EDITION"))
    found = history.list_countries(here().store, scope, here().language, edition_only=edition_only)
    columns = (
        Column[CountryRow](_("Code"), lambda row: row.country),
        Column[CountryRow](_("Country"), lambda row: row.name or _("(none: international staff)")),
        Column[CountryRow](_("People"), lambda row: row.people, right=True),
        Column[CountryRow](_("Participations"), lambda row: row.participations, right=True),
        Column[CountryRow](_("Editions"), lambda row: row.editions, right=True),
    )
    show_list(found.rows, columns, empty=_("No country is known: nobody has completed an edition in the records."))
    if found.unrecorded:
        say(_("From records only. No records of: {editions}.").format(editions=", ".join(found.unrecorded)))
    if found.unfinished:
        say(_("Nobody has completed yet: {editions}.").format(editions=", ".join(found.unfinished)))


@command(
    app,
    "topics",
    _("The topics: first and last taught, and what is new in the edition."),
    example="coursectl history topics -e ICIM-37",
)
def topics(course: CourseOption = None, edition: LastOption = None, through: ThroughOption = None) -> None:
    columns = (
        Column[TopicRow](_("Code"), lambda row: row.code),
        Column[TopicRow](_("Topic"), lambda row: row.title),
        Column[TopicRow](_("First"), lambda row: row.first),
        Column[TopicRow](_("Last"), lambda row: row.last),
        Column[TopicRow](_("Editions"), lambda row: row.editions, right=True),
        Column[TopicRow](_("Sessions"), lambda row: row.sessions, right=True),
        Column[TopicRow](_("Hours"), lambda row: row.hours, right=True),
        Column[TopicRow]("", lambda row: _("new") if row.new else ""),
    )
    rows = history.list_topics(here().store, _scope(course, edition, through))
    show_list(rows, columns, empty=_("No topic was covered yet. Add one with: coursectl topic add CODE --title TITLE"))


@figures.callback(
    invoke_without_command=True,
    epilog="\b\n" + _("Example") + ":\n  coursectl history figures -e ICIM-37",
)
def list_figures(context: typer.Context, course: CourseOption = None, edition: AboutOption = None) -> None:
    if context.invoked_subcommand is not None:
        if course or edition:
            raise Usage(N_("Options of {command!r} stand after it."), command=context.invoked_subcommand)
        return
    scope = _scope(course, edition, None, in_use=False)
    columns = (
        Column[PublishedFigure](_("Number"), lambda figure: figure.number),
        Column[PublishedFigure](_("Edition"), lambda figure: figure.edition),
        Column[PublishedFigure](_("Year"), lambda figure: figure.year, right=True),
        Column[PublishedFigure](_("Measure"), lambda figure: _(_MEASURES[figure.measure])),
        Column[PublishedFigure](
            _("Figure"), lambda figure: history.qualified(figure.value, figure.qualifier), right=True
        ),
        Column[PublishedFigure](_("Of whom"), lambda figure: figure.who),
        Column[PublishedFigure](_("Stage"), lambda figure: _(_STAGES[figure.stage]) if figure.stage else None),
        Column[PublishedFigure](_("Source"), lambda figure: figure.citation),
    )
    show_list(
        history.list_figures(here().store, scope, edition_id=scope.through.id if scope.through else None),
        columns,
        empty=_(
            "No published figure. Add one with: coursectl history figures add --measure MEASURE --value N --publisher WHO"
        ),
    )


@command(
    figures,
    "add",
    _("Add a figure that somebody published, with its source. It stands beside the records and is never added to them."),
    example='coursectl history figures add -e ICIM-37 --measure trained_so_far --value 800 --qualifier more_than --publisher IOM',
)  # fmt: skip
def add_figure(
    measure: Annotated[str, typer.Option("--measure", metavar="MEASURE", help=_("One of: {known}.").format(known=", ".join(history.MEASURES)))],
    value: Annotated[int, typer.Option("--value", metavar="N", help=_("The number."))],
    edition: EditionOption = None,
    course: Annotated[str | None, typer.Option("--course", metavar="CODE", help=_("For a figure about no edition: the course; needs --year."))] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YEAR", help=_("Year of the figure. Default: the edition's."))] = None,
    qualifier: Annotated[str, typer.Option("--qualifier", metavar="WORD", help=_("One of: {known}.").format(known=", ".join(history.QUALIFIERS)))] = "exact",
    who: Annotated[str | None, typer.Option("--who", metavar="WORD", help=_("Who was counted: officials, participants…"))] = None,
    stage: Annotated[str | None, typer.Option("--stage", metavar="WORD", help=_("One of: {known}.").format(known=", ".join(history.STAGES)))] = None,
    includes_edition: Annotated[str | None, typer.Option("--includes-edition", metavar="WORD", help=_("Whether the edition is counted in: yes, no, unknown."))] = None,
    words: Annotated[str | None, typer.Option("--words", metavar="TEXT", help=_("The words as published."))] = None,
    said_by: Annotated[str | None, typer.Option("--said-by", metavar="WHO", help=_("Who said it."))] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", metavar="WHO", help=_("Who published it."))] = None,
    said_on: Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("When, as year-month-day."))] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help=_("Where it stands: a title, an address."))] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("Whatever else is to be known of it."))] = None,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    new = NewFigure(
        measure, value, year=year, qualifier=qualifier, who=who, stage=stage, includes_edition=includes_edition, words=words,
        said_by=said_by, publisher=publisher, said_on=said_on, source=source, note=note,
    )  # fmt: skip
    scope = _scope(course, edition, None, deciding=True) if course else Scope(through=(ref := here().edition(edition, deciding=True)), course=ref.course, course_id=ref.course_id)  # fmt: skip
    figure, is_new = history.add_figure(here().store, scope, new, here().act(dry_run=dry_run))
    sentence = _("{place}: {measure}, {figure}, is added. Number {number}.") if is_new else _("{place}: {measure}, {figure}, is known already as number {number}; nothing was changed.")  # fmt: skip
    show_done(figure, sentence.format(**_told(figure)), dry_run=dry_run and is_new)


@command(
    figures, "retract", _("Take a published figure out of the history; undo brings it back."),
    example="coursectl history figures retract 123456",
)  # fmt: skip
def retract_figure(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help=_("The figure's number, as history figures shows it."))
    ],
    dry_run: DryRun = False,
) -> None:
    figure = history.retract_figure(here().store, number, here().act(dry_run=dry_run))
    sentence = _("{place}: {measure}, {figure}, is retracted.").format(**_told(figure))
    show_done(figure, sentence, dry_run=dry_run)


app.add_typer(figures, name="figures", help=_("The published figures: list, add, retract."))

_SOURCES = {"records": N_("records"), "published": N_("published"), "unknown": N_("unknown")}
_STAGES = {"announced": N_("announced"), "attended": N_("attended"), "certified": N_("certified")}
_MEASURES = {
    "participants": N_("participants"),
    "participant_countries": N_("participants' countries"),
    "experts": N_("experts"),
    "expert_countries": N_("experts' countries"),
    "trained_so_far": N_("trained so far"),
}


def _scope(
    course: str | None, edition: str | None, through: str | None, *, in_use: bool = True, deciding: bool = False
) -> Scope:
    """The editions that the options mean; without any, up to the one in use where that matters."""
    if edition and through and edition != through:
        raise Usage(N_("--edition and --through name two editions; give one of them."))
    named = edition or through
    if named is None and (course is not None or not in_use or here().edition_in_use() is None):
        return history.get_scope(here().store, course, level="strong" if deciding else "weak")
    if named is not None and course is not None and named.isdecimal():
        named = f"{course}-{named}"
    ref = here().edition(named, deciding=deciding)
    if course is not None and ref.course.casefold() != course.casefold():
        raise Usage(N_("{reference} is no edition of {course}."), reference=ref.reference, course=course)
    return history.get_scope(here().store, through=ref)


def _headcount(headcount: Headcount) -> str:
    said = f"{headcount.edition}: {history.qualified(headcount.value, headcount.qualifier)}"
    return said if headcount.counted else _("{headcount} (not in the sum)").format(headcount=said)


def _participants(row: EditionRow) -> str | None:
    if row.participants is None:
        return None
    return history.qualified(row.participants, row.headcount_qualifier if row.source == "published" and row.headcount_qualifier else "exact")  # fmt: skip


def _published(row: EditionRow) -> str | None:
    if row.headcount is None or row.headcount_qualifier is None:
        return None
    shown = history.qualified(row.headcount, row.headcount_qualifier)
    return f"{shown} ({row.difference:+d})" if row.difference else shown


def _told(figure: PublishedFigure) -> dict[str, str]:
    return {
        "place": figure.edition or f"{figure.course} {figure.year}",
        "measure": _(_MEASURES[figure.measure]),
        "figure": history.qualified(figure.value, figure.qualifier),
        "number": figure.number,
    }
