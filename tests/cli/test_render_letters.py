"""`coursectl render letters`, `directory`, `logistics`, `badges`, `table-cards` on the example, as people type them."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import docx
import pypdf
import pytest


@pytest.fixture
def icim(example, monkeypatch) -> Path:
    """The folder with the example, whose edition is in use."""
    monkeypatch.setenv("COURSECTL_EDITION", "ICIM-37")
    return Path.cwd()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_letters_are_a_file_each_and_the_answer_names_folder_and_what_is_left_out(cli, icim):
    answer = cli("render", "letters", "acceptance", "--out", "letters", "--date", "2015-01-20")
    asked = cli("render", "letters", "acceptance", "--out", "letters", "--date", "2015-01-20", "--json").json

    assert (answer.code, answer.out) == (0, "ICIM-37: 28 files in letters\n")
    assert answer.err == "ICIM-37 doesn't know this, so the letters don't say it: confirm by, costs covered, contact.\n"
    assert sorted(asked.pop("files")) == names_in(icim / "letters")
    assert asked == {
        "document": "letters", "edition": "ICIM-37", "folder": "letters", "certificates": 0, "kind": "acceptance",
        "letters": 28, "lacking": ["confirm by", "costs covered", "contact"], "unasked": [], "borrowed": [], "late": [], "unsplit": [],
    }  # fmt: skip


def test_what_is_left_out_is_told_in_the_language_of_the_tool(cli, icim, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "es")

    answer = cli("render", "letters", "acceptance", "--out", "letters", "--to", "1", "--date", "2015-01-20")

    assert answer.err == (
        "ICIM-37 no lo sabe, así que las cartas no lo dicen: plazo para confirmar, gastos cubiertos, contacto.\n"
    )


def test_what_letters_have_in_another_language_is_told_with_the_command_that_adds_it(cli, icim):
    assert (
        cli("edition", "edit", "ICIM-37", "--costs", "es=Alojamiento y comidas", "--contact", "curso@dnm.example").code
        == 0
    )

    answer = cli(
        "render", "letters", "acceptance", "--to", "1", "--out", "letters", "--date", "2015-01-20", "--lang", "fr"
    )
    costs = 'coursectl edition edit ICIM-37 --costs "fr=…"'

    assert answer.err.splitlines()[-1] == (
        f"ICIM-37 doesn't have this in French, so letters have it in Spanish: costs covered. Add it with: {costs}"
    )
    command = [*shlex.split(costs)[1:-1], "fr=Logement et repas"]
    assert cli(*command).code == 0
    again = cli("render", "letters", "acceptance", "--to", "1", "--out", "more", "--date", "2015-01-20", "--lang", "fr")
    assert "costs" not in again.err.replace("costs covered, ", "")


def test_days_that_are_over_when_a_letter_is_dated_are_told(cli, icim):
    terms = ("--nominations-by", "2014-12-15", "--confirm-by", "2015-02-10", "--costs", "es=Todo", "--contact", "x")
    assert cli("edition", "edit", "ICIM-37", *terms).code == 0

    def late(kind, *more):
        told = cli("render", "letters", kind, "--out", "letters", "--force", *more).err.splitlines()
        return [line for line in told if line.startswith("The letters are dated")]

    assert late("call", "--date", "2014-12-15") == []
    assert late("call", "--date", "2014-12-16") == [
        "The letters are dated 2014-12-16, and this is over by then: deadline for nominations (2014-12-15). Say another day "
        "with: coursectl edition edit ICIM-37 --nominations-by DATE"
    ]
    assert late("acceptance", "--date", "2015-02-11", "--to", "1", "--status", "completed") == []
    assert late("acceptance", "--date", "2015-03-22", "--to", "1") == [
        "The letters are dated 2015-03-22, and this is over by then: confirm by (2015-02-10). Say another day with: "
        "coursectl edition edit ICIM-37 --confirm-by DATE",
        "The letters are dated 2015-03-22, and this is over by then: end of the course (2015-03-21). Say another day with: --date DATE",
    ]


def test_the_letters_of_all_are_one_file_to_print(cli, icim):
    answer = cli("render", "letters", "acceptance", "--out", "letters", "--one-file", "-q")

    assert (answer.code, answer.err) == (0, "")
    assert names_in(icim / "letters") == ["ICIM-37-acceptance.pdf"]
    assert len(pypdf.PdfReader("letters/ICIM-37-acceptance.pdf").pages) == 28


def test_word_files_are_to_edit(cli, icim):
    for more in (["--word"], ["--format", "docx"]):
        answer = cli(
            "render", "letters", "invitation", "--to", "Villalobos", "--out", "letters", "--date", "2015-01-20", *more
        )
        assert answer.code == 0, answer.err

    (name,) = names_in(icim / "letters")
    document = docx.Document(str(icim / "letters" / name))
    assert name == "ICIM-37-invitation Adriana Villalobos Chinchilla.docx"
    assert "Estimada Licda. Villalobos Chinchilla:" in [paragraph.text for paragraph in document.paragraphs]
    assert [len(table.columns) for table in document.tables] == [4]


def test_without_the_package_for_word_files_it_is_told_how_to_get_it(cli, icim, monkeypatch):
    monkeypatch.setitem(sys.modules, "docxtpl", None)  # as where it isn't installed

    answer = cli("render", "letters", "acceptance", "--word", "--out", "letters")

    assert (answer.code, answer.out) == (5, "")
    assert answer.err == "Word files need one more package. Install it with: pip install 'coursectl[word]'\n"
    assert not (icim / "letters").exists()
    assert cli("render", "letters", "acceptance", "--out", "letters").code == 0


def test_one_letter_in_the_way_keeps_all_of_them_out(cli, icim):
    (icim / "letters").mkdir()
    path = icim / "letters" / "ICIM-37-acceptance Iracema Conceição.pdf"
    path.write_bytes(b"signed and scanned")

    refused = cli("render", "letters", "acceptance", "--out", "letters")

    assert (refused.code, names_in(icim / "letters")) == (4, [path.name])
    assert cli("render", "letters", "acceptance", "--out", "letters", "--force").code == 0
    assert len(names_in(icim / "letters")) == 28


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("letters carta", 2, "There is no letter 'carta'. There are: call, acceptance, regret, reserve, invitation."),
        ("letters regret", 4, "Nobody in ICIM-37 was declined by the course, so there is no letter to write."),
        ("letters call --format md", 2, "letters is not made as md. Its formats are: pdf, html, txt, docx."),
        (
            "badges --labels 1x1",
            2,
            "There are no labels '1x1' on a4. There are: 90x54 (a4); 86x55 (a4); 4x3in (letter).",
        ),
        ("badges --start 11", 2, "A sheet has 10 labels: --start is a number from 1 to 10, not 11."),
        ("table-cards --role guest", 2, "'guest' is no role. Use one of: participant, expert, organizer."),
        ("logistics --only 999", 3, "Nobody of ICIM-37 who would be printed fits '999'."),
        ("directory --format md", 2, "directory is not made as md. Its formats are: pdf, html, txt."),
        ("logistics --format txt", 2, "logistics is not made as txt. Its formats are: pdf, html, csv, xlsx."),
    ],
)
def test_what_can_t_be_done_is_one_sentence_and_no_file(cli, icim, arguments, code, sentence):
    before = names_in(icim)

    answer = cli("render", *arguments.split(" "), "--out", "print")

    assert (answer.code, answer.out, answer.err) == (code, "", f"{sentence}\n")
    assert names_in(icim) == before


@pytest.mark.parametrize(
    ("arguments", "name", "pages"),
    [
        ("directory", "ICIM-37-directory-es.pdf", 2),
        ("logistics", "ICIM-37-logistics-es.pdf", 2),
        ("badges", "ICIM-37-badges-es.pdf", 6),
        ("badges --paper letter --role participant --start 3", "ICIM-37-badges-es.pdf", 5),
        ("table-cards --only 1 --only 2 --lang fr", "ICIM-37-table-cards-fr.pdf", 2),
    ],
)
def test_lists_and_labels_are_one_file_the_same_every_time(cli, icim, arguments, name, pages):
    first = cli("render", *arguments.split(" "), "--out", "one")
    cli("render", *arguments.split(" "), "--out", "two")

    assert (first.code, first.out) == (0, f"ICIM-37: one/{name}\n")
    assert (icim / "one" / name).read_bytes() == (icim / "two" / name).read_bytes()
    assert len(pypdf.PdfReader(icim / "one" / name).pages) == pages


def test_surnames_in_capitals_change_nobodys_stored_name(cli, icim):
    cli("person", "edit", "Iracema Conceição", "--family-name", "Conceição")

    cli("render", "badges", "--out", "print", "--surname-capitals", "--only", "Iracema")

    assert "CONCEIÇÃO" in pypdf.PdfReader("print/ICIM-37-badges-es.pdf").pages[0].extract_text()
    assert cli("person", "show", "Iracema", "--json").json["name"] == "Iracema Conceição"


def test_an_undo_is_nobodys_answer(cli, icim):
    """Whoever declined the seat themselves has still done so when the new nomination is taken back."""
    for command in (
        ("org", "add", "Migraciones del Perú", "--acronym", "MIGR", "--country", "PE"),
        ("roster", "nominate", "Eva Ruiz", "--by", "MIGR"),
        ("edition", "edit", "--seats", "31"),
        ("roster", "accept", "Eva Ruiz"),
        ("roster", "decline", "Eva Ruiz"),
        ("roster", "nominate", "Eva Ruiz", "--by", "MIGR"),
        ("undo", "--yes"),
    ):
        assert cli(*command).code == 0, command
    assert [one["status"] for one in cli("roster", "list", "--status", "declined", "--json").json] == ["declined"]

    refused = cli("render", "letters", "regret", "--out", "letters")

    assert (refused.code, refused.err) == (
        4, "Nobody in ICIM-37 was declined by the course, so there is no letter to write.\n",
    )  # fmt: skip
    for command in (("roster", "nominate", "Eva Ruiz", "--by", "MIGR"), ("roster", "decline", "Eva Ruiz")):
        assert cli(*command).code == 0, command
    assert cli("render", "letters", "regret", "--out", "letters").code == 0
    assert names_in(icim / "letters") == ["ICIM-37-regret Eva Ruiz.pdf"]


PAGE = (Path(__file__).parents[2] / "docs" / "letters.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", sorted(set(re.findall(r"coursectl (render [^`\n]+ -e ICIM-37[^`\n]*)", PAGE))))
def test_every_command_of_the_page_about_letters_can_be_typed(cli, icim, line):
    answer = cli(*line.split(" "))

    nobody = {"regret": "Nobody in ICIM-37 was declined", "reserve": "Nobody in ICIM-37 is on the waiting list"}
    expected = nobody.get(line.split(" ")[2], "")
    assert (answer.code, answer.err.startswith(expected)) == (4 if expected else 0, True)
