"""Countries as they are called in an edition: a former name means today's country, but in an edition of that time."""

from __future__ import annotations

from collections.abc import Collection

from coursectl import locale
from coursectl.editions.held import EditionRef
from coursectl.store import Store


def countries_then(store: Store, edition: EditionRef, codes: Collection[str]) -> dict[str, str]:
    """The codes that these have in the edition's year: BU (Burma) is MM (Myanmar) in 2016 and BU in 1985.

    Only those that differ. An edition without a year is of today.
    """
    if not any(locale.country_in(code, None) != code for code in codes):
        return {}
    rows = store.read("SELECT year FROM edition WHERE id = :id", {"id": edition.id}, level="strong")
    year = rows[0]["year"] if rows else None
    then = {code: locale.country_in(code, year) for code in codes}
    return {code: other for code, other in then.items() if other != code}
