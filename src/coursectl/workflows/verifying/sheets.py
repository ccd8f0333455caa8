"""What is on a sheet: its codes, and of a PDF its text. From the pages of a PDF, or the pictures of a scanner or a telephone.

Whoever sends a file may mean harm: a picture that unpacks to more than a sheet can be is refused before it is unpacked, formats are
those of scanners and telephones, and a page is never drawn larger than that either.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import sqrt
from pathlib import Path
from typing import Any

from coursectl.errors import N_, BadInput

PICTURES = ("png", "jpg", "jpeg", "tif", "tiff", "webp", "bmp", "gif", "heic")
ENDINGS = ("pdf", *PICTURES)
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")  # those of scanners and telephones; PostScript would be run
MOST_PIXELS = 40_000_000  # A4 at 600 dpi has 35 million
MOST_PAGES = 5000
DRAWN_AT = (150, 300)  # dpi; the second only for a page that shows no code at the first
NESTED = 6  # forms within forms of a page that are looked into
SMALL = 10_000_000  # pixels of what is looked at enlarged, too


class NoReader(BadInput):
    """The extra that reads files isn't installed."""

    wording = N_("{file}: reading files needs more packages. Install them with: pip install 'coursectl[verify]'")


class Unreadable(BadInput):
    """A file that is no sheet: not there, empty, broken, of another kind, or larger than a sheet can be."""


@dataclass(frozen=True)
class Seen:
    """What is on a page: what its codes say, and its text, None where it is a picture."""

    page: int
    codes: tuple[str, ...]
    text: str | None = None


def is_file(given: str) -> bool:
    """Whether a file is meant and not a code: by its ending, or since there is one."""
    if given.rpartition(".")[2].lower() in ENDINGS:
        return True
    try:
        return bool(given.strip()) and Path(given).exists()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def pages_of(file: str) -> Iterator[Seen]:
    """What is on each page of a PDF or each picture of a file. Raises Unreadable and NoReader, perhaps after some pages."""
    start = _start(file)
    yield from _pages_of_pdf(file) if b"%PDF-" in start else _pictures(file)


def _start(file: str) -> bytes:
    path = Path(file)
    try:
        if path.is_dir():
            raise Unreadable(N_("{file} is a folder. Name the files in it: {file}/*"), file=file)
        if path.exists() and not path.is_file():  # a pipe would never end
            raise _no_picture(file)
        with path.open("rb") as opened:
            start = opened.read(1024)
    except FileNotFoundError:
        raise Unreadable(N_("There is no file {file}."), file=file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable(N_("{file} can't be read: {reason}."), file=file, reason=reason) from error
    if not start:
        raise Unreadable(N_("{file} is empty."), file=file)
    return start


def _pages_of_pdf(file: str) -> Iterator[Seen]:
    try:
        import pypdfium2
    except ImportError as error:
        raise NoReader(file=file) from error
    try:
        document = pypdfium2.PdfDocument(file)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise _broken_pdf(file) from error
    try:
        if len(document) > MOST_PAGES:
            raise Unreadable(
                N_("{file} has {pages} pages; {most} are read at once. Split it, and verify its parts."),
                file=file,
                pages=len(document),
                most=MOST_PAGES,
            )
        for number in range(len(document)):
            try:
                seen = _seen_on_page(document[number], number + 1, file)
            except pypdfium2.PdfiumError as error:
                raise _broken_pdf(file) from error
            yield seen
    finally:
        document.close()


def _broken_pdf(file: str) -> Unreadable:
    return Unreadable(N_("{file} can't be read as a PDF: it is damaged, or needs a password."), file=file)


def _seen_on_page(page: Any, number: int, file: str) -> Seen:
    try:
        _check_pictures(page, file)
        text_page = page.get_textpage()
        text: str = text_page.get_text_range()
        text_page.close()
        codes: tuple[str, ...] = ()
        for dpi in DRAWN_AT:
            codes = codes or _codes_drawn(page, dpi)
        return Seen(number, codes, text if text.strip() else None)
    finally:
        page.close()


def _check_pictures(page: Any, file: str) -> None:
    """Refuse a page with a picture that would take too much memory to be drawn, before it is."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    for picture in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=NESTED):
        width, height = picture.get_px_size()
        if width * height > MOST_PIXELS:
            raise _too_large(file)


def _codes_drawn(page: Any, dpi: int) -> tuple[str, ...]:
    import zxingcpp

    width, height = page.get_size()
    scale = min(dpi / 72, sqrt(MOST_PIXELS / 2 / max(width * height, 1)))
    if min(width, height) * scale < 1:  # a page like a thread shows nothing
        return ()
    drawn = page.render(scale=scale, grayscale=True)
    try:
        seen = zxingcpp.ImageView(
            memoryview(drawn.buffer), drawn.width, drawn.height, zxingcpp.ImageFormat.Lum, row_stride=drawn.stride
        )
        return _codes(seen)
    finally:
        drawn.close()


def _pictures(file: str) -> Iterator[Seen]:
    try:
        from PIL import Image, ImageSequence
    except ImportError as error:
        raise NoReader(file=file) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's own limit, and of what is odd in a file
        try:
            Image.init()
            with Image.open(file, formats=FORMATS) as opened:
                # Only TIFF has pages; what telephones put behind a picture is how deep and how bright it is.
                frames = ImageSequence.Iterator(opened) if opened.format == "TIFF" else [opened]
                for number, frame in enumerate(islice(frames, MOST_PAGES), start=1):
                    yield Seen(number, codes_of_picture(_in_gray(frame, file)))
        except (Unreadable, MemoryError):
            raise
        except Image.DecompressionBombError as error:
            raise _too_large(file) from error
        except Exception as error:  # whatever a decoder stumbles over in a broken file
            raise _no_picture(file) from error


def _no_picture(file: str) -> Unreadable:
    return Unreadable(
        N_("{file} can't be read as a picture: it is damaged or of another kind. Save it as PNG, JPEG or PDF."),
        file=file,
    )


def _too_large(file: str) -> Unreadable:
    return Unreadable(
        N_("{file} has more than {most} million pixels. Scan or save it smaller: 300 dpi will do."),
        file=file,
        most=MOST_PIXELS // 1_000_000,
    )


def _in_gray(frame: Any, file: str) -> Any:
    """The picture in shades of gray, where it was transparent on white. Its size is looked at before it is unpacked."""
    from PIL import Image

    if frame.width * frame.height > MOST_PIXELS:
        raise _too_large(file)
    frame.draft("L", None)  # of JPEG, only the shades are unpacked
    if frame.mode in ("LA", "PA", "RGBA") or "transparency" in frame.info:
        whole = frame.convert("RGBA")
        gray = Image.new("L", whole.size, 255)
        gray.paste(whole.convert("L"), mask=whole.getchannel("A"))
        return gray
    if frame.mode.startswith("I"):  # 16 bits a pixel, of which Pillow would keep the wrong eight
        frame = frame.point(lambda value: value / 256)
    return frame.convert("L")


def codes_of_picture(gray: Any) -> tuple[str, ...]:
    """What the codes on a gray picture say: as it is, else enlarged, else divided into black and white at one threshold."""
    import zxingcpp

    found = _codes(gray)
    if not found and gray.width * gray.height <= SMALL:
        found = _codes(gray.resize((gray.width * 2, gray.height * 2)))
    return found or _codes(gray, binarizer=zxingcpp.Binarizer.GlobalHistogram)


def _codes(picture: Any, **how: Any) -> tuple[str, ...]:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]), **how)
    return tuple(dict.fromkeys(one.text for one in found))
