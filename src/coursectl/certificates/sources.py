"""What certificates are made with: templates and words, each kept once by its hash, and the list of them that a sheet names.

A sheet names the list by its own hash, so that the hash of what is printed covers every template, and ten thousand sheets
take no more room than one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from coursectl.errors import N_, NotFound
from coursectl.store import Statement, Store, as_json

LIST = "made-with.json"
"""The path under which a list is kept."""


class SourcesGone(NotFound):
    """What a certificate was made with isn't in the store, or isn't what it was."""

    wording = N_(
        "What certificates of this edition were made with ({hash}) is missing or damaged in the store. Look with: coursectl store check. To print with the templates of today: --templates-of-today"
    )


@dataclass(frozen=True)
class Making:
    """What makes certificates: the path of their template, all files by path, and the versions of what sets them."""

    template: str
    files: Mapping[str, bytes]
    versions: Mapping[str, str]


MakingOf: TypeAlias = Callable[[str], Making]
"""What makes certificates of a design."""


def keeping(store: Store, making: Making) -> tuple[str, list[Statement]]:
    """The hash of the list of what makes certificates, and what keeps the list and the files that aren't kept yet.

    Nothing is ever taken away, so that what is there stays there.
    """
    files = {path: (sha256(data).hexdigest(), data) for path, data in making.files.items()}
    listed = as_json(
        {
            "template": making.template,
            "files": {path: files[path][0] for path in sorted(files)},
            "versions": {name: making.versions[name] for name in sorted(making.versions)},
        }
    ).encode()
    whole = {LIST: (sha256(listed).hexdigest(), listed), **files}
    rows = store.read(
        "SELECT hash FROM print_source WHERE hash IN (SELECT value FROM json_each(:hashes))",
        {"hashes": as_json([file_hash for file_hash, _ in whole.values()])},
        level="strong",
    )
    kept = {row["hash"] for row in rows}
    return whole[LIST][0], [
        keep_statement(path, file_hash, data) for path, (file_hash, data) in whole.items() if file_hash not in kept
    ]


def keep_statement(path: str, file_hash: str, data: bytes) -> Statement:
    """What keeps a file under its hash, once."""
    # The bytes are a literal in hexadecimal, because a remote engine takes no blob parameters.
    sql = f"INSERT INTO print_source (hash, path, data) VALUES (:hash, :path, X'{data.hex()}') ON CONFLICT (hash) DO NOTHING"
    return Statement(sql, {"hash": file_hash, "path": path})


def get_making(store: Store, list_hash: str) -> tuple[Making, Mapping[str, str]]:
    """What the list with this hash names, and the hashes of its files by path. Raises SourcesGone."""
    listed = json.loads(_read(store, [list_hash], list_hash)[list_hash])
    hashes: dict[str, str] = listed["files"]
    found = _read(store, list(hashes.values()), list_hash)
    files = {path: found[file_hash] for path, file_hash in hashes.items()}
    return Making(listed["template"], files, listed["versions"]), hashes


def _read(store: Store, hashes: list[str], list_hash: str) -> dict[str, bytes]:
    rows = store.read(
        "SELECT hash, data FROM print_source WHERE hash IN (SELECT value FROM json_each(:hashes))",
        {"hashes": as_json(hashes)},
        level="strong",
    )
    found = {row["hash"]: row["data"] for row in rows if sha256(row["data"]).hexdigest() == row["hash"]}
    if set(hashes) - set(found):
        raise SourcesGone(hash=list_hash[:12])
    return found
