"""Templates from others: whatever they do, it has an end, and is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from document_samples import AT, CERTIFICATE, ROSTER, certificates, png

from coursectl.documents import BadTemplate, Picture, apart, render, render_certificates
from coursectl.documents.apart import Limits
from coursectl.errors import BadInput

TITLED = '#set document(title: "x")\n'
LOOP = TITLED + "#for a in range(100000) { for b in range(100000) { let c = a * b } }"  # a while is counted by Typst
PATIENCE_SECONDS = 25  # of a noisy machine, for what is stopped after two


def own(folder: Path, path: str, text: str) -> list[Path]:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return [folder]


def refusal_of(templates: list[Path], limits: Limits, format: str = "pdf") -> str:
    with apart.limited(limits), pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format=format, templates=templates, at=AT)
    return refused.value.sentence()


def test_a_template_whose_loop_has_no_end_in_typst_is_stopped(tmp_path):
    templates = own(tmp_path, "roster/roster.typ.j2", LOOP)
    started = time.monotonic()

    assert refusal_of(templates, Limits(seconds=2, seconds_more=0)) == (
        f"Template {tmp_path}/roster/roster.typ.j2 took longer than 2 seconds, so it was stopped. "
        "Look for a loop without end in it, or remove your copy of it."
    )
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_template_that_takes_too_long_in_jinja_is_stopped(tmp_path):
    slow = (
        "{% set long = 'a' * 1000000 %}{% for i in range(100000) %}{{ long | replace('a', 'b') | length }}{% endfor %}"
    )
    templates = own(tmp_path, "roster/roster.txt.j2", slow)

    assert refusal_of(templates, Limits(seconds=2, seconds_more=0), "txt") == (
        f"Template {tmp_path}/roster/roster.txt.j2 took longer than 2 seconds, so it was stopped. "
        "Look for a loop without end in it, or remove your copy of it."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a limit of memory")
def test_a_template_that_asks_for_more_memory_than_it_may_is_stopped(tmp_path):
    hungry = TITLED + '#let a = "0123456789" * 1000\n#let all = ()\n#while all.len() < 1e18 { a = a + a; all.push(a) }'
    templates = own(tmp_path, "roster/roster.typ.j2", hungry)

    assert refusal_of(templates, Limits(seconds=60, megabytes=900)) == (
        f"Template {tmp_path}/roster/roster.typ.j2 was stopped: it asked for more than 900 MB of memory, or made the "
        "typesetter crash. Correct it, or remove your copy of it."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a limit of memory")
def test_texts_that_grow_in_jinja_are_stopped_by_the_limit_of_memory(tmp_path):
    growing = "{% set ns = namespace(t='0123456789' * 1000) %}\n{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}"
    templates = own(tmp_path, "roster/roster.txt.j2", growing)

    assert refusal_of(templates, Limits(seconds=60, megabytes=900), "txt") == (
        f"Template {tmp_path}/roster/roster.txt.j2, line 2: there is not enough memory for it. "
        "Correct the template, or remove your copy of it."
    )


def test_a_process_that_was_stopped_is_followed_by_another(tmp_path):
    templates = own(tmp_path, "roster/roster.typ.j2", LOOP)
    own(tmp_path, "roster/roster.txt.j2", "{{ facts.people | length }}")

    with apart.limited(Limits(seconds=2, seconds_more=0)):
        with pytest.raises(BadTemplate):
            render("roster", ROSTER, templates=templates, at=AT)
        assert render("roster", ROSTER, format="txt", templates=templates, at=AT) == b"28"


def test_a_package_of_typst_is_not_fetched(tmp_path):
    templates = own(tmp_path, "roster/roster.typ.j2", TITLED + '\n#import "@preview/cetz:0.3.0"')

    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, templates=templates, at=AT)
    assert refused.value.sentence() == (
        f"Template {tmp_path}/roster/roster.typ.j2, line 3, can't be typeset: packages aren't fetched from the internet: "
        "copy what you need of one into your template."
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/etc/passwd", "file not found"),
        ("../secret.txt", 'path `"../secret.txt"` would escape the project root (cannot access files outside of the project sandbox)'),
    ],
)  # fmt: skip
def test_typst_reads_nothing_outside_its_folder(tmp_path, path, reason):
    (tmp_path / "secret.txt").write_text("secret")
    templates = own(tmp_path / "t", "roster/roster.typ.j2", TITLED + f'#read("{path}")')

    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, templates=templates, at=AT)
    assert refused.value.sentence() == (
        f"Template {tmp_path}/t/roster/roster.typ.j2, line 2, can't be typeset: {reason}."
    )


def test_a_template_of_an_office_gives_the_same_bytes_as_the_same_template_of_ours(tmp_path):
    ours = Path(__file__).parents[2] / "templates" / "certificates" / "certificates.typ.j2"
    templates = own(tmp_path, "certificates/certificates.typ.j2", ours.read_text(encoding="utf-8"))

    here = [one.data for one in render_certificates(certificates(3), at=AT)]
    there = [one.data for one in render_certificates(certificates(3), templates=templates, at=AT)]
    assert there == here


def test_a_thousand_certificates_of_an_offices_template_stay_within_the_limits(tmp_path):
    ours = Path(__file__).parents[2] / "templates" / "certificates" / "certificates.typ.j2"
    templates = own(tmp_path, "certificates/certificates.typ.j2", ours.read_text(encoding="utf-8"))

    (made,) = render_certificates(certificates(1000), merged=True, templates=templates, at=AT)
    assert made.serials[-1] == "ICIM-2015-1000"


def test_a_template_sees_no_password_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSECTL_PASSWORD", "secret")
    with apart.limited(Limits()):
        own(tmp_path, "roster/roster.txt.j2", "x")
        render("roster", ROSTER, format="txt", templates=[tmp_path], at=AT)
        (child,) = apart._children
        environment = Path(f"/proc/{child._process.pid}/environ").read_bytes() if sys.platform == "linux" else b""
        assert b"COURSECTL_PASSWORD" not in environment


def test_no_process_is_left_behind_when_the_command_is_killed(tmp_path):
    """What hears no more questions ends by itself."""
    own(tmp_path, "roster/roster.txt.j2", "x")
    code = (
        f"import sys, time; sys.path[:0] = [{str(Path(__file__).parent)!r}]; from document_samples import *; from pathlib import Path; "
        f"from coursectl.documents import apart, render; render('roster', ROSTER, format='txt', templates=[Path({str(tmp_path)!r})], at=AT); "
        "print(apart._children[0]._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        child = int(asking.stdout.readline())
        asking.kill()
    for _ in range(100):
        if not _runs(child):
            return
        time.sleep(0.1)
    raise AssertionError(child)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_one_name_that_no_font_has_is_told_from_there_too(tmp_path):
    ours = Path(__file__).parents[2] / "templates" / "certificates" / "certificates.typ.j2"
    templates = own(tmp_path, "certificates/certificates.typ.j2", ours.read_text(encoding="utf-8"))

    with pytest.raises(Exception, match="No font has the characters 𓀀"):
        list(render_certificates([replace(CERTIFICATE, name="𓀀")], templates=templates, at=AT))


def test_a_link_to_another_file_of_the_computer_is_no_template(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    templates = own(tmp_path / "t", "roster/roster.txt.j2", "{% include 'roster/part.txt.j2' %}")
    (tmp_path / "t" / "roster" / "part.txt.j2").symlink_to(secret)

    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=templates, at=AT)
    assert refused.value.sentence() == (
        f"Template {tmp_path}/t/roster/part.txt.j2 is a link to a file outside of its folder. Put a copy of that file there."
    )


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "roster/../../secret.txt"])
def test_an_include_from_outside_of_the_folder_is_not_found(tmp_path, name):
    (tmp_path / "secret.txt").write_text("secret")
    templates = own(tmp_path / "t", "roster/roster.txt.j2", f"{{% include {name!r} %}}")

    with pytest.raises(BadTemplate) as refused:
        render("roster", ROSTER, format="txt", templates=templates, at=AT)
    assert refused.value.sentence() == (
        f"Template {tmp_path}/t/roster/roster.txt.j2, line 1: {name!r} is in no templates folder. "
        "Correct the template, or remove your copy of it."
    )


@pytest.mark.parametrize("content", [b"", b"no font", b"\x00\x01\x00\x00" + bytes(200)])
def test_a_broken_font_is_told_by_its_name(tmp_path, content):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "Office.ttf").write_bytes(content)

    with pytest.raises(BadInput) as refused:
        render("roster", ROSTER, templates=[tmp_path], at=AT)
    assert refused.value.sentence() == (
        f"The font {tmp_path}/fonts/Office.ttf is broken, or can't be read. Take it out of the folder, or put a good one in its place."
    )


def test_a_good_font_of_an_office_is_taken(tmp_path):
    import fontpkg_noto_sans

    good = next((Path(fontpkg_noto_sans.__file__).parent / "files").rglob("*.ttf"))
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "Office.ttf").write_bytes(good.read_bytes())

    assert render("roster", ROSTER, templates=[tmp_path], at=AT).startswith(b"%PDF")


def test_a_picture_that_would_be_too_large_once_it_is_read_is_refused():
    bomb = png(1, 1)[:16] + (100_000).to_bytes(4, "big") * 2 + png(1, 1)[24:]

    with pytest.raises(BadInput) as refused:
        list(render_certificates([replace(CERTIFICATE, crest=Picture("image/png", bomb, "Crest"))], at=AT))
    assert refused.value.sentence() == (
        "The picture 'Crest' would be too large once it is read. Give a smaller one: 40 million pixels at most."
    )


def test_words_with_plurals_go_to_the_process_of_templates_from_others(tmp_path):
    """In each language, from our compiled words and from an office's text: with no office's template nothing is sent."""
    templates = own(
        tmp_path, "roster/roster.txt.j2", "{{ say.count('participants', 1) }} {{ say.count('participants', 5) }}"
    )
    own(
        tmp_path, "lang/es.po",
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\nmsgctxt "counts.participants"\n'
        'msgid "{n} participant"\nmsgid_plural "{n} participants"\nmsgstr[0] "{n} cursante"\nmsgstr[1] "{n} cursantes"\n',
    )  # fmt: skip

    made = {
        language: render("roster", replace(ROSTER, edition=replace(ROSTER.edition, language=language)), format="txt", templates=templates, at=AT).decode()
        for language in ("en", "es", "ru")
    }  # fmt: skip
    assert made == {
        "en": "1 participant 5 participants",
        "es": "1 cursante 5 cursantes",
        "ru": "1 участник 5 участников",
    }
