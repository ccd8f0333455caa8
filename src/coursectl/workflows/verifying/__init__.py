"""Verifying a sheet: what is printed on it against what the register says was issued.

A code proves nothing by itself, since anybody can print one; the register answers.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from coursectl import certificates
from coursectl.certificates import Code, Foreign, Registered
from coursectl.errors import CourseError
from coursectl.store import Store
from coursectl.workflows.verifying.sheets import Seen, is_file, pages_of

__all__ = ["OUTCOMES", "Verdict", "verify", "verify_typed"]

OUTCOMES = {
    "issued": 0, "nothing": 0, "unknown": 3, "foreign": 3, "superseded": 4, "void": 4, "differs": 4, "forged": 4, "altered": 4,
    "erased": 4, "unreadable": 5,
}  # fmt: skip
"""Each outcome, and the exit code that it calls for."""


@dataclass(frozen=True)
class Verdict:
    """The answer to one certificate on one page, or to one text.

    `compared` is what was: code, serial, name; `differing` what of it differs. `pages` are those of the file, empty for a text.
    `form` is that of a code of ours which is newer than this version. `problem`: why a file can't be read; None for one without a code.
    """

    given: str
    outcome: str
    pages: tuple[int, ...] = ()
    compared: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    certificate: Registered | None = None
    form: int | None = None
    problem: CourseError | None = field(default=None, metadata={"hidden": True})


def verify(store: Store, given: Sequence[str]) -> Iterator[Verdict]:
    """What the register answers to each: a code or number as it was typed, a PDF, a picture. Every certificate of a file is answered.

    Nothing that is given raises anything: what can't be read is `unreadable`.
    """
    for one in given:
        if is_file(one):
            yield from _verify_file(store, one)
        else:
            yield verify_typed(store, one)


def verify_typed(store: Store, words: str) -> Verdict:
    """What the register answers to a code or number, as it was typed or as a scanner has read it: never the name of a file."""
    read = certificates.read_typed(words)
    if isinstance(read, Foreign):
        return Verdict(words, "foreign", form=read.form)
    found = certificates.find_registered(store, read)
    if found is None:
        return Verdict(words, "unknown")
    return Verdict(words, _outcome(found), compared=_compared(found), differing=_forged(found), certificate=found)


def _verify_file(store: Store, file: str) -> Iterator[Verdict]:
    """The certificates in the order of their pages; then which pages have none, if not all."""
    bare: list[Verdict] = []
    answered = 0
    try:
        for seen in pages_of(file):
            verdicts = _verdicts(store, file, seen)
            answered += len(verdicts)
            bare += [] if verdicts else [_nothing_on(file, seen)]
            yield from verdicts
    except CourseError as error:
        yield Verdict(file, "unreadable", problem=error)
        return
    if answered:
        pages = tuple(page for one in bare for page in one.pages)
        yield from [Verdict(file, "nothing", pages)] if pages else []
    else:
        yield next((one for one in bare if one.outcome == "foreign"), Verdict(file, "unreadable"))


def _nothing_on(file: str, seen: Seen) -> Verdict:
    """A page without a code of ours and without a number of the register."""
    read = [certificates.read_scanned(code) for code in seen.codes]
    forms = [one.form for one in read if isinstance(one, Foreign) and one.form is not None]
    return Verdict(file, "foreign" if read else "nothing", (seen.page,), form=forms[0] if forms else None)


def _verdicts(store: Store, file: str, seen: Seen) -> list[Verdict]:
    ours = {text: read for text in seen.codes if isinstance(read := certificates.read_scanned(text), Code)}
    if ours:
        printed = None if seen.text is None else certificates.without(seen.text, ours)
        return [_verify_code(store, file, seen, code, printed) for code in ours.values()]
    serials = certificates.find_serials(store, seen.text) if seen.text else []
    return [_verify_code(store, file, seen, Code(certificates.squeezed(one)), seen.text) for one in serials]


def _verify_code(store: Store, file: str, seen: Seen, code: Code, printed: str | None) -> Verdict:
    found = certificates.find_registered(store, [code])
    if found is None:
        return Verdict(file, "unknown", (seen.page,))
    verdict = Verdict(file, _outcome(found), (seen.page,), _compared(found), _forged(found), found)
    return verdict if printed is None or verdict.outcome == "forged" else _against_text(verdict, found, printed)


def _against_text(verdict: Verdict, found: Registered, printed: str) -> Verdict:
    """The verdict, with what the page says in letters compared as well."""
    said = {"serial": certificates.says(printed, found.serial)}
    if found.name is not None and (same := _says_name(printed, found.name)) is not None:
        said["name"] = same
    differing = tuple(what for what, same in said.items() if not same)
    outcome = "differs" if differing and verdict.outcome in ("issued", "erased") else verdict.outcome
    return replace(verdict, outcome=outcome, compared=(*verdict.compared, *said), differing=differing)


def _outcome(found: Registered) -> str:
    if found.matches is False:
        return "forged"
    if found.intact is False:
        return "altered"
    if found.state != "issued":
        return found.state
    return "issued" if found.name is not None else "erased"


def _compared(found: Registered) -> tuple[str, ...]:
    return () if found.matches is None else ("code",)


def _forged(found: Registered) -> tuple[str, ...]:
    return ("code",) if found.matches is False else ()


def _says_name(printed: str, name: str) -> bool | None:
    """Whether the page says the name; None where that can't be told for sure.

    PDFs don't keep the letters of Arabic and its like as they are written: they come out in the order in which they are drawn,
    and some twice. A letter that is missing is told nevertheless.
    """
    wanted, there = _letters(name), _letters(printed)
    if wanted in there:
        return True
    if all(
        letter < "\u0590" or letter >= "\u1e00" for letter in wanted
    ):  # Latin, Greek, Cyrillic; Chinese, Korean, Japanese
        return False
    return None if Counter(wanted) <= Counter(there) else False


def _letters(text: str) -> str:
    """Letters and digits alone, in one form and case: how they are broken into lines, spaced and drawn is no difference."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in unicodedata.normalize("NFKC", folded) if letter.isalnum())
