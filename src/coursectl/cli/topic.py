"""`coursectl topic …`"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from coursectl import editions, program
from coursectl.cli.changes import show_edited
from coursectl.cli.command import DryRun, EditionOption, command, group, read_texts
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_done, show_list, show_one
from coursectl.editions import EditionRef
from coursectl.locale import gettext as _
from coursectl.program import CoveredTopic, Topic, TopicDone
from coursectl.tables import clean

app = group(_("Topics: subjects, kept per course over all editions."))

CourseOption = Annotated[
    str | None, typer.Option("--course", metavar="CODE", help=_("The course, where no edition is meant."))
]
TopicArgument = Annotated[str, typer.Argument(metavar="TOPIC", help=_("Code or title of the topic."))]
Titles = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="TEXT", help=_("Title; once a language: --title es=… --title en=…")),
]
CodeOption = Annotated[
    str | None, typer.Option("--code", metavar="CODE", help=_("Short name. Default: made from the title."))
]
CodeNow = Annotated[str | None, typer.Option("--code", metavar="CODE", help=_("Short name."))]


@command(
    app,
    "add",
    _("Add a topic to the course, and let the edition cover it; one that is there already is only covered."),
    example='coursectl topic add "Migration, environment and climate change" --code environment -e ICIM-37',
)
def add(
    name: Annotated[str, typer.Argument(metavar="TITLE|CODE", help=_("Title of a new topic, or code of an old one."))],
    code: CodeOption = None,
    title: Titles = None,
    edition: EditionOption = None,
    course: CourseOption = None,
    dry_run: DryRun = False,
) -> None:
    course_id, course_code, ref = _place(course, edition, deciding=True)
    language = here().language
    done = program.add_topic(
        here().store, course_id, course_code, clean(name), here().act(dry_run=dry_run), language=language,
        titles=read_texts(title, language), code=code, edition=ref,
    )  # fmt: skip
    show_done(done, _added(done), dry_run=dry_run and (done.added or done.covered))


@command(
    app,
    "list",
    _("List the topics that the edition covers, new ones marked; with --all or --course, those of the course."),
    example="coursectl topic list -e ICIM-37",
)
def list_(
    edition: EditionOption = None,
    course: CourseOption = None,
    all_: Annotated[
        bool, typer.Option("--all", help=_("All topics of the course, with the editions that cover them."))
    ] = False,
) -> None:
    course_id, _code, ref = _place(course, edition)
    if ref is None or all_:
        _list_all(course_id)
    else:
        _list_covered(ref)


@command(
    app,
    "show",
    _("Show a topic and the editions that cover it."),
    example="coursectl topic show environment --course ICIM",
)
def show(topic: TopicArgument, edition: EditionOption = None, course: CourseOption = None) -> None:
    course_id, course_code, _ref = _place(course, edition)
    found = program.get_topic(here().store, course_id, course_code, topic)
    titles = [f"{language}: {text}" for language, text in found.title.items()]
    show_one(
        found,
        ((_("Code"), found.code), (_("Title"), "\n".join(titles)), (_("Covered by"), found.editions)),
    )


@command(
    app,
    "edit",
    _("Change the titles or the code of a topic, and leave the rest."),
    example='coursectl topic edit environment --title pt="Migração, meio ambiente e mudança climática" --course ICIM',
)
def edit(
    topic: TopicArgument,
    title: Titles = None,
    code: CodeNow = None,
    edition: EditionOption = None,
    course: CourseOption = None,
    dry_run: DryRun = False,
) -> None:
    course_id, course_code, _ref = _place(course, edition, deciding=True)
    done, changed = program.edit_topic(
        here().store, course_id, course_code, topic, here().act(dry_run=dry_run),
        title=read_texts(title, here().language), code=code,
    )  # fmt: skip
    sentence = (
        _("{course}: the topic {code} is changed.")
        if changed
        else _("{course}: the topic {code} is like that already; nothing was changed.")
    )
    before = partial(program.get_topic, here().store, course_id, course_code, topic)
    show_edited(done, sentence.format(course=done.course, code=done.code), before, changed=changed, dry_run=dry_run)


def _place(course: str | None, edition: str | None, *, deciding: bool = False) -> tuple[int, str, EditionRef | None]:
    """The course that is meant, and the edition, unless only the course is named."""
    if course is not None and edition is None:
        found = editions.get_course(here().store, course)
        return found.id, found.code, None
    ref = here().edition(edition, deciding=deciding)
    return ref.course_id, ref.course, ref


def _list_all(course_id: int) -> None:
    columns = (
        Column[Topic](_("Code"), lambda topic: topic.code),
        Column[Topic](_("Title"), lambda topic: topic.title),
        Column[Topic](_("Covered by"), lambda topic: topic.editions),
    )
    empty = _("No topic yet. Add one with: coursectl topic add TITLE --code CODE")
    show_list(program.list_topics(here().store, course_id), columns, empty=empty)


def _list_covered(edition: EditionRef) -> None:
    columns = (
        Column[CoveredTopic](_("Code"), lambda topic: topic.code),
        Column[CoveredTopic](_("Title"), lambda topic: topic.title),
        Column[CoveredTopic](_("Sessions"), lambda topic: topic.sessions, right=True),
        Column[CoveredTopic](_("New"), lambda topic: _("new") if topic.new else ""),
    )
    empty = _("{edition} covers no topic yet. Add one with: coursectl topic add TITLE -e {edition}")
    rows = program.list_edition_topics(here().store, edition)
    show_list(rows, columns, empty=empty.format(edition=edition.reference))


def _added(done: TopicDone) -> str:
    match done.added, done.covered:
        case True, True:
            sentence = _("{edition}: the topic {code} is added to {course} and covered.")
        case True, False:
            sentence = _("{course}: the topic {code} is added.")
        case False, True:
            sentence = _("{edition}: the topic {code} is covered now.")
        case _:
            sentence = _("{place}: the topic {code} is there already; nothing was changed.")
    return sentence.format(edition=done.edition, course=done.course, code=done.code, place=done.edition or done.course)
