"""`coursectl render`: every document to files, whole or not at all, and what is said where that can't be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
import pytest

from coursectl.cli.app import run as run_here

EXAMPLE = Path(__file__).parents[2] / "examples" / "icim-37"
FORMATS = {
    "syllabus": ("pdf", "html", "txt", "md"),
    "attendance-sheet": ("pdf", "html"),
    "roster": ("pdf", "html", "txt", "md"),
}
THAI = 'No font has the characters ก (U+0E01) ข (U+0E02) in "กข" '


@pytest.fixture(scope="module")
def _issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, closed, with its certificates of completion and instruction issued."""
    store = tmp_path_factory.mktemp("render") / "coursectl.db"
    for command in (
        "init",
        f"import {EXAMPLE}",
        "edition close ICIM-37 --apply",
        "certificate issue -e ICIM-37 --on 2015-03-21",
        "certificate issue -e ICIM-37 --on 2015-03-21 --kind instruction",
    ):
        assert run_here([*command.split(" "), "--store", str(store), "-q"]) == 0
    return store


@pytest.fixture
def icim(_issued: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder with that store, where the edition is in use."""
    shutil.copy(_issued, "coursectl.db")
    monkeypatch.setenv("COURSECTL_EDITION", "ICIM-37")
    return Path.cwd()


def all_in(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, hidden files too; folders end in a slash."""
    found = sorted(path for path in folder.rglob("*") if not path.name.startswith("coursectl.db"))
    return {
        f"{path.relative_to(folder)}" + "/" * path.is_dir(): b"" if path.is_dir() else path.read_bytes()
        for path in found
    }


def text_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages)


@pytest.mark.parametrize(("document", "form"), [(name, form) for name, forms in FORMATS.items() for form in forms])
def test_a_document_is_written_in_each_of_its_formats_and_the_file_is_named(cli, icim, document, form):
    answer = cli("render", document, "--out", "print", "--format", form, "--json")

    name = f"ICIM-37-{document}-es.{form}"
    assert (answer.code, answer.json) == (
        0,
        {"document": document, "edition": "ICIM-37", "folder": "print", "files": [name], "certificates": 0},
    )
    assert list(all_in(icim / "print")) == [name]
    assert cli("render", document, "--out", "print", "--format", form).out == f"ICIM-37: print/{name}\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("attendance-sheet --format txt", "attendance-sheet is not made as txt. Its formats are: pdf, html."),
        ("roster --format docx", "roster is not made as docx. Its formats are: pdf, html, txt, md."),
        ("certificates --format html", "Certificates are made as pdf or docx, not as html."),
        (
            "certificates --kind merit",
            "'merit' is no kind of certificate. Use one of: completion, participation, instruction.",
        ),
        ("attendance-sheet --by week", "A sheet is signed by half-day or by session, not by 'week'."),
    ],
)
def test_a_form_that_there_is_not_is_told_with_those_there_are(cli, icim, arguments, sentence):
    answer = cli("render", *arguments.split(" "), "--out", "print")

    assert (answer.code, answer.out, answer.err) == (2, "", f"{sentence}\n")
    assert all_in(icim) == {}


def test_a_document_that_there_is_not_is_told_with_those_there_are(cli, icim):
    answer = cli("render", "memo", "--out", "print")

    assert (answer.code, answer.err) == (
        2,
        "coursectl render has no command 'memo'. See: coursectl render --help\n",
    )


def test_certificates_are_a_file_each_or_one_to_print(cli, icim):
    each = cli("render", "certificates", "--out", "each", "--json").json
    some = cli("render", "certificates", "--out", "some", "--kind", "instruction", "--json").json
    merged = cli("render", "certificates", "--out", "one", "--merged", "--kind", "completion", "--json").json
    both_sides = cli("render", "certificates", "--out", "two", "--merged", "--reverse", "--kind", "completion").out

    assert (len(each["files"]), each["certificates"], len(some["files"])) == (50, 50, 23)
    assert sorted([*each["files"], *each["manifest"]]) == list(all_in(icim / "each"))
    assert each["manifest"] == ["ICIM-37-certificates-manifest.csv", "ICIM-37-certificates-manifest.pdf"]
    assert set(some["files"]) < set(each["files"])
    assert (merged["files"], merged["certificates"]) == (["ICIM-37-certificates.pdf"], 27)
    assert len(pypdf.PdfReader("one/ICIM-37-certificates.pdf").pages) == 27
    assert both_sides == (
        "ICIM-37: two/ICIM-37-certificates.pdf\nThey are listed in order in ICIM-37-certificates-manifest.pdf.\n"
    )
    assert len(pypdf.PdfReader("two/ICIM-37-certificates.pdf").pages) == 54


def test_each_certificate_is_in_the_persons_language_unless_lang_says_otherwise(cli, icim):
    cli("render", "certificates", "--out", "own", "--kind", "completion")
    cli("render", "certificates", "--out", "fr", "--kind", "completion", "--lang", "fr")

    languages = []
    for path in sorted((icim / "own").glob("ICIM-2015-*.pdf")):
        with pikepdf.open(path) as pdf:
            languages.append(str(pdf.Root.Lang))
    assert {language: languages.count(language) for language in sorted(set(languages))} == {"es": 22, "fr": 2, "pt": 3}
    french = [text_of(path) for path in (icim / "fr").glob("ICIM-2015-*.pdf")]
    assert len(french) == 27
    assert [text for text in french if "Certificat de réussite" not in text or "37e édition" not in text] == []


@pytest.mark.parametrize("document", ["syllabus", "attendance-sheet", "roster", "certificates"])
def test_every_pdf_is_archival_accessible_and_has_its_fonts(cli, icim, document):
    assert cli("render", document, "--out", "print", *["--merged"] * (document == "certificates")).code == 0
    (path,) = (one for one in (icim / "print").glob("*.pdf") if "manifest" not in one.name)

    with pikepdf.open(path) as pdf:
        with pdf.open_metadata() as metadata:
            claims = [metadata[name] for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]
            title = metadata["dc:title"]
        descriptors = [
            obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/FontDescriptor"
        ]
        fonts = {str(one.FontName) for one in descriptors}
        embedded = [any(f"/FontFile{n}" in one for n in ("", "2", "3")) for one in descriptors]
        assert claims == ["2", "A", "1"]
        assert (bool(pdf.Root.MarkInfo.Marked), str(pdf.Root.Lang)) == (True, "es")
        assert "Curso Interamericano sobre Migraciones Internacionales" in title
        assert [name for name in fonts if "Noto" not in name] == []
        assert (len(embedded) > 0, all(embedded)) == (True, True)


def test_two_runs_give_the_same_bytes(cli, icim):
    for folder in ("one", "two"):
        for document in FORMATS:
            cli("render", document, "--out", folder)
        cli("render", "certificates", "--out", folder)
        cli("render", "certificates", "--out", folder, "--merged", "--reverse")

    assert (
        len(all_in(icim / "one")) == 58
    )  # of the certificates there are two lists: one for the files, one for the pages
    assert all_in(icim / "one") == all_in(icim / "two")


def test_rendering_again_is_harmless_where_nothing_changed(cli, icim):
    first = cli("render", "certificates", "--out", "print", "--json").json
    before = all_in(icim)

    assert cli("render", "certificates", "--out", "print", "--json").json == first | {"logged": 0}
    assert (first["logged"], all_in(icim)) == (50, before)


def test_nothing_is_overwritten_without_force(cli, icim):
    (icim / "print").mkdir()
    path = icim / "print" / "ICIM-37-roster-es.txt"
    path.write_text("Mine", encoding="utf-8")

    refused = cli("render", "roster", "--format", "txt", "--out", "print")
    kept = path.read_text(encoding="utf-8")
    forced = cli("render", "roster", "--format", "txt", "--out", "print", "--force")

    assert (refused.code, refused.out, kept, forced.code) == (4, "", "Mine", 0)
    assert refused.err == (
        "print/ICIM-37-roster-es.txt exists already and is different. "
        "Give --force to replace it, or another folder with --out.\n"
    )
    assert path.read_text(encoding="utf-8").startswith("Lista de participantes\n")


def test_one_certificate_in_the_way_keeps_all_of_them_out(cli, icim):
    names = cli("render", "certificates", "--out", "print", "--json").json["files"]
    for name in names[:30]:
        (icim / "print" / name).unlink()
    (icim / "print" / names[40]).write_bytes(b"Signed and scanned")
    before = all_in(icim)

    refused = cli("render", "certificates", "--out", "print")

    assert refused.code == 4
    assert refused.err.startswith(f"print/{names[40]} exists already and is different.")
    assert all_in(icim) == before
    assert cli("render", "certificates", "--out", "print", "--force").code == 0
    assert [name for name in all_in(icim / "print") if "manifest" not in name] == sorted(names)


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_in_the_place_of_a_certificate_keeps_all_of_them_out(cli, icim, force):
    name = cli("render", "certificates", "--out", "other", "--json").json["files"][40]
    (icim / "print" / name).mkdir(parents=True)
    before = all_in(icim)

    refused = cli("render", "certificates", "--out", "print", *force)

    assert (refused.code, refused.err) == (
        5,
        f"print/{name} is a folder, so no file of that name can be written.\n",
    )
    assert all_in(icim) == before


@pytest.mark.parametrize("document", ["syllabus", "certificates"])
def test_a_folder_that_is_a_file_is_told(cli, icim, document):
    (icim / "print").write_text("x", encoding="utf-8")

    for out in ("print", "print/deeper"):
        refused = cli("render", document, "--out", out)
        assert (refused.code, refused.err) == (5, f"{out} is not a folder. Name one with --out.\n")
    assert all_in(icim) == {"print": b"x"}


def test_a_place_where_the_system_lets_nobody_write_is_told_in_a_sentence(cli, icim):
    refused = cli("render", "roster", "--out", "/proc")

    assert (refused.code, refused.out) == (5, "")
    assert refused.err == "/proc can't be written: No such file or directory.\n"


def test_folders_are_made_whatever_they_are_called(cli, icim):
    folder = icim / "Año 2015" / "37.ª edición" / "imprimir"

    answer = cli("render", "roster", "--out", folder, "--format", "md")

    assert answer.out == f"ICIM-37: {folder / 'ICIM-37-roster-es.md'}\n"
    assert list(all_in(folder)) == ["ICIM-37-roster-es.md"]


@pytest.mark.parametrize("arguments", [("roster",), ("attendance-sheet",)])
def test_a_name_that_no_font_has_is_told_before_anything_is_printed(cli, icim, arguments):
    assert cli("person", "edit", "Derlis Cañete Duarte", "--name", "กข").code == 0

    refused = cli("render", *arguments, "--out", "new/print")

    assert (refused.code, refused.out) == (5, "")
    assert refused.err.startswith(THAI)
    assert refused.err.count("\n") == 1
    assert all_in(icim) == {}


def test_what_is_not_there_yet_is_told_with_the_command_that_makes_it(cli, icim):
    def said(*arguments: str) -> tuple[int, str]:
        answer = cli("render", *arguments, "--out", "print")
        return answer.code, answer.err

    assert said("certificates", "--kind", "participation") == (
        4,
        "ICIM-37 has no participation certificates to print. "
        "Issue them with: coursectl certificate issue -e ICIM-37 --kind participation\n",
    )
    assert said("certificates", "-e", "ICIM-36") == (
        4,
        "ICIM-36 has no certificates to print. Issue them with: coursectl certificate issue -e ICIM-36\n",
    )
    for document in FORMATS:
        assert said(document, "-e", "ICIM-36") == (
            4,
            "ICIM-36 has no dates yet. Give it some: coursectl edition edit ICIM-36 --start DATE --end DATE\n",
        )
    assert said("roster", "-e", "ICIM-99")[0] == 3
    assert all_in(icim) == {}


def test_an_edition_of_which_only_the_dates_are_known_has_a_syllabus_and_an_empty_list(cli, icim):
    cli("edition", "add", "ICIM-50", "--start", "2018-03-07", "--end", "2018-03-18", "--languages", "en")

    syllabus = cli("render", "syllabus", "-e", "ICIM-50", "--out", "print", "--format", "md")
    roster = cli("render", "roster", "-e", "ICIM-50", "--out", "print", "--format", "txt")
    sheet = cli("render", "attendance-sheet", "-e", "ICIM-50", "--out", "print")

    assert (syllabus.code, roster.code) == (0, 0)
    assert "0 hours" not in (icim / "print" / "ICIM-50-syllabus-en.md").read_text(encoding="utf-8")
    listed = (icim / "print" / "ICIM-50-roster-en.txt").read_text(encoding="utf-8").splitlines()
    assert listed[0] == "List of participants"
    assert "There are no participants yet." in listed
    assert [line for line in listed if "0 participants" in line] == []
    assert (sheet.code, sheet.err) == (
        4,
        "ICIM-50 has no session to sign for. Enter the program: coursectl session import FILE -e ICIM-50\n",
    )


def test_a_language_without_words_is_told(cli, icim):
    refused = cli("render", "roster", "--out", "print", "--lang", "de")

    assert (refused.code, refused.err) == (
        5,
        "There are no words for documents in 'de'. There are: ar, en, es, fr, pt, ru, zh. Add a file lang/de.po.\n",
    )


# One's own templates --------------------------------------------------------------------------------------------------


def own(folder: Path, text: str, name: str = "roster/roster.txt.j2") -> Path:
    """A user's template; its file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_templates_are_taken_from_the_named_folder_then_from_beside_the_store_then_ours(cli, icim):
    def first_line(*arguments: str) -> str:
        answer = cli("render", "roster", "--format", "txt", "--out", "print", "--force", *arguments)
        assert answer.code == 0, answer.err
        return (icim / "print" / "ICIM-37-roster-es.txt").read_text(encoding="utf-8").splitlines()[0]

    ours = first_line()
    own(icim / "templates", "Beside {{ edition.reference }}\n")
    beside = first_line()
    own(icim / "mine", "Mine {{ facts.people | length }}\n")

    assert (ours, beside) == ("Lista de participantes", "Beside ICIM-37")
    assert first_line("--templates", "mine") == "Mine 28"


def test_a_folder_of_templates_that_is_not_there_is_told(cli, icim):
    refused = cli("render", "roster", "--out", "print", "--templates", "plantillas")

    assert (refused.code, refused.err) == (3, "There is no folder plantillas to take templates from.\n")
    assert all_in(icim) == {}


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("a\n{{ nombre }}", 2, "'nombre' is undefined"),
        ("a\n\n{{ facts.nombre }}", 3, "has no attribute 'nombre'"),
        ("{% for p in facts.people %}", 1, "Unexpected end of template"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", 1, "no end of its loops"),
        ("\n{{ ''.__class__ }}", 2, "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ self.__init__.__globals__ }}", 1, "unsafe"),
        ("{% include '../../../../etc/passwd' %}", 1, "is in no templates folder"),
    ],
)
def test_a_mistake_in_a_template_is_one_sentence_with_file_and_line(cli, icim, template, line, reason):
    file = own(icim / "mine", template)

    refused = cli("render", "roster", "--format", "txt", "--out", "print", "--templates", "mine")

    assert (refused.code, refused.out, refused.err.count("\n")) == (5, "", 1)
    assert refused.err.startswith(f"Template {file}, line {line}: ")
    assert reason in refused.err
    assert not (icim / "print").exists()


def test_a_mistake_of_typst_is_one_sentence_with_file_and_line(cli, icim):
    own(icim / "mine", '#set document(title: "x")\n{{ edition.number }}\n\n#let x = (', "roster/roster.typ.j2")
    own(icim / "mine", "\n\n#nada(1)", "certificates/certificates.typ.j2")

    roster = cli("render", "roster", "--out", "print", "--templates", "mine")
    certificates = cli("render", "certificates", "--out", "print", "--templates", "mine")

    assert (roster.code, roster.err) == (
        5,
        "Template mine/roster/roster.typ.j2, line 4, can't be typeset: unclosed delimiter.\n",
    )
    assert (certificates.code, certificates.err) == (
        5,
        "Template mine/certificates/certificates.typ.j2, line 3, can't be typeset: unknown variable: nada.\n",
    )
    assert not (icim / "print").exists()


def test_certificates_are_word_files_too_and_from_an_offices_own_design(cli, icim):
    cli("template", "copy", "certificate", "--format", "docx", "--to", "mine")
    cli("template", "copy", "certificate", "--to", "mine")

    word = cli("render", "certificates", "--out", "word", "--format", "docx", "--kind", "instruction", "--json").json
    merged = cli(
        "render", "certificates", "--out", "one", "--merged", "--template", "mine/certificates/certificates.docx"
    ).out.splitlines()[0]
    typst = cli(
        "render", "certificates", "--out", "two", "--merged", "--template", "mine/certificates/classic.typ.j2"
    ).out.splitlines()[0]
    assert (len(word["files"]), {Path(name).suffix for name in word["files"]}) == (23, {".docx"})
    assert merged == "ICIM-37: one/ICIM-37-certificates.docx"
    assert typst == "ICIM-37: two/ICIM-37-certificates.pdf"


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("none.docx", 3, "There is no template none.docx. Make one with: coursectl template copy certificate"),
        ("folder.docx", 5, "folder.docx is a folder, not a template. Name the file in it."),
        (
            "design.txt",
            2,
            "design.txt is no template of certificates: its name ends in .docx (Word) or .typ.j2 (Typst).",
        ),
        ("rubbish.docx", 5, "Template {here}/rubbish.docx is no Word file (.docx)."),
        ("latin.typ.j2", 5, "Template {here}/latin.typ.j2 is no UTF-8 text. Save it as UTF-8."),
    ],
)
def test_a_design_that_is_none_is_told(cli, icim, name, code, sentence):
    Path("folder.docx").mkdir()
    Path("rubbish.docx").write_bytes(bytes(range(256)) * 40)
    Path("latin.typ.j2").write_bytes("Señora".encode("cp1252"))

    answer = cli("render", "certificates", "--out", "print", "--template", name)
    assert (answer.code, answer.out, answer.err) == (code, "", f"{sentence.format(here=Path.cwd())}\n")
    assert not Path("print").exists()
