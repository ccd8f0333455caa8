"""Until when an edition's personal data are to be kept."""

from __future__ import annotations

import re
from datetime import date

from coursectl.editions.held import EditionChanged, EditionRef
from coursectl.errors import N_, BadInput
from coursectl.store import Act, Store, update

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def set_retention(store: Store, ref: EditionRef, until: str, act: Act) -> bool:
    """Keep the edition's personal data until that day (ISO 8601); "" takes the day away. Returns whether anything changed.

    Nothing is erased by it. Raises BadInput, also for a day on which the edition isn't over yet, and EditionChanged.
    """
    wanted = _read(until)
    rows = store.read(
        "SELECT retain_until, coalesce(end_date, start_date) AS last FROM edition WHERE id = :id",
        {"id": ref.id},
        level="strong",
    )
    old, last = rows[0]["retain_until"], rows[0]["last"]
    if old == wanted:
        return False
    if wanted and last and wanted < last:
        raise BadInput(
            N_("{edition} lasts until {last}: personal data are needed at least until then, and {day} is earlier."),
            edition=ref.reference, last=last, day=wanted,
        )  # fmt: skip
    changing = update(
        "edition", ref.id, {"retain_until": old}, {"retain_until": wanted}, EditionChanged(reference=ref.reference)
    )
    store.apply(act.operation(f"edition retention {ref.reference}", changing))
    return True


def _read(until: str) -> str | None:
    words = until.strip()
    if not words:
        return None
    try:
        if not _DATE.fullmatch(words):
            raise ValueError
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise BadInput(N_("{value!r} is no date. Write it like 2015-03-09."), value=until) from None
