"""`coursectl roster accept`, `confirm`, `decline`, `waitlist`, `promote` and `withdraw`: one by one, by list, or by rule."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from coursectl import enrollment, people
from coursectl.cli.command import CountryOption, DryRun, EditionOption, command
from coursectl.cli.enroll_list import read_pair
from coursectl.cli.enrolled import answer, told
from coursectl.cli.here import here
from coursectl.cli.options import Options
from coursectl.enrollment import Moved, Rule
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

Whom = Annotated[list[str] | None, typer.Argument(metavar="WHO…", help=_("Participant numbers, e-mails or names."))]
Because = Annotated[str | None, typer.Option("--because", metavar="REASON", help=_("The reason, kept with it."))]
FromList = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help=_("All people of a list, by number, e-mail or name.")),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="HEADER=FIELD", help=_('What a column of that list means: --map "Legajo=number"')),
]
Everybody = Annotated[
    bool, typer.Option("--all", help=_("Everybody who can be moved so; --country, --by and the like narrow it."))
]
By = Annotated[str | None, typer.Option("--by", metavar="ORG", help=_("Only whom this organization nominated."))]
ReserveRule = Annotated[
    bool | None, typer.Option("--reserve/--principal", help=_("Only reserve, or only principal candidates."))
]
StatusRule = Annotated[str | None, typer.Option("--status", metavar="STATUS", help=_("Only who has this status."))]
OverQuota = Annotated[
    str | None,
    typer.Option(
        "--over-quota", metavar="REASON", help=_("Take them as guests beside seats and quotas, for this reason.")
    ),
]


@dataclass(frozen=True)
class Named(Options):
    """Whom a move is about, by name or by a list."""

    whom: Whom = None
    from_: FromList = None
    map_: MapOption = None


@dataclass(frozen=True)
class Chosen(Named):
    """Whom a move is about: also everybody of a country, or whom an organization nominated."""

    all_: Everybody = False
    country: CountryOption = None
    by: By = None


@dataclass(frozen=True)
class Ruled(Chosen):
    """Whom a move is about: also by what they are in the edition."""

    reserve: ReserveRule = None
    status: StatusRule = None


def register(app: typer.Typer) -> None:
    """Add the moves to `coursectl roster`."""
    command(
        app,
        "accept",
        _("Accept who was nominated, waits, or had withdrawn: takes seats and gives numbers."),
        example='coursectl roster accept "Ana Pérez" luis@dnm.example -e ICIM-37\n'
        "coursectl roster accept --all --country AR --principal -e ICIM-37",
    )(accept)
    command(
        app, "confirm", _("Confirm who was accepted and says they come."), example="coursectl roster confirm 7 12 14"
    )(confirm)
    command(
        app,
        "decline",
        _("Decline who isn't chosen, or who says no: frees the seat, keeps the number."),
        example='coursectl roster decline --all --status nominated --because "No seat left" -e ICIM-37',
    )(decline)
    command(
        app,
        "waitlist",
        _("Put people on the waiting list, or give one of them another position."),
        example='coursectl roster waitlist "Luis Gómez" --position 1 -e ICIM-37',
    )(waitlist)
    command(
        app,
        "promote",
        _("Give free seats to the first who wait and whose quotas have room."),
        example="coursectl roster promote 2 -e ICIM-37",
    )(promote)
    command(
        app,
        "withdraw",
        _("Withdraw somebody: frees the seat, keeps the number."),
        example='coursectl roster withdraw 12 --because "Stays in office" -e ICIM-37',
    )(withdraw)


def accept(who: Ruled, edition: EditionOption = None, over_quota: OverQuota = None, dry_run: DryRun = False) -> None:
    _move(_chosen(who, edition), edition, "accept", None, over_quota=over_quota, dry_run=dry_run)


def confirm(who: Chosen, edition: EditionOption = None, dry_run: DryRun = False) -> None:
    _move(_chosen(who, edition), edition, "confirm", None, dry_run=dry_run)


def decline(who: Ruled, edition: EditionOption = None, because: Because = None, dry_run: DryRun = False) -> None:
    _move(_chosen(who, edition), edition, "decline", because, dry_run=dry_run)


def waitlist(
    who: Ruled,
    edition: EditionOption = None,
    position: Annotated[
        int | None, typer.Option("--position", metavar="N", help=_("The position of one who waits, from 1."))
    ] = None,
    because: Because = None,
    dry_run: DryRun = False,
) -> None:
    chosen = _chosen(who, edition)
    if position is None:
        _move(chosen, edition, "waitlist", because, dry_run=dry_run)
        return
    if isinstance(chosen, Rule) or len(chosen) != 1:
        raise Usage(N_("--position is for one person who waits."))
    act = here().act(dry_run=dry_run)
    done = enrollment.reposition(here().store, here().edition(edition, deciding=True), chosen[0], position, act)
    wording = N_("{name} is number {position} of {waiting} on the waiting list of {edition}.")
    sentence = _(wording).format(name=done.name, position=done.position, waiting=done.waiting, edition=done.edition)
    answer(done, sentence, changed=not done.unchanged, dry_run=dry_run)


def promote(
    count: Annotated[int, typer.Argument(metavar="N", min=1, help=_("How many. Default: 1"))] = 1,
    edition: EditionOption = None,
    all_: Annotated[bool, typer.Option("--all", help=_("As many as there are seats and places for."))] = False,
    dry_run: DryRun = False,
) -> None:
    act = here().act(dry_run=dry_run)
    done = enrollment.promote(here().store, here().edition(edition, deciding=True), act, count=None if all_ else count)
    answer(done, account(done), changed=bool(done.moved), dry_run=dry_run)


def withdraw(who: Named, edition: EditionOption = None, because: Because = None, dry_run: DryRun = False) -> None:
    _move(_chosen(who, edition), edition, "withdraw", because, dry_run=dry_run)


def _chosen(named: Named, edition: str | None) -> list[str] | Rule:
    """Whom a move is about: people who are named, those of a list, or all that a rule is about. Raises Usage."""
    who = Ruled(**vars(named))
    narrowed = any(value is not None for value in (who.country, who.by, who.reserve, who.status))
    if bool(who.whom) + (who.from_ is not None) + who.all_ != 1 or (narrowed and not who.all_):
        raise Usage(
            N_(
                "Whom? Name them by number, e-mail or name, or give a list with --from FILE, or say --all, which --country, --by, --reserve and --status narrow."
            )
        )
    if who.from_ is not None:
        mapping = dict(map(read_pair, who.map_ or []))
        return enrollment.read_whom(here().store, here().edition(edition, deciding=True), who.from_, mapping)
    if who.map_:
        raise Usage(N_("--map is for a list: give it with --from FILE."))
    if who.whom:
        return who.whom
    statuses = enrollment.chosen_statuses([who.status]) if who.status else None
    nominator = people.get_organization(here().store, who.by).id if who.by else None
    return Rule(enrollment.read_country(who.country), nominator, who.reserve, statuses[0] if statuses else None)


def _move(
    chosen: list[str] | Rule,
    edition: str | None,
    verb: str,
    reason: str | None,
    *,
    over_quota: str | None = None,
    dry_run: bool,
) -> None:
    act = here().act(dry_run=dry_run)
    done = enrollment.move(
        here().store, here().edition(edition, deciding=True), chosen, verb, act, reason=reason, over_quota=over_quota
    )
    answer(done, account(done), changed=bool(done.moved), dry_run=dry_run)


def account(done: Moved) -> str:
    """What became of everybody, and who is next for a seat that fell free."""
    lines = [told(one) for one in (*done.moved, *done.promoted, *done.unchanged)]
    if len(done.moved) > _MANY:
        count = len(done.moved)
        lines = [
            ngettext("{edition}: {count} person is moved.", "{edition}: {count} people are moved.", count).format(
                edition=done.edition, count=count
            ),
            *(told(one) for one in done.promoted),
        ]
    if done.next:
        wording = _("Next on the waiting list: {name}. To give them the seat: coursectl roster promote -e {edition}")
        lines.append(wording.format(name=done.next.name, edition=done.edition))
    return "\n".join(lines)


_MANY = 100  # people in an answer, a line each
