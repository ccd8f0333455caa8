"""The house stands as its law says."""

from __future__ import annotations

import ast
import re
import sqlite3
import subprocess
import sys
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


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_sql_is_never_formatted_with_values(path):
    """A statement's text is a constant, or put together from names in the code: `.format` and `%` on SQL are forbidden."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
    for node in ast.walk(tree):
        left = None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            left = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            left = node.func.value
        if isinstance(left, ast.Constant) and isinstance(left.value, str):
            assert not left.value.startswith(words), f"{path}:{node.lineno}"


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
