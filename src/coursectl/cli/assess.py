"""`coursectl assess …`"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from coursectl import assessment, locale
from coursectl.assessment import BeforeAndAfter, NewAssessment, Result, Totals
from coursectl.cli.changes import show_edited
from coursectl.cli.command import DryRun, EditionOption, command, group, read_mapping, read_texts
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, waiting
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _

app = group(_("Assessments: tests before and after, exams; their results and who passed."))

_KINDS = {"pre": N_("before"), "post": N_("after"), "exam": N_("exam")}

Code = Annotated[str, typer.Argument(metavar="CODE", help=_("The assessment's code, like FINAL."))]
Kind = Annotated[
    str | None, typer.Option("--kind", metavar="KIND", help=_("pre, post (a test before or after the course) or exam."))
]
Title = Annotated[
    list[str] | None, typer.Option("--title", metavar="TEXT", help=_("Title; once a language: --title es=… --title en=…"))
]  # fmt: skip
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("The day on which it is held."))]
Points = Annotated[str | None, typer.Option("--points", metavar="N", help=_("The largest score. Default: 100"))]
PointsNow = Annotated[str | None, typer.Option("--points", metavar="N", help=_("The largest score."))]
PassMark = Annotated[
    str | None, typer.Option("--pass-mark", metavar="PERCENT", help=_("The percentage of the points that passes."))
]
Required = Annotated[
    bool | None,
    typer.Option("--required/--not-required", help=_("Whether whoever completes the edition has to pass it.")),
]
Replace = Annotated[bool, typer.Option("--replace", help=_("Write over another score that is there."))]


@command(
    app,
    "add",
    _("Add a test or an exam to an edition."),
    example="coursectl assess add PRE --kind pre --points 20\n"
    "coursectl assess add FINAL --kind exam --points 20 --pass-mark 60 --required",
)
def add(
    code: Code,
    kind: Kind = None,
    title: Title = None,
    on: On = None,
    points: Points = None,
    pass_mark: PassMark = None,
    required: Required = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    wanted = _wanted(code, kind, title, on, points, pass_mark, required)
    ref = here().edition(edition, deciding=True)
    done = assessment.add_assessment(here().store, ref, wanted, here().act(dry_run=dry_run))
    sentence = _("{edition}: the assessment {code} is added, of {points} points. Enter results with: coursectl assess import FILE --code {code} -e {edition}")  # fmt: skip
    show_done(done, sentence.format(edition=done.edition, code=done.code, points=assessment.shown(done.of_points)), dry_run=dry_run)  # fmt: skip


@command(
    app,
    "edit",
    _("Change what you name of an assessment, and leave the rest."),
    example="coursectl assess edit FINAL --pass-mark 65 -e ICIM-37",
)
def edit(
    code: Code,
    kind: Kind = None,
    title: Title = None,
    on: On = None,
    points: PointsNow = None,
    pass_mark: PassMark = None,
    required: Required = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    wanted = _wanted(code, kind, title, on, points, pass_mark, required)
    ref = here().edition(edition, deciding=True)
    before, after = assessment.edit_assessment(here().store, ref, wanted, here().act(dry_run=dry_run))
    changed = before != after
    sentence = (
        _("{edition}: the assessment {code} is changed.")
        if changed
        else _("{edition}: the assessment {code} is like that already; nothing was changed.")
    )
    said = sentence.format(edition=after.edition, code=after.code)
    show_edited(after, said, lambda: before, changed=changed, dry_run=dry_run)


@command(app, "list", _("List the assessments of an edition, and what came of them."), example="coursectl assess list")
def list_(edition: EditionOption = None) -> None:
    ref = here().edition(edition)
    columns = (
        Column[Totals](_("Code"), lambda one: one.code),
        Column[Totals](_("Title"), lambda one: locale.pick(one.title, here().language)),
        Column[Totals](_("Kind"), lambda one: _(_KINDS[one.kind])),
        Column[Totals](_("Date"), lambda one: one.held_on),
        Column[Totals](_("Points"), lambda one: assessment.shown(one.of_points), right=True),
        Column[Totals](_("Pass mark"), _pass_mark, right=True),
        Column[Totals](_("Results"), lambda one: one.results, right=True),
        Column[Totals](_("Mean"), lambda one: _percent(one.mean), right=True),
        Column[Totals](_("Passed"), _passed, right=True),
    )
    empty = _("{edition} has no assessment. Add one with: coursectl assess add CODE --kind exam -e {edition}")
    rows = assessment.list_totals(here().store, ref)
    show_list(rows, columns, empty=empty.format(edition=ref.reference))
    _tell_before_and_after(assessment.before_and_after(here().store, ref))


@command(
    app,
    "show",
    _("Show the results of an assessment; without its code, what the tests before and after say."),
    example="coursectl assess show FINAL -e ICIM-37",
)
def show(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help=_("The assessment's code."))] = None,
    edition: EditionOption = None,
) -> None:
    ref = here().edition(edition)
    if code is None:
        _show_before_and_after(assessment.before_and_after(here().store, ref))
        return
    columns = (
        Column[Result](_("No."), lambda one: one.number, right=True),
        Column[Result](_("Name"), lambda one: one.name or one.code),
        Column[Result](_("Points"), lambda one: assessment.shown(one.points), right=True),
        Column[Result](_("Percent"), lambda one: _percent(one.percent), right=True),
        Column[Result](_("Passed"), lambda one: one.passed),
    )
    empty = _("No results yet. Enter them with: coursectl assess import FILE --code {code} -e {edition}")
    rows = assessment.list_results(here().store, ref, code)
    show_list(rows, columns, empty=empty.format(code=code, edition=ref.reference))


@command(
    app,
    "mark",
    _("Enter one result by hand: 18/20, 90 % or 18."),
    example='coursectl assess mark FINAL "Ana Pérez" 18/20 -e ICIM-37',
)
def mark(
    code: Code,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Number, e-mail or name of the participant."))],
    score: Annotated[str, typer.Argument(metavar="SCORE", help=_("18/20, 90 % or 18"))],
    replace: Replace = False,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    act = here().act(dry_run=dry_run)
    done = assessment.mark(here().store, ref, code, name, score, act, replace=replace)
    sentence = (
        _("{edition}: {name} has {points} of {of_points} in {assessment}.")
        if done.changed
        else _("{edition}: {name} has {points} of {of_points} in {assessment} already; nothing was changed.")
    )
    figures = {"points": assessment.shown(done.points), "of_points": assessment.shown(done.of_points)}
    show_done(done, sentence.format(**{**done.__dict__, **figures}), dry_run=dry_run and done.changed)


@command(
    app,
    "import",
    _("Import results from a file, as Microsoft Forms, Google Forms or a spreadsheet have them."),
    example="coursectl assess import results.xlsx --code FINAL -e ICIM-37",
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV, TSV, XLSX, ODS or JSON."))],
    code: Annotated[str | None, typer.Option("--code", metavar="CODE", help=_("The assessment's code."))] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help=_("The rows have codes that people wrote, not their names."))
    ] = False,
    replace: Replace = False,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADER=FIELD", help=_("Which column is which: number, name, email, code, score …")
        ),
    ] = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    if code is None:
        raise Usage(N_("Of which assessment are these results? Say --code CODE."))
    act = here().act(dry_run=dry_run)
    ref = here().edition(edition, deciding=True)
    with waiting(_("Reading the results")):
        done = assessment.import_results(
            here().store, ref, file, code, act, anonymous=anonymous, replace=replace, mapping=read_mapping(mapping)
        )
    if done.ignored:
        say(_("Not read: {columns}.").format(columns=", ".join(f'"{header}"' for header in done.ignored)))
    sentence = (
        _("{edition}: {results} results of {assessment}; {changed} are new or changed.")
        if done.changed
        else _("{edition}: {results} results of {assessment}, all there already; nothing was changed.")
    )
    show_done(done, sentence.format(**done.__dict__), dry_run=dry_run and done.changed > 0)


def _wanted(
    code: str,
    kind: str | None,
    title: list[str] | None,
    on: str | None,
    points: str | None,
    pass_mark: str | None,
    required: bool | None,
) -> NewAssessment:
    return NewAssessment(
        code, kind, read_texts(title, here().language), on, _figure(points, "--points"),
        _figure(pass_mark, "--pass-mark"), required,
    )  # fmt: skip


def _figure(words: str | None, option: str) -> float | None:
    if words is None:
        return None
    text = words.strip().removesuffix("%").strip().replace(",", ".")
    try:
        if not set(text) <= set("0123456789.") or len(text) > 12:
            raise ValueError
        return float(text)
    except ValueError:
        raise Usage(N_("{option} needs a number, not {value!r}."), option=option, value=words) from None


def _pass_mark(one: Totals) -> str:
    if one.pass_mark is None:
        return ""
    mark = f"{assessment.shown(one.pass_mark)} %"
    return _("{mark}, required").format(mark=mark) if one.required else mark


def _passed(one: Totals) -> str:
    """`22 of 26`: of whom there is a result."""
    if one.passed is None:
        return ""
    return _("{passed} of {results}").format(passed=one.passed, results=one.results)


def _percent(mean: float | None) -> str:
    """One decimal, rounded down."""
    if mean is None:
        return ""
    return f"{locale.format_number(Decimal(int(mean * 10)) / 10, locale.tool_language(), 1)} %"


def _show_before_and_after(found: BeforeAndAfter) -> None:
    from coursectl.cli.show import show_one

    show_one(
        found,
        (
            (_("Edition"), found.edition),
            (_("Before"), _mean_of(found.before, found.before_results)),
            (_("After"), _mean_of(found.after, found.after_results)),
            (_("Took both"), found.both),
            (_("Before, of these"), _percent(found.both_before)),
            (_("After, of these"), _percent(found.both_after)),
        ),
    )


def _mean_of(mean: float | None, results: int) -> str:
    return _("{mean} (of {count})").format(mean=_percent(mean), count=results) if results else ""


def _tell_before_and_after(found: BeforeAndAfter) -> None:
    if found.both and not (here().options.json or here().options.csv):
        sentence = _("Of {count} who took both, the mean was {before} before and {after} after.")
        say(sentence.format(count=found.both, before=_percent(found.both_before), after=_percent(found.both_after)))
