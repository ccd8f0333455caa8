"""Assessments: tests and exams, results from files and by hand, who passed, what changed between before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_samples import Sample, ready_sample
from coursectl import assessment, tables
from coursectl.assessment import BeforeAndAfter, ImportedResults, NewAssessment, Result, Totals, passes, read_score
from coursectl.assessment.results import ScoredMeanwhile
from coursectl.errors import BadInput, BadTable, NotFound, Refused, Usage
from coursectl.store import Act, Statement, Store
from coursectl.store.undo import list_operations
from coursectl.workflows import undoing

Cli = Callable[..., Any]


@pytest.fixture
def edition(store: Store, act: Act) -> Sample:
    """Three participants, a test before and one after of 20 points, and an exam of 20 that has to be passed with 60 %."""
    sample = ready_sample(store, act)
    for name, email in (("Ana Pérez", "ana@dnm.example"), ("Luis Soto", "luis@mre.example"), ("João Silva", None)):
        sample.trainee(name, "accepted", email=email)
    sample.trainee("Olga Paz", "declined", email="olga@mre.example")
    for code, kind, more in (
        ("PRE", "pre", {}),
        ("POST", "post", {}),
        ("FINAL", "exam", {"pass_mark": 60.0, "required": True}),
    ):
        assessment.add_assessment(store, sample.ref, NewAssessment(code, kind, of_points=20, **more), act)
    return sample


def file(tmp_path: Path, headers: Sequence[str], *rows: Sequence[object], ending: str = "csv") -> Path:
    path = tmp_path / f"results.{ending}"
    tables.write_table(path, "Results", headers, rows)
    return path


def read(sample: Sample, path: Path, code: str = "FINAL", **options: Any) -> ImportedResults:
    return assessment.import_results(sample.store, sample.ref, path, code, sample.act, **options)


def points(sample: Sample, code: str = "FINAL") -> dict[str | None, float]:
    return {one.name or one.code: one.points for one in assessment.list_results(sample.store, sample.ref, code)}


def commands(sample: Sample) -> list[str]:
    return [one.command for one in list_operations(sample.store)]


def faults(error: pytest.ExceptionInfo[BadTable]) -> list[str]:
    return [fault.sentence() for fault in error.value.faults]


# Scores


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("18/20", 18.0), ("18 / 20", 18.0), (" 18 de 20 ", 18.0), ("17,5/20", 17.5), ("18.0 / 20.00", 18.0), ("90 %", 18.0),
        ("87,5%", 17.5), ("18", 18.0), ("18,5", 18.5), ("18 puntos", 18.0), ("0", 0.0), ("0/20", 0.0), ("100 %", 20.0),
    ],
)  # fmt: skip
def test_scores_as_offices_write_them(words: str, score: float) -> None:
    assert read_score(words, 20, "FINAL") == score


@pytest.mark.parametrize(
    "words", ["", "good", "-3", "18/", "20/18/2", "1e3", "٣", "18 / 25", "20.5", "101 %", "9" * 40]
)
def test_what_is_no_score(words: str) -> None:
    assert isinstance(read_score(words, 20, "FINAL"), tuple)


@given(st.text(max_size=20))
def test_any_cell_is_a_score_within_the_points_or_a_reason(words: str) -> None:
    score = read_score(words, 20, "FINAL")

    assert isinstance(score, tuple) or 0 <= score <= 20


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_exactly_the_pass_mark_passes(scored: int, percent_tenths: int) -> None:
    of, mark = 12.5, percent_tenths / 10

    assert passes(scored / 80, of, mark) == (scored * 100 * 10 >= percent_tenths * 12.5 * 80)


# Files


def test_microsoft_forms(edition: Sample, tmp_path: Path) -> None:
    headers = ("ID", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback", "Points - 1")
    path = file(
        tmp_path, headers,
        (1, "3/20/15 9:00", "3/20/15 9:20", "ANA@dnm.example", "Ana Pérez", 18, "", 2),
        (2, "3/20/15 9:00", "3/20/15 9:30", "anonymous", "Soto, Luis", 11.5, "", 1), ending="xlsx",
    )  # fmt: skip

    done = read(edition, path)

    assert done == ImportedResults(
        "ICIM-37", "FINAL", 2, 2, ("ID", "Start time", "Completion time", "Quiz feedback", "Points - 1")
    )
    assert points(edition) == {"Ana Pérez": 18.0, "Luis Soto": 11.5}


def test_google_forms_and_an_office_s_own_table(edition: Sample, tmp_path: Path) -> None:
    google = file(tmp_path, ("Timestamp", "Email Address", "Score"), ("2015-03-20", "luis@mre.example", "18 / 20"))
    assert read(edition, google, mapping={"Email Address": "email"}).changed == 1
    own = file(tmp_path, ("N.º", "Apellidos", "Nombres", "Calificación"), (3, "Silva", "João", "85 %"), (1, "", "", ""))
    assert read(edition, own).results == 1

    assert points(edition) == {"Luis Soto": 18.0, "João Silva": 17.0}


def test_importing_twice_changes_nothing_and_another_score_wants_replace(edition: Sample, tmp_path: Path) -> None:
    path = file(tmp_path, ("number", "score"), (1, "18"), (2, "12"))
    read(edition, path)
    before = commands(edition)

    assert (read(edition, path).changed, commands(edition)) == (0, before)
    path = file(tmp_path, ("number", "score"), (1, "19"), (2, "12"), (3, "9"))
    with pytest.raises(BadTable) as refused:
        read(edition, path)
    assert faults(refused) == ["row 2, \"score\": '19': has 18 of 20 already; to write over it, add --replace"]
    assert points(edition) == {"Ana Pérez": 18.0, "Luis Soto": 12.0}
    assert read(edition, path, replace=True).changed == 2
    undoing.undo(edition.store, None, edition.act)
    assert points(edition) == {"Ana Pérez": 18.0, "Luis Soto": 12.0}


def test_all_faults_are_told_at_once_by_row_and_column(edition: Sample, tmp_path: Path) -> None:
    path = file(
        tmp_path, ("Nombre", "Correo", "Puntaje"),
        ("Ana Pérez", "", "25"), ("Nadie", "", "10"), ("", "olga@mre.example", "10"), ("", "", "10"), ("João Silva", "", "18/30"),
        ("Luis Soto", "", "bien"), ("João Silva", "", "9"), ("João Silva", "", "8"),
    )  # fmt: skip

    with pytest.raises(BadTable) as refused:
        read(edition, path)

    assert faults(refused) == [
        "row 2, \"Puntaje\": '25': more than all of the 20 points",
        "row 3, \"Nombre\": 'Nadie': nobody in the edition has this name",
        "row 4, \"Correo\": 'olga@mre.example': has no place in the edition (declined)",
        "row 5: whose result? a number, an e-mail or a name is missing; results without names are read with --anonymous",
        "row 6, \"Puntaje\": '18/30': of 30, and the assessment has 20 points; change them with: coursectl assess edit FINAL --points 30",
        "row 7, \"Puntaje\": 'bien': no score; write it like 18/20, 90 % or 18",
        "row 9, \"Puntaje\": '8': contradicts row 8, which has 9",
    ]
    assert points(edition) == {}


def test_percentages_that_the_spreadsheet_only_shows_are_not_taken_for_points(edition: Sample, tmp_path: Path) -> None:
    path = file(tmp_path, ("number", "Nota"), (1, 0.9), (2, 1), ending="xlsx")

    with pytest.raises(BadInput, match='the scores in "Nota" are from 0 to 1, so they are percentages'):
        read(edition, path)


def test_anonymous_results_go_by_the_codes_that_people_wrote(edition: Sample, tmp_path: Path) -> None:
    for code, scores in (("PRE", ("10", "12", "8")), ("POST", ("15", "18", ""))):
        rows = [(name, score) for name, score in zip(("luna", "SOL", "mar"), scores, strict=True)]
        read(edition, file(tmp_path, ("Clave", "Puntos"), *rows), code, anonymous=True)
    assessment.mark(edition.store, edition.ref, "PRE", "1", "50 %", edition.act)

    assert assessment.list_results(edition.store, edition.ref, "POST") == [
        Result(None, None, "SOL", 18.0, 20.0, 90.0, None), Result(None, None, "luna", 15.0, 20.0, 75.0, None),
    ]  # fmt: skip
    assert assessment.before_and_after(edition.store, edition.ref) == BeforeAndAfter(
        "ICIM-37", 50.0, 4, 82.5, 2, 2, 55.0, 82.5
    )
    with pytest.raises(BadTable, match="the code is missing"):
        read(edition, file(tmp_path, ("Clave", "Puntos"), ("", "3")), "PRE", anonymous=True)


def test_results_that_somebody_else_enters_meanwhile_are_not_written_over(edition: Sample, tmp_path: Path) -> None:
    class Meanwhile:
        def __getattr__(self, name: str) -> Any:
            return getattr(edition.store, name)

        def apply(self, operation: Any) -> Any:
            other = assessment.results.results_statements(  # type: ignore[attr-defined]
                edition.ref, assessment.get_assessment(edition.store, edition.ref, "FINAL"), {(ana, None): 3.0}, {}
            )
            edition.write(*other)
            return edition.store.apply(operation)

    ana = edition.store.read("SELECT id FROM enrollment WHERE number = 1")[0]["id"]
    slow: Any = Meanwhile()

    with pytest.raises(ScoredMeanwhile):
        assessment.mark(slow, edition.ref, "FINAL", "1", "18", edition.act)
    assert points(edition) == {"Ana Pérez": 3.0}


# By hand


def test_one_result_by_hand(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    done = assessment.mark(store, ref, "final", "Ana Pérez", "90 %", act)
    assert (done.points, done.was, done.changed) == (18.0, None, True)
    assert assessment.mark(store, ref, "FINAL", "1", "18/20", act).changed is False

    with pytest.raises(
        Refused, match=r"^Ana Pérez has 18 of 20 in FINAL already, not 19\. To write over it, add --replace\.$"
    ):
        assessment.mark(store, ref, "FINAL", "1", "19", act)
    assert assessment.mark(store, ref, "FINAL", "1", "19", act, replace=True).was == 18.0
    with pytest.raises(Refused, match=r"Olga Paz has no place in ICIM-37 \(declined\)"):
        assessment.mark(store, ref, "FINAL", "Olga Paz", "19", act)
    with pytest.raises(NotFound, match=r"^ICIM-37 has no assessment 'MID'\. It has: PRE, POST, FINAL\.$"):
        assessment.mark(store, ref, "MID", "1", "19", act)


def test_an_assessment_has_its_totals(edition: Sample) -> None:
    for who, score in (("1", "18"), ("2", "11")):
        assessment.mark(edition.store, edition.ref, "FINAL", who, score, edition.act)

    assert assessment.list_totals(edition.store, edition.ref)[2] == Totals(
        "FINAL", {}, "exam", None, 20.0, 60.0, True, 2, 72.5, 1, 3
    )


@pytest.mark.parametrize(
    ("wanted", "error", "sentence"),
    [
        (NewAssessment("final", "exam"), Refused, "ICIM-37 has an assessment final already. Change it with: coursectl assess edit final -e ICIM-37"),
        (NewAssessment("A B", "exam"), BadInput, "'A B' is no code of an assessment: letters, digits, - and _, at most 40, beginning with a letter or digit."),
        (NewAssessment("MID"), Usage, "Which kind is it? Say --kind pre, post or exam."),
        (NewAssessment("MID", "quiz"), Usage, "'quiz' is no kind of assessment. Use one of: pre, post, exam."),
        (NewAssessment("MID", "exam", of_points=0), BadInput, "An assessment has more than 0 and at most 1000000 points."),
        (NewAssessment("MID", "exam", pass_mark=101), BadInput, "The pass mark is a percentage from 0 to 100."),
        (NewAssessment("MID", "exam", required=True), BadInput, "Who passes MID? A required assessment needs --pass-mark PERCENT."),
        (NewAssessment("MID", "exam", held_on="30/2/2015"), BadInput, None),
    ],
)  # fmt: skip
def test_what_no_assessment_can_be(
    edition: Sample, wanted: NewAssessment, error: type[Exception], sentence: str | None
) -> None:
    with pytest.raises(error) as refused:
        assessment.add_assessment(edition.store, edition.ref, wanted, edition.act)

    assert sentence is None or str(refused.value) == sentence


def test_an_assessment_is_changed_and_keeps_room_for_its_scores(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    assessment.mark(store, ref, "FINAL", "1", "18", act)

    with pytest.raises(Refused, match="FINAL can't have 10 points: somebody has more"):
        assessment.edit_assessment(store, ref, NewAssessment("FINAL", of_points=10), act)
    before, after = assessment.edit_assessment(
        store, ref, NewAssessment("FINAL", pass_mark=65, held_on="2015-03-20"), act
    )
    assert (before.pass_mark, after.pass_mark, after.held_on) == (60.0, 65.0, "2015-03-20")
    undoing.undo(store, None, act)
    assert assessment.get_assessment(store, ref, "FINAL") == before


def test_a_closed_edition_takes_results_of_what_is_not_required(edition: Sample, tmp_path: Path) -> None:
    edition.write(Statement("UPDATE edition SET closed_on = '2015-03-21'"))
    path = file(tmp_path, ("number", "score"), (1, "18"))

    assert read(edition, path, "POST").changed == 1
    with pytest.raises(Refused, match="its results are settled"):
        read(edition, path, "FINAL")


# Commands


def test_the_commands(cli: Cli, edition: Sample, tmp_path: Path) -> None:
    path = file(tmp_path, ("number", "score"), (1, "18/20"), (2, "50 %"))
    dry = cli("assess", "import", str(path), "--code", "FINAL", "--dry-run")
    assert dry.out == "Would be done, nothing was written: ICIM-37: 2 results of FINAL; 2 are new or changed.\n"
    assert cli("assess", "import", str(path), "--code", "FINAL", "--json").json == {
        "edition": "ICIM-37", "assessment": "FINAL", "results": 2, "changed": 2, "ignored": [],
    }  # fmt: skip
    assert cli("assess", "import", str(path), "--code", "FINAL").out == (
        "ICIM-37: 2 results of FINAL, all there already; nothing was changed.\n"
    )
    cli("assess", "mark", "PRE", "1", "10"), cli("assess", "mark", "POST", "1", "17.55")
    listed = cli("assess", "list")
    assert listed.out.splitlines()[3].split() == [
        "FINAL",
        "exam",
        "20",
        "60",
        "%,",
        "required",
        "2",
        "70.0",
        "%",
        "1",
        "of",
        "2",
    ]
    assert listed.err == "Of 1 who took both, the mean was 50.0 % before and 87.7 % after.\n"
    assert [line.split() for line in cli("assess", "show", "FINAL").out.splitlines()[1:]] == [
        ["1", "Ana", "Pérez", "18", "90.0", "%", "yes"], ["2", "Luis", "Soto", "10", "50.0", "%", "no"],
    ]  # fmt: skip
    assert cli("assess", "show", "--json").json["both_after"] == 87.75
    assert cli("assess", "edit", "FINAL", "--pass-mark", "50 %", "--dry-run").out == (
        "Would be done, nothing was written: ICIM-37: the assessment FINAL is changed.\n  pass mark: 60 -> 50\n"
    )
    assert cli("assess", "import", str(path)).err == "Of which assessment are these results? Say --code CODE.\n"
    assert (
        cli("assess", "add", "X", "--kind", "exam", "--points", "many").err == "--points needs a number, not 'many'.\n"
    )
