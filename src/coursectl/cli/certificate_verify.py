"""`coursectl certificate verify`: is this sheet what was issued?"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from coursectl.certificates import Registered
from coursectl.cli.certificate_group import app
from coursectl.cli.command import command
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_list, show_text, waiting
from coursectl.errors import N_, BadInput
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.workflows import verifying
from coursectl.workflows.verifying import OUTCOMES, Verdict

MOST_TYPED = 5_000_000  # bytes from stdin
_WHAT = {"code": N_("the code"), "serial": N_("the number"), "name": N_("the name")}


@dataclass(frozen=True)
class Answered:
    """A verdict with its sentence, as JSON and CSV have it."""

    given: str
    pages: tuple[int, ...]
    outcome: str
    sentence: str
    compared: tuple[str, ...]
    differing: tuple[str, ...]
    serial: str | None
    name: str | None
    kind: str | None
    edition: str | None
    starts: str | None
    ends: str | None
    issued_on: str | None
    state: str | None
    reason: str | None
    live: str | None
    erased_on: str | None
    intact: bool | None


_OF_CERTIFICATE = (
    "serial", "name", "kind", "edition", "starts", "ends", "issued_on", "state", "reason", "live", "erased_on", "intact"
)  # fmt: skip


@command(
    app,
    "verify",
    _(
        "Compare a sheet with the register. Exit code 0: issued, and equal; 4: void, superseded or different; 3: unknown; 5: a file that can't be read."
    ),
    example="coursectl certificate verify scan.pdf photo.jpg",
)
def verify(
    sheets: Annotated[
        list[str],
        typer.Argument(
            metavar="CODE|FILE",
            help=_("A code or number as typed from the sheet, a PDF, or a picture; - for lines from stdin."),
        ),
    ],
) -> None:
    with waiting(_("Verifying")):
        verdicts = [verdict for one in sheets for verdict in _verdicts(one)]
    answers = [_answered(verdict) for verdict in verdicts]
    if here().options.json or here().options.csv:
        show_list(answers, _COLUMNS, empty="")
    else:
        for answer in answers:
            show_text(answer.sentence)
    if code := max((OUTCOMES[verdict.outcome] for verdict in verdicts), default=0):
        raise typer.Exit(code)


def _verdicts(given: str) -> Iterator[Verdict]:
    """What a sheet says about itself on the command line may name a file; what a scanner has read of a stranger's may not."""
    if given != "-":
        yield from verifying.verify(here().store, [given])
        return
    for line in _typed():
        yield verifying.verify_typed(here().store, line)


_COLUMNS: tuple[Column[Answered], ...] = ()  # a sentence each is what people read; JSON and CSV have the fields


def _typed() -> list[str]:
    """The lines of stdin, as a scanner types them."""
    if sys.stdin is None:
        return []
    source = getattr(sys.stdin, "buffer", sys.stdin)
    content = source.read(MOST_TYPED + 1)
    if len(content) > MOST_TYPED:
        raise BadInput(N_("stdin is longer than {most} bytes. Give the codes in parts."), most=MOST_TYPED)
    text = content if isinstance(content, str) else content.decode("utf-8-sig", errors="replace")
    return [line for line in text.splitlines() if line.strip()]


def _answered(verdict: Verdict) -> Answered:
    facts: dict[str, Any] = {name: getattr(verdict.certificate, name, None) for name in _OF_CERTIFICATE}
    sentence = f"{_place(verdict)}: {_sentence(verdict)}"
    return Answered(
        verdict.given, verdict.pages, verdict.outcome, sentence, verdict.compared, verdict.differing, **facts
    )


def _place(verdict: Verdict) -> str:
    """`scan.pdf, page 3`; of what was typed, the beginning."""
    given = " ".join(verdict.given.split())
    shown = given if len(given) <= 80 else given[:79] + "…"
    if not verdict.pages or (verdict.certificate is None and verdict.outcome == "foreign"):
        return shown
    pages = _ranges(verdict.pages)
    return ngettext("{file}, page {pages}", "{file}, pages {pages}", len(verdict.pages)).format(file=shown, pages=pages)


def _ranges(pages: Sequence[int]) -> str:
    """`1, 4–9`"""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], page]
        else:
            runs.append([page])
    return ", ".join("–".join(map(str, run)) for run in runs)


def _sentence(verdict: Verdict) -> str:
    if verdict.certificate is not None:
        return " ".join(part for part in _of_certificate(verdict, verdict.certificate) if part)
    match verdict.outcome:
        case "unknown":
            return _("UNKNOWN: the register has no such certificate. It may be another office's, mistyped, or forged.")
        case "foreign" if verdict.form is not None:
            return _("NOT OURS: a code of form {form}, which this version doesn't know. Is there a newer one?").format(
                form=verdict.form
            )
        case "foreign":
            return _("NOT OURS: the code isn't one of a certificate's.")
        case "nothing":
            return _("no code of a certificate, and no number of the register.")
    if verdict.problem is not None:
        return _("UNREADABLE: {why}").format(why=verdict.problem.sentence(_))
    return _(
        "UNREADABLE: no code of a certificate, and no number of the register. Scan it at 300 dpi, or type the number."
    )


def _of_certificate(verdict: Verdict, one: Registered) -> tuple[str, ...]:
    facts = {
        **one.__dict__,
        "kind": _(one.kind),
        "on": one.at[:10],
        "what": ", ".join(_(_WHAT[what]) for what in verdict.differing),
        "because": _(one.reason) if one.reason else "",
    }
    return tuple(wording.format(**facts) for wording in _wordings(verdict, one))


def _wordings(verdict: Verdict, one: Registered) -> tuple[str, ...]:
    match verdict.outcome:
        case "forged":
            return (_("FORGED OR MISTYPED: the register has {serial}, but its code is another."), _standing(one))
        case "altered":
            return (
                _(
                    "ALTERED: what the register has of {serial} is no longer what was issued. Run: coursectl store check"
                ),
            )
        case "differs":
            return (_("DIFFERENT: on the sheet, {what} isn't what was issued."), _whose(one), _standing(one))
        case "superseded" | "void":
            also = _("On the sheet, {what} isn't what was issued either.") if verdict.differing else ""
            return (_standing(one), _whose(one), also)
        case "erased":
            return (_whose(one), _standing(one))
        case _:
            return (_("VALID.") if "code" in verdict.compared else _("ISSUED."), _whose(one), _caution(verdict))


def _whose(one: Registered) -> str:
    if one.name is None and one.erased_on is not None:
        return _("ERASED: the register has {serial}, {kind}, {edition}, issued on {issued_on}; what it printed was erased on {erased_on}.")  # fmt: skip
    if one.name is None:
        return _(
            "ERASED: the register has {serial}, {kind}, {edition}, issued on {issued_on}; what it printed was erased."
        )
    if one.starts is None:
        return _("{serial}, {kind}, {edition}, {name}, issued on {issued_on}.")
    return _("{serial}, {kind}, {edition} ({starts} to {ends}), {name}, issued on {issued_on}.")


def _standing(one: Registered) -> str:
    if one.state == "superseded":
        if one.live is None:
            return _("SUPERSEDED on {on}; what replaced it is void.")
        return _("SUPERSEDED on {on} by {live}: {because}.") if one.reason else _("SUPERSEDED on {on} by {live}.")
    if one.state == "void":
        return _("VOID since {on}: {because}.") if one.reason else _("VOID since {on}; the reason isn't kept.")
    return ""


def _caution(verdict: Verdict) -> str:
    """What is still to be looked at with one's own eyes."""
    if "code" not in verdict.compared:
        return _("There was no code to compare, and a number alone proves nothing: compare the whole sheet with this.")
    return "" if "name" in verdict.compared else _("Compare the name on the sheet with this.")
