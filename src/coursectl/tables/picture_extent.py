"""How large a picture of a stranger would be once it is read, told from its first bytes: nothing is decoded to find out.

A PNG of a few kilobytes may say that it has ten thousand million pixels, and an SVG may double an entity forty times.
"""

from __future__ import annotations

import re
import struct

MOST_PIXELS = 40_000_000  # a whole A4 page at 570 dots an inch
MOST_ELEMENTS = 50_000  # of a drawing
_JPEG_SIZE = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the segments that tell height and width
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def pixels_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, GIF or WebP as it says itself; None for what is none of them, or too damaged to tell."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # padding
            at += 1
            continue
        if data[at + 1] in _JPEG_SIZE:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def is_too_large(data: bytes) -> bool:
    """Whether a picture has more pixels than a page can show, or a drawing more elements; or entities, which multiply."""
    pixels = pixels_of(data)
    if pixels is not None:
        return pixels[0] * pixels[1] > MOST_PIXELS
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return bool(_ENTITY.search(data)) or data.count(b"<") > 2 * MOST_ELEMENTS
    return False
