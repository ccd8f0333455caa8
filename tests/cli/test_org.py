"""`coursectl org …`, whole commands."""

from __future__ import annotations

import pytest

from edition_samples import check_dry_run, example_of, whole

ADD = ("org", "add", "es=Dirección Nacional de Migraciones", "en=National Migration Directorate", "--acronym", "es=DNM", "--acronym", "en=NMD",
       "--kind", "agency", "--country", "Argentina", "--website", "https://dnm.example")  # fmt: skip


@pytest.fixture
def dnm(cli, store_path):
    assert cli(*ADD).code == 0
    return cli("org", "show", "DNM", "--json").json


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_an_organization_is_added_and_shown(cli, store_path):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out == "National Migration Directorate is added.\n"
    shown = cli("org", "show", "dirección nacional de migraciones", "--json").json
    assert shown == {
        "id": shown["id"], "name": "National Migration Directorate", "acronym": "NMD", "kind": "agency", "country": "AR",
        "website": "https://dnm.example", "logo": None,
    }  # fmt: skip
    assert isinstance(shown["id"], str)
    assert cli("org", "show", "NMD", "--json", "--lang", "es").json["name"] == "Dirección Nacional de Migraciones"
    assert operations(cli) == ["org add"]


def test_an_organization_is_shown_to_people(cli, dnm):
    assert cli("org", "show", "DNM").out.splitlines() == [
        "Name     en: National Migration Directorate",
        "         es: Dirección Nacional de Migraciones",
        "Acronym  en: NMD",
        "         es: DNM",
        "Kind     agency",
        "Country  AR",
        "Website  https://dnm.example",
        "Logo     none",
        f"Id       {dnm['id']}",
    ]


def test_a_name_whose_language_nobody_stated_is_shown_without_one(cli, store_path):
    assert cli("course", "add", "RMC", "--title", "Regional Course").code == 0
    assert cli("edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-06").code == 0
    enrolled = cli("enroll", "Ana Luz", "--country", "AR", "--org", "Instituto Nuevo (IN)", "-e", "RMC-4")

    assert (enrolled.code, "IN" in enrolled.out) == (0, True)
    assert cli("org", "show", "IN").out.splitlines()[:2] == ["Name     Instituto Nuevo", "Acronym  IN"]


def test_organizations_are_listed_and_searched(cli, dnm):
    assert cli("org", "add", "UN Refugee Agency (UNHCR)", "--kind", "international").code == 0

    assert cli("org", "list").out.splitlines() == [
        "Acronym  Name                            Kind           Country",
        "NMD      National Migration Directorate  agency         AR",
        "UNHCR    UN Refugee Agency               international",
    ]
    for arguments in (("direccion",), ("--country", "AR"), ("--kind", "agency"), ("DNM", "--kind", "agency")):
        assert cli("org", "list", *arguments, "--json").json == [dnm]
    assert cli("org", "list", "--csv").out.splitlines()[0] == "id,name,acronym,kind,country,website,logo"


def test_a_list_without_organizations_says_what_to_type(cli, store_path):
    said = cli("org", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == "None. Add one with: coursectl org add NAME --acronym ACRONYM\n"
    assert cli("org", "list", "--json").json == []


@pytest.mark.parametrize(
    ("option", "value", "field", "shown"),
    [
        ("--name", "en=Directorate", "name", "Directorate"),
        ("--name", "Directorate", "name", "Directorate"),
        ("--name", "en=", "name", "Dirección Nacional de Migraciones"),
        ("--acronym", "NM", "acronym", "NM"),
        ("--acronym", "", "acronym", "DNM"),
        ("--kind", "ministry", "kind", "ministry"),
        ("--kind", "", "kind", None),
        ("--country", "uruguay", "country", "UY"),
        ("--country", "", "country", None),
        ("--website", "", "website", None),
    ],
)
def test_editing_one_field_keeps_the_others(cli, store_path, dnm, option, value, field, shown):
    check_dry_run(cli, store_path, "org", "edit", "DNM", option, value)

    assert cli("org", "show", "DNM", "--json").json == {**dnm, field: shown}
    assert operations(cli) == ["org edit", "org add"]


def test_an_edit_that_changes_nothing_says_so_and_leaves_no_operation(cli, dnm):
    for options in ((), ("--name", "National Migration  Directorate"), ("--kind", "agency", "--country", "AR")):
        said = cli("org", "edit", "DNM", *options)
        assert (said.code, said.out) == (
            0,
            "National Migration Directorate is like that already; nothing was changed.\n",
        )
        assert cli("org", "edit", "DNM", *options, "--dry-run").out == said.out
    assert operations(cli) == ["org add"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", ""), 5, "An organization needs a name."),
        (("add", "—"), 5, "'—' is no name. An organization needs a name."),
        (("add", "X", "--country", "Atlantis"), 5, "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (("add", "DNM"), 4, "DNM is known already: National Migration Directorate (AR). Look with: coursectl org show 'NMD'. To add another one, say so with --yes."),
        (("add", "National Migrations Directorate"), 4, "National Migrations Directorate is nearly called as: National Migration Directorate (AR). If it is another one, say so with --yes."),
        (("edit", "DNM", "--name", "en=", "--name", "es="), 5, "An organization needs a name."),
        (("edit", "DNM", "--country", "Atlantis"), 5, "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (("edit", "Nil", "--kind", "x"), 3, "No organization is called 'Nil'. Add it with: coursectl org add 'Nil'"),
        (("show", "DNMM"), 3, "No organization is called 'DNMM'. Did you mean: DNM?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, dnm, arguments, code, sentence):
    before = whole(store_path)

    said = cli("org", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


def test_a_name_that_fits_several_lists_them_and_stops(cli, store_path, dnm):
    other = cli("org", "add", "Migration Office", "--country", "UY", "--json").json

    said = cli("org", "show", "migration")
    assert (said.code, said.out, said.err) == (
        2, "",
        f"'migration' fits several: National Migration Directorate (AR, {dnm['id']}); Migration Office (UY, {other['id']})."
        " Say which, by its whole name or id.\n",
    )  # fmt: skip
    assert cli("org", "show", other["id"], "--json").json == other


def test_with_yes_a_near_name_is_another_one(cli, store_path, dnm):
    check_dry_run(cli, store_path, "org", "add", "National Migrations Directorate", "--country", "AR", "--yes")
    assert cli("org", "add", "Mining Office", "--country", "AR").code == 0
    assert cli("org", "edit", "Mining Office", "--name", "DNM").code == 4
    check_dry_run(cli, store_path, "org", "edit", "Mining Office", "--name", "DNM", "-y")


NASTY = [
    "[red]x[/red]", '#read("/etc/passwd")', "{{ 7*7 }}", "=cmd()", "../../x", "x" * 120, "وزارة الداخلية", "移民局", "🌍", "<script>", "%s {name}",
]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_shown_as_it_was_typed(cli, store_path, name):
    assert cli("org", "add", name).out == f"{name} is added.\n"

    assert cli("org", "show", name, "--json").json["name"] == name
    assert f"Name  en: {name}\n" in cli("org", "show", name).out
    assert name in cli("org", "list").out


def test_the_examples_in_the_help_work_one_after_the_other(cli, store_path):
    for command in ("add", "edit", "list", "show"):
        said = cli(*example_of(cli, "org", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli) == ["org edit", "org add"]
