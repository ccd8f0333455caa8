"""Tables that open safely everywhere: no cell is run as a formula, accents survive Excel, a file is whole or not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from coursectl.errors import N_, BadInput, NotFound, Refused
from coursectl.tables.sources import refusal
from coursectl.tables.text import guarded


def write_csv(stream: TextIO, headers: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> None:
    """Write headers and rows, lines ending in LF. Texts like formulas get an apostrophe; numbers stay; None is empty.

    `read_table` takes the apostrophe away again. Open a stream on a file with `newline=""`.
    """
    import csv

    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(map(_cell, headers))
    writer.writerows(map(_cell, row) for row in rows)


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """The same as a string."""
    import io

    stream = io.StringIO(newline="")
    write_csv(stream, headers, rows, delimiter)
    return stream.getvalue()


def write_csv_file(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The same as a file in UTF-8 with the mark that Excel needs, moved into place when it is whole; replaces what is there.

    Raises NotFound without its folder, BadInput where it can't be written; then nothing is left behind.
    """
    _write(path, csv_text(headers, rows).encode("utf-8-sig", errors="replace"))


FORMATS = (".xlsx", ".ods", ".csv", ".tsv", ".json")
"""What `write_table` writes, by the endings of names."""


def refuse_to_replace(path: Path, *, force: bool) -> None:
    """Raise Refused where there is a file already, unless it is to be written over."""
    if path.is_file() and not force:
        raise Refused(N_("{file} is there already; name another file, or write over it with --force."), file=str(path))


def write_table(
    path: Path, title: str, headers: Sequence[str], rows: Sequence[Sequence[object]], names: Sequence[str] = ()
) -> None:
    """Write a table as the name of the file ends: XLSX, ODS, CSV, TSV or JSON. `names` are the keys of JSON, where it has others.

    No text is run as a formula, and `read_table` reads all of it back. `title` is that of the sheet. Raises BadInput for another ending,
    and as `write_csv_file`.
    """
    refuse_unknown_ending(path)
    _write(path, table_bytes(path.suffix.lower(), title, headers, rows, names))


def refuse_unknown_ending(path: Path) -> None:
    """Raise BadInput where no table is written to a file that ends so."""
    if path.suffix.lower() not in FORMATS:
        raise BadInput(
            N_("{file}: write its name with the ending of what it is to be: {endings}."),
            file=str(path),
            endings=", ".join(FORMATS),
        )


def table_bytes(
    ending: str, title: str, headers: Sequence[str], rows: Sequence[Sequence[object]], names: Sequence[str] = ()
) -> bytes:
    """What `write_table` writes into a file with one of these endings."""
    from coursectl.tables import workbooks

    if ending == ".xlsx":
        return workbooks.xlsx(title, headers, rows)
    if ending == ".ods":
        return workbooks.ods(title, headers, rows)
    if ending == ".json":
        return _json(names or headers, rows)
    return csv_text(headers, rows, "\t" if ending == ".tsv" else ",").encode("utf-8-sig", errors="replace")


def _json(names: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    import json

    objects = [dict(zip(names, row, strict=True)) for row in rows]
    return (json.dumps(objects, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _write(path: Path, content: bytes) -> None:
    try:
        _reject_no_place(path)
        _put(path, content)
    except PermissionError as error:
        doing = N_("{file} can't be written: you have no permission, or another program has it open; close it there.")
        raise refusal(path, error, doing) from error
    except OSError as error:
        raise refusal(path, error, N_("{file} can't be written: {reason}.")) from error


def _reject_no_place(path: Path) -> None:
    if path.is_dir():
        raise BadInput(N_("{file} is a folder; name a file in it."), file=str(path))
    if not path.parent.is_dir():
        raise NotFound(N_("There is no folder {folder}."), folder=str(path.parent))


def _put(path: Path, content: bytes) -> None:
    import secrets

    unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else "" if value is None else value
