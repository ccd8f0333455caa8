"""Which commands read files, and how each is fed: the table that a new importer must be entered in.

`READS` has every option and argument that reads a file, `WRITES` those that only name a place to write to; `READERS` every
function of the product that opens or parses one. tests/fuzz/test_fuzz_targets.py compares them with the command tree and
with the source.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fuzz_files import FOLDER, FORMS, seed, table_as

import coursectl

Arguments = list[str | Path]


@dataclass(frozen=True)
class Target:
    """A file that a command reads: the seed of its mutations, the formats it may have, and the command line around it."""

    name: str
    seed: str
    command: tuple[str, ...]
    after: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    within: str = ""  # the file's name in a folder, where the command is given that folder
    good: int = 0  # the exit code of what is right: a sheet of another store is read, and unknown

    def seeds(self) -> list[tuple[str, bytes]]:
        """What is right, in each format: the ending and the bytes."""
        if self.forms:
            return [(form, table_as(self.seed, form)) for form in self.forms]
        return [(self.seed.rpartition(".")[2], seed(self.seed))]

    def placed(self, content: bytes, ending: str, folder: Path) -> Arguments:
        """The command line, with the content where it reads it: a file in `folder`, or a folder with the other seeds."""
        if self.within:
            whole = folder / "folder"
            shutil.rmtree(whole, ignore_errors=True)
            shutil.copytree(FOLDER, whole)
            (whole / self.within).write_bytes(content)
            return [*self.command, whole, *self.after]
        path = folder / f"input.{ending}".rstrip(".")
        path.write_bytes(content)
        last = self.command[-1]
        given: Arguments = [f"{last}={path}"] if last.startswith("--") else [last, path]
        if "{}" in last:
            given = [last.format(path)]
        return [*self.command[:-1], *given, *self.after]


_E = ("-e", "RMC-4")
TABLES = (
    Target("roster", "folder/roster.csv", ("enroll", "--from"), _E, FORMS),
    Target("roster, bad rows aside", "folder/roster.csv", ("enroll", "--from"), (*_E, "--skip-bad", "--bad-rows=bad.csv"), FORMS),
    Target("sessions", "folder/sessions.csv", ("session", "import"), (*_E, "--clash-ok"), FORMS),
    Target("attendance sheet", "folder/attendance.csv", ("attend", "import"), _E, FORMS),
    Target("list of marks", "marks.csv", ("attend", "import"), _E, FORMS),
    Target("list of people", "folder/roster.csv", ("roster", "withdraw", "--from"), _E, FORMS),
    Target("results", "results.csv", ("assess", "import"), (*_E, "--code=FINAL"), FORMS),
    Target("results without names", "results.csv", ("assess", "import"), (*_E, "--code=FINAL", "--anonymous"), FORMS),
    Target("decisions", "decisions.csv", ("roster", "propose", "--from"), (*_E, "--apply"), FORMS),
)  # fmt: skip
IN_FOLDER = tuple(
    Target(f"{name} of a folder", f"folder/{name}", ("import",), within=name)
    for name in ("topics.csv", "experts.csv", "sessions.csv", "roster.csv", "attendance.csv", "figures.csv")
)
COURSE = Target("course.toml", "folder/course.toml", ("import",), within="course.toml")
PICTURES = (
    Target("crest", "folder/crest.svg", ("course", "edit", "RMC", "--crest")),
    Target("signature", "folder/crest.svg", ("edition", "edit", "RMC-4", "--signatory=Helena Duarte | Directora | DNM | | {}")),
    Target("crest of a folder", "folder/crest.svg", ("import",), within="crest.svg"),
    Target("logo", "folder/crest.svg", ("org", "edit", "DNM", "--logo")),
)  # fmt: skip
SHEETS = tuple(
    Target(f"sheet as {form}", f"sheet.{form}", ("certificate", "verify"), good=3)
    for form in ("pdf", "png", "jpg", "tif", "webp")
)

FUZZED = {target.name: target for target in (*TABLES, *IN_FOLDER, COURSE, *PICTURES, *SHEETS)}

# Fed by tests of their own in test_fuzz_files.py, as what they read is more than one file of text.
STORES, EXPORTS, TEMPLATES, CONFIGURATION = "stores", "exports", "templates", "configuration"
OWN_TESTS = {STORES, EXPORTS, TEMPLATES, CONFIGURATION}

# (command, parameter) → the names of its targets.
READS: dict[tuple[str, str], tuple[str, ...]] = {
    ("enroll", "--from"): ("roster", "roster, bad rows aside"),
    ("roster accept", "--from"): ("list of people",),
    ("roster confirm", "--from"): ("list of people",),
    ("roster decline", "--from"): ("list of people",),
    ("roster waitlist", "--from"): ("list of people",),
    ("roster withdraw", "--from"): ("list of people",),
    ("roster propose", "--from"): ("decisions",),
    ("session import", "file"): ("sessions",),
    ("attend import", "file"): ("attendance sheet", "list of marks"),
    ("assess import", "file"): ("results", "results without names"),
    ("certificate verify", "sheets"): tuple(target.name for target in SHEETS),
    ("import", "folder"): ("course.toml", *(target.name for target in IN_FOLDER), "crest of a folder", EXPORTS),
    ("course add", "--crest"): ("crest",),
    ("course edit", "--crest"): ("crest",),
    ("org edit", "--logo"): ("logo",),
    ("edition add", "--signatory"): ("signature",),
    ("edition edit", "--signatory"): ("signature",),
    ("", "--store"): (STORES,),  # of every command
    ("store copy", "source"): (STORES,),
    ("store merge", "other"): (STORES,),
    ("store restore", "file"): (STORES,),
    ("certificate issue", "--templates"): (TEMPLATES,),
    ("render syllabus", "--templates"): (TEMPLATES,),
    ("render attendance-sheet", "--templates"): (TEMPLATES,),
    ("render register", "--templates"): (TEMPLATES,),
    ("render roster", "--templates"): (TEMPLATES,),
    ("render certificates", "--templates"): (TEMPLATES,),
    ("render handover-list", "--templates"): (TEMPLATES,),
    ("render ceremony-order", "--templates"): (TEMPLATES,),
    ("render badges", "--templates"): (TEMPLATES,),
    ("render directory", "--templates"): (TEMPLATES,),
    ("render letters", "--templates"): (TEMPLATES,),
    ("render logistics", "--templates"): (TEMPLATES,),
    ("render table-cards", "--templates"): (TEMPLATES,),
    ("render certificates", "--template"): (TEMPLATES,),
    ("template list", "--templates"): (TEMPLATES,),
    ("template show", "--templates"): (TEMPLATES,),
    ("template copy", "--templates"): (TEMPLATES,),
    ("template check", "--templates"): (TEMPLATES,),
}
WRITES = {
    ("attend export", "--out"),
    ("demo", "folder"),
    ("enroll", "--bad-rows"),
    ("roster propose", "--to"),
    ("store backup", "--to"),
    ("store copy", "target"),
    ("store export", "folder"),
    ("render syllabus", "--out"),
    ("render attendance-sheet", "--out"),
    ("render register", "--format"),  # whose help speaks of a spreadsheet
    ("render register", "--out"),
    ("render roster", "--out"),
    ("certificate export", "--out"),
    ("render certificates", "--by"),  # whose help speaks of a file
    ("render certificates", "--out"),
    ("render handover-list", "--out"),
    ("render ceremony-order", "--out"),
    ("render badges", "--out"),
    ("render directory", "--out"),
    ("render letters", "--out"),
    ("render logistics", "--format"),  # whose help speaks of a spreadsheet
    ("render logistics", "--out"),
    ("render table-cards", "--out"),
    ("template copy", "--to"),
    ("person export", "--to"),
    ("roster export", "--merge"),
    ("roster export", "--to"),
}

# Functions that open or parse what somebody else has written → the names of their targets. `store.exchange:_row` is the
# function `_row` in src/coursectl/store/exchange.py or anywhere in the folder src/coursectl/store/exchange/.
READERS: dict[str, tuple[str, ...]] = {
    "tables.sources:_content": ("roster", "sessions", "attendance sheet", "list of marks"),
    "tables.sources:_workbook": ("roster", "sessions", "attendance sheet", "list of marks"),
    "tables.sources:_suits": ("roster", "sessions", "attendance sheet", "list of marks"),
    "tables.sources:_delimited": ("roster", "sessions", "attendance sheet", "list of marks"),
    "tables.extent:_members": ("roster", "sessions", "attendance sheet", "list of marks"),
    "tables.extent:_parsed_cells": ("roster", "sessions", "attendance sheet", "list of marks"),
    "tables.sources:_json": ("roster", "sessions", "attendance sheet", "list of marks"),
    "enrollment.files:read_roster": ("roster", "roster, bad rows aside"),
    "enrollment.whom:read_whom": ("list of people",),
    "enrollment.deciding:read_decisions": ("decisions",),
    "program.session_file:read_sessions": ("sessions", "sessions.csv of a folder"),
    "attendance.sheets:_read": ("attendance sheet", "list of marks", "attendance.csv of a folder"),
    "assessment.sheets:import_results": ("results", "results without names"),
    "history.reading:read_figures": ("figures.csv of a folder",),
    "workflows.importing:topics_statements": ("topics.csv of a folder",),
    "workflows.importing:experts_statements": ("experts.csv of a folder",),
    "workflows.importing:without_bad_rows": tuple(target.name for target in IN_FOLDER),
    "workflows.importing:_own": ("sessions.csv of a folder",),
    "workflows.importing:_lost_names": ("topics.csv of a folder", "experts.csv of a folder"),
    "workflows.importing:unread_marks": ("attendance.csv of a folder",),
    "workflows.importing:parsed": ("course.toml",),
    "editions.pictures:read_picture": ("crest", "signature", "crest of a folder", "logo"),
    "editions.pictures:_is_svg": ("crest", "signature", "crest of a folder", "logo"),
    "documents.templates:referenced": (TEMPLATES,),
    "documents.certificates:gather_sources": (TEMPLATES,),
    "documents.certificates:_hash_of_file": (TEMPLATES,),
    "certificates.checks:_sources": (STORES,),
    "documents.catalogs:_read_text": (TEMPLATES,),
    "workflows.verifying:_start": tuple(target.name for target in SHEETS),
    "workflows.verifying:_pictures": tuple(target.name for target in SHEETS if not target.seed.endswith("pdf")),
    "workflows.verifying:_pages_of_pdf": ("sheet as pdf",),
    "documents.word_package:read_package": (TEMPLATES,),
    "documents.origins:read_source": (TEMPLATES,),
    "documents.template_checks:_undeclared": (TEMPLATES,),
    "enrollment.previewing:preview_file": ("roster",),
    "tables.merged:merged_in_ods": ("roster", "sessions", "attendance sheet", "list of marks"),
    "store.exchange:own": (EXPORTS,),
    "store.exchange:read_manifest": (EXPORTS,),
    "store.exchange:row_of": (EXPORTS,),
    "store.connecting:connect": (STORES,),
    "store.connecting:copy_pages": (STORES,),
    "store.checks:fresh": (STORES,),
    "workflows.merging:_differ_in_languages": (STORES,),
    "workflows.merging:_says_the_same": (STORES,),
    "documents.sandbox:get_source": (TEMPLATES,),
    "cli.here:_read_configuration": (CONFIGURATION,),
}
# Functions that read what no stranger gives: the product's own files, the store's own columns, answers of its own cluster.
_COLUMN, _OWN, _STORE = "a column of the store", "what the product has written itself", "a store's file, as in STORES"
OWN_FILES: dict[str, str] = {
    "certificates.register:find_certificate": _COLUMN,
    "certificates.replacing:_content": "what the module has written itself a line before",
    "workflows.exporting:export_register": "a file that is compared with what would be written, byte by byte",
    "certificates.register:_printable": _COLUMN,
    "editions.held:_own_texts": _COLUMN,
    "enrollment.roster:_text": _COLUMN,
    "enrollment.differing:_told_apart": _COLUMN,
    "enrollment.exporting:_line": _COLUMN,
    "workflows.holding:_value": _COLUMN,
    "documents.catalogs:_read_compiled": _OWN,
    "documents.word:_same_every_time": _OWN,
    "documents.word_package:_cleaned": _OWN,
    "documents.template_checks:_word_text": _OWN,
    "documents.child:answer": _OWN,
    "documents.child:main": _OWN,
    "documents.apart:_exchange": _OWN,
    "documents.apart:_has_foreign": _OWN,
    "tables.workbooks:_zipped": _OWN,
    "store.connecting:_clear_away": _OWN,
    "store.founding:_nobody_holds": _OWN,
    "store.schema:strange": "the product's migrations",
    "people.candidates:_candidate": _COLUMN,
    "store.undo:_alike": _COLUMN,
    "workflows.merging:text": _COLUMN,
    "cli.app:_let_go_of_stdout": "the null device",
    "workflows.printing:is_free": "whether a file of ours is there already, byte for byte",
    "cli.root:resolve_command": "it imports a command",
    "documents.files:_is_there": "a document that may be there already, compared as bytes",
    "enrollment.aside:_rows_of": "a file of bad rows that may be there already, compared by its rows; tests/test_lists_as_sent.py tries others",
    "enrollment.aside:_without_reasons": "the same",
    "store.address:_from_file": "a password, as tests/test_address.py tries it",
    "store.backups:check_rules": "a copy of what store.backups:check has looked at",
    "store.backups:sync": _OWN,
    "store.backups:sync_folder": _OWN,
    "store.beside:was_store": _STORE,
    "store.exchange:private": _OWN,
    "store.exchange:empty": "the product's migrations",
    "store.connecting:make_plain": _OWN,
    "store.exchange:put": _OWN,
    "store.founding:_sync_folder": _OWN,
    "store.local:_migrate": "the product's migrations",
    "store.migrations:load": "the product's migrations",
    "store.nodes:_put": _OWN,
    "store.nodes:_read": "the answer of the user's own cluster, as tests/test_rqlite.py tries it",
    "store.parts:_pieces": "the parameters of a statement of ours",
    "store.place:_mounts": "what the system says of its mounts",
    "store.rqlite:replace_with": "the product's migrations",
    "store.rqlite:migrate": "the product's migrations",
    "store.schema:trigger_sql": "the product's migrations",
    "store.schema:is_ours": "the product's migrations",
    "workflows.demo:_made_in": _OWN,
}

_CALLS = {
    "open", "read_table", "read_bytes", "read_text", "from_filelike", "from_path", "fromstring", "csv.reader", "ZipFile",
    "ParserCreate", "sqlite3.connect", "get_source", "PdfDocument",
}  # fmt: skip
_PARSING = {"load", "loads"}  # of json, tomllib, pickle and their like


def reading_functions(root: Path = Path(coursectl.__file__).parent) -> Iterator[str]:
    """The functions in a folder of source that call something by which a file is opened or parsed, as READERS names them.

    What calls it outside of any function is `<module>`.
    """
    for path in sorted(root.rglob("*.py")):
        place = ".".join(path.relative_to(root).with_suffix("").parts[:2])
        yield from (f"{place}:{name}" for name in _readers_of(ast.parse(path.read_text(encoding="utf-8")), "<module>"))


def _readers_of(node: ast.AST, within: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _readers_of(child, child.name if function else within)
        if _opens(child):
            yield within


def _opens(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    dotted = ast.unparse(node.func)
    name = dotted.rpartition(".")[2]
    said = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if name == "open":
        return not any(set(mode) & set("wxa") for mode in said)
    if name in _PARSING:  # a column of a row of the store is no file
        return bool(node.args) and not isinstance(node.args[0], ast.Subscript)
    return bool({name, dotted} & _CALLS)
