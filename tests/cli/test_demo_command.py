"""`coursectl demo`, as it is typed and answers."""

from __future__ import annotations

from pathlib import Path

ACCOUNT = """\
ICIM-37: Inter-American Course on International Migration

  coursectl-demo/coursectl.db                        the store: everything is in this file
  coursectl-demo/documents                           syllabus, attendance sheets and participants' list, in Spanish and English
  coursectl-demo/certificates                        certificates, a file each: 27 of completion, 1 of participation, 23 of instruction
  coursectl-demo/documents/ICIM-37-certificates.pdf  all certificates in one file, to print

  28 officials from 15 countries; 27 completed.
  Joaquín Ignacio Iturralde took part and didn't complete: 42.0 of 60 h = 70 %, needs 80 %.
  23 experts from 7 countries; partners: UNHCR, OHCHR, IPPDH, SIMN.
  38 sessions in 6 modules, 60 contact hours.
  New in this edition: Migration, environment and climate change.
  When the 37th edition opened in 2015, IOM spoke of more than 800 officials trained; our records name 27 who completed it, and published headcounts exist for 3 other editions.

  The people in it are invented. Try next:

    cd coursectl-demo
    coursectl status
    coursectl roster list
    coursectl history totals
    coursectl edition show
    coursectl certificate list
    coursectl render letters invitation --out letters
    coursectl render badges --out badges
    coursectl --help
"""


def names(folder="."):
    return sorted(path.name for path in Path(folder).iterdir())


def test_it_ends_with_what_lies_where_the_figures_and_what_to_try(cli):
    answer = cli("demo")

    assert (answer.code, answer.err, answer.out) == (0, "", ACCOUNT)
    assert cli("roster", "list", "--store", "coursectl-demo/coursectl.db", "--json").code == 0  # the edition is in use


def test_force_rebuilds_a_demo_and_the_answer_in_json_is_a_contract(cli):
    Path("mi demo ñ", "documents").mkdir(parents=True)
    for name, text in (
        (".coursectl-demo", "coursectl.db\ndocuments/old.pdf"),
        ("coursectl.db", "old"),
        ("documents/old.pdf", "old"),
    ):
        Path("mi demo ñ", name).write_text(text)

    done = cli("demo", "mi demo ñ", "--force", "--json")
    answer = done.json

    assert (done.code, done.err, names()) == (0, "", ["mi demo ñ"])
    assert not Path("mi demo ñ", "documents", "old.pdf").exists()
    assert list(answer) == [
        "folder", "store", "edition", "completed", "fell_short", "documents", "certificates", "print_file", "totals",
    ]  # fmt: skip
    assert (answer["folder"], answer["store"], answer["completed"]) == (
        "mi demo ñ",
        str(Path("mi demo ñ/coursectl.db")),
        27,
    )
    assert answer["certificates"] == {"completion": 27, "participation": 1, "instruction": 23}
    assert answer["fell_short"] == [{"name": "Joaquín Ignacio Iturralde", "reason": "42.0 of 60 h = 70 %, needs 80 %"}]
    assert answer["documents"] == [
        f"ICIM-37-{name}-{language}.{form}" for language in ("es", "en") for name, form in (
            ("syllabus", "pdf"), ("syllabus", "html"), ("attendance-sheet", "pdf"), ("attendance-sheet", "html"), ("roster", "pdf"),
        )
    ]  # fmt: skip
    assert answer["print_file"] == "ICIM-37-certificates.pdf"
    edition = answer["edition"]
    assert {name: edition[name] for name in ("reference", "trainees", "trainee_countries", "experts", "expert_countries")} == {
        "reference": "ICIM-37", "trainees": 28, "trainee_countries": 15, "experts": 23, "expert_countries": 7,
    }  # fmt: skip
    assert answer["totals"]["named"] == 27


def test_the_commands_name_the_demo_where_the_environment_names_another_store_and_the_edition_cannot_be_remembered(
    cli, monkeypatch
):
    Path("config").write_text("a file")
    monkeypatch.setenv("COURSECTL_CONFIG", "config")
    monkeypatch.setenv("COURSECTL_STORE", "/elsewhere/my.db")

    answer = cli("demo", "demo")

    assert answer.code == 6
    assert "Name the edition in COURSECTL_EDITION, or with -e each time." in answer.err
    assert [line.strip() for line in answer.out.splitlines()[-9:]] == [
        "cd demo",
        *(f"coursectl {what} --store coursectl.db" for what in ("status", "roster list", "history totals", "edition show", "certificate list", "render letters invitation --out letters", "render badges --out badges", "--help")),
    ]  # fmt: skip


def test_a_folder_that_is_there_is_refused_in_one_sentence(cli):
    Path("coursectl-demo").mkdir()

    answer = cli("demo", "--json")

    assert (answer.code, answer.out, answer.err) == (4, "", (
        "coursectl-demo is there already; nothing was changed. Name another folder, or rebuild it: "
        "coursectl demo coursectl-demo --force\n"
    ))  # fmt: skip


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(cli):
    answer = cli("demo", "--dry-run")

    told = (
        "Would be done, nothing was written: The demo is made in coursectl-demo: a store, documents and certificates.\n"
    )
    assert (answer.code, answer.err, answer.out) == (0, "", told)
    assert list(Path().iterdir()) == []


def test_a_dry_run_is_refused_where_the_demo_would_be(cli):
    Path("coursectl-demo").mkdir()
    Path("file").touch()

    for line in ((), ("file/demo",), ("file/a/demo",)):
        dry, wet = cli("demo", *line, "--dry-run"), cli("demo", *line)
        assert (dry.code, dry.err) == (wet.code, wet.err)
        assert dry.code in (4, 5)
    (Path("coursectl-demo") / ".coursectl-demo").touch()
    assert cli("demo", "--force", "--dry-run", "--json").json == {
        "folder": "coursectl-demo", "store": "coursectl-demo/coursectl.db", "replaces": True, "dry_run": True,
    }  # fmt: skip
    assert (Path("coursectl-demo") / ".coursectl-demo").exists()
