"""Crests and signatures from strangers: how large they would be is told from their first bytes."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from coursectl.tables.picture_extent import pixels_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">%s</svg>'
TOO_LARGE = "{path} would be too large once it is read: 40 million pixels at most, and a drawing has 50,000 elements at most and no entities.\n"


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(10)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(3)


def webp(width: int, height: int) -> bytes:
    return (
        b"RIFF\x00\x00\x00\x00WEBPVP8X"
        + bytes(8)
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )


@pytest.mark.parametrize("make", [png, jpeg, gif, webp])
def test_width_and_height_are_read_from_the_first_bytes(make):
    assert pixels_of(make(700, 300)) == (700, 300)


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x00\xff", b"GIF8", b"RIFF", b"<svg/>"]
)
def test_what_is_too_damaged_to_tell_has_no_size(data):
    assert pixels_of(data) is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("crest.png", png(100_000, 100_000)),
        ("crest.jpg", jpeg(65_000, 65_000)),
        ("crest.gif", gif(65_000, 65_000)),
        ("crest.svg", SVG % (b"<g/>" * 100_001)),
        ("crest.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % b"<text>&a;</text>"),
        ("crest.svg", b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG % b"<text/>"),
    ],
)
def test_a_crest_that_would_be_too_large_is_refused_where_it_is_given(cli, store_path, name, data):
    cli("course", "add", "ICIM", "--title", "en=Course")
    Path(name).write_bytes(data)

    answer = cli("course", "edit", "ICIM", "--crest", name)
    assert (answer.code, answer.err) == (5, TOO_LARGE.format(path=name))


def test_a_signature_that_would_be_too_large_is_refused_where_it_is_given(cli, store_path):
    cli("course", "add", "ICIM", "--title", "en=Course")
    Path("signature.png").write_bytes(png(100_000, 100_000))

    answer = cli(
        "edition", "add", "ICIM-1", "--start", "2015-03-09", "--end", "2015-03-20",
        "--signatory", "Elena Bravo | Directora | DNM | | signature.png",
    )  # fmt: skip
    assert (answer.code, answer.err) == (5, TOO_LARGE.format(path="signature.png"))


def test_a_large_scan_that_fits_on_a_page_is_kept(cli, store_path):
    cli("course", "add", "ICIM", "--title", "en=Course")
    Path("crest.png").write_bytes(png(5000, 7000))

    assert cli("course", "edit", "ICIM", "--crest", "crest.png").code == 0
