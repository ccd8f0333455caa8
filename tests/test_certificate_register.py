"""Series of numbers, certificates that end and that take the place of others, and the register as a file."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from certificate_samples import Sample, names, ready_sample
from coursectl import certificates, tables
from coursectl.certificates import printings
from coursectl.errors import BadInput, NotFound, Refused, Usage
from coursectl.store import Act, LocalStore, Statement, Store, insert, new_id, update
from coursectl.tables import Column
from coursectl.workflows import exporting, undoing
from coursectl.workflows.undoing import NotUndoable


@pytest.fixture
def edition(store: Store, act: Act) -> Sample:
    """ICIM-37, ready to be certified, with nobody in it."""
    return ready_sample(store, act)


@pytest.fixture
def three(edition: Sample) -> Sample:
    """The same with certificates of three people: ICIM-2015-0001 to 0003."""
    for name in ("Álvaro Núñez", "Ana Pérez", "Óscar Ñandú"):
        edition.trainee(name)
    issue(edition)
    return edition


def issue(sample: Sample, **options: Any) -> certificates.Issued:
    return certificates.issue(sample.store, sample.ref, sample.act, **({"on": "2015-03-21"} | options))


def states(sample: Sample) -> list[tuple[str, str]]:
    return [(one.serial, one.state) for one in certificates.list_certificates(sample.store)]


def series(store: Store) -> list[tuple[str, int, str]]:
    rows = store.read("SELECT series, n, serial FROM certificate ORDER BY course_id, length(series), series, n")
    return [(row["series"], row["n"], row["serial"]) for row in rows]


def pattern(sample: Sample, new: str) -> None:
    old = sample.store.read("SELECT serial_pattern FROM course WHERE id = :id", {"id": sample.ref.course_id})[0]
    sample.write(*update("course", sample.ref.course_id, old, {"serial_pattern": new}, Refused()))


def findings(store: Store, check: str) -> list[str]:
    from coursectl.certificates import checks

    return [finding.wording.format(**finding.facts) for finding in checks.checks(store)[check]().findings]


def replace(sample: Sample, serial: str, because: str, **more: Any) -> certificates.Replaced:
    return certificates.replace(sample.store, serial, sample.act, because=because, **({"on": "2015-04-01"} | more))


def snapshot(sample: Sample, serial: str) -> dict[str, Any]:
    found = certificates.get_certificate(sample.store, serial).snapshot
    assert found is not None
    return found


# Series


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{course}-{year}-{number}", ["ICIM-2015-0001", "ICIM-2015-0002", "ICIM-2016-0001"]),
        ("{course}/{edition}/{number:03}", ["ICIM/37/001", "ICIM/38/001", "ICIM/37/002"]),
        ("{course} {number:6}", ["ICIM 000001", "ICIM 000002", "ICIM 000003"]),
        ("{edition}.{year}.{number:1}", ["37.2015.1", "38.2015.2", "37.2016.1"]),
        ("{number:09}-{course}", ["000000001-ICIM", "000000002-ICIM", "000000003-ICIM"]),
    ],
)
def test_numbers_count_per_year_or_edition_or_over_the_course_as_the_pattern_says(
    edition: Sample, written: str, expected: list[str]
) -> None:
    next_one = Sample(edition.store, edition.act, second_edition(edition))
    next_one.signatory("Marta Ibarra")
    pattern(edition, written)
    edition.trainee("Ana Pérez")
    edition.trainee("Luis Rojas")
    next_one.trainee("Eva Luz")

    given = [
        issue(edition, only=["Ana"]).first,
        issue(next_one).first,
        issue(edition, only=["Luis"], on="2016-01-04").first,
    ]

    assert given == expected
    assert findings(edition.store, "register") == []


def second_edition(sample: Sample) -> Any:
    from coursectl.editions import EditionRef

    row = {
        "course_id": sample.ref.course_id, "number": 38, "year": 2015, "place": "Lima", "country": "PE",
        "start_date": "2015-06-01", "end_date": "2015-06-05", "languages": '["es"]',
    }  # fmt: skip
    return EditionRef(sample.add("edition", **row), "ICIM-38", sample.ref.course_id, "ICIM", 38)


def test_a_pattern_that_is_changed_and_changed_back_repeats_no_number_and_leaves_no_gap(edition: Sample) -> None:
    for name in "ABCDEF":
        edition.trainee(f"{name} Paz")

    for written, who in (
        ("{course}-{year}-{number}", "A"), ("{course}-{edition}-{number}", "B"), ("{course}-{year}-{number:03}", "C"),
        ("{course}-{number}", "D"), ("{course}-{edition}-{number}", "E"), ("{course}-{year}-{number}", "F"),
    ):  # fmt: skip
        pattern(edition, written)
        issue(edition, only=[f"{who} Paz"])

    assert series(edition.store) == [
        ("2015", 1, "ICIM-2015-0001"),
        ("2015", 2, "ICIM-2015-002"),
        ("2015", 3, "ICIM-2015-0003"),
        ("course", 1, "ICIM-0001"),
        ("edition-37", 1, "ICIM-37-0001"),
        ("edition-37", 2, "ICIM-37-0002"),
    ]
    assert findings(edition.store, "register") == []


def test_a_new_pattern_that_would_repeat_a_number_is_refused(edition: Sample) -> None:
    edition.trainee("Ana Pérez")
    edition.trainee("Luis Rojas")
    pattern(edition, "{course}-37-{number}")
    issue(edition, only=["Ana"])
    pattern(edition, "{course}-{edition}-{number}")

    with pytest.raises(certificates.SerialTaken) as refused:
        issue(edition)

    assert str(refused.value) == (
        "The serial numbers of ICIM would repeat some that the register has already: its pattern is '{course}-{edition}-{number}'. "
        "Give it one of its own: coursectl course edit ICIM --serial '{course}-{year}-{number}'"
    )
    assert states(edition) == [("ICIM-37-0001", "issued")]


class Meddled:
    """The store of an office, in which somebody else writes just before the first batch."""

    def __init__(self, store: Store, meddle: Any) -> None:
        self.name, self.engine, self.written = store.name, store.engine, 0
        self.read, self.close = store.read, store.close
        self._store, self._meddle = store, meddle

    def apply(self, operation: Any) -> Any:
        if self._meddle:
            meddle, self._meddle = self._meddle, None
            meddle()
        return self._store.apply(operation)


def test_a_pattern_that_is_changed_in_the_same_moment_is_the_one_that_is_followed(edition: Sample) -> None:
    edition.trainee("Ana Pérez")
    meddled: Any = Meddled(edition.store, lambda: pattern(edition, "{course}.{edition}.{number:02}"))

    done = certificates.issue(meddled, edition.ref, edition.act, on="2015-03-21")

    assert (done.first, series(edition.store)) == ("ICIM.37.01", [("edition-37", 1, "ICIM.37.01")])


def test_the_register_is_in_the_order_of_years_then_of_editions_by_their_number(edition: Sample) -> None:
    rows = [("edition-9", 1), ("edition-10", 1), ("2016", 1), ("2015", 2), ("course", 1), ("2015", 1)]
    operation = new_id()
    person = edition.person("Ana Pérez")
    given = [
        {"id": new_id(), "course_id": edition.ref.course_id, "edition_id": edition.ref.id, "person_id": person, "kind": "completion",
         "year": 2015, "series": one, "n": n, "serial": f"{one}/{n}", "issued_on": "2015-03-21", "op_id": operation}
        for one, n in rows
    ]  # fmt: skip
    ended = [{"id": new_id(), "certificate_id": row["id"], "state": state, "at": edition.act.now} for row in given for state in ("void", "issued")]  # fmt: skip
    edition.store.apply(
        edition.act.operation("test", [*insert("certificate", given), *sorted_events(ended)], op_id=operation)
    )

    assert [one.serial for one in certificates.list_certificates(edition.store)] == [
        "2015/1", "2015/2", "2016/1", "course/1", "edition-9/1", "edition-10/1",
    ]  # fmt: skip


def sorted_events(events: list[dict[str, Any]]) -> list[Statement]:
    """Each is issued and made void before the next one is: one person has one at a time."""
    order = [event for one in {event["certificate_id"]: None for event in events} for event in events if event["certificate_id"] == one]  # fmt: skip
    pairs = [order[n : n + 2][::-1] for n in range(0, len(order), 2)]
    return [statement for pair in pairs for event in pair for statement in insert("certificate_event", [event])]


# Void


def test_certificates_are_made_void_together_with_the_reason_and_their_rows_and_numbers_stay(three: Sample) -> None:
    done = certificates.void(three.store, ["ICIM-2015-0001", "icim-2015-0003", "ICIM-2015-0001"], " Issued  by mistake ", three.act)  # fmt: skip

    assert done == certificates.Voided(("ICIM-37",), ("ICIM-2015-0001", "ICIM-2015-0003"), "Issued by mistake")
    assert states(three) == [("ICIM-2015-0001", "void"), ("ICIM-2015-0002", "issued"), ("ICIM-2015-0003", "void")]
    assert certificates.list_certificates(three.store)[0] == certificates.Certificate(
        "ICIM-2015-0001", "completion", "Álvaro Núñez", "ICIM-37", "void", "2015-03-21", "AR", "es", "Issued by mistake"
    )
    assert names(issue(three).certificates) == [("ICIM-2015-0004", "Álvaro Núñez"), ("ICIM-2015-0005", "Óscar Ñandú")]


def test_what_is_void_or_was_superseded_is_refused_saying_by_which_and_nothing_is_made_void(three: Sample) -> None:
    certificates.void(three.store, ["ICIM-2015-0001"], "mistake", three.act)
    replace(three, "ICIM-2015-0002", "lost")
    before = states(three)

    for serial, said in (
        ("ICIM-2015-0001", "ICIM-2015-0001 is void already, since 2015-03-09. Look with: coursectl certificate show ICIM-2015-0001; "
         "to give a new one: coursectl certificate issue -e ICIM-37 --kind completion"),
        ("ICIM-2015-0002", "ICIM-2015-0002 was superseded by ICIM-2015-0004 on 2015-03-09, which counts in its place. "
         "Look with: coursectl certificate show ICIM-2015-0004"),
    ):  # fmt: skip
        for verb in (
            lambda serial=serial: certificates.void(three.store, ["ICIM-2015-0003", serial], "x", three.act),
            lambda serial=serial: replace(three, serial, "damaged"),
        ):
            with pytest.raises(certificates.AlreadyEnded) as refused:
                verb()
            assert str(refused.value) == said

    assert states(three) == before


@pytest.mark.parametrize("reason", ["", "  ", "\t\n"])
def test_nothing_is_made_void_without_a_reason(three: Sample, reason: str) -> None:
    with pytest.raises(Usage, match=r"^Say why, for the register: --because REASON$"):
        certificates.void(three.store, ["ICIM-2015-0001"], reason, three.act)


def test_an_unknown_number_makes_nothing_void(three: Sample) -> None:
    with pytest.raises(NotFound, match="The register has no certificate ICIM-2015-0009"):
        certificates.void(three.store, ["ICIM-2015-0001", "ICIM-2015-0009"], "mistake", three.act)

    assert {state for _serial, state in states(three)} == {"issued"}


def test_two_who_make_the_same_one_void_at_once_do_it_once(three: Sample) -> None:
    meddled: Any = Meddled(
        three.store, lambda: certificates.void(three.store, ["ICIM-2015-0001"], "the first", three.act)
    )

    with pytest.raises(Refused, match="Some of these certificates are void or superseded already"):
        certificates.void(meddled, ["ICIM-2015-0001", "ICIM-2015-0002"], "the second", three.act)

    assert states(three)[:2] == [("ICIM-2015-0001", "void"), ("ICIM-2015-0002", "issued")]


# Replaced


def test_a_misspelled_one_is_replaced_by_what_it_said_but_for_the_person(three: Sample) -> None:
    old = snapshot(three, "ICIM-2015-0002")
    three.write(
        Statement("UPDATE person SET name = 'Anna Pérez', honorific = 'Dra.', sex = 'female' WHERE name = 'Ana Pérez'"),
        Statement("UPDATE enrollment SET country = 'BR' WHERE number = 2"),
        Statement("UPDATE edition SET place = 'Elsewhere'"),
        Statement('UPDATE course SET title = \'{"es":"Otro"}\''),
    )

    done = replace(three, "ICIM-2015-0002", "misspelled")

    assert done == certificates.Replaced(
        "ICIM-37", "completion", "ICIM-2015-0004", "ICIM-2015-0002", "Anna Pérez", "es", "2015-04-01", "misspelled", None, duplicate=False,
    )  # fmt: skip
    new = snapshot(three, "ICIM-2015-0004")
    assert new == old | {"issued_on": "2015-04-01", "holder": new["holder"]}
    assert new["holder"] == {
        "name": "Anna Pérez", "honorific": "Dra.", "sex": None, "country": "BR",
        "country_name": {"en": "Brazil", "es": "Brasil", "pt": "Brasil", "fr": "Brésil", "ar": "البرازيل", "zh": "巴西", "ru": "Бразилия"},
    }  # fmt: skip
    assert snapshot(three, "ICIM-2015-0002") == old
    assert [one.serial for one in certificates.list_for_printing(three.store, three.ref)] == [
        "ICIM-2015-0001", "ICIM-2015-0003", "ICIM-2015-0004",
    ]  # fmt: skip


def test_with_renew_it_says_what_the_edition_says_today(three: Sample) -> None:
    three.write(Statement("UPDATE edition SET place = 'Buenos Aires'"))

    done = replace(three, "ICIM-2015-0002", "other", reason="The place was wrong", renew=True)

    new = snapshot(three, done.serial)
    assert (new["edition"]["place"], new["holder"]["name"], new["issued_on"]) == ("Buenos Aires", "Ana Pérez", "2015-04-01")  # fmt: skip
    assert certificates.get_certificate(three.store, "ICIM-2015-0002").events[-1].reason == "The place was wrong"


@pytest.mark.parametrize("renew", [False, True])
def test_a_sheet_in_two_languages_is_replaced_by_one_in_two(edition: Sample, renew: bool) -> None:
    edition.trainee("Ana Pérez")
    issue(edition, language="es", also_in=["fr"])
    edition.write(Statement("UPDATE person SET name = 'Anna Pérez' WHERE name = 'Ana Pérez'"))

    same = replace(edition, "ICIM-2015-0001", "misspelled", renew=renew)
    turned = replace(edition, same.serial, "other", reason="She reads French", renew=renew, language="fr")

    assert [(snapshot(edition, one.serial)["language"], snapshot(edition, one.serial)["also_in"]) for one in (same, turned)] == [
        ("es", "fr"), ("fr", "es"),
    ]  # fmt: skip


@pytest.mark.parametrize("because", ["lost", "damaged"])
def test_a_lost_or_damaged_one_is_replaced_by_a_duplicate_that_says_the_same(three: Sample, because: str) -> None:
    old = snapshot(three, "ICIM-2015-0002")
    three.write(Statement("UPDATE person SET name = 'Somebody else'"), Statement("DELETE FROM signatory"))

    done = replace(three, "ICIM-2015-0002", because, reason="Left in a taxi")

    assert (done.duplicate, done.name) == (True, "Ana Pérez")
    assert snapshot(three, "ICIM-2015-0004") == old | {
        "issued_on": "2015-04-01", "first_issued_on": "2015-03-21", "duplicate": True,
    }  # fmt: skip
    second = replace(three, "ICIM-2015-0004", because, on="2016-02-01")
    assert (second.serial, snapshot(three, second.serial)["first_issued_on"]) == ("ICIM-2016-0001", "2015-03-21")


def test_old_and_new_know_of_each_other(three: Sample) -> None:
    replace(three, "ICIM-2015-0002", "lost", reason="Left in a taxi")

    old, new = (certificates.get_certificate(three.store, serial) for serial in ("ICIM-2015-0002", "ICIM-2015-0004"))

    assert (old.state, old.superseded_by, old.replaces, old.duplicate) == ("superseded", "ICIM-2015-0004", None, False)
    assert (new.state, new.superseded_by, new.replaces, new.duplicate) == ("issued", None, "ICIM-2015-0002", True)
    assert old.events[-1] == certificates.CertificateEvent(
        "superseded", three.act.now, "coordinator", "lost: Left in a taxi", "ICIM-2015-0004"
    )
    assert (new.intact, new.hash != old.hash, new.salt != old.salt) == (True, True, True)
    assert findings(three.store, "events") == []


def test_a_corrected_duplicate_is_no_duplicate(three: Sample) -> None:
    replace(three, "ICIM-2015-0002", "lost")
    three.write(Statement("UPDATE person SET name = 'Anna Pérez' WHERE name = 'Ana Pérez'"))

    done = replace(three, "ICIM-2015-0004", "misspelled")

    assert (done.duplicate, {"duplicate", "first_issued_on"} & snapshot(three, done.serial).keys()) == (False, set())


def test_a_correction_that_corrects_nothing_is_refused_saying_what_to_do(three: Sample) -> None:
    with pytest.raises(certificates.NothingDiffers) as refused:
        replace(three, "ICIM-2015-0002", "misspelled")

    assert str(refused.value) == (
        "ICIM-2015-0002 says already what a new one would: Ana Pérez. Correct that first: "
        "coursectl person edit 'Ana Pérez' --name NAME; for a sheet that was lost or damaged: --because lost"
    )
    assert len(states(three)) == 3


def test_another_language_is_something_to_correct(three: Sample) -> None:
    assert replace(three, "ICIM-2015-0002", "misspelled", language="pt").language == "pt"


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"because": "stolen"}, Usage, "'stolen' is no reason to replace a certificate. Use one of: misspelled, lost, damaged, other."),
        ({"because": "other"}, Usage, "Say what the reason is, for the register: --because other --reason REASON"),
        ({"because": "lost", "renew": True}, Usage, "A duplicate says what the old one said, in its language: leave out --renew and --lang."),
        ({"because": "lost", "language": "fr"}, Usage, "A duplicate says what the old one said, in its language: leave out --renew and --lang."),
        ({"because": "lost", "on": "2015-03-20"}, BadInput, "What replaces ICIM-2015-0002, issued on 2015-03-21, can't be dated 2015-03-20: that is before it, or more than a year off."),
        ({"because": "lost", "on": "2105-04-01"}, BadInput, "What replaces ICIM-2015-0002, issued on 2015-03-21, can't be dated 2105-04-01: that is before it, or more than a year off."),
        ({"because": "misspelled", "language": "de"}, BadInput, "There are no certificates in 'de'. Use one of: en, es, pt, fr, ar, zh, ru."),
    ],
)  # fmt: skip
def test_what_can_not_be_replaced_so_is_told(
    three: Sample, options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as refused:
        replace(three, "ICIM-2015-0002", **options)

    assert (str(refused.value), len(states(three))) == (said, 3)


def test_an_experts_certificate_keeps_its_sessions_and_hours(edition: Sample) -> None:
    session = edition.session("Refugio")
    edition.expert("Sofia Lema", [session])
    issue(edition, kind="instruction")
    edition.write(Statement("UPDATE person SET name = 'Sofía Lema' WHERE name = 'Sofia Lema'"))
    edition.session("Más")

    done = replace(edition, "ICIM-2015-0001", "misspelled")

    new = snapshot(edition, done.serial)
    assert (new["holder"]["name"], new["holder"]["country"], new["minutes"], new["sessions"]) == ("Sofía Lema", "UY", 90, [{"es": "Refugio"}])  # fmt: skip


def test_who_left_the_edition_is_corrected_from_the_person_alone(three: Sample) -> None:
    person = three.store.read("SELECT id FROM person WHERE name = 'Ana Pérez'")[0]["id"]
    three.write(
        Statement("DELETE FROM enrollment WHERE person_id = :id", {"id": person}),
        Statement("UPDATE person SET name = 'Anna Pérez' WHERE id = :id", {"id": person}),
    )

    with pytest.raises(Refused, match=r"^Ana Pérez isn't in ICIM-37 any more"):
        replace(three, "ICIM-2015-0002", "misspelled", renew=True)
    done = replace(three, "ICIM-2015-0002", "misspelled")

    assert snapshot(three, done.serial)["holder"] == snapshot(three, "ICIM-2015-0002")["holder"] | {
        "name": "Anna Pérez"
    }


def test_a_certificate_of_somebody_who_was_merged_is_corrected_from_who_they_are(three: Sample) -> None:
    old = three.store.read("SELECT id FROM person WHERE name = 'Ana Pérez'")[0]["id"]
    new = three.person("Ana Pérez Gil")
    three.write(*update("person", old, {"merged_into": None}, {"merged_into": new}, Refused()))

    done = replace(three, "ICIM-2015-0002", "misspelled")

    assert (done.name, issue(three).already) == ("Ana Pérez Gil", 3)


def test_what_was_erased_is_not_replaced(three: Sample) -> None:
    operation, one = new_id(), new_id()
    row = three.store.read("SELECT * FROM certificate WHERE n = 1")[0]
    row |= {"id": one, "n": 4, "serial": "ICIM-2015-0004", "op_id": operation, "person_id": three.person("Secret")}
    event = {"id": new_id(), "certificate_id": one, "state": "issued", "at": three.act.now}
    three.store.apply(
        three.act.operation(
            "test", [*insert("certificate", [row]), *insert("certificate_event", [event])], op_id=operation
        )
    )

    with pytest.raises(
        Refused, match=r"^What ICIM-2015-0004 says was erased, so nothing can be issued in its place\.$"
    ):
        replace(three, "ICIM-2015-0004", "lost")


def test_two_who_replace_the_same_one_at_once_leave_one_new_one_and_no_gap(three: Sample) -> None:
    meddled: Any = Meddled(three.store, lambda: replace(three, "ICIM-2015-0002", "lost"))

    with pytest.raises(certificates.AlreadyEnded) as refused:
        certificates.replace(meddled, "ICIM-2015-0002", three.act, because="damaged", on="2015-04-01")

    assert str(refused.value) == (
        "ICIM-2015-0002 was made void, replaced or erased by somebody else just now. "
        "Look with: coursectl certificate show ICIM-2015-0002"
    )
    assert states(three)[1:] == [("ICIM-2015-0002", "superseded"), ("ICIM-2015-0003", "issued"), ("ICIM-2015-0004", "issued")]  # fmt: skip
    assert findings(three.store, "register") == []


def test_a_name_that_is_mended_in_the_same_moment_is_the_one_on_the_new_certificate(three: Sample) -> None:
    three.write(Statement("UPDATE person SET name = 'Anna Perez' WHERE name = 'Ana Pérez'"))
    mend = Statement("UPDATE person SET name = 'Anna Pérez' WHERE name = 'Anna Perez'")
    meddled: Any = Meddled(three.store, lambda: three.write(mend))

    done = certificates.replace(meddled, "ICIM-2015-0002", three.act, because="misspelled", on="2015-04-01")

    assert (done.name, snapshot(three, done.serial)["holder"]["name"]) == ("Anna Pérez", "Anna Pérez")


def test_a_dry_run_tells_the_number_and_writes_nothing(three: Sample) -> None:
    dry = Act("coordinator", three.act.now, dry_run=True)

    told = certificates.replace(three.store, "ICIM-2015-0002", dry, because="lost", on="2015-04-01")
    certificates.void(three.store, ["ICIM-2015-0001"], "mistake", dry)

    assert states(three) == [(f"ICIM-2015-000{n}", "issued") for n in (1, 2, 3)]
    assert told == replace(three, "ICIM-2015-0002", "lost")


# Undone


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (lambda sample: certificates.void(sample.store, ["ICIM-2015-0001"], "x", sample.act),
         "'certificate void ICIM-2015-0001' can't be undone: a void certificate stays void. Issue new ones with: coursectl certificate issue"),
        (lambda sample: replace(sample, "ICIM-2015-0001", "lost"),
         "'certificate replace ICIM-2015-0001' can't be undone: a certificate that was replaced stays so. If the new one is wrong, "
         "replace it in its turn: coursectl certificate replace SERIAL --because misspelled"),
    ],
)  # fmt: skip
def test_a_certificate_never_comes_back(three: Sample, verb: Any, said: str) -> None:
    verb(three)
    before = states(three)

    with pytest.raises(NotUndoable) as refused:
        undoing.undo(three.store, None, three.act, yes=True)

    assert (str(refused.value), states(three)) == (said, before)


@pytest.mark.parametrize("what", [printings.PRINTED, printings.EXPORTED])
def test_an_issue_of_which_something_was_printed_or_exported_is_not_undone(three: Sample, what: str) -> None:
    issued = int(three.store.read("SELECT op_id FROM certificate LIMIT 1")[0]["op_id"])
    ids = {one.serial: one.id for one in certificates.list_lines(three.store)}
    op_id = new_id()
    statements = printings.printing_statements(three.ref.id, [ids["ICIM-2015-0002"]], what, three.act, op_id=op_id)
    three.store.apply(three.act.operation("render certificates", statements, op_id=op_id))

    with pytest.raises(certificates.PrintedStays) as refused:
        undoing.undo(three.store, str(issued), three.act, yes=True)

    assert str(refused.value) == (
        "These certificates were printed or exported, so their issue can't be undone: ICIM-2015-0002. Make void those that "
        "aren't to count, with the reason: coursectl certificate void ICIM-2015-0002 --because REASON"
    )
    assert {state for _serial, state in states(three)} == {"issued"}
    certificates.void(three.store, ["ICIM-2015-0002"], "Printed by mistake", three.act)
    assert certificates.undo_issue(three.store, issued, three.act).voided == 2


def test_what_is_printed_in_the_moment_of_the_undo_stays(three: Sample) -> None:
    issued = int(three.store.read("SELECT op_id FROM certificate LIMIT 1")[0]["op_id"])
    one, op_id = certificates.list_lines(three.store)[0].id, new_id()
    statements = printings.printing_statements(three.ref.id, [one], printings.PRINTED, three.act, op_id=op_id)
    meddled: Any = Meddled(
        three.store, lambda: three.store.apply(three.act.operation("print", statements, op_id=op_id))
    )

    with pytest.raises(certificates.PrintedStays, match="printed or exported at this moment"):
        certificates.undo_issue(meddled, issued, three.act)

    assert {state for _serial, state in states(three)} == {"issued"}


# The checks


def write_anyway(sample: Sample, *statements: str) -> None:
    """Do to the register what no command does, its triggers out of the way."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(sample.store.name)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = on")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.usefixtures("store_path")
def test_the_check_finds_what_does_not_point_back_and_a_duplicate_without_original(three: Sample) -> None:
    replace(three, "ICIM-2015-0001", "lost")
    replace(three, "ICIM-2015-0002", "damaged")
    assert findings(three.store, "events") == []

    write_anyway(
        three,
        "UPDATE certificate SET replaces = NULL WHERE serial = 'ICIM-2015-0004'",
        "UPDATE certificate_event SET superseded_by = NULL WHERE state = 'superseded' AND certificate_id ="
        " (SELECT id FROM certificate WHERE serial = 'ICIM-2015-0002')",
        "INSERT INTO certificate_event (id, certificate_id, state, at) SELECT 1, id, 'void', '2015' FROM certificate WHERE serial = 'ICIM-2015-0002'",
    )  # fmt: skip

    assert findings(three.store, "events") == [
        "certificate ICIM-2015-0001 was superseded by ICIM-2015-0004, which doesn't say that it replaces it",
        "certificate ICIM-2015-0002 was superseded by ?, which doesn't say that it replaces it",
        "certificate ICIM-2015-0005 replaces ICIM-2015-0002, which doesn't say that it was superseded by it",
        "certificate ICIM-2015-0004 is a duplicate, and its original isn't there",
        "certificate ICIM-2015-0002 is void and superseded at once",
    ]


@pytest.mark.usefixtures("store_path")
def test_the_check_looks_for_gaps_by_series(three: Sample) -> None:
    pattern(three, "{course}-{edition}-{number}")
    issue(three, kind="participation")
    assert findings(three.store, "register") == []

    write_anyway(three, "UPDATE certificate SET n = 7 WHERE serial = 'ICIM-37-0002'")

    assert findings(three.store, "register") == [
        "the register of ICIM, series edition-37, has 3 certificates, and the last one is number 7"
    ]


# Nothing is ever lost


@pytest.mark.parametrize("table", ["printing", "printed_sheet"])
@pytest.mark.parametrize("way", ["update", "delete", "replace", "upsert"])
def test_what_was_printed_takes_no_change_even_inside_an_operation(three: Sample, table: str, way: str) -> None:
    exporting.export_register(three.store, Path("register.csv"), three.act)
    before = three.store.read(f"SELECT * FROM {table}")
    columns = ", ".join(before[0])
    changed = {"printing": "at", "printed_sheet": "certificate_id"}[table]
    forged = ", ".join(f"(SELECT max({changed}) FROM {table}) AS {column}" if column == changed else column for column in before[0])  # fmt: skip
    sql = {
        "update": f"UPDATE {table} SET {changed} = (SELECT min({changed}) FROM {table}) || ''",
        "delete": f"DELETE FROM {table}",
        "replace": f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {forged} FROM {table}",
        "upsert": f"INSERT INTO {table} ({columns}) SELECT {forged} FROM {table} WHERE true ON CONFLICT DO UPDATE SET {changed} = excluded.{changed}",
    }[way]

    with pytest.raises(Refused) as refused:
        three.write(Statement(sql))

    assert refused.value.facts == {"rule": "append_only"}
    assert three.store.read(f"SELECT * FROM {table}") == before


# The register as a file


def test_the_register_is_exported_with_everything_and_that_it_was_is_recorded(three: Sample) -> None:
    replace(three, "ICIM-2015-0001", "lost", reason="=cmd()")
    three.add("certificate_exception", edition_id=three.ref.id, person_id=certificates.get_certificate(three.store, "ICIM-2015-0002").person_id, kind="completion", reason="Ill for a week", granted_on="2015-03-20")  # fmt: skip

    done = exporting.export_register(three.store, Path("register.csv"), three.act, three.ref)

    assert done == exporting.ExportedRegister("register.csv", "ICIM-37", 4, recorded=True)
    hashes = {one.serial: certificates.get_certificate(three.store, one.serial).hash for one in certificates.list_certificates(three.store)}  # fmt: skip
    with Path("register.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {
        "Serial": "ICIM-2015-0001", "Kind": "completion", "Name": "Álvaro Núñez", "Country": "AR", "Edition": "ICIM-37", "Language": "es",
        "Issued on": "2015-03-21", "State": "superseded", "In this state since (UTC)": three.act.now, "Reason": "lost: =cmd()",
        "Replaced by": "ICIM-2015-0004", "Replaces": "", "Duplicate": "", "Provisional": "", "Exception": "", "Hash": hashes["ICIM-2015-0001"],
    }  # fmt: skip
    assert [(row["Serial"], row["Replaces"], row["Duplicate"], row["Exception"]) for row in rows[1:]] == [
        ("ICIM-2015-0002", "", "", "Ill for a week"), ("ICIM-2015-0003", "", "", ""), ("ICIM-2015-0004", "ICIM-2015-0001", "yes", ""),
    ]  # fmt: skip
    shown = certificates.get_certificate(three.store, "ICIM-2015-0003").printings
    assert shown == (certificates.CertificatePrinting(three.act.now, "exported", "coordinator"),)
    assert three.store.read("SELECT command, undo FROM op ORDER BY id DESC LIMIT 1") == [
        {"command": "certificate export ICIM-37", "undo": "refused"}
    ]


def test_json_has_codes_and_a_workbook_is_read_again(three: Sample) -> None:
    for name in ("r.json", "r.xlsx", "r.ods", "r.tsv"):
        exporting.export_register(three.store, Path(name), three.act)

    first = json.loads(Path("r.json").read_text("utf-8"))[0]
    assert list(first) == list(exporting.HEADINGS)
    assert (first["kind"], first["duplicate"], first["reason"]) == ("completion", False, None)
    for name in ("r.xlsx", "r.ods", "r.tsv"):
        rows = tables.read_table(Path(name), [Column("Serial"), Column("Name"), Column("Hash")]).rows
        assert [row.values["Serial"] for row in rows] == [f"ICIM-2015-000{n}" for n in (1, 2, 3)]


def test_a_file_that_holds_just_this_and_was_recorded_is_left_alone(three: Sample) -> None:
    path = Path("register.csv")
    exporting.export_register(three.store, path, three.act)
    log = three.store.read("SELECT count(*) AS n FROM op")

    again = exporting.export_register(three.store, path, three.act)

    assert (again.recorded, three.store.read("SELECT count(*) AS n FROM op")) == (False, log)
    three.write(Statement("DELETE FROM hold"))
    certificates.void(three.store, ["ICIM-2015-0001"], "x", three.act)
    with pytest.raises(Refused, match=r"^register\.csv is there already"):
        exporting.export_register(three.store, path, three.act)
    assert exporting.export_register(three.store, path, three.act, force=True).recorded is True


@pytest.mark.usefixtures("store_path")
def test_a_dry_run_and_a_store_that_is_only_read_write_no_file(three: Sample) -> None:
    dry = Act("coordinator", three.act.now, dry_run=True)
    exporting.export_register(three.store, Path("register.csv"), dry)
    only_read = LocalStore(Path(three.store.name), read_only=True)

    with pytest.raises(exporting.ExportReadOnly, match=r"To read the register: coursectl certificate list --csv$"):
        exporting.export_register(only_read, Path("register.csv"), three.act)

    only_read.close()
    assert (Path("register.csv").exists(), three.store.read("SELECT * FROM printing")) == (False, [])


@pytest.mark.usefixtures("store_path")
def test_what_can_not_be_recorded_leaves_the_file_as_it_was(three: Sample) -> None:
    path = Path("register.csv")
    path.write_text("mine", "utf-8")
    only_read = LocalStore(Path(three.store.name), read_only=True)

    with pytest.raises(exporting.ExportReadOnly):
        exporting.export_register(only_read, path, three.act, force=True)

    only_read.close()
    assert path.read_text("utf-8") == "mine"


def test_an_empty_register_and_an_unknown_ending_are_told(three: Sample, act: Act) -> None:
    other = ready_sample(three.store, act, "LAW", 2)

    with pytest.raises(exporting.NothingToExport, match="There are no certificates to export"):
        exporting.export_register(three.store, Path("r.csv"), act, other.ref)
    with pytest.raises(BadInput, match=r"^r\.txt: write its name with the ending"):
        exporting.export_register(three.store, Path("r.txt"), act)
    with pytest.raises(NotFound, match="There is no folder"):
        exporting.export_register(three.store, Path("nowhere/r.csv"), act)
    assert three.store.read("SELECT * FROM printing") == []


# Two offices at once


OFFICE = """
import sys
from coursectl import certificates, editions
from coursectl.errors import Refused
from coursectl.store import Act, open_store
store = open_store(sys.argv[1])
ref = editions.get_edition_ref(store, "ICIM-37")
act = Act(sys.argv[2], "2015-03-21T12:00:00.000Z")
print("ready", flush=True)
sys.stdin.readline()
for line in sys.argv[3:]:
    verb, what = line.split()
    try:
        if verb == "issue":
            certificates.issue(store, ref, act, only=[what])
        elif verb == "replace":
            certificates.replace(store, what, act, because="lost")
        else:
            certificates.void(store, [what], "mistake", act)
        print("done")
    except Refused as error:
        print(type(error).__name__)
"""


def test_offices_that_issue_replace_and_make_void_at_once_leave_no_gap_and_end_each_once(
    store_path: Path, edition: Sample
) -> None:
    for number in range(24):
        edition.trainee(f"Ana {number:02}")
    issue(edition, leave_out=[str(n) for n in range(13, 25)])
    old = [f"ICIM-2015-{n:04}" for n in range(1, 13)]
    lines = (
        [f"issue {n}" for n in range(13, 19)] + [f"replace {serial}" for serial in old[:6]],
        [f"replace {serial}" for serial in old] + [f"issue {n}" for n in range(13, 19)],
        [f"issue {n}" for n in range(19, 25)] + [f"void {serial}" for serial in old[6:]],
    )
    offices = [
        subprocess.Popen([sys.executable, "-c", OFFICE, str(store_path), f"office-{n}", *typed], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for n, typed in enumerate(lines)
    ]  # fmt: skip
    for office in offices:
        assert office.stdout is not None
        assert office.stdout.readline() == "ready\n"
    for office in offices:
        assert office.stdin is not None
        office.stdin.write("\n")
        office.stdin.flush()
    answers = [word for office in offices for word in office.communicate(timeout=120)[0].split()]

    assert (len(answers), set(answers) - {"done", "AlreadyEnded", "Refused", "AlreadyIssued", "FactsMoved"}) == (42, set())  # fmt: skip
    rows = edition.store.read("SELECT n, replaces FROM certificate ORDER BY n")
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    ends = edition.store.read(
        "SELECT certificate_id FROM certificate_event WHERE state <> 'issued' GROUP BY certificate_id"
    )
    assert len(ends) == 12  # each old one once, by whoever was first
    assert edition.store.read("SELECT count(*) AS n FROM certificate_event WHERE state <> 'issued'") == [{"n": 12}]
    live = edition.store.read("SELECT count(*) AS n, count(DISTINCT person_id) AS people FROM certificate_live")[0]
    assert live["n"] == live["people"]
    assert (findings(edition.store, "register"), findings(edition.store, "events")) == ([], [])
