"""How large a certificate's words may be set: the name on its line, the program on its reverse, all on one page.

Estimated from the widths of letters, since measuring on every page costs Typst a third of its time and memory.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from coursectl.documents.certificates.forms import ProgramPart
from coursectl.documents.certificates.page import A4, Page
from coursectl.documents.facts import CertificateFacts, Signatory

LARGEST = 32.0  # points of a name
LINE = 640.6  # points of the line of the name, 226 mm
# The widths of letters in Noto Serif at weight 500, in hundredths of their size. Accents add nothing.
WIDTHS = {
    letter: width
    for width, letters in (
        (24, "'"), (26, " .,’"), (31, "j-"), (33, "ilıł"), (38, "tJfI"), (46, "s"), (48, "r"), (50, "c"), (52, "z"),
        (54, "eg"), (55, "S"), (56, "0123456789"), (57, "ay"), (59, "ovøð"), (60, "kxF"), (62, "bdpqTþđPZÞ"),
        (63, "CELŁ"), (65, "huYn"), (67, "BßR"), (68, "VX"), (72, "KAU"), (75, "GDÐĐOQØ"), (77, "N"), (80, "H"),
        (86, "æw"), (91, "œ"), (96, "mÆM"), (98, "Œ"), (105, "W"),
        (80, "ЂЏПЦҢ"), (63, "ЄСЬҳ"), (56, "Ѕ"), (38, "І"), (37, "Ј"), (97, "Љ"), (103, "Њ"), (87, "Ћ"),
        (72, "АКҲ"), (64, "БЕТЭрчъ"), (67, "ВУЯпцџ"), (58, "Гау"), (75, "ДОфҚ"), (100, "Ж"), (61, "З"), (82, "И"),
        (74, "Л"), (96, "М"), (81, "Нљ"), (62, "Рдлђ"), (89, "Ф"), (69, "Хң"), (77, "ЧҺҶ"), (110, "ШЩ"),
        (73, "Ъ"), (94, "Ы"), (104, "Ю"), (59, "бояүөұ"), (57, "вҒ"), (49, "гз"), (55, "еьҐә"), (83, "ж"),
        (68, "ин"), (60, "кх"), (84, "мыю"), (50, "сє"), (54, "т"), (95, "шщ"), (51, "э"), (46, "ѕ"),
        (35, "і"), (33, "ј"), (86, "њ"), (66, "ћҷ"), (45, "ґ"), (65, "ҮқҰһ"), (76, "Ө"), (70, "Ә"),
        (48, "ғ"),
    )
    for letter in letters
}  # fmt: skip
POINT = 0.3528  # millimeters
ROOM = 158  # millimeters between the margins of a page, less what has to stay white between its parts
ROOMS = {"modern": 168, "plain": 154}  # of designs that have more, or less, than the classic one


def height_of_part(part: ProgramPart, size: float, breadth: float = 1) -> float:
    """About how many points a module takes in a column of 114 mm (times `breadth`), in letters of `size` points."""
    letters = 323 * breadth / (size * 0.6)  # in a line: Noto Sans is 0.55 em wide on average, and lines end early
    heading = math.ceil(_breadth(part.heading) * 1.15 / letters) * 1.6
    topics = sum(math.ceil((_breadth(topic) + 3) / letters) * 1.25 + 0.45 for topic in part.topics)
    return size * (heading + topics + 2.8)


def program_size(columns: Sequence[Sequence[ProgramPart]], page: Page = A4) -> float | None:
    """The largest letters that keep the columns on the reverse. Estimated: measuring on every page would be slow."""
    sizes = [half / 2 for half in range(23, 11, -1)]
    room = 370 + page.taller / POINT

    def fits(size: float) -> bool:
        return all(sum(height_of_part(part, size, page.breadth) for part in column) < room for column in columns)

    return next(filter(fits, sizes), None)


def shrunk_to(
    facts: CertificateFacts,
    form_lines: Sequence[str],
    parties: Sequence[str],
    page: Page = A4,
    *,
    logos: bool = False,
    second_lines: Sequence[str] | None = None,
) -> float:
    """About which part of its usual size all of the page has to be set in to stay on it; 1 where it isn't crowded.

    Measuring every page to find out triples its memory, so that only those that this calls crowded are measured.
    Lines of smaller letters hold more of them, so that a page doesn't get shorter by as much as its letters do.
    `second_lines` are those of the other language of a sheet in two, which stand beside the first.
    """
    design = facts.look.template.rpartition("/")[2].partition(".")[0]
    row = 13 if logos and design != "plain" else 0
    room = ROOMS.get(design, ROOM) + page.taller

    def fits(size: float) -> bool:
        height = _page_height(facts, form_lines, parties, page.breadth / size, second_lines)
        return (height + row) * size <= room

    sizes = [percent / 100 for percent in range(100, 40, -5)]
    return next(filter(fits, sizes), sizes[-1])


def _page_height(
    facts: CertificateFacts,
    form_lines: Sequence[str],
    parties: Sequence[str],
    breadth: float,
    second_lines: Sequence[str] | None,
) -> float:
    """About how many millimeters a certificate takes, rather more than less; classic.typ.j2 has the sizes.

    Its lines are `breadth` times as wide as on A4.
    """
    organizers = " · ".join(party.name for party in facts.edition.organizers)
    return (
        (24.4 if facts.crest else 7)
        + _height_of(organizers, 10.5, 100 * breadth, gap=5.6)
        + _height_of(form_lines[0], 27, 36 * breadth, gap=11.3)  # with the line and "awarded to" below it
        + (6 if _has_arabic(facts) else 0)  # its letters reach far above and below their line
        + 19.5  # the name and the country
        + _sentences_height(facts, form_lines, breadth, second_lines)
        + _signatures_height(facts, breadth)
        + _height_of("   ·   ".join(parties), 8.5, 134 * breadth, gap=2.6)
        + 2  # date and serial number
    )


def _has_arabic(facts: CertificateFacts) -> bool:
    return facts.language.startswith("ar") or (facts.also is not None and _has_arabic(facts.also))


def _sentences_height(
    facts: CertificateFacts, form_lines: Sequence[str], breadth: float, second_lines: Sequence[str] | None
) -> float:
    """What it is for, across the page; in two languages in two columns, with the second title above."""
    if facts.also is None or second_lines is None:
        _title, lead, held, sessions = form_lines
        return (
            _height_of(lead, 12, 105 * breadth, gap=4.4)
            + _height_of(facts.edition.course, 18.5, 56 * breadth)
            + _height_of(facts.edition.title, 12, 92 * breadth, gap=3.8)
            + _height_of(held, 12, 92 * breadth, gap=4.6)
            + _height_of(sessions, 9.5, 120 * breadth, gap=3.4)
        )
    columns = (_column_height(facts, form_lines, breadth), _column_height(facts.also, second_lines, breadth))
    return _height_of(second_lines[0], 17, 57 * breadth, gap=3.2) + max(columns)


def _column_height(facts: CertificateFacts, form_lines: Sequence[str], breadth: float) -> float:
    _title, lead, held, sessions = form_lines
    gap = 4.2 if _has_arabic(facts) else 2.8
    return (
        _height_of(lead, 11, 52 * breadth, gap=gap)
        + _height_of(facts.edition.course, 14, 37 * breadth)
        + _height_of(facts.edition.title, 10.5, 55 * breadth, gap=gap)
        + _height_of(held, 10.5, 55 * breadth, gap=gap)
        + _height_of(sessions, 8.5, 70 * breadth, gap=gap)
    )


def _signatures_height(facts: CertificateFacts, breadth: float) -> float:
    narrow = (1.0, 1.0, 0.78, 0.6)[len(facts.signatories) - 1] * breadth  # columns get narrower from three on
    gap = 2.5 if _has_arabic(facts) else 1.3
    others = facts.also.signatories if facts.also else facts.signatories
    return 17.8 + max(
        _height_of(one.name, 10.5, 36 * narrow)
        + sum(_height_of(text, 9, 45 * narrow, gap=gap) for text in _lines_below(one, other))
        for one, other in zip(facts.signatories, others, strict=True)
    )


def _lines_below(one: Signatory, other: Signatory) -> list[str]:
    """What somebody is who signs: what differs in the two languages of a sheet stands there twice."""
    texts = (
        (who.post, who.organization, who.on_behalf_of and f"{who.on_behalf_of} en nombre de") for who in (one, other)
    )
    return [text for both in zip(*texts, strict=True) for text in dict.fromkeys(both)]


def _height_of(text: str, size: float, letters: float, *, gap: float = 0) -> float:
    """Millimeters of a text of `size` points, so many letters to the line, and its gap; nothing for no text.

    Typst counts a line from its baseline to the height of its capitals: 0.72 of the size, and 0.55 between two lines.
    """
    lines = math.ceil(_breadth(text) / letters)
    return size * 0.353 * (0.72 + (lines - 1) * 1.27) + gap if text else 0


def _breadth(text: str) -> float:
    """How many Latin letters are as broad as the text: a Chinese character is as broad as two, a Cyrillic one a little broader."""
    if text.isascii():
        return len(text)
    broad = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in text)
    return len(text) + broad + cyrillic * 0.15


def name_size(name: str, page: Page = A4) -> float | None:
    """The size in points that lets a name fill its line, at most 32; None where Typst has to measure.

    That is for letters of which we don't know the width, and for names so long that they go over two lines. To have all
    names measured would cost a fifth of the memory.
    """
    letters = _letters_of(name)
    if any(letter not in WIDTHS for letter in letters):
        return None
    width = sum(WIDTHS[letter] for letter in letters) / 100
    size = LINE * page.breadth / max(width, 1) * 0.99
    return None if size < LARGEST / 2 else min(LARGEST, math.floor(size * 10) / 10)


def _letters_of(name: str) -> list[str]:
    return [letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter)]


def likely_size(name: str, page: Page = A4) -> float:
    """About the size in points that a name will have, whatever its letters are: on one line, or on two where it may break.

    The same rule as in certificates.typ.j2, which measures such names.
    """
    width = sum(WIDTHS.get(letter, _width_of_others(letter)) for letter in _letters_of(name)) / 100
    ratio = LINE * page.breadth / max(width * LARGEST, 1)
    if ratio < 1 / 2 and max(map(len, name.split(" "))) < len(name) / 3:
        return LARGEST * min(1 / 2, ratio * 1.7)
    return min(LARGEST, LARGEST * ratio)


def _width_of_others(letter: str) -> int:
    return 100 if unicodedata.east_asian_width(letter) in "WF" else 60
