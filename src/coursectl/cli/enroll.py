"""`coursectl enroll …`"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from coursectl import enrollment
from coursectl.cli.command import CountryOption, DryRun, EditionOption, OrgOption, command, single
from coursectl.cli.duplicate import OnDuplicate, decide, decide_office
from coursectl.cli.enrolled import MANY, account, answer, answer_people
from coursectl.cli.here import here
from coursectl.cli.show import say, show_one, show_text, waiting
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

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
        "country": country, "organization": org, "email": email, "sex": sex, "category": category, "post": post,
        "honorific": honorific, "language": language, "birth_year": birth_year, "status": status, "funder": funder,
        "nominated_by": by, "priority": priority and str(priority), "reserve": "yes" if reserve else None,
    }  # fmt: skip
    given = {field: value for field, value in options.items() if value}
    how: dict[str, Any] = {"waiting_list": waiting_list, "near": decide(on_duplicate), "office": decide_office()}
    of_lists = {"--preview": preview, "--update": update, "--map": map_, "--skip-bad": skip_bad, "--bad-rows": bad_rows}
    if from_ is None:
        _reject_options_of_lists(of_lists)
        _enroll_people(names or [], edition, given, dry_run=dry_run, over_quota=over_quota, **how)
        return
    of_all = _status_of_all(given.pop("status", None))
    _reject_options_of_people(names, [*given, *(["over_quota"] if over_quota is not None else [])])
    if bad_rows and not skip_bad:
        raise Usage(N_("--bad-rows says where bad rows go; add --skip-bad to enroll the others."))
    mapping = dict(map(read_pair, map_ or []))
    if preview:
        _preview(from_, mapping)
    else:
        how |= {"mapping": mapping, "skip_bad": skip_bad, "bad_rows": bad_rows, "update": update, "status": of_all}
        _enroll_file(from_, edition, dry_run=dry_run, **how)


def _enroll_people(
    names: Sequence[str], edition: str | None, given: Mapping[str, str], *, dry_run: bool, **how: Any
) -> None:
    ref = here().edition(edition, deciding=True)
    done = enrollment.enroll_named(here().store, ref, names, given, here().act(dry_run=dry_run), **how)
    answer_people(done, several=len(names) > 1, dry_run=dry_run)


def _enroll_file(path: Path, edition: str | None, *, dry_run: bool, **how: Any) -> None:
    ref = here().edition(edition, deciding=True)
    with waiting(_("Enrolling the list")):
        done = enrollment.enroll_file(here().store, ref, path, here().act(dry_run=dry_run), translate=_, **how)
    _say_remembered(done.file, done.remembered)
    for header in done.ignored_columns:
        say(_('The column "{header}" isn\'t known and was ignored.').format(header=header))
    changed = bool(done.enrolled or done.waitlisted or done.skipped or done.updated)
    answer(done, account(done), changed=changed, dry_run=dry_run)


def _status_of_all(words: str | None) -> str | None:
    """The status of everybody in a list that has no column for it. Raises Usage, BadValue."""
    status = enrollment.read_option("status", words)
    if status not in (None, *enrollment.ENTRY):
        raise Usage(N_("--status is accepted, confirmed or nominated."))
    return status


def _say_remembered(file: str, said: Mapping[str, str]) -> None:
    """One line about columns that are read as was said the last time."""
    if said:
        pairs = ", ".join(f"{header}={field}" for header, field in said.items())
        say(_("The columns of {file} are read as you said before: {pairs}").format(file=file, pairs=pairs))


def _preview(path: Path, mapping: Mapping[str, str]) -> None:
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
    for fault in read.faults[:MANY]:
        show_text(f"  {fault}")
    if len(read.faults) > MANY:
        show_text(_("  … and {count} more.").format(count=len(read.faults) - MANY))
    show_text(
        _("Who is known, organizations, countries, seats and quotas are looked at by --dry-run, not by --preview.")
    )


def read_pair(words: str) -> tuple[str, str]:
    """`Apellidos=family_name` of a --map. Raises Usage."""
    header, equals, field = words.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise Usage(N_('--map {words!r} can\'t be read; write it like --map "Apellidos=family_name".'), words=words)
    return header.strip(), field.strip()


def _reject_options_of_lists(given: Mapping[str, object]) -> None:
    if given["--preview"] or given["--update"]:
        raise Usage(N_("--preview and --update are for a list: give it with --from FILE."))
    if any(given.values()):
        raise Usage(N_("--map, --skip-bad and --bad-rows are for a list: give it with --from FILE."))


def _reject_options_of_people(names: list[str] | None, given: Collection[str]) -> None:
    if names:
        raise Usage(N_("Either a NAME or --from FILE, not both."))
    for field in given:
        option = {"over_quota": "--over-quota", **enrollment.OPTIONS}[field]
        raise Usage(N_("{option} is for one person; in a list it is a column of the file."), option=option)
