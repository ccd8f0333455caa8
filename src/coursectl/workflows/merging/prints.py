"""What certificates that come in are printed from: the pictures and the templates that they name by hash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from coursectl import certificates, editions
from coursectl.store import Row, Statement, Store, as_json


def pictures_of(snapshots: Sequence[Row]) -> set[str]:
    """The hashes of the pictures that these print: an office may have others by now."""
    found: set[str | None] = set()
    for snapshot in snapshots:
        content = json.loads(snapshot["content"])
        found.add(content.get("course", {}).get("crest"))
        found |= {one.get("signature") for one in content.get("signatories", ())}
        found |= {one.get("logo") for role in editions.ROLES for one in content.get(f"{role}s", ())}
    return {one for one in found if one}


def sources(store: Store, other: Store, snapshots: Sequence[Row]) -> Iterator[Statement]:
    """What keeps the templates that these were made with, and that aren't here."""
    lists = {json.loads(snapshot["content"]).get("made_with") for snapshot in snapshots} - {None}
    wanted: set[str] = set(lists)
    for one in sorted(lists):
        wanted |= set(certificates.get_making(other, one)[1].values())
    chosen = "SELECT hash, path, data FROM print_source WHERE hash IN (SELECT value FROM json_each(:hashes)) ORDER BY path, hash"
    kept = {row["hash"] for row in store.read("SELECT hash FROM print_source", level="strong")}
    rows = other.read(chosen, {"hashes": as_json(sorted(wanted - kept))}, level="strong")
    return (certificates.keep_statement(row["path"], row["hash"], row["data"]) for row in rows)
