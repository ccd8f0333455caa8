"""A fuzzer that looks which lines are reached: `python tests/fuzz/atheris_harness.py tables 60` looks for a minute.

It needs atheris, which has wheels for Linux (`pip install atheris`); .ci/fuzz installs it. What breaks the law is written
to the working folder as crash-…; put it into tests/fuzz/corpus/GROUP/ under a name that says what it is, and
test_fuzz_corpus.py has it for good. Further options are libFuzzer's: -seed=1, -runs=1000.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

with atheris.instrument_imports(include=["coursectl", "tomllib", "csv", "json", "zipfile"]):
    import fuzz_groups
from fuzz_files import mutated  # noqa: E402 - found by the line above


def mishap(content: bytes, most: int, number: int) -> bytes:
    """As often a mishap of ours, that keeps a workbook a workbook, as one of libFuzzer's."""
    chance = random.Random(number)
    return mutated(content, chance)[:most] if chance.random() < 0.5 else bytes(atheris.Mutate(content, most))


def main(group: str, seconds: str, *options: str) -> None:
    """Feed the group for so long, beginning with its corpus."""
    with tempfile.TemporaryDirectory(prefix="coursectl-corpus-") as folder:
        for number, (_, content) in enumerate(fuzz_groups.corpus(group)):
            (Path(folder) / str(number)).write_bytes(content)
        common = (f"-max_total_time={seconds}", "-max_len=65536", "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1", "-verbosity=0")  # fmt: skip
        atheris.Setup([sys.argv[0], folder, *common, *options], fuzz_groups.GROUPS[group], custom_mutator=mishap)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
