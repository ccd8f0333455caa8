"""Who may have a certificate: of completion, of participation, of instruction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coursectl import attendance, enrollment, people, program
from coursectl.certificates.kinds import NobodyEligible, NotEligible
from coursectl.editions import Edition, EditionRef
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, Word
from coursectl.locale import Text
from coursectl.program import Expert, Session
from coursectl.store import Store

_INELIGIBLE = {
    "erased": N_("{name} of {reference} was erased; no certificate is issued to whoever isn't known any more."),
    "completion": N_(
        "{name} hasn't completed {reference} ({status}), so there is no completion certificate. "
        "Outcomes are written by: coursectl edition close {reference}"
    ),
    "participation": N_(
        "{name} ({status}) has no mark of presence in {reference}, so there is no participation certificate. "
        "See: coursectl attend show -e {reference}"
    ),
}


@dataclass(frozen=True)
class Holder:
    """Somebody who may have a certificate, with what it prints of them.

    `minutes` are the contact minutes of the edition, or of an expert those taught; `sessions` the titles taught. The
    register is in the order of `filed_under`: the family name first, where it is known.
    """

    person_id: int
    name: str
    honorific: str | None
    sex: str | None
    country: str | None
    language: str | None
    minutes: int
    sessions: tuple[Text, ...] = ()
    filed_under: str = ""


def list_eligible(store: Store, edition: Edition, sessions: Sequence[Session], kind: str) -> list[Holder]:
    """Everybody who may have a certificate of this kind. Raises NobodyEligible, which says why there is nobody.

    Completion: who completed. Participation: trainees who were present, or late, at least once, which is every trainee
    where no attendance was recorded at all. Instruction: the experts.
    """
    match kind:
        case "completion":
            return _who_completed(store, edition, sessions)
        case "participation":
            return _who_took_part(store, edition, sessions)
        case _:
            return _who_taught(store, edition, sessions)


def _who_completed(store: Store, edition: Edition, sessions: Sequence[Session]) -> list[Holder]:
    completed = enrollment.list_named(store, edition.ref, ("completed",), level="strong")
    if completed:
        return _trainees(completed, sessions)
    if edition.closed_on is None:
        raise NobodyEligible(
            N_(
                "{reference} isn't closed: nobody has completed it yet. Close it with: coursectl edition close {reference} --apply"
            ),
            reference=edition.reference,
        )
    raise NobodyEligible(
        N_("Nobody has completed {reference}. See the outcomes with: coursectl roster list -e {reference}"),
        reference=edition.reference,
    )


def _who_took_part(store: Store, edition: Edition, sessions: Sequence[Session]) -> list[Holder]:
    trainees = enrollment.list_named(store, edition.ref, enrollment.TRAINEE, level="strong")
    if not trainees:
        raise NobodyEligible(
            N_("{reference} has no trainees. Enroll them with: coursectl enroll --from FILE -e {reference}"),
            reference=edition.reference,
        )
    if attendance.recorded(store, edition.ref):
        there = {rate.enrollment_id for rate in attendance.list_rates(store, edition.ref) if rate.seen}
        trainees = [one for one in trainees if one.id in there]
    if not trainees:
        raise NobodyEligible(
            N_("None of the trainees of {reference} has a mark of presence. See: coursectl attend show -e {reference}"),
            reference=edition.reference,
        )
    return _trainees(trainees, sessions)


def _trainees(enrollments: Sequence[Enrollment], sessions: Sequence[Session]) -> list[Holder]:
    minutes = program.contact_minutes(sessions)
    return _each_once(
        [
            Holder(
                one.person.id,
                one.name,
                one.honorific,
                one.sex,
                one.country,
                one.language,
                minutes,
                filed_under=people.filed_under(one.name, one.family_name, one.given_name),
            )
            for one in enrollments
        ]
    )


def _who_taught(store: Store, edition: Edition, sessions: Sequence[Session]) -> list[Holder]:
    experts = program.list_experts(store, edition.ref)
    erased = people.list_erased(store, [one.person.id for one in experts])
    experts = [one for one in experts if one.person.id not in erased]
    if not experts:
        raise NobodyEligible(
            N_("{reference} has no experts. Add them with: coursectl expert add NAME -e {reference}"),
            reference=edition.reference,
        )
    return _each_once([_teacher(store, expert, sessions) for expert in experts])


def _teacher(store: Store, expert: Expert, sessions: Sequence[Session]) -> Holder:
    taught = [one for one in sessions if expert.person.id in {person.id for person in one.experts}]
    person = people.get_person(store, str(expert.person.id))
    titles = tuple(dict.fromkeys(tuple(sorted(one.title.items())) for one in taught))
    return Holder(
        expert.person.id, expert.person.name, expert.honorific, expert.sex, expert.country, person.language,
        sum(one.minutes for one in taught), tuple(map(dict, titles)),
        people.filed_under(person.name, person.family_name, person.given_name),
    )  # fmt: skip


def find_holder(
    store: Store, edition: Edition, sessions: Sequence[Session], person_id: int, *, teaching: bool
) -> Holder | None:
    """What is printed today of somebody who is in the edition, whatever they may have; None where they aren't in it."""
    if teaching:
        experts = [one for one in program.list_experts(store, edition.ref) if one.person.id == person_id]
        return _teacher(store, experts[0], sessions) if experts else None
    places = enrollment.list_named(store, edition.ref, level="strong")
    return next(iter(_trainees([one for one in places if one.person.id == person_id], sessions)), None)


def _each_once(holders: Sequence[Holder]) -> list[Holder]:
    """Two entries that turned out to be one person make one certificate."""
    return list({holder.person_id: holder for holder in holders}.values())


def choose(
    store: Store,
    edition: EditionRef,
    kind: str,
    eligible: Sequence[Holder],
    only: Sequence[str],
    leave_out: Sequence[str],
) -> list[Holder]:
    """Of the eligible, those whom `only` names (nobody named: all), without those whom `leave_out` names.

    Raises NotFound and Ambiguous for the names, NotEligible for somebody in `only` who can't have one, NobodyEligible
    where nobody is left.
    """
    may = {holder.person_id for holder in eligible}
    wanted = _named(store, edition, kind, only)
    for person_id, refusal in wanted.items():
        if person_id not in may:
            raise refusal
    unwanted = _named(store, edition, kind, leave_out)
    chosen = [
        holder for holder in eligible if (not only or holder.person_id in wanted) and holder.person_id not in unwanted
    ]
    if not chosen:
        raise NobodyEligible(
            N_("{reference}: --only and --except leave nobody to give {kind} certificates to."),
            reference=edition.reference,
            kind=Word(kind),
        )
    return chosen


def _named(store: Store, edition: EditionRef, kind: str, whom: Sequence[str]) -> dict[int, NotEligible]:
    """The people who are named, each with what to say where they can't have a certificate.

    Experts have no number in the edition: they go by name or e-mail.
    """
    if not whom:
        return {}
    if kind == "instruction":
        experts = (program.get_expert(store, edition, who) for who in whom)
        return {expert.person.id: NotEligible() for expert in experts}
    return {
        one.person.id: NotEligible(
            _INELIGIBLE["erased" if one.erased else kind],
            name=one.name,
            status=Word(one.status),
            reference=edition.reference,
        )
        for one in enrollment.get_enrollments(store, edition, whom)
    }
