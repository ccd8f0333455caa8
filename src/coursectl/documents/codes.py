"""QR codes as the smallest pictures: a byte a module, which Typst reads as they are.

Drawn as lines in the source they would cost Typst more than all the rest of a page.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from math import isqrt
from typing import Any

from coursectl.errors import N_, BadInput

LEVEL = "M"  # a code that has lost up to 15 % of itself, under a stamp or a fold, is still read
DOTS = 8  # of a module in a PNG
LEAST = 0.42  # millimeters of a module on paper: what is smaller, a plain scanner or a copy can't show
LINE = 20  # letters of a line below a code
WHOLE = 60  # letters that are worth typing; a longer code is for machines


@dataclass(frozen=True)
class Modules:
    """A QR code with its quiet zone: `width` modules square, a byte each, 0 for black and 255 for white."""

    data: bytes
    width: int


def modules_of(text: str) -> Modules:
    """The QR code that says `text`. Raises BadInput where it is more than a code holds, some 2,000 letters."""
    import zxingcpp

    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    except ValueError as error:
        raise BadInput(
            N_("The code {code!r} … is too long for a QR code: {count} letters."), code=text[:30], count=len(text)
        ) from error
    picture: Any = code.to_image(scale=1, add_quiet_zones=True)  # a buffer, which its stubs don't say
    data = memoryview(picture).tobytes()
    return Modules(data, isqrt(len(data)))


def png_of(modules: Modules) -> bytes:
    """The code as a PNG, for what can't read it as it is: each module is several dots wide, so that its edges stay sharp."""
    rows = (modules.data[at : at + modules.width] for at in range(0, len(modules.data), modules.width))
    dots = b"".join((b"\0" + b"".join(bytes((one,)) * DOTS for one in row)) * DOTS for row in rows)
    head = struct.pack(">IIBBBBB", modules.width * DOTS, modules.width * DOTS, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(dots)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def lines_of(text: str) -> tuple[str, ...]:
    """What stands below a code for whom has no camera: what it says, broken after its last colon; nothing of a long one."""
    head, colon, tail = text.rpartition(":")
    parts = [part for part in (head + colon, tail) if part]
    return tuple(line for part in parts for line in _broken(part)) if len(text) <= WHOLE else ()


def _broken(part: str) -> list[str]:
    """The part in lines of about the same length: whoever types them leaves out the breaks."""
    count = -(-len(part) // LINE)
    length = -(-len(part) // count)
    return [part[at : at + length] for at in range(0, len(part), length)]
