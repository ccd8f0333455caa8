"""Templates: what a person typed never becomes markup, and what a template's author got wrong is told by line."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest
from document_samples import AT, CERTIFICATE, EDITION, EXPERTS, ROSTER, SHEET, SHEET_BY_SESSION, SYLLABUS
from hypothesis import given, settings
from hypothesis import strategies as st

from coursectl.documents import (
    BadTemplate,
    DocumentForms,
    ModuleFacts,
    NoGlyph,
    TopicFacts,
    catalogs,
    list_documents,
    read_words,
    render,
    render_certificates,
)
from coursectl.documents.catalogs import list_languages, read_catalog
from coursectl.documents.templates import markdown_text, typst_literal
from coursectl.errors import BadInput, CourseError, ExitCode, NotFound, Usage

OUR_WORDS = Path(__file__).parents[2] / "templates" / "lang"
PAYLOADS = [
    '#read("/etc/passwd")',
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% raw %}x{% endraw %}",
    "{/* x */}",
    "=cmd()",
    "[red]",
    "../../x",
    "\\ \" ' ` * _ $ @ ~ # < > // /* */",
    '"); panic("x',
    "]]) #panic()",
    "\\u{41}",
    "&amp;&lt;",
    "'' OR 1=1 --",
    "%s {0} {name}",
    "$ x^2 $",
    "<label> @label",
]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    """Without spaces, which a PDF doesn't hold where lines break."""
    return re.sub(r"\s", "", text)


class PageText(HTMLParser):
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


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_type_is_printed_verbatim_on_a_certificate(payload):
    signatory = replace(CERTIFICATE.signatories[1], name=payload, post=payload)
    facts = replace(CERTIFICATE, name=payload, country_name=payload, serial=payload, signatories=(signatory,))

    (made,) = render_certificates([facts], merged=True, at=AT)

    assert squeezed(text_of(made.data)).count(squeezed(payload)) == 5


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_type_is_printed_verbatim_in_every_format_of_every_document(payload):
    edition = replace(EDITION, course=payload, place=payload)
    expert = replace(EXPERTS[0], name=payload, post=payload)
    session = replace(SYLLABUS.sessions[0], title=payload, experts=(expert,), chairs=(expert,), room=payload)
    documents = {
        "syllabus": replace(
            SYLLABUS,
            edition=edition,
            sessions=(session,),
            experts=(expert,),
            methodology=payload,
            objectives=(payload,),
            modules=(ModuleFacts(1, payload, topics=(TopicFacts(payload),)),),
        ),
        "attendance-sheet": replace(
            SHEET, edition=edition, days=SHEET.days[:1], rows=(replace(SHEET.rows[0], name=payload),)
        ),
        "roster": replace(ROSTER, edition=edition, people=(replace(ROSTER.people[0], name=payload, post=payload),)),
    }
    for forms in list_documents():
        for form in forms.formats if forms.name in documents else ():
            made = render(forms.name, documents[forms.name], format=form, at=AT)
            if form == "pdf":
                assert squeezed(payload) in squeezed(text_of(made))
            elif form == "html":
                page = PageText(made.decode())
                assert payload in page.text
                assert "script" not in page.elements
            elif form == "txt":
                assert payload in made.decode()
            else:
                assert "<script>" not in made.decode()


@settings(max_examples=200)
@given(st.text())
def test_a_typst_literal_is_one_string_whatever_is_in_it(text):
    literal = str(typst_literal(text))

    assert re.fullmatch(r'"(?:[0-9A-Za-z \u00a1-\u1fff\u2030-\ud7ff\uf900-\U0010ffff]|\\u\{[0-9a-f]+\})*"', literal)
    literal.encode()


def test_markdown_shows_what_is_typed():
    assert [str(markdown_text(text)) for text in ("*a* _b_ [c](d) <e> `f` # g", "- x", "1. x", "37.ª", "a\nb", 7)] == [
        "\\*a\\* \\_b\\_ \\[c\\](d) \\<e\\> \\`f\\` \\# g",
        "\\- x",
        "1\\. x",
        "37.ª",
        "a b",
        "7",
    ]


def test_control_characters_are_left_out_everywhere():
    person = replace(ROSTER.people[0], name="A\x00n\x1b[31ma\ufeff\nPérez\ud800")
    facts = replace(ROSTER, people=(person,))

    for form in ("html", "txt", "md"):
        made = render("roster", facts, format=form, at=AT).decode().replace("\\", "")
        assert "An[31ma Pérez" in made
    assert "An[31ma Pérez" in text_of(render("roster", facts, at=AT))


def test_an_emoji_has_no_font_and_is_told():
    with pytest.raises(NoGlyph) as refused:
        render("roster", replace(ROSTER, people=(replace(ROSTER.people[0], name="Ana 😀"),)), at=AT)

    assert 'No font has the characters 😀 (U+1F600) in "Ana 😀" (1, Ana 😀).' in refused.value.sentence()
    assert refused.value.exit_code is ExitCode.BAD_INPUT


def test_documents_and_their_formats_are_listed():
    assert list_documents() == (
        DocumentForms("attendance-sheet", ("pdf", "html")),
        DocumentForms("badges", ("pdf",)),
        DocumentForms("ceremony-order", ("pdf", "html", "txt")),
        DocumentForms("certificates", ("pdf", "docx")),
        DocumentForms("directory", ("pdf", "html", "txt")),
        DocumentForms("handover-list", ("pdf", "html", "txt")),
        DocumentForms("letters", ("pdf", "html", "txt", "docx")),
        DocumentForms("logistics", ("pdf", "html", "csv", "xlsx")),
        DocumentForms("register", ("pdf", "html", "csv", "xlsx")),
        DocumentForms("roster", ("pdf", "html", "txt", "md")),
        DocumentForms("syllabus", ("pdf", "html", "txt", "md")),
        DocumentForms("table-cards", ("pdf",)),
    )


def test_a_document_or_format_that_there_is_not_is_told_with_those_there_are():
    with pytest.raises(NotFound) as missing:
        render("badge", ROSTER, at=AT)
    with pytest.raises(Usage) as wrong:
        render("attendance-sheet", SHEET, format="txt", at=AT)

    assert missing.value.sentence() == (
        "There is no document 'badge'. There are: attendance-sheet, badges, ceremony-order, certificates, directory, "
        "handover-list, letters, logistics, register, roster, syllabus, table-cards."
    )
    assert wrong.value.sentence() == "attendance-sheet is not made as txt. Its formats are: pdf, html."


def own(folder: Path, path: str, text: str) -> list[Path]:
    """A user's templates folder with one template."""
    file = folder / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return [folder]


def word(key: str, text: str) -> str:
    """An entry of a catalog."""
    return f'msgctxt "{key}"\nmsgid "{key}"\nmsgstr "{text}"\n'


def translated_into_itself(english: str) -> str:
    """A catalog of a language that says everything in the words of another."""
    texts = re.sub(r'(msgctxt .*\nmsgid (".*")\nmsgstr) ""', r"\1 \2", english)
    return re.sub(r'(msgid (".*")\nmsgid_plural (".*")\nmsgstr\[0\]) ""\nmsgstr\[1\] ""', r"\1 \2\nmsgstr[1] \3", texts)


def test_a_users_template_comes_before_ours_and_adds_documents(tmp_path):
    templates = own(tmp_path, "roster/roster.txt.j2", "{% for p in facts.people %}{{ p.name }}\n{% endfor %}")
    own(tmp_path, "greeting/greeting.md.j2", "Hola {{ edition.reference }}\n")

    assert render("roster", replace(ROSTER, people=ROSTER.people[:2]), format="txt", templates=templates, at=AT) == (
        "Ana Laura Pérez Quiroga\nMartín Ezequiel Ferreyra\n".encode()
    )
    assert render("greeting", ROSTER, format="md", templates=templates, at=AT) == b"Hola ICIM-37\n"


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("one\n{{ facts.nombre }}\n", 2, "has no attribute 'nombre'"),
        ("one\n\n{{ nombre }}", 3, "'nombre' is undefined"),
        ("{% if %}", 1, "Expected an expression"),
        ("a\n{% for p in facts.people %}\nb\n", 3, "'endfor'"),
        ("a\n{{ facts.people }}", 2, "a value of type tuple can't be printed"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ facts.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ facts.people.append(1) }}", 1, "append"),
        ("{{ facts | nofilter }}", 1, "No filter named 'nofilter'"),
        ("{{ w.nothing }}", 1, "nothing"),
        ("{{ say.count('cats', 2) }}", 1, "cats"),
    ],
)
def test_a_mistake_in_a_template_is_told_by_file_line_and_reason(tmp_path, template, line, reason):
    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=own(tmp_path, "roster/roster.txt.j2", template), at=AT)

    assert f"Template {tmp_path}/roster/roster.txt.j2, line {line}: " in refused.value.sentence()
    assert reason in refused.value.sentence()
    assert refused.value.exit_code is ExitCode.BAD_INPUT


def test_an_include_that_there_is_not_is_told(tmp_path):
    templates = own(tmp_path, "roster/roster.txt.j2", "\n{% include 'base/none.j2' %}")

    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=templates, at=AT)

    assert refused.value.sentence() == (
        f"Template {tmp_path}/roster/roster.txt.j2, line 2: 'base/none.j2' is in no templates folder. "
        "Correct the template, or remove your copy of it."
    )


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ('#set document(title: "x")\n#nada()', 2, "unknown variable: nada"),
        ('#set document(title: "x")\n#read("/etc/passwd")', 2, "file not found"),
        ('#set document(title: "x")\n\n#let a = (', 3, "unclosed delimiter"),
        ('#set document(title: "x")\n#while true {}', 2, "condition is always true"),
        ('#set document(title: "x")\n#let f(x) = f(x)\n#f(1)', 2, "maximum function call depth exceeded"),
        ("{% for p in facts.people %}\n#{{ p.name }}\n{% endfor %}\n\n#{{ facts.as_of.year }} #(", 5, "unclosed delimiter"),
        ("{% macro m() %}\n#nada()\n{% endmacro %}\n{{ edition.number }}\n{{ m() }}", 2, "unknown variable: nada"),
    ],
)  # fmt: skip
def test_an_error_of_typst_is_told_by_the_line_of_the_template(tmp_path, template, line, reason):
    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, templates=own(tmp_path, "roster/roster.typ.j2", template), at=AT)

    file = tmp_path / "roster" / "roster.typ.j2"
    assert refused.value.sentence() == f"Template {file}, line {line}, can't be typeset: {reason}."


def test_an_error_of_typst_in_an_included_part_is_told_by_the_part(tmp_path):
    own(tmp_path, "parts/head.typ.j2", "\n#nada()")
    templates = own(tmp_path, "roster/roster.typ.j2", '#set document(title: "x")\n{% include "parts/head.typ.j2" %}\n')

    with pytest.raises(BadTemplate, match=r"parts/head.typ.j2, line 2, can't be typeset: unknown variable: nada\.$"):
        render("roster", ROSTER, templates=templates, at=AT)


def test_an_error_of_typst_without_a_place_is_told_by_the_template(tmp_path):
    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, templates=own(tmp_path, "roster/roster.typ.j2", "= x"), at=AT)

    assert refused.value.sentence().startswith(f"Template {tmp_path}/roster/roster.typ.j2 can't be typeset: ")
    assert "title" in refused.value.sentence()


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "still no end of its loops"),
        ("{% for a in range(10 ** 9) %}x{% endfor %}", "Range too big"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "maximum recursion depth exceeded"),
        ("{% macro m(n) %}{% if n %}{% set a = m(n - 1) %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(90) }}", "no end"),
        ("{% include 'roster/roster.txt.j2' %}", "maximum recursion depth exceeded"),
        ("{{ 'x' * 10000000000 }}", "the repetition is too long"),
        ("{{ (10000000000 * [1]) | length }}", "the repetition is too long"),
        ("{{ 10 ** 10 ** 10 }}", "the power is too large"),
        ("{{ ''.__class__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ ''['__class__'] }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ ''|attr('__class__') }}", "unsafe"),
        ("{{ say.date.__globals__ }}", "unsafe"),
        ("{{ '{0.__class__}'.format(1) }}", "unsafe"),
    ],
)  # fmt: skip
def test_a_template_can_neither_run_for_ever_nor_break_out(tmp_path, template, reason):
    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=own(tmp_path, "roster/roster.txt.j2", template), at=AT)

    assert refused.value.sentence().startswith(f"Template {tmp_path}/roster/roster.txt.j2, line 1: ")
    assert reason in refused.value.sentence()


def test_loops_know_their_place_and_length_as_ever(tmp_path):
    template = "{% for n in [3, 4] %}{{ loop.index }}/{{ loop.length }} {{ n * 2 }} {{ 2 ** n }}{{ ', ' if not loop.last else '' }}{% endfor %}"
    templates = own(tmp_path, "roster/roster.txt.j2", template)

    assert render("roster", ROSTER, format="txt", templates=templates, at=AT) == b"1/2 6 8, 2/2 8 16"


def test_a_template_that_is_no_utf_8_is_told(tmp_path):
    templates = own(tmp_path, "roster/roster.txt.j2", "x")
    (tmp_path / "roster" / "roster.txt.j2").write_bytes("Nómina".encode("latin-1"))

    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=templates, at=AT)

    assert refused.value.sentence() == f"Template {tmp_path}/roster/roster.txt.j2 is no UTF-8 text. Save it as UTF-8."


def test_a_literal_next_to_template_text_stays_a_literal(tmp_path):
    template = (
        '{% macro shown(name) %}#{{ name }};{% endmacro %}#set document(title: "x")\n'
        "{% set n, t, x = none, true, 4.5 %}#let n = {{ n }}\n#let t = {{ t }}\n= {{ shown('*a*') }} #({{ x }} * 2) #repr(n) #repr(t)"
    )

    made = render("roster", ROSTER, templates=own(tmp_path, "roster/roster.typ.j2", template), at=AT)

    assert "*a* 9 none true" in text_of(made)


def test_what_typst_has_no_literal_for_is_refused(tmp_path):
    with pytest.raises(BadTemplate, match="a value of type date can't be printed"):
        render("roster", ROSTER, templates=own(tmp_path, "roster/roster.typ.j2", "#{{ facts.as_of }}"), at=AT)


def test_an_unknown_language_is_told_with_those_there_are():
    with pytest.raises(BadInput) as refused:
        render("roster", replace(ROSTER, edition=replace(EDITION, language="de")), at=AT)

    assert refused.value.sentence() == (
        "There are no words for documents in 'de'. There are: ar, en, es, fr, pt, ru, zh. Add a file lang/de.po."
    )


def test_adding_a_language_is_a_file_and_words_can_be_changed_one_by_one(tmp_path):
    ours = (OUR_WORDS / "en.po").read_text(encoding="utf-8")
    own(tmp_path, "lang/fa.po", translated_into_itself(ours).replace("List of participants", "فهرست شرکت‌کنندگان"))
    (tmp_path / "lang" / "es.po").write_text(word("roster.title", "Nómina"), encoding="utf-8")

    persian = replace(ROSTER, edition=replace(EDITION, language="fa"))

    assert 'dir="rtl"' in render("roster", persian, format="html", templates=[tmp_path], at=AT).decode()
    assert render("roster", persian, templates=[tmp_path], at=AT).startswith(b"%PDF")
    assert render("roster", ROSTER, format="txt", templates=[tmp_path], at=AT).decode().splitlines()[:2] == [
        "Nómina",
        "37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
    ]


def test_english_of_ones_own_is_its_own_translation(tmp_path):
    own(tmp_path, "lang/en.po", 'msgctxt "roster.title"\nmsgid "Who is who"\nmsgstr ""\n')

    english = replace(ROSTER, edition=replace(EDITION, language="en"))

    assert render("roster", english, format="txt", templates=[tmp_path], at=AT).decode().splitlines()[0] == "Who is who"


def test_words_that_are_fuzzy_or_empty_are_those_of_the_product(tmp_path):
    fuzzy = "#, fuzzy\n" + word("roster.title", "Nómina") + '\nmsgctxt "roster.name"\nmsgid "Name"\nmsgstr ""\n'

    assert read_words("es", [own(tmp_path, "lang/es.po", fuzzy)[0]])["roster"] == read_words("es")["roster"]


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("es.po", "msgid x", r"es\.po: .*"),
        ("es.po", 'msgctxt "roster.title"\nmsgid "x', r"es\.po: .*"),
        ("es.po", 'msgid "x"\nmsgstr "y"\n', r"es\.po: 'x' has no key \(msgctxt\)\."),
        ("es.po", 'msgctxt "page"\nmsgid "Page"\nmsgstr "{number}"\n', r"es\.po: page must be of the same kind, with .*"),
        ("es.po", 'msgctxt "counts.men"\nmsgid "{n} man"\nmsgstr "{n}"\n', r"es\.po: counts\.men must be of .*"),
        ("es.po", 'msgctxt "roster"\nmsgid "x"\nmsgstr "y"\n', r"roster is a text and a group of texts at once\."),
        ("es.po", 'msgctxt "page.x"\nmsgid "x"\nmsgstr "y"\n', r"page\.x is a text and a group of texts at once\."),
        ("es.toml", '[roster]\ntitle = "Nómina"\n', r"es\.toml: words of documents are in gettext files now, and this one is read no more\. Write your words into es\.po, each with its key as msgctxt, and remove it\."),
    ],
)  # fmt: skip
def test_a_language_file_that_cant_be_used_is_told(tmp_path, file, content, reason):
    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=own(tmp_path, f"lang/{file}", content), at=AT)

    assert re.search(reason + "$", refused.value.sentence())


def test_a_language_file_that_lacks_a_word_of_certificates_is_told(tmp_path):
    templates = own(tmp_path, "lang/xx.po", word("certificate.completion.title", "Xx"))

    with pytest.raises(BadTemplate) as refused:
        list(
            render_certificates(
                [replace(CERTIFICATE, edition=replace(EDITION, language="xx"))], templates=templates, at=AT
            )
        )

    assert refused.value.sentence() == ("Words of documents, lang/xx.po: 'hosts' is missing or can't be filled in.")


NEED_NO_NAME = {"letters.salutation.neutral", "letters.salutation.female", "letters.salutation.male"}  # « Madame, »


@pytest.mark.parametrize("language", list_languages())
def test_all_languages_say_the_same_things_with_the_same_facts(language):
    """But for how the title of a course is joined, which goes by the first words that titles have in a language."""

    def made(language: str) -> dict[str, object]:
        words = read_catalog(language).items()
        facts = {key: catalogs._fields(words) for key, words in words if not key.startswith("edition.joined.")}
        return facts | dict.fromkeys(NEED_NO_NAME & facts.keys())

    assert len(made("en")) > 200
    assert made(language) == made("en")


def test_what_is_compiled_is_what_is_written():
    for file in OUR_WORDS.glob("*.po"):
        written, compiled = catalogs._read_text(file), catalogs.read_file(file)

        assert {key: getattr(words, "forms", words) for key, words in written.items()} == {
            key: getattr(words, "forms", words) for key, words in compiled.items()
        }


def test_pages_are_whole_in_themselves_and_in_their_language():
    for document, facts in (("syllabus", SYLLABUS), ("attendance-sheet", SHEET_BY_SESSION), ("roster", ROSTER)):
        page = render(document, facts, format="html", at=AT).decode()

        assert '<html lang="es" dir="ltr">' in page
        assert "@media print" in page
        assert not re.search(r"(?:src|href)=|url\(|@import|<script", page)


def test_the_door_opens_without_loading_what_only_rendering_needs():
    code = "import coursectl.documents, sys; print(sorted({'jinja2', 'typst', 'babel', 'hashlib'} & set(sys.modules)))"

    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert made.stdout.strip() == "[]"


def test_errors_of_documents_are_all_course_errors():
    assert issubclass(BadTemplate, CourseError)
    assert issubclass(NoGlyph, CourseError)
