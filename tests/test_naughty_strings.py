"""Every naughty string in every text of every entity, through every output: shown as it was entered, never obeyed."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown_it
import pypdf
import pytest

import naughty
from conftest import NOW, Answer
from coursectl.locale import fold
from coursectl.store import Act, Store, create_store, insert, new_id, new_ids
from coursectl.tables import clean
from coursectl.tables.text import guarded, unguarded
from naughty import NAUGHTY

ACT = Act("coordinator", NOW)
# What a store can hold as a name: more than spaces, and no NUL, which is taken away where texts are entered.
STRINGS = tuple(text for text in NAUGHTY if text.strip(" ") and "\0" not in text)

# What the fonts of print have for sure, of what could be more than a text on the way there.
PRINTABLE = tuple(
    text
    for text in dict.fromkeys((*naughty.TYPST, *naughty.TEMPLATES[:8], *naughty.MARKUP[:4], *naughty.PATHS[:9]))
    if text.isascii() and text.isprintable()
)


def text_of(string: str) -> str:
    """A text in one language, as a table has it."""
    return json.dumps({"en": string})


def fill(store: Store, table: str, rows: list[dict[str, Any]]) -> list[int]:
    """Rows straight into their table, as an import of long ago or another program may have put them there."""
    ids = list(new_ids(len(rows)))
    store.apply(ACT.operation("test", insert(table, [{"id": key} | row for key, row in zip(ids, rows, strict=True)])))
    return ids


def fill_all(store: Store, strings: Sequence[str]) -> None:
    """Each string once in every text of every entity."""
    count = len(strings)
    courses = fill(store, "course", [
        {"code": f"C{n}", "title": text_of(one), "objectives": text_of(one), "methodology": text_of(one), "audience": text_of(one),
         "serial_pattern": one if n else "{course}-{year}-{number}"}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    editions = fill(store, "edition", [
        {"course_id": courses[0], "number": n, "title": text_of(one), "place": one, "venue": one, "note": one,
         "costs": text_of(one), "contact": one, "start_date": "2015-03-09", "end_date": "2015-03-21", "languages": '["en"]'}
        for n, one in enumerate(strings, 1)
    ])  # fmt: skip
    offices = fill(store, "organization", [
        {"name": text_of(one), "acronym": text_of(one), "kind": one, "website": one, "name_key": f"{n}"}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    people = fill(store, "person", [
        {"name": one, "given_name": one, "family_name": one, "honorific": one, "phone": one, "note": one, "name_key": fold(one),
         "email": one, "email_key": f"{n}"}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "country_group", [
        {"edition_id": editions[0], "code": f"{n} {one[:200]}", "title": text_of(one), "countries": '["AR"]'}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "column_map", [
        {"purpose": "roster", "layout": f"{n} {one}", "columns": json.dumps({one: "name"})} for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "signatory", [
        {"edition_id": editions[n], "person_id": people[n], "position": 1, "post": text_of(one), "on_behalf_of": text_of(one)}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "edition_party", [
        {"edition_id": editions[n], "organization_id": offices[n], "role": "partner", "position": 1, "logo_consent": one}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    first = editions[0]
    modules = fill(store, "module", [
        {"edition_id": first, "number": n, "title": text_of(one), "objectives": text_of(one)} for n, one in enumerate(strings, 1)
    ])  # fmt: skip
    topics = fill(store, "topic", [
        {"course_id": courses[0], "code": f"{n} {one[:200]}", "title": text_of(one), "position": n} for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "edition_topic", [{"edition_id": first, "topic_id": topic} for topic in topics])
    sessions = fill(store, "session", [
        {"edition_id": first, "number": n + 1, "module_id": modules[n], "date": f"2015-03-{9 + n % 2:02}",
         "start_time": "09:00", "end_time": "10:30", "kind": "lecture", "counts": 1, "title": text_of(one), "room": one,
         "cancelled": n % 2, "cancel_reason": one if n % 2 else None}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "session_topic", [{"session_id": sessions[n], "topic_id": topics[n]} for n in range(count)])
    fill(store, "expert", [
        {"edition_id": first, "person_id": people[n], "country": "UY", "organization_id": offices[n], "post": text_of(one)}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "session_person", [
        {"session_id": sessions[n], "person_id": people[n], "role": "expert", "post": text_of(one)} for n, one in enumerate(strings)
    ])  # fmt: skip
    trainees = fill(store, "enrollment", [
        {"edition_id": first, "person_id": people[n], "status": "confirmed", "number": n + 1, "country": "AR",
         "organization_id": offices[n], "nominated_by": offices[n], "post": one, "funder": one, "reason": one, "enrolled_at": NOW,
         "over_quota": one, "needs": one}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "attendance", [
        {"enrollment_id": trainees[n], "session_id": sessions[0], "mark": "present", "note": one} for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "certificate_rule", [
        {"edition_id": first, "kind": f"kind-{n}", "base": "completion", "title": text_of(one), "sentence": text_of(one)}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "certificate_exception", [
        {"edition_id": first, "person_id": people[n], "kind": "completion", "reason": one, "granted_on": "2015-03-21"}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "hold", [
        {"edition_id": first, "person_id": people[n], "reason": one, "placed_on": "2015-03-20", "lifted_on": "2015-03-21",
         "lifted_because": one}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    tests = fill(store, "assessment", [
        {"edition_id": first, "code": f"test-{n}", "title": text_of(one), "kind": "post"} for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "assessment_result", [
        {"assessment_id": tests[n], "enrollment_id": trainees[n], "points": 80, "note": one} for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "assessment_result", [
        {"assessment_id": tests[n], "code": one, "points": 80} for n, one in enumerate(strings)
    ])  # fmt: skip
    fill(store, "published_figure", [
        {"course_id": courses[0], "edition_id": first, "measure": "participants", "value": n, "qualifier": "exact", "who": one,
         "words": one, "said_by": one, "publisher": one, "source": one, "note": one}
        for n, one in enumerate(strings)
    ])  # fmt: skip
    for one in strings:
        store.apply(Act(one, NOW).operation("test", ()))
    fill_register(store, strings, courses[0], editions[1], people)


def fill_register(store: Store, strings: Sequence[str], course: int, edition: int, people: Sequence[int]) -> None:
    """Void certificates, each of them for another reason."""
    act, ids, count = Act("coordinator", NOW), list(new_ids(3 * len(strings))), len(strings)
    op_id = new_id()
    certificates = [
        {"id": ids[n], "course_id": course, "edition_id": edition, "person_id": people[n], "kind": "participation", "year": 2014,
         "series": "2014", "n": n + 1, "serial": f"{n} {one[:200]}", "issued_on": "2014-03-21", "op_id": op_id}
        for n, one in enumerate(strings)
    ]  # fmt: skip
    snapshots = [
        {"certificate_id": ids[n], "salt": "", "content": (content := text_of(one)), "hash": sha256(content.encode()).hexdigest()}
        for n, one in enumerate(strings)
    ]  # fmt: skip
    events = [
        {"id": ids[count * (2 if state == "void" else 1) + n], "certificate_id": ids[n], "state": state, "at": NOW,
         "reason": one if state == "void" else None}
        for state in ("issued", "void") for n, one in enumerate(strings)
    ]  # fmt: skip
    statements = [
        *insert("certificate", certificates), *insert("certificate_snapshot", snapshots), *insert("certificate_event", events),
    ]  # fmt: skip
    store.apply(act.operation("certificate issue", statements, op_id=op_id))


@pytest.fixture(scope="module")
def _stores(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[str]], Path]:
    """Stores by what they are full of, each made once."""
    folder = tmp_path_factory.mktemp("naughty")

    @cache
    def made(strings: Sequence[str]) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.db"
        store = create_store(str(path), NOW)
        fill_all(store, strings)
        store.close()
        return path

    return made


@pytest.fixture
def full(_stores: Callable[[Sequence[str]], Path]) -> Path:
    """The store with all of them, where the test's commands find it."""
    return Path(shutil.copy(_stores(STRINGS), Path("coursectl.db").absolute()))


@pytest.fixture
def printable_store(_stores: Callable[[Sequence[str]], Path]) -> Path:
    """The store with those that can be printed, where the test's commands find it."""
    return Path(shutil.copy(_stores(PRINTABLE), Path("coursectl.db").absolute()))


@pytest.fixture
def harmless(_stores: Callable[[Sequence[str]], Path]) -> Path:
    """A store like the full one, with names of people in place of them."""
    return Path(shutil.copy(_stores(tuple(f"Ana {n}" for n in range(len(STRINGS)))), Path("harmless.db").absolute()))


# Texts that the program writes itself, or of which it takes only what it knows: codes, dates, keys, kinds, states.
NOBODYS = {
    "op": "at command undo",
    "audit": "tbl kind old",
    "picture": "hash media_type",
    "course": "code crest design colors",
    "organization": "country name_key logo",
    "edition": "country start_date end_date time_zone languages excused closed_on nominations_by confirm_by retain_until modality design colors",
    "country_group": "countries",
    "quota": "country",
    "column_map": "purpose",
    "edition_party": "role",
    "person": "sex nationality language name_key email_key erased_on",
    "signatory": "signature",
    "session": "date start_time end_time kind modality",
    "session_person": "role",
    "expert": "country",
    "enrollment": "status country sex category enrolled_at",
    "seat_count": "kind key",
    "attendance": "mark",
    "certificate": "kind issued_on series",
    "certificate_event": "state at",
    "certificate_snapshot": "salt hash",
    "certificate_live": "kind",
    "certificate_rule": "kind base sessions",
    "certificate_exception": "kind granted_on",
    "hold": "placed_on lifted_on",
    "assessment": "code kind held_on",
    "print_source": "hash path",
    "printing": "at what made_with",
    "published_figure": "measure qualifier stage includes_edition said_on",
    "migration": "name at",
}


def test_every_text_of_the_schema_that_somebody_types_is_filled(full):
    texts, filled = set(), set()
    with closing(sqlite3.connect(full)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for column, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall():
                if kind != "TEXT" or table.startswith("sqlite"):
                    continue
                texts.add((table, column))
                values = "\n".join(str(value) for (value,) in connection.execute(f"SELECT {column} FROM {table}"))
                there = [one for one in STRINGS if one[:200] in values or json.dumps(one)[1:-1] in values]
                if len(there) > len(STRINGS) // 3:
                    filled.add((table, column))

    nobodys = {(table, column) for table, columns in NOBODYS.items() for column in columns.split()}
    assert nobodys - texts == set()
    assert texts - nobodys - filled == set()


LISTS = {
    "course list": ("title", "objectives", "methodology", "audience"),
    "edition list": ("title", "place", "venue"),
    "org list": ("name", "acronym", "kind", "website"),
    "topic list -e C0-1": ("title",),
    "topic list --course C0": ("title",),
    "session list -e C0-1": ("title", "room", "cancel_reason"),
    "person list --limit 1000": ("name", "given_name", "family_name", "honorific", "email", "phone", "note"),
    "expert list -e C0-1": ("honorific", "email", "organization", "acronym", "post"),
    "roster list -e C0-1": (
        "name",
        "organization",
        "email",
        "post",
        "honorific",
        "given_name",
        "phone",
        "funder",
        "reason",
    ),
    "attend show -e C0-1": ("name",),
    "attend show -e C0-1 --session 1": ("name",),
    "history editions --course C0": ("place",),
    "history topics -e C0-1": ("title",),
    "history figures --course C0": ("who", "words", "said_by", "publisher", "source", "note"),
}
"""Lists, and which of their fields show each string once."""
EXPECTED = {("session list -e C0-1", "cancel_reason"): STRINGS[1::2]}
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def test_json_gives_every_text_as_it_was_entered(full, cli):
    for command, fields in LISTS.items():
        rows = cli(*command.split(), "--json").json
        for field in fields:
            given = [row[field] for row in rows if row[field] is not None]
            assert sorted(given) == sorted(EXPECTED.get((command, field), STRINGS)), (command, field)


def test_no_cell_of_a_csv_is_a_formula_and_no_line_of_it_steers_a_terminal(full, cli):
    for command in LISTS:
        said = cli(*command.split(), "--csv").out
        header, *rows = csv.reader(io.StringIO(said, newline=""))
        cells = [cell for row in rows for cell in row]
        formulas = [cell for cell in cells if FORMULA.match(cell) and not re.fullmatch(r"-\d+", cell)]
        assert (formulas, OBEYED.findall(said)) == ([], []), command
        assert (len(rows), {len(row) for row in rows}) == (len(STRINGS), {len(header)}), command


def test_what_is_kept_from_being_a_formula_is_read_again_as_it_was():
    assert [one for one in NAUGHTY if unguarded(guarded(one)) != one] == []
    assert (guarded("＝1+1"), guarded("＠SUM"), guarded("=1+1")) == ("'＝1+1", "'＠SUM", "'=1+1")


def test_a_table_in_a_pipe_has_a_line_for_each_and_steers_no_terminal(full, cli):
    for command in LISTS:
        said = cli(*command.split()).out
        assert (said.count("\n"), OBEYED.findall(said)) == (1 + len(STRINGS), []), command


def test_what_is_shown_of_one_steers_no_terminal(full, cli):
    commands = (
        "edition show C0-1",
        "status -e C0-1",
        "history totals --course C0",
        "log",
        "history countries --course C0",
    )
    for command in (
        *commands,
        *(f"{kind} show {n} -e C0-1" for n in (20, 21, 36, 37) for kind in ("roster", "session")),
    ):
        for form in ((), ("--json",)):
            said = cli(*command.split(), *form)
            assert (said.code, OBEYED.findall(said.out + said.err)) == (0, []), command


class Page(HTMLParser):
    """A page as a browser sees it: its text, and each kind of element with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: set[tuple[str, tuple[tuple[str, str | None], ...]]] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, tuple(attrs)))

    def handle_decl(self, decl: str) -> None:
        self.elements.add((decl, ()))

    def handle_comment(self, data: str) -> None:
        self.elements.add(("comment", (("text", data),)))

    unknown_decl = handle_pi = handle_comment

    def handle_data(self, data: str) -> None:
        self.text += data


DOCUMENTS = ("syllabus", "roster", "attendance-sheet")


def squeezed(text: str) -> str:
    """Only what there is to see, wherever it is folded."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028-\u202e\u2066-\u2069]", "", text)


def test_a_page_has_the_elements_of_one_with_harmless_texts_and_the_texts_as_they_were_entered(full, harmless, cli):
    for document in DOCUMENTS:
        odd, plain = (Page(printed(cli, store, document, "html")) for store in (full, harmless))
        text = squeezed(odd.text)
        assert (odd.elements - plain.elements, [one for one in STRINGS if squeezed(one) not in text]) == (set(), [])


def test_markdown_has_the_elements_of_one_with_harmless_texts(full, harmless, cli):
    for document in ("syllabus", "roster"):
        pages = (
            markdown_it.MarkdownIt("gfm-like", {"linkify": False}).render(printed(cli, store, document, "md"))
            for store in (full, harmless)
        )
        odd, plain = map(Page, pages)
        text = squeezed(odd.text)
        assert (odd.elements - plain.elements, [one for one in STRINGS if squeezed(one) not in text]) == (set(), [])


def test_plain_text_has_the_texts_and_nothing_that_steers_a_terminal(full, cli):
    for document in ("syllabus", "roster"):
        page = printed(cli, full, document, "txt")
        text = squeezed(page)
        assert ([one for one in STRINGS if squeezed(one) not in text], OBEYED.findall(page)) == ([], []), document


def test_a_pdf_of_letters_that_no_font_has_is_refused_in_a_sentence(full, cli):
    refused = cli("render", "roster", "-e", "C0-1", "--out", "print")
    assert (refused.code, refused.err.count("\n"), OBEYED.findall(refused.err)) == (5, 1, [])
    assert refused.err.startswith("No font has the characters ")
    assert not Path("print").exists()


def test_a_name_that_is_typed_is_kept_without_what_nobody_sees_or_refused_in_a_sentence(store_path, cli):
    before, kept = tables(store_path).keys(), []
    for typed in (*(one for one in NAUGHTY[1::5] if one != "--help"), "a\x00b", *naughty.SURROGATES):
        name = clean(typed)
        said = cli("person", "add", typed, "--yes", "--json")
        assert (OBEYED.findall(said.out + said.err), "Traceback" in said.err) == ([], False), typed
        if said.code == 0:
            assert said.json["name"] == name, typed
            kept.append(name)
        else:
            assert (said.code in (2, 5), said.err.count("\n"), said.out) == (True, 1, ""), typed
    with closing(sqlite3.connect(store_path)) as connection:
        assert sorted(name for (name,) in connection.execute("SELECT name FROM person")) == sorted(kept) != []
    assert tables(store_path).keys() == before


def test_what_is_looked_for_and_is_not_there_is_refused_in_a_sentence(store_path, cli):
    before = tables(store_path)
    commands = (
        ("edition", "show"),
        ("org", "show"),
        ("certificate", "show"),
        ("undo",),
        ("roster", "withdraw", "-e", "C0-1"),
    )
    for number, typed in enumerate(
        (*naughty.SQL, *naughty.NUMBERS, *naughty.SHELL, *naughty.SURROGATES, *naughty.TERMINAL)
    ):
        if typed == "--help":  # which is answered
            continue
        said = cli(*commands[number % len(commands)], typed, "--read-only")
        assert (OBEYED.findall(said.out + said.err), "Traceback" in said.err) == ([], False), typed
        assert said.code in (2, 3, 5), typed
    assert tables(store_path) == before


def test_print_shows_the_source_of_whatever_is_code_elsewhere(printable_store, cli):
    for document in DOCUMENTS:
        text = pdf_text(cli, document)
        assert [one for one in PRINTABLE if squeezed(one) not in text] == [], document


def test_certificates_show_the_source_of_whatever_is_code_elsewhere_in_files_of_their_folder(printable_store, cli):
    for command in ("edition close C0-1 --apply --yes", "certificate issue -e C0-1 --on 2015-03-21"):
        done = cli(*command.split())
        assert (done.code, OBEYED.findall(done.out + done.err)) == (0, [])
    before = {path for path in Path().rglob("*") if path.is_file()}

    text = pdf_text(cli, "certificates", "--merged")
    assert [one for one in PRINTABLE if squeezed(one) not in text] == []
    each = cli("render", "certificates", "-e", "C0-1", "--out", "each", "--json").json["files"]
    register = cli("certificate", "list", "-e", "C0-1", "--json").json
    written = {path for path in Path().rglob("*") if path.is_file()} - before
    assert len(register) == len(each) >= len(PRINTABLE)
    assert {path for path in written if path.parent != Path("print")} == {Path("each", name) for name in each}


def pdf_text(cli: Callable[..., Answer], *document: str) -> str:
    """What there is to see on the pages of the document."""
    done = cli("render", *document, "-e", "C0-1", "--out", "print", "--json")
    pages = [page for name in done.json["files"] for page in pypdf.PdfReader(Path("print", name)).pages]
    return squeezed("".join(page.extract_text() for page in pages))


def test_an_exported_store_comes_back_equal_and_whole(full, cli):
    assert cli("store", "export", "all").code == 0
    assert cli("import", "all", "--store", "back.db").code == 0
    assert cli("store", "check").code == 0

    assert tables(Path("back.db")) == tables(full)


def test_a_store_is_merged_into_an_empty_one_text_by_text(full, cli):
    assert cli("init", "--store", "empty.db").code == 0
    merged = cli("store", "merge", full, "--store", "empty.db", "--json")

    assert (merged.code, OBEYED.findall(merged.out + merged.err)) == (0, [])
    ours, theirs = tables(Path("empty.db")), tables(full)
    for one in (ours, theirs):  # of a certificate all but the operation that brought it
        one["certificate"] = [row[:10] + row[11:] for row in one["certificate"]]
    assert {name for name in theirs if name not in LOG and ours[name] != theirs[name]} == set()


LOG = {"op", "audit", "now_op", "op_part", "migration", "sqlite_sequence", "sqlite_stat1", "seat_count"}


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a store, table by table."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def printed(cli: Callable[..., Answer], store: Path, document: str, form: str) -> str:
    """The document as it is written."""
    folder = f"print-{store.stem}"
    done = cli("--store", store, "render", document, "-e", "C0-1", "--out", folder, "--format", form, "--json")
    (name,) = done.json["files"]
    return Path(folder, name).read_text(encoding="utf-8")
