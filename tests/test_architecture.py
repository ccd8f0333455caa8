"""The house stands as its law says."""

from __future__ import annotations

import ast
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import coursectl
from coursectl.cli.app import COMMANDS

SOURCE = Path(coursectl.__file__).parent
ROOT = SOURCE.parent.parent


def test_imports_follow_the_order_of_the_house():
    linter = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linter.returncode == 0, linter.stdout + linter.stderr


@pytest.mark.parametrize("name", ["utils", "helpers", "manager", "common"])
def test_no_room_is_a_junk_drawer(name):
    assert list(SOURCE.rglob(f"{name}*")) == []


# What may go to the terminal as it is: a help page of Typer's, and what its callers have made printable.
_UNPRINTED = {("app.py", "_refuse", "error.format_message()"), ("show.py", "_write", "text")}


def _unprinted(source: str) -> list[tuple[str, str]]:
    """(function, expression) of what is written to stdout or stderr without going through `printable`."""
    found = []
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Name(id="print")):
                    found.append((function.name, ast.unparse(node)))
                case ast.Call(func=ast.Attribute(attr="write" | "writelines", value=stream), args=[text]):
                    if ast.unparse(stream) in ("sys.stdout", "sys.stderr"):
                        found += [(function.name, ast.unparse(piece)) for piece in _pieces(text)]
    return found


def _pieces(text: ast.expr) -> Iterator[ast.expr]:
    match text:
        case ast.Constant() | ast.Call(func=ast.Name(id="printable" | "_tell")):
            return
        case ast.Call(func=ast.Name(id="_"), args=[ast.Constant()]):
            return
        case ast.JoinedStr(values=values):
            for part in values:
                yield from _pieces(part.value if isinstance(part, ast.FormattedValue) else part)
        case ast.BinOp(op=ast.Add()):
            yield from (*_pieces(text.left), *_pieces(text.right))
        case _:
            yield text


def test_what_a_command_writes_to_the_terminal_is_made_printable():
    found = {(path.name, *one) for path in (SOURCE / "cli").glob("*.py") for one in _unprinted(path.read_text("utf-8"))}

    assert found == _UNPRINTED
    assert _unprinted('def f():\n    sys.stderr.write(f"{told}\\n")') == [("f", "told")]
    assert _unprinted('def f():\n    sys.stderr.write(_("{store}").format(store=name))') != []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_lazy_command_imports(name):
    from coursectl.cli.app import load

    assert load(name).name == name


def test_start_up_imports_nothing_that_only_one_command_needs():
    heavy = ("babel", "jinja2", "typst", "python_calamine", "sqlite_utils", "rich", "csv")
    code = (
        f"import sys; from coursectl.cli.app import build; build(); print([m for m in {heavy!r} if m in sys.modules])"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"


def _tables(path: Path) -> dict[str, list[str]]:
    connection = sqlite3.connect(path)
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    found = {
        name: [row[1] for row in connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,))] for name in names
    }
    connection.close()
    return found


def test_the_data_model_on_paper_is_the_one_in_the_store(store_path):
    page = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    written = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) >= 4:
            written[cells[0].strip("`")] = cells[1]
    tables = _tables(store_path)

    assert sorted(written) == sorted(tables)
    for table, columns in tables.items():
        for column in columns:
            assert column in written[table], f"docs/data-model.md: {table}.{column} is missing"


def test_the_rules_on_paper_are_those_that_the_store_keeps(store_path):
    """Whoever is told "Refused by the rule …" finds it on the page."""
    page = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line.split(" | ")[2] for line in page.splitlines() if line.startswith("| `")}
    with closing(sqlite3.connect(store_path)) as connection:
        made = connection.execute(
            "SELECT tbl_name, type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
    kept = {
        (table, rule)
        for table, kind, name, sql in made
        for rule in (
            re.findall(r"\bCONSTRAINT (\w+)", sql) if kind == "table" else [name] if name.endswith("_once") else []
        )
    }

    assert len(kept) > 70
    assert sorted((table, rule) for table, rule in kept if f"`{rule}`" not in rows[table]) == []
    said = {(table, rule) for table, cell in rows.items() for rule in re.findall(r"`(\w+)`", cell)}
    # Keys without a name and what no constraint can say: triggers give the names.
    by_triggers = {("op", "op_once"), ("op", "undone_once"), ("person", "erased_whole"), ("person", "stays_erased")}
    assert said - kept == by_triggers


def test_nothing_names_a_package_index_or_a_folder_of_one_machine():
    """Whoever has the project has all that it needs, wherever they are."""
    texts = (
        *ROOT.glob("*.md"),
        *ROOT.glob("*.t*"),
        ROOT / ".ci" / "run",
        *ROOT.glob("docs/*.md"),
        *SOURCE.rglob("*.py"),
    )
    places = re.compile(r"index-url|//[a-z.]*(?:pypi|pythonhosted)|(?<![\w.)-])/(?:home|root|Users|mnt)/")

    assert [(path.name, places.findall(text)) for path in texts if places.search(text := path.read_text("utf-8"))] == []
