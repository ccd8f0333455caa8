"""Asking whoever sits at the terminal. In a pipe nobody is asked: commands then take what their options say, or refuse."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from coursectl.cli.here import here
from coursectl.cli.show import printable
from coursectl.locale import gettext as _


def can_ask() -> bool:
    """Whether somebody sits there who reads the question and can answer it."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty() and not here().options.json


def ask(question: str, answers: Sequence[str]) -> str | None:
    """One of the answers, by its number or its word; None where there is no answer. The question goes to stderr."""
    for line in question.split("\n"):
        sys.stderr.write(printable(line) + "\n")
    for number, answer in enumerate(answers, 1):
        sys.stderr.write(printable(f"  {number}  {answer}") + "\n")
    sys.stderr.write(_("Type a number; anything else stops: "))
    sys.stderr.flush()
    typed = sys.stdin.readline().strip()
    chosen = {str(number): answer for number, answer in enumerate(answers, 1)} | {answer: answer for answer in answers}
    return chosen.get(typed)


def printable_lines(text: str) -> str:
    """The text, line by line without what a terminal would obey."""
    return "\n".join(printable(line) for line in text.split("\n"))
