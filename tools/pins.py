"""Pin what CI installs: constraints.txt (versions) and requirements-ci.txt (versions and hashes of all platforms' files).

    pip install uv && python tools/pins.py             # newer versions only where pyproject.toml asks for them
    python tools/pins.py --upgrade                     # the newest of everything; then run .ci/run

Neither file names an index: they hold wherever packages come from. tests/test_pins.py holds them together.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
PINNED = ROOT / "requirements-ci.txt"
BUILDING = ("hatchling>=1.27", "editables>=0.5")  # what builds the package itself, which pip would fetch unpinned
HEADER = "# The exact versions that the tests last passed with: pip install -c constraints.txt …\n"
HASHED = (
    "# The same with the hashes of their files, for CI: pip install --require-hashes --no-deps -r requirements-ci.txt\n"
)


def compile_pins(upgrade: bool) -> str:
    """All that the tests need, with hashes, for every platform and Python that coursectl runs on."""
    with tempfile.TemporaryDirectory() as folder:
        building = Path(folder, "building.in")
        building.write_text("\n".join(BUILDING), encoding="utf-8")
        command = [
            "uv", "pip", "compile", str(ROOT / "pyproject.toml"), str(building), "--extra", "test", "--universal",
            "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "-q",
        ]  # fmt: skip
        if not upgrade:
            command += ["-c", str(CONSTRAINTS)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def versions(pinned: str) -> list[str]:
    """The lines with versions, without hashes."""
    return [line.removesuffix(" \\") for line in pinned.splitlines() if re.match(r"[a-z0-9]", line)]


def main() -> int:
    pinned = compile_pins("--upgrade" in sys.argv[1:])
    if re.search(r"https?://|file:", pinned):
        print("A place got into the pins; nothing was written.", file=sys.stderr)
        return 1
    PINNED.write_text(HASHED + pinned, encoding="utf-8")
    CONSTRAINTS.write_text(HEADER + "\n".join(versions(pinned)) + "\n", encoding="utf-8")
    print(f"{len(versions(pinned))} packages are pinned.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
