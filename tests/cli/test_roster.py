"""`coursectl roster …`: lists and their order, moves and what they refuse, one person in place of another."""

from __future__ import annotations

import csv
import io
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coursectl.store import update


@pytest.fixture(autouse=True)
def _people(icim37, cli):
    """Four officials, by number; a nominee; somebody who has withdrawn."""
    for arguments in (
        ("Carla Rojas", "--country", "PE", "--org", "SNM", "--email", "carla@snm.example"),
        ("Ana Pérez", "--country", "AR", "--org", "DNM"),
        ("Ángel Soto", "--country", "AR", "--org", "Aduana"),
        ("Bea Núñez", "--country", "CL"),
        ("Zoe Lima", "--country", "BR", "--status", "nominated"),
        ("Darío Paz", "--country", "UY"),
    ):
        assert cli("enroll", *arguments, "-e", "ICIM-37").code == 0
    assert cli("roster", "withdraw", "5", "-e", "ICIM-37", "--because", "Stays in office").code == 0


@pytest.fixture
def roster(cli):
    return lambda *arguments: cli("roster", *arguments, "-e", "ICIM-37")


def everything(store):
    """All rows of all tables."""
    tables = store.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return {row["name"]: store.read(f"SELECT * FROM {row['name']}") for row in tables}


def names(answer):
    return [one["name"] for one in answer.json]


def test_the_list_is_by_number_and_leaves_out_who_has_withdrawn(roster):
    answer = roster("list")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "No.  Name         Country  Organization  Status     E-mail",
        "  1  Carla Rojas  PE       SNM           accepted   carla@snm.example",
        "  2  Ana Pérez    AR       DNM           accepted",
        "  3  Ángel Soto   AR       Aduana        accepted",
        "  4  Bea Núñez    CL                     accepted",
        "     Zoe Lima     BR                     nominated",
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("number", ["Carla Rojas", "Ana Pérez", "Ángel Soto", "Bea Núñez", "Darío Paz", "Zoe Lima"]),
        ("name", ["Ana Pérez", "Ángel Soto", "Bea Núñez", "Carla Rojas", "Darío Paz", "Zoe Lima"]),
        ("country", ["Ana Pérez", "Ángel Soto", "Zoe Lima", "Bea Núñez", "Carla Rojas", "Darío Paz"]),
        ("organization", ["Ángel Soto", "Ana Pérez", "Carla Rojas", "Bea Núñez", "Darío Paz", "Zoe Lima"]),
        ("status", ["Zoe Lima", "Carla Rojas", "Ana Pérez", "Ángel Soto", "Bea Núñez", "Darío Paz"]),
    ],
)
def test_the_list_is_sorted_as_asked_for(roster, order, expected):
    assert names(roster("list", "--all", "--sort", order, "--json")) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("--country", "Argentina"), ["Ana Pérez", "Ángel Soto"]),
        (("--status", "nominated"), ["Zoe Lima"]),
        (("--status", "withdrawn", "--status", "Nominated"), ["Darío Paz", "Zoe Lima"]),
        (("--status", "no-show"), []),
        (("--all", "--country", "UY"), ["Darío Paz"]),
    ],
)
def test_the_list_shows_only_whom_is_asked_for(roster, filters, expected):
    assert names(roster("list", *filters, "--json")) == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--status", "gone"),
            "There is no status 'gone'. There are: nominated, waitlisted, accepted, confirmed, declined, withdrawn, no_show, "
            "completed, not_completed.\n",
        ),
        (("--sort", "age"), "'age' is no order of a list. There are: number, name, country, organization, status.\n"),
    ],
)
def test_unknown_filters_and_orders_say_what_there_is(roster, arguments, said):
    answer = roster("list", *arguments)

    assert (answer.code, answer.out, answer.err) == (5, "", said)


def test_an_empty_list_says_what_to_type_and_is_an_empty_list_in_json(roster):
    assert roster("list", "--status", "waitlisted").err == (
        "Nobody of that kind is in ICIM-37. See everybody with: coursectl roster list --all -e ICIM-37\n"
    )
    assert roster("list", "--status", "waitlisted", "--json").json == []


def test_the_json_of_the_list_has_what_others_build_on(roster):
    asked = ("number", "name", "country", "organization", "status", "email")

    assert [tuple(one[name] for name in asked) for one in roster("list", "--json").json] == [
        (1, "Carla Rojas", "PE", "SNM", "accepted", "carla@snm.example"),
        (2, "Ana Pérez", "AR", "DNM", "accepted", None),
        (3, "Ángel Soto", "AR", "Aduana", "accepted", None),
        (4, "Bea Núñez", "CL", None, "accepted", None),
        (None, "Zoe Lima", "BR", None, "nominated", None),
    ]


def test_the_csv_is_safe_in_a_spreadsheet_and_a_list_that_enrolls_the_same_people(cli, roster):
    posts = ["=cmd()", "+1", "-1", "@SUM(A1)", "'=quoted", "plain", 'with "quotes", and commas']
    for number, post in enumerate(posts):
        cli("enroll", f"Person {number}", "--country", "AR", "--post", post, "-e", "ICIM-37")

    written = roster("list", "--csv").out
    rows = {row["name"]: row["post"] for row in csv.DictReader(io.StringIO(written))}

    assert [rows[f"Person {number}"] for number in range(len(posts))] == [
        "'=cmd()", "'+1", "'-1", "'@SUM(A1)", "''=quoted", "plain", 'with "quotes", and commas',
    ]  # fmt: skip
    Path("list.csv").write_text(written, encoding="utf-8", newline="")
    cli("edition", "add", "ICIM-38")
    assert cli("enroll", "--from", "list.csv", "-e", "ICIM-38", "--quiet").code == 0
    again = cli("roster", "list", "-e", "ICIM-38", "--json").json
    assert [one["post"] for one in again if one["name"].startswith("Person")] == posts


def test_one_enrollment_is_shown_by_number_e_mail_name_and_part_of_a_name(roster):
    shown = [roster("show", who).out for who in ("1", "CARLA@snm.example", "carla rojas", "Rojas", " 1 ")]

    lines = [line for line in shown[0].splitlines() if not line.startswith("Enrolled")]
    assert lines == [
        "Name          Carla Rojas",
        "Edition       ICIM-37",
        "No.           1",
        "Status        accepted",
        "Country       Peru",
        "Organization  SNM",
        "Category      official",
        "E-mail        carla@snm.example",
    ]
    assert set(shown) == {shown[0]}


def test_somebody_who_is_not_there_is_not_found(roster):
    assert [roster("show", who).code for who in ("99", "nobody@x.example", "Nobody", "9" * 5000, "-")] == [3] * 5
    assert roster("show", "Nobody").err == (
        "Nobody in ICIM-37 fits 'Nobody'. See who is in it with: coursectl roster list -e ICIM-37 --all\n"
    )


def test_confirming_and_withdrawing_say_status_number_and_seats(roster):
    assert roster("confirm", "1", "2").out.splitlines() == [
        "Carla Rojas is confirmed in ICIM-37 as number 1 (26 seats left).",
        "Ana Pérez is confirmed in ICIM-37 as number 2 (26 seats left).",
    ]
    assert roster("withdraw", "2", "--because", "Is \x1b[31mill").out == (
        "Ana Pérez has withdrawn from ICIM-37 (27 seats left).\n"
    )
    assert roster("show", "2", "--json").json["reason"] == "Is [31mill"


def test_accepting_gives_a_number_and_a_seat_and_who_had_withdrawn_keeps_theirs(roster):
    assert roster("accept", "Zoe Lima", "5").out.splitlines() == [
        "Zoe Lima is accepted in ICIM-37 as number 6 (24 seats left).",
        "Darío Paz is accepted in ICIM-37 as number 5 (24 seats left).",
    ]


@pytest.mark.parametrize("arguments", [("accept", "Zoe Lima", "5"), ("confirm", "1"), ("withdraw", "1", "Zoe Lima")])
def test_a_dry_run_of_a_move_foresees_the_answer_and_writes_nothing(store, roster, arguments):
    before = everything(store)

    foreseen = roster(*arguments, "--dry-run")

    assert everything(store) == before
    assert foreseen.out == f"Would be done, nothing was written: {roster(*arguments).out}"


def test_a_move_that_was_made_before_changes_nothing(store, roster):
    roster("confirm", "1")
    before = everything(store)

    again = roster("confirm", "1")

    assert (again.code, again.out) == (
        0, "Carla Rojas is in ICIM-37 already (confirmed, number 1); nothing was changed.\n",
    )  # fmt: skip
    assert everything(store) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("confirm", "5"),
            "Darío Paz is withdrawn in ICIM-37: confirm isn't possible. What you can type: "
            "coursectl roster accept 5 -e ICIM-37; coursectl roster nominate 5 -e ICIM-37\n",
        ),
        (
            ("confirm", "Zoe"),
            "Zoe Lima is nominated in ICIM-37: confirm isn't possible. What you can type: "
            'coursectl roster accept "Zoe Lima" -e ICIM-37; coursectl roster decline "Zoe Lima" -e ICIM-37; '
            'coursectl roster waitlist "Zoe Lima" -e ICIM-37; coursectl roster withdraw "Zoe Lima" -e ICIM-37; '
            'coursectl roster replace "Zoe Lima" NEW -e ICIM-37\n',
        ),
        (
            ("replace", "5", "Eva Sol"),
            "Darío Paz is withdrawn in ICIM-37: replace isn't possible. What you can type: "
            "coursectl roster accept 5 -e ICIM-37; coursectl roster nominate 5 -e ICIM-37\n",
        ),
    ],
)
def test_a_move_that_is_not_allowed_says_what_is_and_what_to_type(store, roster, arguments, said):
    before = everything(store)

    answer = roster(*arguments)

    assert (answer.code, answer.out, answer.err) == (4, "", said)
    assert everything(store) == before


def test_nobody_is_moved_where_one_of_them_cannot_be(store, roster):
    before = everything(store)

    assert [roster("confirm", "1", who).code for who in ("5", "99")] == [4, 3]
    assert everything(store) == before


def test_a_replacement_gets_seat_country_organization_and_status_in_a_full_edition(store, act, icim37, roster):
    roster("confirm", "1")
    full = update("edition", icim37.edition, {"seats": 30}, {"seats": 4}, AssertionError())
    store.apply(act.operation("edition edit", full))

    answer = roster("replace", "1", "Luis Gómez", "--email", "luis@snm.example", "--sex", "M", "--post", "Jefe")

    assert answer.out == (
        "Carla Rojas has withdrawn from ICIM-37 (0 seats left). Luis Gómez is confirmed in ICIM-37 as number 6 (0 seats left).\n"
    )
    new = roster("show", "6", "--json").json
    asked = ("name", "country", "organization", "status", "category", "email", "sex", "post")
    assert [new[name] for name in asked] == [
        "Luis Gómez", "PE", "SNM", "confirmed", "official", "luis@snm.example", "male", "Jefe",
    ]  # fmt: skip
    assert new["replaces"]["name"] == "Carla Rojas"
    old = roster("show", "1", "--json").json
    assert (old["status"], old["reason"]) == ("withdrawn", "The office sends somebody else.")


def test_a_replacement_of_another_country_and_organization_says_so(roster):
    answer = roster("replace", "1", "Luis Gómez", "--country", "Chile", "--org", "DEM")

    assert answer.out.endswith(
        "Luis Gómez is accepted in ICIM-37 as number 6 (26 seats left). New organization: DEM.\n"
    )
    new = roster("show", "6", "--json").json
    assert (new["country"], new["organization"]) == ("CL", "DEM")


def test_a_replacement_of_another_organization_stays_with_the_country(cli, roster):
    roster("replace", "1", "Luis Gómez", "--org", "RREE")

    assert roster("show", "6", "--json").json["country"] == "PE"
    assert [(one["name"], one["country"]) for one in cli("org", "list", "--country", "PE", "--json").json] == [
        ("RREE", "PE"), ("SNM", "PE"),
    ]  # fmt: skip


def test_a_dry_run_of_a_replacement_foresees_the_answer_and_writes_nothing(store, roster):
    before = everything(store)

    foreseen = roster("replace", "1", "Luis Gómez", "--org", "DEM", "--dry-run")

    assert everything(store) == before
    assert (
        foreseen.out
        == f"Would be done, nothing was written: {roster('replace', '1', 'Luis Gómez', '--org', 'DEM').out}"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("1", "Bea Núñez"), 4, "Bea Núñez is in ICIM-37 already, as accepted; nothing was changed. Somebody else of that name needs --email and --on-duplicate new.\n"),
        (
            ("1", "Darío Paz"), 4,
            "Darío Paz is in ICIM-37 already, as withdrawn; nothing was changed. To give them the seat: "
            "coursectl roster withdraw 1 -e ICIM-37; then: coursectl roster accept 5 -e ICIM-37. Somebody else of that name needs --email and --on-duplicate new.\n",
        ),
        (("1", "2"), 5, "\"NAME\": '2': a number is no name; write the full name\n"),
        (("1", "Eva Sol", "--email", "x"), 5,
         "\"--email\": 'x': this is not one e-mail address; write it like ana@dnm.example\n"),
        (
            ("2", "Eva Sol", "--email", "carla@snm.example"), 4,
            "carla@snm.example belongs to Carla Rojas, not to Eva Sol.",
        ),
    ],
)  # fmt: skip
def test_nobody_is_replaced_by_somebody_who_cannot_come(store, roster, arguments, code, said):
    before = everything(store)

    answer = roster("replace", *arguments)

    assert (answer.code, answer.out, answer.err.startswith(said)) == (code, "", True), answer.err
    assert everything(store) == before


def test_who_waits_is_listed_in_the_order_of_waiting(store, act, icim37, cli, roster):
    full = {"seats": 4, "waiting_list": 1}
    old = {"seats": 30, "waiting_list": 0}
    store.apply(act.operation("edition edit", update("edition", icim37.edition, old, full, AssertionError())))
    for name in ("Waiting Zulu", "Waiting Alfa", "Waiting Mike"):
        cli("enroll", name, "--country", "AR", "--waiting-list", "-e", "ICIM-37")

    assert names(roster("list", "--json"))[4:] == ["Waiting Zulu", "Waiting Alfa", "Waiting Mike", "Zoe Lima"]


def test_somebody_else_of_the_same_name_comes_with_an_e_mail_of_their_own(roster):
    other = ("replace", "1", "Bea Núñez", "--email", "bea@snm.example", "--json")
    assert (roster(*other).code, "in this edition already" in roster(*other).err) == (4, True)

    answer = roster(*other, "--on-duplicate", "new")

    assert (answer.code, answer.json["enrolled"]["number"], answer.json["enrolled"]["country"]) == (0, 6, "PE")
    assert answer.json["replaced"]["status"] == "withdrawn"


def test_an_edition_without_anybody_is_empty_of_every_kind(cli, icim37):
    assert cli("edition", "add", "ICIM-38").code == 0
    assert cli("roster", "list", "-e", "ICIM-38").err == (
        "Nobody is in ICIM-38 yet. Enroll a list with: coursectl enroll --from FILE -e ICIM-38\n"
    )


def test_when_somebody_was_enrolled_is_told_by_this_computers_clock(cli, icim37, monkeypatch):
    assert cli("enroll", "Ana Paz", "--country", "AR", "-e", "ICIM-37").code == 0
    at = cli("roster", "show", "Ana Paz", "-e", "ICIM-37", "--json").json["enrolled_at"]
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/Argentina/Buenos_Aires")
        time.tzset()
        lines = cli("roster", "show", "Ana Paz", "-e", "ICIM-37").out.splitlines()
    time.tzset()

    local = datetime.fromisoformat(at) - timedelta(hours=3)
    assert [line.split(maxsplit=1) for line in lines if "Enrolled" in line] == [
        ["Enrolled", local.strftime("%Y-%m-%d %H:%M")]
    ]
