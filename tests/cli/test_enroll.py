"""`coursectl enroll NAME…`: one official and several, new and known, and everything that is refused."""

from __future__ import annotations

import pytest

from coursectl.store import insert, new_id, update

COUNTED = ("person", "organization", "enrollment", "op", "audit", "seat_count")


@pytest.fixture(autouse=True)
def _edition(icim37):
    """Every command here finds ICIM-37 with 30 seats."""


@pytest.fixture
def enroll(cli):
    return lambda *arguments: cli("enroll", *arguments, "-e", "ICIM-37")


@pytest.fixture
def seats(store, act, icim37):
    """Give the edition fewer seats, and a waiting list or none."""

    def give(number, waiting_list=0):
        old, new = {"seats": 30, "waiting_list": 0}, {"seats": number, "waiting_list": waiting_list}
        store.apply(act.operation("edition edit", update("edition", icim37.edition, old, new, AssertionError())))

    return give


def everything(store):
    """All rows of all tables."""
    tables = store.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return {row["name"]: store.read(f"SELECT * FROM {row['name']}") for row in tables}


def commands(store):
    return [row["command"] for row in store.read("SELECT command FROM op WHERE command LIKE 'enroll%'")]


ANA = ("Ana Pérez", "--country", "Argentina", "--org", "DNM", "--email", "ana@dnm.example", "--sex", "F",
       "--category", "official")  # fmt: skip


def test_the_answer_says_number_seats_and_the_organization_that_nobody_knew(store, enroll):
    answer = enroll(*ANA)

    assert (answer.code, answer.out, answer.err) == (
        0, "Ana Pérez is accepted in ICIM-37 as number 1 (29 seats left). New organization: DNM.\n", "",
    )  # fmt: skip
    assert commands(store) == ["enroll ICIM-37"]


def test_a_second_official_of_a_known_organization_makes_no_other(store, enroll):
    enroll(*ANA)

    answer = enroll("Luis Soto", "--country", "AR", "--org", "dnm")

    assert answer.out == "Luis Soto is accepted in ICIM-37 as number 2 (28 seats left).\n"
    assert store.read("SELECT count(*) AS n FROM organization") == [{"n": 1}]


def test_doing_it_twice_changes_nothing_and_leaves_no_operation(store, enroll):
    enroll(*ANA)
    before = everything(store)

    again = enroll(*ANA)

    assert (again.code, again.out) == (
        0, "Ana Pérez is in ICIM-37 already (accepted, number 1); nothing was changed.\n",
    )  # fmt: skip
    assert everything(store) == before


def test_a_dry_run_foresees_the_answer_and_writes_nothing(store, enroll):
    before = everything(store)

    foreseen, in_json = enroll(*ANA, "--dry-run"), enroll(*ANA, "--dry-run", "--json").json

    assert everything(store) == before
    assert foreseen.out == f"Would be done, nothing was written: {enroll(*ANA).out}"
    del in_json["person"], in_json["id"]
    assert in_json == {
        "status": "accepted", "edition": "ICIM-37", "number": 1, "country": "AR", "organization_created": "DNM",
        "unchanged": False, "seats_left": 29, "namesakes": [], "quota_full": None, "differences": [], "written": [], "filled": [],
        "already": False, "dry_run": True,
    }  # fmt: skip


def test_a_dry_run_of_what_changes_nothing_says_so_and_in_json_that_it_was_one(enroll):
    enroll(*ANA)

    assert enroll(*ANA, "--dry-run").out == (
        "Ana Pérez is in ICIM-37 already (accepted, number 1); nothing was changed.\n"
    )
    in_json = enroll(*ANA, "--dry-run", "--json").json
    assert (in_json["unchanged"], in_json["dry_run"]) == (True, True)


def test_a_dry_run_is_refused_where_the_command_would_be(store, enroll, seats):
    seats(0)
    before = everything(store)

    dry, real = enroll(*ANA, "--dry-run"), enroll(*ANA)

    assert (dry.code, dry.out, dry.err) == (real.code, real.out, real.err)
    assert (dry.code, dry.err) == (
        4, "ICIM-37 is full: 0 of 0 seats are taken. Raise them with: coursectl edition edit ICIM-37 --seats N\n",
    )  # fmt: skip
    assert everything(store) == before


def test_several_names_are_one_operation_and_share_the_options(store, cli, enroll):
    answer = enroll("Ana Pérez", "Luis Soto", "--country", "AR", "--org", "DNM")

    assert answer.out.splitlines() == [
        "Ana Pérez is accepted in ICIM-37 as number 1 (28 seats left).",
        "Luis Soto is accepted in ICIM-37 as number 2 (28 seats left).",
        "New organizations: DNM.",
    ]
    roster = cli("roster", "list", "-e", "ICIM-37", "--json").json
    assert [(one["number"], one["name"], one["country"], one["organization"]) for one in roster] == [
        (1, "Ana Pérez", "AR", "DNM"), (2, "Luis Soto", "AR", "DNM"),
    ]  # fmt: skip
    assert commands(store) == ["enroll ICIM-37"]


def test_several_names_are_all_enrolled_or_nobody(store, enroll, seats):
    seats(1)
    before = everything(store)

    answer = enroll("Ana Pérez", "Luis Soto", "--country", "AR")

    assert (answer.code, answer.out, answer.err) == (
        4, "",
        "ICIM-37 has too few seats left, 1 of 1, and 2 are asked for; nothing was written. "
        "Raise them with: coursectl edition edit ICIM-37 --seats N\n",
    )  # fmt: skip
    assert everything(store) == before


def test_several_names_in_json_are_a_list_of_who_is_in_and_who_waits(enroll, seats):
    seats(1, waiting_list=1)

    answer = enroll("Ana Pérez", "Luis Soto", "--country", "AR", "--waiting-list", "--json").json

    assert [(one["person"]["name"], one["number"]) for one in answer["enrolled"]] == [("Ana Pérez", 1)]
    assert [(one["person"]["name"], one["status"]) for one in answer["waitlisted"]] == [("Luis Soto", "waitlisted")]
    assert (answer["edition"], answer["unchanged"], answer["seats_left"]) == ("ICIM-37", [], 0)


def test_words_of_one_name_without_quotes_are_not_two_people(store, enroll):
    before = everything(store)

    answer = enroll("Ana", "Pérez", "--country", "AR")

    assert (answer.code, answer.out, answer.err) == (
        2, "",
        "Is 'Ana' a whole name? Put quotation marks around each: \"Ana Pérez\"; and enroll who has one name only by a "
        "command of their own.\n",
    )  # fmt: skip
    assert everything(store) == before


def test_who_has_one_name_only_is_enrolled_alone(enroll):
    assert enroll("Zareymakú", "--country", "CO").out == (
        "Zareymakú is accepted in ICIM-37 as number 1 (29 seats left).\n"
    )


def test_a_full_edition_with_a_waiting_list_says_how_to_wait_and_then_lets_wait(enroll, seats):
    seats(1, waiting_list=1)
    enroll("Ana Pérez", "--country", "AR")

    refused = enroll("Luis Soto", "--country", "AR")
    waiting = enroll("Luis Soto", "--country", "AR", "--waiting-list")

    assert (refused.code, refused.err) == (
        4,
        "ICIM-37 is full: its only seat is taken. Add --waiting-list to put who comes now on its waiting list, "
        "or raise the seats with: coursectl edition edit ICIM-37 --seats N\n",
    )  # fmt: skip
    assert (waiting.code, waiting.out) == (0, "ICIM-37 is full: Luis Soto is on its waiting list.\n")


def test_a_returning_trainee_is_the_same_person_in_another_edition(store, act, icim37, cli, enroll):
    first = enroll(*ANA, "--json").json
    row = {"id": new_id(), "course_id": icim37.course, "number": 38}
    store.apply(act.operation("edition add", insert("edition", [row])))

    by_email = cli("enroll", "ana@dnm.example", "--country", "AR", "-e", "ICIM-38", "--json").json

    assert by_email["person"] == first["person"]
    assert (by_email["edition"], by_email["number"], by_email["seats_left"]) == ("ICIM-38", 1, None)
    assert store.read("SELECT count(*) AS n FROM person") == [{"n": 1}]


def test_who_had_withdrawn_is_told_how_to_come_back(cli, enroll):
    enroll("Ana Pérez", "Luis Soto", "--country", "AR")
    cli("roster", "withdraw", "1", "-e", "ICIM-37")

    one, several = enroll("Ana Pérez", "--country", "AR"), enroll("Ana Pérez", "Luis Soto", "--country", "AR")

    assert (one.code, one.err) == (
        4,
        "Ana Pérez is withdrawn in ICIM-37; nothing was changed. To take them back: "
        "coursectl roster accept 1 -e ICIM-37\n",
    )  # fmt: skip
    assert several.out.splitlines() == [
        "Ana Pérez is in ICIM-37 already (withdrawn, number 1); nothing was changed. To take them back: "
        "coursectl roster accept 1 -e ICIM-37",
        "Luis Soto is in ICIM-37 already (accepted, number 2); nothing was changed.",
    ]


def test_a_nominee_has_no_number_and_takes_no_seat(enroll):
    assert enroll("Ana Pérez", "--country", "AR", "--status", "nominated").out == (
        "Ana Pérez is nominated for ICIM-37 (30 seats left).\n"
    )
    assert enroll("Ana Pérez", "--country", "AR").out == (
        "Ana Pérez is in ICIM-37 already (nominated); nothing was changed.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("7", "--country", "AR"), 5, "\"NAME\": '7': a number is no name; write the full name\n"),
        (("   ", "--country", "AR"), 5, "\"NAME\": '   ': who is it? There is no name\n"),
        (("",), 2, 'Who? Give a name: coursectl enroll "Ana Pérez" --country AR, or a list: --from FILE\n'),
        ((), 2, 'Who? Give a name: coursectl enroll "Ana Pérez" --country AR, or a list: --from FILE\n'),
        (("Ana Pérez", "Luis Soto", "--email", "a@b.example"), 2, "--email is for one person, and here are 2.\n"),
        (
            ("Ana Pérez",), 4,
            "Say which country Ana Pérez represents, with --country. Only international staff (--category) represent none.\n",
        ),
        (
            ("Ana Pérez", "--bad-rows", "x.csv"), 2,
            "--map, --skip-bad and --bad-rows are for a list: give it with --from FILE.\n",
        ),
        (
            ("--from", "list.csv", "--bad-rows", "x.csv"), 2,
            "--bad-rows says where bad rows go; add --skip-bad to enroll the others.\n",
        ),
        (("Ana Pérez", "--from", "list.csv"), 2, "Either a NAME or --from FILE, not both.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence_and_writes_nothing(store, enroll, arguments, code, said):
    before = everything(store)

    answer = enroll(*arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", said)
    assert everything(store) == before


@pytest.mark.parametrize(
    "name",
    [
        "[red]x", "=cmd()", '#read("/etc/passwd")', "{{ 7*7 }}", "../../x", "<script>", "x" * 120, "مريم الحسن", "李小龍",
        "Ana 😀", "O'Brien \"Bob\"",
    ],
)  # fmt: skip
def test_any_name_is_verbatim_in_the_answer_and_in_json(cli, enroll, name):
    answer = enroll(name, "--country", "AR", "--json")

    assert answer.json["person"]["name"] == name
    assert cli("roster", "show", "1", "-e", "ICIM-37", "--json").json["name"] == name
    assert enroll(name, "--country", "AR").out == (
        f"{name} is in ICIM-37 already (accepted, number 1); nothing was changed.\n"
    )


def test_terminal_escapes_in_a_name_are_not_kept(enroll):
    answer = enroll("Ana \x1b[31mPérez\u202e", "--country", "AR", "--json")

    assert answer.json["person"]["name"] == "Ana [31mPérez"
