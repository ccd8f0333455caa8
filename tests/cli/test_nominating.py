"""`roster nominate`, `propose`, `edit` and the moves by list and rule; `edition quota`, `group` and `copy`. All people are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def roster(cli, icim37):
    assert cli("edition", "edit", "ICIM-37", "--seats", "3", "--waiting-list").code == 0
    return lambda *arguments: cli("roster", *arguments, "-e", "ICIM-37")


@pytest.fixture
def nominated(roster):
    for line in (
        ("Ana Paz", "Bea Sol", "--by", "DNM", "--country", "AR", "--priority", "1", "--sex", "F"),
        ("Caio Luz", "--by", "Polícia Federal", "--country", "BR", "--priority", "1", "--sex", "M"),
        ("Dani Mar", "--by", "Polícia Federal", "--country", "BR", "--reserve"),
    ):
        assert roster("nominate", *line).code == 0


def statuses(roster):
    return {one["name"]: one["status"] for one in roster("list", "--all", "--json").json}


def test_who_is_nominated_keeps_the_order_and_the_office(roster):
    said = roster("nominate", "Ana Paz", "Bea Sol", "--by", "DNM", "--country", "AR", "--priority", "2")

    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "Ana Paz is nominated for ICIM-37 (3 seats left).",
            "Bea Sol is nominated for ICIM-37 (3 seats left).",
            "New organizations: DNM.",
        ],
    )  # fmt: skip
    assert [(one["name"], one["priority"], one["nominated_by"]) for one in roster("list", "--json").json] == [
        ("Ana Paz", 2, "DNM"), ("Bea Sol", 3, "DNM"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nominate", "Ana Paz"), 2, "Who nominates? Say the organization with --by.\n"),
        (("nominate", "Ana Paz", "--by", "DNM", "--country", "AR", "--priority", "0"), 2, "--priority counts from 1.\n"),
        (("accept",), 2, "Whom? Name them by number, e-mail or name, or give a list with --from FILE, or say --all, which --country, --by, --reserve and --status narrow.\n"),
        (("accept", "1", "--all"), 2, "Whom? Name them by number, e-mail or name, or give a list with --from FILE, or say --all, which --country, --by, --reserve and --status narrow.\n"),
        (("accept", "--all", "--country", "CL"), 4, "Nobody in ICIM-37 fits that; nothing was changed. Look with: coursectl roster list -e ICIM-37 --all\n"),
        (("promote",), 4, "Nobody waits for a seat in ICIM-37.\n"),
        (("waitlist", "--all", "--position", "1"), 2, "--position is for one person who waits.\n"),
        (("propose", "--from", "nowhere.csv"), 3, "There is no file nowhere.csv.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence(roster, nominated, arguments, code, said):
    answer = roster(*arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", said)


def test_a_list_moves_all_its_people(roster, nominated):
    Path("yes.csv").write_text("N.º,Nombre completo\n,Ana Paz\n,Caio Luz\n", encoding="utf-8")

    said = roster("accept", "--from", "yes.csv")

    assert said.out.splitlines() == [
        "Ana Paz is accepted in ICIM-37 as number 1 (1 seat left).",
        "Caio Luz is accepted in ICIM-37 as number 2 (1 seat left).",
    ]


def test_a_seat_that_falls_free_names_the_next(roster, nominated):
    roster("accept", "Ana", "Bea", "Caio")
    roster("waitlist", "Dani")
    assert "     Dani Mar  BR       Polícia Federal  waitlisted (1)" in roster("list").out

    said = roster("withdraw", "1", "--because", "Stays in office")

    assert said.out.splitlines() == [
        "Ana Paz has withdrawn from ICIM-37 (1 seat left).",
        "Next on the waiting list: Dani Mar. To give them the seat: coursectl roster promote -e ICIM-37",
    ]
    assert roster("promote").out == "Dani Mar is accepted in ICIM-37 as number 4 (0 seats left).\n"


def test_a_proposal_is_looked_at_taken_to_a_committee_and_carried_out(cli, roster, nominated):
    cli("edition", "quota", "ICIM-37", "--country", "BR", "--min", "1", "--max", "1")

    looked_at = roster("propose", "--json").json
    assert [(one["one"]["name"], one["decision"]) for one in looked_at["choices"]] == [
        ("Caio Luz", "accept"), ("Ana Paz", "accept"), ("Bea Sol", "accept"), ("Dani Mar", "waitlist"),
    ]  # fmt: skip
    assert statuses(roster)["Caio Luz"] == "nominated"

    taken = roster("propose", "--to", "table.csv")
    assert (taken.code, Path("table.csv").read_text("utf-8-sig").splitlines()[1].split(",")[:4]) == (
        0, ["accept", "", "Caio Luz", "BR"],
    )  # fmt: skip
    seen = roster("propose", "--from", "table.csv")
    assert seen.out.startswith("Would be done, nothing was written: Accepted: Ana Paz; Bea Sol; Caio Luz.")
    assert seen.err == "Nothing was written; carry it out with --apply.\n"
    done = roster("propose", "--from", "table.csv", "--apply")
    assert done.out.splitlines() == [
        "Accepted: Ana Paz; Bea Sol; Caio Luz.", "On the waiting list: Dani Mar.", "ICIM-37: seats left: 0.",
    ]  # fmt: skip
    assert statuses(roster) == {
        "Caio Luz": "accepted",
        "Ana Paz": "accepted",
        "Bea Sol": "accepted",
        "Dani Mar": "waitlisted",
    }


def test_a_quota_is_set_listed_and_kept(cli, roster, nominated):
    assert (
        cli("edition", "quota", "ICIM-37", "--country", "Brasil", "--max", "1").out == "Brazil in ICIM-37: at most 1.\n"
    )
    assert (
        cli("edition", "group", "ICIM-37", "SOUTH", "AR", "CL", "--title", "en=Southern Cone").out == "SOUTH: AR, CL.\n"
    )
    assert cli("edition", "quota", "ICIM-37", "--group", "SOUTH", "--min", "1", "--target", "2").code == 0

    listed = cli("edition", "quota", "ICIM-37")
    refused = roster("accept", "Caio", "Dani")
    guest = roster("accept", "Caio", "Dani", "--over-quota", "Guests of the director")

    assert listed.out.splitlines() == [
        "Quota of       Kind     At least  At most  In the call  Put forward  Taken  Left  Not reached",
        "Brazil         country                  1                         2      0     1",
        "Southern Cone  group           1                     2            2      0        minimum 0/1",
    ]
    assert (refused.code, refused.err) == (
        4,
        "Brazil has a maximum of 1 in ICIM-37, with 0 taken and 2 more asked for; nothing was written. Change it with: "
        "coursectl edition quota ICIM-37, or take a guest beside the quotas with: --over-quota REASON\n",
    )
    assert guest.code == 0
    assert roster("show", "Dani", "--json").json["over_quota"] == "Guests of the director"
    assert cli("edition", "quota", "ICIM-37", "--country", "BR", "--remove").code == 0


def test_a_correction_is_written_and_undone(cli, roster, nominated):
    said = roster("edit", "Ana", "--post", "Jefa", "--publish", "--needs", "Vegetarian", "--priority", "4")

    assert said.out == "Ana Paz in ICIM-37 is corrected.\n"
    shown = roster("show", "Ana", "--json").json
    assert (shown["post"], shown["publish"], shown["needs"], shown["priority"]) == ("Jefa", True, "Vegetarian", 4)
    assert cli("undo").code == 0
    assert roster("show", "Ana", "--json").json["post"] is None


def test_the_next_edition_is_made_of_this_one(cli, icim37):
    for command in (
        ("edition", "edit", "ICIM-37", "--start", "2015-03-09", "--end", "2015-03-20", "--seats", "3", "--organizer", "IOM"),
        ("topic", "add", "Asylum", "--code", "asylum", "-e", "ICIM-37"),
        ("session", "add", "Asylum", "--day", "1", "--start", "9:00", "--end", "10:30", "--topic", "asylum", "-e", "ICIM-37"),
        ("edition", "quota", "ICIM-37", "--country", "BR", "--max", "1"),
        ("enroll", "Ana Paz", "--country", "AR", "-e", "ICIM-37"),
    ):  # fmt: skip
        assert cli(*command).code == 0, command

    done = cli("edition", "copy", "ICIM-37", "ICIM-38", "--start", "2016-03-07")

    assert (done.code, done.err) == (0, "")
    shown = cli("edition", "show", "ICIM-38", "--json").json
    assert {name: shown[name] for name in ("start", "end", "year", "seats", "sessions", "trainees", "organizers")} == {
        "start": "2016-03-07", "end": "2016-03-18", "year": 2016, "seats": 3, "sessions": 1, "trainees": 0, "organizers": ["IOM"],
    }  # fmt: skip
    (session,) = cli("session", "list", "-e", "ICIM-38", "--json").json
    assert (session["date"], session["start"], session["number"]) == ("2016-03-07", "09:00", 1)
    (quota,) = json.loads(cli("edition", "quota", "ICIM-38", "--json").out)
    assert (quota["key"], quota["maximum"], quota["taken"]) == ("BR", 1, 0)
    assert cli("store", "check").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 5, "When does it start? ICIM-37 started on 2015-03-09; give the new first day with --start.\n"),
        (("--start", "2016-03-07", "--end", "2016-03-08"), 5, "Sessions that would fall outside ICIM-38: 1, the last on 2016-03-09. Give it more days with --end.\n"),
    ],
)  # fmt: skip
def test_a_copy_that_cannot_be_is_one_sentence_and_writes_nothing(cli, icim37, arguments, code, said):
    cli("edition", "edit", "ICIM-37", "--start", "2015-03-09", "--end", "2015-03-20")
    cli("session", "add", "Asylum", "--day", "3", "--start", "9:00", "--end", "10:30", "-e", "ICIM-37")

    answer = cli("edition", "copy", "ICIM-37", "ICIM-38", *arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", said)
    assert len(cli("edition", "list", "--json").json) == 1


def test_a_whole_list_is_nominated(cli, roster):
    Path("list.csv").write_text(
        "Nombre,País,Postulado por,Prioridad\nAna Paz,AR,DNM,1\nCaio Luz,BR,Polícia Federal,2\n", "utf-8"
    )

    said = cli("enroll", "--from", "list.csv", "--status", "nominated", "-e", "ICIM-37")

    assert said.code == 0, said.err
    assert statuses(roster) == {"Ana Paz": "nominated", "Caio Luz": "nominated"}
    refused = cli("enroll", "--from", "list.csv", "--status", "completed", "-e", "ICIM-37")
    assert (refused.code, refused.err) == (2, "--status is accepted, confirmed or nominated.\n")


def test_a_table_that_was_decided_is_not_written_over(roster, nominated):
    Path("table.csv").write_text("decided", "utf-8")

    said = roster("propose", "--to", "table.csv")

    assert (said.code, Path("table.csv").read_text("utf-8")) == (4, "decided")
    assert roster("propose", "--to", "table.csv", "--force").code == 0


def test_status_names_promote_only_where_somebody_fits(cli, roster, nominated):
    roster("waitlist", "Dani")
    roster("accept", "Ana")
    promote = {"missing": "free seats that people wait for", "command": "coursectl roster promote -e ICIM-37"}
    cli("edition", "use", "ICIM-37")

    assert promote in cli("status", "--json").json["next"]
    cli("edition", "quota", "ICIM-37", "--country", "BR", "--max", "0")
    assert promote not in cli("status", "--json").json["next"]


def test_who_nominates_need_not_be_known_yet(roster):
    said = roster("nominate", "Ana Paz", "--by", "Ministry of Nowhere")

    assert (said.code, said.err) == (
        4, "Say which country Ana Paz represents, with --country. Only international staff (--category) represent none.\n",
    )  # fmt: skip


# Nominated again -----------------------------------------------------------------------------------------------------------


def facts(roster, who, *names):
    shown = roster("show", who, "--json").json
    return [shown[name] for name in names]


def test_who_is_nominated_again_is_as_it_is_said_now_and_the_rest_stays(cli, roster):
    roster(
        "nominate",
        "Iris Mota",
        "--by",
        "DNM",
        "--country",
        "UY",
        "--priority",
        "2",
        "--post",
        "Clerk",
        "--funder",
        "OAS",
    )
    roster("withdraw", "Iris Mota")

    again = (
        "nominate", "Iris Mota", "--by", "MREC", "--country", "AR", "--priority", "5", "--reserve", "--post", "Head",
        "--needs", "Vegetarian", "--email", "iris@mrec.example",
    )  # fmt: skip
    tried = roster(*again, "--dry-run")
    said = roster(*again)
    person = roster("show", "Iris", "--json").json["person"]["id"]

    sentence = (
        "Iris Mota is nominated for ICIM-37 (3 seats left). Written with it: country: UY -> AR; post: Clerk -> Head; "
        "priority: 2 -> 5; reserve: no -> yes; needs: – -> Vegetarian; nominated by: DNM -> MREC. What was said otherwise: "
        "--email: – in the store, iris@mrec.example said. To write it: "
        f"coursectl person edit {person} --email iris@mrec.example\nNew organizations: MREC.\n"
    )
    assert (tried.code, tried.out) == (0, f"Would be done, nothing was written: {sentence}")
    assert (said.code, said.out) == (0, sentence)
    wanted = ("status", "country", "nominated_by", "organization", "priority", "reserve", "post", "needs", "funder")
    assert facts(roster, "Iris", *wanted) == [
        "nominated", "AR", "MREC", "DNM", 5, True, "Head", "Vegetarian", "OAS",
    ]  # fmt: skip
    assert cli("undo", "--yes").code == 0
    assert facts(roster, "Iris", *wanted) == ["withdrawn", "UY", "DNM", "DNM", 2, False, "Clerk", None, "OAS"]


def test_who_had_no_organization_is_of_the_one_that_nominates_them_now(cli, roster):
    cli("enroll", "Iris Mota", "--country", "UY", "-e", "ICIM-37")
    roster("withdraw", "Iris Mota")

    said = roster("nominate", "Iris Mota", "--by", "DNM", "--json").json

    assert [(one["field"], one["store"], one["file"]) for one in said["moved"][0]["written"]] == [
        ("organization", None, "DNM"), ("nominated_by", None, "DNM"),
    ]  # fmt: skip
    assert said["organizations_created"] == ["DNM"]
    assert facts(roster, "1", "status", "organization", "nominated_by") == ["nominated", "DNM", "DNM"]


def test_several_who_are_nominated_again_keep_their_order_and_count_for_who_nominates_now(cli, roster, nominated):
    roster("decline", "Ana Paz", "Bea Sol")
    cli("org", "add", "MREC", "--country", "AR")
    cli("edition", "quota", "ICIM-37", "--org", "MREC", "--max", "1", "--target", "2")

    assert roster("nominate", "Ana Paz", "Bea Sol", "--by", "MREC", "--priority", "3").code == 0

    assert [facts(roster, who, "priority", "nominated_by") for who in ("Ana", "Bea")] == [[3, "MREC"], [4, "MREC"]]
    assert roster("accept", "Ana").code == 0
    (quota,) = cli("edition", "quota", "ICIM-37", "--json").json
    assert (quota["put_forward"], quota["taken"]) == (2, 1)
    assert roster("accept", "Bea").err.startswith("MREC has a maximum of 1 in ICIM-37")


def test_a_namesake_with_another_mailbox_is_not_the_one_who_withdrew(roster):
    roster("nominate", "Iris Mota", "--by", "DNM", "--country", "UY", "--email", "iris@dnm.example")
    roster("withdraw", "Iris Mota")

    said = roster(
        "nominate", "Iris Mota", "--by", "MREC", "--country", "AR", "--email", "iris@mre.example", "--on-duplicate", "new"
    )  # fmt: skip

    assert said.out.startswith("Iris Mota is nominated for ICIM-37 (3 seats left).")
    assert sorted((one["country"], one["status"]) for one in roster("list", "--all", "--json").json) == [
        ("AR", "nominated"), ("UY", "withdrawn"),
    ]  # fmt: skip


def test_who_nominates_somebody_that_had_no_nominator_is_told_with_its_command(cli, roster):
    cli("enroll", "Iris Mota", "--country", "UY", "--status", "nominated", "-e", "ICIM-37")

    said = roster("nominate", "Iris Mota", "--by", "DNM")

    assert said.out == (
        "Iris Mota is in ICIM-37 already (nominated); nothing was changed. What was said otherwise: --by: – in the store, "
        'DNM said. To write it: coursectl roster edit "Iris Mota" --by DNM -e ICIM-37\n'
    )
    assert cli("org", "list", "--json").json == []


def test_a_correction_names_the_organizations_that_it_makes(cli, roster, nominated):
    known = roster("edit", "Ana", "--org", "DNM", "--post", "Head")
    made = roster("edit", "Ana", "--by", "DNMM", "--org", "Mnistry", "--json").json

    assert known.out == "Ana Paz in ICIM-37 is corrected.\n"
    assert made["organizations_created"] == ["Mnistry", "DNMM"]
    assert roster("edit", "Bea", "--by", "DMN").out == "Bea Sol in ICIM-37 is corrected. New organizations: DMN.\n"


def test_nobody_to_nominate_is_told_with_the_command_itself(roster):
    said = roster("nominate", "")

    assert (said.code, said.err) == (
        2, 'Whom? Give a name: coursectl roster nominate "Ana Pérez" --by DNM -e ICIM-37\n',
    )  # fmt: skip


# Seats and guests ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def guest(cli, roster, nominated):
    """Ana and Caio have the two seats, Bea sits beside them, Dani waits."""
    assert cli("edition", "edit", "ICIM-37", "--seats", "2").code == 0
    assert roster("accept", "Ana", "Caio").code == 0
    assert roster("accept", "Bea", "--over-quota", "Guest of the director").code == 0
    assert roster("waitlist", "Dani").code == 0


def test_a_guest_is_marked_and_counted_nowhere_among_the_seats(cli, roster, guest):
    cli("edition", "quota", "ICIM-37", "--country", "AR", "--max", "1")

    assert "  3  Bea Sol   AR       DNM              accepted (guest)" in roster("list").out.splitlines()
    assert roster("accept", "Dani").err.startswith("ICIM-37 is full: 2 of 2 seats are taken.")
    assert cli("edition", "edit", "ICIM-37", "--seats", "1").err.startswith(
        "ICIM-37 can't have fewer seats than are taken (2); 1 was asked for."
    )
    assert cli("edition", "quota", "ICIM-37").out.splitlines() == [
        "Quota of   Kind     At least  At most  In the call  Put forward  Taken  Guests  Left  Not reached",
        "Argentina  country                  1                         2      1       1     0",
    ]


@pytest.mark.parametrize("command", [("enroll", "Eva Rey", "--country", "AR"), ("roster", "accept", "Dani")])
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_guest_comes_for_a_reason(cli, roster, guest, command, reason):
    said = cli(*command, "--over-quota", reason, "-e", "ICIM-37")

    assert (said.code, said.out, said.err) == (
        2, "", 'Why do they come as guests? Say it: --over-quota "Guest of the director"\n',
    )  # fmt: skip


def test_more_seats_go_to_who_waits_or_the_command_is_told(cli, roster, guest):
    told = cli("edition", "edit", "ICIM-37", "--seats", "3")
    assert told.out.splitlines() == [
        "ICIM-37 is changed.",
        "1 person who waits has room now. To give them the seat: coursectl roster promote 1 -e ICIM-37",
    ]
    assert statuses(roster)["Dani Mar"] == "waitlisted"

    tried = cli("edition", "edit", "ICIM-37", "--auto-promote", "--dry-run", "--json").json
    done = cli("edition", "edit", "ICIM-37", "--auto-promote")
    assert [one["name"] for one in tried["promoted"]] == ["Dani Mar"]
    assert done.out.splitlines() == ["ICIM-37 is changed.", "Accepted from the waiting list: Dani Mar."]
    assert statuses(roster)["Dani Mar"] == "accepted"
    assert cli("undo", "--yes").code == 0
    assert statuses(roster)["Dani Mar"] == "waitlisted"
    assert cli("edition", "show", "ICIM-37", "--json").json["auto_promote"] is False


def test_an_edition_that_promotes_itself_gives_its_new_seats_at_once(cli, roster, guest):
    roster("nominate", "Eva Rey", "Fito Luz", "--by", "DNM", "--country", "AR")
    roster("waitlist", "Eva Rey", "Fito Luz")
    cli("edition", "edit", "ICIM-37", "--auto-promote")

    assert cli("edition", "edit", "ICIM-37", "--seats", "4").out.splitlines() == [
        "ICIM-37 is changed.", "Accepted from the waiting list: Dani Mar; Eva Rey.",
    ]  # fmt: skip
    assert statuses(roster)["Fito Luz"] == "waitlisted"


def test_a_call_for_fewer_than_the_minimum_is_told(cli, roster):
    said = cli("edition", "quota", "ICIM-37", "--country", "AR", "--min", "3", "--target", "2")

    assert (said.code, said.out, said.err) == (
        0,
        "Argentina in ICIM-37: at least 3, 2 in the call.\n",
        "Argentina: the call asks for 2, which is less than the minimum of 3.\n",
    )


# Lists ---------------------------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_with_a_list_of_people_is_said_at_once(roster, nominated):
    roster("nominate", "Ana Sol", "--by", "DNM", "--country", "AR")
    Path("answers.csv").write_text(
        "N.º,Nombre,Apellido,Correo\n,Ana,Paz,\n,Nadie,Ninguno,\n,Ana,,\n,,,who@x.example\n77,,,\n", encoding="utf-8"
    )

    said = roster("accept", "--from", "answers.csv")

    assert (said.code, said.out, said.err.splitlines()) == (
        5,
        "",
        [
            "answers.csv: 4 faults, nothing was written.",
            "  row 3, \"Nombre\": 'Nadie': nobody in ICIM-37 fits",
            "  row 4, \"Nombre\": 'Ana': fits several people: Ana Paz; Ana Sol",
            "  row 5, \"Correo\": 'who@x.example': nobody in ICIM-37 fits",
            "  row 6, \"N.º\": '77': nobody in ICIM-37 fits",
        ],
    )
    assert set(statuses(roster).values()) == {"nominated"}


def test_a_list_with_headers_of_its_own_is_read_as_is_said(roster, nominated):
    Path("answers.csv").write_text("Quien,Que dijo\nAna Paz,viene\n", encoding="utf-8")

    unread = roster("decline", "--from", "answers.csv")
    said = roster("decline", "--from", "answers.csv", "--map", "Quien=name")
    no_list = roster("decline", "Ana Paz", "--map", "Quien=name")

    assert unread.err.endswith("Other names can be given with --map.\n")
    assert (said.code, said.out) == (0, "Ana Paz is declined in ICIM-37 (3 seats left).\n")
    assert (no_list.code, no_list.err) == (2, "--map is for a list: give it with --from FILE.\n")


def test_a_status_that_is_asked_for_is_listed_alone(roster, nominated):
    roster("decline", "Ana Paz")

    listed = roster("list", "--status", "declined", "--all", "--json").json

    assert [one["name"] for one in listed] == ["Ana Paz"]
    assert len(roster("list", "--all", "--json").json) == 4


def test_a_late_nomination_is_marked_wherever_it_is_shown(cli, roster):
    roster("nominate", "Ana Paz", "--by", "DNM", "--country", "AR")
    cli("edition", "edit", "ICIM-37", "--nominations-by", "2015-01-15")

    assert roster("list").out.splitlines()[1].split("  ")[-1].strip() == "nominated (late)"
    assert [one["late"] for one in roster("list", "--json").json] == [True]
    assert "Nominated after the deadline  yes" in roster("show", "Ana").out.splitlines()
    roster("accept", "Ana")
    assert roster("show", "Ana", "--json").json["late"] is True
    cli("edition", "edit", "ICIM-37", "--nominations-by", "")
    assert roster("show", "Ana", "--json").json["late"] is False


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("roster", "nominate", "Ana Paz", "--by", "DNM", "--country", "AR"), True),
        (("enroll", "Ana Paz", "--country", "AR", "--status", "nominated"), True),
        (("enroll", "--from", "list.csv", "--status", "nominated"), True),
        (("enroll", "Ana Paz", "--country", "AR"), False),
        (("enroll", "--from", "list.csv"), False),
    ],
    ids=["nominate", "enroll", "enroll a list", "enroll at once", "a list at once"],
)
def test_whoever_nominates_after_the_call_is_told_however_they_do_it(cli, icim37, line, told):
    Path("list.csv").write_text("Nombre,País\nAna Paz,AR\n", encoding="utf-8")
    cli("edition", "edit", "ICIM-37", "--nominations-by", "2015-01-15")

    answer = cli(*line, "-e", "ICIM-37")

    late = "The call for ICIM-37 ended on 2015-01-15; who comes now is marked as late.\n"
    assert (answer.code, answer.err) == (0, late if told else "")
