"""Values are always parameters: the text of a statement is made of constants and of names in the code, nothing else.

Each SQL text that reaches the store or SQLite is followed back through the module that says it: through f-strings, `+`,
`.join`, local variables and functions of the same module. What isn't a constant in the end is on a list, with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import coursectl

SOURCE = Path(coursectl.__file__).parent
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))

# What takes SQL, and as which argument.
TAKERS = {
    "read": 0, "Statement": 0, "execute": 0, "executemany": 0, "executescript": 0,
    "expect_true": 0, "none_of": 0, "in_batches": 1, "insert": 0, "update": 0,
}  # fmt: skip
OTHERS = {"file.read", "response.read"}
CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")

_CALLER = "names of tables and columns, which its callers are looked at for"
_SCHEMA = "names that the schema itself has, and its own statements"
_BYTES = "the bytes of a picture or a template as hexadecimal digits, which has no parameter in a batch for a cluster"
_STATEMENT = "the text of a statement that was looked at where it was made"
NAMES = {
    ("certificates/checks.py", "_events"): "queries of _ODD, a table of the module",
    ("editions/copying.py", "rows"): "three tables, named a line below",
    ("documents/apart.py", "read_chunk"): "no SQL: what another process says",
    ("documents/word_package.py", "_cleaned"): "no SQL: the parts of a Word file",
    ("documents/word_package.py", "read_package"): "no SQL: the parts of a Word file",
    ("documents/word.py", "_same_every_time"): "no SQL: the parts of a Word file",
    ("editions/pictures.py", "picture_statements"): _BYTES,
    ("certificates/sources.py", "keep_statement"): _BYTES,
    ("people/duplicates.py", "_of_few"): "one of seven texts of the module, by how many words are looked for",
    ("people/erasing.py", "erase_statements"): "columns of CLEARED, a table of the module store/erasing.py",
    ("people/merging.py", "plan_merge"): "conditions of _BOTH, a table of the module",
    ("program/writing.py", "_insert_numbered"): "the columns of rows that this module makes",
    ("store/checks/findings.py", "in_batches"): _CALLER,
    ("store/checks/findings.py", "one_number"): _CALLER,
    ("store/checks/history.py", "_rows_of"): _SCHEMA,
    ("store/checks/integrity.py", "_integrity_by_table"): _SCHEMA,
    ("store/checks/references.py", "_wrong_quotas"): "conditions that the triggers are made of",
    ("store/checks/shape.py", "_broken_rules"): _SCHEMA,
    ("store/connecting.py", "execute"): _STATEMENT,
    ("store/connecting.py", "make_plain"): "a page's size, a number that SQLite gave",
    ("store/contract.py", "expect_true"): _CALLER,
    ("store/contract.py", "insert"): _CALLER,
    ("store/contract.py", "update"): _CALLER,
    ("store/erasing.py", "clear"): "columns of CLEARED, a table of the module",
    ("store/erasing.py", "clear_audit"): "expressions that the module makes of CLEARED",
    ("store/exchange/rebuilding.py", "_build"): _SCHEMA,
    ("store/exchange/rebuilding.py", "_fill"): "names that were compared with the schema",
    ("store/exchange/tables.py", "empty"): _SCHEMA,
    ("store/exchange/writing.py", "_write_table"): _SCHEMA,
    ("store/exchange/writing.py", "plan_export"): _SCHEMA,
    ("store/local.py", "_migrate"): _STATEMENT,
    ("store/local.py", "_run"): _STATEMENT,
    ("store/local.py", "read"): _STATEMENT,
    ("store/parts.py", "_pieces"): _STATEMENT,
    ("store/asking.py", "query"): _STATEMENT,
    ("store/rqlite.py", "create"): _SCHEMA,
    ("store/rqlite.py", "migrate"): _SCHEMA,
    ("store/schema.py", "is_ours"): _SCHEMA,
    ("store/schema.py", "migrate"): _SCHEMA,
    ("store/schema.py", "trigger_sql"): _SCHEMA,
    ("store/undo.py", "_backwards"): "names that the audit gives; tests/test_undo.py",
    ("store/undo.py", "_refuse_what_rests_on_it"): _SCHEMA,
    ("workflows/holding.py", "get_holding"): "queries of _HELD, a table of the module",
    ("workflows/mentions.py", "_in_tables"): _SCHEMA,
    ("workflows/merging/planning.py", "_differences"): "names of the table of what is merged, TABLES",
    ("workflows/merging/planning.py", "_pictures"): _BYTES,
    ("workflows/merging/planning.py", "_read"): "names of the table of what is merged, TABLES, and the schema's",
    ("workflows/merging/planning.py", "statements"): "names of the table of what is merged, TABLES",
    ("workflows/undoing.py", "none_of"): _CALLER,
}


class Module:
    """A module's functions and what is assigned in them."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self.functions = {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)}

    def unsafe(self) -> Iterator[tuple[str, str]]:
        """(function, expression) of what is put into SQL and isn't known to be a constant."""
        for function, call in self._calls(self.tree, ""):
            for text in self._texts(call):
                for piece in self._pieces(text, function, frozenset()):
                    yield function, ast.unparse(piece)

    def _calls(self, node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.FunctionDef) else function
            if isinstance(child, ast.Call):
                yield inner, child
            yield from self._calls(child, inner)

    def _texts(self, call: ast.Call) -> Iterator[ast.expr]:
        is_method = isinstance(call.func, ast.Attribute)
        methods = ("read", "execute", "executemany", "executescript")
        name = call.func.attr if is_method else getattr(call.func, "id", "")
        if name in TAKERS and ast.unparse(call.func) not in OTHERS and is_method == (name in methods):
            keywords = [keyword.value for keyword in call.keywords if keyword.arg in ("sql", "condition")]
            yield from keywords or call.args[TAKERS[name] : TAKERS[name] + 1]

    def _pieces(self, node: ast.expr, function: str, seen: frozenset[str]) -> Iterator[ast.expr]:
        """What of the expression isn't a constant."""
        match node:
            case ast.Constant():
                return
            case ast.JoinedStr():
                parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            case ast.BinOp(op=ast.Add() | ast.BitOr()):
                parts = [node.left, node.right]
            case ast.IfExp():
                parts = [node.body, node.orelse]
            case ast.BoolOp():
                parts = node.values
            case ast.Tuple() | ast.List() | ast.Set():
                parts = node.elts
            case ast.Dict():
                parts = [key for key in node.keys if key]
            case ast.Starred():
                parts = [node.value]
            case ast.GeneratorExp() | ast.ListComp():
                parts = [node.elt]
            case ast.Call(func=ast.Attribute(attr="join", value=ast.Constant()), args=[whole]):
                parts = [whole]
            case ast.Call(func=ast.Attribute(attr="replace", value=text), args=[old, new]):
                parts = [text, old, new]
            case ast.Call(func=ast.Name(id=("list" | "sorted" | "tuple")), args=[whole, *_]):
                parts = [whole]
            case ast.Call(func=ast.Name(id=name)) if name in self.functions and name not in seen:
                returns = [
                    one.value for one in ast.walk(self.functions[name]) if isinstance(one, ast.Return) and one.value
                ]
                for one in returns:
                    yield from self._pieces(one, name, seen | {name})
                return
            case ast.Name(id=name) | ast.Attribute(attr=name) if CONSTANT.fullmatch(name):
                return
            case ast.Name(id=name):
                if (name, function) in seen:
                    return
                sources = self._sources(name, function)
                if not sources:
                    yield node
                for where, one in sources:
                    yield from self._pieces(one, where, seen | {(name, function)})
                return
            case _:
                yield node
                return
        for part in parts:
            yield from self._pieces(part, function, seen)

    def _sources(self, name: str, function: str) -> list[tuple[str, ast.expr]]:
        """All that the local name is ever given, and in which function; nothing where that can't be known."""
        scope = self.functions.get(function, self.tree)
        found: list[ast.expr] = []
        for node in ast.walk(scope):
            match node:
                case ast.FunctionDef(args=ast.arguments(args=arguments, kwonlyargs=more)) if node is scope:
                    if name in (names := [one.arg for one in (*arguments, *more)]):
                        return self._given(function, name, names.index(name))
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    found.append(value)
                case ast.AnnAssign(target=ast.Name(id=target), value=value) if target == name and value is not None:
                    found.append(value)
                case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
                    found.append(value)
                case ast.NamedExpr(target=ast.Name(id=target), value=value) if target == name:
                    found.append(value)
                case ast.comprehension(target=target, iter=whole) | ast.For(target=target, iter=whole):
                    if name in {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}:
                        found += self._in_turn(name, target, whole, scope)
                case ast.Assign(targets=[ast.Tuple() as target], value=ast.Tuple() as value):
                    found += [v for t, v in zip(target.elts, value.elts, strict=True) if getattr(t, "id", "") == name]
        return [(function, one) for one in found]

    def _in_turn(self, name: str, target: ast.expr, whole: ast.expr, scope: ast.AST) -> list[ast.expr]:
        """What a loop gives the name: of a local dictionary's items only the keys or only the values."""
        match target, whole:
            case ast.Tuple(elts=[ast.Name(id=key), _]), ast.Call(
                func=ast.Attribute(attr="items", value=ast.Name(id=one))
            ):
                dicts = [node.value for node in ast.walk(scope)
                         if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and isinstance(node.value, ast.Dict)
                         and one in {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}]  # fmt: skip
                found = [piece for one in dicts for piece in (one.keys if key == name else one.values) if piece]
                return found or [whole]
            case _:
                return [whole]

    def _given(self, function: str, name: str, position: int) -> list[tuple[str, ast.expr]]:
        """What the callers of a private function give it as this argument; nothing for one that others call too."""
        found = []
        if function.startswith("_") and not function.startswith("__"):
            for where, call in self._calls(self.tree, ""):
                if isinstance(call.func, ast.Name) and call.func.id == function:
                    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
                    found += [(where, one) for one in named or call.args[position : position + 1]]
        return found


# Tests -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODULES)
def test_the_text_of_a_statement_is_made_of_constants_and_of_names_in_the_code(name):
    found = Module((SOURCE / name).read_text("utf-8")).unsafe()

    assert [(function, piece) for function, piece in found if (name, function) not in NAMES] == []


def test_what_is_on_the_list_is_in_the_code():
    there = {(name, function) for name in MODULES for function in Module((SOURCE / name).read_text("utf-8")).functions}

    assert NAMES.keys() - there == set()


PERSONS = (SOURCE / "people" / "persons.py").read_text("utf-8")
ASKED = 'store.read(f"{PERSONS} AND id IN ({own}) ORDER BY id", params, level="strong")'


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("""store.read(f"{PERSONS} AND name = '{params[0]}'")""", "params[0]"),
        ("""store.read(PERSONS + " AND name = '" + who + "'")""", "who"),
        ("""store.read("SELECT id FROM person WHERE name = '%s'" % params)""", "% params"),
        ("""store.read("SELECT id FROM person WHERE id = {}".format(params))""", ".format(params)"),
        ("""store.read(PERSONS + " AND id IN (" + ", ".join(str(one) for one in params) + ")")""", "str(one)"),
        ("""store.read(sql := f"{PERSONS} AND name = {params}")""", "{params}"),
        ("""connection.execute(f"DELETE FROM person WHERE id = {store.name}")""", "store.name"),
        ("""Statement(f"DELETE FROM person WHERE id = {store.name}")""", "store.name"),
        ("""insert(store.name, [])""", "store.name"),
        ("""expect_true(f"id = {store.name}", {}, "rule", error)""", "store.name"),
    ],
)
def test_a_value_in_a_text_is_found(asked, found):
    assert PERSONS.count(ASKED) == 1

    (piece,) = (piece for _, piece in Module(PERSONS.replace(ASKED, asked)).unsafe())
    assert found in piece


def test_a_value_is_found_behind_a_local_name_and_behind_a_function():
    caller = '_read(store, "id = :id", {"id": number})'
    body = f"return [Person(**row) for row in {ASKED}]"
    assert PERSONS.count(caller) == PERSONS.count(body) == 1

    for mutated, found in (
        (PERSONS.replace(caller, '_read(store, f"id = {who}", {})'), "who"),
        (PERSONS.replace(body, 'also = f"x = {store.name}"\n    return store.read(PERSONS + also)'), "store.name"),
    ):
        assert [piece for _, piece in Module(mutated).unsafe()] == [found]
