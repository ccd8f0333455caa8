"""A ministry sends somebody else: the new one comes in the old one's place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coursectl.editions import EditionRef
from coursectl.enrollment.enrolling import Enrolled, last_number, read_back
from coursectl.enrollment.meanwhile import moved_told
from coursectl.enrollment.moving import check_move, move_statements, standing
from coursectl.enrollment.planning import NewEnrollment, Standing, plan_enrollments
from coursectl.enrollment.roster import Enrollment, get_enrollment, list_roster, who_is
from coursectl.enrollment.seats import asked_of, full_told, get_seats
from coursectl.enrollment.statuses import MOVES, STATUSES, AlreadyEnrolled
from coursectl.errors import N_, Word
from coursectl.locale import fold
from coursectl.people import Decide, DecideOffice
from coursectl.store import Act, Store
from coursectl.store.triggers import SEATED
from coursectl.tables import clean


@dataclass(frozen=True)
class Replaced:
    """Who came for whom. `replaced` has withdrawn; their place is the new one's."""

    edition: str
    replaced: Enrolled
    enrolled: Enrolled


def replace_trainee(
    store: Store,
    edition: EditionRef,
    who: str,
    wanted: NewEnrollment,
    act: Act,
    *,
    reason: str,
    near: Decide | None = None,
    office: DecideOffice | None = None,
) -> Replaced:
    """Let the `wanted` person come in place of `who`, whose ministry sends somebody else; it works in a full edition too.

    The old one withdraws for `reason`; the new one gets their category, funder and status, country and organization unless
    `wanted` has its own, and a number of their own. `near` and `office` decide as in `enroll_all`. Raises what `move` and
    `enroll` raise, and AlreadyEnrolled for a new one who is in the edition.
    """
    old = get_enrollment(store, edition, who)
    check_move(old, "replace")
    if namesake := _namesake(store, edition, wanted):
        raise _in_already(edition, old, namesake)
    plan = plan_enrollments(store, edition, [_taking_over(old, wanted)], act, near=near, office=office)
    for problem in plan.problems:
        raise problem.refusal
    if plan.unchanged:
        raise _in_already(edition, old, plan.unchanged[0])
    leaving = move_statements(edition, [(old.id, old.status, "withdrawn", clean(reason) or None)])
    with full_told(store, edition, [asked_of(plan.rows[0])]), moved_told(store, edition, [old]):
        store.apply(act.operation(f"roster replace {edition.reference}", [*leaving, *plan.statements]))
    new = plan.rows[0]
    left = get_seats(store, edition).left
    if act.dry_run:
        number = last_number(store, edition) + 1 if old.status in SEATED else None
    else:
        number = read_back(store, [new["id"]])[new["id"]]["number"]
    return Replaced(
        edition=edition.reference,
        replaced=standing(old, "withdrawn", old.number, left),
        enrolled=Enrolled(
            status=old.status,
            person=plan.people[new["person_id"]],
            edition=edition.reference,
            number=number,
            country=new["country"],
            id=new["id"],
            organization_created=plan.new_organizations.get(new["organization_id"]),
            seats_left=left,
            namesakes=plan.namesakes.get(new["person_id"], ()),
        ),
    )


def _taking_over(old: Enrollment, wanted: NewEnrollment) -> NewEnrollment:
    """The wanted person in the old one's place; an organization of their own is looked for in the country that they represent."""
    country, office = wanted.country or old.country, wanted.organization
    return replace(
        wanted,
        country=country,
        category=old.category,
        status=old.status,
        funder=old.funder,
        organization=office and replace(office, country=office.country or country),
        organization_id=None if office else old.organization_id,
        replaces=old.id,
    )


def _namesake(store: Store, edition: EditionRef, wanted: NewEnrollment) -> Standing | None:
    """Who has the same name in the edition, for another country: the country that is taken over tells nobody apart."""
    if wanted.country or wanted.person.email:
        return None
    name = fold(wanted.person.full_name)
    for one in list_roster(store, edition, STATUSES, level="strong"):
        if name and fold(one.name) == name:
            return Standing(one.id, one.person, one.status, one.number, one.country)
    return None


def _in_already(edition: EditionRef, old: Enrollment, there: Standing) -> AlreadyEnrolled:
    """Nobody has two places; who waits or has withdrawn can be accepted when the seat is free."""
    wording = _TO_BE_ACCEPTED if there.status in MOVES["accept"].before else _IN_ALREADY
    return AlreadyEnrolled(
        wording,
        name=there.person.name,
        edition=edition.reference,
        status=Word(there.status),
        old=old.who,
        new=who_is(there.number, there.person.name),
    )


_IN_ALREADY = N_(
    "{name} is in {edition} already, as {status}; nothing was changed. Somebody else of that name needs --email and --on-duplicate new."
)
_TO_BE_ACCEPTED = N_(
    "{name} is in {edition} already, as {status}; nothing was changed. To give them the seat: "
    "coursectl roster withdraw {old} -e {edition}; then: coursectl roster accept {new} -e {edition}. "
    "Somebody else of that name needs --email and --on-duplicate new."
)
