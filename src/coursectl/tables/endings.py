"""What stands under a table and is no row of it: totals, who signs, where and when, remarks.

Nothing is taken for such an ending above a row of the table, nor what has more in it than rows have where they name somebody only:
a person must never be lost by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coursectl.errors import BadInput
from coursectl.locale import fold, parse_date
from coursectl.tables.sources import Record


@dataclass(frozen=True)
class Note:
    """A row under a table that is no row of it, and what it says; `counts`: it only counts the others."""

    row: int
    text: str
    counts: bool = False


_TOTAL = re.compile(r"(sub ?)?tota(l|les|is|ux)( general| geral| general[es]*| de [a-z ]+| of [a-z ]+| [a-z]+)?")
_COUNTED = re.compile(r"(sub ?)?tota(l|les|is|ux)\b.*[0-9:].*")
_FIGURE = re.compile(r"=.*|[0-9.,%]+")
# Followed by a colon or a line to sign on; what may stand alone is no name.
_LABELS = re.compile(
    r"(firma|firmas|firmado( por)?|nombre y firma|firma y (sello|aclaracion)|sello|aclaracion|visto bueno|vo bo|signature|signatures|signed( by)?"
    r"|name and signature|stamp|assinatura|assinado( por)?|carimbo|nome e assinatura|signe( par)?|nom et signature|cachet"
    r"|nota|notas|note|notes|observacion|observaciones|observacao|observacoes|observation|observations|remark|remarks|remarque|remarques"
    r"|obs|n b|nb|p s|ps|aclaraciones|fuente|source|fonte|elaborado por|preparado por|prepared by|prepare par|aprobado por|aprovado por"
    r"|approved by|autorizado por|authorized by|fecha|lugar y fecha|lugar|date|place and date|place|data|local e data|local|lieu et date|lieu)"
)
_ALONE = re.compile(
    r"firmas?|nombre y firma|firma y (sello|aclaracion)|(name and )?signatures?|(nome e )?assinaturas?|nom et signature"
)
_LABELLED = re.compile(r"\s*([^:_.…]{1,30}?)\s*([:_…]|\.\.+|$)")
_LOCAL_DATE = re.compile(r"(.*[^0-9])?[0-9]{1,2}[-/.][0-9]{1,2}[-/.][12][0-9]{3}\.?")


def endings(records: Sequence[Record], *, notes: bool) -> tuple[int, tuple[Note, ...]]:
    """How many of the records come before what is under the table; and this, row by row.

    A cell that was merged over several rows is to stand in the first only. Without `notes` only what counts is looked for.
    """
    end = len(records)
    said: list[Note] = []
    while end:
        number, cells = records[end - 1]
        filled = [cell for cell in cells if cell]
        if filled:
            counts = _counts_others(filled)
            if not counts and not (notes and _says_of_the_list(filled)):
                break
            said.append(Note(number, " ".join(filled), counts))
        end -= 1
    return end, tuple(reversed(said))


def _counts_others(filled: Sequence[str]) -> bool:
    """Whether a row says `Total` and nothing but figures: `Total | | 28`, `Total de participantes: 28`, `Total: 2 personas`."""
    words = [cell for cell in filled if not _FIGURE.fullmatch(cell)]
    if len(words) != 1:
        return False
    folded = fold(words[0].rstrip(":0123456789 "))
    colon = fold(words[0].partition(":")[0])
    return bool(_TOTAL.fullmatch(folded) or (_TOTAL.fullmatch(colon) and ":" in words[0]) or _COUNTED.fullmatch(folded))


def _says_of_the_list(filled: Sequence[str]) -> bool:
    """Whether a row is a label, with a value in the same cell or the next, a place and a date, or a remark with an asterisk."""
    first = filled[0]
    if len(filled) == 1 and (first.startswith(("*", "(*)")) or _ends_with_date(first)):
        return True
    label = _LABELLED.match(first)
    if label is None or len(filled) > 2:
        return False
    words = fold(label[1])
    return bool(_LABELS.fullmatch(words) if label[2] else len(filled) == 1 and _ALONE.fullmatch(words))


def _ends_with_date(words: str) -> bool:
    """`Lima, 3 de noviembre de 2015`, `Fait à Paris, le 3 novembre 2015`, `Brasília, 3/11/2015`."""
    if _LOCAL_DATE.fullmatch(words):
        return True
    parts = [" ".join(words.split(",")[start:]) for start in range(min(words.count(",") + 1, 4))]
    return any(_is_date(fold(part).replace(" dias del mes de ", " de ")) for part in parts)


def _is_date(words: str) -> bool:
    try:
        parse_date(words)
    except BadInput:
        return False
    return True
