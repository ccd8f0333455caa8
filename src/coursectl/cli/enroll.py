"""`coursectl enroll …`"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from coursectl import enrollment
from coursectl.cli.command import CountryOption, DryRun, EditionOption, OrgOption, command, single
from coursectl.cli.duplicate import OnDuplicate, decide, decide_office
from coursectl.cli.enroll_list import OfList, enroll_list, show_preview
from coursectl.cli.enrolled import answer_people, tell_of_deadline
from coursectl.cli.here import here
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _

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
    *,
    of_list: OfList,
    dry_run: DryRun = False,
) -> None:
    options = {
        "country": country, "organization": org, "email": email, "sex": sex, "category": category, "post": post,
        "honorific": honorific, "language": language, "birth_year": birth_year, "status": status, "funder": funder,
        "nominated_by": by, "priority": priority and str(priority), "reserve": "yes" if reserve else None,
    }  # fmt: skip
    given = {field: value for field, value in options.items() if value}
    how: dict[str, Any] = {"waiting_list": waiting_list, "near": decide(on_duplicate), "office": decide_office()}
    if from_ is None:
        of_list.refuse_without_list()
        _enroll_people(names or [], edition, given, dry_run=dry_run, over_quota=over_quota, **how)
        return
    _refuse_of_people(names, [*given, *(["over_quota"] if over_quota is not None else [])])
    asked = of_list.asked(from_, edition, given)
    if of_list.preview:
        show_preview(asked)
    else:
        enroll_list(asked, dry_run=dry_run, **how)


def _enroll_people(
    names: Sequence[str], edition: str | None, given: Mapping[str, str], *, dry_run: bool, **how: Any
) -> None:
    ref, act = here().edition(edition, deciding=True), here().act(dry_run=dry_run)
    done = enrollment.enroll_named(here().store, ref, names, given, act, **how)
    tell_of_deadline(ref, act.today, done.enrolled)
    answer_people(done, several=len(names) > 1, dry_run=dry_run)


def _refuse_of_people(names: list[str] | None, given: Collection[str]) -> None:
    if names:
        raise Usage(N_("Either a NAME or --from FILE, not both."))
    for field in given:
        if field not in enrollment.OF_EVERYBODY:
            option = {"over_quota": "--over-quota", **enrollment.OPTIONS}[field]
            raise Usage(N_("{option} is for one person; in a list it is a column of the file."), option=option)
