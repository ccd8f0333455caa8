"""Why two stores can't be brought together; the register has reasons of its own."""

from __future__ import annotations

from coursectl.errors import N_, Refused


class Overfull(Refused):
    """Editions would have more people than seats."""

    rule = "seats_left"
    wording = N_(
        "Both stores together have more people than seats (people / seats): {editions}. Nothing was merged. Raise them, or withdraw somebody: coursectl edition edit EDITION --seats N"
    )


class MadeMeanwhile(Refused):
    """Somebody has written to the store at hand while the two were compared."""

    rule = "merge_of_what_was_read"
    wording = N_(
        "Somebody has written to the store while the two were compared; nothing was merged. Type the command again."
    )


class TwoThings(Refused):
    """Both stores have something different under one number."""

    rule = "one_number_one_thing"
    wording = N_(
        "Under one number, the two stores have different things: {things}. Nothing was merged, since marks would come to the wrong one. Give them other numbers in one of the stores first."
    )


class TwicePerson(Refused):
    """Two people of the other store would be one name and e-mail here."""

    rule = "person_once"
    wording = N_(
        "Under one name and e-mail there would be two people: {people}. Nothing was merged. Give one of them another name or e-mail in one of the stores first: coursectl person edit"
    )


class ClosedHere(Refused):
    """The other store has more of an edition that is closed here."""

    rule = "edition_open"
    wording = N_(
        "Closed here, and the other store has people, sessions or marks for it that aren't here: {editions}. Nothing was merged. To let them in, take the closing back first: coursectl log, then coursectl undo with its number."
    )


class OutsideHere(Refused):
    """The other store has sessions on days that aren't the edition's here."""

    rule = "session_inside_edition"
    wording = N_(
        "Outside of the days that the edition has here: {sessions}. Nothing was merged. Give it the same days in both stores first: coursectl edition edit EDITION --start DATE --end DATE"
    )


class Unfit(Refused):
    """A row of the other store would break a rule here, for a reason that the comparison didn't see."""

    rule = "fits_together"
    wording = N_(
        "{other} can't be merged: together with what is here it would break the rule {broken!r}. Nothing was merged."
    )
