"""Finding the headers of a sheet and reading the rows below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from coursectl.errors import N_, BadInput, BadTable, Fault
from coursectl.locale import fold
from coursectl.tables.endings import Note, endings
from coursectl.tables.sources import HEADERS_WITHIN, Record, Sheet, read_sheets

LEFT_OUT = "-"
"""What a mapping says of a column that isn't to be read."""


@dataclass(frozen=True)
class Column:
    """A field that a table may have, and what its header may say, in all languages together. The name always matches.

    `joined`: several columns of a file may mean it, and what they say is taken together.
    """

    name: str
    headers: tuple[str, ...] = ()
    required: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as the reader's spreadsheet shows it (in JSON, of the object), and its clean text by field.

    Every field of the columns asked for is in `values`, "" where the file has none. `extra` holds the other columns by
    their headers, in the file's order.
    """

    number: int
    values: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """The row of headers: its number, all headers in order, the fields of those that are read; `layout` is the same for every file that has them.

    `mapping` is what was said of them by hand, now or an earlier time (`remembered`), by the headers as they are folded;
    `notes` are the rows below the last one that count them or say something else of the list.
    `sheet` is the one of a workbook that was read, `other_sheets` have something in them too.
    """

    row: int = 0
    headers: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    layout: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False
    notes: tuple[Note, ...] = ()
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """What a file holds: rows that aren't empty; the header of each field that was found, as written; the other headers."""

    path: Path
    rows: tuple[Row, ...]
    headers: dict[str, str]
    unknown: tuple[str, ...]
    heading: Heading = field(default_factory=lambda: Heading(), compare=False)

    def fault(self, row: Row, name: str, reason: str, /, **facts: object) -> Fault:
        """What is wrong with a row's field (or extra column): `reason` is a wording with the names of `facts`."""
        value = row.values.get(name) or row.extra.get(name, "")
        return Fault(row.number, self.headers.get(name, name), value, reason, tuple(facts.items()))

    def cells(self, row: Row) -> dict[str, str]:
        """The row by headers as written, fields first, to write it out again."""
        return {header: row.values[name] for name, header in self.headers.items()} | row.extra


def read_table(
    path: Path,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
    faults: list[Fault] | None = None,
    layouts: Mapping[str, Mapping[str, str]] | None = None,
    *,
    sheet: str | None = None,
    notes: bool = False,
) -> Table:
    """Read the table of a file. `mapping` gives fields to headers by hand: `{"Apellidos": "family_name"}`; `-` leaves one out.
    `layouts` are mappings that were given before, by the layout of the file. `sheet` is the one of a workbook to read. With
    `notes` rows below the last one that are no rows of the table (who signs, where and when) are told in the heading.

    The headers stand in the first of the first 15 rows (of the sheet, or the first visible one that has such a row) in which two
    fields, or all required ones, are found. Torn rows, with more cells than headers, are appended to `faults` and left
    out; without `faults` they raise BadTable. Raises NotFound without the file, BadInput for anything else that keeps
    the table from being read.
    """
    matcher = _Matcher(path, columns, mapping or {}, {} if mapping else layouts or {})
    sheets = read_sheets(path, matcher.best)
    for chosen in _of_name(path, sheets, sheet):
        at = matcher.header_row(chosen.records)
        if at is not None:
            break
    else:
        raise matcher.no_headers()
    headers, below = _whole_headers(chosen, at)
    matcher = matcher.of(headers)
    layout = matcher.layout(headers)
    end, said = endings(chosen.records[below:], notes=notes)
    torn: list[Fault] = []
    rows = tuple(_rows(layout, _filled_down(chosen, below)[:end], torn, delimited=chosen.delimited))
    if torn and faults is None:
        raise BadTable(path.name, torn)
    if faults is not None:
        faults.extend(torn)
    fields = {headers[place]: name for name, place in layout.places.items()}
    fields |= {headers[place]: name for name, places in layout.more.items() for place in places}
    heading = Heading(
        row=chosen.records[at][0],
        headers=tuple(filter(None, headers)),
        fields=fields,
        layout=layout_of(headers),
        mapping=matcher.mapping,
        remembered=matcher.remembered,
        notes=said,
        sheet=chosen.name,
        other_sheets=tuple(one.name for one in sheets if one is not chosen and one.name),
    )
    return Table(path, rows, layout.headers, tuple(header for _, header in layout.others), heading)


def _of_name(path: Path, sheets: Sequence[Sheet], name: str | None) -> Sequence[Sheet]:
    """The sheets among which the table is: that of the name, else all. Raises BadInput where there is none of the name."""
    if name is None:
        return sheets
    found = [one for one in sheets if one.name == name] or [one for one in sheets if fold(one.name or "") == fold(name)]
    if found:
        return found[:1]
    if sheets[0].name is None:
        raise BadInput(N_("{file} is no workbook, so it has no sheets; leave out --sheet."), file=str(path))
    raise BadInput(
        N_('{file} has no visible sheet "{sheet}" with something in it; it has: {sheets}.'),
        file=str(path),
        sheet=name,
        sheets=", ".join(f'"{one.name}"' for one in sheets),
    )


def layout_of(headers: Sequence[str]) -> str:
    """The headers in order, whatever their case and accents: two files that have the same are laid out alike."""
    return " | ".join(_key(header) for header in headers if header)


def _whole_headers(sheet: Sheet, at: int) -> tuple[list[str], int]:
    """The headers, and the place of the first row below them: one that was merged over two rows has parts beside it."""
    cells = list(sheet.records[at][1])
    last = max((end for (first, _), (end, _) in sheet.merged if first == at and end > at), default=at)
    last = min(last, at + 2, len(sheet.records) - 1)
    for _, below in sheet.records[at + 1 : last + 1]:
        cells = [lower or upper for upper, lower in zip_longest(cells, below, fillvalue="")]
    return cells, last + 1


def _filled_down(sheet: Sheet, start: int) -> Sequence[Record]:
    """The records from a place on. A cell that was merged over several rows stands in each of them."""
    downward = [one for one in sheet.merged if one[0][0] >= start and one[1][0] > one[0][0]]
    # Real merges don't overlap, so they can't fill more than the sheet has.
    filled = sum(min(last, len(sheet.records)) - first for (first, _), (last, _) in downward)
    if not downward or filled > sum(len(cells) for _, cells in sheet.records):
        return sheet.records[start:]
    records = [(number, list(cells)) for number, cells in sheet.records]
    for (first, column), (last, _) in downward:
        for _, cells in records[first + 1 : last + 1]:
            if column < len(cells) and column < len(records[first][1]):
                cells[column] = cells[column] or records[first][1][column]
    return records[start:]


@dataclass(frozen=True)
class _Layout:
    """Which cell is which: `places` by field, `more` of them for fields of several columns, `others` for headers of no field."""

    width: int
    places: dict[str, int]
    more: dict[str, list[int]]
    headers: dict[str, str]
    others: tuple[tuple[int, str], ...]
    blank: dict[str, str]


def _rows(layout: _Layout, records: Sequence[Record], torn: list[Fault], *, delimited: bool) -> Iterator[Row]:
    for number, cells in records:
        if not any(cells):
            continue
        beyond = [cell for cell in cells[layout.width :] if cell] if delimited else []
        if beyond:
            torn.append(_torn(number, len(cells), layout.width, beyond[0]))
            continue
        if len(cells) < layout.width:
            cells = [*cells, *[""] * (layout.width - len(cells))]
        values = layout.blank | {name: cells[place] for name, place in layout.places.items()}
        for name, places in layout.more.items():
            values[name] = "; ".join(filter(None, (values[name], *(cells[place] for place in places))))
        yield Row(number, values, {header: cells[place] for place, header in layout.others})


def _torn(number: int, cells: int, width: int, beyond: str) -> Fault:
    reason = N_(
        "the row has {cells} cells and the table {width} columns; put a cell with a delimiter in quotation marks"
    )
    return Fault(number, None, beyond, reason, (("cells", cells), ("width", width)))


class _Matcher:
    """Which header means which field, in one file."""

    def __init__(
        self,
        path: Path,
        columns: Sequence[Column],
        mapping: Mapping[str, str],
        layouts: Mapping[str, Mapping[str, str]],
        *,
        remembered: bool = False,
    ) -> None:
        self._path = path
        self._columns = columns
        self._layouts = layouts
        self._joined = {column.name for column in columns if column.joined}
        self.remembered = remembered
        self.mapping = self._mapping = {_key(header): name for header, name in mapping.items()}
        self._mapped_headers = {_key(header): header for header in mapping}
        self._names = {_key(header): c.name for c in columns for header in (c.name, *c.headers)}
        self._reject_unknown_fields()

    def of(self, headers: Sequence[str]) -> _Matcher:
        """The matcher for these headers: with what was said of just them an earlier time."""
        said = self._layouts.get(layout_of(headers))
        if said is None:
            return self
        known = {LEFT_OUT, *(column.name for column in self._columns)}  # a later program may have remembered more
        kept = {header: name for header, name in said.items() if name in known}
        return _Matcher(self._path, self._columns, kept, {}, remembered=True)

    def best(self, rows: Sequence[list[str]]) -> tuple[int, int]:
        """How many fields the best row names, and how many cells it has."""
        best = max(rows, key=lambda cells: (len(self._fields(cells)), any(cells)), default=[])
        return len(self._fields(best)), len(best)

    def header_row(self, records: Sequence[Record]) -> int | None:
        """The place of the headers among the records."""
        required = {column.name for column in self._columns if column.required}
        enough = min(2, len(self._columns))
        for at, (_, cells) in enumerate(records[:HEADERS_WITHIN]):
            found = self._fields(cells)
            if any(cells) and (len(found) >= enough or (required and required <= found)):
                return at
            if self._mapped_headers and self._mapped_headers.keys() <= set(
                map(_key, cells)
            ):  # one may be all that there is
                return at
            if self._layouts and layout_of(cells) in self._layouts:
                return at
        return None

    def layout(self, cells: Sequence[str]) -> _Layout:
        """The layout that a row of headers makes. Raises BadInput where a header is twice, mapped in vain, or missing."""
        places: dict[str, int] = {}
        others: dict[str, int] = {}
        more: dict[str, list[int]] = {}
        for place, header in enumerate(cells):
            name = self._field(header)
            if not header or name == LEFT_OUT:
                continue
            if name in places and name in self._joined:
                more.setdefault(name, []).append(place)
                continue
            if name in places:
                self._reject_twice(name, cells[places[name]], header)
            if name is None and header in others:
                self._reject_twice(header, header, header)
            (others if name is None else places)[name or header] = place
        self._reject_missing(places, cells)
        return _Layout(
            width=max(place for place, header in enumerate(cells) if header) + 1,
            places=places,
            more=more,
            headers={name: cells[place] for name, place in places.items()},
            others=tuple((place, header) for header, place in others.items()),
            blank={column.name: "" for column in self._columns},
        )

    def no_headers(self) -> BadInput:
        """The sentence for a file in which no row looks like headers."""
        return BadInput(
            N_(
                "{file}: no headers in its first {rows} rows; expected: {headers}. Other names can be given with --map."
            ),
            file=str(self._path),
            rows=HEADERS_WITHIN,
            headers=", ".join(column.name for column in self._columns),
        )

    def _fields(self, cells: Sequence[str]) -> set[str]:
        if self._layouts and layout_of(cells) in self._layouts:
            return set(cells)
        return {name for name in map(self._field, cells) if name and name != LEFT_OUT}

    def _field(self, header: str) -> str | None:
        """The field that a header names; `Apellido(s) y nombre/s` is read as singular or plural. What is mapped goes first."""
        key = _key(header)
        if key in self._mapping:
            return self._mapping[key]
        forms = (key, _PLURAL.sub("", key), _PLURAL.sub(r"\1", key))
        name = next((self._names[form] for form in forms if form in self._names), None)
        return None if name in self._mapping.values() else name

    def _reject_unknown_fields(self) -> None:
        known = [column.name for column in self._columns]
        for name in self._mapping.values():
            if name not in (*known, LEFT_OUT):
                raise BadInput(
                    N_("--map names the field {field!r}, which isn't one; fields are: {fields}."),
                    field=name,
                    fields=", ".join(known),
                )

    def _reject_twice(self, name: str, first: str, second: str) -> None:
        if first == second:
            raise BadInput(
                N_('{file} has two columns "{header}"; rename or delete one.'), file=str(self._path), header=first
            )
        raise BadInput(
            N_('{file}: the columns "{first}" and "{second}" both mean {field}; choose with --map "{first}={field}".'),
            file=str(self._path),
            first=first,
            second=second,
            field=name,
        )

    def _reject_missing(self, places: Mapping[str, int], cells: Sequence[str]) -> None:
        there = set(map(_key, cells))
        for key, header in self._mapped_headers.items():
            if key not in there:
                raise BadInput(
                    N_('{file} has no column "{header}", which --map names; it has: {headers}.'),
                    file=str(self._path),
                    header=header,
                    headers=", ".join(cell for cell in cells if cell),
                )
        missing = [column for column in self._columns if column.required and column.name not in places]
        if missing:
            raise BadInput(
                N_('{file} has no column for {fields}. Name it so, or give its name with --map "HEADER={field}".'),
                file=str(self._path),
                fields="; ".join(map(_described, missing)),
                field=missing[0].name,
            )


_PLURAL = re.compile(r" (e?s)\b")  # of `Nombre(s)`, as it is folded


def _key(header: str) -> str:
    return fold(header) or header


def _described(column: Column) -> str:
    """`family_name (Apellidos, Sobrenome, Nom)`: a field with the first few of its headers."""
    return f"{column.name} ({', '.join(column.headers[:4])})" if column.headers else column.name
