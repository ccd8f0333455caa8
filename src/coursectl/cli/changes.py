"""What an edit would change, line by line: the answer of its dry run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coursectl.cli.here import here
from coursectl.cli.show import plain, show_done, shown
from coursectl.errors import N_
from coursectl.locale import gettext as _


@dataclass(frozen=True)
class Change:
    """A field that would be another. `field` is its key in JSON, and its language where it is a text: `seats`, `title.es`."""

    field: str
    old: object
    new: object


def show_edited(
    done: object, sentence: str, before: Callable[[], object], *, changed: bool, dry_run: bool, after: object = None
) -> None:
    """Answer an edit. A dry run says of each field what it is and what it would be.

    `before` reads what is edited as it is, once nothing was written; `after` is what it would be, `done` if that says it.
    """
    if not dry_run:
        show_done(done, sentence)
        return
    changes = _changes(before(), done if after is None else after) if changed else []
    lines = [sentence, *(f"  {_line(change)}" for change in changes)]
    show_done(done, "\n".join(lines), dry_run=changed or here().options.json, changes=changes)


def _changes(before: object, after: object) -> list[Change]:
    old, new = _fields(before), _fields(after)
    both = [name for name in new if name in old]
    found: list[Change] = []
    for name in both:
        if isinstance(old[name], Mapping) and isinstance(new[name], Mapping):
            languages = dict.fromkeys([*old[name], *new[name]])
            pairs = [(f"{name}.{tag}", old[name].get(tag), new[name].get(tag)) for tag in languages]
        else:
            pairs = [(name, _value(old[name]), _value(new[name]))]
        found += [Change(field, was, becomes) for field, was, becomes in pairs if was != becomes]
    return found


def _fields(thing: object) -> dict[str, Any]:
    if isinstance(thing, Mapping):
        return dict(thing)
    return {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}  # type: ignore[arg-type]


def _value(value: object) -> Any:
    """A value as JSON has it; people by their names."""
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    return plain(getattr(value, "name", value))


def _line(change: Change) -> str:
    """`seats: 30 -> 28`"""
    name, _dot, language = change.field.partition(".")
    label = label_of(name) + (f" ({language})" if language and language != "und" else "")
    old, new = (shown(value) or "–" for value in (change.old, change.new))
    return f"{label}: {old} -> {new}"


def label_of(field: str) -> str:
    """What people call a field, within a sentence: `seats`, `year of birth`."""
    word = LABELS.get(field, field)
    label = _(word)
    return label[:1].lower() + label[1:]


# What people call the fields, by their keys in JSON.
LABELS = {
    "assessed": N_("Required assessments"), "base": N_("For"), "held_on": N_("Date"), "minimum": N_("Hours needed"), "of_points": N_("Points"),
    "pass_mark": N_("Pass mark"), "required": N_("Required"), "sentence": N_("Sentence"), "sessions": N_("Required sessions"),
    "acronym": N_("Acronym"), "attendance_minimum": N_("Attendance needed"), "audience": N_("For"), "auto_promote": N_("Promotes itself"),
    "birth_year": N_("Year of birth"), "cancel_reason": N_("Reason"), "cancelled": N_("Cancelled"), "category": N_("Category"),
    "chairs": N_("Chairs"), "closed_on": N_("Closed"), "code": N_("Code"), "colors": N_("Colors"), "confirm_by": N_("Confirm by"), "contact": N_("Contact"),
    "costs": N_("Costs covered"), "counts": N_("Counts"), "country": N_("Country"), "crest": N_("Crest"), "date": N_("Date"), "modality": N_("Modality"),
    "design": N_("Design"), "email": N_("E-mail"), "end": N_("End"), "excused": N_("Excused absences count as"), "experts": N_("Experts"),
    "family_name": N_("Family name"), "free_absences": N_("Free absences"), "first_year": N_("Since"), "funder": N_("Funder"), "given_name": N_("Given name"),
    "groups": N_("Groups of countries"), "honorific": N_("Treatment"), "host": N_("Host"), "kind": N_("Kind"), "language": N_("Language"), "languages": N_("Languages"),
    "logo": N_("Logo"), "logo_consents": N_("Logos agreed to"), "men_share": N_("Target share of men"), "methodology": N_("Methodology"), "minutes": N_("Minutes"), "module": N_("Module"), "modules": N_("Modules"),
    "name": N_("Name"), "nationality": N_("Nationality"), "needs": N_("Needs"), "nominated_by": N_("Nominated by"),
    "nominations_by": N_("Nominations by"), "note": N_("Note"), "objectives": N_("Objectives"), "organization": N_("Organization"),
    "organizer": N_("Organizer"), "partner": N_("Partners"), "phone": N_("Phone"), "place": N_("Place"), "post": N_("Post"),
    "priority": N_("Priority"), "quotas": N_("Quotas"), "publish": N_("In the directory"), "reserve": N_("Reserve"), "room": N_("Room"), "seats": N_("Seats"),
    "serial_pattern": N_("Serial numbers"), "sex": N_("Sex"), "signatories": N_("Signatories"), "sponsor": N_("Sponsors"),
    "start": N_("Start"), "time_zone": N_("Time zone"), "title": N_("Title"), "topics": N_("Topics"), "venue": N_("Venue"),
    "waiting_list": N_("Waiting list"), "website": N_("Website"), "women_share": N_("Target share of women"), "year": N_("Year"),
}  # fmt: skip
