"""Names that would be something else elsewhere (code, markup, paths): from the command line to paper, as they were typed."""

from __future__ import annotations

import csv
import re
import subprocess
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pypdf
import pytest

LONG = "María de los Ángeles Guadalupe Inmaculada Concepción Ximénez de Sandoval Álvarez de Toledo y Fernández de Córdoba Ríos D"
NASTY = (
    '#read("/etc/passwd")',
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% raw %}x{% endraw %}",
    "{/* x */}",
    "=cmd()",
    "[red]x[/red]",
    "../../x",
    "..\\..\\x",
    "C:\\Windows\\x",
    "$x^2$",
    "*bold* _it_",
    "// comment",
    "/* comment */",
    "@ref <label>",
    "CON",
    "nul.",
    "a: b?",
    "\"quoted\" 'name' `x`",
    "&amp;&lt;b&gt;",
    "%s {0} {name}",
    "'); DROP TABLE person;--",
    "]]) #panic()",
    "O’Higgins–Ñandú",
    LONG,
)


# What stops certificates because it is hardly anybody's name, and is wanted here all the same.
WANTED = ("--accept", "all:stray", "--accept", "all:name_small", "--accept", "all:spaces")


def squeezed(text: str) -> str:
    """Without spaces, which a PDF doesn't hold where lines break."""
    return re.sub(r"\s", "", text)


class Page(HTMLParser):
    """The text of a page and the names of its elements, as a browser sees them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def pdf_text(path: Path) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def poppler_text(path: Path, *options: str) -> str:
    """The text as a viewer copies it: unlike pypdf, Poppler knows which letter the parts of a glyph are."""
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True, text=True).stdout


@pytest.fixture
def run(cli):
    """Run a command that must do its work, and give its answer."""

    def call(*arguments):
        answer = cli(*arguments)
        assert answer.code == 0, (arguments, answer.err)
        return answer

    return call


@pytest.fixture
def edition(run) -> Callable[..., None]:
    """Hold a small edition with these people, by commands alone, up to the issue of their certificates."""

    def hold(*names: str, expert: str = "Silvia Zárate", session: str = "Refugio") -> None:
        run("init")
        run("course", "add", "RMC", "--title", "es=Curso Regional de Migraciones")
        run(
            "edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-02", "--place", "Asunción", "--country", "PY",
            "--seats", "40", "--languages", "es", "--signatory", "Helena Duarte | Directora Regional | OIM",
        )  # fmt: skip
        run("edition", "use", "RMC-4")
        run("expert", "add", expert, "--country", "UY", "--post", "Profesora")
        run(
            "session", "add", session, "--day", "2026-03-02", "--start", "9:00", "--end", "12:00", "--expert", expert,
            "--room", session,
        )  # fmt: skip
        with Path("list.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["name", "country", "email", "org"])
            rows.writerows([name, "AR", f"p{number}@ministry.example", "DNM"] for number, name in enumerate(names))
        run("enroll", "--from", "list.csv")
        run("attend", "mark", "1", "--all", "present")
        run("edition", "close", "--apply")
        run("certificate", "issue", "--on", "2026-03-02")

    return hold


def test_what_is_typed_as_a_name_is_printed_as_that_name_in_every_document(run, edition):
    edition(*NASTY)
    for document in ("attendance-sheet", "roster"):
        run("render", document, "--out", "print")
    run("render", "certificates", "--out", "print", *WANTED)
    run("render", "attendance-sheet", "--out", "print", "--format", "html")
    for form in ("html", "txt", "md"):
        run("render", "roster", "--out", "print", "--format", form)
    run("render", "certificates", "--out", "print", "--merged", "--reverse", *WANTED)

    for document in ("attendance-sheet-es", "roster-es", "certificates"):
        text = pdf_text(Path("print", f"RMC-4-{document}.pdf"))
        assert [name for name in NASTY if squeezed(name) not in text] == []
    for document in ("attendance-sheet-es", "roster-es"):
        page = Page(Path("print", f"RMC-4-{document}.html").read_text(encoding="utf-8"))
        assert [name for name in NASTY if name not in page.text] == []
        assert page.elements & {"script", "b", "label", "red"} == set()
    text = Path("print", "RMC-4-roster-es.txt").read_text(encoding="utf-8")
    assert [name for name in NASTY if name not in text] == []
    markdown = Path("print", "RMC-4-roster-es.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown
    assert [name for name in NASTY if name not in re.sub(r"\\(.)", r"\1", markdown)] == []


def test_each_persons_certificate_is_a_file_with_their_name_in_it(run, edition):
    edition(*NASTY)
    answer = run("render", "certificates", "--out", "print", "--json", *WANTED).json

    register = {one["serial"]: one["name"] for one in run("certificate", "list", "--json").json}
    printed = {name.split(" ")[0]: pdf_text(Path("print", name)) for name in answer["files"]}
    assert sorted(register.values()) == sorted(NASTY)
    assert printed.keys() == register.keys()
    assert [serial for serial, name in register.items() if squeezed(name) not in printed[serial]] == []


def test_files_named_after_people_have_names_that_windows_takes_and_stay_in_their_folder(run, edition):
    edition("CON", "nul.", "a: b?", "../../x", "..\\x", "aux .", 'say "x"', "x" * 120, "a\u202egnp.exe")
    before = set(Path().rglob("*"))

    answer = run("render", "certificates", "--out", "print", "--json", *WANTED).json

    written = {path for path in Path().rglob("*") if path.is_file()} - before
    assert written == {Path("print", name) for name in (*answer["files"], *answer["manifest"])}
    assert sorted(re.sub(r"RMC-2026-\d+ ", "", name) for name in answer["files"]) == [
        ".. .. x.pdf",
        ".. x.pdf",
        "CON.pdf",
        "a b.pdf",
        "agnp.exe.pdf",
        "aux.pdf",
        "nul.pdf",
        "say x.pdf",
        "x" * 120 + ".pdf",
    ]


def test_a_name_of_120_letters_stays_within_the_page(run, edition):
    edition(LONG, "W" * 120, "Ana " + "mw" * 58)
    run("render", "certificates", "--out", "print", "--merged", *WANTED)

    boxes = poppler_text(Path("print", "RMC-4-certificates.pdf"), "-bbox")
    edges = r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">'
    words = [tuple(map(float, found)) for found in re.findall(edges, boxes)]
    outside = [word for word in words if not (20 < word[0] < word[2] < 822 and 20 < word[1] < word[3] < 575)]
    assert (boxes.count("<page "), len(words) > 100, outside) == (3, True, [])


def test_names_of_other_scripts_are_printed_as_they_are(run, edition):
    names = ("Ελένη Παππά", "Ёлка Щукина", "Nguyễn Thị Ánh", "Łukasz Żółć", "A\u200dB", "Jose\u0301 Peña")
    edition(*names, "علي بن محمد الهاشمي")
    for arguments in (["roster"], ["attendance-sheet"], ["certificates", "--merged", *WANTED]):
        run("render", *arguments, "--out", "print")
    run("render", "roster", "--out", "print", "--format", "txt")

    for path in Path("print").glob("*.pdf"):
        text = squeezed(unicodedata.normalize("NFC", poppler_text(path)))
        printed = [unicodedata.normalize("NFC", name).replace("\u200d", "") for name in names]
        assert [name for name in printed if squeezed(name) not in text.replace("\u200d", "")] == []
        with pikepdf.open(path) as pdf:
            fonts = [
                str(one.FontName) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one
            ]
        assert len([font for font in fonts if "Amiri" in font]) == 1
    assert "علي بن محمد الهاشمي" in Path("print", "RMC-4-roster-es.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "characters"),
    [
        ("Ana 😀", "😀 (U+1F600)"),
        ("กขค", "ก (U+0E01) ข (U+0E02) ค (U+0E04)"),
        ("שלום", "ש (U+05E9) ל (U+05DC) ו (U+05D5) ם (U+05DD)"),
    ],
)
def test_letters_that_no_font_has_are_told_by_person_and_nothing_is_printed(cli, edition, name, characters):
    edition("Ana Pérez", name)

    for arguments in (["roster"], ["attendance-sheet"]):
        refused = cli("render", *arguments, "--out", "print")
        assert (refused.code, refused.err.count("\n")) == (5, 1)
        assert refused.err.startswith(f'No font has the characters {characters} in "{name}" (')
        assert f"{name}). Write it in Latin or Arabic letters" in refused.err
    for options in ((), ("--merged", "--reverse")):
        refused = cli("render", "certificates", "--out", "print", "--json", *options)
        told = next(one for one in refused.json if one["rule"] == "glyph")
        assert (refused.code, told["rule"], told["name"]) == (4, "glyph", name)
        assert f"no font has the characters {characters} in" in told["what"]
    assert not Path("print").exists()


def test_what_is_typed_as_an_expert_a_session_or_a_room_is_printed_as_that(run, edition):
    nasty = '#panic("x") <script>alert(1)</script> {{ 7*7 }} $x$ *b* // c'
    edition("Ana Pérez", expert=nasty, session=nasty)
    for form in ("pdf", "html", "txt", "md"):
        run("render", "syllabus", "--out", "print", "--format", form)

    assert pdf_text(Path("print", "RMC-4-syllabus-es.pdf")).count(squeezed(nasty)) >= 4
    page = Page(Path("print", "RMC-4-syllabus-es.html").read_text(encoding="utf-8"))
    assert (page.text.count(nasty) >= 4, "script" in page.elements) == (True, False)
    assert "<script>" not in Path("print", "RMC-4-syllabus-es.md").read_text(encoding="utf-8")
