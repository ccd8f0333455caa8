"""What is done with somebody new who looks like somebody known: `--on-duplicate` of `person add` and `enroll`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from coursectl import people
from coursectl.cli.asking import ask, can_ask
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.people import Decide, Decision, Likely, NewPerson

OnDuplicate = Annotated[
    str | None,
    typer.Option(
        "--on-duplicate",
        metavar="WORD",
        help=_("Who looks like somebody known: ask (on a terminal), link, new, or fail (in a pipe)."),
    ),
]


def read_on_duplicate(word: str | None) -> str:
    """What to do with who looks like somebody: the word of the option, or what fits where we stand. Raises Usage."""
    chosen = word or ("ask" if can_ask() else "fail")
    if chosen not in ("ask", *people.DUPLICATES):
        raise Usage(N_("--on-duplicate takes ask, link, new or fail, not {word!r}."), word=word)
    if chosen == "ask" and not can_ask():
        raise Usage(N_("Nobody can be asked here. Say --on-duplicate link, new or fail."))
    return chosen


def ask_who(one: NewPerson, found: Sequence[Likely]) -> Decision:
    """Ask whether somebody new is one of those they look like."""
    new = _("somebody new")
    answers = {_likely_line(likely): likely.id for likely in found[:9]}
    chosen = ask(_("Who is {name}?").format(name=one.full_name), [*answers, new])
    return "fail" if chosen is None else "new" if chosen == new else answers[chosen]


def _likely_line(likely: Likely) -> str:
    """`Ana Pérez, ana@x.example, AR, 1980 (92 %: the words in another order)`"""
    about = filter(None, (likely.name, likely.email, likely.nationality, str(likely.birth_year or "")))
    return f"{', '.join(about)} ({likely.score} %: {', '.join(map(_, likely.reasons))})"


def decide(word: str | None) -> Decide | None:
    """What to do in the middle of enrolling; without the option nobody is looked for who only looks like somebody."""
    if word is None:
        return None
    chosen = read_on_duplicate(word)
    return ask_who if chosen == "ask" else people.DUPLICATES[chosen]
