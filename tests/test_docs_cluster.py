"""The recipe for three nodes on one laptop, typed from its page."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from cluster import free_ports, need_rqlited

PAGE = Path(__file__).parents[1] / "docs" / "shared-store.md"


def test_the_recipe_for_a_laptop_does_what_it_says():
    (recipe,) = re.findall(r"```bash\n(.+?)```", PAGE.read_text("utf-8"), re.S)
    ports = dict(zip(range(4001, 4007), free_ports(6), strict=True))
    typed = re.sub(r"\b400[1-6]\b", lambda found: str(ports[int(found[0])]), recipe)
    Path("bin").mkdir()
    Path("bin/rqlited").symlink_to(need_rqlited())
    path = os.pathsep.join([str(Path("bin").resolve()), str(Path(sys.executable).parent), os.environ["PATH"]])
    try:
        done = subprocess.run(
            ["bash", "-ec", typed], env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120, check=False
        )  # fmt: skip
    finally:
        for pid in (int(file.read_text()) for file in Path().glob("node*.pid")):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    assert done.returncode == 0, done.stderr
    first, last = done.stdout.split("Written by two of three")[0], done.stdout
    assert (first.count("(leader)"), last.count("(leader)")) == (2, 2)
    assert "out of reach" not in last
    assert re.search(r"^TRY .*\nTWO ", last, re.M)
