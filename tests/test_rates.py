"""Hours and rates by person and module, free absences, and the marks as a file for the office."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_samples import Sample, ready_sample
from coursectl import attendance, editions
from coursectl.attendance import ExportedMarks, Mark, ModuleRate, ModuleShare, PersonRate, rate_of
from coursectl.editions import EditionClosed, NewEdition
from coursectl.errors import BadInput
from coursectl.store import Act, Store, update

WORDS = st.sampled_from(("present", "late", "excused", "absent", None))


@pytest.fixture
def edition(store: Store, act: Act) -> Sample:
    """Two modules of two hours each and a session of none; one was excused three times, another was late."""
    sample = ready_sample(store, act)
    modules = [
        sample.add("module", edition_id=sample.ref.id, number=number, title=json.dumps({"en": f"Part {number}"}))
        for number in (1, 2)
    ]
    hours = [
        sample.session("A", 9, "09:00", "10:00", module_id=modules[0]),
        sample.session("B", 9, "10:00", "11:00", module_id=modules[0]),
        sample.session("C", 10, "09:00", "10:00", module_id=modules[1]),
        sample.session("D", 10, "10:00", "11:00", module_id=modules[1]),
        sample.session("E", 11, "09:00", "10:00"),
        sample.session("F", 12, "09:00", "10:00"),
    ]
    ana, luis = sample.trainee("Ana Pérez", "accepted"), sample.trainee("Luis Soto", "accepted")
    for session, word in zip(hours, ("excused", "present", "excused", "excused", "present"), strict=False):
        sample.mark(ana, session, word)
    for session, word in zip(hours, ("present", "present", "present", "absent"), strict=False):
        sample.mark(luis, session, word)
    sample.add("attendance", enrollment_id=luis, session_id=hours[4], mark="late", minutes_late=15)
    return sample


def set_rule(sample: Sample, **columns: object) -> None:
    row = sample.store.read("SELECT * FROM edition WHERE id = :id", {"id": sample.ref.id})[0]
    sample.write(*update("edition", sample.ref.id, row, columns, EditionClosed(reference="ICIM-37")))  # type: ignore[arg-type]


def test_a_person_has_hours_in_all_and_by_module_and_what_is_left_out_is_named(edition: Sample) -> None:
    table = attendance.rate_table(edition.store, edition.ref)

    assert table.people[0] == PersonRate(
        1, "Ana Pérez", "accepted", 120, 300, 0.4, 3, 0, 0,
        (ModuleShare(1, 60, 120, 0.5), ModuleShare(2, 0, 120, 0.0), ModuleShare(None, 60, 60, 1.0)),
    )  # fmt: skip
    assert table.modules == (
        ModuleRate(1, {"en": "Part 1"}, (1, 2), (), 120, 180, 240, 0.75),
        ModuleRate(2, {"en": "Part 2"}, (3, 4), (), 120, 60, 240, 0.25),
        ModuleRate(None, {}, (5,), (6,), 60, 105, 120, 0.875),
    )


@pytest.mark.parametrize(
    ("rule", "free", "minutes", "of_minutes", "taken_out"),
    [
        ("absent", None, 120, 300, 0),
        ("absent", 2, 120, 180, 2),
        ("absent", 9, 120, 120, 3),
        ("present", 2, 300, 300, 0),
        ("exempt", 2, 120, 120, 0),
    ],
)
def test_excused_absences_count_as_the_edition_says(
    edition: Sample, rule: str, free: int | None, minutes: int, of_minutes: int, taken_out: int
) -> None:
    set_rule(edition, excused=rule, free_absences=free)

    ana = attendance.list_rates(edition.store, edition.ref)[0]

    assert (ana.minutes, ana.of_minutes, ana.excused, ana.free) == (minutes, of_minutes, 3, taken_out)
    assert attendance.shares_of(edition.store, [ana.enrollment_id])[edition.ref.id].of_minutes == of_minutes


def test_the_first_excused_sessions_in_order_of_time_are_free(edition: Sample) -> None:
    set_rule(edition, excused="absent", free_absences=2)

    ana = attendance.rate_table(edition.store, edition.ref).people[0]

    assert [(one.module, one.minutes, one.of_minutes) for one in ana.modules] == [
        (1, 60, 60),
        (2, 0, 60),
        (None, 60, 60),
    ]


@given(st.lists(st.tuples(WORDS, st.integers(1, 300)), max_size=12), st.integers(0, 12))
def test_a_free_absence_more_never_lowers_a_rate_and_none_is_above_all(
    sessions: list[tuple[str | None, int]], free: int
) -> None:
    minutes = {number: length for number, (_word, length) in enumerate(sessions)}
    marks = {number: Mark(word, 1 if word == "late" else 0) for number, (word, _length) in enumerate(sessions) if word}

    fewer, more = rate_of(marks, minutes, "absent", free), rate_of(marks, minutes, "absent", free + 1)

    assert fewer.minutes == more.minutes
    assert more.of_minutes <= fewer.of_minutes
    assert (fewer.rate or 0) <= (more.rate if more.rate is not None else 1) <= 1
    assert fewer.free == min(free, fewer.excused)


def test_free_absences_are_set_and_settled_with_the_edition(edition: Sample) -> None:
    store, act = edition.store, edition.act
    done, changed = editions.edit_edition(store, edition.ref, NewEdition(37, free_absences=2), act)
    assert (done.free_absences, changed) == (2, True)
    with pytest.raises(BadInput, match="from 0 to 1000, not -1"):
        editions.edit_edition(store, edition.ref, NewEdition(37, free_absences=-1), act)

    set_rule(edition, closed_on="2015-03-21")

    with pytest.raises(EditionClosed):
        editions.edit_edition(store, edition.ref, NewEdition(37, free_absences=""), act)


def test_the_marks_go_into_a_file_that_the_import_reads_back(edition: Sample, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"

    done = attendance.export_marks(edition.store, edition.ref, path, language="es")

    assert done == ExportedMarks(str(path), "ICIM-37", 2, 6, 10)
    assert path.read_text("utf-8-sig").splitlines() == [
        "N.º,Nombre completo,País,Estado de la inscripción,S1,S2,S3,S4,S5,S6,Horas,De horas,Asistió %,Justificadas",
        "1,Ana Pérez,Argentina,aceptado,E,P,E,E,P,,2.0,5.0,40,3",
        "2,Luis Soto,Argentina,aceptado,P,P,P,A,L15,,3.7,5.0,75,0",
    ]
    back = attendance.import_marks(edition.store, edition.ref, path, edition.act)
    assert (back.people, back.marks, back.changed) == (2, 10, 0)


def test_the_commands_show_the_table_and_say_where_the_file_is(cli, edition: Sample) -> None:  # type: ignore[no-untyped-def]
    by_module = cli("attend", "rates", "--by", "module")
    assert by_module.err == "1 session has no marks: 6; the rates leave it out.\n"
    assert by_module.out.splitlines()[1].split() == ["Module", "1", "Part", "1", "1,", "2", "2", "75", "%"]
    assert cli("attend", "rates", "--csv").out.splitlines()[:2] == [
        "number,name,module,minutes,of_minutes,rate",
        "1,Ana Pérez,1,60,120,0.5",
    ]
    assert cli("attend", "rates", "--json").json[1]["modules"][2] == {
        "module": None, "minutes": 45, "of_minutes": 60, "rate": 0.75,
    }  # fmt: skip
    assert cli("attend", "rates", "--by", "day").err == "--by takes person or module, not 'day'.\n"

    assert cli("attend", "export", "--out", "m.xlsx").out == "m.xlsx: 10 marks of 2 people in 6 sessions of ICIM-37.\n"
    assert (cli("attend", "export", "--out", "m.xlsx").code, cli("attend", "export").code) == (4, 2)
    assert cli("attend", "export", "--out", "m.doc").err == (
        "m.doc: write its name with the ending of what it is to be: .xlsx, .ods, .csv, .tsv, .json.\n"
    )
