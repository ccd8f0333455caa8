"""To whom each kind of letter goes.

| kind       | goes to |
|------------|---------|
| call       | the organizations that are named, else those with nominations or places of their own in the call, else everybody in one general letter |
| acceptance | who is accepted and hasn't confirmed; `again`: also who has |
| regret     | whom the course declined: who was accepted and declined themselves needs no regret |
| reserve    | who is on the waiting list, or nominated and marked as reserve |
| invitation | experts |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from coursectl import enrollment, people, program
from coursectl.editions import Edition
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, Refused, Word
from coursectl.store import Store
from coursectl.workflows.printing.orders import Order
from coursectl.workflows.printing.particulars import (
    read_agreed,
    read_declined_from,
    read_never_nominated,
    read_offered,
    read_others,
)
from coursectl.workflows.printing.people import Somebody, language_of

STATUSES: Mapping[str, tuple[str, ...]] = {
    "acceptance": ("accepted",),
    "regret": ("declined",),
    "reserve": ("waitlisted", "nominated"),
}


_UNKNOWN = N_(
    "{reference} doesn't know who said no, the course or they: {names}. To write to them, name them with --to."
)
_NOT_CHOSEN = ("nominated", "waitlisted")  # whose "no" is the course's


class NobodyToWriteTo(Refused):
    """Nobody gets a letter of the kind; the sentence says who would."""

    rule = "somebody_to_write_to"


class NotTheirLetter(Refused):
    """Somebody is named who isn't where such a letter finds people."""

    rule = "letter_fits"
    wording = N_(
        "{name} is {status} in {edition}, so no {kind} letter is written to them. To write it all the same: --status {code}"
    )


_ERASED = N_("{name} of {edition} was erased; no letter is written to whoever isn't known any more.")

_NOBODY: Mapping[str, str] = {
    "acceptance": N_(
        "Nobody in {reference} is accepted and hasn't confirmed yet, so there is no letter to write. With --again those who have confirmed get one too."
    ),
    "regret": N_("Nobody in {reference} was declined by the course, so there is no letter to write."),
    "reserve": N_("Nobody in {reference} is on the waiting list or in reserve, so there is no letter to write."),
    "invitation": N_("{reference} has no experts. Add them with: coursectl expert add NAME -e {reference}"),
}


@dataclass(frozen=True)
class To:
    """One addressee: the person or organization, in which language, and what only their letter has."""

    language: str
    number: str = ""
    somebody: Somebody | None = None
    organization: people.Organization | None = None
    status: str = ""
    candidate: bool = True  # somebody put them forward, or they waited


def _candidates(store: Store, edition: Edition, order: Order) -> Iterator[To]:
    kind = order.kind or ""
    chosen = enrollment.chosen_statuses(order.statuses)
    statuses = chosen or (*STATUSES[kind], *(("confirmed",) if order.again else ()))
    agreed = read_agreed(store, edition.id)

    def fits(one: Enrollment) -> bool:
        if one.status not in statuses:
            return False
        return bool(chosen) or kind != "reserve" or one.status == "waitlisted" or agreed[one.id].reserve

    if order.only:
        them = _named(store, edition, order.only, kind, fits)
    else:
        them = [one for one in enrollment.list_named(store, edition.ref, statuses, level="strong") if fits(one)]
        if kind == "regret" and not chosen:
            them = _declined_by_us(store, edition, them)
    unwanted = {one.id for one in enrollment.get_enrollments(store, edition.ref, order.leave_out)}
    them = [one for one in them if one.id not in unwanted]
    if not them:
        raise _nobody(edition, kind, chosen, again=order.again)
    taken_in = read_never_nominated(store, edition.id)
    for one in them:
        somebody = Somebody(
            one.person.id, "participant", one.name, one.number, one.honorific or "", one.given_name, one.family_name,
            one.sex, one.language, one.country, one.organization_name or {}, one.organization_acronym or {},
            one.post or "",
        )  # fmt: skip
        number = str(one.number) if one.number is not None else _short(one.id)
        yield To(
            language_of(one.language, edition, order),
            number,
            somebody,
            status=one.status,
            candidate=one.id not in taken_in,
        )


def _named(
    store: Store, edition: Edition, whom: Sequence[str], kind: str, fits: Callable[[Enrollment], bool]
) -> list[Enrollment]:
    """Those who are named. Raises NotTheirLetter for one whom the letter doesn't fit."""
    them = enrollment.get_enrollments(store, edition.ref, whom)
    for one in them:
        if one.erased:
            raise NotTheirLetter(_ERASED, name=one.name, edition=edition.reference)
        if not fits(one):
            raise NotTheirLetter(
                name=one.name, status=Word(one.status), edition=edition.reference, kind=Word(kind), code=one.status
            )
    return them


def _declined_by_us(store: Store, edition: Edition, declined: Sequence[Enrollment]) -> list[Enrollment]:
    """Those whom the course declined. Raises NobodyToWriteTo where of all that are left nobody knows who said no."""
    before = read_declined_from(store, edition.id)
    them = [one for one in declined if before.get(one.id) in _NOT_CHOSEN]
    unknown = [one.name for one in declined if before.get(one.id) is None]
    if unknown and not them:
        raise NobodyToWriteTo(_UNKNOWN, reference=edition.reference, names=", ".join(unknown))
    return them


def list_unasked(store: Store, edition: Edition, order: Order) -> tuple[str, ...]:
    """Who has declined and gets no regret, since nobody knows who said no. Who is named or of a status that is named, does."""
    if order.kind != "regret" or order.only or order.statuses:
        return ()
    before = read_declined_from(store, edition.id)
    return tuple(one.name for one in enrollment.list_named(store, edition.ref, ["declined"]) if before[one.id] is None)


def _nobody(edition: Edition, kind: str, chosen: Sequence[str] | None, *, again: bool = False) -> NobodyToWriteTo:
    if chosen:
        return NobodyToWriteTo(
            N_("Nobody in {reference} is {statuses}, so there is no letter to write."),
            reference=edition.reference,
            statuses=", ".join(chosen),
        )
    if again:
        return NobodyToWriteTo(
            N_("Nobody in {reference} is accepted or confirmed, so there is no letter to write."),
            reference=edition.reference,
        )
    return NobodyToWriteTo(_NOBODY[kind], reference=edition.reference)


def _experts(store: Store, edition: Edition, order: Order) -> Iterator[To]:
    """The experts who are named, or all, in the order in which they were added."""
    listed = program.list_experts(store, edition.ref)
    erased = people.list_erased(store, [one.person.id for one in listed])
    everybody = [one for one in listed if one.person.id not in erased]
    emails = {one.person.id: one.email for one in everybody}
    wanted, unwanted = ({_expert_id(everybody, edition, who, emails) for who in whom} for whom in (order.only, order.leave_out))  # fmt: skip
    them = [one for one in everybody if (not wanted or one.person.id in wanted) and one.person.id not in unwanted]
    if not them:
        raise _nobody(edition, "invitation", None)
    others = read_others(store, edition.id)
    for one in them:
        more = others[one.person.id]
        somebody = Somebody(
            one.person.id, "expert", one.person.name, None, one.honorific or "", more.given_name, more.family_name,
            more.sex, more.language, one.country, one.organization or {}, one.acronym or {}, one.post,
        )  # fmt: skip
        yield To(language_of(more.language, edition, order), _short(one.person.id), somebody)


def _expert_id(
    everybody: Sequence[program.Expert], edition: Edition, who: str, emails: Mapping[int, str | None]
) -> int:
    by_email = [one.person.id for one in everybody if one.email and one.email.casefold() == who.strip().casefold()]
    if len(by_email) == 1:
        return by_email[0]
    found = program.find_among([one.person for one in everybody], who, emails)
    if found is None:
        raise program.NoExpert(name=who, edition=edition.reference)
    return found.id


def _organizations(store: Store, edition: Edition, order: Order) -> Iterator[To]:
    """The organizations that are named, else those that the call speaks to; else everybody."""
    language = language_of(None, edition, order)
    invited = [str(one.organization_id) for one in read_offered(store, edition.id) if one.organization_id]
    them = {one.id: one for one in (people.get_organization(store, who) for who in order.only or invited)}
    unwanted = {people.get_organization(store, who).id for who in order.leave_out}
    if not them:
        yield To(language)
    for one in them.values():
        if one.id not in unwanted:
            yield To(language, _short(one.id), organization=one)


ADDRESSEES: Mapping[str, Callable[[Store, Edition, Order], Iterator[To]]] = {
    "call": _organizations,
    "acceptance": _candidates,
    "regret": _candidates,
    "reserve": _candidates,
    "invitation": _experts,
}


def _short(identity: int) -> str:
    """Five letters for who has no number: the same in every letter, whoever comes or goes."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
    return "".join(alphabet[byte % 32] for byte in sha256(str(identity).encode()).digest()[:5])
