"""Closing an edition: what became of everybody, proposed from attendance, with the exceptions that people decide.

A proposal writes nothing. Applying it is one batch, which also asserts that nothing it rests on was changed since it was
read; undoing it opens the edition again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from coursectl import attendance, editions, enrollment
from coursectl.attendance import Rate
from coursectl.editions import Edition, EditionRef
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, Refused, Usage, Word
from coursectl.locale import format_hours, format_number, tool_language
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
    """The outcome of everybody who is accepted or confirmed, from attendance and the edition's minimum.

    Raises NotFound and Ambiguous for a decision's name, DecidedTwice, NoOutcomeFor.
    """
    held = editions.get_edition(store, edition)
    roster = enrollment.list_roster(store, edition, (*_TO_CLOSE, *_CLOSED, *_WAITING), level="strong")
    seated = [one for one in roster if one.status not in _WAITING]
    rates = {
        rate.enrollment_id: rate
        for rate in attendance.list_rates(store, edition, (*_TO_CLOSE, *_CLOSED), each_place=True)
    }
    recorded = attendance.recorded(store, edition)
    decided = _decided(store, edition, seated, decisions) if held.closed_on is None else {}
    outcomes = [_outcome(one, rates[one.id], held, recorded, decided.get(one.id)) for one in seated]
    without_marks = [session.number for session in attendance.list_unrecorded(store, edition)] if recorded else []
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
    """The decision for each enrollment that has one, those for everybody included."""
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
    return {one.id: decision for decision in for_all for one in seated} | decided


def _outcome(one: Enrollment, rate: Rate, held: Edition, recorded: bool, decision: Decision | None) -> Outcome:
    """What is decided, else what was written before, else what follows from attendance.

    The reason of an exception is kept with the enrollment; every other one follows from attendance whenever it is asked.
    """
    if decision:
        return _row(one, rate, decision.outcome, decision.because, by_exception=True)
    minimum = held.attendance_minimum
    by_rule = reason_of(rate, minimum) if recorded else _("no attendance was recorded")
    if one.status in _CLOSED:
        return _row(one, rate, one.status, one.reason or by_rule, by_exception=one.reason is not None)
    return _row(one, rate, outcome_of(rate, minimum) if recorded else None, by_rule)


def outcome_of(rate: Rate, minimum: float) -> str:
    """Completed from `minimum` (a share) on, not completed below it, no show for who was seen in no recorded session."""
    if not rate.seen:
        return NO_SHOW
    return COMPLETED if rate.rate is not None and rate.rate >= minimum else NOT_COMPLETED


def reason_of(rate: Rate, minimum: float) -> str:
    """`54.0 of 60 h = 90 %, needs 80 %`, in the tool's language.

    Hours and percent are rounded down, so that who falls short by a minute never reads like who reached it; percent has
    the decimals that the minimum has.
    """
    if not rate.seen:
        return _("seen in no session")
    language = tool_language()
    needed = (Decimal(repr(minimum)) * 100).quantize(Decimal("0.01"), ROUND_DOWN).normalize()
    exponent = needed.as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    percent = Decimal(rate.minutes * 100 * 10**digits // rate.of_minutes).scaleb(-digits)
    return _("{hours} of {all_hours} h = {percent} %, needs {needed} %").format(
        hours=format_number(Decimal(rate.minutes * 10 // 60).scaleb(-1), language, 1),
        all_hours=format_hours(rate.of_minutes, language),
        percent=format_number(percent, language, digits),
        needed=format_number(needed, language, digits),
    )


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
    """What the outcomes follow from must be as it was read: the edition's rules, roster, sessions and marks."""
    refusal = ChangedSinceProposal(edition=edition.reference)
    condition = (
        "SELECT NOT EXISTS (SELECT 1 FROM audit WHERE seq > :seq AND ("
        " (tbl = 'edition' AND pk = :edition) OR (tbl = 'course' AND pk = :course)"
        " OR (tbl IN ('session', 'enrollment') AND coalesce(new, old) ->> '$.edition_id' = :edition)"
        " OR (tbl = 'attendance' AND coalesce(new, old) ->> '$.session_id' IN"
        "   (SELECT id FROM session WHERE edition_id = :edition))))"
    )
    params = {"seq": seq, "edition": edition.id, "course": edition.course_id}
    return expect_true(condition, params, refusal.rule, refusal)
