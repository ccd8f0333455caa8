"""No importer goes without bad files: whatever reads one is found here, and must be in the table of fuzz_targets.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import test_fuzz_files
from fuzz_ground import commands
from fuzz_targets import FUZZED, OWN_FILES, OWN_TESTS, READERS, READS, WRITES, reading_functions

from coursectl.cli.globals import HELP

# What the help of a parameter says where its value, or a part of it, is the name of a file or folder.
OF_FILES = re.compile(r"\b(files?|folders?|pictures?|templates?|CSV|JSON|SVG|PNG)\b", re.IGNORECASE)
NAMES_OF_FILES = {"FILE", "FOLDER", "DIR", "PATH"}


def naming_a_file(name: str, parameters: list[Any]) -> Iterator[tuple[str, str]]:
    """The parameters of the command `name` whose value is the name of a file, by their type, their metavar or their help."""
    for one in parameters:
        kind = str(one.type_descriptor.annotation)
        said = one.metavar in NAMES_OF_FILES or OF_FILES.search(one.help or "")
        if "Path" in kind or ("str" in kind and said):
            yield name, next((flag for flag in one.opts if flag.startswith("--")), one.name)


def test_every_parameter_that_names_a_file_is_in_the_table_and_none_that_there_isnt():
    found = {pair for path, command in commands() for pair in naming_a_file(" ".join(path), command.params)}
    found |= {("", option.split()[0]) for option, text in HELP if OF_FILES.search(text) and " " in option and "PATH" in option}  # fmt: skip

    assert found == {*READS, *WRITES}
    assert READS.keys() & WRITES == set()


def test_every_function_that_opens_or_parses_files_is_in_the_table_and_none_that_there_isnt():
    assert set(reading_functions()) == {*READERS, *OWN_FILES}
    assert READERS.keys() & OWN_FILES.keys() == set()


def test_every_target_is_fed_and_is_that_of_a_parameter_and_of_a_function():
    known = {*FUZZED, *OWN_TESTS}

    assert {name for names in READS.values() for name in names} | {"configuration"} == known
    assert {name for names in READERS.values() for name in names} == known
    for own in OWN_TESTS:
        assert any(name.startswith(f"test_{own}_") for name in vars(test_fuzz_files)), f"test_{own}_…"


def test_a_reader_that_is_added_is_found_wherever_it_hides(tmp_path: Path):
    room = tmp_path / "room" / "reading"
    room.mkdir(parents=True)
    (tmp_path / "room" / "cells.py").write_text("import json\nFIELDS = json.loads('{}')\n")
    (room / "far.py").write_text(
        "class A:\n    def new(self, path):\n        def within():\n            return path.read_bytes()\n"
        "        return sorted(within())\n\ndef written(path):\n    path.open('wb').close()\n"
    )

    assert list(reading_functions(tmp_path)) == ["room.cells:<module>", "room.reading:within"]
