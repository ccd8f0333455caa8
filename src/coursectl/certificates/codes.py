"""The code on a sheet: what it says, and how it is read again, scanned or typed from paper.

It says `C1:ICIM-2015-0042:7K3M9XQ2TB4F8`: which form it has, the certificate's number, and the first 65 bits of the hash of what
was issued. That hash is salted, so whoever knows all that a sheet says can't work its code out, and guessing it is hopeless.
Capitals, digits, `-` and `:` are what a QR code holds in the least space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FORM = 1
"""The form of the codes that are made here; one of another form is told apart by its number."""

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O or U, which are read as something else."""

LETTERS = 13  # of the hash, five bits each
LONGEST = 200  # letters that anything with a number in it has
_BITS = 5 * LETTERS
_CHECK = re.compile(f"[{DIGITS}]{{{LETTERS}}}")
_MARKED = re.compile(r"C([0-9]{1,3}):(.*)")
_MISREAD = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Code:
    """What a code says: the number of a certificate, in capitals and without spaces, and the beginning of its hash.

    `check` is None where only a number was typed.
    """

    serial: str
    check: str | None = None


@dataclass(frozen=True)
class Foreign:
    """A code that isn't ours, or is of a form (`form`) that this version doesn't know."""

    form: int | None = None


def code_of(serial: str, snapshot_hash: str) -> str:
    """What the code on the sheet of this certificate says. `snapshot_hash` is the register's, in hexadecimal."""
    return f"C{FORM}:{squeezed(serial)}:{check_of(snapshot_hash)}"


def check_of(snapshot_hash: str) -> str:
    """The first 65 bits of a hash in hexadecimal, as 13 letters and digits."""
    bits = int(snapshot_hash[:17], 16) >> (17 * 4 - _BITS)
    return "".join(DIGITS[bits >> shift & 31] for shift in range(_BITS - 5, -1, -5))


def squeezed(text: str) -> str:
    """The text in capitals and without what can't be seen: spaces, breaks of lines, marks of direction."""
    kept = (letter for letter in text if letter.isprintable() and not letter.isspace())
    return "".join(letter.upper() if letter.isascii() else letter for letter in kept)


def read_scanned(text: str) -> Code | Foreign:
    """What a code says that a machine has read: of our form, whole, or foreign."""
    marked = _MARKED.fullmatch(squeezed(text))
    if marked is None:
        return Foreign()
    serial, _colon, check = marked[2].rpartition(":")
    if int(marked[1]) != FORM:
        return Foreign(int(marked[1]))
    return Code(serial, check) if serial and _CHECK.fullmatch(check) else Foreign()


def read_typed(words: str) -> tuple[Code, ...] | Foreign:
    """What a person has typed from a sheet, in the ways in which it can be meant, the likeliest first.

    A code with or without its mark, in small letters, with spaces and broken lines, with O for 0 and I or L for 1; a number
    and the 13 letters beside it; or a number alone.
    """
    text = squeezed(words)
    marked = _MARKED.fullmatch(text)
    if marked is not None and int(marked[1]) != FORM:
        return Foreign(int(marked[1]))
    if not text or len(text) > LONGEST or "://" in text:
        return Foreign()
    bare = marked[2] if marked else text
    parted = _by_sign(bare) or _by_words(words, bare)
    alone = Code(bare.rstrip(":"))
    return (parted, alone) if parted else (alone,)


def _by_sign(text: str) -> Code | None:
    """`ICIM-2015-0042:7K3M9XQ2TB4F8`, or with a plus."""
    at = max(text.rfind(":"), text.rfind("+"))
    check = _plain(text[at + 1 :])
    return Code(text[:at], check) if at > 0 and _CHECK.fullmatch(check) else None


def _by_words(words: str, text: str) -> Code | None:
    """`ICIM-2015-0042 7K3M9 XQ2TB 4F8`: the last words, as far as they are the 13 letters together."""
    parts = [part for part in map(squeezed, words.split()) if part]
    for first in range(len(parts) - 1, 0, -1):
        check = _plain("".join(parts[first:]))
        if len(check) >= LETTERS:
            serial = text[: -len("".join(parts[first:]))].rstrip(":")
            return Code(serial, check) if serial and _CHECK.fullmatch(check) else None
    return None


def _plain(check: str) -> str:
    """The letters of a check as they were printed: no groups, nothing misread."""
    return check.replace("-", "").translate(_MISREAD)
