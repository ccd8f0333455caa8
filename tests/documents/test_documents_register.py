"""The register as a document: what became of each number, what each page comes to, and where it is signed for; duplicates."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import page
import pypdf
import pytest
from document_samples import AT, CERTIFICATE, REGISTER
from pdfua import validate

from coursectl.documents import RegisterEntry, render, render_certificates

LONG = (
    "Ana Pérez",
    "María de los Ángeles Guadalupe Echeverría-Sologuren Betancourt y Villavicencio de la Torre",
    "x" * 120,
    "Mohamed أحمد بن محمد",
    "Юрий Иванов",
)


def many(count: int) -> tuple[RegisterEntry, ...]:
    """Entries with names of all kinds, some replaced, some void."""
    states = ("issued", "issued", "superseded", "issued", "void")
    return tuple(
        RegisterEntry(
            f"ICIM-2015-{n + 1:04}", LONG[n % 5], "completion", date(2015, 3, 20), states[n % 5], date(2015, 4, 1),
            "Saint-Vincent-et-les Grenadines", "Extraviado en el viaje de vuelta, como escribió en su nota" if n % 5 in (2, 4) else "",
            superseded_by=f"ICIM-2015-{n + 3:04}" if n % 5 == 2 else "",
        )
        for n in range(count)
    )  # fmt: skip


def pages(data: bytes) -> list[str]:
    return [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(data)).pages]


def sums(text: str) -> list[list[int]]:
    """The numbers of the lines of totals on a page: what came before, this page, what is carried forward."""
    lines = [line for line in text.splitlines() if line.startswith(("Suma anterior", "Esta página", "Suma y sigue", "Total "))]  # fmt: skip
    return [[int(word) for word in line.split() if word.isdecimal()] for line in lines]


def test_a_table_of_the_register_says_in_words_what_became_of_each() -> None:
    rows = list(csv.reader(io.StringIO(render("register", REGISTER, format="csv", at=AT).decode("utf-8-sig"))))

    assert rows == [
        ["Número", "Nombre", "País", "Tipo", "Expedido", "Estado", "Observaciones"],
        ["ICIM-2015-0001", "Ana Laura Pérez Quiroga", "Argentina", "Finalización", "2015-03-20", "Reemplazado",
         "Reemplazado por el ICIM-2015-0004 el 1 de abril de 2015: extraviado: en un taxi"],
        ["ICIM-2015-0002", "(datos suprimidos)", "", "Finalización", "2015-03-20", "Vigente", ""],
        ["ICIM-2015-0003", "'=cmd()", "Brasil", "diploma", "2015-03-20", "Anulado", "Anulado el 2 de abril de 2015: Expedido por error"],
        ["ICIM-2015-0004", "Ana Laura Pérez Quiroga", "Argentina", "Finalización", "2015-04-01", "Vigente",
         "Duplicado del ICIM-2015-0001. Excepción: Enferma una semana"],
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 3, 60, 1000])
def test_each_page_comes_to_what_is_on_it_and_carries_on_what_came_before(count: int) -> None:
    made = pages(render("register", replace(REGISTER, entries=many(count)), at=AT))

    before = [0, 0, 0, 0]
    listed = 0
    for text in made:
        carried, here, forward = sums(text)
        on_it = text.count("ICIM-2015-") - text.count("por el ICIM-2015-") - text.count("por el\nICIM-2015-")
        assert (carried, here[0], sum(here[1:])) == (before, on_it, on_it)
        before = [one + other for one, other in zip(carried, here, strict=True)]
        assert forward == before
        assert all(words in text for words in ("Lugar", "Fecha", "Nombre y cargo", "Firma"))
        listed += on_it
    assert (listed, before[0]) == (count, count)
    assert before[1:] == [count - 2 * (count // 5) - (count % 5 > 2), count // 5 + (count % 5 > 2), count // 5]


@pytest.mark.parametrize("count", [0, 3, 60])
def test_the_register_is_archival_and_accessible(tmp_path, count: int) -> None:
    path = tmp_path / "register.pdf"
    path.write_bytes(render("register", replace(REGISTER, entries=(REGISTER.entries + many(60))[:count]), at=AT))

    for profile in (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1):
        assert [(one.rule_id, one.message) for one in page.validate_pdf(path, profile=profile).failures] == []
    assert [(one.rule_id, one.message) for one in validate(path).findings] == []


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
@pytest.mark.parametrize("format", ["pdf", "html", "csv", "xlsx"])
def test_the_register_is_made_in_every_language_the_same_each_time(language: str, format: str) -> None:
    facts = replace(REGISTER, edition=replace(REGISTER.edition, language=language))

    assert render("register", facts, format=format, at=AT) == render("register", facts, format=format, at=AT)


def test_a_page_has_its_totals_too_and_nothing_that_was_typed_is_markup() -> None:
    entries = (replace(REGISTER.entries[0], name="<b>Ana</b>", reason="<script>"), *many(40))

    html = render("register", replace(REGISTER, entries=entries), format="html", at=AT).decode()

    assert ("<b>" in html, "<script>" in html, "&lt;b&gt;Ana" in html) == (False, False, True)
    assert html.count('<section class="sheet">') == 3
    assert html.count('<tr><th scope="row">Esta página</th><td>18</td>') == 2
    assert '<tr><th scope="row">Total</th><td>41</td><td>24</td><td>9</td><td>8</td></tr>' in html


def test_a_very_long_reason_is_shortened_so_that_its_row_stays_on_a_page() -> None:
    entry = replace(REGISTER.entries[2], reason="Muy largo. " * 500)

    made = pages(render("register", replace(REGISTER, entries=(entry,)), at=AT))

    assert (len(made), "…" in made[0]) == (1, True)


@pytest.mark.parametrize(
    ("language", "word", "line"),
    [
        ("es", "DUPLICADO", "Expedido el 20 de marzo de 2015; duplicado expedido el 1 de abril de 2015"),
        ("pt", "SEGUNDA VIA", "Emitido em 20 de março de 2015; segunda via emitida em 1º de abril de 2015"),
        ("fr", "DUPLICATA", "Délivré le 20 mars 2015 ; duplicata délivré le 1er avril 2015"),
        ("en", "DUPLICATE", "Issued on 20 March 2015; duplicate issued on 1 April 2015"),
    ],
)
def test_a_duplicate_says_so_with_both_dates_and_another_doesnt(language: str, word: str, line: str) -> None:
    original = replace(CERTIFICATE, edition=replace(CERTIFICATE.edition, language=language))
    duplicate = replace(original, serial="ICIM-2015-0099", issued_on=date(2015, 4, 1), duplicate_of=date(2015, 3, 20))

    (made,) = render_certificates([original, duplicate], merged=True, at=AT)
    first, second = (" ".join(text.split()) for text in pages(made.data))

    assert (word in first, word in second, line in second) == (False, True, True)
