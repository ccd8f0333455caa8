"""An edition at a glance: the facts that others build on, and what is to be done next."""

from __future__ import annotations

import pytest

from coursectl import editions, program
from coursectl.editions import NewCourse, NewEdition
from coursectl.people import NewOrganization, NewPerson
from coursectl.program import NewSession
from coursectl.store import Statement, insert, new_id
from coursectl.workflows import overview, preparing
from coursectl.workflows.overview import EditionOverview, NextStep, Status
from coursectl.workflows.preparing import Hands, SignatoryLine

# status, country: who is a trainee and who isn't
ENROLLED = (
    ("accepted", "AR"), ("confirmed", "BR"), ("completed", "BR"), ("not_completed", "HT"),
    ("nominated", "CL"), ("waitlisted", "PE"), ("declined", "UY"), ("withdrawn", "PY"), ("no_show", "MX"),
)  # fmt: skip


@pytest.fixture
def course(store, act):
    return editions.add_course(store, NewCourse("RMC", {"en": "Regional Course", "es": "Curso Regional"}), act)


@pytest.fixture
def edition(store, act, course):
    """RMC-4, with a little of everything; RMC-3 covered one of its two topics."""
    earlier = editions.add_edition(store, "RMC", NewEdition(3), act)
    wanted = NewEdition(
        4, place="Asunción", country="PY", start="2026-03-02", end="2026-03-04", seats=10, languages=("es",),
        time_zone="America/Asuncion",
    )  # fmt: skip
    hands = Hands(
        {"organizer": ["IOM"], "host": ["DGM"], "partner": ["UNHCR", "Universidad sin sigla"], "sponsor": ["AECID"]},
        [SignatoryLine("Helena Couto", {"en": "Director"})],
    )
    made = preparing.add_edition(store, "RMC-4", wanted, hands, act)
    titles = {"Asylum": {"es": "Asilo"}, "Climate": {"es": "Clima"}}
    for ref, title in ((earlier.ref, "Asylum"), (made.ref, "Asylum"), (made.ref, "Climate")):
        program.add_topic(store, course.id, "RMC", title, act, language="en", titles=titles[title], edition=ref)
    for name, country in (("Silvia Zárate", "UY"), ("Iván Soto", "UY"), ("Rosa Luz", "IT")):
        program.add_expert(
            store, made.ref, NewPerson(name, country=country), act, organization=NewOrganization.named("X")
        )
    for start, end, kind in (
        ("09:00", "10:30", "lecture"),
        ("11:00", "12:00", "workshop"),
        ("12:00", "13:00", "break"),
    ):
        program.add_session(store, made.ref, NewSession("2026-03-02", start, end, {"en": kind}, kind), act)
    program.add_session(store, made.ref, NewSession("2026-03-03", "09:00", "10:00", {"en": "ill"}), act)
    program.cancel_session(store, made.ref, 4, act, reason="ill")
    return made


def enroll(store, act, edition, people=ENROLLED):
    persons = [{"id": new_id(), "name": f"P {n}", "name_key": f"p {n}"} for n, _one in enumerate(people)]
    rows = [
        {
            "id": new_id(), "edition_id": edition.id, "person_id": person["id"], "status": status, "number": number,
            "country": country, "enrolled_at": act.now,
        }
        for number, (person, (status, country)) in enumerate(zip(persons, people, strict=True), 1)
    ]  # fmt: skip
    store.apply(act.operation("enroll", [*insert("person", persons), *insert("enrollment", rows)]))


def test_the_overview_of_a_small_edition_is_exactly_this(store, act, edition):
    enroll(store, act, edition)

    asylum, climate = {"en": "Asylum", "es": "Asilo"}, {"en": "Climate", "es": "Clima"}
    assert overview.get_overview(store, edition.ref) == EditionOverview(
        reference="RMC-4", number=4, course="RMC", title={"en": "Regional Course", "es": "Curso Regional"}, year=2026,
        place="Asunción", venue=None, country="PY", start="2026-03-02", end="2026-03-04", time_zone="America/Asuncion",
        languages=("es",), seats=10, waiting_list=False, trainees=4, trainee_countries=3, experts=3, expert_countries=2,
        organizers=({"und": "IOM"},), hosts=({"und": "DGM"},), partners=({"und": "UNHCR"}, {"und": "Universidad sin sigla"}),
        sponsors=({"und": "AECID"},), modules=0, topics=(asylum, climate), new_topics=(climate,), sessions=2, contact_hours=2.5,
        attendance_minimum=0.8, excused="absent", signatories=("Helena Couto",), certificates=0, closed_on=None, note=None,
    )  # fmt: skip


@pytest.mark.parametrize(("status", "country"), ENROLLED)
def test_trainees_are_who_is_accepted_confirmed_or_has_an_outcome(store, act, edition, status, country):
    enroll(store, act, edition, [(status, country)])

    found = overview.get_overview(store, edition.ref)

    counted = int(status in ("accepted", "confirmed", "completed", "not_completed"))
    assert (found.trainees, found.trainee_countries) == (counted, counted)


# What comes next --------------------------------------------------------------------------------------------------------


def next_steps(store, ref):
    return [(step.missing, step.command) for step in overview.get_status(store, ref).next]


def test_without_a_store_one_is_to_be_made():
    assert overview.first_status() == Status(
        None,
        None,
        (NextStep("no store yet", "coursectl init"), NextStep("or an example to look at first", "coursectl demo")),
    )


def test_a_bare_edition_lacks_everything(store, act, course):
    bare = editions.add_edition(store, "RMC", NewEdition(1), act)

    assert next_steps(store, bare.ref) == [
        ("no dates", "coursectl edition edit RMC-1 --start DATE --end DATE"),
        ("no place", "coursectl edition edit RMC-1 --place PLACE --country CODE"),
        ("no number of seats", "coursectl edition edit RMC-1 --seats N"),
        ("no topics", "coursectl topic add TITLE -e RMC-1"),
        ("no experts", "coursectl expert add NAME --country CODE --org ORG -e RMC-1"),
        ("no program", "coursectl session import FILE -e RMC-1"),
        ("nobody is enrolled", "coursectl enroll --from FILE -e RMC-1"),
        ("nobody signs the certificates", "coursectl edition edit RMC-1 --signatory 'NAME | POST | ORG'"),
    ]


def test_the_edition_to_use_is_the_latest_with_dates_of_its_own(store, act, course):
    editions.add_edition(store, "RMC", NewEdition(1, start="2014-01-01"), act)
    editions.add_edition(store, "RMC", NewEdition(2, start="2015-01-01"), act)
    editions.add_edition(store, "RMC", NewEdition(9, year=2013), act)

    assert next_steps(store, None) == [("no edition is in use", "coursectl edition use RMC-2")]


def test_nominations_wait_for_an_answer_until_the_edition_is_closed(store, act, edition):
    enroll(store, act, edition, [("nominated", "CL"), ("accepted", "AR")])
    waiting = ("nominations to accept or decline", "coursectl roster propose -e RMC-4")

    assert next_steps(store, edition.ref)[0] == waiting
    store.apply(act.operation("x", [Statement("UPDATE edition SET closed_on = '2026-03-04'")]))
    assert waiting not in next_steps(store, edition.ref)


def mark(store, act, session_number):
    sql = (
        "INSERT INTO attendance (id, enrollment_id, session_id, mark) SELECT :id, enrollment.id, session.id, 'present'"
        " FROM enrollment, session WHERE session.number = :number"
    )
    store.apply(act.operation("attend", [Statement(sql, {"id": new_id(), "number": session_number})]))


def test_attendance_is_asked_for_until_every_session_has_marks(store, act, edition):
    enroll(store, act, edition, [("accepted", "AR")])

    assert next_steps(store, edition.ref) == [
        ("sheets to sign", "coursectl render attendance-sheet -e RMC-4 --out DIR"),
        ("no attendance yet", "coursectl attend mark --day 1 --all present -e RMC-4"),
    ]
    mark(store, act, 1)
    assert next_steps(store, edition.ref) == [
        ("sessions without attendance", "coursectl attend mark 2 --all present -e RMC-4"),
        ("not closed yet", "coursectl edition close RMC-4"),
    ]
    mark(store, act, 2)
    assert next_steps(store, edition.ref) == [("not closed yet", "coursectl edition close RMC-4")]


def certify(store, act, edition, kind):
    person = store.read("SELECT person_id FROM enrollment WHERE status = 'completed'")[0]["person_id"]
    certificate, operation = new_id(), new_id()
    row = {
        "id": certificate, "course_id": edition.course_id, "edition_id": edition.id, "person_id": person, "kind": kind,
        "year": 2026, "series": "2026", "n": certificate, "serial": f"RMC-{certificate}", "issued_on": "2026-03-04", "op_id": operation,
    }  # fmt: skip
    event = {"id": new_id(), "certificate_id": certificate, "state": "issued", "at": act.now}
    snapshot = {"certificate_id": certificate, "salt": "s", "content": '{"holder":{"name":"P"}}', "hash": "h"}
    statements = [
        *insert("certificate", [row]), *insert("certificate_event", [event]), *insert("certificate_snapshot", [snapshot])
    ]  # fmt: skip
    store.apply(act.operation("certificate issue", statements, op_id=operation))


def test_certificates_are_asked_for_until_all_who_completed_have_theirs(store, act, edition):
    enroll(store, act, edition, [("completed", "AR"), ("not_completed", "BR")])
    store.apply(act.operation("x", [Statement("UPDATE edition SET closed_on = '2026-03-04' WHERE number = 4")]))
    issue = ("certificates to issue", "coursectl certificate issue -e RMC-4")
    rest = [
        ("what it adds up to", "coursectl history totals -e RMC-4"),
        ("the next edition", "coursectl edition add RMC-5 --start DATE --end DATE --seats N"),
    ]

    assert next_steps(store, edition.ref) == [issue]
    certify(store, act, edition, "instruction")
    assert next_steps(store, edition.ref) == [issue, *rest]
    certify(store, act, edition, "completion")
    assert next_steps(store, edition.ref) == [
        ("certificates to print", "coursectl render certificates -e RMC-4 --out DIR"), *rest
    ]  # fmt: skip
    assert overview.get_overview(store, edition.ref).certificates == 2
    editions.add_edition(store, "RMC", NewEdition(5), act)
    assert next_steps(store, edition.ref)[1:] == rest[:1]


def test_an_edition_that_nobody_completed_has_no_certificates_to_wait_for(store, act, edition):
    enroll(store, act, edition, [("not_completed", "BR")])
    store.apply(act.operation("x", [Statement("UPDATE edition SET closed_on = '2026-03-04' WHERE number = 4")]))

    assert next_steps(store, edition.ref)[0] == ("what it adds up to", "coursectl history totals -e RMC-4")
