"""What the coverage-guided harness begins with, and what it has found: read or refused, without atheris."""

from __future__ import annotations

import pytest
from fuzz_ground import CORPUS
from fuzz_groups import GROUPS, corpus


@pytest.mark.parametrize("group", GROUPS)
def test_the_corpus_is_read_or_refused(group: str):
    kept = dict(corpus(group))
    assert kept
    for name, content in kept.items():
        try:
            GROUPS[group](content)
        except BaseException as error:
            error.add_note(name)
            raise


def test_the_corpus_has_no_folder_that_nobody_reads():
    assert {path.name for path in CORPUS.iterdir()} <= GROUPS.keys()
