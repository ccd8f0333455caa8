"""`coursectl roster nominate`, `propose` and `edit`"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from coursectl import editions, enrollment
from coursectl.cli.changes import show_edited
from coursectl.cli.command import CountryOption, DryRun, EditionOption, OrgOption, command, read_number
from coursectl.cli.duplicate import OnDuplicate, decide, decide_office
from coursectl.cli.enroll import (
    BirthYear,
    CategoryOption,
    Email,
    Funder,
    Honorific,
    LanguageOption,
    Post,
    Sex,
)
from coursectl.cli.enroll_list import read_pair
from coursectl.cli.enrolled import answer, answer_people, few, new_organizations, tell_of_deadline, told
from coursectl.cli.here import here
from coursectl.cli.proposed import show_proposal, tell_of_waiting
from coursectl.cli.show import say, show_done
from coursectl.enrollment import Correction, Decided, Verdict, Verdicts
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.people import NewOrganization

Who = Annotated[str, typer.Argument(metavar="WHO", help=_("Participant number, e-mail or name."))]
Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME…", help=_("Who: full names in quotes, or the e-mails of people who are known.")),
]
By = Annotated[str | None, typer.Option("--by", metavar="ORG", help=_("The organization that nominates."))]
Priority = Annotated[str | None, typer.Option("--priority", metavar="N", help=_("Their place in its order, from 1."))]
Reserve = Annotated[bool, typer.Option("--reserve", help=_("In case a principal candidate doesn't come."))]
Category = Annotated[
    str | None,
    typer.Option("--category", metavar="CATEGORY", help=_("official, academic, international_staff or observer.")),
]
Needs = Annotated[str | None, typer.Option("--needs", metavar="TEXT", help=_("Diet, accessibility."))]


def register(app: typer.Typer) -> None:
    """Add the commands to `coursectl roster`."""
    command(
        app,
        "nominate",
        _("Put people forward for an organization; who had declined or withdrawn is put forward again."),
        example='coursectl roster nominate "Ana Pérez" --by DNM --country AR --priority 1 -e ICIM-37',
    )(nominate)
    command(
        app,
        "propose",
        _("Propose who gets the free seats, by quotas and order of nomination. Nothing is written before --apply."),
        example="coursectl roster propose -e ICIM-37 --to proposal.xlsx\n"
        "coursectl roster propose -e ICIM-37 --from decided.xlsx --apply",
    )(propose)
    command(
        app,
        "edit",
        _("Correct what is written of somebody's place: country, organization, post …; an empty text clears."),
        example="coursectl roster edit 7 --country BR --post 'Jefa de oficina' -e ICIM-37",
    )(edit)


def nominate(
    names: Names,
    edition: EditionOption = None,
    by: By = None,
    priority: Priority = None,
    reserve: Reserve = False,
    country: CountryOption = None,
    org: OrgOption = None,
    email: Email = None,
    sex: Sex = None,
    category: CategoryOption = None,
    post: Post = None,
    honorific: Honorific = None,
    language: LanguageOption = None,
    birth_year: BirthYear = None,
    funder: Funder = None,
    needs: Needs = None,
    on_duplicate: OnDuplicate = None,
    dry_run: DryRun = False,
) -> None:
    options = {
        "country": country, "organization": org, "email": email, "sex": sex, "category": category, "post": post,
        "honorific": honorific, "language": language, "birth_year": birth_year, "funder": funder, "needs": needs,
        "nominated_by": by, "priority": str(_order(priority) or ""), "reserve": "yes" if reserve else None,
    }  # fmt: skip
    given = {field: value for field, value in options.items() if value}
    ref = here().edition(edition, deciding=True)
    act = here().act(dry_run=dry_run).typed(f"roster nominate {ref.reference}")
    done = enrollment.nominate(here().store, ref, names, given, act, near=decide(on_duplicate), office=decide_office())
    if isinstance(done, enrollment.Moved):
        tell_of_deadline(ref, act.today, done.moved)
        lines = [*map(told, (*done.moved, *done.unchanged)), *new_organizations(done)]
        answer(done, "\n".join(lines), changed=bool(done.moved), dry_run=dry_run)
        return
    tell_of_deadline(ref, act.today, done.enrolled)
    answer_people(done, several=len(names) > 1, dry_run=dry_run)


def _order(words: str | None) -> int | None:
    number = read_number(words, "--priority")
    if number == "":
        return None
    if number is not None and number < 1:
        raise Usage(N_("--priority counts from 1."))
    return number


def propose(
    edition: EditionOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help=_("Write the table for the committee: XLSX, ODS, CSV, TSV or JSON.")),
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help=_("The table as the committee has decided it."))
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help=_("Carry it out."))] = False,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADER=FIELD", help=_('What a column of that table means: --map "Voto=decision"')
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Write over a file that is there."))] = False,
    dry_run: DryRun = False,
) -> None:
    store, ref = here().store, here().edition(edition, deciding=True)
    if from_ is not None:
        if to is not None:
            raise Usage(N_("--to writes the table and --from reads it back: one at a time."))
        read = enrollment.read_decisions(store, ref, from_, dict(map(read_pair, map_ or [])))
        _tell_of_reasons(read)
        _carry_out(ref, read.verdicts, apply=apply, dry_run=dry_run)
        return
    if map_:
        raise Usage(N_("--map is for the table that --from reads."))
    proposal = enrollment.propose(store, ref, language=here().language)
    if to is not None:
        enrollment.write_proposal(proposal, to, _, force=force)
        count = len(proposal.choices)
        sentence = ngettext(
            "{file} has {count} person; bring it back decided with: coursectl roster propose -e {edition} --from {file}",
            "{file} has {count} people; bring it back decided with: coursectl roster propose -e {edition} --from {file}",
            count,
        )
        say(sentence.format(file=to, count=count, edition=ref.reference))
    if apply:
        verdicts = [Verdict(choice.one, choice.decision) for choice in proposal.choices]
        _carry_out(ref, verdicts, apply=True, dry_run=dry_run)
    else:
        show_proposal(proposal)
    tell_of_waiting(proposal)


def _tell_of_reasons(read: Verdicts) -> None:
    """What the committee wrote where it isn't kept."""
    if read.rewritten:
        say(
            _('The column "Why" is the tool\'s, and what was written there isn\'t kept (rows: {rows}). The committee\'s reasons go into the column "Reason".').format(
                rows=", ".join(map(str, read.rewritten))
            )
        )  # fmt: skip
    if read.unkept:
        say(
            _("A reason is kept with a move, and nobody is moved here (rows: {rows}).").format(
                rows=", ".join(map(str, read.unkept))
            )
        )


def _carry_out(ref: editions.EditionRef, verdicts: Sequence[Verdict], *, apply: bool, dry_run: bool) -> None:
    act = here().act(dry_run=dry_run or not apply)
    done = enrollment.decide(here().store, ref, verdicts, act)
    show_done(done, _account(done), dry_run=dry_run or not apply)
    if not apply and not dry_run:
        say(_("Nothing was written; carry it out with --apply."))


def _account(done: Decided) -> str:
    wordings = (
        (done.accepted, N_("Accepted: {names}.")),
        (done.waitlisted, N_("On the waiting list: {names}.")),
        (done.declined, N_("Declined: {names}.")),
    )
    lines = [
        _(wording).format(names="; ".join(one.person.name for one in moved.moved))
        for moved, wording in wordings
        if moved.moved
    ]
    if lines and done.accepted.seats_left is not None:
        lines.append(_("{edition}: seats left: {count}.").format(edition=done.edition, count=done.accepted.seats_left))
    if not lines:
        lines.append(_("Nothing is decided; nothing was changed."))
    if done.undecided:
        names = few([one.name for one in done.undecided])
        lines.append(_("Undecided, they stay nominated: {names}.").format(names=names))
    return "\n".join(lines)


def edit(
    who: Who,
    edition: EditionOption = None,
    country: CountryOption = None,
    org: OrgOption = None,
    by: By = None,
    post: Post = None,
    sex: Sex = None,
    category: Category = None,
    funder: Funder = None,
    priority: Priority = None,
    reserve: Annotated[
        bool | None, typer.Option("--reserve/--principal", help=_("Whether they are a reserve candidate."))
    ] = None,
    publish: Annotated[
        bool | None,
        typer.Option("--publish/--no-publish", help=_("Whether they agreed to be in the participants' directory.")),
    ] = None,
    needs: Needs = None,
    dry_run: DryRun = False,
) -> None:
    correction = Correction(
        country=enrollment.read_country(country) if country else country,
        organization=_named(org),
        nominated_by=_named(by),
        post=post,
        sex=enrollment.read_option("sex", sex),
        category=enrollment.read_option("category", category),
        funder=funder,
        priority="" if priority == "" else _order(priority),
        reserve=reserve,
        publish=publish,
        needs=needs,
    )
    done = enrollment.correct(
        here().store,
        here().edition(edition, deciding=True),
        who,
        correction,
        here().act(dry_run=dry_run),
        decide_office(),
    )
    wording = N_("{name} in {edition} is corrected.") if done.changed else N_("{name} in {edition} is like that already; nothing was changed.")  # fmt: skip
    sentence = " ".join([_(wording).format(name=done.name, edition=done.edition), *new_organizations(done)])
    show_edited(done, sentence, lambda: done.before, changed=bool(done.changed), dry_run=dry_run, after=done.after)


def _named(words: str | None) -> NewOrganization | Literal[""] | None:
    return NewOrganization.named(words) if words else "" if words == "" else None
