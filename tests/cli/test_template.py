"""Templates that staff own: listed, copied with remarks, checked with the worst data there is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from babel.messages.pofile import read_po

from coursectl.documents.wording import read_words

TEMPLATES = Path(__file__).parents[2] / "templates"
OWN = Path("templates")


def own(path: str, text: str) -> Path:
    file = OWN / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def ours(path: str) -> str:
    return (TEMPLATES / path).read_text(encoding="utf-8")


def word(path: str, *paragraphs: str) -> None:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    file = OWN / path
    file.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(file))


def test_every_template_is_listed_with_where_it_is_from(cli):
    own("roster/roster.md.j2", "x")
    own("greeting/greeting.txt.j2", "x")

    listed = cli("template", "list", "--json").json
    assert {(one["name"], one["format"]) for one in listed} >= {
        ("certificates", "pdf"), ("certificates", "docx"), ("letters", "docx"), ("base", "pdf"), ("words", "es"),
    }  # fmt: skip
    assert [one for one in listed if one["own"]] == [
        {"name": "greeting", "format": "txt", "path": "greeting/greeting.txt.j2", "file": "templates/greeting/greeting.txt.j2", "own": True, "overrides": False},
        {"name": "roster", "format": "md", "path": "roster/roster.md.j2", "file": "templates/roster/roster.md.j2", "own": True, "overrides": True},
    ]  # fmt: skip
    shown = {line.split()[0] + line.split()[1]: line for line in cli("template", "list").out.splitlines()}
    assert "yours, instead of the built-in one" in shown["rostermd"]
    assert "built-in" in shown["rosterpdf"]


def test_a_template_is_shown_as_it_is(cli):
    assert cli("template", "show", "certificate").out == ours("certificates/classic.typ.j2")
    assert cli("template", "show", "certificate", "--design", "modern").out == ours("certificates/modern.typ.j2")
    assert cli("template", "show", "certificates/page.typ.j2").out == ours("certificates/page.typ.j2")
    assert cli("template", "show", "words", "--lang", "es").out == ours("lang/es.po")
    assert "{{ certificate.name }}" in cli("template", "show", "certificate", "--format", "docx").out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "diploma"), 3, "There is no template 'diploma'. There are: "),
        (("copy", "roster", "--format", "docx"), 2, "There is no template of roster for docx. There are: pdf, html, txt, md.\n"),
        (("copy", "words"), 2, "Words are of a language: say which with --lang.\n"),
        (("copy", "certificate", "--design", "baroque"), 3, "There is no design 'baroque' of certificates.\n"),
    ],
)  # fmt: skip
def test_a_template_that_there_is_not_is_told(cli, arguments, code, sentence):
    answer = cli("template", *arguments)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith(sentence)


@pytest.mark.parametrize(
    ("name", "format", "path"),
    [
        ("certificate", "pdf", "certificates/classic.typ.j2"),
        ("roster", "html", "roster/roster.html.j2"),
        ("syllabus", "md", "syllabus/syllabus.md.j2"),
        ("letters", "txt", "letters/letters.txt.j2"),
        ("badges", "pdf", "badges/badges.typ.j2"),
    ],
)
def test_a_copy_begins_with_remarks_and_makes_the_same_document(cli, name, format, path):
    answer = cli("template", "copy", name, "--format", format)

    document = path.partition("/")[0]
    assert answer.out == (f"templates/{path} is yours to change. Check it with: coursectl template check {document}\n")
    copied = (OWN / path).read_text(encoding="utf-8")
    remarks, _, rest = copied.partition("*/}\n")
    assert rest == ours(path)
    assert f"This is your copy of the template of {document} ({format}); these remarks aren't printed." in remarks
    assert f"coursectl template check {document}" in remarks
    assert cli("template", "check", name, "--lang", "fr").code == 0


def test_a_copy_speaks_the_tools_language_and_names_the_fields(cli, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "es")

    cli("template", "copy", "certificate")
    remarks = (OWN / "certificates/classic.typ.j2").read_text(encoding="utf-8").partition("*/}")[0]
    assert "Esta es su copia de la plantilla de certificates (pdf)" in remarks
    assert "    Sheet: form, name, country, serial, size, code\n" in remarks


def test_a_copy_never_overwrites_unless_it_is_told_to(cli):
    own("roster/roster.typ.j2", "mine")

    answer = cli("template", "copy", "roster")
    assert (answer.code, answer.err) == (
        4,
        "templates/roster/roster.typ.j2 exists already and is different. Give --force to replace it, or another folder with --to.\n",
    )
    assert (OWN / "roster/roster.typ.j2").read_text() == "mine"
    assert cli("template", "copy", "roster", "--force").code == 0


def test_a_dry_run_copies_nothing_and_to_names_another_folder(cli):
    assert cli("template", "copy", "roster", "--dry-run").code == 0
    assert not OWN.exists()

    assert cli("template", "copy", "roster", "--to", "others", "--json").json == {
        "template": "roster", "format": "pdf", "source": str(TEMPLATES / "roster/roster.typ.j2"), "file": "others/roster/roster.typ.j2",
    }  # fmt: skip
    assert Path("others/roster/roster.typ.j2").is_file()


@pytest.mark.parametrize("language", ["ar", "en", "es", "zh"])
def test_the_words_of_a_language_are_copied_as_gettext_with_each_word_to_change(cli, language):
    cli("template", "copy", "words", "--lang", language)

    file = OWN / f"lang/{language}.po"
    remarks, _, _entries = file.read_text(encoding="utf-8").partition("\nmsgid")
    assert remarks.splitlines()[:2] == [
        "# Words of documents: a copy of yours.",
        "# Each entry has a key (msgctxt), the text in English (msgid) and what documents say (msgstr): change the last alone.",
    ]
    with file.open("rb") as copied, (TEMPLATES / f"lang/{language}.po").open("rb") as built_in:
        mine, theirs = (read_po(stream, locale=language, abort_invalid=True) for stream in (copied, built_in))
    assert [
        one for one in mine if one.id and not all([one.string] if isinstance(one.string, str) else one.string)
    ] == []
    assert [one.context for one in mine] == [one.context for one in theirs]
    assert read_words(language, [OWN]) == read_words(language)
    assert cli("template", "check", "roster", "--lang", language).code == 0


def test_a_word_that_is_changed_in_a_copy_is_printed(cli):
    cli("template", "copy", "words", "--lang", "en")
    file = OWN / "lang/en.po"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('msgstr "Certificate of completion"', 'msgstr "Diploma"'), encoding="utf-8")

    assert read_words("en", [OWN])["certificate"]["completion"]["title"] == "Diploma"


def test_the_remarks_of_a_word_copy_are_seen_in_word_and_left_out_of_what_is_made(cli):
    cli("template", "copy", "certificate", "--format", "docx")

    texts = [one.text for one in docx.Document(str(OWN / "certificates/certificates.docx")).paragraphs]
    assert texts[:2] == [
        "{%p if false %}",
        "This is your copy of the template of certificates (docx); these remarks aren't printed.",
    ]
    assert cli("template", "check", "certificate", "--lang", "en").code == 0


def test_nothing_breaks_in_the_built_in_templates(cli):
    answer = cli(
        "template", "check", "--lang", "ar"
    )  # all languages take a minute; .ci/run has this one, and certificates below

    assert (answer.code, answer.out) == (0, "")
    assert answer.err.startswith("Nothing breaks: ")


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        ("base", ("#certificate(forms.at({{ sheet.form }}), {{ sheet.name }}", '#certificate(forms.at({{ sheet.form }}), "Ana"'), "it doesn't print "),
        ("base", ("{{ sheet.country }}, {{ sheet.serial }}", '{{ sheet.country }}, "1"'), "it doesn't print 'ICIM-2015-0001'. (every kind and sex; en)"),
        ("base", ("title: {{ title }}", "title: none"), "can't be typeset: PDF/UA-1 error: missing document title"),
        ("base", (", alt: {{ form.crest_alt }}", ""), ", can't be typeset: PDF/A-2a, PDF/UA-1 error: missing alt text"),
        ("base", ("{% if form.crest %}(..size) => image({{ form.crest }}", "{% if true %}(..size) => image({{ form.crest }}"), "can't be typeset: expected "),
        ("base", ("motto: {{ form.motto }}", "motto: {{ form.lema }}"), "'coursectl.documents.certificates.forms.Form object' has no attribute 'lema'"),
        ("base", ("{% if reverse and", "{% if false %}{{ nombre }}{% endif %}{% if reverse and"), "there is no 'nombre'. There are: author, colors, forms, language, page, reverse, sheets, title."),
        ("base", ("  if form.duplicate !=", "  if false and form.duplicate !="), "it doesn't print 'DUPLICATE'. (a duplicate; en)"),
        ("base", ("  if code != none {", "  if false {"), "it doesn't print 'K7QM2XWZ4VNHTB9DRJ6S'. (a code on the sheet; en)"),
        ("classic", ("middle: if form.second != none { middle-of-two(form) } else", "middle: if true"), "it doesn't print 'Inter-American Course on International Migration'. (two languages on one sheet; en)"),
        ("classic", ("  form.top\n", "  form.top\n  v(200mm)\n"), "something doesn't fit. (every kind and sex; en)"),
        ("classic", ("  form.top\n", '  place(top + left, dx: -200mm, "away")\n  form.top\n'), "something begins outside of the page."),
        ("page", ("  width: page-width,", "  width: 297mm,"), "it makes pages of 297 × 216 mm where the paper has 279 × 216 mm. (Letter paper; en)"),
        ("page", ("{% elif page.calibration %}", "{% elif page.calibration %}{{ page.rulers }}"), "has no attribute 'rulers'"),
        ("manifest", ("{{ row.serial }}", '"1"'), "it doesn't print 'ICIM-2015-0001'. (one file for all; en)"),
        ("manifest", ("{{ headers[0] }}", "{{ heads }}"), "there is no 'heads'. There are: edition, groups, headers, paper, rows, say, title, total, w."),
    ],
)  # fmt: skip
def test_what_breaks_in_a_template_of_certificates_is_told(cli, path, change, said):
    source = ours(f"certificates/{path}.typ.j2")
    assert change[0] in source
    own(f"certificates/{path}.typ.j2", source.replace(*change))

    checked = "manifest" if path == "manifest" else "classic"  # one design is enough: all have what they share
    answer = cli("template", "check", f"certificates/{checked}.typ.j2", "--lang", "en")
    assert (answer.code, answer.err) == (5, "")
    assert answer.out.startswith("- Template ")
    assert said in answer.out


@pytest.mark.parametrize("path", ["certificates/base.typ.j2", "certificates/page.typ.j2", "certificates/manifest.typ.j2", "base/base.typ.j2", "base/code.typ.j2"])  # fmt: skip
def test_a_copy_of_what_designs_share_works_and_is_checked_with_them(cli, path):
    copied = cli("template", "copy", path)

    assert (copied.code, copied.out.partition(" is yours")[0]) == (0, f"templates/{path}")
    assert (OWN / path).read_text(encoding="utf-8").endswith(ours(path))
    checked = path if "manifest" in path else "certificates/classic.typ.j2"
    answer = cli("template", "check", checked, "--lang", "en")
    assert (answer.code, answer.out) == (0, "")


def test_a_design_of_ones_own_is_checked_with_the_built_in_ones(cli):
    own(
        "certificates/andina.typ.j2",
        '{% extends "certificates/classic.typ.j2" %}{% block colors %}{{ nada }}{% endblock %}',
    )

    answer = cli("template", "check", "certificate", "--lang", "en")
    assert (answer.code, "there is no 'nada'" in answer.out) == (5, True)


def test_what_breaks_is_told_as_json_with_the_data_it_was_seen_with(cli):
    file = own("roster/roster.txt.j2", "{% for one in facts.people %}{{ one.name.split()[1] }}{% endfor %}")

    answer = cli("template", "check", "roster", "--lang", "es", "--json")
    assert (answer.code, answer.json["ok"]) == (5, False)
    assert answer.json["breakages"][0] == {
        "template": "roster", "format": "txt", "file": str(file), "data": "names of all kinds", "languages": ["es"], "times": 1,
        "what": f"Template {file.absolute()}, line 1: list object has no element 1. Correct the template, or remove your copy of it.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (("{{ certificate.nombre }} {{ certificate.serial }}",), '"{{ certificate.nombre }} {{ certificate.serial }}": '),
        (("{{ certificate.name }", "{{ certificate.serial }}"), "\"{{ certificate.name }"),
        (("{{r certificate.name }}",), "it doesn't print 'ICIM-2015-0001'"),
        (("{{ nombre }}",), "there is no 'nombre'. There are: certificate, certificates."),
        (("{% if false %}{{ nombre }}{% endif %}",), "there is no 'nombre'. There are: certificate, certificates."),
        (("{{ certificate.name }}",), "it doesn't print 'ICIM-2015-0001'"),
        (("{{ certificate.crest.tpl.save('x') }}",), "has no attribute 'tpl'"),
        (("{{ certificate.__class__ }}",), "is unsafe"),
    ],
)  # fmt: skip
def test_what_breaks_in_a_word_template_is_told_by_its_paragraph(cli, paragraphs, said):
    word("certificates/certificates.docx", *paragraphs)

    answer = cli("template", "check", "certificates/certificates.docx", "--lang", "en")
    assert answer.code == 5
    assert said in answer.out


def test_documents_of_ones_own_are_named_since_there_is_no_data_for_them(cli):
    own("greeting/greeting.txt.j2", "x")

    answer = cli("template", "check", "--lang", "en", "greeting")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.splitlines()[0] == "There is no data to try these with: greeting/greeting.txt.j2."


def _package(parts: dict[str, bytes]) -> None:
    """The built-in Word template with other parts in it."""
    with zipfile.ZipFile(io.BytesIO((TEMPLATES / "certificates/certificates.docx").read_bytes())) as packed:
        kept = {name: packed.read(name) for name in packed.namelist()}
    file = OWN / "certificates/certificates.docx"
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as anew:
        for name, data in {**kept, **parts}.items():
            anew.writestr(name, data)


def _relation(kind: str) -> bytes:
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="http://far.example/x" TargetMode="External"/></Relationships>'
    ).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word/vbaProject.bin": b"x"}, " has macros or other programs in it. Save it as a Word file without them."),
        ({"word/activeX/activeX1.xml": b"x"}, " has macros or other programs in it. Save it as a Word file without them."),
        ({"word/_rels/footer9.xml.rels": _relation("image")}, " has Word fetch something from outside of it (image). Put it into the file itself."),
        ({"word/_rels/footer9.xml.rels": _relation("oleObject")}, " has Word fetch something from outside of it (oleObject). Put it into the file itself."),
        ({"word/footer9.xml": b"<w:instrText>DDEAUTO c:\\\\x</w:instrText>"}, " has Word fetch something from outside of it (DDEAUTO). Put it into the file itself."),
        ({"word/footer9.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, " is no Word file (.docx)."),
        ({"word/media/x.png": b"\0" * (101 * 2**20)}, " is too large for a Word file."),
        ({f"word/{n}.txt": b"" for n in range(2001)}, " is too large for a Word file."),
        ({"word/document.xml": b"<broken"}, " is no Word file (.docx)."),
    ],
)  # fmt: skip
def test_a_word_template_with_what_is_not_a_template_is_refused(cli, parts, said):
    _package(parts)

    answer = cli("template", "check", "certificates/certificates.docx", "--lang", "en")
    assert answer.code == 5
    assert (
        f"- Template templates/certificates/certificates.docx{said}" in answer.out
        or f"certificates.docx{said}" in answer.out
    )


def test_the_template_that_word_once_made_a_file_from_and_links_on_pages_do_no_harm(cli):
    _package(
        {
            "word/_rels/settings.xml.rels": _relation("attachedTemplate"),
            "word/_rels/footer9.xml.rels": _relation("hyperlink"),
        }
    )

    assert cli("template", "check", "certificates/certificates.docx", "--lang", "en").code == 0
