"""How many pixels a picture has, from the first bytes of its file, and how fine that is on paper."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from coursectl.documents.facts import Picture

CREST_ROOM = (60.0, 21.0)  # millimeters that it is fitted into; certificates.typ.j2 has the sizes
SIGNATURE_ROOM = (50.0, 15.0)
_INCH = 25.4
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the segments that tell it


def pixels_of(picture: Picture) -> tuple[int, int] | None:
    """Width and height in pixels; None for a drawing (SVG) and where the file doesn't tell."""
    read = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}.get(picture.media_type)
    try:
        found = read(picture.data) if read else None
    except (struct.error, IndexError):
        return None
    return found if found and all(found) else None


def dots_per_inch(pixels: tuple[int, int], room: tuple[float, float]) -> int:
    """How many pixels there are to an inch of paper where a picture is fitted into `room` (millimeters)."""
    millimeters = min(room[0] / pixels[0], room[1] / pixels[1])  # of a pixel
    return round(_INCH / millimeters)


def _png(data: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack(">II", data[16:24])
    return (width, height) if data[12:16] == b"IHDR" else None


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    for kind, at in _segments(data):
        if kind in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 3 : at + 7])
            return width, height
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """The kind of each segment of a JPEG before its picture begins, and where its length stands."""
    at = 2
    while data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # filling
            at += 1
            continue
        yield kind, at + 2
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]


def _webp(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack("<I", data[21:25])
            return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case _:
            return None
