"""What looks wrong in a name that is going to be printed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from coursectl import locale
from coursectl.documents.certificates.fitting import likely_size
from coursectl.documents.certificates.page import Page
from coursectl.documents.certificates.remarks import Remark
from coursectl.documents.facts import CertificateFacts
from coursectl.errors import N_

LEGIBLE = 13.0  # points: a name that is smaller looks like a mistake below a heading of 27
_SHOUTED = 4  # letters: JR., MA. and initials are written so
# Beside letters and their accents: apostrophes, hyphens, points, commas, ordinals, brackets of a birth name, middle dots of
# Catalan and of Chinese, and the joiners that Persian and Indic names are spelled with.
_IN_NAMES = frozenset(" .'’ʼ`´-‐‑–,ªº()/·・・\u200c\u200d")


def check_names(facts: Sequence[CertificateFacts], page: Page) -> Iterator[Remark]:
    """Remarks on the names as printed, certificate by certificate."""
    many = Counter((one.edition.reference, one.kind, one.name.casefold()) for one in facts)
    for one in facts:
        yield from _check_name(one, page)
        if many[(one.edition.reference, one.kind, one.name.casefold())] > 1:
            yield _remark(one, "same_name", N_("somebody else has a certificate with the same name"), mend=False)


def _check_name(one: CertificateFacts, page: Page) -> Iterator[Remark]:
    name = one.name
    if not name.strip():
        yield _remark(one, "empty", N_("there is no name on it"), stops=True)
        return
    if name != " ".join(name.split()):
        yield _remark(one, "spaces", N_("spaces before, after or twice in the name {name!r}"), stops=True, name=name)
    if strays := "".join(dict.fromkeys(letter for letter in name if _is_stray(letter))):
        shown = " ".join(f"{letter} (U+{ord(letter):04X})" if letter.isprintable() else f"U+{ord(letter):04X}" for letter in strays)  # fmt: skip
        yield _remark(one, "stray", N_("the name has what belongs to none: {characters}"), stops=True, characters=shown)
    if _is_shouted(name):
        yield _remark(one, "capitals", N_("the name is in capitals"))
    if (size := likely_size(locale.with_honorific(one.treatment, name, one.language), page)) < LEGIBLE:
        yield _remark(
            one, "name_small", N_("the name is so long that its letters are about {size} points high; {least} can be read well"),
            stops=True, size=f"{size:.0f}", least=f"{LEGIBLE:.0f}",
        )  # fmt: skip


def _is_stray(letter: str) -> bool:
    # Spaces of other kinds are told as spaces.
    return not (letter.isspace() or letter in _IN_NAMES or unicodedata.category(letter)[0] in "LM")


def _is_shouted(name: str) -> bool:
    return name.isupper() and sum(map(str.isalpha, name)) >= _SHOUTED


def _remark(
    one: CertificateFacts, rule: str, wording: str, *, mend: bool = True, stops: bool = False, **facts: object
) -> Remark:
    command = f'coursectl person edit "{one.name.strip()}" --name NAME; coursectl certificate replace {one.serial} --because misspelled'
    return Remark(rule, wording, facts, one.serial, one.name, command if mend else "", stops)
