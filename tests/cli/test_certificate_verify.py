"""`certificate verify` as it is typed and read."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certificate_samples import Sample, ready_sample
from coursectl import certificates
from coursectl.store import Act, Store

Cli = Callable[..., Any]
VERIFY = ("certificate", "verify")
WHOSE = "ICIM-2015-0001, completion, ICIM-37 (2015-03-09 to 2015-03-21), Ana Pérez, issued on 2015-03-21."


@pytest.fixture
def issued(store: Store, act: Act) -> Sample:
    """ICIM-37 with certificates of Ana and Luis."""
    sample = ready_sample(store, act, closed_on="2015-03-21")
    sample.trainee("Ana Pérez")
    sample.trainee("Luis Rojas")
    certificates.issue(store, sample.ref, act, on="2015-03-21")
    return sample


@pytest.fixture
def code(issued: Sample) -> str:
    """The code of Ana's."""
    entry = certificates.get_certificate(issued.store, "ICIM-2015-0001")
    assert entry.hash is not None
    return certificates.code_of(entry.serial, entry.hash)


def void(sample: Sample, serial: str) -> None:
    one = certificates.get_certificate(sample.store, serial)
    sample.write(*certificates.void_statements(sample.store, [one.id], "printed twice", sample.act))


def test_a_code_that_was_issued_is_valid(cli: Cli, code: str) -> None:
    answer = cli(*VERIFY, code)

    assert (answer.code, answer.out, answer.err) == (
        0, f"{code}: VALID. {WHOSE} Compare the name on the sheet with this.\n", "",
    )  # fmt: skip


def test_a_number_alone_proves_nothing_and_that_is_said(cli: Cli, issued: Sample) -> None:
    answer = cli(*VERIFY, "icim-2015-0001")

    assert (answer.code, answer.out) == (
        0,
        f"icim-2015-0001: ISSUED. {WHOSE} "
        "There was no code to compare, and a number alone proves nothing: compare the whole sheet with this.\n",
    )


def test_a_printed_file_needs_no_eyes(cli: Cli, issued: Sample) -> None:
    cli("render", "certificates", "-e", "ICIM-37", "--merged")

    answer = cli(*VERIFY, "ICIM-37-certificates.pdf")

    assert (answer.code, answer.out) == (
        0,
        f"ICIM-37-certificates.pdf, page 1: VALID. {WHOSE}\n"
        f"ICIM-37-certificates.pdf, page 2: VALID. {WHOSE.replace('0001', '0002').replace('Ana Pérez', 'Luis Rojas')}\n",
    )


def test_pages_without_a_certificate_are_told_in_one_line(cli: Cli, issued: Sample) -> None:
    import pypdf

    cli("render", "certificates", "-e", "ICIM-37", "--merged")
    writer = pypdf.PdfWriter(clone_from="ICIM-37-certificates.pdf")
    for at in (1, 3, 4):
        writer.insert_blank_page(index=at)
    writer.write("more.pdf")

    answer = cli(*VERIFY, "more.pdf")

    assert (answer.code, answer.out.splitlines()[-1]) == (
        0, "more.pdf, pages 2, 4–5: no code of a certificate, and no number of the register.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ("ICIM-2015-9999", 3, "UNKNOWN: the register has no such certificate. It may be another office's, mistyped, or forged."),
        ("https://x.example", 3, "NOT OURS: the code isn't one of a certificate's."),
        ("C2:SIGNED", 3, "NOT OURS: a code of form 2, which this version doesn't know. Is there a newer one?"),
        ("ICIM-2015-0001 NC9FK3NB2BWRX", 4, "FORGED OR MISTYPED: the register has ICIM-2015-0001, but its code is another."),
        ("none.pdf", 5, "UNREADABLE: There is no file none.pdf."),
        ("empty.png", 5, "UNREADABLE: empty.png is empty."),
        ("blank.png", 5, "UNREADABLE: no code of a certificate, and no number of the register. Scan it at 300 dpi, or type the number."),
    ],
)  # fmt: skip
def test_each_answer_has_its_sentence_and_its_exit_code(
    cli: Cli, issued: Sample, given: str, code: int, said: str
) -> None:
    from PIL import Image

    Path("empty.png").touch()
    Image.new("L", (300, 300), 255).save("blank.png")

    answer = cli(*VERIFY, given)

    assert (answer.code, answer.out, answer.err) == (code, f"{given}: {said}\n", "")


def test_a_void_one_says_since_when_and_why(cli: Cli, issued: Sample, code: str) -> None:
    void(issued, "ICIM-2015-0001")

    answer = cli(*VERIFY, code)

    assert (answer.code, answer.out) == (4, f"{code}: VOID since 2015-03-09: printed twice. {WHOSE}\n")


def test_what_was_erased_is_said_with_its_day(cli: Cli, issued: Sample, code: str) -> None:
    cli("person", "erase", "Ana Pérez", "--yes")

    answer = cli(*VERIFY, code, "--json")

    (said,) = answer.json
    assert (answer.code, said["outcome"], said["name"], said["serial"]) == (4, "erased", None, "ICIM-2015-0001")
    assert said["sentence"] == (
        f"{code}: ERASED: the register has ICIM-2015-0001, completion, ICIM-37, issued on 2015-03-21; "
        f"what it printed was erased on {said['erased_on']}."
    )


def test_a_register_that_was_tampered_with_is_said(cli: Cli, issued: Sample, code: str, store_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(store_path) as store:
        names = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            store.execute(f'DROP TRIGGER "{name}"')
        store.execute("UPDATE certificate_snapshot SET content = replace(content, 'Ana', 'Eva')")
    store.close()

    answer = cli(*VERIFY, code)

    assert (answer.code, answer.out) == (
        4,
        f"{code}: ALTERED: what the register has of ICIM-2015-0001 is no longer what was issued. Run: coursectl store check\n",
    )


def test_as_json_it_is_a_contract(cli: Cli, code: str) -> None:
    answer = cli(*VERIFY, code, "X", "--json")

    assert (answer.code, answer.json) == (
        3,
        [
            {
                "given": code, "pages": [], "outcome": "issued",
                "sentence": f"{code}: VALID. {WHOSE} Compare the name on the sheet with this.",
                "compared": ["code"], "differing": [], "serial": "ICIM-2015-0001", "name": "Ana Pérez", "kind": "completion",
                "edition": "ICIM-37", "starts": "2015-03-09", "ends": "2015-03-21", "issued_on": "2015-03-21", "state": "issued",
                "reason": None, "live": None, "erased_on": None, "intact": True,
            },
            {
                "given": "X", "pages": [], "outcome": "unknown",
                "sentence": "X: UNKNOWN: the register has no such certificate. It may be another office's, mistyped, or forged.",
                "compared": [], "differing": [], "serial": None, "name": None, "kind": None, "edition": None, "starts": None,
                "ends": None, "issued_on": None, "state": None, "reason": None, "live": None, "erased_on": None, "intact": None,
            },
        ],
    )  # fmt: skip


def test_as_csv_it_is_a_row_each(cli: Cli, code: str) -> None:
    lines = cli(*VERIFY, code, "X", "--csv").out.splitlines()

    assert [line.split(",")[:3] for line in lines] == [
        ["given", "pages", "outcome"],
        [code, "", "issued"],
        ["X", "", "unknown"],
    ]


def test_lines_come_from_stdin_as_a_scanner_types_them(cli: Cli, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = f"\ufeff{code}\r\n\n icim-2015-0002 \nX\xff\n".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed + b"\xff\n")))

    answer = cli(*VERIFY, "-", "--json")

    assert (answer.code, [(one["given"], one["outcome"]) for one in answer.json]) == (
        3, [(code, "issued"), (" icim-2015-0002 ", "issued"), ("Xÿ", "unknown"), ("\ufffd", "unknown")],
    )  # fmt: skip


def test_endless_lines_are_refused(cli: Cli, issued: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * 5_000_001)))

    answer = cli(*VERIFY, "-")

    assert (answer.code, answer.err) == (5, "stdin is longer than 5000000 bytes. Give the codes in parts.\n")


def test_the_gravest_answer_is_the_exit_code(cli: Cli, issued: Sample, code: str) -> None:
    assert [
        cli(*VERIFY, *given).code for given in ((code, "X"), ("X", "ICIM-2015-0001 NC9FK3NB2BWRX"), ("x.pdf", "X"))
    ] == [3, 4, 5]


def test_without_the_extra_it_is_said_what_to_install(
    cli: Cli, issued: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("sheet.pdf").write_bytes(b"%PDF-1.7\n")
    Path("sheet.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for module in ("pypdfium2", "PIL"):
        monkeypatch.setitem(sys.modules, module, None)

    answer = cli(*VERIFY, "sheet.pdf", "sheet.png")

    install = "reading files needs more packages. Install them with: pip install 'coursectl[verify]'"
    assert (answer.code, answer.out) == (
        5,
        f"sheet.pdf: UNREADABLE: sheet.pdf: {install}\nsheet.png: UNREADABLE: sheet.png: {install}\n",
    )


def test_what_a_scanner_has_read_is_never_taken_for_a_file(
    cli: Cli, issued: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("secret.pdf").write_bytes(b"%PDF-1.7\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"secret.pdf\n")))

    assert [one["outcome"] for one in cli(*VERIFY, "-", "--json").json] == ["unknown"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_is_no_sheet(cli: Cli, issued: Sample) -> None:
    os.mkfifo("pipe.pdf")

    answer = cli(*VERIFY, "pipe.pdf")

    assert (answer.code, answer.out) == (
        5,
        "pipe.pdf: UNREADABLE: pipe.pdf can't be read as a picture: it is damaged or of another kind. Save it as PNG, JPEG or PDF.\n",
    )
