"""Who gets a certificate: rules as data, holds, exceptions, provisional issues; and that closing, checking and issuing agree."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_samples import Sample, names, ready_sample
from coursectl import assessment, certificates
from coursectl.assessment import NewAssessment
from coursectl.certificates import NewRule, enough, reaches
from coursectl.editions import EditionClosed
from coursectl.errors import BadInput, NotFound, Refused, Usage
from coursectl.store import Act, Statement, Store
from coursectl.store.undo import get_last_operation
from coursectl.workflows import closing, undoing

Cli = Callable[..., Any]


@pytest.fixture
def edition(store: Store, act: Act) -> Sample:
    """Ten sessions of an hour, eight of them marked. Ana was in all, Luis in five (two were excused), João in three."""
    sample = ready_sample(store, act)
    sessions = [sample.session(f"S{day}", day, "09:00", "10:00") for day in range(9, 19)]
    ana, luis, joao = (sample.trainee(name, "accepted") for name in ("Ana Pérez", "Luis Soto", "João Silva"))
    for place, session in enumerate(sessions[:8]):
        sample.mark(ana, session, "present")
        sample.mark(luis, session, "present" if place < 5 else "excused" if place < 7 else "absent")
        sample.mark(joao, session, "present" if place < 3 else "absent")
    return sample


def lines(sample: Sample, kind: str = "completion") -> dict[str, tuple[str, str]]:
    return {one.name: (one.verdict, one.reason) for one in certificates.check(sample.store, sample.ref, kind)}


def rule(sample: Sample, kind: str, **said: Any) -> certificates.Rule:
    return certificates.set_rule(sample.store, sample.ref, kind, NewRule(**said), sample.act)[1]


def issue(sample: Sample, **options: Any) -> certificates.Issued:
    return certificates.issue(sample.store, sample.ref, sample.act, **({"on": "2015-03-21"} | options))


def close(sample: Sample) -> closing.Closed:
    return closing.close(sample.store, sample.ref, [], sample.act)


def exam(sample: Sample, **scores: str) -> None:
    wanted = NewAssessment("FINAL", "exam", of_points=20, pass_mark=60, required=True)
    assessment.add_assessment(sample.store, sample.ref, wanted, sample.act)
    for who, score in scores.items():
        assessment.mark(sample.store, sample.ref, "FINAL", who.replace("_", " "), score, sample.act)


def undo(sample: Sample) -> undoing.Undone:
    return undoing.undo(sample.store, None, sample.act, yes=True)


# Checking


def test_before_the_last_session_it_is_told_what_can_still_be_reached(edition: Sample) -> None:
    assert lines(edition) == {
        "Ana Pérez": ("met", "8.0 of 10 h = 80 %, needs 80 %"),
        "Luis Soto": ("not_met", "5.0 of 10 h = 50 %, needs 80 %; 2 excused; can only reach 70 %"),
        "João Silva": ("not_met", "3.0 of 10 h = 30 %, needs 80 %; can only reach 50 %"),
    }
    rule(edition, "completion", minimum=0.7)
    luis = certificates.check(edition.store, edition.ref, names=["Luis Soto"])[0]
    assert (luis.verdict, luis.reason) == ("open", "5.0 of 10 h = 50 %, needs 70 %; 2 excused; can still reach 70 %")
    assert (luis.provisional, luis.rate, luis.reach, luis.left, luis.excused) == (True, 0.5, 0.7, (9, 10), 2)


def test_once_it_is_closed_the_outcome_decides_and_the_line_says_why(edition: Sample) -> None:
    close(edition)

    assert lines(edition) == {
        "Ana Pérez": ("met", "8.0 of 8 h = 100 %, needs 80 %"),
        "Luis Soto": ("not_met", "5.0 of 8 h = 62 %, needs 80 %; 2 excused"),
        "João Silva": ("not_met", "3.0 of 8 h = 37 %, needs 80 %"),
    }
    assert not any(one.provisional for one in certificates.check(edition.store, edition.ref))


def test_required_sessions_and_exams_are_asked_for_and_named(edition: Sample) -> None:
    rule(edition, "completion", minimum=0.2, sessions=(1, 8))
    exam(edition, Ana_Pérez="17,5/20", Luis_Soto="11.9")

    assert lines(edition) == {
        "Ana Pérez": ("met", "8.0 of 10 h = 80 %, needs 20 %; FINAL: 17.5 of 20 = 87 %, needs 60 %"),
        "Luis Soto": (
            "not_met",
            "5.0 of 10 h = 50 %, needs 20 %; 2 excused; missed the required session 8; FINAL: 11.9 of 20 = 59 %, needs 60 %",
        ),
        "João Silva": (
            "not_met",
            "3.0 of 10 h = 30 %, needs 20 %; missed the required session 8; FINAL: no result, needs 60 %",
        ),
    }


def test_closing_decides_as_the_check_does(edition: Sample) -> None:
    rule(edition, "completion", minimum=0.3)
    exam(edition, Ana_Pérez="60 %", Luis_Soto="11/20")

    done = close(edition)

    assert {one.name: (one.outcome, one.reason) for one in done.outcomes} == {
        "Ana Pérez": ("completed", "8.0 of 8 h = 100 %, needs 30 %"),
        "Luis Soto": ("not_completed", "5.0 of 8 h = 62 %, needs 30 %; FINAL: 11 of 20 = 55 %, needs 60 %"),
        "João Silva": ("not_completed", "3.0 of 8 h = 37 %, needs 30 %; FINAL: no result, needs 60 %"),
    }
    assert [one.name for one in issue(edition).certificates] == ["Ana Pérez"]


def test_what_completion_asks_for_is_settled_with_the_edition(edition: Sample) -> None:
    exam(edition, Ana_Pérez="60 %")
    close(edition)

    with pytest.raises(EditionClosed):
        rule(edition, "completion", minimum=0.5)
    with pytest.raises(EditionClosed, match="ICIM-37 is closed, and FINAL is required: its results are settled"):
        assessment.mark(edition.store, edition.ref, "FINAL", "2", "18", edition.act)
    with pytest.raises(EditionClosed):
        assessment.edit_assessment(edition.store, edition.ref, NewAssessment("FINAL", pass_mark=10), edition.act)
    rule(edition, "completion", title={"es": "Diploma"})
    assessment.edit_assessment(edition.store, edition.ref, NewAssessment("FINAL", title={"es": "Final"}), edition.act)


def test_a_result_that_outcomes_rest_on_is_not_undone_after_closing(edition: Sample) -> None:
    exam(edition, Ana_Pérez="60 %")
    result = get_last_operation(edition.store, edition.act.actor).number
    rule(edition, "completion", minimum=0.5)
    asked = get_last_operation(edition.store, edition.act.actor).number
    close(edition)

    for number in (result, asked):
        with pytest.raises(Refused, match="edition close"):
            undoing.undo(edition.store, number, edition.act)


@given(st.integers(0, 600), st.integers(0, 600), st.integers(0, 600), st.integers(1, 100))
def test_a_verdict_keeps_its_word(minutes: int, missed: int, left: int, percent: int) -> None:
    before = enough(minutes, minutes + missed, left, percent / 100)

    best = reaches(minutes + left, minutes + missed + left, percent / 100)
    left_out = reaches(minutes, minutes + missed, percent / 100)
    assert (before == "met") <= best
    assert (before == "met" and minutes > 0) <= left_out
    assert (before == "not_met") <= (not best)


# Kinds of an office's own


def test_a_kind_of_the_office_is_issued_listed_and_says_its_own_words(edition: Sample) -> None:
    own = rule(
        edition, "rapporteur", base="participation", title={"es": "Certificado de relatoría"},
        sentence={"es": "por su labor de relatoría en la"}, minimum=0.6,
    )  # fmt: skip
    assert (own.kind, own.base, own.minimum, own.assessed) == ("rapporteur", "participation", 0.6, False)

    done = issue(edition, kind="Rapporteur")

    assert (done.kind, names(done.certificates)) == ("rapporteur", [("ICIM-2015-0001", "Ana Pérez")])
    content = certificates.get_certificate(edition.store, "ICIM-2015-0001").snapshot
    assert content is not None
    assert (content["kind"], content["base"], content["words"]) == (
        "rapporteur",
        "participation",
        {"title": {"es": "Certificado de relatoría"}, "sentence": {"es": "por su labor de relatoría en la"}},
    )
    listed = certificates.list_certificates(edition.store, edition.ref, kind="RAPPORTEUR")
    assert [one.kind for one in listed] == ["rapporteur"]


def test_a_kind_for_who_completes_asks_for_that_and_more(edition: Sample) -> None:
    rule(edition, "completion", minimum=0.6)
    rule(edition, "excellence", base="completion", minimum=0.9)

    assert {name: verdict for name, (verdict, _) in lines(edition, "excellence").items()} == {
        "Ana Pérez": "open", "Luis Soto": "not_met", "João Silva": "not_met",
    }  # fmt: skip
    close(edition)
    assert [one.name for one in issue(edition, kind="completion").certificates] == ["Ana Pérez", "Luis Soto"]
    assert [one.name for one in issue(edition, kind="excellence").certificates] == ["Ana Pérez"]


def test_a_rule_that_says_nothing_new_writes_nothing_and_one_can_be_let_go_of(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    rule(edition, "own", base="participation", sessions=(2, 1))
    assert certificates.set_rule(store, ref, "OWN", NewRule(sessions=(1, 2)), act)[2] is False
    assert certificates.get_rule(store, ref, "own").sessions == (1, 2)

    assert certificates.remove_rule(store, ref, "own", act)[1] is True
    assert [one.kind for one in certificates.list_rules(store, ref)] == ["completion", "participation", "instruction"]
    undo(edition)
    issue(edition, kind="own")
    with pytest.raises(Refused, match="has issued own certificates, so the kind stays"):
        certificates.remove_rule(store, ref, "own", act)


def test_the_making_of_a_kind_that_was_issued_is_not_undone(edition: Sample) -> None:
    rule(edition, "own", base="participation")
    made = get_last_operation(edition.store, edition.act.actor).number
    issue(edition, kind="own")

    with pytest.raises(Refused, match="certificate issue"):
        undoing.undo(edition.store, made, edition.act)


@pytest.mark.parametrize(
    ("kind", "said", "error", "sentence"),
    [
        ("own", {}, Usage, "own is a new kind of certificate. Say for whom: --for completion, participation or instruction."),
        ("1st", {"base": "completion"}, BadInput, "'1st' is no name of a kind: letters, digits, - and _, at most 40, beginning with a letter."),
        ("own", {"base": "fame"}, Usage, "--for takes one of: completion, participation, instruction; not 'fame'."),
        ("completion", {"base": "instruction"}, Usage, "completion is for completion, and stays so. Make a kind of another name."),
        ("instruction", {"minimum": 0.5}, Usage, "instruction is for experts, who are asked for no attendance and no assessment."),
        ("completion", {"minimum": 1.2}, BadInput, "What a kind asks for of the hours is from 0 to 100 %."),
        ("completion", {"sessions": (1, 77)}, BadInput, "ICIM-37 has no session 77 that counts for attendance and is held. See: coursectl session list -e ICIM-37"),
    ],
)  # fmt: skip
def test_what_no_rule_can_be(
    edition: Sample, kind: str, said: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        rule(edition, kind, **said)

    assert str(refused.value) == sentence


# Exceptions


def test_an_exception_gets_one_and_the_register_has_the_reason(edition: Sample) -> None:
    certificates.grant(edition.store, edition.ref, "completion", "João Silva", "Ill for two weeks", edition.act)

    done = close(edition)

    assert {one.name: (one.outcome, one.reason) for one in done.outcomes}["João Silva"] == (
        "completed",
        "Ill for two weeks",
    )
    issued = issue(edition)
    assert names(issued.certificates) == [("ICIM-2015-0001", "Ana Pérez"), ("ICIM-2015-0002", "João Silva")]
    assert [
        certificates.get_certificate(edition.store, one.serial).events[0].reason for one in issued.certificates
    ] == [
        None,
        "Ill for two weeks",
    ]


def test_one_granted_after_closing_is_issued_as_well_and_the_outcome_stays(edition: Sample) -> None:
    close(edition)
    certificates.grant(edition.store, edition.ref, "completion", "2", "The board decided", edition.act)

    assert [one.name for one in issue(edition).certificates] == ["Ana Pérez", "Luis Soto"]
    checked = certificates.check(edition.store, edition.ref, names=["2"])[0]
    assert (checked.status, checked.verdict, checked.exception, checked.certificate) == (
        "not_completed", "not_met", "The board decided", "ICIM-2015-0002",
    )  # fmt: skip


def test_granting_again_changes_the_reason_or_nothing_and_taking_back_is_undone(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    granted = [certificates.grant(store, ref, "completion", "2", why, act) for why in ("Ill", "Ill", "Moved")]
    assert [one.changed for one in granted] == [True, False, True]

    certificates.take_back(store, ref, "completion", "2", act)
    assert certificates.read_exceptions(store, ref, "completion") == {}
    with pytest.raises(NotFound, match="Luis Soto has no exception for completion in ICIM-37"):
        certificates.take_back(store, ref, "completion", "2", act)
    undo(edition)
    assert list(certificates.read_exceptions(store, ref, "completion").values()) == ["Moved"]


def test_an_exception_that_was_used_stays(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    certificates.grant(store, ref, "completion", "2", "Ill", act)
    granted = get_last_operation(store, act.actor).number
    issue(edition)

    with pytest.raises(Refused, match="so the exception stays"):
        certificates.take_back(store, ref, "completion", "2", act)
    with pytest.raises(Refused, match="certificate issue"):
        undoing.undo(store, granted, act)


def test_nobody_without_a_place_and_no_expert_needs_one(edition: Sample) -> None:
    edition.trainee("Olga Paz", "declined")
    edition.expert("Sofía Lema")

    with pytest.raises(Refused, match=r"^Olga Paz has no place in ICIM-37 \(declined\)"):
        certificates.grant(edition.store, edition.ref, "completion", "Olga Paz", "x", edition.act)
    with pytest.raises(Refused, match=r"^instruction is for every expert of ICIM-37"):
        certificates.grant(edition.store, edition.ref, "instruction", "Sofía Lema", "x", edition.act)


# Holds


def test_a_hold_keeps_nothing_from_being_issued_only_from_being_handed_out(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    certificates.place_hold(store, ref, "1", "The library's book", act)
    certificates.place_hold(store, ref, "1", "The hotel's bill", act)
    close(edition)
    issue(edition)

    assert certificates.not_to_be_handed_out(store, ref) == [
        certificates.NotHandedOut("ICIM-2015-0001", "completion", "Ana Pérez", "The library's book; The hotel's bill")
    ]
    with pytest.raises(Usage, match=r"^Ana Pérez has 2 holds: The library's book; The hotel's bill. Say which one"):
        certificates.lift_holds(store, ref, "1", act)
    certificates.lift_holds(store, ref, "1", act, of="hotel", because="Paid")
    assert [one.reason for one in certificates.not_to_be_handed_out(store, ref)] == ["The library's book"]
    certificates.lift_holds(store, ref, "1", act)
    assert certificates.not_to_be_handed_out(store, ref) == []
    undo(edition)
    assert [one.reason for one in certificates.not_to_be_handed_out(store, ref)] == ["The library's book"]
    assert [(one.reason, one.lifted_because) for one in certificates.list_holds(store, ref, lifted=True)] == [
        ("The library's book", None), ("The hotel's bill", "Paid"),
    ]  # fmt: skip


def test_the_same_hold_twice_is_one_and_experts_can_have_one(edition: Sample) -> None:
    store, ref, act = edition.store, edition.ref, edition.act
    edition.expert("Sofía Lema")
    placed = [certificates.place_hold(store, ref, "Sofía Lema", why, act) for why in ("Key", " key ")]

    assert [one.changed for one in placed] == [True, False]
    with pytest.raises(NotFound, match="Ana Pérez has no hold in ICIM-37"):
        certificates.lift_holds(store, ref, "1", act)
    with pytest.raises(NotFound, match=r"no hold with the words 'book'; there is: Key"):
        certificates.lift_holds(store, ref, "Sofía Lema", act, of="book")


# Provisionally


def test_provisional_certificates_are_for_who_has_it_or_still_can(edition: Sample) -> None:
    rule(edition, "completion", minimum=0.7)

    done = issue(edition, provisional=True)

    assert [one.name for one in done.certificates] == ["Ana Pérez", "Luis Soto"]
    rows = edition.store.read("SELECT serial, provisional FROM certificate ORDER BY n")
    assert [tuple(row.values()) for row in rows] == [("ICIM-2015-0001", 1), ("ICIM-2015-0002", 1)]
    assert certificates.not_to_be_handed_out(edition.store, edition.ref) == [
        certificates.NotHandedOut(
            "ICIM-2015-0002", "completion", "Luis Soto",
            "provisional, and not fulfilled: 5.0 of 10 h = 50 %, needs 70 %; 2 excused; can still reach 70 %",
        )
    ]  # fmt: skip


def test_after_closing_who_did_not_fulfil_it_is_named_and_the_others_have_theirs(cli: Cli, edition: Sample) -> None:
    rule(edition, "completion", minimum=0.7)
    issue(edition, provisional=True)
    close(edition)

    answer = cli("certificate", "check", "-e", "ICIM-37")

    assert answer.err == (
        "ICIM-2015-0002 of Luis Soto was issued provisionally, and isn't fulfilled. "
        'Void it: coursectl certificate void ICIM-2015-0002 --because "…"\n'
    )
    assert issue(edition).already == 1
    with pytest.raises(certificates.NothingProvisional):
        issue(edition, provisional=True)
    with pytest.raises(Usage, match="--provisional is for completion"):
        issue(edition, provisional=True, kind="participation")


# Together


def test_two_offices_grant_at_once_and_one_exception_is_there(cli: Cli, edition: Sample) -> None:
    """Both processes are told that it is there; neither writes a second one."""
    command = [sys.executable, "-m", "coursectl", "certificate", "grant", "2", "--because", "Ill", "-e", "ICIM-37"]
    hold = [sys.executable, "-m", "coursectl", "hold", "add", "2", "--because", "Book", "-e", "ICIM-37"]
    running = [
        subprocess.Popen(one, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for one in (command, command, hold, hold)
    ]
    codes = {one.wait(60) for one in running}

    assert codes <= {0, 4}
    assert edition.store.read("SELECT count(*) AS n FROM certificate_exception")[0]["n"] == 1
    assert edition.store.read("SELECT count(*) AS n FROM hold")[0]["n"] == 1


class Meanwhile:
    """A store in which somebody else writes just before each operation."""

    def __init__(self, store: Store, sample: Sample, sql: str) -> None:
        self._store, self._sample, self._sql = store, sample, sql

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def apply(self, operation: Any) -> Any:
        self._sample.write(Statement(self._sql))
        return self._store.apply(operation)


def test_a_result_that_changes_while_an_edition_is_closed_stops_it(edition: Sample) -> None:
    exam(edition, Ana_Pérez="60 %")
    slow: Any = Meanwhile(edition.store, edition, "UPDATE assessment_result SET points = 1")

    with pytest.raises(closing.ChangedSinceProposal):
        closing.close(slow, edition.ref, [], edition.act)


def test_the_commands_write_nothing_in_a_dry_run_and_answer_in_json(cli: Cli, edition: Sample) -> None:
    for line in (
        'hold add 1 --because Book', 'certificate grant 2 --because Ill', "certificate rule completion --minimum 75",
        "certificate rule own --for completion --title es=Propio",
    ):  # fmt: skip
        answer = cli(*line.split(), "-e", "ICIM-37", "--dry-run", "--json")
        assert (answer.code, answer.json["dry_run"], answer.json["edition"]) == (0, True, "ICIM-37"), answer.err
    for table in ("hold", "certificate_exception", "certificate_rule"):
        assert edition.store.read(f"SELECT count(*) AS n FROM {table}")[0]["n"] == 0
    row = cli("certificate", "check", "2", "--json").json[0]
    assert {name: row[name] for name in ("verdict", "minutes", "of_minutes", "minimum", "left", "provisional")} == {
        "verdict": "not_met", "minutes": 300, "of_minutes": 600, "minimum": 0.8, "left": [9, 10], "provisional": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("hold add 1", 2, 'A hold needs a reason: --because "…"'),
        ("certificate grant 1", 2, 'An exception needs a reason: --because "…"'),
        ("certificate rule own --remove", 2, "'own' is no kind of certificate. Use one of: completion, participation, instruction."),
        ("certificate rule completion --remove --minimum 3", 2, "--remove takes the whole rule of completion away; say nothing else with it."),
        ("certificate rule completion --session one", 2, "--session needs a whole number, not 'one'."),
        ("certificate check Nobody", 3, "Nobody in ICIM-37 fits 'Nobody'. See who is in it with: coursectl roster list -e ICIM-37 --all"),
        ("certificate check --kind diploma", 2, "'diploma' is no kind of certificate. Use one of: completion, participation, instruction."),
    ],
)  # fmt: skip
def test_a_wrong_word_is_one_line(cli: Cli, edition: Sample, line: str, code: int, said: str) -> None:
    answer = cli(*line.split(), "-e", "ICIM-37")

    assert (answer.code, answer.out, answer.err) == (code, "", said + "\n")


def test_a_custom_kind_is_printed_with_its_words(cli: Cli, edition: Sample, tmp_path: Path) -> None:
    rule(
        edition, "rapporteur", base="participation", title={"es": "Certificado de relatoría"},
        sentence={"es": "por su labor de relatoría en la"},
    )  # fmt: skip
    issue(edition, kind="rapporteur", only=["Ana Pérez"])

    made = cli(
        "render", "certificates", "-e", "ICIM-37", "--kind", "rapporteur", "--out", str(tmp_path / "out"), "--json"
    )

    assert made.code == 0, made.err
    pdf = next((tmp_path / "out").glob("*.pdf"))
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    words = " ".join(text.split())
    assert "Certificado de relatoría" in words
    assert "por su labor de relatoría en la 37.ª edición del" in words
