"""What CI installs is pinned, with hashes, and names no place to get it from."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
PINNED = (ROOT / "requirements-ci.txt").read_text("utf-8")
CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8")


def test_versions_and_hashes_are_of_one_making():
    import pins

    assert [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")] == pins.versions(PINNED)


def test_every_pin_has_a_hash():
    blocks = re.split(r"\n(?=[a-z0-9])", PINNED.split("\n", 1)[1])
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) > 50


def test_no_pin_names_a_place():
    assert re.findall(r"https?:|file:|--index|--find-links|/opt/|@ ", PINNED + CONSTRAINTS) == []


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"], "editables"]
    names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace("_", "-") for one in wanted}
    assert names - {line.partition("==")[0] for line in CONSTRAINTS.splitlines()} == set()
