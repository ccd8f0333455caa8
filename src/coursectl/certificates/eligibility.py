"""Who may have a certificate: of completion, of participation, of instruction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursectl import attendance, enrollment, people, program
from coursectl.certificates.exceptions import read_exceptions
from coursectl.certificates.kinds import NobodyEligible, NotEligible
from coursectl.certificates.rules import COMPLETION, INSTRUCTION, PARTICIPATION, Rule
from coursectl.certificates.standing import Measure
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
    "asked": N_(
        "{name} ({status}) hasn't what {kind} certificates of {reference} ask for. "
        "Look why, and grant it all the same: coursectl certificate check -e {reference} --kind {kind}"
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


@dataclass(frozen=True)
class Eligible:
    """Who may have a certificate, and of whom only by an exception the reason for it, by the person."""

    holders: tuple[Holder, ...]
    reasons: Mapping[int, str]


def list_eligible(
    store: Store, edition: Edition, sessions: Sequence[Session], rule: Rule, *, provisional: bool = False
) -> Eligible:
    """Everybody who may have a certificate of this kind, exceptions included. Raises NobodyEligible, which says why there is
    nobody.

    Completion: who completed; a kind of the office's own for completion also asks for what its rule says. `provisional`, before
    the edition is closed: who has what it asks for, or still can. Participation: trainees who were present, or late, at least
    once, which is every trainee where no attendance was recorded at all, and who have what else its rule asks for.
    Instruction: the experts.
    """
    if rule.base == INSTRUCTION:
        return Eligible(tuple(_who_taught(store, edition, sessions)), {})
    granted = read_exceptions(store, edition.ref, rule.kind)
    there = enrollment.list_named(store, edition.ref, enrollment.HAD_A_PLACE, level="strong")
    by_rule = _by_rule(store, edition, rule, there, provisional=provisional)
    ids = {one.id for one in by_rule}
    beside = [one for one in there if one.person.id in granted and one.id not in ids]
    if not by_rule and not beside:
        raise _nobody(edition, rule, there)
    reasons = {one.person.id: one.reason for one in by_rule if one.status == "completed" and one.reason}
    reasons |= {one.person.id: granted[one.person.id] for one in beside}
    chosen = [one for one in there if one.id in ids or one.person.id in granted]
    return Eligible(tuple(_trainees(chosen, sessions)), {who: why for who, why in reasons.items() if why})


def _by_rule(
    store: Store, edition: Edition, rule: Rule, there: Sequence[Enrollment], *, provisional: bool
) -> list[Enrollment]:
    """Who needs no exception."""
    if rule.kind == COMPLETION and not provisional:
        return [one for one in there if one.status == "completed"]
    trainees = [one for one in there if one.status in enrollment.TRAINEE]
    if rule.base == PARTICIPATION and not rule.asks and not attendance.recorded(store, edition.ref):
        return trainees
    measured = Measure(store, edition.ref, rule, final=edition.closed_on is not None)
    wanted = ("met", "open") if provisional else ("met",)
    return [one for one in trainees if measured.of(one).verdict in wanted]


def _nobody(edition: Edition, rule: Rule, there: Sequence[Enrollment]) -> NobodyEligible:
    """Why there is nobody."""
    if not any(one.status in enrollment.TRAINEE for one in there) and rule.base == PARTICIPATION:
        wording = N_("{reference} has no trainees. Enroll them with: coursectl enroll --from FILE -e {reference}")
    elif rule.kind == PARTICIPATION and not rule.asks:
        wording = N_(
            "None of the trainees of {reference} has a mark of presence. See: coursectl attend show -e {reference}"
        )
    elif rule.kind != COMPLETION and (rule.base == PARTICIPATION or edition.closed_on):
        wording = N_(
            "Nobody has what {kind} certificates of {reference} ask for. See why: coursectl certificate check -e {reference} --kind {kind}"
        )
    elif edition.closed_on is None:
        wording = N_(
            "{reference} isn't closed: nobody has completed it yet. Close it with: coursectl edition close {reference} --apply"
        )
    else:
        wording = N_("Nobody has completed {reference}. See the outcomes with: coursectl roster list -e {reference}")
    return NobodyEligible(wording, reference=edition.reference, kind=Word(rule.kind))


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
    rule: Rule,
    eligible: Sequence[Holder],
    only: Sequence[str],
    leave_out: Sequence[str],
) -> list[Holder]:
    """Of the eligible, those whom `only` names (nobody named: all), without those whom `leave_out` names.

    Raises NotFound and Ambiguous for the names, NotEligible for somebody in `only` who can't have one, NobodyEligible
    where nobody is left.
    """
    may = {holder.person_id for holder in eligible}
    wanted = _named(store, edition, rule, only)
    for person_id, refusal in wanted.items():
        if person_id not in may:
            raise refusal
    unwanted = _named(store, edition, rule, leave_out)
    chosen = [
        holder for holder in eligible if (not only or holder.person_id in wanted) and holder.person_id not in unwanted
    ]
    if not chosen:
        raise NobodyEligible(
            N_("{reference}: --only and --except leave nobody to give {kind} certificates to."),
            reference=edition.reference,
            kind=Word(rule.kind),
        )
    return chosen


def _named(store: Store, edition: EditionRef, rule: Rule, whom: Sequence[str]) -> dict[int, NotEligible]:
    """The people who are named, each with what to say where they can't have a certificate.

    Experts have no number in the edition: they go by name or e-mail.
    """
    if not whom:
        return {}
    if rule.base == INSTRUCTION:
        experts = (program.get_expert(store, edition, who) for who in whom)
        return {expert.person.id: NotEligible() for expert in experts}
    return {
        one.person.id: NotEligible(
            _INELIGIBLE["erased" if one.erased else "asked" if rule.asks and rule.kind != COMPLETION else rule.base],
            kind=Word(rule.kind),
            name=one.name,
            status=Word(one.status),
            reference=edition.reference,
        )
        for one in enrollment.get_enrollments(store, edition, whom)
    }
