"""`coursectl person …`, whole commands."""

from __future__ import annotations

import pytest

from edition_samples import check_dry_run, example_of, whole

ADD = ("person", "add", "Ana Pérez", "--given", "Ana", "--family", "Pérez", "--honorific", "Dra.", "--sex", "F", "--birth-year", "1980",
       "--nationality", "Argentina", "--email", "ana@dnm.example", "--phone", "+54 1", "--language", "Spanish", "--note", "N.")  # fmt: skip


@pytest.fixture
def ana(cli, store_path):
    assert cli(*ADD).code == 0
    shown = cli("person", "show", "ana@dnm.example", "--json").json
    assert (shown.pop("editions"), shown.pop("certificates")) == ([], [])
    return shown


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_a_person_is_added_and_shown(cli, store_path):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out == "Ana Pérez is added.\n"
    shown = cli("person", "show", "ana", "--json").json
    assert shown == {
        "id": shown["id"], "name": "Ana Pérez", "given_name": "Ana", "family_name": "Pérez", "honorific": "Dra.", "sex": "female",
        "birth_year": 1980, "nationality": "AR", "email": "ana@dnm.example", "phone": "+54 1", "language": "es", "note": "N.",
        "editions": [], "certificates": [],
    }  # fmt: skip
    assert isinstance(shown["id"], str)
    assert operations(cli) == ["person add"]


def test_adding_answers_in_json_with_the_person(cli, store_path):
    added = cli(*ADD, "--json").json

    assert {**added, "editions": [], "certificates": []} == cli("person", "show", added["id"], "--json").json


def test_a_person_is_shown_to_people(cli, ana):
    assert cli("person", "show", "perez").out.splitlines() == [
        "Name          Ana Pérez",
        "Given names   Ana",
        "Family names  Pérez",
        "Treatment     Dra.",
        "Sex           female",
        "Born          1980",
        "Nationality   AR",
        "E-mail        ana@dnm.example",
        "Telephone     +54 1",
        "Language      es",
        "Note          N.",
        f"Id            {ana['id']}",
    ]


def test_a_person_of_whom_only_the_name_is_known_has_two_lines(cli, store_path):
    assert cli("person", "add", "Madonna").code == 0
    assert [line.split()[0] for line in cli("person", "show", "madonna").out.splitlines()] == ["Name", "Id"]


def test_a_person_is_shown_with_their_part_in_editions(cli, ana):
    assert cli("course", "add", "RMC", "--title", "Regional Course").code == 0
    assert cli("edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-06").code == 0
    assert cli("enroll", "Ana Pérez", "--email", "ana@dnm.example", "--country", "AR", "-e", "RMC-4").code == 0

    assert "Editions      RMC-4: trainee, accepted, AR\n" in cli("person", "show", "ana").out


def test_people_are_listed_and_searched(cli, ana):
    assert cli("person", "add", "Luis Sosa", "--nationality", "UY").code == 0

    assert cli("person", "list").out.splitlines() == [
        "Name       Treatment  E-mail           Nationality  Language  Born",
        "Luis Sosa                              UY",
        "Ana Pérez  Dra.       ana@dnm.example  AR           es        1980",
    ]
    listed = {field: value for field, value in ana.items() if field not in ("editions", "certificates")}
    assert cli("person", "list", "PEREZ", "--json").json == [listed]
    assert cli("person", "list", "--country", "Argentina", "--json").json == [listed]
    assert cli("person", "list", "--country", "BR", "--json").json == []
    assert cli("person", "list", "--csv").out.splitlines()[0] == (
        "id,name,given_name,family_name,honorific,sex,birth_year,nationality,email,phone,language,note"
    )


def test_a_list_that_is_cut_says_so(cli, ana):
    assert cli("person", "add", "Luis Sosa").code == 0

    said = cli("person", "list", "--limit", "1", "--json")
    assert (len(said.json), said.err) == (1, "1 of 2 people are shown. For more: --limit 2\n")
    assert cli("person", "list", "-n", "2").err == ""
    assert cli("person", "list", "-n", "1", "--quiet").err == ""


def test_a_list_without_people_says_what_to_type(cli, store_path):
    said = cli("person", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == "Nobody. Add people with: coursectl enroll, or coursectl person add\n"
    assert cli("person", "list", "--json").json == []


@pytest.mark.parametrize(
    ("option", "value", "field", "shown"),
    [
        ("--name", "Ana María Pérez", "name", "Ana María Pérez"),
        ("--honorific", "Lic.", "honorific", "Lic."),
        ("--honorific", "", "honorific", None),
        ("--sex", "other", "sex", "other"),
        ("--sex", "", "sex", None),
        ("--birth-year", "1990", "birth_year", 1990),
        ("--birth-year", "", "birth_year", None),
        ("--nationality", "brasil", "nationality", "BR"),
        ("--nationality", "", "nationality", None),
        ("--email", "ana@x.example", "email", "ana@x.example"),
        ("--email", "", "email", None),
        ("--phone", "", "phone", None),
        ("--language", "pt", "language", "pt"),
        ("--language", "", "language", None),
        ("--note", "", "note", None),
    ],
)
def test_editing_one_field_keeps_the_others(cli, store_path, ana, option, value, field, shown):
    done = check_dry_run(cli, store_path, "person", "edit", "ana", option, value)

    assert done.out.endswith(" is changed.\n")
    assert cli("person", "list", "--json").json == [{**ana, field: shown}]
    assert operations(cli) == ["person edit", "person add"]


def test_the_name_follows_its_parts(cli, ana):
    assert cli("person", "edit", "ana", "--family", "Sosa").out == "Ana Sosa is changed.\n"
    assert cli("person", "edit", "ana", "--given", "").out == "Sosa is changed.\n"


def test_an_edit_that_changes_nothing_says_so_and_leaves_no_operation(cli, ana):
    for options in ((), ("--name", "Ana  Pérez"), ("--sex", "F", "--email", "ana@dnm.example", "--birth-year", "1980")):
        said = cli("person", "edit", "ana", *options)
        assert (said.code, said.out) == (0, "Ana Pérez is like that already; nothing was changed.\n")
        assert cli("person", "edit", "ana", *options, "--dry-run").out == said.out
    assert operations(cli) == ["person add"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", ""), 5, "A person needs a name."),
        (("add", "—"), 5, "'—' is no name. A person needs a name."),
        (("add", "Eva", "--email", "eva"), 5, "'eva' is no e-mail address. Correct it, or leave it out."),
        (("add", "Eva", "--sex", "banana"), 5, "'banana' is no sex that can be recorded. Use female, male, other or not_stated."),
        (("add", "Eva", "--nationality", "Atlantis"), 5, "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (("add", "Eva", "--language", "??"), 5, "'??' is no language. Use tags like es, pt, fr, en."),
        (("add", "Eva", "--birth-year", "1066"), 5, "1066 can't be a year of birth."),
        (("add", "Eva", "--birth-year", "old"), 2, "--birth-year needs a whole number, not 'old'."),
        (("add", "Eva", "--email", "ANA@dnm.example"), 4, "ANA@dnm.example belongs to Ana Pérez. Give another e-mail; if they share the mailbox, say so with --yes."),
        (("add", "ANA PEREZ", "--email", "ana@dnm.example"), 4, "Ana Pérez is known already, with the e-mail ana@dnm.example. Look with: coursectl person show ana@dnm.example"),
        (("add", "Ana Perez"), 4, "Ana Pérez (ana@dnm.example) is known already. Look with: coursectl person show ana@dnm.example. To add somebody else of this name, say so with --yes."),
        (("edit", "ana", "--name", ""), 5, "A person needs a name."),
        (("edit", "ana", "--email", "luis@x.example"), 4, "luis@x.example belongs to Luis Sosa. Give another e-mail; if they share the mailbox, say so with --yes."),
        (("edit", "eva", "--name", "E"), 3, "Nobody is called 'eva'. Add them with: coursectl person add, or coursectl enroll"),
        (("show", "Anna Peres"), 3, "Nobody is called 'Anna Peres'. Did you mean: Ana Pérez?"),
        (("show", "eva@x.test"), 3, "Nobody has the e-mail 'eva@x.test'. Add them with: coursectl person add, or coursectl enroll"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, ana, arguments, code, sentence):
    assert cli("person", "add", "Luis Sosa", "--email", "luis@x.example").code == 0
    before = whole(store_path)

    said = cli("person", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


def test_a_name_that_fits_several_lists_them_and_stops(cli, store_path, ana):
    assert cli("person", "add", "Ana Luz", "--email", "luz@x.example").code == 0
    before = whole(store_path)

    for command in (("show", "ana"), ("edit", "ana", "--sex", "male")):
        said = cli("person", *command)
        assert (said.code, said.out, said.err) == (
            2, "", "'ana' fits several: Ana Pérez (ana@dnm.example); Ana Luz (luz@x.example). Say which, by e-mail or id.\n",
        )  # fmt: skip
    assert whole(store_path) == before


def test_with_yes_namesakes_and_shared_mailboxes_are_taken(cli, store_path, ana):
    check_dry_run(cli, store_path, "person", "add", "Ana Pérez", "--yes")
    check_dry_run(cli, store_path, "person", "add", "Eva Luz", "--email", "ana@dnm.example", "-y")
    assert cli("person", "add", "Luis Sosa").code == 0
    check_dry_run(cli, store_path, "person", "edit", "Luis Sosa", "--email", "ana@dnm.example", "--yes")
    assert len(cli("person", "list", "--json").json) == 4


NASTY = [
    "[red]x[/red]", '#read("/etc/passwd")', "{{ 7*7 }}", "=cmd()", "../../x", "x" * 120, "مرحبا بن علي", "李明", "🌍", "<script>", "O'Neill %s {name}",
]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_shown_as_it_was_typed(cli, store_path, name):
    assert cli("person", "add", name).out == f"{name} is added.\n"

    assert cli("person", "show", name, "--json").json["name"] == name
    assert f"Name  {name}\n" in cli("person", "show", name).out
    assert name in cli("person", "list").out


def test_a_name_loses_what_a_terminal_would_obey(cli, store_path):
    assert cli("person", "add", "a\x1b[2Jb\x07\nc").out == "a[2Jb c is added.\n"


@pytest.mark.parametrize(
    ("command", "arguments", "code", "sentence"),
    [
        (("expert", "add"), ("",), 5, "A person needs a name."),
        (("expert", "add"), ("—",), 5, "'—' is no name. A person needs a name."),
        (("expert", "add"), ("Eva", "--email", "eva"), 5, "'eva' is no e-mail address. Correct it, or leave it out."),
        (("expert", "add"), ("Eva", "--email", "ana@dnm.example"), 4, "ana@dnm.example belongs to Ana Pérez, not to Eva. Give another e-mail, or leave it out."),
        (("enroll",), ("—",), 5, "'—' is no name. A person needs a name."),
        (("enroll",), ("Eva", "--email", "ana@dnm.example"), 4, "ana@dnm.example belongs to Ana Pérez, not to Eva. Give another e-mail, or leave it out."),
    ],
)  # fmt: skip
def test_an_expert_or_a_trainee_who_cannot_be_is_told_likewise(
    cli, store_path, ana, command, arguments, code, sentence
):
    assert cli("course", "add", "RMC", "--title", "Regional Course").code == 0
    assert cli("edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-06").code == 0
    before = whole(store_path)

    said = cli(*command, *arguments, "--country", "AR", "-e", "RMC-4")

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


def test_the_examples_in_the_help_work_one_after_the_other(cli, store_path):
    for command in ("add", "edit", "list", "show"):
        said = cli(*example_of(cli, "person", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli) == ["person edit", "person add"]


# Who can't be one -------------------------------------------------------------------------------------------------------------


def test_nobody_is_merged_with_themselves(cli, store):
    ana = cli("person", "add", "Ana Pérez", "--email", "ana@x.example", "--json").json
    before = store.read("SELECT * FROM person")
    for one, other in (("Ana Pérez", "ana@x.example"), ("Ana Pérez", ana["id"])):
        refused = cli("person", "merge", one, other, "--keep", "first")
        assert (refused.code, refused.out, refused.err) == (
            4, "", f"Both are Ana Pérez ({ana['id']}) already; nobody is merged with themselves.\n",
        )  # fmt: skip
    assert store.read("SELECT * FROM person") == before


def test_nobody_is_merged_in_a_circle(cli, store):
    """Whoever was merged is the one they were merged into: along a chain of merges all of them are the last one."""
    for name in ("Ana Pérez", "Eva Ruiz", "Luz Mar"):
        assert cli("person", "add", name).code == 0
    assert cli("person", "merge", "Eva Ruiz", "Ana Pérez").code == 0
    assert cli("person", "merge", "Luz Mar", "Eva Ruiz").code == 0
    [last] = [row["id"] for row in store.read("SELECT id FROM person WHERE merged_into IS NULL")]
    before = store.read("SELECT * FROM person ORDER BY id")

    for one, other in (
        ("Ana Pérez", "Luz Mar"),
        ("Luz Mar", "Ana Pérez"),
        ("Ana Pérez", "Eva Ruiz"),
        ("Eva Ruiz", "Luz Mar"),
    ):
        refused = cli("person", "merge", one, other)
        assert (refused.code, refused.err) == (
            4,
            f"Both are Luz Mar ({last}) already; nobody is merged with themselves.\n",
        )
    assert store.read("SELECT * FROM person ORDER BY id") == before


def test_nobody_is_merged_with_or_across_who_was_erased(cli, store):
    ids = {name: cli("person", "add", name, "--json").json["id"] for name in ("Ana Pérez", "Eva Ruiz", "Luz Mar")}
    assert cli("person", "merge", "Eva Ruiz", "Ana Pérez").code == 0
    assert cli("person", "erase", "Eva Ruiz", "--yes").code == 0
    before = store.read("SELECT * FROM person ORDER BY id")

    neutral = f"N. N. {ids['Eva Ruiz'][-6:]}"
    for gone in ("Ana Pérez", "Eva Ruiz"):  # who was merged into them was erased with them, and leads to them
        for pair in (("Luz Mar", ids[gone]), (ids[gone], "Luz Mar")):
            refused = cli("person", "merge", *pair, "--keep", "first")
            assert (refused.code, refused.err) == (
                4, f"{neutral} was erased; who they were isn't known any more, so nobody is merged with them.\n",
            )  # fmt: skip
    assert store.read("SELECT * FROM person ORDER BY id") == before
