"""Whether somebody has what a kind of certificate asks for: the one place where that is decided.

Closing an edition, issuing, checking and handing out all ask here, so they can't come to different answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Literal, Protocol

from coursectl import assessment, attendance
from coursectl.assessment import Assessment
from coursectl.attendance import LATE, PRESENT, Book, Mark, Share
from coursectl.certificates.rules import COMPLETION, PARTICIPATION, Rule, get_rule
from coursectl.editions import EditionRef
from coursectl.enrollment import Enrollment
from coursectl.locale import Text, format_hours, format_number, ngettext, tool_language
from coursectl.locale import gettext as _
from coursectl.store import Store

Verdict = Literal["met", "open", "not_met"]
"""Met, whatever still comes; open: it can still be; or not to be had any more."""

OUTCOMES = ("completed", "not_completed", "no_show")
"""Statuses by which it is decided who completed."""


@dataclass(frozen=True)
class Scored:
    """What somebody scored in a required assessment. `points` and `passed` None: there is no result yet."""

    code: str
    title: Text
    points: float | None
    of_points: float
    percent: float | None
    pass_mark: float
    passed: bool | None


@dataclass(frozen=True)
class Standing:
    """What somebody has of what a kind asks for.

    `minutes` were attended, of `of_minutes` that they are measured by: those of the sessions with marks and, until the edition
    is closed, of those `left` without any. `minimum` is the share that is asked for (None: none), `reach` the one that they
    have if they attend all that is left. `missed` are the numbers of required sessions that they weren't in.
    """

    verdict: Verdict
    minutes: int
    of_minutes: int
    rate: float | None
    minimum: float | None
    reach: float | None
    excused: int
    free: int
    left: tuple[int, ...]
    missed: tuple[int, ...]
    assessments: tuple[Scored, ...]
    seen: bool
    recorded: bool = field(metadata={"hidden": True})
    hours: Verdict = field(metadata={"hidden": True})


class Measured(Protocol):
    """What hours are told of."""

    @property
    def minutes(self) -> int: ...
    @property
    def of_minutes(self) -> int: ...
    @property
    def seen(self) -> bool: ...


class Measure:
    """What a rule asks for, against all marks and results of an edition, read once.

    `final`: sessions that nobody has a mark in are left out, and results that aren't there won't come: as in the closing.
    """

    def __init__(self, store: Store, edition: EditionRef, rule: Rule, *, final: bool, book: Book | None = None) -> None:
        self.rule = rule
        self.book = book or attendance.open_book(store, edition)
        self._final = final
        self._required = _required(store, edition, rule)
        self._results = assessment.read_results(store, [one.id for one in self._required])
        self._left = () if final else self.book.unrecorded
        self._completion = _completion(store, edition, rule, self.book, final=final)

    def of(self, one: Enrollment) -> Standing:
        """Where a participant stands. Who completed is decided by their outcome, once they have one."""
        share, marks = self.book.share(one), self.book.of(one)
        scores = tuple(self._score(each, one) for each in self._required)
        missed, to_come = self._required_sessions(marks)
        hours = self._hours(share)
        parts: list[Verdict] = [hours, "not_met" if missed else "open" if to_come else "met", self._assessed(scores)]
        verdict = self._decided(one) or worst([*parts, *self._of_completion(one)])
        left = sum(session.minutes for session in self._left)
        whole = share.of_minutes + left
        return Standing(
            verdict, share.minutes, whole, share.minutes / whole if whole else None, self.rule.minimum,
            (share.minutes + left) / whole if left else None, share.excused, share.free,
            tuple(session.number for session in self._left), missed, scores, share.seen, bool(self.book.recorded), hours,
        )  # fmt: skip

    def _decided(self, one: Enrollment) -> Verdict | None:
        """What the outcome says of completion; other kinds ask for more than that."""
        if self.rule.base != COMPLETION or one.status not in OUTCOMES:
            return None
        if one.status != "completed":
            return "not_met"
        return "met" if self.rule.kind == COMPLETION else None

    def _of_completion(self, one: Enrollment) -> list[Verdict]:
        return [self._completion.of(one).verdict] if self._completion else []

    def _hours(self, share: Share) -> Verdict:
        """Whether the hours are enough; for which somebody must have been seen at all."""
        found: list[Verdict] = []
        if self.rule.base == COMPLETION or self.book.recorded:
            found.append("met" if share.seen else "open" if self._left else "not_met")
        if self.rule.minimum is not None:
            left = sum(session.minutes for session in self._left)
            found.append(enough(share.minutes, share.of_minutes, left, self.rule.minimum, final=self._final))
        return worst(found)

    def _required_sessions(self, marks: Mapping[int, Mark]) -> tuple[tuple[int, ...], bool]:
        """The numbers of those that were missed, and whether one is still to come."""
        there = (PRESENT, LATE, "excused") if self.book.rule.word == PRESENT else (PRESENT, LATE)
        required = [session for session in self.book.sessions if session.id in self.rule.session_ids]
        held = [session for session in required if session.id in self.book.recorded]
        missed = [one.number for one in held if one.id not in marks or marks[one.id].word not in there]
        return tuple(missed), len(held) < len(required) and not self._final

    def _score(self, one: Assessment, whose: Enrollment) -> Scored:
        points, mark = assessment.points_of(self._results.get(one.id, {}), whose), one.pass_mark or 0.0
        if points is None:
            return Scored(one.code, one.title, None, one.of_points, None, mark, None)
        percent = float(assessment.percent_of(points, one.of_points))
        passed = assessment.passes(points, one.of_points, mark)
        return Scored(one.code, one.title, points, one.of_points, percent, mark, passed)

    def _assessed(self, scores: Sequence[Scored]) -> Verdict:
        missing: Verdict = "not_met" if self._final else "open"
        return worst(["met" if one.passed else missing if one.passed is None else "not_met" for one in scores])


def _required(store: Store, edition: EditionRef, rule: Rule) -> list[Assessment]:
    if not rule.assessed:
        return []
    return [one for one in assessment.list_assessments(store, edition) if one.required]


def _completion(store: Store, edition: EditionRef, rule: Rule, book: Book, *, final: bool) -> Measure | None:
    """Whoever gets a kind of the office's own that is for completion has to complete as well."""
    if rule.base != COMPLETION or rule.kind == COMPLETION:
        return None
    return Measure(store, edition, get_rule(store, edition, COMPLETION), final=final, book=book)


def measure_of(store: Store, edition: EditionRef, kind: str, *, final: bool) -> Measure:
    """The measure of a kind. Raises Usage where the edition has no such kind."""
    return Measure(store, edition, get_rule(store, edition, kind), final=final)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of all of them together."""
    order: tuple[Verdict, ...] = ("not_met", "open", "met")
    return min(verdicts, key=order.index, default="met")


def reaches(minutes: int, of_minutes: int, minimum: float) -> bool:
    """Whether minutes are the `minimum` share (0–1) of others; exactly the minimum is enough."""
    return bool(of_minutes) and minutes / of_minutes >= minimum


def enough(minutes: int, of_minutes: int, left: int, minimum: float, *, final: bool = False) -> Verdict:
    """Whether the `minimum` share of the minutes is reached, or can be with those that are `left`."""
    whole = of_minutes + left
    if reaches(minutes, whole, minimum):
        return "met"
    if whole == 0 and not final:
        return "open"
    return "open" if left and reaches(minutes + left, whole, minimum) else "not_met"


# In words ------------------------------------------------------------------------------------------------------------------


def reason_of(rate: Measured, minimum: float) -> str:
    """`54.0 of 60 h = 90 %, needs 80 %`, in the tool's language.

    Hours and percent are rounded down, so that who falls short by a minute never reads like who reached it; percent has
    the decimals that the minimum has.
    """
    if not rate.seen:
        return _("seen in no session")
    digits = _digits(minimum)
    return _("{hours} of {all_hours} h = {percent} %, needs {needed} %").format(
        hours=format_number(Decimal(rate.minutes * 10 // 60).scaleb(-1), tool_language(), 1),
        all_hours=format_hours(rate.of_minutes, tool_language()),
        percent=_percent(rate.minutes, rate.of_minutes, digits),
        needed=format_number(_needed(minimum), tool_language(), digits),
    )


def explained(one: Standing, base: str) -> str:
    """All of it in one line: `41.5 of 60 h = 69 %, needs 80 %; 2 excused; can still reach 83 %`."""
    said = [_told_hours(one, base)]
    if one.excused and one.minimum is not None:
        said.append(ngettext("{count} excused", "{count} excused", one.excused).format(count=one.excused))
    if one.reach is not None and one.minimum is not None and one.hours != "met":
        minutes = one.minutes + sum_left(one)
        wording = _("can still reach {percent} %") if one.hours == "open" else _("can only reach {percent} %")
        said.append(wording.format(percent=_percent(minutes, one.of_minutes, _digits(one.minimum))))
    return "; ".join([*filter(None, said), *lacking(one), *_passed(one)])


def sum_left(one: Standing) -> int:
    """The minutes of the sessions without marks."""
    return round((one.reach or 0) * one.of_minutes) - one.minutes if one.reach is not None else 0


def lacking(one: Standing) -> list[str]:
    """What is missing beside hours: required sessions that were missed, assessments that weren't passed."""
    said = []
    if one.missed:
        numbers = ", ".join(map(str, one.missed))
        wording = ngettext(
            "missed the required session {numbers}", "missed the required sessions {numbers}", len(one.missed)
        )
        said.append(wording.format(numbers=numbers))
    return said + [_told_score(score) for score in one.assessments if not score.passed]


def _passed(one: Standing) -> list[str]:
    return [_told_score(score) for score in one.assessments if score.passed]


def _told_hours(one: Standing, base: str) -> str:
    if not one.recorded:
        return _("no attendance was recorded yet") if one.left else _("no attendance was recorded")
    if not one.seen:
        return _("seen in no session yet") if one.left else _("seen in no session")
    if one.minimum is not None:
        return reason_of(one, one.minimum)
    return _("was there") if base == PARTICIPATION else ""


def _told_score(score: Scored) -> str:
    """`FINAL: 12 of 20 = 60 %, needs 65 %`"""
    needed = assessment.shown(score.pass_mark)
    if score.points is None:
        return _("{code}: no result, needs {needed} %").format(code=score.code, needed=needed)
    digits = _digits(score.pass_mark / 100)
    percent = assessment.percent_of(score.points, score.of_points).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)
    return _("{code}: {points} of {of_points} = {percent} %, needs {needed} %").format(
        code=score.code,
        points=assessment.shown(score.points),
        of_points=assessment.shown(score.of_points),
        percent=format_number(percent, tool_language(), digits),
        needed=needed,
    )


def _needed(minimum: float) -> Decimal:
    return (Decimal(repr(minimum)) * 100).quantize(Decimal("0.01"), ROUND_DOWN).normalize()


def _digits(minimum: float) -> int:
    exponent = _needed(minimum).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _percent(minutes: int, of_minutes: int, digits: int) -> str:
    if not of_minutes:
        return "0"
    percent = Decimal(minutes * 100 * 10**digits // of_minutes).scaleb(-digits)
    return format_number(percent, tool_language(), digits)
