"""Nominations: who is put forward, moved by list and by rule, within quotas, and proposed for the seats. All people are invented."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from coursectl import editions, enrollment, locale, tables
from coursectl.editions import EditionRef, NewEdition, QuotaOf
from coursectl.enrollment import Correction, NewEnrollment, Rule
from coursectl.errors import BadInput, BadTable, NotFound, Refused
from coursectl.people import NewOrganization, NewPerson
from coursectl.store import Act, insert, new_id


@pytest.fixture
def edition(store, act, icim37):
    editions.edit_edition(store, ref := EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37),
                          NewEdition(37, seats=4, waiting_list=True), act)  # fmt: skip
    return ref


@pytest.fixture
def nominate(store, act, edition):
    """Nominate people, written as `Ana AR 1`: name, country, and perhaps place in the order; `Zoe BR R` is a reserve."""

    def put_forward(*lines, sex=None, by=None):
        for line in lines:
            name, country, *order = line.split()
            place = next((int(word) for word in order if word.isdecimal()), None)
            enrollment.enroll(
                store, edition,
                NewEnrollment(NewPerson(name=name), country, status="nominated", priority=place, reserve="R" in order, sex=sex,
                              nominated_by=NewOrganization.named(by or f"Ministry of {country}", country)),
                act,
            )  # fmt: skip

    return put_forward


def standing(store, edition):
    return {one.name: one.status for one in enrollment.list_roster(store, edition, enrollment.STATUSES)}


def quota(store, edition, act, country, *, minimum=None, maximum=None):
    return editions.set_quotas(store, edition, [QuotaOf(country=country, label=country)], minimum, maximum, None, act)


# Moves ---------------------------------------------------------------------------------------------------------------------


def test_a_nomination_keeps_who_nominates_in_which_order_and_takes_no_seat(store, edition, nominate):
    nominate("Ana AR 1", "Zoe AR R")

    ana, zoe = enrollment.list_roster(store, edition, ("nominated",))

    assert (ana.nominated_by, ana.priority, ana.reserve, ana.number) == ("Ministry of AR", 1, False, None)
    assert (zoe.priority, zoe.reserve) == (None, True)
    assert enrollment.get_seats(store, edition).taken == 0


def test_a_rule_moves_all_that_it_is_about(store, act, edition, nominate):
    nominate("Ana AR 1", "Bea AR 2 R", "Caio BR 1")

    done = enrollment.move(store, edition, Rule(country="AR", reserve=False), "accept", act)
    enrollment.move(store, edition, Rule(status="nominated"), "decline", act, reason="No seat")

    assert [one.person.name for one in done.moved] == ["Ana"]
    assert standing(store, edition) == {"Ana": "accepted", "Bea": "declined", "Caio": "declined"}
    assert enrollment.get_enrollment(store, edition, "Caio").reason == "No seat"


SURNAMES = (("Ana", "Zapata"), ("Zoe", "Álvarez"), ("Inés", "Ñáñez"), ("Luz", "Nzinga"), ("Abel", "Ochoa"))
BY_SURNAME = ["Zoe Álvarez", "Luz Nzinga", "Inés Ñáñez", "Abel Ochoa", "Ana Zapata"]


def nominate_by_surname(store, act, edition):
    """Two who are there with numbers, and five nominated by given and family names."""
    editions.edit_edition(store, edition, NewEdition(37, seats=9, languages=("es",)), act)
    people = [
        NewEnrollment(NewPerson(name="Yuri"), "AR"),
        NewEnrollment(NewPerson(given_name="Bo", family_name="Aalto"), "AR"),
    ]
    people += [
        NewEnrollment(NewPerson(given_name=given, family_name=family), "AR", status="nominated")
        for given, family in SURNAMES
    ]
    enrollment.enroll_all(store, edition, people, act)


def numbered(store, edition):
    return {one.number: one.name for one in enrollment.list_roster(store, edition) if one.number}


def test_a_list_is_by_family_name_by_the_rules_of_the_language(store, act, edition):
    nominate_by_surname(store, act, edition)

    by_name = [one.name for one in enrollment.list_roster(store, edition, language="es", order="name")]
    by_number = [one.name for one in enrollment.list_roster(store, edition, language="es")]

    assert by_name == ["Bo Aalto", *BY_SURNAME[:-1], "Yuri", "Ana Zapata"]
    assert by_number == ["Yuri", "Bo Aalto", *BY_SURNAME]


def test_numbers_given_to_many_at_once_follow_the_family_name_and_older_ones_stay(store, act, edition):
    nominate_by_surname(store, act, edition)

    done = enrollment.move(store, edition, Rule(country="AR", status="nominated"), "accept", act)

    assert [(one.number, one.person.name) for one in done.moved] == list(enumerate(BY_SURNAME, 3))
    assert numbered(store, edition) == dict(enumerate(["Yuri", "Bo Aalto", *BY_SURNAME], 1))


def test_a_proposal_that_is_carried_out_gives_its_numbers_by_family_name(store, act, edition):
    nominate_by_surname(store, act, edition)
    proposal = enrollment.propose(store, edition)

    enrollment.decide(store, edition, [enrollment.Verdict(one.one, one.decision) for one in proposal.choices], act)

    assert numbered(store, edition) == dict(enumerate(["Yuri", "Bo Aalto", *BY_SURNAME], 1))


def test_a_rule_that_is_about_nobody_is_refused(store, act, edition, nominate):
    nominate("Ana AR")

    with pytest.raises(enrollment.NobodyToMove) as refused:
        enrollment.move(store, edition, Rule(country="BR"), "accept", act)

    assert str(refused.value) == (
        "Nobody in ICIM-37 fits that; nothing was changed. Look with: coursectl roster list -e ICIM-37 --all"
    )


def test_who_has_declined_is_nominated_again_before_they_are_accepted(store, act, edition, nominate):
    nominate("Ana AR")
    enrollment.move(store, edition, ["Ana"], "decline", act)

    with pytest.raises(enrollment.MoveRefused) as refused:
        enrollment.move(store, edition, ["Ana"], "accept", act)
    assert str(refused.value) == (
        "Ana is declined in ICIM-37: accept isn't possible. What you can type: "
        'coursectl roster nominate "Ana" -e ICIM-37'
    )

    enrollment.move(store, edition, ["Ana"], "nominate", act)
    enrollment.move(store, edition, ["Ana"], "accept", act)
    assert standing(store, edition) == {"Ana": "accepted"}


def test_a_move_that_somebody_else_has_made_meanwhile_is_refused(store, act, edition, nominate, monkeypatch):
    nominate("Ana AR")
    decided = [enrollment.Verdict(enrollment.get_enrollment(store, edition, "Ana"), "accept")]
    enrollment.move(store, edition, ["Ana"], "withdraw", act)

    with pytest.raises(enrollment.MovedMeanwhile):
        enrollment.decide(store, edition, decided, act)

    assert standing(store, edition) == {"Ana": "withdrawn"}


# Waiting -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(store, act, edition, nominate):
    """Four sit, three wait: Eva, Fito, Gil."""
    nominate("Ana AR", "Bea AR", "Caio BR", "Dani JM", "Eva AR", "Fito BR", "Gil JM")
    enrollment.move(store, edition, ["Ana", "Bea", "Caio", "Dani"], "accept", act)
    enrollment.move(store, edition, ["Eva", "Fito", "Gil"], "waitlist", act)


def waiting(store, edition):
    return [(one.waiting, one.name) for one in enrollment.list_waiting(store, edition)]


def test_who_waits_has_a_position_and_can_be_given_another(store, act, edition, full):
    assert waiting(store, edition) == [(1, "Eva"), (2, "Fito"), (3, "Gil")]

    enrollment.reposition(store, edition, "Gil", 1, act)

    assert waiting(store, edition) == [(1, "Gil"), (2, "Eva"), (3, "Fito")]
    assert enrollment.reposition(store, edition, "Gil", 1, act).unchanged
    with pytest.raises(BadInput, match="has the positions 1 to 3, not 4"):
        enrollment.reposition(store, edition, "Gil", 4, act)
    with pytest.raises(enrollment.MoveRefused, match="Ana is accepted in ICIM-37, not on its waiting list"):
        enrollment.reposition(store, edition, "Ana", 1, act)


def test_a_seat_that_falls_free_names_the_next_and_promote_takes_them(store, act, edition, full):
    done = enrollment.move(store, edition, ["Ana"], "withdraw", act)

    assert (done.next.name, done.promoted) == ("Eva", ())
    assert standing(store, edition)["Eva"] == "waitlisted"
    assert [one.person.name for one in enrollment.promote(store, edition, act).moved] == ["Eva"]
    with pytest.raises(enrollment.NoSeatLeft):
        enrollment.promote(store, edition, act)


def test_where_the_edition_says_so_the_next_gets_the_seat_in_the_same_operation(store, act, edition, full):
    editions.edit_edition(store, edition, NewEdition(37, auto_promote=True), act)

    done = enrollment.move(store, edition, ["Ana", "Caio"], "withdraw", act)

    assert ([one.person.name for one in done.promoted], done.next) == (["Eva", "Fito"], None)
    assert enrollment.get_seats(store, edition).taken == 4


def test_whose_quota_is_full_is_passed_over(store, act, edition, full):
    quota(store, edition, act, "AR", maximum=2)
    enrollment.move(store, edition, ["Dani"], "withdraw", act)

    assert [one.person.name for one in enrollment.promote(store, edition, act).moved] == ["Fito"]


def test_where_all_who_wait_are_of_full_quotas_that_is_said(store, act, edition, full):
    for country in ("AR", "BR", "JM"):
        quota(store, edition, act, country, maximum=2 if country == "AR" else 1)
    enrollment.move(store, edition, ["Fito", "Gil"], "decline", act)
    enrollment.move(store, edition, ["Dani"], "withdraw", act)

    with pytest.raises(enrollment.NobodyToMove, match="Nobody who waits for ICIM-37 has room in their quotas"):
        enrollment.promote(store, edition, act)


def test_nobody_waits_is_a_sentence(store, act, edition):
    with pytest.raises(enrollment.NobodyToMove, match="Nobody waits for a seat in ICIM-37"):
        enrollment.promote(store, edition, act)


# Quotas --------------------------------------------------------------------------------------------------------------------


def test_a_maximum_is_kept_by_the_store_and_the_refusal_says_whose(store, act, edition, nominate):
    nominate("Ana AR", "Bea AR", "Caio BR")
    quota(store, edition, act, "AR", maximum=1)

    with pytest.raises(enrollment.QuotaFull) as refused:
        enrollment.move(store, edition, ["Ana", "Bea", "Caio"], "accept", act)

    assert str(refused.value) == (
        "Argentina has a maximum of 1 in ICIM-37, with 0 taken and 2 more asked for; nothing was written. Change it with: "
        "coursectl edition quota ICIM-37, or take a guest beside the quotas with: --over-quota REASON"
    )
    assert set(standing(store, edition).values()) == {"nominated"}


def test_a_guest_sits_beside_seats_and_quotas_and_the_reason_is_kept(store, act, edition, full):
    quota(store, edition, act, "AR", maximum=2)

    enrollment.move(store, edition, ["Eva"], "accept", act, over_quota="Guest of the director")

    assert enrollment.get_enrollment(store, edition, "Eva").over_quota == "Guest of the director"
    seats = enrollment.get_seats(store, edition)
    assert (seats.taken, seats.guests, seats.left) == (5, 1, 0)
    (argentina,) = enrollment.list_quotas(store, edition)
    assert (argentina.taken, argentina.guests, argentina.left) == (3, 1, 0)


@pytest.mark.parametrize(
    ("minimum", "maximum", "said"),
    [
        (3, 2, "AR can't have a minimum of 3 and a maximum of 2."),
        (5, None, "The seats of ICIM-37 are 4, and the minimums would take 5. Lower some, or raise the seats with: coursectl edition edit ICIM-37 --seats N"),
        (-1, None, "A number of places is from 0 to 10000, not -1."),
        (10_001, None, "A number of places is from 0 to 10000, not 10001."),
    ],
)  # fmt: skip
def test_what_no_quota_can_be(store, act, edition, minimum, maximum, said):
    with pytest.raises(BadInput) as refused:
        quota(store, edition, act, "AR", minimum=minimum, maximum=maximum)

    assert str(refused.value) == said


def test_minimums_count_together(store, act, edition):
    quota(store, edition, act, "AR", minimum=3)

    with pytest.raises(BadInput, match="the minimums would take 5"):
        quota(store, edition, act, "BR", minimum=2)


def test_minimums_of_groups_and_organizations_count_too_and_seats_cannot_fall_below_them(store, act, edition):
    quota(store, edition, act, "AR", minimum=1)
    quota(store, edition, act, "BR", minimum=1)
    editions.set_group(store, edition, "CONE", ["AR", "CL"], None, act)
    editions.set_quotas(store, edition, [QuotaOf(group="CONE")], 3, None, None, act)  # one of them is AR's

    with pytest.raises(BadInput, match="the minimums would take 5"):
        editions.set_quotas(store, edition, [QuotaOf(group="CONE")], 4, None, None, act)
    with pytest.raises(BadInput, match="The seats of ICIM-37 are 3, and the minimums would take 4"):
        editions.edit_edition(store, edition, NewEdition(37, seats=3), act)
    editions.edit_edition(store, edition, NewEdition(37, seats=5), act)
    assert editions.get_edition(store, edition).seats == 5


@pytest.mark.parametrize("words", ["Burma", "Birmania", "BU", "Myanmar"])
def test_a_former_name_does_not_pass_by_a_quota(store, act, edition, cli, words):
    quota(store, edition, act, "MM", maximum=0)

    answer = cli("enroll", "Ko Min", "--country", words, "-e", "ICIM-37")

    assert (answer.code, answer.err.partition(" in ICIM-37")[0]) == (4, "Myanmar (Burma) has a maximum of 0")


def test_in_an_edition_of_its_time_a_former_country_stays_what_it_was(store, act, icim37, cli):
    assert cli("edition", "add", "ICIM-8", "--year", "1986").code == 0
    assert cli("enroll", "Ko Min", "--country", "Burma", "-e", "ICIM-8").code == 0

    assert [one["country"] for one in cli("roster", "list", "-e", "ICIM-8", "--json").json] == ["BU"]


def test_a_full_quota_is_named_in_the_language_of_the_tool(store, act, edition, cli, monkeypatch):
    quota(store, edition, act, "BR", maximum=0)
    monkeypatch.setenv("COURSECTL_LANG", "es")

    assert "Brasil tiene un máximo de 0" in cli("enroll", "Zé Luz", "--country", "BR", "-e", "ICIM-37").err


def test_a_quota_below_what_is_taken_is_refused(store, act, edition, full):
    with pytest.raises(editions.QuotaBelowTaken) as refused:
        quota(store, edition, act, "AR", maximum=1)

    assert str(refused.value) == (
        "AR can't have a maximum of 1 in ICIM-37: more are taken. Look with: coursectl edition quota ICIM-37"
    )
    assert enrollment.list_quotas(store, edition) == []


def test_a_group_of_countries_counts_all_of_them_and_none_twice(store, act, edition, full):
    editions.set_group(store, edition, "SOUTH", ["Argentina", "BR"], {"es": "Cono Sur"}, act)
    editions.set_quotas(store, edition, [QuotaOf(group="south")], None, 3, None, act)

    (south,) = enrollment.list_quotas(store, edition, "es")
    assert (south.label, south.taken, south.left, south.countries) == ("Cono Sur", 3, 0, ("AR", "BR"))
    with pytest.raises(BadInput, match="Argentina is named twice"):
        editions.set_group(store, edition, "SOUTH", ["AR", "Argentine"], None, act)
    with pytest.raises(Refused, match="more places of SOUTH would be taken"):
        editions.set_group(store, edition, "SOUTH", ["AR", "BR", "JM"], None, act)
    with pytest.raises(Refused, match="SOUTH has a quota in ICIM-37"):
        editions.remove_group(store, edition, "SOUTH", act)


def test_an_organization_has_the_places_of_those_it_nominates(store, act, edition, nominate):
    nominate("Ana AR", "Bea AR", by="DNM")
    (dnm,) = {one.nominated_by_id for one in enrollment.list_roster(store, edition)}
    editions.set_quotas(store, edition, [QuotaOf(organization_id=dnm, label="DNM")], None, 1, None, act)
    enrollment.move(store, edition, ["Ana"], "accept", act)

    with pytest.raises(enrollment.QuotaFull, match="DNM has a maximum of 1 in ICIM-37, with 1 taken"):
        enrollment.move(store, edition, ["Bea"], "accept", act)


# Proposals -----------------------------------------------------------------------------------------------------------------


def proposed(store, edition):
    return [
        (one.one.name, one.decision, enrollment.why(one, str)) for one in enrollment.propose(store, edition).choices
    ]


def test_minimums_come_first_then_the_order_of_nomination(store, act, edition, nominate):
    nominate("Ana AR 1", "Bea AR 2", "Caio BR 1", "Dani BR 3", "Eva AR R", "Gil JM 9")
    quota(store, edition, act, "JM", minimum=1)
    quota(store, edition, act, "AR", maximum=1)

    assert proposed(store, edition) == [
        ("Gil", "accept", "next for Jamaica, whose minimum is 1"),
        ("Ana", "accept", "number 1 in the order of nomination"),
        ("Caio", "accept", "number 2 in the order of nomination"),
        ("Dani", "accept", "number 4 in the order of nomination"),
        ("Bea", "waitlist", "the maximum of Argentina, 1, is reached"),
        ("Eva", "waitlist", "the maximum of Argentina, 1, is reached"),
    ]


def test_a_principal_candidate_comes_before_a_reserve_with_a_better_place(store, act, edition, nominate):
    editions.edit_edition(store, edition, NewEdition(37, seats=2), act)
    nominate("Ana AR 1 R", "Bea AR 2", "Caio BR 3", "Dani BR R")

    assert proposed(store, edition) == [
        ("Bea", "accept", "number 1 in the order of nomination"),
        ("Caio", "accept", "number 2 in the order of nomination"),
        ("Ana", "waitlist", "no seat is left; number 3 in the order of nomination"),
        ("Dani", "waitlist", "no seat is left; number 4 in the order of nomination"),
    ]


def test_who_took_part_before_comes_after_who_did_not(store, act, edition, nominate, icim37):
    before = EditionRef(new_id(), "ICIM-36", icim37.course, "ICIM", 36)
    store.apply(
        act.operation("edition add", insert("edition", [{"id": before.id, "course_id": icim37.course, "number": 36}]))
    )
    enrollment.enroll(store, before, NewEnrollment(NewPerson(name="Ana"), "AR"), act)
    nominate("Ana AR 1", "Bea BR 1")

    assert [(one.one.name, one.earlier) for one in enrollment.propose(store, edition).choices] == [
        ("Bea", 0),
        ("Ana", 1),
    ]


def test_the_last_seats_are_kept_for_the_share_that_is_aimed_at(store, act, edition, nominate):
    editions.edit_edition(store, edition, NewEdition(37, women_share=0.5), act)
    nominate("Abel AR 1", "Beto BR 1", "Ciro CL 1", "Dino JM 1", sex="male")
    nominate("Eva AR 5", "Flor BR 6", sex="female")

    assert [(name, decision) for name, decision, _why in proposed(store, edition)] == [
        ("Abel", "accept"), ("Beto", "accept"), ("Eva", "accept"), ("Flor", "accept"), ("Ciro", "waitlist"), ("Dino", "waitlist"),
    ]  # fmt: skip


def test_what_the_policy_does_not_reach_is_told(store, act, edition, nominate):
    editions.edit_edition(store, edition, NewEdition(37, women_share=0.5), act)
    quota(store, edition, act, "JM", minimum=2)
    nominate("Abel AR", sex="male")

    assert [(one.label, one.kind, one.wanted, one.reached) for one in enrollment.propose(store, edition).shortfalls] == [
        ("Jamaica", "minimum", 2, 0), ("female", "share", 0.5, 0.0),
    ]  # fmt: skip


def test_a_late_nomination_is_marked(store, edition, nominate):
    early, late = Act("x", "2015-01-31T23:00:00.000Z"), Act("x", "2015-02-02T00:00:00.000Z")
    editions.edit_edition(store, edition, NewEdition(37, nominations_by="2015-02-01"), early)
    for name, act in (("Ana", early), ("Bea", late)):
        enrollment.enroll(store, edition, NewEnrollment(NewPerson(name=name), "AR", status="nominated"), act)

    assert [(one.one.name, one.late) for one in enrollment.propose(store, edition).choices] == [
        ("Ana", False),
        ("Bea", True),
    ]


def written(store, edition, path, change):
    """The committee's table with another decision for some."""
    headings, rows = enrollment.table_of(enrollment.propose(store, edition), str)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *([change.get(row[2], row[0]), *row[1:]] for row in rows)])


def test_a_committee_takes_the_table_with_it_and_brings_it_back_decided(store, act, edition, nominate, tmp_path):
    nominate("Ana AR 1", "Bea AR 2", "Caio BR 1", "Dani BR 2")
    written(
        store, edition, table := tmp_path / "decided.csv", {"Ana": "rechazada", "Bea": "Lista de espera", "Caio": ""}
    )

    done = enrollment.decide(store, edition, enrollment.read_decisions(store, edition, table).verdicts, act)

    assert standing(store, edition) == {"Dani": "accepted", "Bea": "waitlisted", "Caio": "nominated", "Ana": "declined"}
    assert (done.left, [one.name for one in done.undecided]) == (1, ["Caio"])


def test_the_reason_of_the_committee_is_kept_with_the_move_and_the_tools_own_is_not(
    store, act, edition, nominate, tmp_path
):
    nominate("Ana AR 1", "Bea AR 2", "Caio BR 1")
    table = tmp_path / "decided.csv"
    table.write_text(
        "Decisión,Motivo,Nombre completo,Why\n"
        "sí,Habla quechua,Ana,number 1 in the order of nomination\n"
        "no,,Bea,She came last year\n"
        ",Falta su carta,Caio,no queda ningún cupo; número 3 en el orden de postulación; postulado fuera de plazo\n",
        encoding="utf-8",
    )

    read = enrollment.read_decisions(store, edition, table)
    done = enrollment.decide(store, edition, read.verdicts, act)

    assert [(one.one.name, one.decision, one.reason) for one in read.verdicts] == [
        ("Ana", "accept", "Habla quechua"), ("Bea", "decline", None), ("Caio", "leave", "Falta su carta"),
    ]  # fmt: skip
    assert (read.rewritten, read.unkept) == ((3,), (4,))
    kept = [enrollment.get_enrollment(store, edition, name).reason for name in ("Ana", "Bea", "Caio")]
    assert kept == ["Habla quechua", None, None]
    assert [one.name for one in done.undecided] == ["Caio"]


def test_who_is_in_no_row_or_in_one_without_a_decision_is_undecided(store, act, edition, nominate):
    nominate("Ana AR 1", "Bea AR 2", "Caio BR 1")
    ana, bea, _caio = enrollment.list_roster(store, edition)

    done = enrollment.decide(store, edition, [enrollment.Verdict(ana, "accept"), enrollment.Verdict(bea, "leave")], act)

    assert ([one.name for one in done.undecided], done.left) == (["Bea", "Caio"], 2)
    assert [one.name for one in enrollment.decide(store, edition, [], act).undecided] == ["Bea", "Caio"]


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
def test_the_table_is_read_back_in_each_language_with_who_nominates_beside_where_they_work(
    store, act, edition, tmp_path, language
):
    wanted = NewEnrollment(
        NewPerson(name="Ana Paz"), "AR", NewOrganization(name={"es": "Ministerio", "fr": "Ministère"}), status="nominated",
        nominated_by=NewOrganization(name={"es": "Embajada", "fr": "Ambassade"}), sex="female", priority=2, reserve=True,
    )  # fmt: skip
    enrollment.enroll(store, edition, wanted, act)
    locale.set_language(language, {})
    try:
        headings, rows = enrollment.table_of(enrollment.propose(store, edition, language=language), locale.gettext)
        tables.write_table(path := tmp_path / "table.xlsx", "Table", headings, rows)
    finally:
        locale.set_language("en", {})

    read = enrollment.read_decisions(store, edition, path)

    assert [(one.one.name, one.decision, one.reason) for one in read.verdicts] == [("Ana Paz", "accept", None)]
    assert (read.rewritten, read.unkept) == ((), ())


def test_what_a_committee_changes_beside_its_decisions_is_refused_with_what_writes_it(
    store, edition, nominate, tmp_path
):
    nominate("Ana AR 1", "Bea AR 2", sex="female")
    ana, bea = enrollment.list_roster(store, edition)
    table = tmp_path / "decided.csv"
    table.write_text(
        "Decision,Name,Nominated by,Sex,Priority,Reserve,E-mail,Id\n"
        f"accept,Anna Paz,MREC,M,3,yes,ana@dnm.example,{ana.id}\naccept,Bea,Ministry of AR,F,2,no,,{bea.id}\n",
        encoding="utf-8",
    )

    with pytest.raises(BadTable) as refused:
        enrollment.read_decisions(store, edition, table)

    only = "this table decides who comes and changes nothing else; in the store it is"
    edit = 'Write it with: coursectl roster edit "Ana"'
    person = f"Write it with: coursectl person edit {ana.person.id}"
    assert str(refused.value).splitlines() == [
        "decided.csv: 6 faults, nothing was written.",
        f"  row 2, \"Nominated by\": 'MREC': {only} Ministry of AR. {edit} --by MREC -e ICIM-37",
        f"  row 2, \"Sex\": 'M': {only} female. {edit} --sex male -e ICIM-37",
        f"  row 2, \"Priority\": '3': {only} 1. {edit} --priority 3 -e ICIM-37",
        f"  row 2, \"Reserve\": 'yes': {only} no. {edit} --reserve -e ICIM-37",
        f"  row 2, \"Name\": 'Anna Paz': {only} Ana. {person} --name 'Anna Paz'",
        f"  row 2, \"E-mail\": 'ana@dnm.example': {only} –. {person} --email ana@dnm.example",
    ]


def test_who_waits_goes_first_and_the_proposal_leaves_them_their_seats(store, act, edition, nominate):
    nominate("Ana AR 1", "Bea AR 2", "Caio BR 1", "Dani JM 1", "Eva CL 1", "Fito BR 2")
    quota(store, edition, act, "JM", maximum=0)
    quota(store, edition, act, "CL", minimum=1)
    enrollment.move(store, edition, ["Ana", "Dani", "Eva"], "waitlist", act)

    proposal = enrollment.propose(store, edition)

    assert (proposal.free, proposal.waiting, proposal.kept) == (4, 3, 2)  # of JM nobody has room
    assert [one.one.name for one in proposal.decided("accept")] == ["Caio", "Bea"]
    assert proposal.shortfalls == ()  # Eva is the one of CL
    decide = [enrollment.Verdict(one.one, one.decision) for one in proposal.choices]
    enrollment.decide(store, edition, decide, act)
    enrollment.promote(store, edition, act, count=proposal.kept)
    assert standing(store, edition) == {
        "Ana": "accepted", "Eva": "accepted", "Caio": "accepted", "Bea": "accepted", "Dani": "waitlisted", "Fito": "waitlisted",
    }  # fmt: skip


def test_all_that_is_wrong_with_a_table_is_said_at_once(store, act, edition, nominate, tmp_path):
    nominate("Ana AR 1", "Bea AR 2")
    table = tmp_path / "decided.csv"
    table.write_text("Decision,Name\naccept,Ana\nmaybe,Bea\naccept,Nobody\naccept,Ana\n", encoding="utf-8")

    with pytest.raises(BadTable) as refused:
        enrollment.read_decisions(store, edition, table)

    assert str(refused.value).splitlines() == [
        "decided.csv: 3 faults, nothing was written.",
        "  row 3, \"Decision\": 'maybe': no decision: write accept, waitlist, decline, or leave it empty",
        "  row 4, \"Name\": 'Nobody': nobody in ICIM-37 fits",
        "  row 5, \"Name\": 'Ana': decided twice, also in row 2",
    ]


# Corrections ---------------------------------------------------------------------------------------------------------------


def test_a_place_is_corrected_and_its_quotas_count_anew(store, act, edition, full):
    quota(store, edition, act, "AR", maximum=2)

    done = enrollment.correct(
        store, edition, "Bea", Correction(country="BR", post="Jefa", publish=True, priority=3), act
    )

    assert done.changed == ("country", "post", "priority", "publish")
    one = enrollment.get_enrollment(store, edition, "Bea")
    assert (one.country, one.post, one.publish, one.priority) == ("BR", "Jefa", True, 3)
    assert [(quota.key, quota.taken) for quota in enrollment.list_quotas(store, edition)] == [("AR", 1)]
    assert not enrollment.correct(store, edition, "Bea", Correction(country="BR"), act).changed


def test_a_correction_keeps_the_rules(store, act, edition, full):
    quota(store, edition, act, "AR", maximum=2)

    with pytest.raises(enrollment.QuotaFull, match="Argentina has a maximum of 2 in ICIM-37, with 2 taken"):
        enrollment.correct(store, edition, "Caio", Correction(country="AR"), act)
    with pytest.raises(enrollment.CountryNotStated):
        enrollment.correct(store, edition, "Caio", Correction(country=""), act)
    with pytest.raises(NotFound):
        enrollment.correct(store, edition, "Nobody", Correction(post="x"), act)


# The page ------------------------------------------------------------------------------------------------------------------


def test_the_page_draws_the_moves_that_there_are():
    page = (Path(__file__).parents[1] / "docs" / "nominations.md").read_text("utf-8")
    written = {
        verb: tuple({*re.findall(r"\w+", cells)} & {*enrollment.STATUSES} for cells in (before, after))
        for verb, before, after in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", page, flags=re.MULTILINE)
    }
    outcomes = {"completed", "not_completed", "no_show"}  # which closing may put right

    assert written == {verb: (set(move.before) - outcomes, set(move.after)) for verb, move in enrollment.MOVES.items()}
    drawn = {
        (before, after, verb.removeprefix("edition "))
        for before, after, verbs in re.findall(r"^  (\w+) --> (\w+): (.+)$", page, flags=re.MULTILINE)
        for verb in verbs.split(", ")
    }
    assert drawn == {
        (before, after, verb)
        for verb, move in enrollment.MOVES.items()
        for before in set(move.before) - outcomes
        for after in move.after
    }
