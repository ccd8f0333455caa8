"""What the register answers about a code or a number: whose certificate it is, and whether it still stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coursectl.certificates.codes import Code, check_of, squeezed
from coursectl.certificates.register import hash_of
from coursectl.store import Row, Store


@dataclass(frozen=True)
class Registered:
    """A certificate as the register has it.

    `name` is the name as printed, None once that was erased (`erased_on`). `intact`: whether what was printed still has the hash
    of its issue. `matches`: whether the code that was looked up says the beginning of that hash; None where no code was, or
    nothing is left to compare it with. `live` is the number that holds today, where this one was replaced.
    """

    serial: str
    kind: str
    name: str | None
    edition: str
    issued_on: str
    starts: str | None
    ends: str | None
    state: str
    at: str
    reason: str | None
    live: str | None
    erased_on: str | None
    intact: bool | None
    matches: bool | None


_LOOK = """
SELECT certificate.id, serial, kind, course.code || '-' || edition.number AS edition, issued_on, state.state, state.at, state.reason,
  state.superseded_by, snapshot.salt, snapshot.content, snapshot.hash, snapshot.content ->> '$.holder.name' AS name,
  snapshot.content ->> '$.edition.start' AS starts, snapshot.content ->> '$.edition.end' AS ends, person.erased_on
FROM certificate
JOIN certificate_state AS state ON state.certificate_id = certificate.id
JOIN edition ON edition.id = certificate.edition_id
JOIN course ON course.id = certificate.course_id
JOIN person ON person.id = certificate.person_id
LEFT JOIN certificate_snapshot AS snapshot ON snapshot.certificate_id = certificate.id
"""
_SQUEEZED = "upper(replace(serial, ' ', ''))"  # as codes write a number: patterns have no other spaces


def find_registered(store: Store, readings: Sequence[Code]) -> Registered | None:
    """The certificate that a code names, by the first of its readings that the register knows; None where it knows none."""
    for code in readings:
        rows = store.read(_LOOK + "WHERE serial = :serial", {"serial": code.serial})
        if not any(_matches(row, code) for row in rows):  # it may be another that is written alike
            rows = store.read(_LOOK + f"WHERE {_SQUEEZED} = :serial ORDER BY certificate.id", {"serial": code.serial})
        if rows:
            return _registered(store, next((row for row in rows if _matches(row, code)), rows[0]), code)
    return None


def find_serials(store: Store, text: str) -> list[str]:
    """The numbers of the register that stand in a text, each by itself and not as a part of something longer."""
    rows = store.read(f"SELECT serial FROM certificate WHERE instr(:text, {_SQUEEZED}) > 0 ORDER BY serial", {"text": squeezed(text)})  # fmt: skip
    return [row["serial"] for row in rows if says(text, row["serial"])]


def says(text: str, serial: str) -> bool:
    """Whether the number stands in the text, by itself and not as a part of something longer; lines may break within it."""
    return re.search(rf"(?<![0-9A-Za-z_-]){_spaced(serial)}(?![0-9A-Za-z_-])", text, re.IGNORECASE) is not None


def without(text: str, codes: Collection[str]) -> str:
    """The text without what these codes say, which stands below them: a number counts where it is printed by itself."""
    for code in sorted(codes, key=len, reverse=True):
        text = re.sub(_spaced(code), " ", text, flags=re.IGNORECASE)
    return text


def _spaced(words: str) -> str:
    return r"\s*".join(re.escape(letter) for letter in squeezed(words))


def _matches(row: Row, code: Code) -> bool | None:
    if code.check is None or row["hash"] is None:
        return None
    return check_of(row["hash"]) == code.check


def _registered(store: Store, row: Row, code: Code) -> Registered:
    content = row["content"]
    return Registered(
        serial=row["serial"],
        kind=row["kind"],
        name=row["name"],
        edition=row["edition"],
        issued_on=row["issued_on"],
        starts=row["starts"],
        ends=row["ends"],
        state=row["state"],
        at=row["at"],
        reason=row["reason"],
        live=_live(store, row["id"]) if row["state"] == "superseded" else None,
        erased_on=row["erased_on"] if content is None else None,
        intact=None if content is None else hash_of(row["salt"], content) == row["hash"],
        matches=_matches(row, code),
    )


# A certificate is superseded once, by a later one, so the chain ends; a store that was tampered with may have it otherwise.
_SUCCESSORS = """
WITH RECURSIVE successor (id, step) AS (
  SELECT superseded_by, 1 FROM certificate_event WHERE certificate_id = :id AND superseded_by IS NOT NULL
  UNION
  SELECT superseded_by, step + 1 FROM successor JOIN certificate_event ON certificate_id = successor.id
  WHERE superseded_by IS NOT NULL AND step < 1000
)
SELECT serial FROM successor JOIN certificate USING (id) JOIN certificate_state ON certificate_id = id
WHERE state = 'issued' ORDER BY step DESC LIMIT 1
"""


def _live(store: Store, certificate_id: int) -> str | None:
    """The number that holds today, after as many replacements as there were; None where that one is void."""
    rows = store.read(_SUCCESSORS, {"id": certificate_id})
    return rows[0]["serial"] if rows else None
