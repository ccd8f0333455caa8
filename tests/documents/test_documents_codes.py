"""The code on the sheet: read back from the printed page, out of everybody's way, and forgotten with its batch."""

from __future__ import annotations

import io
import random
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
import zxingcpp
from document_samples import AT, CERTIFICATE, SIGNATORIES, certificates, save
from PIL import Image, ImageFilter
from test_documents_certificates import LONG, LONG_NAME

from coursectl.certificates import code_of
from coursectl.documents import CertificateFacts, render_certificates
from coursectl.documents.codes import lines_of, modules_of
from coursectl.documents.typeset import Typesetter
from coursectl.errors import BadInput
from coursectl.workflows.verifying.sheets import codes_of_picture

LONG_SERIAL = "INTERMIG-2/Edition_37/Curso.2015/00042"


def coded(serial: str, **more: object) -> CertificateFacts:
    return replace(CERTIFICATE, serial=serial, code=code_of(serial, sha256(serial.encode()).hexdigest()), **more)


def pdf_of(*facts: CertificateFacts) -> bytes:
    (made,) = render_certificates(facts, merged=True, at=AT)
    return made.data


def printed(data: bytes, folder: Path, dpi: int) -> list[Image.Image]:
    """The pages as a printer prints them."""
    path = save(folder, "sheets.pdf", data)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", path, folder / f"at{dpi}"], check=True)
    pages = []
    for page in sorted(folder.glob(f"at{dpi}-*.pgm")):
        with Image.open(page) as opened:
            pages.append(opened.convert("L"))
    return pages


def read(page: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(page)]


def test_fifty_codes_are_read_from_pages_of_150_and_300_dpi(tmp_path):
    numbers = random.Random(37).sample(range(1, 10_000), 48)
    facts = [coded(f"ICIM-2015-{number:04}") for number in numbers] + [coded(LONG_SERIAL), coded("a b_c.2015 1")]

    data = pdf_of(*facts)

    for dpi in (150, 300):
        assert [read(page) for page in printed(data, tmp_path, dpi)] == [[one.code] for one in facts]


COPIED = (coded("ICIM-2015-0042"), coded(LONG_SERIAL))


@pytest.fixture(scope="module")
def corners(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    """The corners with the codes of two sheets, as sharp as a printer makes them."""
    pages = printed(pdf_of(*COPIED), tmp_path_factory.mktemp("sharp"), 600)
    return [page.crop((page.width * 8 // 10, page.height * 7 // 10, page.width, page.height)) for page in pages]


@pytest.mark.parametrize("dpi", [100, 150, 300])
@pytest.mark.parametrize("angle", [0, 3, 17, 90, 180])
def test_a_sheet_that_was_copied_badly_and_laid_on_the_glass_askew_is_still_read(corners, dpi, angle):
    for corner, one in zip(corners, COPIED, strict=True):
        blurred = corner.rotate(angle, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.1 * 600 / 25.4))
        scanned = blurred.resize((blurred.width * dpi // 600, blurred.height * dpi // 600), Image.Resampling.LANCZOS)
        assert codes_of_picture(Image.blend(scanned, Image.effect_noise(scanned.size, 60), 0.25)) == (one.code,)


FULLEST = {
    "two sign": {},
    "three sign": {"signatories": (*SIGNATORIES, LONG)},
    "four sign": {"signatories": (*SIGNATORIES, *SIGNATORIES)},
    "four with long posts": {"signatories": (LONG,) * 4},
    "all that there can be": {
        "signatories": (LONG,) * 4,
        "name": LONG_NAME,
        "sessions": ("Refugio", "Flujos mixtos") * 8,
    },
    "a long number": {"serial": LONG_SERIAL, "signatories": (LONG,) * 4},
}


@pytest.mark.parametrize("case", FULLEST)
def test_nothing_is_printed_over_the_code_and_it_is_over_nothing(case):
    facts = coded(**{"serial": "ICIM-2015-0042", **FULLEST[case]})
    page = pypdfium2.PdfDocument(pdf_of(facts))[0]

    (code,) = (found for found in page.get_objects() if found.type == 3 and is_code(found))  # 3: a picture
    left, bottom, right, top = code.get_bounds()
    inside = page.get_textpage().get_text_bounded(left, bottom, right, top)

    assert len(pypdfium2.PdfDocument(pdf_of(facts))) == 1
    assert inside.strip() == ""
    assert read(page.render(scale=150 / 72, grayscale=True).to_pil()) == [facts.code]
    millimeters = [round(points / 72 * 25.4, 1) for points in (left, bottom, right, top)]
    assert all(13 < at < 297 - 13 for at in millimeters[::2])  # within the golden frame
    assert all(13 + 9 < at < 210 - 13 for at in millimeters[1::2])  # above its hollow corner


def is_code(found: pypdfium2.PdfObject) -> bool:
    width, height = found.get_px_size()
    return width == height < 100


def test_what_the_code_says_stands_below_it_for_whom_has_no_camera():
    (text,) = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(coded("ICIM-2015-0042")))).pages)

    assert "C1:ICIM-2015-0042:\n" + coded("ICIM-2015-0042").code.rpartition(":")[2] in text
    assert lines_of("C1:" + "ABCDEFGHIJ" * 3 + ":NC9FK3NB2BWRX") == (
        "C1:ABCDEFGHIJABCD",
        "EFGHIJABCDEFGHIJ:",
        "NC9FK3NB2BWRX",
    )
    assert lines_of("signed:" + "x" * 200) == ()
    assert lines_of("") == ()


def test_a_code_is_a_figure_that_says_what_it_is_in_the_language_of_the_sheet():
    with pikepdf.open(io.BytesIO(pdf_of(coded("ICIM-2015-0042")))) as pdf:
        figures = [
            found for found in pdf.objects if isinstance(found, pikepdf.Dictionary) and found.get("/S") == "/Figure"
        ]

    assert "Código para verificar el certificado ICIM-2015-0042" in {str(found.get("/Alt")) for found in figures}


def test_a_sheet_without_a_code_has_none():
    page = pypdfium2.PdfDocument(pdf_of(CERTIFICATE))[0]

    assert [found for found in page.get_objects() if found.type == 3 and is_code(found)] == []


def test_no_module_is_smaller_than_a_scanner_sees():
    width = modules_of(code_of(LONG_SERIAL, "ab" * 32)).width

    assert width <= 41
    assert max(16.5, width * 0.42) / width >= 0.42


def test_codes_are_made_once_and_forgotten_with_their_batch():
    with Typesetter() as typesetter:
        folder = Path(typesetter._folder.name)
        first, again, other = (typesetter.code(text)[0] for text in ("A", "A", "B"))
        assert first == again != other
        assert sorted(path.name for path in folder.iterdir()) == sorted({first, other})

        typesetter.forget()
        assert list(folder.iterdir()) == []
        assert typesetter.code("A")[0] not in (first, other)


def test_a_code_that_says_too_much_is_refused():
    with pytest.raises(BadInput) as refused:
        pdf_of(replace(CERTIFICATE, code="x" * 5000))

    assert refused.value.sentence() == f"The code '{'x' * 30}' … is too long for a QR code: 5000 letters."


def test_the_same_codes_give_the_same_bytes():
    facts = [replace(one, code=code_of(one.serial, "ab" * 32)) for one in certificates(5)]

    assert pdf_of(*facts) == pdf_of(*facts)
