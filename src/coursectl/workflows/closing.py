"""Closing an edition: what became of everybody, proposed from attendance and assessments, with the exceptions that people decide.

A proposal writes nothing. Applying it is one batch, which also asserts that nothing it rests on was changed since it was
read; undoing it opens the edition again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coursectl import certificates, editions, enrollment
from coursectl.attendance import Rate
from coursectl.certificates import Measure, Standing
from coursectl.editions import EditionRef
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, Refused, Usage, Word
from coursectl.locale import gettext as _
from coursectl.store import Act, Statement, Store, expect_true, update

COMPLETED = "completed"
NOT_COMPLETED = "not_completed"
NO_SHOW = "no_show"

_TO_CLOSE = ("accepted", "confirmed")
_CLOSED = (COMPLETED, NOT_COMPLETED, NO_SHOW)
_WAITING = ("nominated", "waitlisted")


class Undecided(Refused):
    """Nothing can be proposed from attendance, and somebody's outcome isn't decided by hand either."""

    rule = "outcomes_decided"
    wording = N_(
        "{edition} can't be closed yet: no attendance was recorded, so {count} outcomes are undecided. "
        'Decide for all: coursectl edition close {edition} --complete all --because "…" --apply'
    )


class NoOutcomeFor(Refused):
    """Only who is accepted or confirmed gets an outcome."""

    rule = "outcome_needs_a_place"
    wording = N_(
        "{name} is {status} in {edition} and gets no outcome. First: coursectl roster accept NAME -e {edition}"
    )


class DecidedTwice(Usage):
    """One person, two exceptions."""

    wording = N_("The outcome of {name} is decided twice. Name everybody once.")


class ChangedSinceProposal(Refused):
    """Marks, sessions or the roster were changed between the reading and the writing."""

    rule = "outcomes_as_read"
    wording = N_(
        "Attendance, program or roster of {edition} was changed by somebody else just now; nothing was written. "
        "Type the command again."
    )


@dataclass(frozen=True)
class Decision:
    """An exception: the outcome of whoever `who` names, and why. `who` None: everybody whom no other decision names."""

    who: str | None
    outcome: str
    because: str


@dataclass(frozen=True)
class Outcome:
    """What becomes of one participant, and why. `outcome` None: undecided. Minutes attended, of those that were recorded.

    `status` is the enrollment's as it is before anything is written.
    """

    number: int | None
    name: str
    status: str
    outcome: str | None
    reason: str
    rate: float | None
    minutes: int
    of_minutes: int
    by_exception: bool
    enrollment_id: int
    person_id: int = field(metadata={"hidden": True})


@dataclass(frozen=True)
class Proposal:
    """The outcomes that an edition would be closed with; of a closed one (`closed_on`), those that it was closed with.

    `left` counts who is nominated or waiting and stays so. `without_marks` are the numbers of the sessions that count but
    have no mark, where others have.
    """

    edition: str
    closed_on: str | None
    outcomes: tuple[Outcome, ...]
    left: int
    without_marks: tuple[int, ...]


@dataclass(frozen=True)
class Closed:
    """What closing did; `changed` is False where the edition had been closed before and nothing was written."""

    edition: str
    closed_on: str
    changed: bool
    completed: int
    not_completed: int
    no_show: int
    left: int
    outcomes: tuple[Outcome, ...]
    without_marks: tuple[int, ...]


def propose(store: Store, edition: EditionRef, decisions: Sequence[Decision] = ()) -> Proposal:
    """The outcome of everybody who is accepted or confirmed, from what completion asks for: hours, sessions, assessments.

    Raises NotFound and Ambiguous for a decision's name, DecidedTwice, NoOutcomeFor.
    """
    held = editions.get_edition(store, edition)
    roster = enrollment.list_roster(store, edition, (*_TO_CLOSE, *_CLOSED, *_WAITING), level="strong")
    seated = [one for one in roster if one.status not in _WAITING]
    measure = certificates.measure_of(store, edition, certificates.COMPLETION, final=True)
    recorded = bool(measure.book.recorded)
    decided = _decided(store, edition, seated, decisions) if held.closed_on is None else {}
    outcomes = [_outcome(one, measure, recorded, decided.get(one.id)) for one in seated]
    without_marks = [session.number for session in measure.book.unrecorded] if recorded else []
    return Proposal(
        edition=held.reference,
        closed_on=held.closed_on,
        outcomes=tuple(outcomes),
        left=len(roster) - len(seated),
        without_marks=tuple(without_marks),
    )


def close(store: Store, edition: EditionRef, decisions: Sequence[Decision], act: Act) -> Closed:
    """Write the proposed outcomes and close the edition, in one batch. A closed edition stays as it is.

    Raises Undecided, ChangedSinceProposal, and what `propose` does.
    """
    seen = _last_change(store)
    proposal = propose(store, edition, decisions)
    if proposal.closed_on is not None:
        return _account(proposal, proposal.closed_on, changed=False)
    undecided = sum(outcome.outcome is None for outcome in proposal.outcomes)
    if undecided:
        raise Undecided(edition=edition.reference, count=undecided)
    statements = [
        _nothing_changed_since(edition, seen),
        *_outcomes_statements(edition, proposal.outcomes),
        *_close_statements(edition, act.today),
    ]
    store.apply(act.operation(f"edition close {edition.reference}", statements))
    return _account(proposal, act.today, changed=True)


def _decided(
    store: Store, edition: EditionRef, seated: Sequence[Enrollment], decisions: Sequence[Decision]
) -> dict[int, Decision]:
    """The decision for each enrollment that has one, those for everybody included; an exception that was granted is one."""
    places = {one.id for one in seated}
    decided: dict[int, Decision] = {}
    for_all = [decision for decision in decisions if decision.who is None]
    if len(for_all) > 1:
        raise DecidedTwice(name=_("all"))
    for decision in decisions:
        if decision.who is None:
            continue
        one = enrollment.get_enrollment(store, edition, decision.who)
        if one.id not in places:
            raise NoOutcomeFor(name=one.name, status=Word(one.status), edition=edition.reference)
        if one.id in decided:
            raise DecidedTwice(name=one.name)
        decided[one.id] = decision
    granted = certificates.read_exceptions(store, edition, certificates.COMPLETION)
    by_grant = {
        one.id: Decision(one.who, COMPLETED, granted[one.person.id] or _("an exception was granted"))
        for one in seated
        if one.person.id in granted
    }
    return {one.id: decision for decision in for_all for one in seated} | by_grant | decided


def _outcome(one: Enrollment, measure: Measure, recorded: bool, decision: Decision | None) -> Outcome:
    """What is decided, else what was written before, else what follows from attendance and assessments.

    The reason of an exception is kept with the enrollment; every other one follows from marks and results whenever it is asked.
    """
    rate = measure.book.rate(one)
    if decision:
        return _row(one, rate, decision.outcome, decision.because, by_exception=True)
    standing = measure.of(one)
    by_rule = _reason(rate, standing) if recorded else _("no attendance was recorded")
    if one.status in _CLOSED:
        return _row(one, rate, one.status, one.reason or by_rule, by_exception=one.reason is not None)
    return _row(one, rate, outcome_of(standing) if recorded else None, by_rule)


def outcome_of(standing: Standing) -> str:
    """Completed for who has what completion asks for; no show for who was seen in no recorded session."""
    if not standing.seen:
        return NO_SHOW
    return COMPLETED if standing.verdict == "met" else NOT_COMPLETED


def _reason(rate: Rate, standing: Standing) -> str:
    """The hours, and beside them what else is missing."""
    hours = certificates.reason_of(rate, standing.minimum or 0)
    return "; ".join([hours, *(certificates.lacking(standing) if rate.seen else ())])


def _row(one: Enrollment, rate: Rate, outcome: str | None, reason: str, *, by_exception: bool = False) -> Outcome:
    return Outcome(
        number=rate.number,
        name=rate.name,
        status=rate.status,
        outcome=outcome,
        reason=reason,
        rate=rate.rate,
        minutes=rate.minutes,
        of_minutes=rate.of_minutes,
        by_exception=by_exception,
        enrollment_id=rate.enrollment_id,
        person_id=one.person.id,
    )


def _account(proposal: Proposal, closed_on: str, *, changed: bool) -> Closed:
    counts = Counter(_of_each(proposal.outcomes).values())
    return Closed(
        edition=proposal.edition,
        closed_on=closed_on,
        changed=changed,
        completed=counts[COMPLETED],
        not_completed=counts[NOT_COMPLETED],
        no_show=counts[NO_SHOW],
        left=proposal.left,
        outcomes=proposal.outcomes,
        without_marks=proposal.without_marks,
    )


def _of_each(outcomes: Iterable[Outcome]) -> dict[int, str]:
    """The outcome of each person; the better one of who has several places by a merge."""
    found: dict[int, str] = {}
    for one in outcomes:
        if one.outcome is not None:
            found[one.person_id] = min(
                found.get(one.person_id, one.outcome), one.outcome, key=enrollment.FURTHEST.index
            )
    return found


def _outcomes_statements(edition: EditionRef, outcomes: Iterable[Outcome]) -> list[Statement]:
    changes = [
        (one.enrollment_id, one.status, one.outcome, one.reason if one.by_exception else None)
        for one in outcomes
        if one.outcome is not None and (one.outcome != one.status or one.by_exception)
    ]
    return enrollment.set_outcomes_statements(edition, changes)


def _close_statements(edition: EditionRef, on: str) -> list[Statement]:
    refusal = ChangedSinceProposal(edition=edition.reference)
    return update("edition", edition.id, {"closed_on": None}, {"closed_on": on}, refusal)


def _last_change(store: Store) -> int:
    """The place in the audit up to which everything that is read from now on has happened."""
    last: int = store.read("SELECT coalesce(max(seq), 0) AS seq FROM audit", level="strong")[0]["seq"]
    return last


def _nothing_changed_since(edition: EditionRef, seq: int) -> Statement:
    """What the outcomes follow from must be as it was read: the edition's rules, roster, sessions, marks, results and exceptions."""
    refusal = ChangedSinceProposal(edition=edition.reference)
    condition = (
        "SELECT NOT EXISTS (SELECT 1 FROM audit WHERE seq > :seq AND ("
        " (tbl = 'edition' AND pk = :edition) OR (tbl = 'course' AND pk = :course)"
        " OR (tbl IN ('session', 'enrollment', 'assessment', 'certificate_rule', 'certificate_exception')"
        "   AND coalesce(new, old) ->> '$.edition_id' = :edition)"
        " OR (tbl = 'assessment_result' AND coalesce(new, old) ->> '$.assessment_id' IN"
        "   (SELECT id FROM assessment WHERE edition_id = :edition))"
        " OR (tbl = 'attendance' AND coalesce(new, old) ->> '$.session_id' IN"
        "   (SELECT id FROM session WHERE edition_id = :edition))))"
    )
    params = {"seq": seq, "edition": edition.id, "course": edition.course_id}
    return expect_true(condition, params, refusal.rule, refusal)
