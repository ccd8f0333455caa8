"""The tests and exams of an edition: what they are called, how many points they have, what passes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields

from coursectl import editions, locale
from coursectl.editions import EditionClosed, EditionRef
from coursectl.errors import N_, BadInput, NotFound, Refused, Usage
from coursectl.locale import Text
from coursectl.store import Act, Row, Statement, Store, Value, as_json, expect_true, insert, new_id, update

KINDS = ("pre", "post", "exam")
POINTS = 100.0
_MOST_POINTS = 1_000_000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class AssessmentExists(Refused):
    """The edition has an assessment of this code."""

    rule = "assessment_once"
    wording = N_(
        "{edition} has an assessment {code} already. Change it with: coursectl assess edit {code} -e {edition}"
    )


class AssessmentChanged(Refused):
    """Somebody changed the assessment between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("The assessment {code} of {edition} was changed by somebody else just now. Type the command again.")


class ScoredAbove(Refused):
    """Somebody has more points than the assessment is to have."""

    rule = "points_above_scores"
    wording = N_("{code} can't have {points} points: somebody has more. See: coursectl assess show {code} -e {edition}")


@dataclass(frozen=True)
class Assessment:
    """A test or exam. `of_points` is its largest score, `pass_mark` the percentage that passes; `required`: whoever completes
    the edition has to pass it. `held_on` is a date, ISO 8601.
    """

    id: int
    edition: str
    code: str
    title: Text
    kind: str
    held_on: str | None
    of_points: float
    pass_mark: float | None
    required: bool


@dataclass(frozen=True)
class NewAssessment:
    """An assessment as somebody describes it. None means: not said."""

    code: str
    kind: str | None = None
    title: Text | None = None
    held_on: str | None = None
    of_points: float | None = None
    pass_mark: float | None = None
    required: bool | None = None


def list_assessments(store: Store, edition: EditionRef) -> list[Assessment]:
    """The assessments of an edition: those before it, those after it, exams; each by code."""
    rows = store.read("SELECT * FROM assessment WHERE edition_id = :edition", {"edition": edition.id}, level="strong")
    found = [_assessment(row, edition) for row in rows]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.held_on or "", one.code.casefold()))


def get_assessment(store: Store, edition: EditionRef, code: str) -> Assessment:
    """The assessment of a code, in any case. Raises NotFound."""
    known = list_assessments(store, edition)
    wanted = code.strip().casefold()
    found = next((one for one in known if one.code.casefold() == wanted), None)
    if found is not None:
        return found
    if not known:
        raise NotFound(
            N_("{edition} has no assessment. Add one with: coursectl assess add CODE --kind exam -e {edition}"),
            edition=edition.reference,
        )
    raise NotFound(
        N_("{edition} has no assessment {code!r}. It has: {known}."),
        edition=edition.reference, code=code, known=", ".join(one.code for one in known),
    )  # fmt: skip


def add_assessment(store: Store, edition: EditionRef, wanted: NewAssessment, act: Act) -> Assessment:
    """Add an assessment. Raises BadInput and Usage for what none can be, AssessmentExists, EditionClosed for a required one."""
    if not _CODE.fullmatch(wanted.code.strip()):
        raise BadInput(
            N_("{code!r} is no code of an assessment: letters, digits, - and _, at most 40, beginning with a letter or digit."),
            code=wanted.code,
        )  # fmt: skip
    if wanted.kind is None:
        raise Usage(N_("Which kind is it? Say --kind pre, post or exam."))
    known = list_assessments(store, edition)
    taken = AssessmentExists(edition=edition.reference, code=wanted.code.strip())
    if any(one.code.casefold() == wanted.code.strip().casefold() for one in known):
        raise taken
    blank = Assessment(new_id(), edition.reference, wanted.code.strip(), {}, "exam", None, POINTS, None, False)
    made = _described(blank, wanted)
    rules = [_open_rule(edition)] if made.required else []
    row = {"id": made.id, "edition_id": edition.id, **_columns(made)}
    statements = [*rules, *insert("assessment", [row], refusals={"assessment_once": taken})]
    store.apply(act.operation(f"assess add {edition.reference}", statements))
    return made


def edit_assessment(
    store: Store, edition: EditionRef, wanted: NewAssessment, act: Act
) -> tuple[Assessment, Assessment]:
    """Change what `wanted` says and leave the rest; returns the assessment as it was and as it is.

    What outcomes rest on, of a required one, stays once the edition is closed. Raises as `add_assessment`, NotFound,
    AssessmentChanged, and ScoredAbove where it would have fewer points than somebody scored.
    """
    before = get_assessment(store, edition, wanted.code)
    after = _described(before, wanted)
    old, columns = _columns(before), _columns(after)
    new = {name: value for name, value in columns.items() if value != old[name]}
    if not new:
        return before, after
    rules = [_open_rule(edition)] if _decides(before, after, set(new)) else []
    if after.of_points < before.of_points:
        rules.append(_points_rule(edition, after))
    changed = AssessmentChanged(edition=edition.reference, code=before.code)
    statements = [*rules, *update("assessment", before.id, old, new, changed)]
    store.apply(act.operation(f"assess edit {edition.reference}", statements))
    return before, after


def _decides(before: Assessment, after: Assessment, changed: set[str]) -> bool:
    """Whether somebody's outcome may be another by the change."""
    return (before.required or after.required) and bool(changed & {"required", "pass_mark", "of_points"})


def _described(one: Assessment, wanted: NewAssessment) -> Assessment:
    said = {name: value for name, value in wanted.__dict__.items() if value is not None and name != "code"}
    if wanted.title is not None:
        said["title"] = editions.merged(one.title, wanted.title)
    if wanted.held_on is not None:
        said["held_on"] = locale.parse_date(wanted.held_on).isoformat() if wanted.held_on.strip() else None
    made = Assessment(**{field.name: said.get(field.name, getattr(one, field.name)) for field in fields(Assessment)})
    _check(made)
    return made


def _check(one: Assessment) -> None:
    if one.kind not in KINDS:
        raise Usage(
            N_("{kind!r} is no kind of assessment. Use one of: {known}."), kind=one.kind, known=", ".join(KINDS)
        )
    if not 0 < one.of_points <= _MOST_POINTS:
        raise BadInput(N_("An assessment has more than 0 and at most {most} points."), most=_MOST_POINTS)
    if one.pass_mark is not None and not 0 <= one.pass_mark <= 100:
        raise BadInput(N_("The pass mark is a percentage from 0 to 100."))
    if one.required and one.pass_mark is None:
        raise BadInput(N_("Who passes {code}? A required assessment needs --pass-mark PERCENT."), code=one.code)


def _columns(one: Assessment) -> dict[str, Value]:
    return {
        "code": one.code, "title": as_json(dict(one.title)), "kind": one.kind, "held_on": one.held_on,
        "of_points": one.of_points, "pass_mark": one.pass_mark, "required": int(one.required),
    }  # fmt: skip


def _assessment(row: Row, edition: EditionRef) -> Assessment:
    own = {name: value for name, value in row.items() if name != "edition_id"}
    read = {"edition": edition.reference, "title": json.loads(row["title"]), "required": bool(row["required"])}
    return Assessment(**{**own, **read})


def _open_rule(edition: EditionRef) -> Statement:
    """A required assessment is what outcomes rest on."""
    return editions.open_edition_rule(edition)


def results_rule(edition: EditionRef, one: Assessment) -> Statement:
    """The assessment is there, as it was read; and the edition is open, if the assessment is what outcomes rest on."""
    refusal = EditionClosed(
        N_("{reference} is closed, and {code} is required: its results are settled. To change them, take the closing back: coursectl log, then coursectl undo with its number."),
        reference=edition.reference, code=one.code,
    )  # fmt: skip
    return expect_true(
        "SELECT of_points = :of AND (NOT required OR closed_on IS NULL) FROM assessment"
        " JOIN edition ON edition.id = edition_id WHERE assessment.id = :id",
        {"id": one.id, "of": one.of_points},
        refusal.rule,
        refusal,
    )


def _points_rule(edition: EditionRef, one: Assessment) -> Statement:
    refusal = ScoredAbove(code=one.code, points=f"{one.of_points:g}", edition=edition.reference)
    return expect_true(
        "SELECT NOT EXISTS (SELECT 1 FROM assessment_result WHERE assessment_id = :id AND points > :of)",
        {"id": one.id, "of": one.of_points},
        refusal.rule,
        refusal,
    )
