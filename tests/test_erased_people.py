"""Who was erased, in the editions they were in: their place counts, and nobody proposes, writes to or prints them. All people are invented."""

from __future__ import annotations

from dataclasses import replace

import pypdf
import pytest

from certificate_samples import Sample, ready_sample
from coursectl import certificates, editions, enrollment
from coursectl.certificates.kinds import NobodyEligible, NotEligible
from coursectl.editions import NewEdition
from coursectl.store import Statement
from coursectl.workflows import closing, overview
from coursectl.workflows.erasing import GivenUp, erase_person
from coursectl.workflows.printing import Order, print_document
from coursectl.workflows.printing.addressees import NobodyToWriteTo, NotTheirLetter

BEFORE, WITHIN, AFTER = "2015-02-01", "2015-03-21", "2015-03-22"


@pytest.fixture
def sample(store, act) -> Sample:
    """An edition of ten seats from 2015-03-09 to 2015-03-21."""
    return ready_sample(store, act, seats=10, waiting_list=1)


def said_on(path):
    return " ".join(word for page in pypdf.PdfReader(path).pages for word in page.extract_text().split())


def on(act, day):
    return replace(act, now=f"{day}T12:00:00.000Z")


def standing(sample):
    return [(one.name, one.status) for one in enrollment.list_roster(sample.store, sample.ref, enrollment.STATUSES)]


def missing(sample):
    return [step.missing for step in overview.get_status(sample.store, sample.ref).next]


def seats(sample):
    return enrollment.get_seats(sample.store, sample.ref).taken


@pytest.mark.parametrize("status", ["nominated", "waitlisted", "accepted", "confirmed"])
def test_a_place_that_is_still_open_is_given_up_with_the_erasing(sample, act, status):
    sample.trainee("Ana Pérez", status)
    done = erase_person(sample.store, "Ana Pérez", on(act, BEFORE))

    assert done.given_up == (GivenUp("ICIM-37", status, (), None),)
    assert standing(sample) == [(done.person.name, "withdrawn")]
    assert seats(sample) == 0


@pytest.mark.parametrize("status", ["declined", "withdrawn", "completed", "not_completed", "no_show"])
def test_what_has_become_of_somebody_stays(sample, act, status):
    sample.trainee("Ana Pérez", status)
    done = erase_person(sample.store, "Ana Pérez", on(act, BEFORE))

    assert (done.given_up, standing(sample)) == ((), [(done.person.name, status)])


@pytest.mark.parametrize("status", ["accepted", "confirmed"])
def test_a_place_that_was_used_counts_and_stays(sample, act, status):
    """Whoever was there keeps the place, and the seat; until the edition is over others may still have come for nobody."""
    for name, mark in (("Ana Pérez", "present"), ("Luis Soto", "late"), ("Eva Ruiz", "absent")):
        place = sample.trainee(name, status)
        sample.mark(place, sample.session("Refugio"), mark)
    sample.trainee("Rosa Vidal", status)
    done = [
        erase_person(sample.store, who, on(act, WITHIN)) for who in ("Ana Pérez", "Luis Soto", "Eva Ruiz", "Rosa Vidal")
    ]

    assert [[one.status for one in erased.given_up] for erased in done] == [[], [], [status], [status]]
    assert [status for _name, status in standing(sample)] == [status, status, "withdrawn", "withdrawn"]
    assert seats(sample) == 2


def test_a_place_with_a_certificate_counts_and_stays(sample, act):
    sample.trainee("Ana Pérez", "accepted")
    certificates.issue(sample.store, sample.ref, act, kind="participation")

    assert erase_person(sample.store, "Ana Pérez", on(act, BEFORE)).given_up == ()
    assert [status for _name, status in standing(sample)] == ["accepted"]


def test_in_an_edition_that_is_over_the_place_stays_and_who_was_only_nominated_goes(sample, act):
    sample.trainee("Ana Pérez", "confirmed")
    sample.trainee("Luis Soto", "nominated")
    for who in ("Ana Pérez", "Luis Soto"):
        erase_person(sample.store, who, on(act, AFTER))

    assert [status for _name, status in standing(sample)] == ["confirmed", "withdrawn"]


def test_in_a_closed_edition_nothing_is_moved(sample, act):
    sample.trainee("Luis Soto", "nominated")
    sample.write(Statement("UPDATE edition SET closed_on = '2015-03-21'"))

    assert erase_person(sample.store, "Luis Soto", on(act, BEFORE)).given_up == ()
    assert [status for _name, status in standing(sample)] == ["nominated"]


@pytest.mark.parametrize("itself", [False, True])
def test_who_waits_is_named_or_comes_where_the_edition_says_so(sample, act, itself):
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, seats=1, auto_promote=itself), act)
    sample.trainee("Ana Pérez", "confirmed")
    sample.trainee("Luis Soto", "waitlisted")
    done = erase_person(sample.store, "Ana Pérez", on(act, BEFORE))

    [place] = done.given_up
    assert ([one.name for one in place.promoted], place.next and place.next.name) == (
        (["Luis Soto"], None) if itself else ([], "Luis Soto")
    )
    assert standing(sample) == [
        (done.person.name, "withdrawn"), ("Luis Soto", "accepted" if itself else "waitlisted"),
    ]  # fmt: skip
    assert seats(sample) == int(itself)


def test_a_dry_run_tells_what_would_be_given_up_and_moves_nothing(sample, act):
    sample.trainee("Ana Pérez", "confirmed")
    done = erase_person(sample.store, "Ana Pérez", replace(on(act, BEFORE), dry_run=True))

    assert done.given_up == (GivenUp("ICIM-37", "confirmed", (), None),)
    assert standing(sample) == [("Ana Pérez", "confirmed")]


def test_the_command_says_what_was_given_up_and_who_is_next(cli, sample):
    sample.write(Statement("UPDATE edition SET start_date = '2999-01-01', end_date = '2999-01-10', seats = 1"))
    sample.trainee("Ana Pérez", "confirmed")
    sample.trainee("Luis Soto", "waitlisted")
    done = cli("person", "erase", "Ana Pérez", "--yes")

    assert done.out.splitlines()[1:3] == [
        "Their place in ICIM-37 (confirmed) is given up: they are withdrawn.",
        "Next on the waiting list: Luis Soto. To give them the seat: coursectl roster promote -e ICIM-37",
    ]


@pytest.fixture
def erased(sample, act):
    """Eva, who is known, and somebody who was erased and whose place is as `status` says."""

    def with_status(status):
        sample.trainee("Eva Ruiz", status, email="eva@x.example")
        sample.trainee("Ana Pérez", status, email="ana@x.example")
        done = erase_person(sample.store, "Ana Pérez", on(act, AFTER))
        sample.write(Statement("UPDATE enrollment SET status = :status WHERE status = 'withdrawn'", {"status": status}))
        return done.person

    return with_status


def test_who_is_erased_is_not_proposed_and_not_promoted(sample, act, erased):
    gone = erased("nominated")
    proposal = enrollment.propose(sample.store, sample.ref)
    assert [(choice.one.name, choice.decision) for choice in proposal.choices] == [("Eva Ruiz", "accept")]

    sample.write(Statement("UPDATE enrollment SET status = 'waitlisted', wait_order = -number"))
    done = enrollment.promote(sample.store, sample.ref, act, count=None)
    assert [one.person.name for one in done.moved] == ["Eva Ruiz"]
    assert (gone.name, "waitlisted") in standing(sample)


@pytest.mark.parametrize(("status", "verb"), [("nominated", "accept"), ("waitlisted", "accept"), ("withdrawn", "nominate"), ("accepted", "confirm"), ("accepted", "waitlist")])  # fmt: skip
def test_who_is_erased_is_taken_in_by_no_move(sample, act, erased, status, verb):
    gone = erased(status)
    before = standing(sample)

    with pytest.raises(enrollment.MoveRefused) as raised:
        enrollment.move(sample.store, sample.ref, ["2"], verb, act)
    assert raised.value.sentence() == (
        f"{gone.name} was erased: whoever isn't known any more isn't taken in, and ICIM-37 stays as it is."
    )
    assert standing(sample) == before
    if verb != "nominate":
        done = enrollment.move(sample.store, sample.ref, enrollment.Rule(), verb, act)
        assert [one.person.name for one in done.moved] == ["Eva Ruiz"]


def test_who_is_erased_can_give_their_place_up(sample, act, erased):
    gone = erased("accepted")
    enrollment.move(sample.store, sample.ref, ["2"], "withdraw", act)

    assert (gone.name, "withdrawn") in standing(sample)


@pytest.mark.parametrize("document", ["badges", "table-cards", "directory", "logistics", "attendance-sheet", "roster"])
def test_nothing_is_printed_of_who_is_erased(sample, erased, tmp_path, document):
    gone = erased("accepted")
    sample.session("Refugio")
    printed = print_document(sample.store, sample.ref, Order(document, tmp_path))
    said = said_on(tmp_path / printed.files[0])

    assert ("Eva Ruiz" in said, gone.name in said) == (True, False)


def test_an_expert_or_organizer_who_is_erased_has_no_badge_and_no_invitation(sample, act, tmp_path):
    sample.expert("Helena Duarte", [sample.session("Refugio")])
    sample.expert("Rosa Vidal", [sample.session("Asilo")])
    sample.signatory("Eva Ruiz", 2)
    gone = [erase_person(sample.store, who, act).person.name for who in ("Rosa Vidal", "Marta Ibarra")]
    printed = print_document(sample.store, sample.ref, Order("badges", tmp_path / "badges"))
    said = said_on(tmp_path / "badges" / printed.files[0])

    assert [name in said for name in ("Helena Duarte", "Eva Ruiz", *gone)] == [True, True, False, False]
    invited = print_document(sample.store, sample.ref, Order("letters", tmp_path / "letters", kind="invitation"))
    assert invited.letters == 1


def test_no_letter_is_written_to_who_is_erased(sample, erased, tmp_path):
    gone = erased("accepted")
    sample.write(Statement("UPDATE edition SET confirm_by = '2015-03-01', contact = 'x@x.example'"))
    letters = Order("letters", tmp_path / "out", kind="acceptance")
    assert print_document(sample.store, sample.ref, letters).letters == 1

    with pytest.raises(NotTheirLetter) as raised:
        print_document(sample.store, sample.ref, replace(letters, only=("2",)))
    assert raised.value.sentence() == (
        f"{gone.name} of ICIM-37 was erased; no letter is written to whoever isn't known any more."
    )
    with pytest.raises(NobodyToWriteTo):
        print_document(sample.store, sample.ref, replace(letters, leave_out=("1",)))


def test_no_certificate_is_issued_to_who_is_erased_and_none_is_waited_for(sample, act, erased):
    topic = sample.add("topic", course_id=sample.ref.course_id, code="asilo", title="{}")
    sample.add("edition_topic", edition_id=sample.ref.id, topic_id=topic)
    sample.expert("Helena Duarte", [sample.session("Refugio")])
    gone = erased("completed")
    sample.write(Statement("UPDATE edition SET closed_on = '2015-03-21'"))

    with pytest.raises(NotEligible) as raised:
        certificates.issue(sample.store, sample.ref, act, only=["2"])
    assert raised.value.sentence() == (
        f"{gone.name} of ICIM-37 was erased; no certificate is issued to whoever isn't known any more."
    )
    assert "certificates to issue" in missing(sample)
    certificates.issue(sample.store, sample.ref, act)
    assert [one.name for one in certificates.list_certificates(sample.store, sample.ref)] == ["Eva Ruiz"]
    assert "certificates to issue" not in missing(sample)


def test_no_expert_who_is_erased_is_certified(sample, act):
    sample.expert("Helena Duarte", [sample.session("Refugio")])
    erase_person(sample.store, "Helena Duarte", act)

    with pytest.raises(NobodyEligible):
        certificates.issue(sample.store, sample.ref, act, kind="instruction")


def test_the_exported_list_has_nobody_who_is_erased_and_every_count_has(cli, sample, erased, tmp_path):
    gone = erased("completed")
    enrollment.export_roster(sample.store, sample.ref, tmp_path / "list.csv")

    assert gone.name not in (tmp_path / "list.csv").read_text("utf-8")
    assert enrollment.count_trainees(sample.store, sample.ref).trainees == 2
    assert cli("history", "totals", "--json").json["named"] == 2
    assert [one.name for one in enrollment.list_roster(sample.store, sample.ref)] == ["Eva Ruiz", gone.name]


def test_who_was_there_and_is_erased_has_an_outcome_when_the_edition_closes(sample, act):
    session = sample.session("Refugio")
    sample.mark(sample.trainee("Ana Pérez", "confirmed"), session, "present")
    gone = erase_person(sample.store, "Ana Pérez", act).person
    closing.close(sample.store, sample.ref, [], act)

    assert standing(sample) == [(gone.name, "completed")]
