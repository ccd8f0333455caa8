"""How certificates look: the name of a design, and colors by their role."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coursectl.errors import N_, BadInput

COLOR_ROLES = ("primary", "accent")
DEFAULT_DESIGN = "classic"
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_DESIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# What WCAG 2 asks of large letters and of lines that mean something (1.4.3 and 1.4.11), on white.
_LEAST_CONTRAST = 3.0


def read_colors(words: Sequence[str] | None) -> dict[str, str] | None:
    """`primary=#1f3a6d` → colors by role; one that is empty takes its role's away, an empty word all. Raises BadInput."""
    if words is None:
        return None
    said: dict[str, str] = {}
    for word in words:
        role, given, color = word.partition("=")
        if not word.strip():
            said |= dict.fromkeys(COLOR_ROLES, "")
        elif not given:
            raise BadInput(N_("{word!r} is no color. Write: --color primary=#1f3a6d"), word=word)
        else:
            said[role.strip()] = color.strip()
    return tidy_colors(said)


def tidy_colors(colors: Mapping[str, str]) -> dict[str, str]:
    """The colors in their one form, `#1f3a6d`. Raises BadInput for what is none, or can't be read on white."""
    return {_role(role): _color(color) if color else "" for role, color in colors.items()}


def check_design(name: str | None) -> None:
    """Raise BadInput where no template could have this name."""
    if name and not _DESIGN.fullmatch(name):
        raise BadInput(N_("{design!r} can't be the name of a design: letters, digits, - and _."), design=name)


def _role(words: str) -> str:
    role = words.casefold()
    if role not in COLOR_ROLES:
        raise BadInput(
            N_("{role!r} is no color of certificates. There are: {known}."), role=words, known=", ".join(COLOR_ROLES)
        )
    return role


def _color(words: str) -> str:
    match = _HEX.fullmatch(words)
    if match is None:
        raise BadInput(N_("{color!r} is no color. Write it like #1f3a6d."), color=words)
    digits = match[1].lower()
    color = "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    if (contrast := contrast_on_white(color)) < _LEAST_CONTRAST:
        raise BadInput(
            N_(
                "{color} is too light to be read on white: its contrast is {contrast} to 1, and large letters need 3 to 1. Take a darker one."
            ),
            color=color,
            contrast=f"{contrast:.1f}",
        )
    return color


def contrast_on_white(color: str) -> float:
    """The contrast of a color, `#1f3a6d`, to white, from 1 to 21, as WCAG 2 defines it."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
