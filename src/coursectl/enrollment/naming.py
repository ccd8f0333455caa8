"""People named by a command, enrolled or nominated: what its options say of all of them, and of whom the store says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from coursectl.editions import EditionRef
from coursectl.enrollment.cells import OPTIONS, age_day, describe, describe_all
from coursectl.enrollment.differing import Differing, Said, compare
from coursectl.enrollment.enrolling import Enrolled, EnrolledList, enroll_all, refuse_away
from coursectl.enrollment.moving import Moved, move
from coursectl.enrollment.planning import NewEnrollment, Plan, Standing, plan_offices
from coursectl.enrollment.roster import Enrollment, get_enrollments, list_roster
from coursectl.enrollment.seats import read_over_quota
from coursectl.enrollment.statuses import AWAY
from coursectl.errors import N_, Ambiguous, NotFound, Usage
from coursectl.locale import fold
from coursectl.people import Decide, DecideOffice, NewOrganization, email_key, get_organization
from coursectl.store import Act, Statement, Store


def enroll_named(
    store: Store,
    edition: EditionRef,
    names: Sequence[str],
    options: Mapping[str, str],
    act: Act,
    *,
    over_quota: str | None = None,
    waiting_list: bool = False,
    near: Decide | None = None,
    office: DecideOffice | None = None,
    implied: Collection[str] = (),
) -> EnrolledList:
    """Enroll people by their names or e-mails, in one batch; `options` are by the fields of `HEADERS`, and everybody's.

    A priority is the first one's, and the next has the next. Of who is in the edition already it is told what the options say
    otherwise, but for those that are `implied`. Raises Usage, BadValue, CameBack for one who has withdrawn or declined, and what `enroll_all` raises.
    """
    if not any(names):
        raise Usage(N_('Who? Give a name: coursectl enroll "Ana Pérez" --country AR, or a list: --from FILE'))
    if len(names) > 1 and "email" in options:
        raise Usage(N_("--email is for one person, and here are {count}."), count=len(names))
    over_quota = read_over_quota(over_quota)
    on = age_day(store, edition, act.today) if "birth_year" in options else act.today
    wanted = [
        replace(one, over_quota=over_quota, priority=one.priority and one.priority + place)
        for place, one in enumerate(describe_all(store, names, options, on))
    ]
    beside = _Beside(store, edition, wanted, options.keys() - set(implied))
    done = enroll_all(
        store, edition, wanted, act, waiting_list=waiting_list, also=beside.look, near=near, office=office
    )
    return replace(
        done,
        unchanged=tuple(map(beside.with_differences, done.unchanged)),
        changed=tuple(map(beside.with_differences, done.changed)),
    )


class _Beside:
    """What the options say of people who are known, beside what the store says."""

    def __init__(
        self, store: Store, edition: EditionRef, wanted: Sequence[NewEnrollment], fields: Collection[str]
    ) -> None:
        self._store, self._edition = store, edition
        self._said = [Said(place, one, frozenset(fields), OPTIONS) for place, one in enumerate(wanted)]
        self._found: list[Differing] = []

    def look(self, plan: Plan) -> list[Statement]:
        """Look at who is in the edition; nothing is to be written. Raises CameBack for one alone who has left."""
        if len(self._said) == 1:
            refuse_away(self._edition, plan)
        self._found = compare(self._store, plan, self._said, update=False)[0] if plan.standing else []
        return []

    def with_differences(self, one: Enrolled) -> Enrolled:
        """The person with what was said otherwise of them."""
        return replace(
            one, differences=tuple(each for of in self._found if of.person == one.person for each in of.differences)
        )


def nominate(
    store: Store,
    edition: EditionRef,
    names: Sequence[str],
    options: Mapping[str, str],
    act: Act,
    *,
    near: Decide | None = None,
    office: DecideOffice | None = None,
) -> Moved | EnrolledList:
    """Put people forward for the organization of `options["nominated_by"]`. All of whom had declined or withdrawn are moved back,
    and what the options say of their places is written with it.

    Without a country it is the organization's. Raises Usage without an organization, and as `enroll_named` and `move`.
    """
    if not any(names):
        raise Usage(N_('Whom? Give a name: coursectl roster nominate "Ana Pérez" --by DNM -e {edition}'), edition=edition.reference)  # fmt: skip
    if _all_away(store, edition, names, options.get("email")):
        return _nominate_again(store, edition, names, options, act, office)
    by = options.get("nominated_by")
    if by is None:
        raise Usage(N_("Who nominates? Say the organization with --by."))
    country = options.get("country") or _country_of(store, by)
    said = {"organization": by, **options, "status": "nominated"} | ({"country": country} if country else {})
    implied = said.keys() - options.keys()
    return enroll_named(store, edition, names, said, act, near=near, office=office, implied=implied)


def _nominate_again(
    store: Store,
    edition: EditionRef,
    names: Sequence[str],
    options: Mapping[str, str],
    act: Act,
    office: DecideOffice | None,
) -> Moved:
    """Put those forward again who had declined or withdrawn, with what is said of them now; the rest stays as it was."""
    there = get_enrollments(store, edition, names)
    plan, wanted = _as_said(store, there, options, act, office)
    said = [
        Said(place, one, frozenset(options) | ({"organization"} if one.organization else set()), OPTIONS)
        for place, one in enumerate(wanted)
    ]
    differing, statements = compare(store, plan, said, update=True, lacking=True)
    done = move(store, edition, names, "nominate", act, also=[*plan.statements, *statements])
    of = {one.person: one.differences for one in differing}
    countries = {one.person: said.country or one.country for one, said in zip(there, wanted, strict=True)}

    def told(one: Enrolled) -> Enrolled:
        found = of.get(one.person, ())
        return replace(
            one,
            country=countries.get(one.person, one.country),
            written=tuple(each for each in found if not each.personal),
            differences=tuple(each for each in found if each.personal),
        )

    return replace(
        done, moved=tuple(map(told, done.moved)), organizations_created=tuple(plan.new_organizations.values())
    )


def _as_said(
    store: Store, there: Sequence[Enrollment], options: Mapping[str, str], act: Act, office: DecideOffice | None
) -> tuple[Plan, list[NewEnrollment]]:
    """What the options say of people who are there, and their places with the organizations that are named.

    Who had no organization is of the one that nominates them, as in a first nomination.
    """
    wanted = []
    for place, one in enumerate(there):
        said = describe(store, {"name": one.name, **options}, act.today)
        country = said.country or one.country
        of = said.organization or (said.nominated_by if one.organization_id is None else None)
        wanted.append(
            replace(
                said,
                priority=said.priority and said.priority + place,
                organization=_near(of, country),
                nominated_by=_near(said.nominated_by, country),
            )
        )
    offices = plan_offices(store, dict(enumerate(wanted)), office)
    for problem in offices.problems:
        raise problem.refusal
    plan = Plan(
        statements=offices.statements,
        rows=(),
        people={},
        unchanged=(),
        new_organizations=offices.new,
        problems=(),
        matched=tuple(one.person for one in there),
        standing={
            place: Standing(one.id, one.person, one.status, one.number, one.country) for place, one in enumerate(there)
        },
        offices=offices.ids,
    )
    return plan, wanted


def _near(office: NewOrganization | None, country: str | None) -> NewOrganization | None:
    return office and replace(office, country=office.country or country)


def _all_away(store: Store, edition: EditionRef, names: Sequence[str], email: str | None) -> bool:
    """Whether each of the names means somebody of the edition who had declined or withdrawn, and not a namesake with another e-mail."""
    gone = [
        one
        for one in list_roster(store, edition, AWAY)
        if not (email and one.email) or email_key(one.email) == email_key(email)
    ]
    known = {fold(words) for one in gone for words in (one.who, one.name, one.email or "") if words}
    return all(fold(name) in known for name in names)


def _country_of(store: Store, organization: str) -> str | None:
    """The country of the organization, where the store knows it."""
    try:
        return get_organization(store, organization).country
    except (NotFound, Ambiguous):
        return None
