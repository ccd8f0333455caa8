"""Certificates are printed again as they were issued: templates, words, colors and pictures are kept with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from certificate_samples import ready_sample
from coursectl import certificates, documents, editions
from coursectl.certificates import Making, SourcesGone
from coursectl.documents import BadTemplate, NoDesign, apart
from coursectl.documents.apart import Limits
from coursectl.editions import NewCourse, NewEdition
from coursectl.errors import BadInput
from coursectl.store import Statement
from coursectl.workflows import issuing
from coursectl.workflows.checking import check_store
from coursectl.workflows.printing import Order, OtherVersion, PrintedCertificates, print_document

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><rect width="30" height="10"/></svg>'


def words(issued: str) -> str:
    """A file of an office with one sentence of its own."""
    header = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return f'{header}msgctxt "certificate.issued"\nmsgid "Issued on {{date}}"\nmsgstr "{issued}"\n'


OWN = '{% extends "certificates/modern.typ.j2" %}{% block reverse_head %}{{ super() }}{% endblock %}'


@pytest.fixture
def sample(store, act):
    sample = ready_sample(store, act)
    sample.trainee("Ana Pérez")
    return sample


@pytest.fixture
def own(tmp_path):
    """A folder with templates of an office: a design over a built-in one, and words of its own."""
    folder = tmp_path / "templates"
    (folder / "certificates").mkdir(parents=True)
    (folder / "lang").mkdir()
    (folder / "certificates" / "andina.typ.j2").write_text(OWN, encoding="utf-8")
    (folder / "lang" / "es.po").write_text(words("Dado el {date}"), encoding="utf-8")
    return folder


def issue(sample, *templates, **options):
    return issuing.issue(sample.store, sample.ref, sample.act, templates=templates, on="2015-03-21", **options)


def printed(sample, folder, *templates, **order) -> tuple[PrintedCertificates, dict[str, bytes]]:
    done = print_document(sample.store, sample.ref, Order("certificates", folder, templates=templates, **order))
    assert isinstance(done, PrintedCertificates)
    return done, {name: (folder / name).read_bytes() for name in done.files}


def kept(sample):
    return {row["hash"]: row["path"] for row in sample.store.read("SELECT hash, path FROM print_source")}


def snapshot(sample, serial="ICIM-2015-0001"):
    return certificates.get_certificate(sample.store, serial).snapshot


def test_what_changes_later_changes_no_issued_certificate(sample, own, tmp_path):
    crest, logo = tmp_path / "crest.svg", tmp_path / "logo.svg"
    crest.write_bytes(LOGO)
    logo.write_bytes(LOGO.replace(b"30", b"20"))
    look = NewCourse("ICIM", colors={"primary": "#123456"})
    editions.edit_course(sample.store, look, sample.act, crest=crest)
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, design="andina"), sample.act)
    issue(sample, own)
    _done, before = printed(sample, tmp_path / "one", own)

    (own / "certificates" / "andina.typ.j2").write_text("{{ broken", encoding="utf-8")
    (own / "lang" / "es.po").write_text(words("Otorgado {date}"), encoding="utf-8")
    anew = NewEdition(37, title={"es": "Otro lema"}, place="Salta", design="plain", colors={"primary": "#7a0000"})
    editions.edit_edition(sample.store, sample.ref, anew, sample.act)
    editions.edit_course(sample.store, NewCourse("ICIM", design="modern"), sample.act, crest=logo)
    sample.write(Statement('UPDATE course SET title = \'{"es":"Otro curso"}\'', {}))
    done, after = printed(sample, tmp_path / "two", own)

    assert after == before
    assert (done.unkept, done.other_versions) == (0, ())


def test_the_templates_of_today_are_used_where_somebody_says_so(sample, own, tmp_path):
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, design="andina"), sample.act)
    issue(sample, own)
    _done, before = printed(sample, tmp_path / "one", own)
    (own / "lang" / "es.po").write_text(words("Otorgado {date}"), encoding="utf-8")

    _done, today = printed(sample, tmp_path / "two", own, of_today=True)
    _done, trial = printed(sample, tmp_path / "three", own, design="plain")

    assert before != today != trial
    with pytest.raises(NoDesign):
        printed(sample, tmp_path / "four", own, design="moderne")


def test_certificates_of_before_templates_were_kept_are_printed_with_those_of_today(sample, tmp_path):
    certificates.issue(sample.store, sample.ref, sample.act, on="2015-03-21")
    old = {"made_with", "design", "colors"}
    assert {name: snapshot(sample)[name] for name in old} == {"made_with": None, "design": "classic", "colors": {}}

    done, _files = printed(sample, tmp_path)

    assert (done.unkept, done.other_versions) == (1, ())


def test_the_sheet_names_by_hash_all_that_made_it(sample, own):
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, design="andina"), sample.act)
    issue(sample, own)

    said = snapshot(sample)
    making, hashes = certificates.get_making(sample.store, said["made_with"])

    languages = [f"1/lang/{language}.po" for language in sorted(documents.list_languages())]
    assert (said["design"], making.template) == ("andina", "certificates/andina.typ.j2")
    assert sorted(making.files) == sorted(hashes) == [
        "0/certificates/andina.typ.j2", "0/lang/es.po", "1/base/base.typ.j2", "1/base/code.typ.j2",
        "1/certificates/base.typ.j2", "1/certificates/modern.typ.j2", "1/certificates/page.typ.j2", *languages,
    ]  # fmt: skip
    assert making.files["0/certificates/andina.typ.j2"].decode() == OWN
    assert making.versions == documents.versions([own])
    assert {"coursectl", "typst", "NotoSerif[wdth,wght].ttf"} <= set(making.versions)
    assert set(hashes.values()) | {said["made_with"]} == set(kept(sample))


def test_what_is_kept_is_kept_once(sample):
    issue(sample)
    first = kept(sample)
    for number in range(20):
        sample.trainee(f"Persona {number}")

    issue(sample)
    issue(sample, kind="participation")

    assert kept(sample) == first
    assert len({snapshot(sample, f"ICIM-2015-{n:04}")["made_with"] for n in range(1, 42)}) == 1


def test_a_dry_run_keeps_nothing(sample):
    sample.act = type(sample.act)(sample.act.actor, sample.act.now, dry_run=True)

    assert issue(sample).issued == 1
    assert kept(sample) == {}


def test_certificates_of_several_looks_go_into_a_file_each_in_their_order(sample, tmp_path):
    issue(sample)
    sample.trainee("Luis Ríos")
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, design="modern"), sample.act)
    issue(sample)
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, design=""), sample.act)
    sample.trainee("Eva Luz")
    issue(sample)

    done, files = printed(sample, tmp_path, merged=True)

    assert [len(re.findall(rb"/Type\s*/Page\b", data)) for data in files.values()] == [2, 1]
    assert done.certificates == 3


def test_another_version_of_what_sets_them_is_said(sample, tmp_path):
    then = {**documents.versions(), "typst": "0.1.0", "Old.ttf": "ab" * 32}
    path = documents.design_template("classic")
    making = Making(path, documents.gather_sources(path), then)
    certificates.issue(sample.store, sample.ref, sample.act, on="2015-03-21", making_of=lambda _design: making)

    done, _files = printed(sample, tmp_path)

    assert done.other_versions == (
        OtherVersion("Old.ttf", "ab" * 32, None),
        OtherVersion("typst", "0.1.0", documents.versions()["typst"]),
    )


LOOP = '#set document(title: "x")\n#for a in range(100000) { for b in range(100000) { let c = a * b } }'


@pytest.mark.parametrize(
    ("wording", "reason"),
    [
        ("{{ ''.__class__.__mro__ }}", "Template certificates/andina.typ.j2, line 1: access to attribute '__class__' of 'str' object is unsafe. Correct the template, or remove your copy of it."),
        ("{% for n in range(10 ** 9) %}{% endfor %}", "Template certificates/andina.typ.j2, line 1: Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000). Correct the template, or remove your copy of it."),
        (LOOP, "Template certificates/andina.typ.j2 took longer than 2 seconds, so it was stopped. Look for a loop without end in it, or remove your copy of it."),
    ],
)  # fmt: skip
def test_a_kept_template_that_does_harm_is_one_sentence_where_no_templates_are(sample, own, tmp_path, wording, reason):
    editions.edit_edition(sample.store, sample.ref, NewEdition(37, design="andina"), sample.act)
    (own / "certificates" / "andina.typ.j2").write_text(wording, encoding="utf-8")
    issue(sample, own)

    with apart.limited(Limits(seconds=2, seconds_more=0)), pytest.raises(BadTemplate) as refused:
        printed(sample, tmp_path / "out")
    assert refused.value.sentence() == (
        "The templates that these certificates were issued with and that were kept can't print them: "
        f"{reason} To print them with the templates of today, give --templates-of-today."
    )


def test_certificates_of_built_in_templates_are_printed_again_without_another_process(sample, own, tmp_path):
    issue(sample)
    with apart.limited(Limits()):
        printed(sample, tmp_path / "ours")
        assert apart._children == []

        editions.edit_edition(sample.store, sample.ref, NewEdition(37, design="andina"), sample.act)
        sample.trainee("Benito Sosa")
        issue(sample, own)
        printed(sample, tmp_path / "theirs")
        assert len(apart._children) == 1


@pytest.mark.parametrize("path", ["0/../../x.typ.j2", "../x.typ.j2", "/etc/x", "0//etc/x", "²/x", "0/", "0/a\0b"])
def test_what_was_kept_is_written_nowhere_else(sample, tmp_path, path):
    making = Making("x.typ.j2", {path: b"x"}, {})
    certificates.issue(sample.store, sample.ref, sample.act, on="2015-03-21", making_of=lambda _design: making)

    with pytest.raises(BadInput, match="which can't be"):
        printed(sample, tmp_path / "out")


def test_damaged_sources_are_told_and_found_by_the_check(sample, tmp_path):
    issue(sample)
    assert _found(sample.store) == []
    sample.write(Statement("UPDATE print_source SET data = X'00' WHERE path LIKE '%es.po'", {}))
    sample.write(Statement("DELETE FROM print_source WHERE path LIKE '%fr.po'", {}))

    assert _found(sample.store) == [
        "0/lang/es.po, which certificates were made with, isn't what it was when it was kept",
        "0/lang/fr.po, which certificates were made with, isn't there",
    ]
    with pytest.raises(SourcesGone, match="Look with: coursectl store check"):
        printed(sample, tmp_path)


def _found(store):
    """What the check of the store finds in the sources, without the hashes."""
    (check,) = (one for one in check_store(store).checks if one.name == "sources")
    return [re.sub(r" \(\w{12}\)", "", one.wording.format(**one.facts)) for one in check.findings]


def test_a_logo_is_printed_only_with_a_consent(sample, tmp_path):
    picture = editions.picture_statements(pic := editions.read_picture(_file(tmp_path / "logo.svg", LOGO)))
    sample.write(*picture)
    agreed = sample.organization("Agreed", "AGR", logo=pic.hash)
    silent = sample.organization("Silent", "SIL", logo=pic.hash)
    sample.add(
        "edition_party",
        edition_id=sample.ref.id,
        organization_id=agreed,
        role="partner",
        position=1,
        logo_consent="mail",
    )
    sample.add("edition_party", edition_id=sample.ref.id, organization_id=silent, role="partner", position=2)

    issue(sample)

    assert [(one["acronym"]["en"], one["logo"]) for one in snapshot(sample)["partners"]] == [
        ("AGR", pic.hash), ("SIL", None),
    ]  # fmt: skip
    _done, files = printed(sample, tmp_path / "out")
    assert [re.findall(rb"/Alt ?\((.*?)\)", _uncompressed(data, tmp_path)) for data in files.values()] == [[b"Agreed"]]


def _file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _uncompressed(data: bytes, folder: Path) -> bytes:
    import pikepdf

    with pikepdf.open(_file(folder / "x.pdf", data)) as pdf:
        pdf.save(folder / "y.pdf", compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return (folder / "y.pdf").read_bytes()
