"""The sentence that can be put in a speech, and is true: who said what when, what records name, what else was published.

A claim keeps its qualifier and its speaker; nothing is added to it. In the tool's language, as everything the tool says.
"""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import locale
from coursectl.history.figures import PublishedFigure
from coursectl.locale import gettext as _
from coursectl.locale import ngettext


@dataclass(frozen=True)
class Claim:
    """A cumulative figure as it is told: by whom (in the tool's language), at which edition."""

    figure: PublishedFigure
    speaker: str | None
    edition: int | None  # its number


@dataclass(frozen=True)
class Known:
    """What a sentence is made of. Editions are numbers; `headcounts` are editions that only a published headcount is of."""

    claim: Claim | None
    through: int | None
    named: int
    completed_in: tuple[int, ...]
    recorded: tuple[int, ...]
    headcounts: int
    one_course: bool = True


def qualified(value: int, qualifier: str) -> str:
    """`more than 800`, in the tool's language. An exact figure is said bare: its source said no "exactly" either."""
    number = str(value) if value < 1000 else locale.format_number(value, locale.tool_language())
    match qualifier:
        case "about":
            return _("about {number}").format(number=number)
        case "nearly":
            return _("nearly {number}").format(number=number)
        case "more_than":
            return _("more than {number}").format(number=number)
        case "at_least":
            return _("at least {number}").format(number=number)
    return number


def sentence(known: Known) -> str:
    """What is known of how many were trained, in one or two sentences."""
    if known.one_course and known.claim is None and not known.recorded and not known.headcounts:
        return _(
            "Nothing is known yet: enroll people with coursectl enroll, or add what was published with coursectl history figures add."
        )
    facts = {"claim": _claim(known), "records": _records(known), "headcounts": _headcounts(known)}
    if known.headcounts:
        return _("{claim}; {records}, and {headcounts}.").format(**facts)
    return _("{claim}; {records}.").format(**facts)


def _claim(known: Known) -> str:
    if not known.one_course:
        return _("What was published is of one course (name it with --course)")
    claim = known.claim
    if claim is None:
        if known.through is None:
            return _("No published total is known")
        return _("No published total is known up to the {ordinal} edition").format(ordinal=_ordinal(known.through))
    said = _("{when}, {speaker} spoke of {count}").format(
        when=_when(claim), speaker=claim.speaker or _("a published source"), count=_count(claim.figure)
    )
    if known.through is None or claim.edition in (None, known.through):
        return said
    return _("No total is known that was published at the {ordinal} edition. {earlier}").format(
        ordinal=_ordinal(known.through), earlier=said
    )


def _when(claim: Claim) -> str:
    year = claim.figure.year
    if claim.edition is None:
        return _("In {year}").format(year=year)
    facts = {"ordinal": _ordinal(claim.edition), "year": year}
    if claim.figure.stage == "announced":
        if year is None:
            return _("When the {ordinal} edition opened").format(**facts)
        return _("When the {ordinal} edition opened in {year}").format(**facts)
    if year is None:
        return _("At the {ordinal} edition").format(**facts)
    return _("At the {ordinal} edition in {year}").format(**facts)


def _count(figure: PublishedFigure) -> str:
    number = qualified(figure.value, figure.qualifier)
    match (figure.who or "people").casefold():
        case "officials":
            return ngettext("{number} official trained", "{number} officials trained", figure.value).format(
                number=number
            )
        case "participants":
            return ngettext("{number} participant trained", "{number} participants trained", figure.value).format(
                number=number
            )
        case "people":
            return ngettext("{number} person trained", "{number} people trained", figure.value).format(number=number)
    return _("{number} trained ({who})").format(number=number, who=figure.who)


def _records(known: Known) -> str:
    named = known.named
    if not named:
        return _nobody(known)
    if _same_edition(known):
        return ngettext("our records name {named} who completed it", "our records name {named} who completed it", named).format(named=named)  # fmt: skip
    if known.one_course and len(known.completed_in) == 1:
        said = ngettext(
            "our records name {named} who completed the {ordinal} edition",
            "our records name {named} who completed the {ordinal} edition",
            named,
        )
        return said.format(named=named, ordinal=_ordinal(known.completed_in[0]))
    said = ngettext(
        "our records name {named} who completed one of {editions} editions",
        "our records name {named} who completed one or more of {editions} editions",
        named,
    )
    return said.format(named=named, editions=len(known.completed_in))


def _nobody(known: Known) -> str:
    if _same_edition(known):
        return _("our records name nobody yet who completed it")
    if known.through is not None:
        return _("our records name nobody who completed it or an edition before it")
    return _("our records name nobody yet who completed an edition")


def _same_edition(known: Known) -> bool:
    """Whether "it" in the records' clause is the edition that the claim's clause has just named."""
    editions = known.completed_in or known.recorded
    return known.claim is not None and known.one_course and editions == (known.claim.edition,)


def _headcounts(known: Known) -> str:
    others = known.headcounts
    if known.recorded:
        return ngettext(
            "a published headcount exists for {editions} other edition",
            "published headcounts exist for {editions} other editions",
            others,
        ).format(editions=others)
    return ngettext(
        "a published headcount exists for {editions} edition",
        "published headcounts exist for {editions} editions",
        others,
    ).format(editions=others)


def _ordinal(number: int) -> str:
    return locale.ordinal(number, locale.tool_language())
