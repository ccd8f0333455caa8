"""What a score says: `18/20`, `18 de 20`, `90 %`, `18`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from coursectl.errors import N_
from coursectl.locale import format_number, tool_language

_FIGURE = r"[0-9]{1,9}(?:[.,][0-9]{1,9})?"
_OF = re.compile(rf"({_FIGURE})\s*(?:/|de|of|out of|sur|sobre)\s*({_FIGURE})", re.IGNORECASE)
_PERCENT = re.compile(rf"({_FIGURE})\s*%")
_POINTS = re.compile(rf"({_FIGURE})(?:\s*(?:points?|puntos?|pontos?|pts?)\.?)?", re.IGNORECASE)

NO_SCORE = N_("no score; write it like 18/20, 90 % or 18")
_OF_OTHERS = N_(
    "of {of}, and the assessment has {points} points; change them with: coursectl assess edit {code} --points {of}"
)
_TOO_MANY = N_("more than all of the {points} points")

Reason = tuple[str, Mapping[str, object]]
"""An untranslated wording and its facts."""


def read_score(words: str, of_points: float, code: str) -> float | Reason:
    """The points that a cell means, of `of_points` of the assessment `code`; or why it means none."""
    text = words.strip()
    most = _exact(of_points)
    if match := _OF.fullmatch(text):
        points, of = map(_number, match.groups())
        if of != most:
            return _OF_OTHERS, {"of": shown(float(of)), "points": shown(of_points), "code": code}
    elif match := _PERCENT.fullmatch(text):
        points = _number(match[1]) * most / 100
    elif match := _POINTS.fullmatch(text):
        points = _number(match[1])
    else:
        return NO_SCORE, {}
    return (_TOO_MANY, {"points": shown(of_points)}) if points > most else float(points)


def percent_of(points: float, of_points: float) -> Decimal:
    """The exact percentage that the points are."""
    return _exact(points) * 100 / _exact(of_points)


def passes(points: float, of_points: float, pass_mark: float) -> bool:
    """Whether the points reach the pass mark, a percentage; exactly the mark is enough."""
    return _exact(points) * 100 >= _exact(pass_mark) * _exact(of_points)


def shown(figure: float) -> str:
    """`18`, `17,5`: as people write it in the tool's language."""
    exact = _exact(figure)
    exponent = exact.normalize().as_tuple().exponent
    return format_number(exact, tool_language(), max(0, -exponent) if isinstance(exponent, int) else 0)


def _number(words: str) -> Decimal:
    return Decimal(words.replace(",", "."))


def _exact(figure: float) -> Decimal:
    return Decimal(repr(float(figure)))
