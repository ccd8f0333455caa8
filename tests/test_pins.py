"""What CI installs is pinned, with hashes, and names no place to get it from."""

from __future__ import annotations

import json
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


def test_the_clusters_server_is_one_version_with_its_hash_from_no_named_place():
    asked, lock = (
        json.loads((ROOT / "tests" / "node" / f"package{name}.json").read_text("utf-8")) for name in ("", "-lock")
    )
    own, *packages = (lock["packages"][name] for name in sorted(lock["packages"]))

    assert own["dependencies"] == asked["dependencies"]
    assert [
        version for version in asked["dependencies"].values() if not re.fullmatch(r"\d+(\.\d+){2}(-\d+)?", version)
    ] == []
    assert packages != []
    assert [one for one in packages if not one["integrity"].startswith("sha512-") or "resolved" in one] == []


def test_ci_takes_from_npm_what_is_pinned_and_nothing_else():
    lines = [line for name in ("run", "soak") for line in (ROOT / ".ci" / name).read_text("utf-8").splitlines()]
    npm = [line.strip() for line in lines if re.search(r"\bnp(m|x) ", line)]

    assert len(npm) == 2
    assert [line for line in npm if not line.startswith("npm ci ")] == []
