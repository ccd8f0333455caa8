"""Who is enrolled or nominated is found once: near matches, namesakes, organizations that look like others. All people are invented."""

from __future__ import annotations

import contextlib
import csv
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import add_edition
from coursectl import people
from coursectl.people import NewPerson

HEADERS = ["Nombre completo", "País", "Correo", "Año de nacimiento"]


@pytest.fixture(autouse=True)
def _edition(icim37):
    """Every command here finds ICIM-37 with 30 seats."""


@pytest.fixture
def enroll(cli):
    return lambda *arguments: cli("enroll", *arguments, "-e", "ICIM-37")


@pytest.fixture
def nominate(cli):
    return lambda *arguments: cli("roster", "nominate", *arguments, "-e", "ICIM-37")


@pytest.fixture
def ana(store, act):
    return people.add_person(
        store, NewPerson("Ana Pérez Gómez", email="ana@dnm.example", birth_year=1980, nationality="AR"), act
    )


def write(name, *rows, headers=HEADERS):
    with Path(name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headers, *rows])


def names(store):
    return [row["name"] for row in store.read("SELECT name FROM person ORDER BY id")]


def offices(store):
    rows = store.read("SELECT name ->> '$.und' AS name, country FROM organization ORDER BY id")
    return [(row["name"], row["country"]) for row in rows]


# Near matches


LOOKS = "Ana Gómez Pérez looks like Ana Pérez Gómez (ana@dnm.example, AR, 1980; 88 %: the words in another order, of the same country). Say whether it is the same: --on-duplicate link, or new.\n"


@pytest.mark.parametrize("command", [("enroll",), ("roster", "nominate")])
def test_in_a_pipe_who_looks_like_somebody_is_refused_with_score_and_reasons(store, cli, ana, command):
    by = ("--by", "DNM") if command == ("roster", "nominate") else ()

    answer = cli(*command, "Ana Gómez Pérez", "--country", "AR", "-e", "ICIM-37", *by)

    assert (answer.code, answer.out, answer.err) == (4, "", LOOKS)
    assert (names(store), offices(store)) == (["Ana Pérez Gómez"], [])


@pytest.mark.parametrize("command", [("enroll",), ("roster", "nominate", "--by", "DNM")])
@pytest.mark.parametrize(
    ("option", "known"),
    [(("--on-duplicate", "link"), 1), (("--on-duplicate", "new"), 2), (("--yes",), 2)],
)
def test_the_option_says_who_it_is_and_yes_alone_says_somebody_else(store, cli, ana, command, option, known):
    answer = cli(*command, "Ana Gómez Pérez", "--country", "AR", "-e", "ICIM-37", *option)

    assert (answer.code, len(names(store))) == (0, known)


def test_with_json_nobody_is_asked_either(store, enroll, ana):
    assert (enroll("Ana Gómez Pérez", "--country", "AR", "--json").code, names(store)) == (4, ["Ana Pérez Gómez"])


@pytest.mark.parametrize(
    "name",
    ["Ana Peres Gómez", "A. Pérez Gómez", "Ana Pérez", "Gómez Pérez, Ana", "ANA PERÉZ GOMES", "Ana María Pérez Gómez", "Анa Перез Гомез"],
)  # fmt: skip
def test_a_slip_an_initial_a_word_left_out_and_other_letters_are_near(enroll, ana, name):
    answer = enroll(name, "--country", "AR", "--birth-year", "1980")

    assert (answer.code, "looks like Ana Pérez Gómez (" in answer.err) == (4, True)


def test_slips_in_every_surname_are_near_however_long_the_list_is(store, act, enroll):
    people.add_person(store, NewPerson("Ana Gómez Pérez", nationality="AR"), act)
    others = [[f"{name} Soto", "CL", "", ""] for name in ("Luis", "Mara", "Noa", "Olga", "Pía", "Raúl", "Sara", "Tito")]

    one = enroll("Ana Gomes Peres", "--country", "AR")
    write("list.csv", ["Ana Gomes Peres", "AR", "", ""], *others)
    many = enroll("--from", "list.csv")

    near = "looks like Ana Gómez Pérez (AR; 86 %: "
    assert [(answer.code, near in answer.err) for answer in (one, many)] == [(4, True), (5, True)]


def test_the_country_of_an_expert_counts_however_long_the_list_is(store, cli, enroll):
    assert cli("expert", "add", "Lorena Paz Quiroga", "--country", "CL", "-e", "ICIM-37").code == 0
    others = [[f"{name} Soto", "AR", "", ""] for name in ("Luis", "Mara", "Noa", "Olga", "Pía", "Raúl", "Sara", "Tito")]

    one = enroll("Lorena P. Quiroga", "--country", "CL")
    write("list.csv", ["Lorena P. Quiroga", "CL", "", ""], *others)
    many = enroll("--from", "list.csv")

    assert [(answer.code, "looks like Lorena Paz Quiroga (CL; " in answer.err) for answer in (one, many)] == [
        (4, True),
        (5, True),
    ]


@pytest.mark.parametrize("name", ["Ana Pérez Godoy", "Eva Pérez Gómez", "Mario Soto", "Ana Luz"])
def test_who_only_shares_words_is_new_without_a_question(enroll, ana, name):
    answer = enroll(name, "--country", "AR")

    assert (answer.code, answer.err) == (0, "")


def test_near_matches_of_a_list_are_faults_of_their_rows_told_at_once(store, enroll, ana):
    people_told = (
        ["Ana Gómez Pérez", "AR", "", ""],
        ["Luis Soto", "CL", "", ""],
        ["Ana Peres Gómez", "AR", "", "1980"],
    )
    write("list.csv", *people_told, ["Eva Paz", "Atlantis", "", ""])

    answer = enroll("--from", "list.csv")

    assert (answer.code, names(store)) == (5, ["Ana Pérez Gómez"])
    assert [line.partition(" looks like ")[0].partition(": no country")[0] for line in answer.err.splitlines()] == [
        "list.csv: 3 faults, nothing was written.",
        "  row 2, \"Nombre completo\": 'Ana Gómez Pérez': Ana Gómez Pérez",
        "  row 4, \"Nombre completo\": 'Ana Peres Gómez': Ana Peres Gómez",
        "  row 5, \"País\": 'Atlantis'",
    ]


def test_skip_bad_puts_near_matches_aside_with_their_reasons(store, enroll, ana):
    write("list.csv", ["Ana Gómez Pérez", "AR", "", ""], ["Luis Soto", "CL", "", ""])

    answer = enroll("--from", "list.csv", "--skip-bad")

    aside = list(csv.reader(Path("list-bad.csv").read_text("utf-8-sig").splitlines()))
    assert (answer.code, names(store)) == (0, ["Ana Pérez Gómez", "Luis Soto"])
    assert [(row[0], "88 %: the words in another order" in row[-1]) for row in aside[1:]] == [("Ana Gómez Pérez", True)]


# On a terminal


def at_a_terminal(typed, *arguments):
    """What a command says on a terminal where somebody types that line, and its exit code."""
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "coursectl", *arguments]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=os.environ | {"COLUMNS": "200"}) as process:
        os.close(its)
        os.write(ours, f"{typed}\n".encode())
        seen = b""
        with os.fdopen(ours, "rb", buffering=0) as lines, contextlib.suppress(OSError):  # its end is closed
            while part := lines.read(4096):
                seen += part
    return process.returncode, seen.decode()


@pytest.mark.parametrize(
    ("typed", "code", "known"),
    [
        ("1", 0, ["Ana Pérez Gómez"]),
        ("2", 0, ["Ana Pérez Gómez", "Ana Gómez Pérez"]),
        ("", 4, ["Ana Pérez Gómez"]),
    ],
)
def test_on_a_terminal_it_is_asked_who_it_is(store, ana, typed, code, known):
    done, seen = at_a_terminal(typed, "enroll", "Ana Gómez Pérez", "--country", "AR", "-e", "ICIM-37")

    assert (done, "Who is Ana Gómez Pérez?" in seen, names(store)) == (code, True, known)
    assert "Ana Pérez Gómez, ana@dnm.example, AR, 1980 (88 %: the words in another order, of the same country)" in seen


def test_of_a_list_each_question_is_asked_once_however_often_it_is_planned(store, ana):
    write("list.csv", ["Ana Gómez Pérez", "AR", "", ""], ["Luis Soto", "Atlantis", "", ""])

    done, seen = at_a_terminal("2\n1", "enroll", "--from", "list.csv", "--skip-bad", "-e", "ICIM-37")

    assert (done, seen.count("Who is Ana Gómez Pérez?"), names(store)) == (0, 1, ["Ana Pérez Gómez", "Ana Gómez Pérez"])


@pytest.mark.parametrize(
    ("typed", "code", "there"), [("1", 0, [("DNM", "AR")]), ("2", 0, [("DNM", "AR"), ("DNM", "UY")]), ("", 4, [("DNM", "AR")])]
)  # fmt: skip
def test_on_a_terminal_it_is_asked_which_organization_it_is(store, enroll, typed, code, there):
    enroll("Ana Paz", "--country", "AR", "--org", "DNM")

    done, seen = at_a_terminal(typed, "enroll", "Luis Soto", "--country", "UY", "--org", "DNM", "-e", "ICIM-37")

    assert (done, "Which organization is DNM?" in seen, offices(store)) == (code, True, there)


# Namesakes


def test_a_namesake_of_another_country_who_is_known_is_told(store, act, icim37, enroll, cli):
    add_edition(store, act, icim37.course, 38)
    cli("enroll", "Ana Paz", "--country", "AR", "--email", "ana@dnm.example", "-e", "ICIM-38")

    answer = enroll("Ana Paz", "--country", "UY")

    new = max(row["id"] for row in store.read("SELECT id FROM person"))
    assert (answer.code, answer.out) == (
        0,
        "Ana Paz is accepted in ICIM-37 as number 1 (29 seats left). Somebody else of this name is known: Ana Paz, "
        f"ana@dnm.example, AR. If it is the same person: coursectl person merge ana@dnm.example {new}\n",
    )


def test_namesakes_of_a_list_who_are_known_from_elsewhere_are_told(store, act, icim37, enroll, cli):
    add_edition(store, act, icim37.course, 38)
    cli("enroll", "Ana Paz", "--country", "AR", "--birth-year", "1980", "-e", "ICIM-38")
    write("list.csv", ["Ana Paz", "UY", "", ""], ["Luis Soto", "CL", "", ""])

    answer = enroll("--from", "list.csv")

    old, new, _luis = (row["id"] for row in store.read("SELECT id FROM person ORDER BY id"))
    assert (answer.code, answer.out.splitlines()) == (
        0,
        [
            "ICIM-37: 2 people of list.csv are enrolled (28 seats left).",
            "Somebody else of this name is known: Ana Paz, AR, 1980. If it is the same person:"
            f" coursectl person merge {old} {new}",
        ],
    )


@pytest.mark.parametrize(
    ("more", "why", "otherwise", "command"),
    [
        (("--country", "UY"), "of another country", "--country: AR in the store, UY said", "roster edit 1 --country UY -e ICIM-37"),
        (("--country", "AR", "--birth-year", "1990"), "born in another year", "--birth-year: 1980 in the store, 1990 said", "person edit {id} --birth-year 1990"),
        (("--country", "AR", "--email", "paz@x.example"), "another e-mail", "--email: ana@dnm.example in the store, paz@x.example said", "person edit {id} --email paz@x.example"),
    ],
)  # fmt: skip
def test_a_namesake_in_the_edition_is_a_question_whatever_differs(store, enroll, more, why, otherwise, command):
    enroll("Ana Paz", "--country", "AR", "--birth-year", "1980", "--email", "ana@dnm.example")

    refused = enroll("Ana Paz", *more)
    linked = enroll("Ana Paz", *more, "--on-duplicate", "link")

    assert refused.code == 4
    assert all(words in refused.err for words in (why, "in this edition already", "(ana@dnm.example, AR, 1980; "))
    assert linked.out == (
        f"Ana Paz is in ICIM-37 already (accepted, number 1); nothing was changed. What was said otherwise: {otherwise}."
        f" To write it: coursectl {command.format(id=only(store))}\n"
    )
    assert names(store) == ["Ana Paz"]
    assert enroll("Ana Paz", *more, "--on-duplicate", "new").code == 0
    assert names(store) == ["Ana Paz", "Ana Paz"]


def only(store):
    return store.read("SELECT id FROM person")[0]["id"]


def test_two_files_that_disagree_about_a_person_are_a_question_with_both_values(store, enroll):
    write("one.csv", ["Ana Paz", "AR", "", "1980"], ["Luis Soto", "CL", "luis@pdi.example", ""])
    write("two.csv", ["Ana Paz", "UY", "", "1981"], ["Luis Soto", "CL", "soto@pdi.example", ""])
    enroll("--from", "one.csv")

    answer = enroll("--from", "two.csv")

    assert (answer.code, answer.err.splitlines()) == (
        5,
        [
            "two.csv: 2 faults, nothing was written.",
            "  row 2, \"Nombre completo\": 'Ana Paz': Ana Paz looks like Ana Paz (AR, 1980; 10 %: the same name, born in another year,"
            " of another country, in this edition already). Say whether it is the same: --on-duplicate link, or new",
            "  row 3, \"Nombre completo\": 'Luis Soto': Luis Soto looks like Luis Soto (luis@pdi.example, CL; 76 %: the same name,"
            " another e-mail, of the same country, in this edition already). Say whether it is the same: --on-duplicate link, or new",
        ],
    )
    linked = enroll("--from", "two.csv", "--on-duplicate", "link", "--json").json
    assert [(one["field"], one["store"], one["file"]) for row in linked["differing"] for one in row["differences"]] == [
        ("country", "AR", "UY"), ("birth_year", 1980, 1981), ("email", "luis@pdi.example", "soto@pdi.example"),
    ]  # fmt: skip


def test_two_rows_of_one_name_that_disagree_are_a_fault_of_the_second(store, enroll):
    write("list.csv", ["Ana Paz", "AR", "", "1980"], ["Luis Soto", "CL", "", ""], ["Paz, Ana", "UY", "", "1981"])

    answer = enroll("--from", "list.csv")

    assert (answer.code, answer.err.splitlines()[1:]) == (
        5,
        ["  row 4, \"Nombre completo\": 'Paz, Ana': Paz, Ana is in the file twice with other data, also in row 2: UY, 1981 here,"
         " AR, 1980 there. Correct the file; if they are two people, say --on-duplicate new"],
    )  # fmt: skip
    assert enroll("--from", "list.csv", "--on-duplicate", "new").code == 0
    assert len(names(store)) == 3
    again = enroll("--from", "list.csv", "--json").json
    assert (len(again["unchanged"]), again["enrolled"]) == (3, [])


# Said again, otherwise


def test_who_is_nominated_again_otherwise_is_told_what_differs_and_how_to_write_it(store, nominate):
    nominate("Ana Paz", "--by", "DNM", "--country", "AR", "--priority", "1")

    answer = nominate("Ana Paz", "--by", "Cancillería", "--country", "AR", "--priority", "2", "--reserve")

    assert (answer.code, answer.out) == (
        0,
        "Ana Paz is in ICIM-37 already (nominated); nothing was changed. What was said otherwise: --priority: 1 in the store, 2 said;"
        ' --reserve: no in the store, yes said; --by: DNM in the store, Cancillería said. To write it: coursectl roster edit "Ana Paz"'
        " --priority 2 --reserve --by Cancillería -e ICIM-37\n",
    )
    assert offices(store) == [("DNM", "AR")]


# Organizations


def test_an_acronym_of_another_country_is_neither_linked_nor_made_silently(store, cli, enroll, nominate):
    cli("org", "add", "Dirección Nacional de Migraciones", "--acronym", "DNM", "--country", "AR")
    known = store.read("SELECT id FROM organization")[0]["id"]
    sentence = f"DNM is Dirección Nacional de Migraciones (AR, {known}). Write the id if that one is meant; to add another one, say so with --yes.\n"

    by, org = (
        nominate("Eva Luz", "--by", "DNM", "--country", "UY"),
        enroll("Eva Luz", "--org", "dnm", "--country", "UY"),
    )

    assert (by.code, by.err, org.code, org.err) == (4, sentence, 4, sentence.replace("DNM is", "dnm is"))
    assert nominate("Eva Luz", "--by", str(known), "--country", "UY").code == 0
    assert len(offices(store)) == 1
    assert enroll("Luis Soto", "--org", "DNM", "--country", "UY", "--yes").code == 0
    assert offices(store)[1:] == [("DNM", "UY")]
    assert enroll("Bea Sol", "--org", "DNM", "--country", "UY").code == 0


SLIP = "Direción Nacional de Migraciones"
NEARLY = f"{SLIP} looks like Dirección Nacional de Migraciones (AR, {{id}}). Write it like that; if it is another one, say so with --yes.\n"


@pytest.mark.parametrize(
    "command",
    [
        ("enroll", "Eva Luz", "--country", "AR", "--org", SLIP),
        ("enroll", "Eva Luz", "--country", "AR", "--by", SLIP),
        ("roster", "nominate", "Eva Luz", "--country", "AR", "--by", SLIP),
        ("roster", "edit", "1", "--org", SLIP),
        ("roster", "edit", "1", "--by", SLIP),
        ("roster", "replace", "1", "Eva Luz", "--org", SLIP),
        ("expert", "add", "Eva Luz", "--country", "AR", "--org", SLIP),
        ("edition", "edit", "ICIM-37", "--partner", SLIP),
        ("edition", "edit", "ICIM-37", "--signatory", f"Eva Luz | Directora | {SLIP}"),
    ],
    ids=lambda words: " ".join(words[:2] + words[-2:-1]),
)
def test_a_slip_in_an_organization_is_refused_wherever_one_is_named_and_yes_makes_another(store, cli, command):
    cli("org", "add", "Dirección Nacional de Migraciones", "--country", "AR")
    known = store.read("SELECT id FROM organization")[0]["id"]
    assert cli("enroll", "Ana Paz", "--country", "AR", "-e", "ICIM-37").code == 0
    more = () if command[0] == "edition" else ("-e", "ICIM-37")

    answer = cli(*command, *more)

    assert (answer.code, answer.err, len(offices(store))) == (4, NEARLY.format(id=known), 1)
    assert (cli(*command, *more, "--yes").code, len(offices(store))) == (0, 2)


def test_organizations_of_a_list_that_cannot_be_told_are_faults_of_their_rows(store, cli, enroll):
    cli("org", "add", "Dirección Nacional de Migraciones", "--acronym", "DNM", "--country", "AR")
    known = store.read("SELECT id FROM organization")[0]["id"]
    headers = ["Nombre completo", "País", "Institución", "Propuesto por"]
    rows = (
        ["Ana Paz", "AR", SLIP, "DNM"],
        ["Luis Soto", "UY", "PDI", "DNM"],
        ["Eva Luz", "AR", "DNM", ""],
        ["Bea Sol", "AR", "—", ""],
    )
    write("list.csv", *rows, headers=headers)

    answer = enroll("--from", "list.csv")

    assert (answer.code, answer.err.splitlines()) == (
        5,
        [
            "list.csv: 3 faults, nothing was written.",
            f"  row 2, \"Institución\": '{SLIP}': {NEARLY.format(id=known).rstrip(chr(10)).rstrip('.')}",
            f"  row 3, \"Propuesto por\": 'DNM': DNM is Dirección Nacional de Migraciones (AR, {known}). Write the id if that one is"
            " meant; to add another one, say so with --yes",
            "  row 5, \"Institución\": '—': '—' is no name. An organization needs a name.",
        ],
    )
    assert (enroll("--from", "list.csv", "--skip-bad").code, names(store)) == (0, ["Eva Luz"])


def test_ministries_of_two_countries_that_are_called_alike_are_no_question(store, enroll):
    for name, country in (("Ana Paz", "AR"), ("Luis Soto", "UY")):
        assert enroll(name, "--org", "Ministerio del Interior", "--country", country).code == 0

    assert offices(store) == [("Ministerio del Interior", "AR"), ("Ministerio del Interior", "UY")]


# Quotas


@pytest.fixture
def full(cli):
    """Argentina may have one, and has none yet; there is a waiting list."""
    assert cli("edition", "edit", "ICIM-37", "--waiting-list").code == 0
    assert cli("edition", "quota", "ICIM-37", "--country", "AR", "--max", "1").code == 0
    write(
        "list.csv",
        ["Ana Paz", "AR", "", ""],
        ["Luis Soto", "AR", "", ""],
        ["Eva Luz", "CL", "", ""],
        ["Bea Sol", "AR", "", ""],
    )


def test_rows_beyond_a_quota_are_named_with_the_quota_also_by_a_dry_run(store, enroll, full):
    said = [
        "list.csv: 2 faults, nothing was written.",
        "  row 3, \"País\": 'AR': no place is left for Luis Soto: Argentina may have at most 1 in ICIM-37. Leave them out, or let them"
        " wait with --waiting-list",
        "  row 5, \"País\": 'AR': no place is left for Bea Sol: Argentina may have at most 1 in ICIM-37. Leave them out, or let them"
        " wait with --waiting-list",
    ]  # fmt: skip

    for more in ((), ("--dry-run",)):
        answer = enroll("--from", "list.csv", *more)
        assert (answer.code, answer.err.splitlines(), names(store)) == (5, said, [])


def test_skip_bad_puts_rows_beyond_a_quota_aside(store, enroll, full):
    answer = enroll("--from", "list.csv", "--skip-bad")

    aside = list(csv.reader(Path("list-bad.csv").read_text("utf-8-sig").splitlines()))
    assert (answer.code, names(store), [row[0] for row in aside[1:]]) == (
        0,
        ["Ana Paz", "Eva Luz"],
        ["Luis Soto", "Bea Sol"],
    )


def test_who_is_beyond_a_quota_waits_with_the_option(cli, enroll, full):
    foreseen, done = (
        enroll("--from", "list.csv", "--waiting-list", *more, "--json").json for more in (("--dry-run",), ())
    )

    for answer in (foreseen, done):
        assert [one["person"]["name"] for one in answer["enrolled"]] == ["Ana Paz", "Eva Luz"]
        assert [(one["person"]["name"], one["status"], one["quota_full"]) for one in answer["waitlisted"]] == [
            ("Luis Soto", "waitlisted", "Argentina"), ("Bea Sol", "waitlisted", "Argentina"),
        ]  # fmt: skip
    assert enroll("Mia Rey", "--country", "AR", "--waiting-list").out == (
        "Argentina has all its places in ICIM-37: Mia Rey is on the waiting list.\n"
    )
    waiting = cli("roster", "list", "--status", "waitlisted", "--json", "-e", "ICIM-37").json
    assert [(one["name"], one["waiting"]) for one in waiting] == [("Luis Soto", 1), ("Bea Sol", 2), ("Mia Rey", 3)]


def test_a_row_that_is_bad_anyway_takes_nobodys_place_in_a_quota(store, enroll, full, ana):
    write("list.csv", ["Ana Gómez Pérez", "AR", "", ""], ["Luis Soto", "AR", "", ""])

    assert (enroll("--from", "list.csv", "--skip-bad").code, names(store)) == (0, ["Ana Pérez Gómez", "Luis Soto"])


# Decisions


def test_a_decided_table_in_which_more_than_decisions_was_changed_is_refused(cli, nominate):
    nominate("Ana Paz", "Bea Sol", "--by", "DNM", "--country", "AR", "--priority", "1")
    cli("roster", "propose", "--to", "table.csv", "-e", "ICIM-37")
    rows = list(csv.reader(Path("table.csv").read_text("utf-8-sig").splitlines()))
    decided = ("roster", "propose", "--from", "decided.csv", "--apply", "-e", "ICIM-37")
    name, country, office = (rows[0].index(header) for header in ("Name", "Country", "Organization"))
    changed = [list(row) for row in rows[1:]]
    next(row for row in changed if row[name] == "Ana Paz")[country] = "UY"
    next(row for row in changed if row[name] == "Bea Sol")[office] = "MREC"
    write("decided.csv", *changed, headers=rows[0])

    refused = cli(*decided)

    assert (refused.code, refused.err.splitlines()) == (
        5,
        [
            "decided.csv: 2 faults, nothing was written.",
            "  row 2, \"Country\": 'UY': this table decides who comes and changes nothing else; in the store it is AR. Write it with:"
            ' coursectl roster edit "Ana Paz" --country UY -e ICIM-37',
            "  row 3, \"Organization\": 'MREC': this table decides who comes and changes nothing else; in the store it is DNM. Write it"
            ' with: coursectl roster edit "Bea Sol" --org MREC -e ICIM-37',
        ],
    )
    write("decided.csv", *rows[1:], headers=rows[0])
    assert cli(*decided).code == 0
