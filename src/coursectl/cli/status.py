"""`coursectl status`, and bare `coursectl`."""

from __future__ import annotations

from coursectl.cli.command import EditionOption, command, single
from coursectl.cli.here import here
from coursectl.cli.show import show_one
from coursectl.editions import EditionRef
from coursectl.errors import NotFound, Usage
from coursectl.locale import gettext as _
from coursectl.workflows import overview

app = single()


@command(app, "status", _("The edition in use, what is missing, and what to type next."), example="coursectl status")
def status(edition: EditionOption = None) -> None:
    found = overview.get_status(here().store, _edition_or_none(edition))
    lines: list[tuple[str, object]] = [(_("Store"), found.store)]
    if found.edition:
        about = found.edition
        lines += [
            (_("Edition"), f"{about.reference}  {' – '.join(day for day in (about.start, about.end) if day)}"),
            (_("Trainees"), _("{people} from {countries} countries").format(people=about.trainees, countries=about.trainee_countries)),
            (_("Seats"), about.seats),
            (_("Program"), _("{sessions} sessions, {hours:g} contact hours, {experts} experts").format(
                sessions=about.sessions, hours=about.contact_hours, experts=about.experts)),
            (_("Certificates"), about.certificates),
            (_("Closed"), about.closed_on),
        ]  # fmt: skip
    lines += [
        (_("Next") if not number else " ", f"{_(step.missing)}: {step.command}")
        for number, step in enumerate(found.next)
    ]
    show_one(found, lines)


def _edition_or_none(reference: str | None) -> EditionRef | None:
    try:
        return here().edition(reference)
    except (NotFound, Usage):
        if reference is not None or here().edition_in_use() is not None:
            raise
        return None
