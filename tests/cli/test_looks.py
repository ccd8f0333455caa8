"""How certificates look, on the command line: designs, colors, logos and who agreed to them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest

from edition_samples import CREST, check_dry_run


@pytest.fixture
def icim(cli, store_path):
    assert cli("course", "add", "ICIM", "--title", "Course").code == 0
    assert cli("org", "add", "International Organization for Migration (IOM)").code == 0
    edition = ("--start", "2015-03-09", "--end", "2015-03-20", "--partner", "IOM")
    assert cli("edition", "add", "ICIM-37", *edition).code == 0
    return store_path


def look(cli, edition="ICIM-37"):
    shown = cli("edition", "show", edition, "--json").json
    return shown["design"], shown["colors"]


def consents(path):
    sql = "SELECT role, logo_consent FROM edition_party ORDER BY role"
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_an_edition_looks_as_its_course_does_unless_it_says_otherwise(cli, icim):
    cli("course", "edit", "ICIM", "--design", "modern", "--color", "primary=#123456", "--color", "accent=a60")
    assert look(cli) == ("modern", {"primary": "#123456", "accent": "#aa6600"})

    done = check_dry_run(cli, icim, "edition", "edit", "ICIM-37", "--design", "plain", "--color", "accent=#7a0000")

    assert done.out == "ICIM-37 is changed.\n"
    assert look(cli) == ("plain", {"primary": "#123456", "accent": "#7a0000"})
    cli("edition", "edit", "ICIM-37", "--design", "", "--color", "")
    assert look(cli) == ("modern", {"primary": "#123456", "accent": "#aa6600"})
    cli("course", "edit", "ICIM", "--design", "", "--color", "accent=")
    assert look(cli) == ("classic", {"primary": "#123456"})


def test_a_copied_edition_looks_as_its_source_and_asks_for_logos_anew(cli, icim):
    cli("edition", "edit", "ICIM-37", "--design", "plain", "--color", "accent=#7a0000", "--logo-consent", "IOM: letter")

    assert cli("edition", "copy", "ICIM-37", "ICIM-38", "--start", "2016-03-07").code == 0

    assert look(cli, "ICIM-38") == ("plain", {"accent": "#7a0000"})
    assert consents(icim) == [("partner", "letter"), ("partner", None)]


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        (("--color", "primary"), 5, "'primary' is no color. Write: --color primary=#1f3a6d"),
        (("--color", "primary=blue"), 5, "'blue' is no color. Write it like #1f3a6d."),
        (("--color", "frame=#123456"), 5, "'frame' is no color of certificates. There are: primary, accent."),
        (("--color", "primary=#ffcc00"), 5, "#ffcc00 is too light to be read on white: its contrast is 1.5 to 1, and large letters need 3 to 1. Take a darker one."),
        (("--design", "moderne"), 3, "There is no design 'moderne' of certificates. There are: classic, modern, plain. One of yours is a file certificates/NAME.typ.j2 in your templates folder."),
        (("--design", "../x"), 3, "There is no design '../x' of certificates. There are: classic, modern, plain. One of yours is a file certificates/NAME.typ.j2 in your templates folder."),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_one_sentence_for_courses_and_editions(cli, icim, said, code, sentence):
    for subject in (("course", "edit", "ICIM"), ("edition", "edit", "ICIM-37"), ("course", "add", "N", "--title", "N")):
        answer = cli(*subject, *said)
        assert (answer.code, answer.out, answer.err) == (code, "", f"{sentence}\n")


def test_a_template_of_ones_own_is_a_design(cli, icim):
    folder = icim.parent / "templates" / "certificates"
    folder.mkdir(parents=True)
    (folder / "andina.typ.j2").write_text('{% extends "certificates/plain.typ.j2" %}', encoding="utf-8")

    assert cli("edition", "edit", "ICIM-37", "--design", "andina").code == 0
    assert look(cli)[0] == "andina"


def test_an_organization_gets_a_logo_and_loses_it(cli, icim, tmp_path):
    (tmp_path / "logo.svg").write_bytes(CREST)

    done = check_dry_run(cli, icim, "org", "edit", "IOM", "--logo", str(tmp_path / "logo.svg"))

    assert done.out == "International Organization for Migration is changed.\n"
    assert "Logo     yes" in cli("org", "show", "IOM").out
    again = cli("org", "edit", "IOM", "--logo", str(tmp_path / "logo.svg"))
    assert again.out == "International Organization for Migration is like that already; nothing was changed.\n"
    assert cli("org", "edit", "IOM", "--logo", str(tmp_path / "none.svg")).code == 3
    assert cli("org", "edit", "IOM", "--logo", "").code == 0
    assert "Logo     none" in cli("org", "show", "IOM").out


def test_who_agreed_to_a_logo_is_on_record_for_each_role_that_is_kept(cli, icim):
    line = ("--logo-consent", "IOM: letter of 2015-02-01")
    done = check_dry_run(cli, icim, "edition", "edit", "ICIM-37", *line)

    assert done.out == "ICIM-37 is changed.\n"
    assert consents(icim) == [("partner", "letter of 2015-02-01")]
    assert cli("edition", "edit", "ICIM-37", *line).out == "ICIM-37 is like that already; nothing was changed.\n"
    cli("edition", "edit", "ICIM-37", "--partner", "IOM", "--partner", "UNHCR", "--sponsor", "IOM")
    assert consents(icim) == [("partner", "letter of 2015-02-01"), ("partner", None), ("sponsor", None)]
    cli("edition", "edit", "ICIM-37", "--logo-consent", "IOM:")
    assert consents(icim) == [("partner", None), ("partner", None), ("sponsor", None)]
    assert cli("edition", "edit", "ICIM-37", "--host", "DNM", "--logo-consent", "DNM: mail").code == 0
    assert consents(icim)[0] == ("host", "mail")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("IOM", "'IOM' doesn't say whose logo, and who agreed to it. Write: 'ORG: letter of 2015-02-01'."),
        (": letter", "': letter' doesn't say whose logo, and who agreed to it. Write: 'ORG: letter of 2015-02-01'."),
        ("OAS: letter", "OAS has no role in ICIM-37, so its logo isn't printed. Give it one: coursectl edition edit ICIM-37 --partner 'OAS'"),
    ],
)  # fmt: skip
def test_a_consent_names_an_organization_of_the_edition(cli, icim, line, sentence):
    said = cli("edition", "edit", "ICIM-37", "--logo-consent", line)

    assert (said.code, said.err) == (5, f"{sentence}\n")
    assert "OAS" not in cli("org", "list").out


def test_course_toml_says_how_certificates_look(cli, store_path, tmp_path):
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "course.toml"
    text = '[course]\ncode="X"\ntitle="T"\ndesign="modern"\ncolors={{primary="{}"}}\n[[editions]]\nnumber=1\ndesign="plain"\ncolors={{accent="#7a0000"}}\n'
    file.write_text(text.format("#fff"), encoding="utf-8")
    bad = cli("import", tmp_path / "folder")
    assert (bad.code, "[course] colors" in bad.err, "too light to be read" in bad.err) == (5, True, True)
    file.write_text(text.format("#123456"), encoding="utf-8")

    assert cli("import", tmp_path / "folder").code == 0

    assert look(cli, "X-1") == ("plain", {"primary": "#123456", "accent": "#7a0000"})


OTHER_WORDS = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "certificate.issued"
msgid "Issued on {date}"
msgstr "Dado el {date}"
"""


# Printed again ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def issued(cli, example):
    """The example, closed, with certificates of completion in the design of its course."""
    assert cli("course", "edit", "ICIM", "--design", "modern").code == 0
    assert cli("edition", "close", "ICIM-37", "--apply", "--yes").code == 0
    assert cli("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-21", "--only", "1").code == 0
    return example


def print_it(cli, folder, *options):
    done = cli("render", "certificates", "-e", "ICIM-37", "--out", folder, *options)
    assert done.code == 0
    (file,) = folder.iterdir()
    said = [line for line in done.err.splitlines() if not line.startswith("Warning: ") and "--check" not in line]
    return "".join(f"{line}\n" for line in said), file.read_bytes()


def test_a_certificate_is_printed_as_it_was_issued_until_somebody_says_otherwise(cli, issued, tmp_path):
    said, first = print_it(cli, tmp_path / "1")
    assert said == ""
    cli("course", "edit", "ICIM", "--design", "classic")
    words = tmp_path / "own" / "lang"
    words.mkdir(parents=True)
    (words / "es.po").write_text(OTHER_WORDS, encoding="utf-8")

    again = print_it(cli, tmp_path / "2")
    today = print_it(cli, tmp_path / "3", "--templates-of-today")
    trial = print_it(cli, tmp_path / "4", "--design", "plain")
    own = print_it(cli, tmp_path / "5", "--templates", tmp_path / "own")

    assert again == today == ("", first)
    assert len({first, trial[1], own[1]}) == 3


def test_an_exported_store_prints_the_same(cli, issued, tmp_path):
    first = print_it(cli, tmp_path / "1")
    assert cli("store", "export", tmp_path / "text").code == 0
    assert cli("import", tmp_path / "text", "--store", tmp_path / "other.db").code == 0
    templates = tmp_path / "templates" / "lang"  # beside the other store, and not those of the issue
    templates.mkdir(parents=True)
    (templates / "es.po").write_text(OTHER_WORDS, encoding="utf-8")

    assert print_it(cli, tmp_path / "2", "--store", tmp_path / "other.db") == first
    assert cli("store", "check", "--deep", "--store", tmp_path / "other.db").code == 0


def test_what_they_were_issued_with_in_another_version_is_said(cli, issued, tmp_path):
    with closing(sqlite3.connect(issued, isolation_level=None)) as store:
        _with_versions(store, '{"coursectl":"0.0.1","typst":"0.14.0"}')

    said, _data = print_it(cli, tmp_path / "out")

    assert said.startswith("ICIM-37 was issued with: Amiri-Bold.ttf none, ")
    assert "coursectl 0.0.1, typst 0.14.0. This is: Amiri-Bold.ttf " in said
    assert said.endswith("The sheets say the same; their bytes, or where lines break, may differ.\n")


def _with_versions(store, versions):
    """As another version would have written it."""
    ((data,),) = store.execute("SELECT data FROM print_source WHERE path = 'made-with.json'")
    listed = json.dumps({**json.loads(data), "versions": json.loads(versions)}).encode()
    named = sha256(listed).hexdigest()
    store.execute("INSERT INTO print_source VALUES (?, 'made-with.json', ?)", (named, listed))
    _changeable(store)
    store.execute("UPDATE certificate_snapshot SET content = json_set(content, '$.made_with', ?)", (named,))


def _changeable(store):
    """Without what keeps a snapshot from being changed: this store is to look as an older program left it."""
    names = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'certificate_snapshot'")
    for (name,) in names.fetchall():
        store.execute(f"DROP TRIGGER {name}")


def test_certificates_of_before_templates_were_kept_say_so(cli, issued, tmp_path):
    with closing(sqlite3.connect(issued, isolation_level=None)) as store:
        _changeable(store)
        store.execute(
            "UPDATE certificate_snapshot SET content = json_remove(content, '$.made_with', '$.design', '$.colors')"
        )

    said, _data = print_it(cli, tmp_path / "out")

    assert said == (
        "1 certificate of ICIM-37 was issued before templates were kept, and is printed with those of today.\n"
    )


def test_a_template_that_cannot_be_read_is_told_at_the_issue(cli, example):
    folder = example.parent / "templates" / "certificates"
    folder.mkdir(parents=True)
    assert cli("edition", "close", "ICIM-37", "--apply", "--yes").code == 0
    (folder / "classic.typ.j2").write_text("{% if %}", encoding="utf-8")

    said = cli("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-21")

    assert (said.code, "classic.typ.j2, line 1: " in said.err) == (5, True)
    assert cli("certificate", "list", "-e", "ICIM-37", "--json").json == []
