"""docs/import.md says what the readers accept: every key, every column, headers that work, files that import."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coursectl import enrollment
from coursectl.attendance import sheets
from coursectl.history import reading
from coursectl.locale import fold
from coursectl.program import session_file
from coursectl.tables import Column
from coursectl.workflows.importing import lists
from coursectl.workflows.importing.course_file import KEYS

PAGE = (Path(__file__).parent.parent / "docs" / "import.md").read_text("utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
FILES = {
    "topics.csv": lists.TOPIC_COLUMNS,
    "experts.csv": lists.EXPERT_COLUMNS,
    "sessions.csv": session_file.COLUMNS,
    "roster.csv": tuple(Column(name, headers) for name, headers in enrollment.HEADERS.items()),
    "attendance.csv": sheets.COLUMNS,
    "figures.csv": reading.COLUMNS,
}
LEFT_OUT = {
    "roster.csv": {"number", "reason", "inverted_name", "first_or_full"},
    "attendance.csv": {"given_name", "family_name"},
}


def keys_of_the_page():
    """The keys of the table, by what they stand under."""
    found, under = {}, ""
    for first, second in re.findall(r"^\| (`\[[^|]*`)? ?\| ([^|]*) \| [^|]* \|$", PAGE, flags=re.MULTILINE):
        under = first.strip("`") or under
        found.setdefault(under, []).extend(re.findall(r"`(\w+)`", second))
    return found


def section(name):
    return PAGE.split(f"### {name}\n")[1].split("\n### ")[0]


def columns_and_headers(name):
    rows = [line.strip("| ").split("|") for line in section(name).splitlines() if re.match(r"\| `", line)]
    headers = [header.strip() for row in rows for cell in row[2:] for header in cell.split(",") if header.strip()]
    return set(re.findall(r"`(\w+)`", " ".join(row[0] for row in rows))), headers


def test_the_page_has_every_key_that_is_read_under_its_table_and_no_other():
    assert {under: sorted(keys) for under, keys in keys_of_the_page().items()} == {
        table: sorted(keys) for table, keys in KEYS.items()
    }


def test_the_whole_file_of_the_page_has_every_key_but_those_of_pictures():
    whole = max(BLOCKS, key=len)

    missing = [
        key
        for keys in KEYS.values()
        for key in keys
        if not re.search(rf"^\[*(?:editions\.)?{key}\b", whole, re.MULTILINE)
    ]

    assert missing == ["crest", "signature"]


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_course_file_of_the_page_imports_and_a_second_time_changes_nothing(cli, store, block):
    Path("course").mkdir()
    Path("course", "course.toml").write_text(block, "utf-8")

    answers = [cli("import", "course", "--json") for _ in range(2)]

    assert [(answer.code, answer.err) for answer in answers] == [(0, ""), (0, "")]
    assert [answer.json["changed"] for answer in answers] == [True, False]
    assert len(BLOCKS) == 2


@pytest.mark.parametrize("name", FILES)
def test_the_page_has_every_column_of_a_file_and_only_headers_that_are_understood(name):
    named, headers = columns_and_headers(name)
    in_text = set(re.findall(r"`(\w+)`", section(name)))
    known = {fold(word) for column in FILES[name] for word in (column.name, *column.headers)}
    wanted = {column.name for column in FILES[name]} - LEFT_OUT.get(name, set())

    assert wanted - (named | in_text) == set()
    assert named <= {column.name for column in FILES[name]}
    assert [header for header in headers if fold(header) not in known] == []
    assert len(headers) >= 3
