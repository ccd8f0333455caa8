"""`coursectl expert …`, whole commands."""

from __future__ import annotations

import pytest

from edition_samples import check_dry_run, example_of, whole

ADD = ("expert", "add", "Silvia Zárate", "--country", "Uruguay", "--org", "UdelaR", "--post", "Professor", "--post", "es=Profesora",
       "--email", "silvia@udelar.example", "--honorific", "Dra.", "--sex", "F")  # fmt: skip


@pytest.fixture
def edition(cli, store_path):
    assert cli("course", "add", "RMC", "--title", "Regional Course").code == 0
    assert cli("edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-06").code == 0


@pytest.fixture
def expert(cli, edition):
    assert cli(*ADD).code == 0
    return cli("expert", "list", "--json").json[0]


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_an_expert_is_added_and_listed(cli, store_path, edition):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out == "RMC-4: Silvia Zárate is an expert of it now. New organization: UdelaR.\n"
    assert cli("expert", "list").out.splitlines() == [
        "Name                Post       Organization  Country  Sessions  Hours",
        "Dra. Silvia Zárate  Professor  UdelaR        UY              0      0",
    ]
    [listed] = cli("expert", "list", "--json").json
    expected = {
        "honorific": "Dra.", "sex": "female", "country": "UY", "organization": "UdelaR", "post": "Professor", "sessions": 0,
    }  # fmt: skip
    assert {name: listed[name] for name in expected} == expected
    assert listed["person"]["name"] == "Silvia Zárate"
    assert cli("expert", "list", "--json", "--lang", "es").json[0]["post"] == "Profesora"
    assert cli("expert", "list", "--json", "--lang", "fr").json[0]["post"] == "Professor"


def test_a_list_without_experts_says_what_to_type(cli, edition):
    said = cli("expert", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == (
        'RMC-4 has no expert yet. Add one with: coursectl expert add "NAME" --country COUNTRY -e RMC-4\n'
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (("--country", "AR"), {"country": "AR"}),
        (("--org", "FLACSO"), {"organization": "FLACSO"}),
        (("--post", "Dean"), {"post": "Dean"}),
    ],
)
def test_adding_an_expert_again_changes_what_is_said_and_keeps_the_rest(cli, store_path, expert, options, fields):
    done = check_dry_run(
        cli, store_path, "expert", "add", "Silvia Zárate", "--email", "silvia@udelar.example", *options
    )

    assert done.out.startswith("RMC-4: what you said of Silvia Zárate is changed.")
    [listed] = cli("expert", "list", "--json").json
    told_by_it = ("organization_id", "acronym")  # of the organization
    assert {name: listed[name] for name in expert if name not in told_by_it} == {
        **{name: value for name, value in expert.items() if name not in told_by_it}, **fields
    }  # fmt: skip


def test_adding_an_expert_twice_changes_nothing(cli, expert):
    before = operations(cli)

    said = cli(*ADD)

    assert (said.code, said.out) == (0, "RMC-4: Silvia Zárate is an expert of it already; nothing was changed.\n")
    assert cli(*ADD, "--dry-run").out == said.out
    assert operations(cli) == before


def test_an_expert_is_taken_out_and_the_person_stays(cli, store_path, expert):
    done = check_dry_run(cli, store_path, "expert", "remove", "silvia@udelar.example")

    assert done.out == "RMC-4: Silvia Zárate is no expert of it any more.\n"
    assert cli("expert", "list", "--json").json == []
    assert [one["name"] for one in cli("person", "list", "--json").json] == ["Silvia Zárate"]
    cli("undo")
    assert cli("expert", "list", "--json").json == [expert]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", "New One", "--country", "Atlantis"), 5, "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (("add", "New One", "--sex", "Q"), 5, "'Q' is no sex that can be recorded. Use female, male, other or not_stated."),
        (("remove", "Nobody"), 3, 'Nobody is no expert of RMC-4. To add one: coursectl expert add "Nobody" -e RMC-4'),
        (("remove", "Silvia Zárate", "-e", "RMC-9"), 3, "There is no edition RMC-9. There are: RMC-4."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, expert, arguments, code, sentence):
    before = whole(store_path)

    said = cli("expert", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


@pytest.mark.parametrize("arguments", [("add", ""), ("add", "X Y", "--email", "not an address")])
def test_a_person_that_nobody_can_be_is_refused(cli, store_path, edition, arguments):
    before = whole(store_path)

    said = cli("expert", *arguments)

    assert (said.code in (4, 5), said.out, said.err != "") == (True, "", True)
    assert whole(store_path) == before


def test_who_teaches_is_not_taken_out(cli, store_path, expert):
    cli("session", "add", "Asylum", "--day", "1", "--start", "9:00", "--end", "10:30", "--expert", "Silvia Zárate")
    before = whole(store_path)

    said = cli("expert", "remove", "Silvia Zárate")

    assert (said.code, said.err) == (
        4,
        "Silvia Zárate teaches in RMC-4: session 1. Give those to others first: coursectl session edit NUMBER --expert NAME\n",
    )
    assert whole(store_path) == before
    assert cli("expert", "list", "--json").json[0]["sessions"] == 1


def test_a_name_that_fits_several_experts_is_asked_about(cli, edition):
    for number in (1, 2):
        cli("expert", "add", "Ana Luz", "--email", f"ana{number}@x.example")

    said = cli("expert", "remove", "Ana Luz")

    assert (said.code, said.out) == (2, "")
    assert "ana1@x.example" in said.err
    assert "ana2@x.example" in said.err


@pytest.mark.parametrize(
    "name", ["[red]x[/red] y", '#read("/etc/passwd")', "{{ 7*7 }}", "=cmd()", "../../x", "x" * 120, "مرحبا", "移民 🌍"]
)
def test_a_name_is_shown_as_it_was_typed(cli, edition, name):
    said = cli("expert", "add", name, "--post", name)

    assert said.code == 0, said.err
    [listed] = cli("expert", "list", "--json").json
    assert (listed["person"]["name"], listed["post"]) == (name, name)
    assert name in cli("expert", "list").out


def test_the_examples_in_the_help_work_one_after_the_other(cli, example):
    for command in ("add", "list", "remove"):
        said = cli(*example_of(cli, "expert", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli)[:2] == ["expert remove ICIM-37", "expert add ICIM-37"]


def test_an_experts_language_is_said_as_a_persons(cli, icim37):
    add = ("expert", "add", "Marie Roy", "--country", "CA", "-e", "ICIM-37")
    assert cli(*add, "--language", "French").code == 0
    assert cli("person", "show", "Marie Roy", "--json").json["language"] == "fr"

    answer = cli(*add, "--language", "klingonish")

    assert (answer.code, answer.err) == (5, "'klingonish' is no language. Use tags like es, pt, fr, en.\n")
