"""`coursectl status`, and bare `coursectl`."""

from __future__ import annotations

from math import ceil

from coursectl.cli.command import EditionOption, command, single
from coursectl.cli.here import here, told_place
from coursectl.cli.show import from_countries, say, show_one
from coursectl.editions import EditionRef
from coursectl.errors import N_, NotFound, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.store import place_of
from coursectl.workflows import overview
from coursectl.workflows.overview import EditionOverview
from coursectl.workflows.places import Places

app = single()


@command(app, "status", _("The edition in use, what is missing, and what to type next."), example="coursectl status")
def status(edition: EditionOption = None) -> None:
    if here().lacks_store:
        found = overview.first_status()
    else:
        found = overview.get_status(here().store, _edition_or_none(edition), here().language, today=here().act().today)
    lines: list[tuple[str, object]] = [
        (_("Store"), found.store),
        *(_about(found.edition, found.places) if found.edition else ()),
    ]
    lines += [
        (_("Next") if not number else " ", f"{_(step.missing)}: {step.command}")
        for number, step in enumerate(found.next)
    ]
    show_one(found, lines)
    if found.store and (told := told_place(here().store_name)) and place_of(here().store_name).kind == "network":
        say(told)  # of a synced folder, every command tells


def _about(edition: EditionOverview, places: Places | None) -> list[tuple[str, object]]:
    hours = edition.contact_hours
    program = (
        ngettext("{count} session", "{count} sessions", edition.sessions).format(count=edition.sessions),
        ngettext("{hours:g} contact hour", "{hours:g} contact hours", ceil(hours)).format(hours=hours),
        ngettext("{count} expert", "{count} experts", edition.experts).format(count=edition.experts),
    )
    return [
        (
            _("Edition"),
            f"{edition.reference}  {' – '.join(day for day in (edition.start, edition.end) if day)}".strip(),
        ),
        (_("Trainees"), from_countries(edition.trainees, edition.trainee_countries)),
        (_("Seats"), edition.seats),
        *(_about_places(places) if places else ()),
        (_("Program"), ", ".join(program)),
        (_("Certificates"), edition.certificates),
        (_("Closed"), edition.closed_on),
    ]


def _about_places(places: Places) -> list[tuple[str, object]]:
    """Who is to be decided on, and where the edition's policy isn't reached."""
    below = (_("{label}: {taken} of {minimum}").format(**one.__dict__) for one in places.below_minimum)
    called = (
        _("{label}: {put_forward} of {target}").format(label=one.label, put_forward=one.put_forward, target=one.target)
        for one in places.below_target
    )
    wordings = {
        "female": N_("women: {reached} %, at least {wanted} % aimed at"),
        "male": N_("men: {reached} %, at least {wanted} % aimed at"),
    }
    shares = (
        _(wordings[one.sex]).format(reached=f"{one.reached * 100:.0f}", wanted=f"{one.wanted * 100:g}")
        for one in places.shares
    )
    return [
        (_("Nominated"), places.nominated or None),
        (_("On the waiting list"), places.waiting or None),
        (_("Beside the quotas"), places.guests or None),
        (_("Below the minimum"), "; ".join(below)),
        (_("Nominations called for"), "; ".join(called)),
        (_("Shares aimed at"), "; ".join(shares)),
    ]


def _edition_or_none(reference: str | None) -> EditionRef | None:
    """The edition that is meant, or none: the one in use may have been undone, or be another store's."""
    if reference is not None:
        return here().edition(reference)
    try:
        return here().edition(None)
    except (NotFound, Usage) as error:
        if here().edition_in_use() is not None:
            say(error.sentence(_))
        return None
