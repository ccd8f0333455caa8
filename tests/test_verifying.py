"""Verifying a sheet: what is printed on it, against what the register says was issued."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from certificate_samples import Sample, ready_sample
from coursectl import certificates, documents
from coursectl.store import Act, Store, insert, new_id
from coursectl.workflows import printing
from coursectl.workflows.printing.certificates import _Certificates
from coursectl.workflows.verifying import Verdict, verify

AT = datetime(2015, 3, 21, tzinfo=UTC)


@pytest.fixture
def issued(store: Store, act: Act) -> Sample:
    """ICIM-37 with certificates of Ana, Luis and Omar."""
    sample = ready_sample(store, act, closed_on="2015-03-21")
    for name in ("Ana María Pérez-Núñez", "Luis Rojas", "Omar عمر السيد"):
        sample.trainee(name)
    certificates.issue(store, sample.ref, act, on="2015-03-21")
    return sample


def code(store: Store, serial: str) -> str:
    entry = certificates.get_certificate(store, serial)
    assert entry.hash is not None
    return certificates.code_of(serial, entry.hash)


def printed(sample: Sample, folder: Path, merged: bool = True) -> list[Path]:
    order = printing.Order("certificates", folder, merged=merged)
    done = printing.print_document(sample.store, sample.ref, order)
    return [folder / name for name in done.files]


def forged(sample: Sample, folder: Path, of: str = "ICIM-2015-0001", /, **change: Any) -> Path:
    """A sheet like the one that was issued, but for one thing."""
    (one,) = certificates.list_for_printing(sample.store, sample.ref, serials=[of])
    facts = replace(_Certificates(sample.store, printing.Order("certificates", Path())).gather(one), **change)
    (made,) = documents.render_certificates([facts], merged=True, at=AT)
    path = folder / "forged.pdf"
    path.write_bytes(made.data)
    return path


def picture(path: Path, dpi: int = 150, form: str = "png") -> Path:
    """The first page as a scanner makes it."""
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", path, path.with_suffix("")], check=True)
    made = path.with_suffix(f".{form}")
    with Image.open(path.with_suffix(".png")) as page:
        page.convert("RGB").save(made)
    return made


def said(
    store: Store, *given: str | Path
) -> list[tuple[str, tuple[int, ...], tuple[str, ...], tuple[str, ...], str | None]]:
    """Outcome, pages, what was compared, what differs, and the number, of each."""
    return [
        (one.outcome, one.pages, one.compared, one.differing, one.certificate and one.certificate.serial)
        for one in verify(store, [str(one) for one in given])
    ]


def outcomes(verdicts: Sequence[Any]) -> list[str]:
    return [one[0] for one in verdicts]


def replace_certificate(sample: Sample, old: str, new: str) -> None:
    """As replacing does it: a new number to the old one's person, which supersedes it."""
    store = sample.store
    row = store.read("SELECT * FROM certificate WHERE serial = :serial", {"serial": old})[0]
    snapshot = store.read(
        "SELECT salt, content, hash FROM certificate_snapshot WHERE certificate_id = :id", {"id": row["id"]}
    )[0]
    entry = {**row, "id": new_id(), "serial": new, "n": int(new[-4:]), "op_id": new_id(), "replaces": row["id"]}
    event = {
        "id": new_id(),
        "certificate_id": row["id"],
        "state": "superseded",
        "at": sample.act.now,
        "reason": "misspelled",
        "superseded_by": entry["id"],
    }
    issued = {"id": new_id(), "certificate_id": entry["id"], "state": "issued", "at": sample.act.now}
    sample.store.apply(
        sample.act.operation(
            "test",
            [
                *insert("certificate", [entry]),
                *insert("certificate_snapshot", [{"certificate_id": entry["id"], **snapshot}]),
                *insert("certificate_event", [event]),
                *insert("certificate_event", [issued]),
            ],
            op_id=entry["op_id"],
        )
    )  # fmt: skip


def void(sample: Sample, serial: str) -> None:
    one = certificates.get_certificate(sample.store, serial)
    sample.write(*certificates.void_statements(sample.store, [one.id], "printed twice", sample.act))


# --- codes and numbers, typed -------------------------------------------------------------------------------------


def test_a_code_that_was_issued_is_answered_with_all_that_the_register_has(issued: Sample) -> None:
    (verdict,) = verify(issued.store, [code(issued.store, "ICIM-2015-0001")])

    assert verdict == Verdict(
        code(issued.store, "ICIM-2015-0001"),
        "issued",
        compared=("code",),
        certificate=certificates.Registered(
            serial="ICIM-2015-0001", kind="completion", name="Ana María Pérez-Núñez", edition="ICIM-37",
            issued_on="2015-03-21", starts="2015-03-09", ends="2015-03-21", state="issued", at=issued.act.now,
            reason=None, live=None, erased_on=None, intact=True, matches=True,
        ),
    )  # fmt: skip


def test_it_may_be_typed_as_one_types(issued: Sample) -> None:
    mark, serial, check = code(issued.store, "ICIM-2015-0002").lower().split(":")

    assert said(
        issued.store,
        f" {mark} : {serial}\n: {check[:5]} {check[5:]}",
        f"{serial} {check}",
        f"{serial}+{check}",
        serial,
    ) == [
        ("issued", (), ("code",), (), "ICIM-2015-0002"),
        ("issued", (), ("code",), (), "ICIM-2015-0002"),
        ("issued", (), ("code",), (), "ICIM-2015-0002"),
        ("issued", (), (), (), "ICIM-2015-0002"),
    ]


def test_a_true_number_with_another_code_is_forged_or_mistyped(issued: Sample) -> None:
    other = code(issued.store, "ICIM-2015-0002").rpartition(":")[2]

    assert said(issued.store, f"ICIM-2015-0001 {other}") == [("forged", (), ("code",), ("code",), "ICIM-2015-0001")]


def test_what_the_register_has_not_is_unknown_and_what_is_no_code_of_ours_is_foreign(issued: Sample) -> None:
    assert outcomes(said(issued.store, "ICIM-2015-9999", "C1:ICIM-2015-9999:NC9FK3NB2BWRX", "Ana María Pérez-Núñez")) == ["unknown"] * 3  # fmt: skip
    assert [(one.outcome, one.form) for one in verify(issued.store, ["https://x.example/1", "C2:abc", "C77:", ""])] == [
        ("foreign", None), ("foreign", 2), ("foreign", 77), ("foreign", None),
    ]  # fmt: skip


def test_a_void_one_says_why(issued: Sample) -> None:
    void(issued, "ICIM-2015-0001")

    (verdict,) = verify(issued.store, [code(issued.store, "ICIM-2015-0001")])

    assert verdict.certificate is not None
    assert (verdict.outcome, verdict.certificate.reason) == ("void", "printed twice")


def test_a_superseded_one_names_the_one_that_holds_today(issued: Sample) -> None:
    replace_certificate(issued, "ICIM-2015-0001", "ICIM-2015-0004")
    replace_certificate(issued, "ICIM-2015-0004", "ICIM-2015-0005")

    verdicts = list(verify(issued.store, [code(issued.store, f"ICIM-2015-000{n}") for n in (1, 4, 5)]))

    assert [(one.outcome, one.certificate and one.certificate.live) for one in verdicts] == [
        ("superseded", "ICIM-2015-0005"), ("superseded", "ICIM-2015-0005"), ("issued", None),
    ]  # fmt: skip
    void(issued, "ICIM-2015-0005")
    (verdict,) = verify(issued.store, ["ICIM-2015-0001"])
    assert (verdict.outcome, verdict.certificate and verdict.certificate.live) == ("superseded", None)


def test_of_whom_was_erased_the_register_has_the_number_and_the_day(issued: Sample) -> None:
    from coursectl.workflows.erasing import erase_person

    known = code(issued.store, "ICIM-2015-0002")
    erase_person(issued.store, "Luis Rojas", issued.act)

    (verdict,) = verify(issued.store, [known])

    assert verdict.certificate is not None
    assert (verdict.outcome, verdict.compared, verdict.certificate.name, verdict.certificate.erased_on) == (
        "erased", (), None, "2015-03-09",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "serial"),
    [
        ("{course}/{edition}/{year}.{number}", "icim/37/2015.0001"),
        ("N {course} {year} {number}", "n icim 2015 0001"),
        ("reg_{year}-{number}", "REG_2015-0001"),
        ("{number}{year}", "00012015"),
    ],
)
def test_numbers_of_every_pattern_are_found_as_codes_and_as_text(store, act, tmp_path, pattern, serial):
    sample = ready_sample(store, act, closed_on="2015-03-21")
    sample.write(*_pattern(sample, pattern))
    sample.trainee("Ana Pérez")
    (one,) = certificates.issue(store, sample.ref, act, on="2015-03-21").certificates

    assert said(store, code(store, one.serial), code(store, one.serial)[3:].replace(":", " "), serial) == [
        ("issued", (), ("code",), (), one.serial),
        ("issued", (), ("code",), (), one.serial),
        ("issued", (), (), (), one.serial),
    ]
    assert said(store, *printed(sample, tmp_path)) == [("issued", (1,), ("code", "serial", "name"), (), one.serial)]


def _pattern(sample: Sample, pattern: str) -> list[Any]:
    from coursectl.store import Statement

    return [Statement("UPDATE course SET serial_pattern = :pattern WHERE id = :id", {"pattern": pattern, "id": sample.ref.course_id})]  # fmt: skip


# --- sheets -------------------------------------------------------------------------------------------------------


def test_every_certificate_of_a_file_is_answered_and_its_text_compared(issued: Sample, tmp_path: Path) -> None:
    (file,) = printed(issued, tmp_path)

    compared = ("code", "serial", "name")
    assert said(issued.store, file) == [
        ("issued", (1,), compared, (), "ICIM-2015-0001"),
        ("issued", (2,), compared, (), "ICIM-2015-0002"),
        ("issued", (3,), compared[:2], (), "ICIM-2015-0003"),  # Arabic can't be read back for sure
    ]


def test_pages_without_a_certificate_are_named_once(issued: Sample, tmp_path: Path) -> None:
    (file,) = printed(issued, tmp_path)
    writer = pypdf.PdfWriter(clone_from=file)
    writer.insert_blank_page(index=1)
    writer.add_blank_page()
    writer.write(tmp_path / "more.pdf")

    assert said(issued.store, tmp_path / "more.pdf")[-1] == ("nothing", (2, 5), (), (), None)


@pytest.mark.parametrize("form", ["png", "jpg", "tif", "webp", "bmp", "gif"])
def test_a_picture_of_a_sheet_is_read_in_every_format_of_scanners_and_telephones(issued, tmp_path, form):
    file = picture(printed(issued, tmp_path)[0], form=form)

    assert said(issued.store, file) == [("issued", (1,), ("code",), (), "ICIM-2015-0001")]


def test_a_scan_within_a_pdf_and_several_pictures_in_one_file_are_read(issued: Sample, tmp_path: Path) -> None:
    files = printed(issued, tmp_path, merged=False)
    scans = []
    for file in files:
        with Image.open(picture(file, dpi=100)) as page:
            scans.append(page.convert("L"))
    for form in ("pdf", "tif"):
        first, *others = (scan.copy() for scan in scans)
        first.save(tmp_path / f"scan.{form}", save_all=True, append_images=others, resolution=100)
        for_each = [("issued", (page,), ("code",), (), f"ICIM-2015-000{page}") for page in (1, 2, 3)]
        assert said(issued.store, tmp_path / f"scan.{form}") == for_each


@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"name": "Ana María Peres-Núñez"}, ("name",)),
        ({"serial": "ICIM-2015-0009"}, ("serial",)),
        ({"serial": "ICIM-2015-00010", "name": "Ana"}, ("serial", "name")),
    ],
)
def test_a_sheet_that_says_something_else_than_was_issued_differs(issued, tmp_path, change, differing):
    assert said(issued.store, forged(issued, tmp_path, **change)) == [
        ("differs", (1,), ("code", "serial", "name"), differing, "ICIM-2015-0001")
    ]


def test_a_name_in_arabic_is_not_said_to_be_equal_but_a_letter_that_is_missing_is_told(
    issued: Sample, tmp_path: Path
) -> None:
    same = forged(issued, tmp_path, "ICIM-2015-0003")
    assert said(issued.store, same) == [("issued", (1,), ("code", "serial"), (), "ICIM-2015-0003")]
    other = forged(issued, tmp_path, "ICIM-2015-0003", name="Omar خالد السيد")
    assert said(issued.store, other) == [("differs", (1,), ("code", "serial", "name"), ("name",), "ICIM-2015-0003")]


def test_a_sheet_with_a_code_that_was_made_up_is_forged(issued: Sample, tmp_path: Path) -> None:
    made_up = forged(issued, tmp_path, code="C1:ICIM-2015-0001:NC9FK3NB2BWRX")

    assert said(issued.store, made_up, picture(made_up)) == [
        ("forged", (1,), ("code",), ("code",), "ICIM-2015-0001"),
        ("forged", (1,), ("code",), ("code",), "ICIM-2015-0001"),
    ]


def test_a_sheet_without_a_code_is_found_by_its_number(issued: Sample, tmp_path: Path) -> None:
    assert said(issued.store, forged(issued, tmp_path, code="")) == [
        ("issued", (1,), ("serial", "name"), (), "ICIM-2015-0001")
    ]
    assert outcomes(said(issued.store, forged(issued, tmp_path, code="", name="Eva Luz"))) == ["differs"]
    assert outcomes(said(issued.store, forged(issued, tmp_path, code="", serial="ICIM-2015-00011"))) == ["unreadable"]


def test_a_foreign_code_on_a_page_is_said_to_be_foreign(issued: Sample, tmp_path: Path) -> None:
    page = forged(issued, tmp_path, code="https://x.example", serial="X-1")

    assert said(issued.store, page, picture(page)) == [("foreign", (1,), (), (), None)] * 2
    (newer,) = verify(issued.store, [str(forged(issued, tmp_path, code="C2:SIGNED", serial="X-1"))])
    assert (newer.outcome, newer.form) == ("foreign", 2)


def test_what_became_of_a_printed_sheet_is_said(issued: Sample, tmp_path: Path) -> None:
    (file,) = printed(issued, tmp_path)
    replace_certificate(issued, "ICIM-2015-0001", "ICIM-2015-0004")
    void(issued, "ICIM-2015-0002")

    assert said(issued.store, file) == [
        ("superseded", (1,), ("code", "serial", "name"), (), "ICIM-2015-0001"),
        ("void", (2,), ("code", "serial", "name"), (), "ICIM-2015-0002"),
        ("issued", (3,), ("code", "serial"), (), "ICIM-2015-0003"),
    ]


# --- what is no sheet -----------------------------------------------------------------------------------------------


def png_header(width: int, height: int) -> bytes:
    """A picture that is so large, of which nothing but one row of zeros is there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(width + 1)))
        + chunk(b"IEND", b"")
    )


def bomb_pdf(width: int, height: int) -> bytes:
    """A page with a picture of that many pixels, packed small."""
    stream = zlib.compress(bytes(width), 9)
    image = (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length {len(stream)}>>stream\n"
    ).encode() + stream + b"\nendstream"  # fmt: skip
    content = b"q 500 0 0 500 0 0 cm /I Do Q"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 600]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        image,
    ]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"


def huge_page() -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(14_000_000, 14_000_000)
    writer.add_blank_page(1_000_000, 0.001)
    writer.write(out)
    return out.getvalue()


NO_SHEETS: dict[str, tuple[bytes, str]] = {
    "empty.pdf": (b"", "empty.pdf is empty."),
    "empty.png": (b"", "empty.png is empty."),
    "broken.pdf": (b"%PDF-1.7\nnothing", "broken.pdf can't be read as a PDF: it is damaged, or needs a password."),
    "broken.png": (png_header(3000, 2000), ""),
    "bomb.png": (png_header(60_000, 60_000), "bomb.png has more than 40 million pixels. Scan or save it smaller: 300 dpi will do."),
    "large.png": (png_header(9_000, 5_000), "large.png has more than 40 million pixels. Scan or save it smaller: 300 dpi will do."),
    "text.png": (b"not a picture", "text.png can't be read as a picture: it is damaged or of another kind. Save it as PNG, JPEG or PDF."),
    "script.jpg": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "script.jpg can't be read as a picture: it is damaged or of another kind. Save it as PNG, JPEG or PDF."),
    "bomb.pdf": (bomb_pdf(60_000, 60_000), "bomb.pdf has more than 40 million pixels. Scan or save it smaller: 300 dpi will do."),
    "huge.pdf": (huge_page(), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_SHEETS)
def test_what_is_no_sheet_gets_a_sentence(store: Store, tmp_path: Path, name: str) -> None:
    content, sentence = NO_SHEETS[name]
    (tmp_path / name).write_bytes(content)

    (verdict,) = verify(store, [str(tmp_path / name)])

    problem = str(verdict.problem).replace(f"{tmp_path}/", "") if verdict.problem else ""
    assert verdict.outcome == "unreadable"
    assert sentence in ("", problem)


def test_a_file_that_is_broken_off_answers_what_was_readable_or_says_so(issued: Sample, tmp_path: Path) -> None:
    whole = picture(printed(issued, tmp_path)[0]).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])

    assert outcomes(said(issued.store, tmp_path / "half.png")) == ["unreadable"]


def test_a_file_behind_a_password_and_one_that_is_not_there_and_a_folder_get_a_sentence(issued, tmp_path):
    writer = pypdf.PdfWriter(clone_from=printed(issued, tmp_path)[0])
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")

    verdicts = verify(issued.store, [str(tmp_path / "locked.pdf"), str(tmp_path / "none.pdf"), str(tmp_path)])

    assert [str(one.problem).replace(str(tmp_path), "DIR") for one in verdicts] == [
        "DIR/locked.pdf can't be read as a PDF: it is damaged, or needs a password.",
        "There is no file DIR/none.pdf.",
        "DIR is a folder. Name the files in it: DIR/*",
    ]


def test_a_name_that_no_file_can_have_gets_a_sentence(store: Store) -> None:
    long, null = verify(store, ["x" * 5000 + ".pdf", "a\0b.pdf"])

    assert (long.outcome, null.outcome) == ("unreadable", "unreadable")
    assert str(long.problem).endswith("xxx.pdf can't be read: File name too long.")
    assert str(null.problem) in ("There is no file a\0b.pdf.", "a\0b.pdf can't be read: embedded null byte.")


def test_bombs_take_little_memory(store_path: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("bomb.png", "bomb.pdf", "huge.pdf", "broken.png")]
    for file in files:
        file.write_bytes(NO_SHEETS[file.name][0])
    measured = "import resource, subprocess, sys; subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = (sys.executable, "-m", "coursectl", "certificate", "verify", "--store", store_path, *files)

    done = subprocess.run([sys.executable, "-c", measured, *command], capture_output=True, text=True, check=True)

    assert int(done.stdout.splitlines()[-1]) < 350 * 1024  # KB
