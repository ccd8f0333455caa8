"""`coursectl enroll …`"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from coursectl import enrollment
from coursectl.cli.command import CountryOption, DryRun, EditionOption, OrgOption, command, single
from coursectl.cli.duplicate import OnDuplicate, decide
from coursectl.cli.here import here
from coursectl.cli.show import say, show_done, show_one, show_text, shown, waiting
from coursectl.enrollment import Difference, Differing, Enrolled, EnrolledList, FileEnrolled
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.people import Decide, NewOrganization

app = single()

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME…", help=_("Who: full names in quotes, or the e-mails of people who are known.")),
]
From = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help=_("Enroll a list: CSV, TSV, XLSX, XLS, ODS or JSON."))
]
Email = Annotated[str | None, typer.Option("--email", metavar="EMAIL", help=_("E-mail address."))]
Sex = Annotated[str | None, typer.Option("--sex", metavar="SEX", help=_("F, M, other or not stated."))]
CategoryOption = Annotated[
    str | None,
    typer.Option(
        "--category",
        metavar="CATEGORY",
        help=_("official, academic, international_staff or observer. Default: official"),
    ),
]
Post = Annotated[str | None, typer.Option("--post", metavar="POST", help=_("Post in the office."))]
Honorific = Annotated[str | None, typer.Option("--honorific", metavar="WORD", help=_("Dr., Lic., Sra. …"))]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="LANGUAGE", help=_("Language of their documents."))
]
BirthYear = Annotated[str | None, typer.Option("--birth-year", metavar="YEAR", help=_("Year of birth."))]
StatusOption = Annotated[
    str | None,
    typer.Option("--status", metavar="STATUS", help=_("accepted, confirmed or nominated. Default: accepted")),
]
WaitingList = Annotated[
    bool, typer.Option("--waiting-list", help=_("Put who comes after the last seat on the waiting list."))
]
Funder = Annotated[str | None, typer.Option("--funder", metavar="WHO", help=_("Who pays."))]
By = Annotated[str | None, typer.Option("--by", metavar="ORG", help=_("The organization that nominates them."))]
Priority = Annotated[
    int | None, typer.Option("--priority", metavar="N", min=1, help=_("Their place in its order, from 1."))
]
Reserve = Annotated[bool, typer.Option("--reserve", help=_("In case a principal candidate doesn't come."))]
OverQuota = Annotated[
    str | None,
    typer.Option(
        "--over-quota", metavar="REASON", help=_("Take them as guests beside seats and quotas, for this reason.")
    ),
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


@command(
    app,
    "enroll",
    _("Enroll officials by name, or a whole list. Doing it twice changes nothing."),
    example='coursectl enroll "Ana Pérez" -e ICIM-37 --country AR --org DNM --email ana@dnm.example\n'
    "coursectl enroll --from roster.xlsx -e ICIM-37",
)
def enroll(
    names: Names = None,
    from_: From = None,
    edition: EditionOption = None,
    country: CountryOption = None,
    org: OrgOption = None,
    email: Email = None,
    sex: Sex = None,
    category: CategoryOption = None,
    post: Post = None,
    honorific: Honorific = None,
    language: LanguageOption = None,
    birth_year: BirthYear = None,
    status: StatusOption = None,
    funder: Funder = None,
    by: By = None,
    priority: Priority = None,
    reserve: Reserve = False,
    over_quota: OverQuota = None,
    waiting_list: WaitingList = False,
    on_duplicate: OnDuplicate = None,
    map_: Map = None,
    preview: PreviewOption = False,
    update: Update = False,
    skip_bad: SkipBad = False,
    bad_rows: BadRows = None,
    dry_run: DryRun = False,
) -> None:
    options = {
        "country": country,
        "organization": org,
        "email": email,
        "sex": sex,
        "category": category,
        "post": post,
        "honorific": honorific,
        "language": language,
        "birth_year": birth_year,
        "status": status,
        "funder": funder,
    }
    given = {field: value for field, value in options.items() if value}
    nomination = {
        "nominated_by": (by and NewOrganization.named(by)) or None,
        "priority": priority,
        "reserve": reserve,
        "over_quota": over_quota,
    }
    near = decide(on_duplicate)
    if from_ is not None:
        of_all = enrollment.read_option("status", given.pop("status", None))
        if of_all not in (None, *enrollment.ENTRY):
            raise Usage(N_("--status is accepted, confirmed or nominated."))
        _reject_options_of_people(names, given | {name: "" for name, value in nomination.items() if value})
        if bad_rows and not skip_bad:
            raise Usage(N_("--bad-rows says where bad rows go; add --skip-bad to enroll the others."))
        if preview:
            _preview(from_, map_)
            return
        _enroll_file(
            from_,
            edition,
            map_,
            bad_rows,
            skip_bad=skip_bad,
            waiting_list=waiting_list,
            update=update,
            near=near,
            status=of_all,
            dry_run=dry_run,
        )
    else:
        if preview or update:
            raise Usage(N_("--preview and --update are for a list: give it with --from FILE."))
        if map_ or skip_bad or bad_rows:
            raise Usage(N_("--map, --skip-bad and --bad-rows are for a list: give it with --from FILE."))
        _enroll_people(names or [], edition, given, nomination, waiting_list=waiting_list, near=near, dry_run=dry_run)


def _enroll_people(
    names: Sequence[str],
    edition: str | None,
    given: dict[str, str],
    nomination: dict[str, Any],
    *,
    waiting_list: bool,
    near: Decide | None,
    dry_run: bool,
) -> None:
    if not any(names):
        raise Usage(N_('Who? Give a name: coursectl enroll "Ana Pérez" --country AR, or a list: --from FILE'))
    if len(names) > 1 and "email" in given:
        raise Usage(N_("--email is for one person, and here are {count}."), count=len(names))
    store, act = here().store, here().act(dry_run=dry_run)
    wanted = [replace(one, **nomination) for one in enrollment.describe_all(store, names, given, act.today)]
    if len(names) == 1:
        one = enrollment.enroll(
            store, here().edition(edition, deciding=True), wanted[0], act, waiting_list=waiting_list, near=near
        )
        answer(one, told(one), changed=not one.unchanged, dry_run=dry_run)
    else:
        done = enrollment.enroll_all(
            store, here().edition(edition, deciding=True), wanted, act, waiting_list=waiting_list, near=near
        )
        everybody = (*done.enrolled, *done.waitlisted, *done.unchanged)
        lines = [told(replace(one, organization_created=None)) for one in everybody]
        changed = bool(done.enrolled or done.waitlisted)
        answer(done, "\n".join([*lines, *new_organizations(done)]), changed=changed, dry_run=dry_run)


def _enroll_file(
    path: Path,
    edition: str | None,
    pairs: list[str] | None,
    bad_rows: Path | None,
    *,
    skip_bad: bool,
    waiting_list: bool,
    update: bool,
    near: Decide | None,
    status: str | None,
    dry_run: bool,
) -> None:
    ref, mapping = here().edition(edition, deciding=True), dict(map(_pair, pairs or []))
    with waiting(_("Enrolling the list")):
        done = enrollment.enroll_file(
            here().store,
            ref,
            path,
            here().act(dry_run=dry_run),
            mapping=mapping,
            waiting_list=waiting_list,
            skip_bad=skip_bad,
            bad_rows=bad_rows,
            update=update,
            near=near,
            status=status,
            translate=_,
        )
    _say_remembered(done.file, done.remembered)
    for header in done.ignored_columns:
        say(_('The column "{header}" isn\'t known and was ignored.').format(header=header))
    changed = bool(done.enrolled or done.waitlisted or done.skipped or done.updated)
    answer(done, _account(done), changed=changed, dry_run=dry_run)


def _say_remembered(file: str, said: Mapping[str, str]) -> None:
    """One line about columns that are read as was said the last time."""
    if said:
        pairs = ", ".join(f"{header}={field}" for header, field in said.items())
        say(_("The columns of {file} are read as you said before: {pairs}").format(file=file, pairs=pairs))


def _preview(path: Path, pairs: list[str] | None) -> None:
    mapping = dict(map(_pair, pairs or []))
    read = enrollment.preview_file(here().store, path, here().act().today, mapping, _)
    if here().options.json:
        show_one(read, ())
        return
    _say_remembered(read.file, read.remembered)
    show_text(
        ngettext(
            "{file}: the headers are in row {header_row}, {count} row below them.",
            "{file}: the headers are in row {header_row}, {count} rows below them.",
            read.rows,
        ).format(file=read.file, header_row=read.header_row, count=read.rows)
    )
    for column in read.columns:
        unread = _("not read: {why}").format(why=column.why)
        show_text(f'  "{column.header}" → {column.field or unread}')
    for number in read.totals:
        show_text(_("Row {row} only counts the others and isn't read.").format(row=number))
    for row in read.first:
        values = "; ".join(f"{field} {value}" for field, value in row.values.items())
        show_text(_("Row {row}: {values}").format(row=row.row, values=values))
    for fault in read.faults[:_MANY]:
        show_text(f"  {fault}")
    if len(read.faults) > _MANY:
        show_text(_("  … and {count} more.").format(count=len(read.faults) - _MANY))


def _pair(words: str) -> tuple[str, str]:
    header, equals, field = words.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise Usage(N_('--map {words!r} can\'t be read; write it like --map "Apellidos=family_name".'), words=words)
    return header.strip(), field.strip()


def _reject_options_of_people(names: list[str] | None, given: dict[str, str]) -> None:
    if names:
        raise Usage(N_("Either a NAME or --from FILE, not both."))
    for field in given:
        option = {"organization": "--org", "nominated_by": "--by"}.get(field, f"--{field.replace('_', '-')}")
        raise Usage(N_("{option} is for one person; in a list it is a column of the file."), option=option)


def answer(result: object, sentence: str, *, changed: bool, dry_run: bool) -> None:
    """Answer a write. A dry run of what changes nothing says the same as the command, and in JSON that it was one."""
    show_done(result, sentence, dry_run=dry_run and (changed or here().options.json))


def told(one: Enrolled) -> str:
    """What became of one person, in a sentence."""
    facts = {"name": one.person.name, "edition": one.edition, "number": one.number}
    if one.unchanged:
        standing = N_("{name} is in {edition} already ({status}, number {number}); nothing was changed.")
        unnumbered = N_("{name} is in {edition} already ({status}); nothing was changed.")
        sentence = _(standing if one.number else unnumbered).format(status=_(one.status), **facts)
        return f"{sentence} {_taking_back(one)}" if one.status in enrollment.AWAY else sentence
    wording = _FULL if one.status == "waitlisted" and one.seats_left == 0 else _TOLD[one.status]
    sentence = _(wording).format(seats=_seats(one.seats_left), **facts)
    if one.organization_created:
        sentence += " " + _("New organization: {organization}.").format(organization=one.organization_created)
    return sentence


def _taking_back(one: Enrolled) -> str:
    """What to type for somebody who had withdrawn and is to come."""
    who = enrollment.who_is(one.number, one.person.name)
    wording = _("To take them back: coursectl roster {verb} {who} -e {edition}")
    return wording.format(verb=enrollment.way_back(one.status), who=who, edition=one.edition)


_TOLD = {
    "accepted": N_("{name} is accepted in {edition} as number {number}{seats}."),
    "confirmed": N_("{name} is confirmed in {edition} as number {number}{seats}."),
    "nominated": N_("{name} is nominated for {edition}{seats}."),
    "waitlisted": N_("{name} is on the waiting list of {edition}{seats}."),
    "withdrawn": N_("{name} has withdrawn from {edition}{seats}."),
    "declined": N_("{name} is declined in {edition}{seats}."),
}
_FULL = N_("{edition} is full: {name} is on its waiting list.")
_STATUS_WORDS = (
    N_("nominated"),
    N_("waitlisted"),
    N_("accepted"),
    N_("confirmed"),
    N_("declined"),
    N_("withdrawn"),
    N_("no_show"),
    N_("completed"),
    N_("not_completed"),
)
_CATEGORY_WORDS = (N_("official"), N_("academic"), N_("international_staff"), N_("observer"))
_SEX_WORDS = (N_("female"), N_("male"), N_("other"), N_("not_stated"))
_CODES = frozenset((*_STATUS_WORDS, *_CATEGORY_WORDS, *_SEX_WORDS))


def _seats(left: int | None) -> str:
    """` (2 seats left)`, or nothing where seats have no limit."""
    if left is None:
        return ""
    return ngettext(" ({count} seat left)", " ({count} seats left)", left).format(count=left)


def _account(done: FileEnrolled) -> str:
    """What became of a file, in a few lines."""
    count = len(done.enrolled)
    lines = [
        ngettext(
            "{edition}: {count} person of {file} is enrolled{seats}.",
            "{edition}: {count} people of {file} are enrolled{seats}.",
            count,
        ).format(edition=done.edition, count=count, file=done.file, seats=_seats(done.seats_left))
    ]
    if done.waitlisted:
        names = _few([one.person.name for one in done.waitlisted])
        lines.append(_("On the waiting list: {names}.").format(names=names))
    if done.unchanged:
        lines.append(
            ngettext(
                "{count} was in it already: unchanged.", "{count} were in it already: unchanged.", len(done.unchanged)
            ).format(count=len(done.unchanged))
        )
    if done.not_taken_back:
        names = _few([one.person.name for one in done.not_taken_back])
        lines.append(_("Not taken back, they have withdrawn or declined: {names}.").format(names=names))
        lines.append(_taking_back(done.not_taken_back[0]))
    lines += [*new_organizations(done), *_differences(done)]
    if done.skipped_file:
        lines.append(
            ngettext(
                "{count} bad row is in {file}, with its reasons.",
                "{count} bad rows are in {file}, with their reasons.",
                done.skipped,
            ).format(count=done.skipped, file=done.skipped_file)
        )
    return "\n".join(lines)


def _differences(done: FileEnrolled) -> list[str]:
    """What the list says of people otherwise than the store, and what became of it."""
    lines = []
    if done.updated:
        lines.append(
            ngettext(
                "{count} enrollment now says what the list says.",
                "{count} enrollments now say what the list says.",
                done.updated,
            ).format(count=done.updated)
        )
    elif done.differing:
        lines.append(_("What the list says otherwise was not written over what is there:"))
    for row in done.differing[:_MANY]:
        lines += [_difference(row, one) for one in row.differences]
    if len(done.differing) > _MANY:
        lines.append(_("  … and {count} more.").format(count=len(done.differing) - _MANY))
    if not done.updated and any(row.of_enrollment for row in done.differing):
        lines.append(_("To write it: the same command with --update"))
    if any(one.personal for row in done.differing for one in row.differences):
        lines.append(_("Of a person, no list writes it over: coursectl person edit"))
    return lines


def _difference(row: Differing, one: Difference) -> str:
    sentence = _("  row {row}, {name}, {column}: {store} in the store, {file} in the list")
    values = {"store": _value(one.store), "file": _value(one.file)}
    return sentence.format(row=row.row, name=row.person.name, column=one.column, **values)


def _value(value: object) -> str:
    """A value of a list in words: codes that are words of ours are translated, nothing is a dash."""
    return "–" if value is None else shown(_(value) if isinstance(value, str) and value in _CODES else value)


def new_organizations(done: EnrolledList | FileEnrolled) -> list[str]:
    """The line about organizations that nobody knew, where there are any."""
    names = _few(done.organizations_created)
    return [_("New organizations: {names}.").format(names=names)] if names else []


def _few(names: Sequence[str]) -> str:
    """The first names of a list, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    shown, more = "; ".join(once[:_MANY]), len(once) - _MANY
    return (
        shown
        if more <= 0
        else ngettext("{names} and {count} more", "{names} and {count} more", more).format(names=shown, count=more)
    )


_MANY = 30  # names in a sentence
