"""The paper of a certificate: its size, how far the printer is off, and what is left out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coursectl.errors import N_, Usage

_INCH = 25.4
PAPERS: Mapping[str, tuple[float, float]] = {"a4": (297.0, 210.0), "letter": (11 * _INCH, 8.5 * _INCH)}
"""By the word of the command: width and height in millimeters of a sheet that lies on its long side."""

MARGIN = 27.0  # millimeters at the left and the right of what is printed
MOST_OFF = 30.0  # millimeters: a printer that is off by more has other troubles
_MILLIMETERS = re.compile(r"[-+]?[0-9]{1,3}(?:[.,][0-9]{1,2})?")


@dataclass(frozen=True)
class Page:
    """What the templates of certificates have as `page`; page.typ.j2 makes Typst's page of it.

    Offsets are millimeters to the right and down. `blank`: without frame and crest, for paper that has them already.
    `proof`: a word to set across. `calibration`: with rulers, and these lines on how to read them.
    """

    paper: str = "a4"
    offset_x: float = 0.0
    offset_y: float = 0.0
    blank: bool = False
    proof: str = ""
    calibration: tuple[str, ...] = ()

    @property
    def width(self) -> float:
        """Millimeters."""
        return PAPERS[self.paper][0]

    @property
    def height(self) -> float:
        """Millimeters."""
        return PAPERS[self.paper][1]

    @property
    def breadth(self) -> float:
        """How wide the space between the margins is, against A4's."""
        return (self.width - 2 * MARGIN) / (PAPERS["a4"][0] - 2 * MARGIN)

    @property
    def taller(self) -> float:
        """Millimeters that it is taller than A4."""
        return self.height - PAPERS["a4"][1]


A4 = Page()


def read_paper(words: str) -> str:
    """The paper, if there is one of that name. Raises Usage."""
    if words.strip().lower() not in PAPERS:
        raise Usage(N_("There is no paper {paper!r}. Use one of: {known}."), paper=words, known=", ".join(PAPERS))
    return words.strip().lower()


def read_offset(words: str, option: str) -> float:
    """Millimeters as an option gives them, `-1.5` or `-1,5`. Raises Usage."""
    if not _MILLIMETERS.fullmatch(words.strip()):
        raise Usage(N_("{option} needs millimeters, like -1.5, not {value!r}."), option=option, value=words)
    if abs(found := float(words.strip().replace(",", "."))) > MOST_OFF:
        raise Usage(
            N_("{option} is at most {most} millimeters to either side, not {value}."),
            option=option,
            most=f"{MOST_OFF:g}",
            value=words.strip(),
        )
    return found
